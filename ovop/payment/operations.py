"""Payments opened and what happens to them, each fact once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ovop.kernel.errors import NotFound
from ovop.payment import ledger
from ovop.payment.models import Payment, PaymentEvent
from ovop.payment.rules import EventKind, Facts, Method, PaymentStatus, after


def open_payments(session: Session, method: Method, maxima: dict[str, int], now: datetime) -> None:
    """Payments (id → the most that it may come to, in rupiah) are pending."""
    session.execute(
        insert(Payment),
        [
            {
                "id": payment_id,
                "method": method.value,
                "status": PaymentStatus.PENDING.value,
                "maximum": maximum,
                "authorised": 0,
                "captured": 0,
                "refunded": 0,
                "created_at": now,
            }
            for payment_id, maximum in maxima.items()
        ],
    )


def lock_payment(session: Session, payment_id: str) -> Payment:
    """The payment, locked and as it stands now.  Raises: NotFound."""
    payment = session.scalars(
        select(Payment).where(Payment.id == payment_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if payment is None:
        raise NotFound()
    return payment


def facts_of(payment: Payment) -> Facts:
    """The facts that the row holds."""
    status = PaymentStatus(payment.status)
    return Facts(
        maximum=payment.maximum,
        authorised=payment.authorised,
        captured=payment.captured,
        refunded=payment.refunded,
        is_void=status is PaymentStatus.VOID,
        is_declined=status is PaymentStatus.FAILED,
    )


def record_event(
    session: Session,
    payment: Payment,
    kind: EventKind,
    amount: int,
    key: str,
    now: datetime,
    about: ledger.About,
    note: str = "",
) -> bool:
    """The fact is kept and booked, unless one with this `key` was before; answers whether it is new.

    payment: locked.  amount: rupiah.  Cash and QRIS are captured into the co-operative's own hands.
    """
    if session.scalar(select(PaymentEvent.id).where(PaymentEvent.key == key)) is not None:
        return False
    session.add(PaymentEvent(payment_id=payment.id, kind=kind.value, amount=amount, key=key, note=note[:200], at=now))
    facts = after(facts_of(payment), kind, amount)
    payment.authorised, payment.captured, payment.refunded = facts.authorised, facts.captured, facts.refunded
    payment.status = facts.status.value
    session.flush()
    entries = entries_of(Method(payment.method), kind, amount)
    if entries:
        ledger.book(session, f"payment:{key}", entries, now, about)
    return True


def entries_of(method: Method, kind: EventKind, amount: int) -> dict[ledger.LedgerAccount, int]:
    """What a fact about a payment books in the ledger; nothing where no money moved."""
    if kind is EventKind.CAPTURED:
        return ledger.captured(amount) if method.is_card else ledger.received(amount)
    if kind is EventKind.REFUNDED and method.is_card:
        return ledger.refunded(amount)
    return {}
