"""What the office's first screen needs, in few queries that read few rows: a month's where a month is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, Select, String, bindparam, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.catalogue.models import Flagship, Species, Stars
from ovop.kernel.days import month_start, previous_month_start
from ovop.ordering.models import Order
from ovop.sales.models import DayTotal, MonthBuyer, MonthTotal, ProductTotal
from ovop.sales.rules import Comparison, Period, Span, compare, split
from ovop.villages.models import District, Village

#: How far the two series of the first screen reach back.
MONTHS, DAYS = 13, 30
#: Four weeks against the four before: as many of each weekday, and no matter where a month begins.
TREND_DAYS = 28


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
    """Sales of a span: `by_cooperative` for each of `parts`, distinct buyers, species by what they brought.

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

    def sums(self, part: str, cooperatives: Iterable[int] | None = None) -> Sums:
        """What all, or these co-operatives sold in one of the parts."""
        every = self.by_cooperative.get(part, {})
        chosen = every.values() if cooperatives is None else (every.get(one, NOTHING) for one in cooperatives)
        return sum(chosen, NOTHING)


def get_overview(session: Session, span: Span, today: date, period: Period | None = None) -> Overview:
    """The first screen's figures for `span`, asked for as `period`, as of `today`.  Five queries."""
    comparison = compare(span, today, period)
    parts = _parts(span, comparison, today)
    series = _series(session, today)
    return Overview(
        span=span,
        today=today,
        comparison=comparison,
        parts=parts,
        by_cooperative=_by_cooperative(session, parts, today),
        cooperatives=tuple(list_cooperatives(session, today)),
        buyers=count_buyers(session, span, today),
        months=series["month"],
        days=series["day"],
        species=tuple(_species(session, span)),
    )


def list_cooperatives(session: Session, today: date) -> list[CooperativeRow]:
    """Every co-operative by the name of its village, inactive ones too.  One query."""
    return [CooperativeRow(*row) for row in session.execute(_COOPERATIVES, {"today": today})]


def count_buyers(session: Session, span: Span, today: date) -> int:
    """Distinct buyers who collected in `span`.  One query; a whole month's are counted already."""
    months, ends = split(span, today)
    if months is not None and months.first == months.last and not ends:
        counted = select(func.count()).select_from(MonthBuyer).where(MonthBuyer.month == months.first)
        return session.scalar(counted) or 0
    distinct = select(func.count(Order.buyer_id.distinct()))
    return session.scalar(distinct.where(Order.collected_on.between(span.first, span.last))) or 0


def _parts(span: Span, comparison: Comparison, today: date) -> dict[str, Span]:
    yesterday = today - timedelta(days=1)
    parts = {
        "now": span,
        "today": Span(today, today),
        "part": comparison.part,
        "before": comparison.before,
        "year_before": comparison.year_before,
        "whole": comparison.whole,
        "recent": Span(today - timedelta(days=TREND_DAYS), yesterday),
        "earlier": Span(today - timedelta(days=2 * TREND_DAYS), yesterday - timedelta(days=TREND_DAYS)),
    }
    return {name: part for name, part in parts.items() if part is not None}


def _by_cooperative(session: Session, parts: Parts, today: date) -> dict[str, dict[int, Sums]]:
    """What each co-operative sold in each of `parts`.  One query."""
    wanted: dict[str, list[tuple[str, Span]]] = {"months": [], "days": []}
    for name, span in parts.items():
        months, days = split(span, today)
        wanted["months"] += [(name, months)] if months else []
        wanted["days"] += [(name, piece) for piece in days]
    values: dict[str, object] = {}
    for kind, pieces in wanted.items():
        pieces += [("", _NO_SPAN)] * (_MOST_PIECES - len(pieces))
        for number, (name, span) in enumerate(pieces):
            values |= {f"{kind}_part_{number}": name, f"{kind}_first_{number}": span.first}
            values[f"{kind}_last_{number}"] = span.last
    found: dict[str, dict[int, Sums]] = {name: {} for name in parts}
    for part, cooperative_id, *sums in session.execute(_BY_COOPERATIVE, values):
        before = found[part].get(cooperative_id, NOTHING)
        found[part][cooperative_id] = before + Sums(*map(int, sums))
    return found


