"""The orders behind the figures: page by page, one by one, and all of them for a file.  Never who bought.

Where a species or form is asked for, an order shows only its lines of that kind, and their sum: the rows of a figure
then come to the figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.catalogue.models import Species
from ovop.kernel.errors import NotFound
from ovop.ordering.models import Checkout, Order, OrderEvent, OrderLine
from ovop.ordering.rows import UsedScale
from ovop.payment.models import LedgerEntry
from ovop.sales.facts import ROW_COLUMNS
from ovop.sales.queries import EVERYTHING, Scope, within
from ovop.sales.rules import Span
from ovop.scales.models import Scale
from ovop.stock.models import Catch
from ovop.villages.models import District, Village


@dataclass(frozen=True, slots=True)
class SoldLine:
    """What was weighed in of a lot: grams or pieces, rupiah per kg or piece, rupiah; beside it what was ordered."""

    name: str
    species_code: str
    species_name: str
    species_name_en: str
    form: str
    measure: str
    unit: str
    unit_price: int
    quantity: int
    amount: int
    ordered_quantity: int
    ordered_amount: int


@dataclass(frozen=True, slots=True)
class SoldOrder:
    """A collected order with those of its lines that were asked for."""

    id: int
    number: str
    day: date
    collected_at: datetime
    cooperative: str
    cooperative_slug: str
    village_code: str
    village: str
    district: str
    method: str
    lines: tuple[SoldLine, ...]

    @property
    def amount(self) -> int:
        """Rupiah that the lines come to."""
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True)
class SoldPage:
    """Some orders, newest first, and where the next page begins, none after the last."""

    orders: tuple[SoldOrder, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One side of a booking; rupiah, positive is debit."""

    journal: str
    account: str
    amount: int


@dataclass(frozen=True, slots=True)
class SoldDetails:
    """An order with when it took each step, what it was weighed on, and every entry of the ledger that it caused."""

    order: SoldOrder
    steps: tuple[tuple[str, datetime], ...]
    entries: tuple[Entry, ...]
    weighed_at: datetime
    scale: UsedScale | None


def list_sold(
    session: Session, span: Span, scope: Scope = EVERYTHING, *, after: str | None = None, limit: int = 50
) -> SoldPage:
    """Orders collected in `span`, newest first, those that follow `after`.  Two queries."""
    statement = _orders().where(Order.collected_on.between(span.first, span.last), *_of(scope))
    if after is not None and (place := _place(after)) is not None:
        day, order_id = place
        statement = statement.where(or_(Order.collected_on < day, and_(Order.collected_on == day, Order.id < order_id)))
    rows = session.execute(statement.order_by(Order.collected_on.desc(), Order.id.desc()).limit(limit + 1)).all()
    orders = _with_lines(session, rows[:limit], scope)
    has_more = len(rows) > limit
    return SoldPage(orders, f"{orders[-1].day.isoformat()}.{orders[-1].id}" if has_more else None)


def get_sold(session: Session, number: str) -> SoldDetails:
    """One collected order with all its lines.  Four queries.  Raises: NotFound, also for one not collected."""
    row = session.execute(
        _orders()
        .add_columns(Order.weighed_at, Order.scale_verified_until, Scale.name)
        .outerjoin(Scale, Scale.id == Order.scale_id)
        .where(Order.number == number, Order.collected_on.is_not(None))
    ).one_or_none()
    if row is None:
        raise NotFound()
    *sold, weighed_at, verified_until, scale = row
    (order,) = _with_lines(session, [sold], EVERYTHING)
    steps = session.execute(
        select(OrderEvent.status, OrderEvent.at).where(OrderEvent.order_id == order.id).order_by(OrderEvent.id)
    )
    entries = session.execute(
        select(LedgerEntry.journal, LedgerEntry.account, LedgerEntry.amount)
        .where(LedgerEntry.order_number == number)
        .order_by(LedgerEntry.id)
    )
    return SoldDetails(
        order,
        tuple((step.status, step.at) for step in steps),
        tuple(Entry(*entry) for entry in entries),
        weighed_at,
        UsedScale(scale, verified_until) if scale else None,
    )


