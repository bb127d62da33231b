"""What the office's first screen needs, in few queries that read few rows: a month's where a month is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop.kernel.days import month_start, previous_month_start
from ovop.ordering.models import Order
from ovop.sales.models import MonthBuyer
from ovop.sales.overview_statements import COOPERATIVES, MOST_PIECES, NO_SPAN, by_cooperative_in, series_in, species_in
from ovop.sales.queries import EVERYTHING, Scope, sales_rows
from ovop.sales.rules import Comparison, Group, Period, Span, compare, split
from ovop.sales.visits import earlier_days, recent_days

#: How far the two series of the first screen reach back.
MONTHS, DAYS = 13, 30


@dataclass(frozen=True, slots=True)
class Sums:
    """What can be added up: orders of different co-operatives or days, grams, pieces, rupiah."""

    orders: int = 0
    grams: int = 0
    pieces: int = 0
    revenue: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.orders + other.orders,
            self.grams + other.grams,
            self.pieces + other.pieces,
            self.revenue + other.revenue,
        )


NOTHING = Sums()


@dataclass(frozen=True, slots=True)
class CooperativeRow:
    """A co-operative, its place, and when it last sold; the flagship is its village's, the stars are that product's."""

    id: int
    slug: str
    name: str
    is_active: bool
    village_code: str
    village_name: str
    district_code: str
    district_name: str
    last_sale_on: date | None
    has_flagship: bool
    has_stars: bool


@dataclass(frozen=True, slots=True)
class SpeciesSums:
    """A species under both its names and what was sold of it, in any form."""

    code: str
    name: str
    name_en: str
    sums: Sums


#: What is added up for each co-operative: the span, and what it is held against; absent where there is nothing such.
Parts = Mapping[str, Span]


@dataclass(frozen=True, slots=True)
class Overview:
    """Sales of a span in a scope: `by_cooperative` for each of `parts`, distinct buyers, species by what they brought.

    parts: now, whole (all of the time before), recent and earlier (the last four weeks and those before); today, part
    (what is over of the span), before and year_before (as much of the time before and of a year ago).
    """

    span: Span
    today: date
    comparison: Comparison
    parts: Parts
    by_cooperative: Mapping[str, Mapping[int, Sums]]
    cooperatives: tuple[CooperativeRow, ...]
    buyers: int
    months: Mapping[date, Sums]
    days: Mapping[date, Sums]
    species: tuple[SpeciesSums, ...]
    scope: Scope = EVERYTHING

    def sums(self, part: str, cooperatives: Iterable[int] | None = None) -> Sums:
        """What all, or these co-operatives sold in one of the parts."""
        every = self.by_cooperative.get(part, {})
        chosen = every.values() if cooperatives is None else (every.get(one, NOTHING) for one in cooperatives)
        return sum(chosen, NOTHING)


def get_overview(
    session: Session, span: Span, today: date, period: Period | None = None, scope: Scope = EVERYTHING
) -> Overview:
    """The first screen's figures for `span`, asked for as `period`, as of `today`.  Five queries.

    In a scope of products two more: orders of two species are counted once, and who fell is held to all they sell.
    """
    comparison = compare(span, today, period)
    parts = _parts(span, comparison, today)
    series = _series(session, today, scope)
    return Overview(
        span=span,
        today=today,
        comparison=comparison,
        parts=parts,
        by_cooperative=_by_cooperative(session, parts, today, scope),
        cooperatives=tuple(one for one in list_cooperatives(session, today) if _is_in(one, scope)),
        buyers=count_buyers(session, span, today, scope),
        months=series["month"],
        days=series["day"],
        species=tuple(_species(session, span, scope)),
        scope=scope,
    )


def _is_in(one: CooperativeRow, scope: Scope) -> bool:
    wanted = (
        (scope.district, one.district_code),
        (scope.village, one.village_code),
        (scope.cooperative_id, one.id),
    )
    return all(asked is None or asked == own for asked, own in wanted)


def list_cooperatives(session: Session, today: date) -> list[CooperativeRow]:
    """Every co-operative by the name of its village, inactive ones too.  One query."""
    return [CooperativeRow(*row) for row in session.execute(COOPERATIVES, {"today": today})]


def count_buyers(session: Session, span: Span, today: date, scope: Scope = EVERYTHING) -> int:
    """Distinct buyers who collected in `span`.  One query; all those of a whole month are counted already."""
    if scope != EVERYTHING:
        return sales_rows(session, span.first, span.last, (), scope).total.buyers
    months, ends = split(span, today)
    if months is not None and months.first == months.last and not ends:
        counted = select(func.count()).select_from(MonthBuyer).where(MonthBuyer.month == months.first)
        return session.scalar(counted) or 0
    distinct = select(func.count(Order.buyer_id.distinct()))
    return session.scalar(distinct.where(Order.collected_on.between(span.first, span.last))) or 0


def _parts(span: Span, comparison: Comparison, today: date) -> dict[str, Span]:
    parts = {
        "now": span,
        "today": Span(today, today),
        "part": comparison.part,
        "before": comparison.before,
        "year_before": comparison.year_before,
        "whole": comparison.whole,
        "recent": recent_days(today),
        "earlier": earlier_days(today),
    }
    return {name: part for name, part in parts.items() if part is not None}


def _by_cooperative(session: Session, parts: Parts, today: date, scope: Scope) -> dict[str, dict[int, Sums]]:
    """What each co-operative sold in each of `parts`.  One query; three in a scope of products."""
    if not scope.is_of_product:
        return _added_up(session, parts, today, scope)
    found = _added_up(session, parts, today, scope)
    found |= _added_up(session, {name: parts[name] for name in ("recent", "earlier")}, today, scope.place)
    for name in ("now", "today"):
        span = parts[name]
        counted = sales_rows(session, span.first, span.last, (Group.COOPERATIVE,), scope).rows
        orders = {int(row.keys[Group.COOPERATIVE].code): row.figures.orders for row in counted}
        found[name] = {one: replace(sums, orders=orders.get(one, 0)) for one, sums in found[name].items()}
    return found


def _added_up(session: Session, parts: Parts, today: date, scope: Scope) -> dict[str, dict[int, Sums]]:
    """Sums from the totals; `orders` say nothing in a scope of products, where one can be in several of them."""
    wanted: dict[str, list[tuple[str, Span]]] = {"months": [], "days": []}
    for name, span in parts.items():
        months, days = (None, [span]) if scope.is_of_product else split(span, today)
        wanted["months"] += [(name, months)] if months else []
        wanted["days"] += [(name, piece) for piece in days]
    values: dict[str, object] = {}
    for kind, pieces in wanted.items():
        pieces += [("", NO_SPAN)] * (MOST_PIECES - len(pieces))
        for number, (name, span) in enumerate(pieces):
            values |= {f"{kind}_part_{number}": name, f"{kind}_first_{number}": span.first}
            values[f"{kind}_last_{number}"] = span.last
    found: dict[str, dict[int, Sums]] = {name: {} for name in parts}
    for part, cooperative_id, *sums in session.execute(by_cooperative_in(scope), values):
        before = found[part].get(cooperative_id, NOTHING)
        found[part][cooperative_id] = before + Sums(*map(int, sums))
    return found


def _series(session: Session, today: date, scope: Scope) -> dict[str, dict[date, Sums]]:
    """All sales of each of the last months and days, those without any as well.  One query."""
    months = [month_start(today)]
    while len(months) < MONTHS:
        months.append(previous_month_start(months[-1]))
    days = [today - timedelta(days=number) for number in range(DAYS)]
    series: dict[str, dict[date, Sums]] = {
        "month": dict.fromkeys(reversed(months), NOTHING),
        "day": dict.fromkeys(reversed(days), NOTHING),
    }
    values = {"first_month": months[-1], "first_day": days[-1], "today": today}
    for kind, at, *sums in session.execute(series_in(scope), values):
        series[kind][at] = Sums(*map(int, sums))
    return series


def _species(session: Session, span: Span, scope: Scope) -> list[SpeciesSums]:
    """What was sold of each species, by what it brought.  `orders` is left at 0: it cannot be added up.  One query."""
    return [
        SpeciesSums(code, name, name_en, Sums(0, int(grams), int(pieces), int(revenue)))
        for code, name, name_en, grams, pieces, revenue in session.execute(
            species_in(scope), {"first": span.first, "last": span.last}
        )
    ]
