"""The figures as a table by any group, narrowed step by step down to the orders behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response

from ovop.accounts.models import Role
from ovop.db import reading
from ovop.kernel.days import month_end
from ovop.kernel.quantity import Measure
from ovop.sales.counter import counter_figures
from ovop.sales.naming import ScopeNames, names_of
from ovop.sales.overview import list_cooperatives
from ovop.sales.own import average_price
from ovop.sales.prices import kinds_of, median_prices
from ovop.sales.queries import Figures, Sales, SalesRow, sales_rows
from ovop.sales.rules import Comparison, Group, Shown, Span, change, compare
from ovop.sales.trends import revenue_of, revenue_over
from ovop.web.access import requires
from ovop.web.language import gettext as _
from ovop.web.office.area import GROUPS, Asked, asked, blueprint, days_words, page
from ovop.web.office.board import Against
from ovop.web.office.filters import filters, goods_chosen
from ovop.web.office.maps import Map, district_map, village_map
from ovop.web.office.words import group_word, name_of, shown_word

#: Where a row of a group leads: the parameter that its code becomes, and the group that comes next.
DEEPER = {
    Group.DISTRICT: ("district", Group.VILLAGE),
    Group.VILLAGE: ("village", Group.COOPERATIVE),
    Group.COOPERATIVE: ("cooperative", Group.PRODUCT),
    Group.SPECIES: ("species", Group.FORM),
    Group.FORM: ("form", Group.VILLAGE),
    Group.FLAGSHIP: ("flagship", Group.SPECIES),
}
#: A row of these leads straight to its orders, by the parameter that its code becomes.
LEAVES = {
    Group.PRODUCT: "product",
    Group.METHOD: "method",
    Group.WEEKDAY: "weekday",
    Group.HOUR: "hour",
}
#: What has an order of its own, whatever it brought.
IN_ORDER = frozenset({Group.DAY, Group.MONTH, Group.WEEKDAY, Group.HOUR})
#: Spans up to so many days are drawn day by day.
DRAWN_DAYS = 62


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: its name, the page that takes it apart, figures, share of all, change against before.

    price: rupiah per kilogram where it is one kind of goods by weight; market: the median of that kind of all sellers.
    """

    name: str
    address: str
    figures: Figures
    share: float | None
    change: float | None
    price: int | None = None
    market: int | None = None


@blueprint.get("/penjualan")
@requires(Role.OFFICE)
def sales() -> Response:
    """Sales of the chosen days and place by the chosen group."""
    wanted, session = asked(), reading()
    found = found_sales(wanted)
    comparison = compare(wanted.span, wanted.today, wanted.period)
    names = names_of(session, wanted.scope)
    return page(
        "sales.html",
        place="sales",
        asked=wanted,
        heading=wanted.heading,
        title=_title(names),
        crumbs=list(_crumbs(wanted, names)),
        narrowed=[
            (words, wanted.address("office.sales", group=wanted.group, **{parameter: None}))
            for words, parameter in goods_chosen(wanted, names)
        ],
        groups=[
            (group, group_word(group)) for group in GROUPS if group is not Group.PRODUCT or wanted.scope.cooperative_id
        ],
        group_name=group_word(wanted.group),
        rows=_rows(wanted, found, comparison),
        total=found.total,
        counter=None if wanted.scope.is_of_lines else counter_figures(reading(), wanted.span, wanted.scope),
        against=_against(wanted, comparison),
        series=_series(wanted),
        filters=filters(wanted, names),
        shown_words=[(shown.value, shown_word(shown)) for shown in Shown],
        map=_map(wanted, found),
    )


def found_sales(wanted: Asked) -> Sales:
    """The rows as the page and its files have them: days and months in their order, others by what they brought."""
    found = sales_rows(reading(), wanted.span.first, wanted.span.last, (wanted.group,), wanted.scope)
    if wanted.group in IN_ORDER:
        return found
    return Sales(tuple(sorted(found.rows, key=lambda row: -row.figures.revenue)), found.total)


def _rows(wanted: Asked, found: Sales, comparison: Comparison) -> list[Row]:
    earlier: Mapping[str, Mapping[str, int]] = {}
    if wanted.group not in (Group.DAY, Group.MONTH) and comparison.part and comparison.before:
        spans = {"part": comparison.part, "before": comparison.before}
        earlier = revenue_of(reading(), spans, wanted.group, wanted.scope)
    rows = []
    market = market_prices(wanted, found)
    for row in found.rows:
        key, figures = row.keys[wanted.group], row.figures
        is_priced = market is not None and figures.grams > 0 and not figures.pieces
        rows.append(
            Row(
                name_of(wanted.group, key),
                _deeper(wanted, row),
                row.figures,
                row.figures.revenue / found.total.revenue if found.total.revenue else None,
                change(earlier["part"].get(key.code, 0), earlier["before"].get(key.code, 0)) if earlier else None,
                average_price(figures.revenue, figures.grams, Measure.WEIGHT) if is_priced else None,
                market.get(key.code) if market is not None else None,
            )
        )
    return rows


