"""The first screen: how much, against what, where, and who needs a visit."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from flask import Response, current_app, render_template
from markupsafe import Markup

from ovop.accounts.models import Role
from ovop.complaints.queries import count_complaints
from ovop.complaints.rules import ComplaintStatus
from ovop.db import reading
from ovop.kernel import days
from ovop.sales.overview import Overview, get_overview
from ovop.sales.queries import sales_rows
from ovop.sales.rules import Group, Shown, Span, change
from ovop.sales.signs import count_signs, noted_signs
from ovop.sales.stamp import sales_stamp
from ovop.sales.visits import Signs, recent_days
from ovop.web.access import requires
from ovop.web.language import current_language, site_root
from ovop.web.office.area import Asked, asked, blueprint, days_words, page
from ovop.web.office.board import Against, by_area, programme, village_sales, visits
from ovop.web.office.filters import filters
from ovop.web.office.maps import Map, district_map, village_map
from ovop.web.office.words import shown_word
from ovop.web.shop.kept_pages import KeptPages

#: Rows of the first screen's lists; all of them are one link away.
VISITS, VILLAGES, SPECIES = 3, 12, 6

KEPT = "ovop.office_boards"
ROOM = 2**20


@blueprint.get("")
@requires(Role.OFFICE)
def summary() -> Response:
    """Four questions, answered for the chosen days, place and goods."""
    wanted = asked().of_totals
    return page(
        "summary.html",
        place="summary",
        asked=wanted,
        heading=wanted.heading,
        complaints_waiting=count_complaints(reading(), ComplaintStatus.WITH_OFFICE, days.now()),
        board=_board(wanted),
    )


def _board(wanted: Asked) -> Markup:
    """The screen itself, from memory while no row that it shows has changed."""
    session = reading()
    noted = noted_signs(session, recent_days(wanted.today))
    kept: KeptPages = current_app.extensions[KEPT]
    is_kept = not wanted.errors
    key = (sales_stamp(session), tuple(sorted(noted.items())), wanted_key(wanted), current_language(), site_root())
    board = kept.find(key) if is_kept else None
    if board is None:
        overview = get_overview(session, wanted.span, wanted.today, wanted.period, wanted.scope)
        signs = count_signs(session, recent_days(wanted.today), noted)
        board = render_template("office/board.html", asked=wanted, **_facts(wanted, overview, signs)).encode()
        if is_kept:
            kept.keep(key, board)
    return Markup(board.decode())  # noqa: S704 - a template of ours made it


def wanted_key(wanted: Asked) -> Hashable:
    """All that the screen depends on of what was asked for."""
    return wanted.span, wanted.name, wanted.scope, wanted.shown, wanted.limits, wanted.today


def _facts(wanted: Asked, overview: Overview, signs: Mapping[int, Signs]) -> dict[str, Any]:
    needing = visits(overview, wanted.limits, signs)
    months = list(overview.months)
    last_days = list(overview.days)
    return {
        "overview": overview,
        "now": overview.sums("now"),
        "today_sums": overview.sums("today") if wanted.span.first < wanted.today <= wanted.span.last else None,
        "against": against(overview),
        "whole": Against(days_words(overview.comparison.whole, wanted.today), overview.sums("whole").revenue, None),
        "map": _map(wanted, overview),
        "shown_words": [(shown.value, shown_word(shown)) for shown in Shown],
        "filters": filters(wanted),
        "visits": needing[:VISITS],
        "visit_count": len(needing),
        "recent": recent_days(wanted.today),
        "villages": village_sales(overview),
        "most_villages": VILLAGES,
        "species": overview.species[:SPECIES],
        "programme": programme(overview),
        "months_span": Span(months[0], wanted.today),
        "days_span": Span(last_days[0], last_days[-1]),
    }


def _map(wanted: Asked, overview: Overview) -> Map | None:
    """Districts of the regency, or villages of one district, by the figure that was asked for."""
    district = wanted.scope.district
    sold = by_area(overview, wanted.shown)
    if wanted.shown is Shown.BUYERS:  # one who buys in two villages is one buyer of the district
        group = Group.VILLAGE if district else Group.DISTRICT
        found = sales_rows(reading(), wanted.span.first, wanted.span.last, (group,), wanted.scope).rows
        sold |= {row.keys[group].code: row.figures.buyers for row in found}
    if district:
        names = {one.village_code: one.village_name for one in overview.cooperatives}
        return village_map(
            district,
            sold,
            names,
            lambda code: wanted.address("office.sales", group=Group.COOPERATIVE, village=code),
            wanted.shown,
        )
    names = {one.district_code: one.district_name for one in overview.cooperatives}
    return district_map(
        sold,
        names,
        lambda code: wanted.address("office.sales", group=Group.VILLAGE, district=code),
        wanted.shown,
    )


def against(overview: Overview) -> list[Against]:
    """The time before and the year before, each as far as the days that are over; none on a span's first day."""
    part = overview.sums("part").revenue
    found: dict[Span, Against] = {}
    for name in ("before", "year_before"):
        span, revenue = overview.parts.get(name), overview.sums(name).revenue
        if span is not None:
            found.setdefault(span, Against(days_words(span, overview.today), revenue, change(part, revenue)))
    return list(found.values())