def _series(session: Session, today: date) -> dict[str, dict[date, Sums]]:
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
    for kind, at, *sums in session.execute(_SERIES, values):
        series[kind][at] = Sums(*map(int, sums))
    return series


def _species(session: Session, span: Span) -> list[SpeciesSums]:
    """What was sold of each species, by what it brought.  `orders` is left at 0: it cannot be added up.  One query."""
    return [
        SpeciesSums(code, name, name_en, Sums(0, int(grams), int(pieces), int(revenue)))
        for code, name, name_en, grams, pieces, revenue in session.execute(
            _SPECIES, {"first": span.first, "last": span.last}
        )
    ]


# The statements are made once: putting them together takes longer than the database needs to answer them.

#: Parts that a statement can take at once, each with two ends.
_MOST_PIECES = 16
_NO_SPAN = Span(date(2000, 1, 2), date(2000, 1, 1))


def _sums_of(table: type[DayTotal] | type[MonthTotal] | type[ProductTotal]) -> list[Any]:
    return [func.sum(getattr(table, name)).label(name) for name in Sums.__slots__]


def _pieces_of(kind: str, table: type[DayTotal] | type[MonthTotal], when: Any) -> Select[*tuple[Any, ...]]:
    """Sums by part and co-operative over the spans given as ``KIND_part_N``, ``KIND_first_N``, ``KIND_last_N``."""
    spans = union_all(
        *(
            select(
                bindparam(f"{kind}_part_{number}", type_=String()).label("part"),
                bindparam(f"{kind}_first_{number}", type_=Date()).label("first"),
                bindparam(f"{kind}_last_{number}", type_=Date()).label("last"),
            )
            for number in range(_MOST_PIECES)
        )
    ).cte(kind)
    return (
        select(spans.c.part, table.cooperative_id, *_sums_of(table))
        .join(spans, when.between(spans.c.first, spans.c.last))
        .group_by(spans.c.part, table.cooperative_id)
    )


_BY_COOPERATIVE = union_all(
    _pieces_of("months", MonthTotal, MonthTotal.month), _pieces_of("days", DayTotal, DayTotal.day)
)

_SERIES = union_all(
    select(literal("month").label("kind"), MonthTotal.month.label("at"), *_sums_of(MonthTotal))
    .where(MonthTotal.month.between(bindparam("first_month"), bindparam("today")))
    .group_by(MonthTotal.month),
    select(literal("day"), DayTotal.day, *_sums_of(DayTotal))
    .where(DayTotal.day.between(bindparam("first_day"), bindparam("today")))
    .group_by(DayTotal.day),
)

_IN_FORCE = (Flagship.village_code == Cooperative.village_code) & Flagship.ended_on.is_(None)
_VALID = or_(Stars.expires_on.is_(None), Stars.expires_on >= bindparam("today"))

_COOPERATIVES = (
    select(
        Cooperative.id,
        Cooperative.slug,
        Cooperative.name,
        Cooperative.is_active,
        Village.code,
        Village.name,
        District.code,
        District.name,
        select(func.max(DayTotal.day))
        .where(DayTotal.cooperative_id == Cooperative.id)
        .correlate(Cooperative)
        .scalar_subquery(),
        exists().where(_IN_FORCE).correlate(Cooperative),
        exists().where(_IN_FORCE, Stars.product_id == Flagship.product_id, _VALID).correlate(Cooperative),
    )
    .join(Village, Village.code == Cooperative.village_code)
    .join(District, District.code == Village.district_code)
    .order_by(Village.name, Cooperative.id)
)

_OF_SPECIES = (
    select(ProductTotal.species_code, *_sums_of(ProductTotal))
    .where(ProductTotal.day.between(bindparam("first"), bindparam("last")))
    .group_by(ProductTotal.species_code)
    .subquery()
)
_SPECIES = (
    select(
        Species.code,
        Species.name_id,
        Species.name_en,
        _OF_SPECIES.c.grams,
        _OF_SPECIES.c.pieces,
        _OF_SPECIES.c.revenue,
    )
    .join(_OF_SPECIES, _OF_SPECIES.c.species_code == Species.code)
    .order_by(_OF_SPECIES.c.revenue.desc(), Species.code)
)
