"""What the totals are: each table's rows as a recount of the collected orders and their lines.

The one definition from which totals are rebuilt and against which they are checked; `operations.count_sale` keeps them
equal to it, sale by sale.  A line weighed in at nothing was not sold and counts nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, cast

from sqlalchemy import Date, Select, Table, and_, case, exists, func, literal, or_, select, union_all
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from ovop.kernel.quantity import Measure
from ovop.ordering.models import Order, OrderLine
from ovop.sales.models import DayTotal, MonthBuyer, MonthTotal, ProductTotal

#: Every table of totals, in the order in which they are written.
TABLES: tuple[Table, ...] = tuple(
    cast(Table, model.__table__) for model in (DayTotal, MonthTotal, MonthBuyer, ProductTotal)
)
SUMS = ("orders", "grams", "pieces", "revenue", "short")


class month_of(FunctionElement[date]):  # noqa: N801 - reads as the function that it is in SQL
    """First day of the month that a date column lies in."""

    type = Date()
    name = "month_of"
    inherit_cache = True


@compiles(month_of, "sqlite")
def _on_sqlite(element: month_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)}, 'start of month')"


@compiles(month_of, "postgresql")
def _on_postgresql(element: month_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST(date_trunc('month', CAST({compiler.process(element.clauses, **kw)} AS timestamp)) AS date)"


#: Any line of an order, also one weighed in at nothing, beside those that were sold.
_LINE = aliased(OrderLine)

_MEANING: dict[str, Any] = {
    "day": Order.collected_on,
    "month": month_of(Order.collected_on),
    "cooperative_id": Order.cooperative_id,
    "village_code": Order.village_code,
    "buyer_id": Order.buyer_id,
    "species_code": OrderLine.species_code,
    "form": OrderLine.form,
    "orders": func.count(Order.id.distinct()),
    "grams": func.sum(case((OrderLine.measure == Measure.WEIGHT, OrderLine.final_quantity), else_=0)),
    "pieces": func.sum(case((OrderLine.measure == Measure.COUNT, OrderLine.final_quantity), else_=0)),
    "revenue": func.sum(OrderLine.final_amount),
    "short": func.count(
        case(
            (exists().where(_LINE.order_id == Order.id, _LINE.final_quantity * 10 < _LINE.quantity * 9), Order.id)
        ).distinct()
    ),
}


def time_column(table: Table) -> Any:
    """The column that says when: `day`, or `month` by its first day."""
    return table.c.day if "day" in table.c else table.c.month


def recount(table: Table, first: date, last: date) -> Select[*tuple[Any, ...]]:
    """The rows that `table` has to hold for collections of `first` … `last`, in the order of its columns."""
    return (
        select(*(_MEANING[column.name].label(column.name) for column in table.c))
        .select_from(Order)
        .join(OrderLine, and_(OrderLine.order_id == Order.id, OrderLine.final_quantity > 0))
        .where(Order.collected_on.between(first, last))
        .group_by(*(_MEANING[column.name] for column in table.primary_key))
    )


def differences(session: Session, table: Table, first: date, last: date) -> Iterator[str]:
    """The cells of `table` that are not as recounted, in words: by how much it says too much or too little.

    One statement, so that a sale in between is on both sides or on neither.  first, last: whole months.
    """
    keys = [column.name for column in table.primary_key]
    sums = [name for name in SUMS if name in table.c]
    kept = select(
        *(table.c[name] for name in keys), *(table.c[name] for name in sums), literal(1).label("present")
    ).where(time_column(table).between(first, last))
    counted = recount(table, first, last).subquery()
    both = union_all(
        kept,
        select(*(counted.c[name] for name in keys), *(-counted.c[name] for name in sums), literal(-1)),
    ).subquery()
    excess = {name: func.sum(both.c[name]) for name in (*sums, "present")}
    unequal = (
        select(*(both.c[name] for name in keys), *(column.label(name) for name, column in excess.items()))
        .group_by(*(both.c[name] for name in keys))
        .having(or_(*(column != 0 for column in excess.values())))
        .order_by(*(both.c[name] for name in keys))
    )
    for row in session.execute(unequal).mappings():
        cell = ", ".join(f"{name.removesuffix('_code').removesuffix('_id')} {row[name]}" for name in keys)
        wrong = ", ".join(f"{name} {int(row[name]):+d}" for name in excess if row[name])
        yield f"{cell}: {wrong}"
