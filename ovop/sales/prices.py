"""What fish was sold for: public, and so only where no single seller can be read out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from ovop.kernel.quantity import Measure
from ovop.ordering.models import Order, OrderLine

#: A cell of fewer co-operatives would tell what one of them takes.  Source: contract, GET /prices.
FEWEST_SELLERS = 3


@dataclass(frozen=True, slots=True)
class PriceRow:
    """Of one species on one day: rupiah per kilogram over its collected lines, and how much was collected."""

    species_code: str
    day: date
    minimum: int
    median: int
    maximum: int
    grams: int


def list_prices(
    session: Session, first: date, last: date, species: str | None = None, *, page: int = 1, per_page: int = 100
) -> tuple[list[PriceRow], int]:
    """Prices of goods by weight collected on `first` … `last` (Asia/Jakarta), newest day first; and how many rows.

    Median: of the lines' prices, the mean of the middle two (halves up) where their number is even.
    """
    cells = _cells(first, last, species)
    counted = cells.subquery()
    total = session.scalar(select(func.count()).select_from(counted)) or 0
    rows = session.execute(
        cells.order_by(cells.selected_columns.day.desc(), cells.selected_columns.species_code)
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    return [_row(row) for row in rows], total


def _cells(first: date, last: date, species: str | None) -> Select[*tuple[Any, ...]]:
    cell = (OrderLine.species_code, Order.collected_on)
    lines = (
        select(
            OrderLine.species_code,
            Order.collected_on.label("day"),
            Order.cooperative_id,
            OrderLine.unit_price,
            OrderLine.final_quantity,
            func.row_number().over(partition_by=cell, order_by=(OrderLine.unit_price, OrderLine.id)).label("place"),
            func.count().over(partition_by=cell).label("lines"),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            Order.collected_on.between(first, last),
            OrderLine.measure == Measure.WEIGHT,
            OrderLine.final_quantity > 0,
        )
    )
    if species is not None:
        lines = lines.where(OrderLine.species_code == species)
    line = lines.subquery()
    # Doubled, so that the middle one or the mean of the middle two is found in integers.
    is_middle = (2 * line.c.place >= line.c.lines) & (2 * line.c.place <= line.c.lines + 2)
    middle = case((is_middle, line.c.unit_price))
    return (
        select(
            line.c.species_code,
            line.c.day,
            func.min(line.c.unit_price).label("minimum"),
            func.sum(middle).label("middle"),
            func.count(middle).label("middles"),
            func.max(line.c.unit_price).label("maximum"),
            func.sum(line.c.final_quantity).label("grams"),
        )
        .group_by(line.c.species_code, line.c.day)
        .having(func.count(line.c.cooperative_id.distinct()) >= FEWEST_SELLERS)
    )


def _row(row: Any) -> PriceRow:
    middle, middles = int(row.middle), int(row.middles)
    return PriceRow(
        species_code=row.species_code,
        day=row.day,
        minimum=row.minimum,
        median=(2 * middle + middles) // (2 * middles),
        maximum=row.maximum,
        grams=int(row.grams),
    )
