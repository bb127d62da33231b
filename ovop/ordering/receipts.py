"""Receipts of collected orders: who sold what to whom, what it came to, how it was paid, what was given back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account, Cooperative, Role
from ovop.accounts.rules import Actor
from ovop.kernel.errors import NotFound
from ovop.kernel.money import Rupiah, tax_within
from ovop.ordering.contacts import may_see_contact
from ovop.ordering.models import Order
from ovop.ordering.queries import get_order
from ovop.ordering.refunds import AgreedRefund, agreed_refunds
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OrderStatus, due_of
from ovop.payment.models import LedgerEntry, Payment, PaymentEvent
from ovop.payment.rules import EventKind
from ovop.stock.queries import lot_codes_of
from ovop.villages.models import District, Village


@dataclass(frozen=True, slots=True)
class Seller:
    """The co-operative as it stands on its receipts."""

    name: str
    village: str
    district: str
    phone: str | None
    tax_number: str


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Rupiah that were agreed to be given back, and when; `paid_at` is none while the buyer waits for them."""

    amount: int
    agreed_at: datetime
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A collected order as its receipt says it.  `buyer`: whose it is, none for those who may not know.

    lot_codes: by catch, so that what was bought can be traced.
    """

    code: str
    order: OrderRow
    collected_at: datetime
    seller: Seller
    buyer: str | None
    lot_codes: dict[int, str]
    refunds: tuple[GivenBack, ...]

    @property
    def total_now(self) -> int:
        """What the order comes to after what was agreed to be given back."""
        return self.order.total - self.order.refunded

    @property
    def tax(self) -> Rupiah:
        """The tax that the order's total includes; 0 where none is charged."""
        return tax_within(self.order.total, self.order.tax_basis_points)

    @property
    def tax_now(self) -> Rupiah:
        """The tax that is included after what was agreed to be given back."""
        return tax_within(self.total_now, self.order.tax_basis_points)


def receipt_code(cooperative_id: int, number: int) -> str:
    """What a receipt is called, as no other in the market: ``012-000345`` is the 345th of co-operative 12."""
    return f"{cooperative_id:03d}-{number:06d}"


def get_receipt(session: Session, number: str, actor: Actor, now: datetime) -> Receipt:
    """The receipt of the order, when it is `actor`'s to read and was collected.  Raises: NotFound."""
    order = get_order(session, number, actor, now)
    if order.receipt_number is None or order.collected_at is None:
        raise NotFound()
    return Receipt(
        code=receipt_code(order.cooperative_id, order.receipt_number),
        order=order,
        collected_at=order.collected_at,
        seller=_seller(session, order.cooperative_id),
        buyer=_buyer(session, order, actor, now),
        lot_codes=lot_codes_of(session, [line.catch for line in order.lines]),
        refunds=refunds_of(session, order),
    )


def _seller(session: Session, cooperative_id: int) -> Seller:
    row = session.execute(
        select(
            Cooperative.name,
            Village.name.label("village"),
            District.name.label("district"),
            Cooperative.phone,
            Cooperative.tax_number,
        )
        .join(Village, Village.code == Cooperative.village_code)
        .join(District, District.code == Village.district_code)
        .where(Cooperative.id == cooperative_id)
    ).one()
    return Seller(**row._mapping)


def _buyer(session: Session, order: OrderRow, actor: Actor, now: datetime) -> str | None:
    """The buyer's name for themselves and, as long as it needs it, for the co-operative."""
    if actor.role is not Role.BUYER and not (actor.role is Role.COOPERATIVE and may_see_contact(order, now)):
        return None
    is_there = (Account.id == order.buyer_id, Account.deleted_at.is_(None))
    return session.scalar(select(Account.name).where(*is_there))


def refunds_of(session: Session, order: OrderRow) -> tuple[GivenBack, ...]:
    """What was agreed to be given back of the order, in that order, and when it was paid.  No query without any."""
    if not order.refunded:
        return ()
    agreed = agreed_refunds(session, LedgerEntry.order_number == order.number)[order.number]
    paid = session.execute(
        select(PaymentEvent.amount, PaymentEvent.at)
        .where(PaymentEvent.payment_id == order.payment_id, PaymentEvent.kind == EventKind.REFUNDED)
        .order_by(PaymentEvent.id)
    ).all()
    events = [(row.amount, row.at) for row in paid]
    is_settled = order.method.is_card and _holds_no_more_than_due(session, order.payment_id)
    return tuple(
        GivenBack(
            refund.amount,
            refund.at,
            _paid_by_card(refund, events, is_settled=is_settled) if order.method.is_card else _paid(refund, events),
        )
        for refund in agreed
    )


def _holds_no_more_than_due(session: Session, payment_id: str) -> bool:
    """Whether the provider has given back all that its orders no longer claim."""
    kept = Payment.captured - Payment.refunded - Payment.disputed
    held = session.scalar(select(kept).where(Payment.id == payment_id)) or 0
    claims = session.execute(
        select(Order.status, Order.maximum, Order.total, Order.refunded).where(Order.payment_id == payment_id)
    )
    return held <= sum(due_of(OrderStatus(row.status), row.maximum, row.total, row.refunded) for row in claims)


def _paid(refund: AgreedRefund, events: Sequence[tuple[int, datetime]]) -> datetime | None:
    """When the co-operative had paid out all up to this refund, in the order in which they were agreed."""
    paid_out = 0
    for amount, at in events:
        paid_out += amount
        if paid_out >= refund.before + refund.amount:
            return at
    return None


def _paid_by_card(refund: AgreedRefund, events: Sequence[tuple[int, datetime]], *, is_settled: bool) -> datetime | None:
    """When a card that pays for several orders got money back after this was agreed, if nothing is left to be done."""
    return next((at for _amount, at in events if is_settled and at >= refund.at), None)
