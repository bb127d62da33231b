"""The first screen's statements, kept for each scope that is asked for.

Putting one together takes longer than the database needs to answer it.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, Executable, Select, String, bindparam, exists, func, literal, or_, select, union_all

from ovop.accounts.models import Cooperative
from ovop.catalogue.models import Flagship, Species, Stars
from ovop.sales.models import DayTotal, MonthTotal, ProductTotal
from ovop.sales.queries import Scope, within
from ovop.sales.rules import Span
from ovop.sales.totals import month_of
from ovop.villages.models import District, Village

#: What can be added up.
ADDED = ("orders", "grams", "pieces", "revenue")
#: Parts that a statement can take at once, each with two ends.
MOST_PIECES = 16
NO_SPAN = Span(date(2000, 1, 2), date(2000, 1, 1))


def _totals(table: type[DayTotal] | type[MonthTotal], scope: Scope) -> tuple[Any, Any]:
    """The totals that a scope is added up from, and when each of them counts."""
    if scope.is_of_product:
        when = month_of(ProductTotal.day) if table is MonthTotal else ProductTotal.day
        return ProductTotal, when
    return table, MonthTotal.month if table is MonthTotal else DayTotal.day


def _sums_of(table: type[DayTotal] | type[MonthTotal] | type[ProductTotal]) -> list[Any]:
    return [func.sum(getattr(table, name)).label(name) for name in ADDED]


def _pieces_of(kind: str, whole: type[DayTotal] | type[MonthTotal], scope: Scope) -> Select[*tuple[Any, ...]]:
    """Sums by part and co-operative over the spans given as ``KIND_part_N``, ``KIND_first_N``, ``KIND_last_N``."""
    table, when = _totals(whole, scope)
    spans = union_all(
        *(
            select(
                bindparam(f"{kind}_part_{number}", type_=String()).label("part"),
                bindparam(f"{kind}_first_{number}", type_=Date()).label("first"),
                bindparam(f"{kind}_last_{number}", type_=Date()).label("last"),
            )
            for number in range(MOST_PIECES)
        )
    ).cte(kind)
    return (
        select(spans.c.part, table.cooperative_id, *_sums_of(table))
        .join(spans, when.between(spans.c.first, spans.c.last))
        .where(*within(scope, table.__table__.c))
        .group_by(spans.c.part, table.cooperative_id)
    )


@lru_cache(maxsize=64)
def by_cooperative_in(scope: Scope) -> Executable:
    """Sums by the name of each span and co-operative."""
    return union_all(_pieces_of("months", MonthTotal, scope), _pieces_of("days", DayTotal, scope))


def _one_series(kind: str, whole: type[DayTotal] | type[MonthTotal], scope: Scope) -> Select[*tuple[Any, ...]]:
    table, when = _totals(whole, scope)
    return (
        select(literal(kind).label("kind"), when.label("at"), *_sums_of(table))
        .where(
            (table.day if scope.is_of_product else when).between(bindparam(f"first_{kind}"), bindparam("today")),
            *within(scope, table.__table__.c),
        )
        .group_by(when)
    )


@lru_cache(maxsize=64)
def series_in(scope: Scope) -> Executable:
    """Sums of each month and of each day."""
    return union_all(_one_series("month", MonthTotal, scope), _one_series("day", DayTotal, scope))


_IN_FORCE = (Flagship.village_code == Cooperative.village_code) & Flagship.ended_on.is_(None)
_VALID = Stars.withdrawn_on.is_(None) & or_(Stars.expires_on.is_(None), Stars.expires_on >= bindparam("today"))

COOPERATIVES = (
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


@lru_cache(maxsize=64)
def species_in(scope: Scope) -> Executable:
    """What was sold of each species, by what it brought."""
    sold = (
        select(ProductTotal.species_code, *_sums_of(ProductTotal))
        .where(
            ProductTotal.day.between(bindparam("first"), bindparam("last")),
            *within(scope, ProductTotal.__table__.c),
        )
        .group_by(ProductTotal.species_code)
        .subquery()
    )
    return (
        select(Species.code, Species.name_id, Species.name_en, sold.c.grams, sold.c.pieces, sold.c.revenue)
        .join(sold, sold.c.species_code == Species.code)
        .order_by(sold.c.revenue.desc(), Species.code)
    )
