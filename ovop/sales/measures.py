"""Four measures of the orders placed in a span: ordered, handed over, paid, passed on; and every gap between them.

All of it is worked out order by order, and the sums are sums of those rows: the orders of a gap come to the gap.
Rupiah.  What is paid is what buyers gave for goods that they have, less what was agreed to be given back; what banks
took back and argue about belongs to whole payments, and stands with the card money.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from ovop.accounts.models import Cooperative
from ovop.kernel.days import end_of, start_of
from ovop.ordering.models import Checkout, Order
from ovop.ordering.rules import OPEN, OrderStatus
from ovop.payment.ledger import LedgerAccount
from ovop.payment.models import LedgerEntry
from ovop.payment.rules import Method
from ovop.sales.queries import EVERYTHING, Scope, within
from ovop.sales.rules import Span
from ovop.settlement.models import Settlement, SettlementLine
from ovop.settlement.rules import SettlementStatus
from ovop.villages.models import Village


class Part(StrEnum):
    """A measure, or a gap between two of them; gaps carry the sign with which they are added."""

    ORDERED = "ordered"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    OPEN = "open"
    SCALES = "scales"
    HANDED_OVER = "handed_over"
    REFUNDED = "refunded"
    PAID = "paid"
    COMMISSION = "commission"
    NOT_DRAWN = "not_drawn"
    NOT_PAID = "not_paid"
    HELD = "held"
    PASSED_ON = "passed_on"


#: The four measures, and what lies between each and the one before.
CHAIN: tuple[tuple[Part, tuple[Part, ...]], ...] = (
    (Part.ORDERED, ()),
    (Part.HANDED_OVER, (Part.EXPIRED, Part.CANCELLED, Part.NO_SHOW, Part.OPEN, Part.SCALES)),
    (Part.PAID, (Part.REFUNDED,)),
    (Part.PASSED_ON, (Part.COMMISSION, Part.NOT_DRAWN, Part.NOT_PAID, Part.HELD)),
)


@dataclass(frozen=True, slots=True)
class Amount:
    """Of a measure or gap: how many orders are in it, and what they come to."""

    orders: int
    rupiah: int


@dataclass(frozen=True, slots=True)
class PartRow:
    """An order with what it adds to the measure or gap that is asked for."""

    number: str
    placed_at: datetime
    village_code: str
    village: str
    cooperative: str
    status: str
    amount: int


def get_measures(session: Session, span: Span, scope: Scope = EVERYTHING) -> dict[Part, Amount]:
    """Every measure and gap of the orders placed in `span`.  One query."""
    orders = _parts(span, scope)
    sums = [
        column
        for part in Part
        for column in (
            func.count(case((orders.c[part] != 0, 1))).label(f"{part}_orders"),
            func.coalesce(func.sum(orders.c[part]), 0).label(f"{part}_rupiah"),
        )
    ]
    row = session.execute(select(*sums)).mappings().one()
    return {part: Amount(int(row[f"{part}_orders"]), int(row[f"{part}_rupiah"])) for part in Part}


def list_part(
    session: Session, part: Part, span: Span, scope: Scope = EVERYTHING, *, limit: int | None = None, offset: int = 0
) -> Iterator[PartRow]:
    """The orders that are in a measure or gap, oldest first.  One query, read as it is asked for."""
    orders = _parts(span, scope)
    statement = (
        select(
            orders.c.number,
            orders.c.created_at,
            orders.c.village_code,
            Village.name,
            Cooperative.name,
            orders.c.status,
            orders.c[part],
        )
        .join(Village, Village.code == orders.c.village_code)
        .join(Cooperative, Cooperative.id == orders.c.cooperative_id)
        .where(orders.c[part] != 0)
        .order_by(orders.c.id)
        .limit(limit)
        .offset(offset)
    )
    for row in session.execute(statement, execution_options={"yield_per": 1000}):
        yield PartRow(*row)


def _parts(span: Span, scope: Scope) -> Subquery:
    """A row for every order placed in `span`, with what it adds to each measure and gap."""
    ledger = _ledger(_placed(span, scope)).subquery()
    is_sold = Order.status == OrderStatus.COLLECTED

    def when(*statuses: str) -> ColumnElement[int]:
        return case((Order.status.in_(statuses), -Order.estimate), else_=0)

    def booked(name: str) -> Any:
        return func.coalesce(ledger.c[name], 0)

    is_by_hand = Checkout.method.in_([method.value for method in Method if not method.is_card])
    # What a co-operative took itself is its own at once; what it must still give of it is a gap the other way.
    held = case((and_(is_sold, is_by_hand), booked("not_drawn") + booked("not_paid")), else_=0)
    total = case((is_sold, Order.total), else_=0)
    refunded = case((is_sold, -Order.refunded), else_=0)
    commission = case((is_sold, booked("commission")), else_=0)
    not_drawn = case((and_(is_sold, ~is_by_hand), booked("not_drawn")), else_=0)
    not_paid = case((and_(is_sold, ~is_by_hand), booked("not_paid")), else_=0)
    columns: dict[Part, Any] = {
        Part.ORDERED: Order.estimate,
        Part.EXPIRED: when(OrderStatus.EXPIRED),
        Part.CANCELLED: when(OrderStatus.CANCELLED),
        Part.NO_SHOW: when(OrderStatus.NO_SHOW),
        Part.OPEN: when(*OPEN),
        Part.SCALES: case((is_sold, Order.total - Order.estimate), else_=0),
        Part.HANDED_OVER: total,
        Part.REFUNDED: refunded,
        Part.PAID: total + refunded,
        Part.COMMISSION: commission,
        Part.NOT_DRAWN: not_drawn,
        Part.NOT_PAID: not_paid,
        Part.HELD: held,
        Part.PASSED_ON: total + refunded + commission + not_drawn + not_paid + held,
    }
    return (
        select(
            Order.id,
            Order.number,
            Order.created_at,
            Order.village_code,
            Order.cooperative_id,
            Order.status,
            *(column.label(part.value) for part, column in columns.items()),
        )
        .join(Checkout, Checkout.id == Order.checkout_id)
        .outerjoin(ledger, ledger.c.order_number == Order.number)
        .where(*_placed(span, scope))
        .subquery()
    )


def _placed(span: Span, scope: Scope) -> list[ColumnElement[bool]]:
    return [
        Order.created_at >= start_of(span.first),
        Order.created_at < end_of(span.last),
        *within(scope.place, Order.__table__.c),
    ]


def _ledger(placed: list[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    """What the ledger says of each order: the market's part, and what is owed to its co-operative and not paid yet.

    Both are credits, so below zero where something is owed: as they are added to what was paid.
    """
    is_payable = LedgerEntry.account == LedgerAccount.PAYABLE
    later = aliased(Settlement)
    is_paid = or_(
        Settlement.status == SettlementStatus.PAID,
        # What a statement carried over is settled with the next one that is paid.
        and_(
            Settlement.status == SettlementStatus.CARRIED,
            exists().where(
                later.cooperative_id == Settlement.cooperative_id,
                later.id > Settlement.id,
                later.status == SettlementStatus.PAID,
            ),
        ),
    )
    return (
        select(
            LedgerEntry.order_number,
            func.sum(case((LedgerEntry.account == LedgerAccount.COMMISSION, LedgerEntry.amount), else_=0)).label(
                "commission"
            ),
            func.sum(case((and_(is_payable, SettlementLine.entry_id.is_(None)), LedgerEntry.amount), else_=0)).label(
                "not_drawn"
            ),
            func.sum(
                case((and_(is_payable, SettlementLine.entry_id.is_not(None), ~is_paid), LedgerEntry.amount), else_=0)
            ).label("not_paid"),
        )
        .join(Order, Order.number == LedgerEntry.order_number)
        .outerjoin(SettlementLine, SettlementLine.entry_id == LedgerEntry.id)
        .outerjoin(Settlement, Settlement.id == SettlementLine.settlement_id)
        .where(*placed)
        .group_by(LedgerEntry.order_number)
    )
