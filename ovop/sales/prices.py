"""What fish was sold for: public, and so only where no single seller can be read out of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Label, Select, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ovop.catalogue.models import Product
from ovop.kernel.quantity import Measure
from ovop.ordering.models import Order, OrderLine

Column = ColumnElement[Any] | InstrumentedAttribute[Any]

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
    which: ColumnElement[bool] = Order.collected_on.between(first, last)
    if species is not None:
        which &= OrderLine.species_code == species
    cells = price_cells((OrderLine.species_code, Order.collected_on.label("day")), which)
    counted = cells.subquery()
    total = session.scalar(select(func.count()).select_from(counted)) or 0
    rows = session.execute(
        cells.order_by(cells.selected_columns.day.desc(), cells.selected_columns.species_code)
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    return [_row(row) for row in rows], total


def median_prices(session: Session, species: Collection[str], first: date, last: date) -> dict[tuple[str, str], int]:
    """What goods by weight of these species were sold for in those days: the median by species and form.  One query.

    As open as `list_prices`: a kind of goods that fewer than FEWEST_SELLERS co-operatives sold is left out.
    """
    which = Order.collected_on.between(first, last) & OrderLine.species_code.in_(species)
    rows = session.execute(price_cells((OrderLine.species_code, OrderLine.form), which)) if species else ()
    return {(row.species_code, row.form): _median(row) for row in rows}


def kinds_of(session: Session, product_ids: Collection[int]) -> dict[str, tuple[str, str]]:
    """Species and form of each of the products, by its id as text.  One query."""
    rows = session.execute(select(Product.id, Product.species_code, Product.form).where(Product.id.in_(product_ids)))
    return {str(product_id): (species, form) for product_id, species, form in rows}


def price_cells(
    key: Sequence[Column], which: ColumnElement[bool], fewest: int = FEWEST_SELLERS
) -> Select[*tuple[Any, ...]]:
    """Of the collected lines by weight that are `which`, for each combination of the columns `key`: how many
    co-operatives sold, the smallest, middle and largest price, grams and rupiah; of at least `fewest` co-operatives.

    The median is ``middle`` by ``middles``: the sum and number of the middle one or two.
    """
    partition = [column.element if isinstance(column, Label) else column for column in key]
    line = (
        select(
            *key,
            Order.cooperative_id,
            OrderLine.unit_price,
            OrderLine.final_quantity,
            OrderLine.final_amount,
            func.row_number()
            .over(partition_by=partition, order_by=(OrderLine.unit_price, OrderLine.id))
            .label("place"),
            func.count().over(partition_by=partition).label("lines"),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .where(which, OrderLine.measure == Measure.WEIGHT, OrderLine.final_quantity > 0)
        .subquery()
    )
    # Doubled, so that the middle one or the mean of the middle two is found in integers.
    is_middle = (2 * line.c.place >= line.c.lines) & (2 * line.c.place <= line.c.lines + 2)
    middle = case((is_middle, line.c.unit_price))
    cell = [line.c[str(column.key)] for column in key]
    return (
        select(
            *cell,
            func.min(line.c.unit_price).label("minimum"),
            func.sum(middle).label("middle"),
            func.count(middle).label("middles"),
            func.max(line.c.unit_price).label("maximum"),
            func.sum(line.c.final_quantity).label("grams"),
            func.sum(line.c.final_amount).label("revenue"),
            func.count(line.c.cooperative_id.distinct()).label("sellers"),
        )
        .group_by(*cell)
        .having(func.count(line.c.cooperative_id.distinct()) >= fewest)
    )


def _row(row: Any) -> PriceRow:
    return PriceRow(
        species_code=row.species_code,
        day=row.day,
        minimum=row.minimum,
        median=_median(row),
        maximum=row.maximum,
        grams=int(row.grams),
    )


def _median(row: Any) -> int:
    """The mean of the middle one or two, halves up."""
    middle, middles = int(row.middle), int(row.middles)
    return (2 * middle + middles) // (2 * middles)
