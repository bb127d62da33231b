"""Collected lines one by one, with all that sales may be told apart by: what no total holds is counted from here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, Subquery, and_, case, exists, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from ovop.catalogue.models import Flagship
from ovop.kernel.quantity import Measure
from ovop.ordering.models import Checkout, Order, OrderLine
from ovop.stock.models import Catch


class hour_of(FunctionElement[int]):  # noqa: N801 - reads as the function that it is in SQL
    """Hour of the day in Asia/Jakarta, 0 to 23, of an instant."""

    type = Integer()
    name = "hour_of"
    inherit_cache = True


class weekday_of(FunctionElement[int]):  # noqa: N801
    """Day of the week of a date, 1 for Monday."""

    type = Integer()
    name = "weekday_of"
    inherit_cache = True


@compiles(hour_of, "sqlite")
def _hour_on_sqlite(element: hour_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST(strftime('%H', {compiler.process(element.clauses, **kw)}, '+7 hours') AS INTEGER)"


@compiles(hour_of, "postgresql")
def _hour_on_postgresql(element: hour_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST(extract(hour FROM {compiler.process(element.clauses, **kw)} AT TIME ZONE 'Asia/Jakarta') AS INTEGER)"


@compiles(weekday_of, "sqlite")
def _weekday_on_sqlite(element: weekday_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"((CAST(strftime('%w', {compiler.process(element.clauses, **kw)}) AS INTEGER) + 6) % 7 + 1)"


@compiles(weekday_of, "postgresql")
def _weekday_on_postgresql(element: weekday_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST(extract(isodow FROM {compiler.process(element.clauses, **kw)}) AS INTEGER)"


#: The village stood for the product on the day on which it was collected.
IS_FLAGSHIP: Any = (
    exists()
    .where(
        Flagship.village_code == Order.village_code,
        Flagship.product_id == Catch.product_id,
        Flagship.decided_on <= Order.collected_on,
        or_(Flagship.ended_on.is_(None), Flagship.ended_on > Order.collected_on),
    )
    .correlate(Order, Catch)
)

#: What only single lines say, by the name of its group: it needs Order, OrderLine, Catch and Checkout joined.
ROW_COLUMNS: dict[str, Any] = {
    "product_id": Catch.product_id,
    "flagship": case((IS_FLAGSHIP, 1), else_=0),
    "method": Checkout.method,
    "weekday": weekday_of(Order.collected_on),
    "hour": hour_of(Order.collected_at),
}


def line_facts() -> Subquery:
    """A row for every collected line: where, what, when, how paid; order_id, buyer_id; grams, pieces, revenue."""
    return (
        select(
            Order.id.label("order_id"),
            Order.buyer_id,
            Order.collected_on.label("day"),
            Order.cooperative_id,
            Order.village_code,
            OrderLine.species_code,
            OrderLine.form,
            *(column.label(name) for name, column in ROW_COLUMNS.items()),
            case((OrderLine.measure == Measure.WEIGHT, OrderLine.final_quantity), else_=0).label("grams"),
            case((OrderLine.measure == Measure.COUNT, OrderLine.final_quantity), else_=0).label("pieces"),
            OrderLine.final_amount.label("revenue"),
        )
        .select_from(Order)
        .join(OrderLine, and_(OrderLine.order_id == Order.id, OrderLine.final_quantity > 0))
        .join(Catch, Catch.id == OrderLine.catch_id)
        .join(Checkout, Checkout.id == Order.checkout_id)
        .where(Order.collected_on.is_not(None))
        .subquery("line_facts")
    )
