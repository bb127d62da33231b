"""Sales added up by any groups: money and weight from the totals, orders and buyers counted one by one.

Whoever buys twice is one buyer and an order with two species is one order, in each row and in the whole; neither can
be added up from days.  Each answer is one statement, so that a sale in between is in all of it or in nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    Subquery,
    Table,
    and_,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.catalogue.models import Product, Species
from ovop.kernel.errors import Invalid
from ovop.ordering.models import Order, OrderLine
from ovop.sales.facts import line_facts
from ovop.sales.models import DayTotal, ProductTotal
from ovop.sales.rules import OF_LINES, OF_PRODUCT, Group
from ovop.sales.totals import month_of
from ovop.villages.models import District, Village

#: More rows than anybody reads; what is grouped finer is asked for in shorter spans.
MOST_ROWS = 50_000
#: Length of a district's code, with which the codes of its villages begin.
DISTRICT_CODE = 8


@dataclass(frozen=True, slots=True)
class Scope:
    """Which sales: all, or those of a district, village, co-operative, species or form.

    And what only single lines say: product, whether it was the flagship, how it was paid, weekday (1 is Monday), hour.
    """

    district: str | None = None
    village: str | None = None
    cooperative_id: int | None = None
    species: str | None = None
    form: str | None = None
    product_id: int | None = None
    is_flagship: bool | None = None
    method: str | None = None
    weekday: int | None = None
    hour: int | None = None

    @property
    def is_of_product(self) -> bool:
        """Whether it picks lines out of orders, not whole orders."""
        goods = (self.species, self.form, self.product_id, self.is_flagship)
        return any(part is not None for part in goods)

    @property
    def is_of_lines(self) -> bool:
        """Whether no total can answer it."""
        return self != self.of_totals

    @property
    def of_totals(self) -> Scope:
        """The same as far as totals tell things apart: place, species and form."""
        return Scope(self.district, self.village, self.cooperative_id, self.species, self.form)

    @property
    def place(self) -> Scope:
        """The same district, village or co-operative, whatever was sold."""
        return Scope(district=self.district, village=self.village, cooperative_id=self.cooperative_id)


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Figures:
    """Collected orders, distinct buyers, grams and pieces, rupiah."""

    orders: int
    buyers: int
    grams: int
    pieces: int
    revenue: int


@dataclass(frozen=True, slots=True)
class Key:
    """One value of a group: its code (a day or month as ISO text), and its names, empty where there is none."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class SalesRow:
    """The figures of one value of each group."""

    keys: Mapping[Group, Key]
    figures: Figures


@dataclass(frozen=True, slots=True)
class Sales:
    """Rows by their groups' codes, and the whole.  Orders and buyers of the rows may add up to more than it."""

    rows: tuple[SalesRow, ...]
    total: Figures


def sales_rows(
    session: Session, first: date, last: date, group_by: Sequence[Group], scope: Scope = EVERYTHING
) -> Sales:
    """Collected orders of `first` … `last` (Asia/Jakarta, inclusive) by `group_by`.  One query.

    Without groups there are no rows.  Raises: Invalid when there would be more than MOST_ROWS of them.
    """
    whole = _figures(first, last, (), scope)
    parts = [select(literal(1).label("is_total"), *_no_keys(group_by), *_sums(whole))]
    if group_by:
        grouped = _figures(first, last, group_by, scope)
        parts.append(select(literal(0), *(grouped.c[group] for group in group_by), *_sums(grouped)))
    both = union_all(*parts).subquery()
    statement = _named(both, group_by).order_by(both.c.is_total.desc(), *(both.c[group] for group in group_by))
    total, *rows = session.execute(statement.limit(MOST_ROWS + 2)).mappings()
    if len(rows) > MOST_ROWS:
        raise Invalid({"group_by": "too-many-rows"})
    return Sales(tuple(SalesRow(_keys_of(row, group_by), _figures_of(row)) for row in rows), _figures_of(total))


_SUMS = ("orders", "buyers", "grams", "pieces", "revenue")


def _figures(first: date, last: date, groups: Sequence[Group], scope: Scope) -> Subquery:
    """Money and weight joined to orders and buyers, by the values of `groups`."""
    if scope.is_of_lines or not OF_LINES.isdisjoint(groups):
        return _figures_of_lines(first, last, groups, scope)
    of_product = scope.is_of_product or not OF_PRODUCT.isdisjoint(groups)
    totals = cast(Table, (ProductTotal if of_product else DayTotal).__table__)
    keys = key_columns(groups, totals.c.day, totals.c)
    money = (
        select(
            *keys,
            *(func.coalesce(func.sum(totals.c[name]), 0).label(name) for name in ("grams", "pieces", "revenue")),
        )
        .where(totals.c.day.between(first, last), *within(scope, totals.c))
        .group_by(*keys)
        .subquery()
    )
    people = _people(first, last, groups, scope, of_product=of_product)
    same = and_(true(), *(money.c[group] == people.c[group] for group in groups))
    return (
        select(
            *(money.c[group] for group in groups),
            *((people if name in people.c else money).c[name].label(name) for name in _SUMS),
        )
        .select_from(money.join(people, same))
        .subquery()
    )


