"""Reading checkouts and orders: a fixed number of queries, whatever is in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor, may_see_order, require_member
from ovop.kernel import days
from ovop.kernel.days import end_of, start_of
from ovop.kernel.errors import NotFound
from ovop.kernel.ids import read_number
from ovop.ordering.models import Checkout, Order, OrderLine
from ovop.ordering.reading import orders_with_all, read_orders, visible_to
from ovop.ordering.refunds import agreed_on
from ovop.ordering.rows import CheckoutRow, OrderRow
from ovop.ordering.rules import (
    WRONG_CODES_ALLOWED,
    CheckoutStatus,
    OrderStatus,
    checkout_as_seen,
)
from ovop.payment.models import LedgerEntry, Payment
from ovop.payment.rules import Method, PaymentStatus
from ovop.pickup.models import Slot


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of orders, how many there are in all, and what all of them come to in rupiah."""

    items: tuple[OrderRow, ...]
    total: int
    amount: int
    page: int
    per_page: int


def get_order(session: Session, number: str, actor: Actor, now: datetime) -> OrderRow:
    """The order, when it is `actor`'s to read.  Raises: NotFound."""
    found = read_orders(session, orders_with_all().where(Order.number == number), now)
    if not found or not may_see_order(actor, buyer_id=found[0].buyer_id, cooperative_id=found[0].cooperative_id):
        raise NotFound()
    return found[0]


def get_checkout(session: Session, checkout_id: str, actor: Actor, now: datetime) -> CheckoutRow:
    """The checkout with those of its orders that are `actor`'s to read, its sums over these.  Raises: NotFound."""
    checkout = session.execute(select(Checkout.__table__).where(Checkout.id == checkout_id)).one_or_none()
    orders = read_orders(session, orders_with_all().where(Order.checkout_id == checkout_id).order_by(Order.id), now)
    mine = tuple(
        order for order in orders if may_see_order(actor, buyer_id=order.buyer_id, cooperative_id=order.cooperative_id)
    )
    if checkout is None or not mine:
        raise NotFound()
    return CheckoutRow(
        id=checkout.id,
        status=checkout_as_seen(CheckoutStatus(checkout.status), checkout.expires_at, now),
        buyer_id=checkout.buyer_id,
        total=sum(order.total for order in mine),
        maximum=sum(order.maximum for order in mine),
        method=Method(checkout.method),
        payment_status=_payment_of_all(session, mine, Method(checkout.method)),
        expires_at=checkout.expires_at,
        created_at=checkout.created_at,
        orders=mine,
    )


def has_short_line() -> ColumnElement[bool]:
    """Whether something of an order was weighed more than 10 % short.  Source: contract, Weighing."""
    too_little = OrderLine.final_quantity * 10 < OrderLine.quantity * 9
    return select(OrderLine.id).where(OrderLine.order_id == Order.id, too_little).exists()


def list_orders(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    status: OrderStatus | None = None,
    methods: Collection[Method] = (),
    number: str = "",
    collected: tuple[date, date] | None = None,
    refunded: tuple[date, date] | None = None,
    due: tuple[date, date] | None = None,
    short: bool = False,
    page: int = 1,
    per_page: int = 20,
) -> OrderPage:
    """`actor`'s orders, newest first: a buyer's own, a co-operative's, or all for the office.  Five queries.

    methods: paid in one of these ways; none asks for any.  number: any part of it, as typed.  collected, refunded:
    first and last day (Asia/Jakarta) of collection, or of a refund that was agreed; both counted.  due: the same of
    the time that was chosen for it.  short: only those with a line that `has_short_line`.
    """
    wanted = visible_to(actor)
    if status is not None:
        wanted.append(Order.status == status)
    if methods:
        wanted.append(Order.checkout_id.in_(select(Checkout.id).where(Checkout.method.in_(methods))))
    if part := read_number(number):
        wanted.append(Order.number.contains(part, autoescape=True))
    if collected is not None:
        wanted.append(Order.collected_on.between(*collected))
    if refunded is not None:
        given_back = select(LedgerEntry.order_number).where(*agreed_on(*refunded, actor.cooperative_id))
        wanted.append(Order.number.in_(given_back))
    if due is not None:
        in_time = Slot.starts_at >= start_of(due[0]), Slot.starts_at < end_of(due[1])
        wanted.append(Order.slot_id.in_(select(Slot.id).where(*in_time)))
    if short:
        wanted.append(has_short_line())
    total, amount = session.execute(
        select(func.count(), func.coalesce(func.sum(Order.total), 0)).select_from(Order).where(*wanted)
    ).one()
    orders = read_orders(
        session,
        orders_with_all().where(*wanted).order_by(Order.id.desc()).limit(per_page).offset((page - 1) * per_page),
        now,
    )
    return OrderPage(tuple(orders), total, int(amount), page, per_page)


@dataclass(frozen=True, slots=True)
class CodeLock:
    """How many wrong pickup codes an order still bears, and until when it takes none at all."""

    tries_left: int
    locked_until: datetime | None


def get_code_lock(session: Session, number: str, actor: Actor, now: datetime) -> CodeLock:
    """The lock of an order of `actor`'s co-operative.  Raises: NotFound, Forbidden."""
    row = session.execute(
        select(Order.cooperative_id, Order.wrong_codes, Order.locked_until).where(Order.number == number)
    ).one_or_none()
    if row is None:
        raise NotFound()
    require_member(actor, row.cooperative_id)
    is_locked = row.locked_until is not None and row.locked_until > now
    return CodeLock(0 if is_locked else WRONG_CODES_ALLOWED - row.wrong_codes, row.locked_until if is_locked else None)


def find_orders(session: Session, numbers: Collection[str], actor: Actor, now: datetime) -> list[OrderRow]:
    """Those of `numbers` that are `actor`'s to read, by number.  Three queries."""
    return read_orders(
        session, orders_with_all().where(Order.number.in_(numbers), *visible_to(actor)).order_by(Order.number), now
    )


def ready_together(session: Session, order: OrderRow, actor: Actor, now: datetime) -> list[OrderRow]:
    """What the order's buyer can take along with it, itself among them when it is ready, by number.  Three queries.

    Ready at the same point of the same co-operative, for that day (Asia/Jakarta), today or before.
    """
    until = days.end_of(max(days.day_of(now), days.day_of(order.pickup.starts_at)))
    wanted = (
        Order.buyer_id == order.buyer_id,
        Order.cooperative_id == order.cooperative_id,
        Order.status == OrderStatus.READY,
        Slot.point_id == order.pickup.point_id,
        Slot.starts_at < until,
        *visible_to(actor),
    )
    return read_orders(session, orders_with_all().where(*wanted).order_by(Order.number), now)


def count_orders_by_status(session: Session) -> dict[str, int]:
    """How many orders are in each status that any is in; for whoever watches the market run."""
    counted = select(Order.status, func.count().label("orders")).group_by(Order.status)
    return {row.status: row.orders for row in session.execute(counted)}


def _payment_of_all(session: Session, orders: Sequence[OrderRow], method: Method) -> PaymentStatus:
    """One status for all `orders` of a checkout: a card's own; else what they share, `pending` while they differ."""
    if method.is_card and orders:
        status = session.scalar(select(Payment.status).where(Payment.id == orders[0].payment_id))
        return PaymentStatus(status) if status else PaymentStatus.PENDING
    shared = {order.payment_status for order in orders if order.payment_status is not PaymentStatus.VOID}
    if not shared:
        return PaymentStatus.VOID
    return shared.pop() if len(shared) == 1 else PaymentStatus.PENDING
