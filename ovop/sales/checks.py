"""Invariants of the sales totals: equal to a recount of the collected orders, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from ovop.kernel.checks import Check, Finding, finding
from ovop.ordering.models import Checkout, Order, OrderLine
from ovop.sales.models import DayTotal, ProductTotal

_GRAMS = func.sum(case((OrderLine.measure == "weight", OrderLine.final_quantity), else_=0))
_PIECES = func.sum(case((OrderLine.measure == "count", OrderLine.final_quantity), else_=0))


def _days(session: Session) -> Finding:
    kept = select(
        DayTotal.day, DayTotal.cooperative_id, DayTotal.method,
        DayTotal.orders, DayTotal.grams, DayTotal.pieces, DayTotal.revenue,
    )  # fmt: skip
    recounted = (
        select(
            Order.collected_on, Order.cooperative_id, Checkout.method,
            func.count(Order.id.distinct()), _GRAMS, _PIECES, func.sum(OrderLine.final_amount),
        )
        .join(Checkout, Checkout.id == Order.checkout_id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(Order.collected_on.is_not(None))
        .group_by(Order.collected_on, Order.cooperative_id, Checkout.method)
    )  # fmt: skip
    return _compare(session, kept, recounted, keys=3)


def _products(session: Session) -> Finding:
    kept = select(
        ProductTotal.day, ProductTotal.cooperative_id, ProductTotal.species_code, ProductTotal.form,
        ProductTotal.orders, ProductTotal.grams, ProductTotal.pieces, ProductTotal.revenue,
    )  # fmt: skip
    recounted = (
        select(
            Order.collected_on, Order.cooperative_id, OrderLine.species_code, OrderLine.form,
            func.count(Order.id.distinct()), _GRAMS, _PIECES, func.sum(OrderLine.final_amount),
        )
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(Order.collected_on.is_not(None))
        .group_by(Order.collected_on, Order.cooperative_id, OrderLine.species_code, OrderLine.form)
    )  # fmt: skip
    return _compare(session, kept, recounted, keys=4)


def _compare(
    session: Session, kept: Select[tuple[object, ...]], recounted: Select[tuple[object, ...]], keys: int
) -> Finding:
    """Cells that differ between two selects whose first `keys` columns name the cell; one absent counts as zeros."""
    have, want = _cells(session, kept, keys), _cells(session, recounted, keys)

    def broken() -> Iterator[str]:
        nothing = (0,) * 4
        for cell in sorted(have.keys() | want.keys(), key=str):
            if have.get(cell, nothing) != want.get(cell, nothing):
                name = " ".join(str(part) for part in cell)
                yield f"{name}: totals {have.get(cell, nothing)}, orders {want.get(cell, nothing)}"

    return finding(len(want), broken())


def _cells(
    session: Session, rows: Select[tuple[object, ...]], keys: int
) -> Mapping[tuple[object, ...], tuple[int, ...]]:
    return {tuple(row[:keys]): tuple(int(str(value)) for value in row[keys:]) for row in session.execute(rows)}


CHECKS = (
    Check("daily totals are a recount of the collected orders", "cells", _days),
    Check("totals by product are a recount of the collected lines", "cells", _products),
)
