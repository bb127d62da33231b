"""Sales, for the office, and prices, for everybody."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from ovop.api.v1.schemas.fields import Answer, Day, Line, Query
from ovop.api.v1.schemas.pages import Page, PageQuery
from ovop.kernel.days import month_start
from ovop.kernel.errors import Invalid
from ovop.sales.prices import PriceRow
from ovop.sales.queries import Figures, Sales, SalesRow
from ovop.sales.rules import PUBLISHED, Group, Span, parse_groups, parse_span

_NAMES = "|".join(group.value for group in Group if group in PUBLISHED)


def _joined(value: object) -> object:
    """Names with commas between them, also where each came as a parameter of its own."""
    return ",".join(map(str, value)) if isinstance(value, list) else value


GroupBy = Annotated[
    str,
    BeforeValidator(_joined),
    WithJsonSchema({"type": "string", "pattern": f"^({_NAMES})(,({_NAMES}))*$", "examples": ["day,village"]}),
]


class SpanQuery(Query):
    """Days in Asia/Jakarta, both ends included; this month without any."""

    first: Day | None = Field(default=None, alias="from", description="First day; else the first of that month.")
    last: Day | None = Field(default=None, alias="to", description="Last day; else today.")


def span_of(first: date | None, last: date | None, today: date) -> Span:
    """The days meant.  Raises: Invalid."""
    end = last or today
    begin = first or month_start(end)
    return parse_span(begin.isoformat(), end.isoformat())


class SalesQuery(SpanQuery):
    """Sales of which days, added up by what."""

    group_by: GroupBy | None = Field(default=None, description="Any of day, month, village, district, species, form.")

    def groups(self) -> tuple[Group, ...]:
        """What to add up by.  Raises: Invalid."""
        groups = parse_groups(self.group_by or "")
        if self.group_by is not None and not groups:
            raise Invalid({"group_by": "unknown"})
        return groups


class SalesFigures(Answer):
    """Collected orders, the people who bought, what was sold, and rupiah."""

    orders: int
    buyers: int
    grams: int
    pieces: int
    revenue: int


def _absent(value: object) -> bool:
    return value is None


class SalesKeys(Answer):
    """What a row is about: the groups asked for, and no others.

    Villages, districts and species by their codes; a month such as 2026-01.
    """

    day: str | None = Field(default=None, exclude_if=_absent)
    month: str | None = Field(default=None, exclude_if=_absent)
    district: str | None = Field(default=None, exclude_if=_absent)
    village: str | None = Field(default=None, exclude_if=_absent)
    species: str | None = Field(default=None, exclude_if=_absent)
    form: str | None = Field(default=None, exclude_if=_absent)


class SalesCell(SalesFigures, SalesKeys):
    """The figures of one value of each group."""


class SalesTable(Answer):
    """Rows by their groups, and the whole; orders and buyers of rows may add up to more than it."""

    rows: list[SalesCell]
    total: SalesFigures


class PriceQuery(PageQuery, SpanQuery):
    """Prices of which days, and of which species."""

    species: Line | None = Field(default=None, max_length=3, description="FAO ASFIS 3-alpha code.")


class Price(Answer):
    """Rupiah per kilogram of a species on one day, over what was collected, and how many grams that was."""

    day: date
    species: str
    min: int
    median: int
    max: int
    grams: int


class PricePage(Page[Price]):
    """Prices, newest day first; days on which fewer than three co-operatives sold a species are left out."""


def sales_of(sales: Sales) -> SalesTable:
    """The figures as they are shown."""
    return SalesTable(rows=[_cell(row) for row in sales.rows], total=SalesFigures(**_figures(sales.total)))


def price_of(row: PriceRow) -> Price:
    """The prices as they are shown."""
    return Price(
        day=row.day, species=row.species_code, min=row.minimum, median=row.median, max=row.maximum, grams=row.grams
    )


def _cell(row: SalesRow) -> SalesCell:
    keys = {group.value: key.code for group, key in row.keys.items()}
    return SalesCell.model_validate({**_figures(row.figures), **keys})


def _figures(figures: Figures) -> dict[str, int]:
    return {
        "orders": figures.orders,
        "buyers": figures.buyers,
        "grams": figures.grams,
        "pieces": figures.pieces,
        "revenue": figures.revenue,
    }
