"""The first screen: how much, against what, where, and who needs a visit."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, render_template
from markupsafe import Markup

from ovop.accounts.models import Role
from ovop.complaints.queries import count_complaints
from ovop.complaints.rules import ComplaintStatus
from ovop.db import reading
from ovop.kernel import days
from ovop.sales.overview import Overview, get_overview
from ovop.sales.rules import Group, Span, change
from ovop.sales.stamp import sales_stamp
from ovop.web.access import requires
from ovop.web.language import current_language, site_root
from ovop.web.office.area import Asked, asked, blueprint, days_words, page
from ovop.web.office.board import Against, by_district, programme, village_sales, visits
from ovop.web.office.maps import district_map
from ovop.web.shop.kept_pages import KeptPages

#: Rows of the first screen's lists; all of them are one link away.
VISITS, VILLAGES, SPECIES = 4, 12, 6

KEPT = "ovop.office_boards"
ROOM = 2**20


@blueprint.get("")
@requires(Role.OFFICE)
def summary() -> Response:
    """Four questions, answered for the chosen days."""
    wanted = asked().everywhere
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
    kept: KeptPages = current_app.extensions[KEPT]
    key = (sales_stamp(session), wanted.span, wanted.name, wanted.today, current_language(), site_root())
    board = kept.find(key)
    if board is None:
        facts = _facts(wanted, get_overview(session, wanted.span, wanted.today, wanted.period))
        board = render_template("office/board.html", asked=wanted, **facts).encode()
        kept.keep(key, board)
    return Markup(board.decode())  # noqa: S704 - a template of ours made it


def _facts(wanted: Asked, overview: Overview) -> dict[str, Any]:
    names = {one.district_code: one.district_name for one in overview.cooperatives}
    needing = visits(overview)
    months = list(overview.months)
    last_days = list(overview.days)
    return {
        "overview": overview,
        "now": overview.sums("now"),
        "today_sums": overview.sums("today") if wanted.span.first < wanted.today <= wanted.span.last else None,
        "against": against(overview),
        "whole": Against(days_words(overview.comparison.whole, wanted.today), overview.sums("whole").revenue, None),
        "map": district_map(
            by_district(overview),
            names,
            lambda code: wanted.address("office.sales", group=Group.VILLAGE, district=code),
        ),
        "visits": needing[:VISITS],
        "visit_count": len(needing),
        "villages": village_sales(overview),
        "most_villages": VILLAGES,
        "species": overview.species[:SPECIES],
        "programme": programme(overview),
        "months_span": Span(months[0], wanted.today),
        "days_span": Span(last_days[0], last_days[-1]),
    }


def against(overview: Overview) -> list[Against]:
    """The time before and the year before, each as far as the days that are over; none on a span's first day."""
    part = overview.sums("part").revenue
    found: dict[Span, Against] = {}
    for name in ("before", "year_before"):
        span, revenue = overview.parts.get(name), overview.sums(name).revenue
        if span is not None:
            found.setdefault(span, Against(days_words(span, overview.today), revenue, change(part, revenue)))
    return list(found.values())
