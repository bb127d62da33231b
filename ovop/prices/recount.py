"""What the counted prices are: the cells of every period as a recount of the collected lines."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Date, Label, Select, cast, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from ovop.ordering.models import Order, OrderLine
from ovop.prices.rules import Period
from ovop.sales.prices import price_cells
from ovop.sales.totals import month_of

#: The columns of a cell beside its key, in the order of `recount`.
AMOUNTS = ("sellers", "minimum", "median", "maximum", "grams", "revenue")
KEYS = ("first", "species_code", "form")


class week_of(FunctionElement[date]):  # noqa: N801 - reads as the function that it is in SQL
    """The Monday of the week that a date column lies in."""

    type = Date()
    name = "week_of"
    inherit_cache = True


@compiles(week_of, "sqlite")
def _on_sqlite(element: week_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)}, 'weekday 0', '-6 days')"


@compiles(week_of, "postgresql")
def _on_postgresql(element: week_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST(date_trunc('week', CAST({compiler.process(element.clauses, **kw)} AS timestamp)) AS date)"


def recount(period: Period, first: date, last: date) -> Select[*tuple[Any, ...]]:
    """The cells of periods that begin on `first` or later and end on `last` or before: KEYS, then AMOUNTS."""
    begins: dict[Period, Label[Any]] = {
        Period.DAY: Order.collected_on.label("first"),
        Period.WEEK: week_of(Order.collected_on).label("first"),
        Period.MONTH: month_of(Order.collected_on).label("first"),
    }
    key = (begins[period], OrderLine.species_code, OrderLine.form)
    cells = price_cells(key, Order.collected_on.between(first, last), fewest=1).subquery()
    middle = cast(cells.c.middle, BigInteger)  # PostgreSQL would divide a sum with a remainder
    median = (2 * middle + cells.c.middles) // (2 * cells.c.middles)
    values = {**dict(cells.c), "median": median}
    return select(*(values[name].label(name) for name in (*KEYS, *AMOUNTS)))
