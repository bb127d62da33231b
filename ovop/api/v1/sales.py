"""What was sold, for the office; for how much, for everybody."""

from __future__ import annotations

from ovop.accounts.models import Role
from ovop.api.v1.access import bearer
from ovop.api.v1.area import blueprint
from ovop.api.v1.schemas.sales import (
    PricePage,
    PriceQuery,
    SalesQuery,
    SalesTable,
    price_of,
    sales_of,
    span_of,
)
from ovop.db import reading
from ovop.kernel import days
from ovop.sales.prices import list_prices
from ovop.sales.queries import sales_rows


@blueprint.get("/sales")
@blueprint.auth_required(bearer, roles=[Role.OFFICE])
@blueprint.input(SalesQuery, location="query", arg_name="query")
@blueprint.output(SalesTable)
def show_sales(query: SalesQuery) -> SalesTable:
    """Collected orders, on the day of their collection, added up by `group_by`."""
    span = span_of(query.first, query.last, days.today())
    return sales_of(sales_rows(reading(), span.first, span.last, query.groups()))


@blueprint.get("/prices")
@blueprint.input(PriceQuery, location="query", arg_name="query")
@blueprint.output(PricePage)
def show_prices(query: PriceQuery) -> PricePage:
    """Open data: what each species was sold for by the kilogram, day by day."""
    span = span_of(query.first, query.last, days.today())
    species = query.species.upper() if query.species else None
    rows, total = list_prices(reading(), span.first, span.last, species, page=query.page, per_page=query.per_page)
    return PricePage(items=[price_of(row) for row in rows], total=total, page=query.page, per_page=query.per_page)