def stream_sold(session: Session, span: Span, scope: Scope = EVERYTHING, *, in_english: bool = False) -> Iterator[Any]:
    """A row for every line sold in `span`, oldest first, as the database gives them.  One query.

    day, number, district, village_code, village, cooperative, name, species_code, species (in English if asked for),
    form, measure, unit, unit_price, quantity (grams or pieces), amount, method.
    """
    statement = (
        select(
            Order.collected_on.label("day"),
            Order.number,
            District.name.label("district"),
            Order.village_code,
            Village.name.label("village"),
            Cooperative.name.label("cooperative"),
            OrderLine.name,
            OrderLine.species_code,
            (Species.name_en if in_english else Species.name_id).label("species"),
            OrderLine.form,
            OrderLine.measure,
            OrderLine.unit,
            OrderLine.unit_price,
            OrderLine.final_quantity.label("quantity"),
            OrderLine.final_amount.label("amount"),
            Checkout.method,
        )
        .select_from(Order)
        .join(OrderLine, and_(OrderLine.order_id == Order.id, OrderLine.final_quantity > 0))
        .join(Checkout, Checkout.id == Order.checkout_id)
        .join(Cooperative, Cooperative.id == Order.cooperative_id)
        .join(Village, Village.code == Order.village_code)
        .join(District, District.code == Village.district_code)
        .join(Species, Species.code == OrderLine.species_code)
        .where(
            Order.collected_on.between(span.first, span.last),
            *within(scope.place, Order.__table__.c),
            *_of_orders(scope),
            *_of_lines(scope),
        )
        .order_by(Order.collected_on, Order.id, OrderLine.catch_id)
    )
    return iter(session.execute(statement, execution_options={"yield_per": 1000}))


def _orders() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Order.id,
            Order.number,
            Order.collected_on,
            Order.collected_at,
            Cooperative.name,
            Cooperative.slug,
            Order.village_code,
            Village.name,
            District.name,
            Checkout.method,
        )
        .join(Checkout, Checkout.id == Order.checkout_id)
        .join(Cooperative, Cooperative.id == Order.cooperative_id)
        .join(Village, Village.code == Order.village_code)
        .join(District, District.code == Village.district_code)
    )


def _with_lines(session: Session, rows: Any, scope: Scope) -> tuple[SoldOrder, ...]:
    lines: dict[int, list[SoldLine]] = {row[0]: [] for row in rows}
    found = session.execute(
        select(
            OrderLine.order_id,
            OrderLine.name,
            OrderLine.species_code,
            Species.name_id,
            Species.name_en,
            OrderLine.form,
            OrderLine.measure,
            OrderLine.unit,
            OrderLine.unit_price,
            OrderLine.final_quantity,
            OrderLine.final_amount,
            OrderLine.quantity,
            OrderLine.amount,
        )
        .join(Order, Order.id == OrderLine.order_id)
        .join(Species, Species.code == OrderLine.species_code)
        .where(OrderLine.order_id.in_(lines), *_of_lines(scope))
        .order_by(OrderLine.id)
    )
    for order_id, *line in found:
        lines[order_id].append(SoldLine(*line))
    return tuple(SoldOrder(*[*row, tuple(lines[row[0]])]) for row in rows)


def _of(scope: Scope) -> list[ColumnElement[bool]]:
    """Which orders: of the place, and with something of the kind in them."""
    conditions = [*within(scope.place, Order.__table__.c), *_of_orders(scope)]
    if scope.is_of_product:
        conditions.append(
            exists()
            .where(OrderLine.order_id == Order.id, OrderLine.final_quantity > 0, *_of_lines(scope))
            .correlate(Order)
        )
    return conditions


def _of_orders(scope: Scope) -> list[ColumnElement[bool]]:
    """How and when they were paid and collected; the checkout is joined."""
    wanted = {"method": scope.method, "weekday": scope.weekday, "hour": scope.hour}
    return [ROW_COLUMNS[name] == value for name, value in wanted.items() if value is not None]


def _of_lines(scope: Scope) -> list[ColumnElement[bool]]:
    conditions = within(Scope(species=scope.species, form=scope.form), OrderLine.__table__.c)
    if scope.product_id is not None or scope.is_flagship is not None:
        own = within(Scope(product_id=scope.product_id, is_flagship=scope.is_flagship), ROW_COLUMNS)
        lots = select(Catch.id).where(Catch.id == OrderLine.catch_id, *own)
        conditions.append(lots.correlate(OrderLine, Order).exists())
    return conditions


def _place(after: str) -> tuple[date, int] | None:
    """What `SoldPage.next` says, none for anything else: the list then begins at its beginning."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\.[0-9]{1,18}", after):
        return None
    try:
        return date.fromisoformat(after[:10]), int(after[11:])
    except ValueError:
        return None
