"""Reading what is due for an order outside of the market's own hands, and who pays for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.accounts.rules import Actor
from ovop.kernel.errors import Invalid, NotFound
from ovop.ordering.errors import WrongStatus
from ovop.ordering.models import Checkout, Order
from ovop.ordering.queries import get_order
from ovop.ordering.rules import OrderStatus
from ovop.payment.errors import MethodNotAllowed
from ovop.payment.models import Payment
from ovop.payment.qris import MerchantCode, read_merchant_code
from ovop.payment.rules import Method


@dataclass(frozen=True, slots=True)
class QrisDue:
    """What a buyer still has to pay by QRIS: the co-operative's code, and rupiah.

    amount: the estimate until the order is weighed, then the final sum.
    """

    code: MerchantCode
    amount: int


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose checkout a payment is for."""

    checkout_id: str
    buyer_id: int


def get_qris_due(session: Session, number: str, actor: Actor, now: datetime) -> QrisDue:
    """What is due by QRIS for the order, when it is `actor`'s to read.

    Raises: NotFound; WrongStatus unless it waits to be collected; MethodNotAllowed when it is paid another way, or the
    co-operative has no code (any more).
    """
    order = get_order(session, number, actor, now)
    if order.method is not Method.QRIS:
        raise MethodNotAllowed(order.method, "not-qris")
    if order.status not in (OrderStatus.CONFIRMED, OrderStatus.READY):
        raise WrongStatus(order.status)
    payload = session.scalar(select(Cooperative.qris_payload).where(Cooperative.id == order.cooperative_id))
    try:
        return QrisDue(read_merchant_code(payload or ""), order.total)
    except Invalid:
        raise MethodNotAllowed(Method.QRIS, "no-code") from None


def count_qris_due(session: Session, cooperative_id: int) -> int:
    """Open orders of the co-operative that are to be paid by QRIS."""
    wanted = select(func.count()).select_from(Order).join(Checkout, Checkout.id == Order.checkout_id)
    is_open = Order.status.in_([OrderStatus.CONFIRMED, OrderStatus.READY])
    return (
        session.scalar(wanted.where(Order.cooperative_id == cooperative_id, is_open, Checkout.method == Method.QRIS))
        or 0
    )


def get_payer(session: Session, payment_id: str) -> Payer:
    """Who pays `payment_id`, for which checkout.  Raises: NotFound."""
    row = session.execute(
        select(Order.checkout_id, Order.buyer_id).where(Order.payment_id == payment_id).limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound()
    return Payer(row.checkout_id, row.buyer_id)


def was_paid(session: Session, payment_id: str) -> bool:
    """Whether a card has ever been good for the payment, whatever became of it."""
    return bool(session.scalar(select(Payment.authorised).where(Payment.id == payment_id)))


def numbers_by_payment(session: Session, payment_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The numbers of the orders that each payment is for, as they were placed; unknown payments are left out."""
    found: dict[str, tuple[str, ...]] = {}
    for row in session.execute(
        select(Order.payment_id, Order.number).where(Order.payment_id.in_(payment_ids)).order_by(Order.id)
    ):
        found[row.payment_id] = (*found.get(row.payment_id, ()), row.number)
    return found