def _figures_of_lines(first: date, last: date, groups: Sequence[Group], scope: Scope) -> Subquery:
    """All of it counted from the lines themselves."""
    lines = line_facts()
    keys = key_columns(groups, lines.c.day, lines.c)
    return (
        select(
            *keys,
            func.count(lines.c.order_id.distinct()).label("orders"),
            func.count(lines.c.buyer_id.distinct()).label("buyers"),
            *(func.coalesce(func.sum(lines.c[name]), 0).label(name) for name in ("grams", "pieces", "revenue")),
        )
        .where(lines.c.day.between(first, last), *within(scope, lines.c))
        .group_by(*keys)
        .subquery()
    )


def _people(first: date, last: date, groups: Sequence[Group], scope: Scope, *, of_product: bool) -> Subquery:
    """Distinct orders and buyers; lines are looked at only where species or form are asked for."""
    columns = {**Order.__table__.c} | ({**OrderLine.__table__.c} if of_product else {})
    keys = key_columns(groups, Order.collected_on, columns)
    orders = func.count(Order.id.distinct()) if of_product else func.count()
    statement = select(*keys, orders.label("orders"), func.count(Order.buyer_id.distinct()).label("buyers"))
    statement = statement.select_from(Order)
    if of_product:
        statement = statement.join(OrderLine, and_(OrderLine.order_id == Order.id, OrderLine.final_quantity > 0))
    return statement.where(Order.collected_on.between(first, last), *within(scope, columns)).group_by(*keys).subquery()


def key_columns(groups: Sequence[Group], day: Any, columns: Any) -> list[Any]:
    """What tells the values of each group apart, named as the group."""
    meaning: dict[Group, Callable[[], Any]] = {
        Group.DAY: lambda: day,
        Group.MONTH: lambda: month_of(day),
        Group.DISTRICT: lambda: func.substr(columns["village_code"], 1, DISTRICT_CODE),
        Group.VILLAGE: lambda: columns["village_code"],
        Group.COOPERATIVE: lambda: columns["cooperative_id"],
        Group.SPECIES: lambda: columns["species_code"],
        Group.FORM: lambda: columns["form"],
        Group.PRODUCT: lambda: columns["product_id"],
        Group.FLAGSHIP: lambda: columns["flagship"],
        Group.METHOD: lambda: columns["method"],
        Group.WEEKDAY: lambda: columns["weekday"],
        Group.HOUR: lambda: columns["hour"],
    }
    return [meaning[group]().label(group.value) for group in groups]


def within(scope: Scope, columns: Any) -> list[ColumnElement[bool]]:
    """The conditions that `scope` puts on rows with these columns."""
    conditions: list[ColumnElement[bool]] = []
    if scope.district is not None:
        conditions.append(columns["village_code"].startswith(f"{scope.district}.", autoescape=True))
    for name, value in (
        ("village_code", scope.village),
        ("cooperative_id", scope.cooperative_id),
        ("species_code", scope.species),
        ("form", scope.form),
        ("product_id", scope.product_id),
        ("flagship", None if scope.is_flagship is None else int(scope.is_flagship)),
        ("method", scope.method),
        ("weekday", scope.weekday),
        ("hour", scope.hour),
    ):
        if value is not None:
            conditions.append(columns[name] == value)
    return conditions


def _no_keys(groups: Sequence[Group]) -> list[Any]:
    kinds: dict[Group, Any] = {Group.DAY: Date, Group.MONTH: Date, Group.COOPERATIVE: Cooperative.id.type}
    kinds |= {Group.PRODUCT: Product.id.type} | dict.fromkeys((Group.FLAGSHIP, Group.WEEKDAY, Group.HOUR), Integer)
    return [sql_cast(null(), kinds.get(group, String)).label(group.value) for group in groups]


def _sums(figures: Subquery) -> list[Any]:
    return [figures.c[name] for name in _SUMS]


def _named(both: Subquery, groups: Sequence[Group]) -> Select[*tuple[Any, ...]]:
    """The rows with the names of their villages, districts, co-operatives and species."""
    names: list[Any] = []
    source: Any = both
    for group in groups:
        match group:
            case Group.DISTRICT:
                source = source.outerjoin(District, District.code == both.c[group])
                names.append(District.name.label(f"{group}_name"))
            case Group.VILLAGE:
                source = source.outerjoin(Village, Village.code == both.c[group])
                names.append(Village.name.label(f"{group}_name"))
            case Group.COOPERATIVE:
                source = source.outerjoin(Cooperative, Cooperative.id == both.c[group])
                names.append(Cooperative.name.label(f"{group}_name"))
            case Group.SPECIES:
                source = source.outerjoin(Species, Species.code == both.c[group])
                names += [Species.name_id.label(f"{group}_name"), Species.name_en.label(f"{group}_name_en")]
            case Group.PRODUCT:
                source = source.outerjoin(Product, Product.id == both.c[group])
                names.append(Product.name.label(f"{group}_name"))
            case _:
                pass
    return select(*both.c, *names).select_from(source)


def _keys_of(row: Mapping[Any, Any], groups: Sequence[Group]) -> dict[Group, Key]:
    keys = {}
    for group in groups:
        value = row[group.value]
        code = value.isoformat()[: 7 if group is Group.MONTH else 10] if isinstance(value, date) else str(value)
        name = row.get(f"{group}_name") or ""
        keys[group] = Key(code, name, row.get(f"{group}_name_en") or name)
    return keys


def _figures_of(row: Mapping[Any, Any]) -> Figures:
    return Figures(*(int(row[name]) for name in _SUMS))
