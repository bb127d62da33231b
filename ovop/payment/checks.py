"""Invariants of payments and the ledger, from the rows alone."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.kernel.checks import Check, Finding, finding
from ovop.payment.ledger import LedgerAccount
from ovop.payment.models import LedgerEntry, MerchantCodeChange, Payment, PaymentEvent
from ovop.payment.rules import MOVING, EventKind, Facts, after


def _events(session: Session) -> Finding:
    """Sums and status of every payment follow from its events, in the order in which they were kept."""
    counted = session.scalar(select(func.count()).select_from(Payment)) or 0

    def broken() -> Iterator[str]:
        events = iter(
            session.execute(
                select(PaymentEvent.payment_id, PaymentEvent.kind, PaymentEvent.amount)
                .order_by(PaymentEvent.payment_id, PaymentEvent.id)
                .execution_options(yield_per=2000)
            )
        )
        event = next(events, None)
        sums = (Payment.authorised, Payment.captured, Payment.refunded, Payment.disputed, Payment.moves)
        payments = session.execute(
            select(Payment.id, Payment.status, Payment.maximum, *sums)
            .order_by(Payment.id)
            .execution_options(yield_per=2000)
        )
        for payment_id, status, maximum, *kept in payments:
            facts, moves = Facts(maximum), 0
            while event is not None and event.payment_id == payment_id:
                facts = after(facts, EventKind(event.kind), event.amount)
                moves += EventKind(event.kind) in MOVING
                event = next(events, None)
            told = [facts.authorised, facts.captured, facts.refunded, facts.disputed, moves]
            if kept != told or status != facts.status:
                yield f"payment {payment_id}: {status} {kept}, its events say {facts.status} {told}"

    return finding(counted, broken())


def _limits(session: Session) -> Finding:
    rows = session.execute(
        select(Payment.id, Payment.maximum, Payment.captured, Payment.refunded).where(
            or_(Payment.captured > Payment.maximum, Payment.refunded + Payment.disputed > Payment.captured)
        )
    )
    return finding(
        session.scalar(select(func.count()).select_from(Payment)) or 0,
        (f"payment {row.id}: maximum {row.maximum}, captured {row.captured}, refunded {row.refunded}" for row in rows),
    )


def _journals(session: Session) -> Finding:
    rows = session.execute(
        select(LedgerEntry.journal, func.sum(LedgerEntry.amount).label("rest"))
        .group_by(LedgerEntry.journal)
        .having(func.sum(LedgerEntry.amount) != 0)
    )
    return finding(
        session.scalar(select(func.count(LedgerEntry.journal.distinct()))) or 0,
        (f"journal {row.journal} sums to {row.rest}" for row in rows),
    )


def _checkouts(session: Session) -> Finding:
    rows = session.execute(
        select(LedgerEntry.checkout_id, func.sum(LedgerEntry.amount).label("rest"))
        .where(LedgerEntry.checkout_id.is_not(None))
        .group_by(LedgerEntry.checkout_id)
        .having(func.sum(LedgerEntry.amount) != 0)
    )
    return finding(
        session.scalar(select(func.count(LedgerEntry.checkout_id.distinct()))) or 0,
        (f"ledger of checkout {row.checkout_id} sums to {row.rest}" for row in rows),
    )


def _received(session: Session) -> Finding:
    """Money that a co-operative took itself is passed on to it in the same breath: nothing stays in between."""
    rows = session.execute(
        select(LedgerEntry.order_number, func.sum(LedgerEntry.amount).label("rest"))
        .where(LedgerEntry.account == LedgerAccount.RECEIVED)
        .group_by(LedgerEntry.order_number)
        .having(func.sum(LedgerEntry.amount) != 0)
    )
    counted = session.scalar(
        select(func.count()).select_from(LedgerEntry).where(LedgerEntry.account == LedgerAccount.RECEIVED)
    )
    return finding(counted or 0, (f"order {row.order_number}: {row.rest} received and not kept" for row in rows))


def _codes(session: Session) -> Finding:
    """The code that a co-operative is paid by is the one that its history ends with."""
    last = (
        select(MerchantCodeChange.cooperative_id, func.max(MerchantCodeChange.id).label("id"))
        .group_by(MerchantCodeChange.cooperative_id)
        .subquery()
    )
    rows = session.execute(
        select(Cooperative.slug)
        .join(last, last.c.cooperative_id == Cooperative.id)
        .join(MerchantCodeChange, MerchantCodeChange.id == last.c.id)
        .where(MerchantCodeChange.payload.is_distinct_from(Cooperative.qris_payload))
    )
    return finding(
        session.scalar(select(func.count()).select_from(MerchantCodeChange)) or 0,
        (f"{row.slug} is paid by a QRIS that nobody set" for row in rows),
    )


CHECKS = (
    Check("every payment's sums and status follow from its events", "payments", _events),
    Check("no payment takes more than its maximum, or gives back more than it took", "payments", _limits),
    Check("every journal of the ledger sums to zero", "journals", _journals),
    Check("the ledger of every checkout sums to zero", "checkouts", _checkouts),
    Check("what a co-operative received itself is booked as kept by it", "entries", _received),
    Check("every co-operative's QRIS is the one that was set last", "changes", _codes),
)
