"""What a co-operative can learn from its own sales: how they go, at what price, to whom, and what ran out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from ovop.catalogue.models import Product
from ovop.kernel.days import end_of, start_of
from ovop.kernel.quantity import Measure
from ovop.ordering.models import Order, OrderLine
from ovop.ordering.queries import has_short_line
from ovop.ordering.rules import OrderStatus
from ovop.pickup.models import Slot
from ovop.sales.models import DayTotal
from ovop.sales.overview import NOTHING, Sums
from ovop.sales.prices import median_prices
from ovop.sales.queries import Scope
from ovop.sales.rules import Span
from ovop.sales.trends import revenue_over
from ovop.stock.models import Catch, Movement
from ovop.stock.rules import EFFECTS

#: More than a page shows; the office's tables have them all.
MOST_PRODUCTS, MOST_LOTS = 40, 12
_TAKING = [kind for kind, effect in EFFECTS.items() if effect.available < 0]


@dataclass(frozen=True, slots=True)
class ProductSales:
    """What was collected of a product: grams or pieces, rupiah, and its price beside the market's.

    average: rupiah per kg or piece that it went for.  market: the median of the same species and form at all
    co-operatives; None for pieces, and where too few sell it to say.
    """

    id: int
    name: str
    measure: str
    unit: str
    orders: int
    quantity: int
    revenue: int
    average: int
    market: int | None


@dataclass(frozen=True, slots=True)
class Promises:
    """Orders that were collected, how many of them had a line more than 10 % short, and how many nobody came for."""

    collected: int
    short: int
    no_shows: int


@dataclass(frozen=True, slots=True)
class Custom:
    """Buyers who collected, and how many of them had collected there more than once by then."""

    buyers: int
    returning: int


@dataclass(frozen=True, slots=True)
class RanOut:
    """A lot of which the last was taken in the first half of the time that it could be sold in."""

    catch_id: int
    name: str
    measure: str
    unit: str
    caught: int
    listed_at: datetime
    gone_at: datetime
    left: timedelta

    @property
    def after(self) -> timedelta:
        """How long it was on sale."""
        return self.gone_at - self.listed_at


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """All of it for some days, with what the days before brought; `days` are rupiah of each."""

    span: Span
    sums: Sums
    before: Sums
    days: Sequence[tuple[date, int]]
    products: Sequence[ProductSales]
    custom: Custom
    promises: Promises
    ran_out: Sequence[RanOut]


def get_own_figures(session: Session, cooperative_id: int, span: Span) -> OwnFigures:
    """What its orders collected in `span` say (Asia/Jakarta), beside as many days before.  Nine queries."""
    before = Span(span.first - timedelta(days=span.days), span.first - timedelta(days=1))
    return OwnFigures(
        span,
        _sums(session, cooperative_id, span),
        _sums(session, cooperative_id, before),
        revenue_over(session, span, Scope(cooperative_id=cooperative_id), by_month=False),
        _products(session, cooperative_id, span),
        _custom(session, cooperative_id, span),
        _promises(session, cooperative_id, span),
        _ran_out(session, cooperative_id, span),
    )


def _sums(session: Session, cooperative_id: int, span: Span) -> Sums:
    columns = (func.sum(getattr(DayTotal, name)) for name in ("orders", "grams", "pieces", "revenue"))
    row = session.execute(
        select(*columns).where(DayTotal.cooperative_id == cooperative_id, DayTotal.day.between(span.first, span.last))
    ).one()
    return Sums(*(int(value or 0) for value in row)) if row[0] else NOTHING


def _products(session: Session, cooperative_id: int, span: Span) -> tuple[ProductSales, ...]:
    revenue = func.sum(OrderLine.final_amount).label("revenue")
    rows = session.execute(
        select(
            Product.id,
            Product.name,
            Product.species_code,
            Product.form,
            Product.measure,
            Product.unit,
            func.count(OrderLine.order_id.distinct()).label("orders"),
            func.sum(OrderLine.final_quantity).label("quantity"),
            revenue,
        )
        .join(Catch, Catch.product_id == Product.id)
        .join(OrderLine, OrderLine.catch_id == Catch.id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(*_collected(cooperative_id, span), OrderLine.final_quantity > 0)
        .group_by(Product.id, Product.name, Product.species_code, Product.form, Product.measure, Product.unit)
        .order_by(revenue.desc(), Product.id)
        .limit(MOST_PRODUCTS)
    ).all()
    market = median_prices(session, {row.species_code for row in rows}, span.first, span.last)
    return tuple(
        ProductSales(
            row.id,
            row.name,
            row.measure,
            row.unit,
            row.orders,
            int(row.quantity),
            int(row.revenue),
            average_price(int(row.revenue), int(row.quantity), Measure(row.measure)),
            market.get((row.species_code, row.form)) if row.measure == Measure.WEIGHT else None,
        )
        for row in rows
    )


def average_price(revenue: int, quantity: int, measure: Measure) -> int:
    """Rupiah per kg or piece that `quantity` > 0 grams or pieces went for, halves up."""
    per = 1000 if measure is Measure.WEIGHT else 1
    return (2 * revenue * per + quantity) // (2 * quantity)


def _custom(session: Session, cooperative_id: int, span: Span) -> Custom:
    earlier = aliased(Order)
    buyers = (
        select(Order.buyer_id, func.min(Order.id).label("first"), func.count().label("orders"))
        .where(*_collected(cooperative_id, span))
        .group_by(Order.buyer_id)
        .subquery()
    )
    came_before = (
        select(earlier.id)
        .where(
            earlier.buyer_id == buyers.c.buyer_id,
            earlier.cooperative_id == cooperative_id,
            earlier.collected_on < span.first,
        )
        .exists()
    )
    returning = func.sum(case((came_before, 1), (buyers.c.orders > 1, 1), else_=0))
    row = session.execute(select(func.count(), returning).select_from(buyers)).one()
    return Custom(row[0], int(row[1] or 0))


def _promises(session: Session, cooperative_id: int, span: Span) -> Promises:
    is_short = has_short_line()
    collected = session.execute(
        select(func.count(), func.sum(case((is_short, 1), else_=0))).where(*_collected(cooperative_id, span))
    ).one()
    no_shows = session.scalar(
        select(func.count())
        .select_from(Order)
        .join(Slot, Slot.id == Order.slot_id)
        .where(
            Order.cooperative_id == cooperative_id,
            Order.status == OrderStatus.NO_SHOW,
            Slot.starts_at >= start_of(span.first),
            Slot.starts_at < end_of(span.last),
        )
    )
    return Promises(collected[0], int(collected[1] or 0), no_shows or 0)


def _ran_out(session: Session, cooperative_id: int, span: Span) -> tuple[RanOut, ...]:
    gone_at = func.max(Movement.at).label("gone_at")
    rows = session.execute(
        select(
            Catch.id,
            Catch.name,
            Catch.measure,
            Catch.unit,
            Catch.caught,
            Catch.created_at,
            Catch.best_before,
            gone_at,
        )
        .join(Movement, and_(Movement.catch_id == Catch.id, Movement.kind.in_(_TAKING)))
        .where(
            Catch.cooperative_id == cooperative_id,
            Catch.available == 0,
            Catch.lost == 0,
            Catch.created_at >= start_of(span.first),
            Catch.created_at < end_of(span.last),
        )
        .group_by(Catch.id, Catch.name, Catch.measure, Catch.unit, Catch.caught, Catch.created_at, Catch.best_before)
        .order_by(gone_at.desc())
    )
    lots = (
        RanOut(
            row.id,
            row.name,
            row.measure,
            row.unit,
            row.caught,
            row.created_at,
            row.gone_at,
            row.best_before - row.gone_at,
        )
        for row in rows
    )
    return tuple(lot for lot in lots if lot.left > lot.after)[:MOST_LOTS]


def _collected(cooperative_id: int, span: Span) -> tuple[ColumnElement[bool], ...]:
    return Order.cooperative_id == cooperative_id, Order.collected_on.between(span.first, span.last)