def market_prices(wanted: Asked, found: Sales) -> Mapping[str, int] | None:
    """The market's median by the code of each row, rupiah per kilogram; None where rows are not one kind of goods."""
    scope, session, span = wanted.scope, reading(), wanted.span
    codes = [row.keys[wanted.group].code for row in found.rows]
    match wanted.group:
        case Group.PRODUCT:
            kinds = kinds_of(session, [int(code) for code in codes])
        case Group.FORM if scope.species:
            kinds = {code: (scope.species, code) for code in codes}
        case Group.SPECIES if scope.form:
            kinds = {code: (code, scope.form) for code in codes}
        case _:
            return None
    medians = median_prices(session, {species for species, _form in kinds.values()}, span.first, span.last)
    return {code: medians[kind] for code, kind in kinds.items() if kind in medians}


def _against(wanted: Asked, comparison: Comparison) -> list[Against]:
    """What the days that are over are held against, the time before first; nothing on a span's first day."""
    if comparison.part is None:
        return []
    spans = {"part": comparison.part}
    for name, span in (("before", comparison.before), ("year_before", comparison.year_before)):
        if span is not None and span not in spans.values():
            spans[name] = span
    sums = {
        name: sum(by_day.values()) for name, by_day in revenue_of(reading(), spans, Group.DAY, wanted.scope).items()
    }
    part = sums.pop("part")
    return [
        Against(days_words(spans[name], wanted.today), revenue, change(part, revenue)) for name, revenue in sums.items()
    ]


def _series(wanted: Asked) -> dict[str, Any]:
    """Revenue over the span: day by day where that can be read, else by month."""
    by_month = wanted.span.days > DRAWN_DAYS
    points = revenue_over(reading(), wanted.span, wanted.scope, by_month=by_month)
    is_unfinished = not by_month and wanted.span.last == wanted.today
    return {"by_month": by_month, "points": points, "is_unfinished": is_unfinished}


def _deeper(wanted: Asked, row: SalesRow) -> str:
    """The page that takes a row apart: the next group within it, or its days."""
    code = row.keys[wanted.group].code
    match wanted.group:
        case Group.DAY:
            day = date.fromisoformat(code)
            return wanted.day_address("office.sold_orders", Span(day, day))
        case Group.MONTH:
            first = max(date.fromisoformat(f"{code}-01"), wanted.span.first)
            return wanted.day_address(
                "office.sales", Span(first, min(month_end(first), wanted.span.last)), group=Group.DAY
            )
        case Group.PRODUCT | Group.METHOD | Group.WEEKDAY | Group.HOUR:
            return wanted.address("office.sold_orders", **{LEAVES[wanted.group]: code})
        case _:
            parameter, group = DEEPER[wanted.group]
            return wanted.address("office.sales", group=group, **{parameter: code})


def _title(names: ScopeNames) -> str:
    """The smallest place that is looked at."""
    if names.cooperative:
        return names.cooperative.name
    if names.village:
        return _("Desa %(name)s", name=names.village.name)
    if names.district:
        return _("Kecamatan %(name)s", name=names.district.name)
    return _("Penjualan")


def _crumbs(wanted: Asked, names: ScopeNames) -> Sequence[tuple[str, str]]:
    """The larger places around it, the largest first; none for the whole regency."""
    places = (
        (names.district, "district", Group.VILLAGE),
        (names.village, "village", Group.COOPERATIVE),
        (names.cooperative, "cooperative", Group.PRODUCT),
    )
    around: list[tuple[str, str]] = []
    everywhere: dict[str, object] = dict.fromkeys(("district", "village", "cooperative"))
    known = [(key, parameter, group) for key, parameter, group in places if key is not None]
    if known:
        around.append((_("Kabupaten Serang"), wanted.address("office.sales", group=Group.DISTRICT, **everywhere)))
    for key, parameter, group in known[:-1]:
        there: dict[str, object] = {**everywhere, parameter: key.code}
        around.append((key.name, wanted.address("office.sales", group=group, **there)))
    return around


def _map(wanted: Asked, found: Sales) -> Map | None:
    """The table's places on a map: districts of the regency, or villages of one district."""
    scope = wanted.scope
    if scope.village or scope.cooperative_id or wanted.group not in (Group.DISTRICT, Group.VILLAGE):
        return None
    if (wanted.group is Group.VILLAGE) != bool(scope.district):
        return None
    sold = {row.keys[wanted.group].code: getattr(row.figures, wanted.shown) for row in found.rows}
    names = {row.keys[wanted.group].code: row.keys[wanted.group].name for row in found.rows}
    for one in list_cooperatives(reading(), wanted.today):
        code, name = (one.village_code, one.village_name) if scope.district else (one.district_code, one.district_name)
        if one.is_active and code.startswith(scope.district or ""):
            sold.setdefault(code, 0)
            names.setdefault(code, name)
    parameter, group = DEEPER[wanted.group]

    def address(code: str) -> str:
        return wanted.address("office.sales", group=group, **{parameter: code})

    if scope.district:
        return village_map(scope.district, sold, names, address, wanted.shown)
    return district_map(sold, names, address, wanted.shown)
