"""Payments opened and what happens to them, each fact once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ovop.kernel.errors import NotFound
from ovop.payment import ledger
from ovop.payment.models import Payment, PaymentEvent
from ovop.payment.rules import MOVING, EventKind, Facts, Method, PaymentStatus, after


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
                "disputed": 0,
                "moves": 0,
                "retries": 0,
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
        disputed=payment.disputed,
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
    payment.authorised, payment.captured = facts.authorised, facts.captured
    payment.refunded, payment.disputed = facts.refunded, facts.disputed
    payment.status = facts.status.value
    payment.moves += kind in MOVING
    session.flush()
    entries = entries_of(Method(payment.method), kind, amount)
    if entries:
        ledger.book(session, f"payment:{key}", entries, now, about)
    return True


def entries_of(method: Method, kind: EventKind, amount: int) -> dict[ledger.LedgerAccount, int]:
    """What a fact about a payment books in the ledger; nothing where no money moved."""
    match kind:
        case EventKind.CAPTURED:
            return ledger.captured(amount) if method.is_card else ledger.received(amount)
        case EventKind.REFUNDED:
            return ledger.refunded(amount) if method.is_card else ledger.received(-amount)
        case EventKind.RETURNED:
            return ledger.refunded(-amount) if method.is_card else ledger.received(amount)
        case EventKind.DISPUTED:
            return ledger.disputed(amount)
        case EventKind.REINSTATED:
            return ledger.disputed(-amount)
        case _:
            return {}
