"""Shares that the card provider passes on to a co-operative's own account with it: asked for in the change, done after.

What is wanted follows from the order as it stands, as with card money: an order's share once it is collected, less what
was passed on.  A share that a statement counts is paid by bank, and never passed on as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.kernel.money import commission_on
from ovop.ordering.events import OrderCollected, RefundAgreed
from ovop.ordering.locks import lock_order
from ovop.ordering.models import Order
from ovop.outside.queue import enqueue
from ovop.payment import ledger
from ovop.payment.models import LedgerEntry, Payment
from ovop.payment.providers.base import PassedOn
from ovop.payment.rules import Method
from ovop.settlement.models import SettlementLine, Transfer
from ovop.settlement.rules import transfer_journal

#: The kind of the outbox's jobs; `ovop.settlement.transfer_flows.transfer_order` does them.
TRANSFER_JOB = "transfer-share"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A collected order's share as it should be with its co-operative.  Rupiah.

    account: the co-operative's with the provider, none when it has none.  payment: the provider's name for the buyer's,
    payment_id ours.  retries: how many of its requests failed.  is_counted: a statement pays the share.  known: what is
    kept of what was passed on.
    """

    account: str | None
    payment_id: str
    payment: str
    retries: int
    is_captured: bool
    share: int
    is_counted: bool
    known: PassedOn | None


def ask_to_transfer(session: Session, event: OrderCollected | RefundAgreed) -> None:
    """Follower: the order's share is brought to its co-operative after the commit, where that has an account for it."""
    if event.method != Method.STRIPE:
        return
    account = session.scalar(select(Cooperative.stripe_account).where(Cooperative.id == event.cooperative_id))
    if account is not None:
        enqueue(session, TRANSFER_JOB, {"order": event.order_number}, now=event.at)


def find_wanted(session: Session, number: str) -> Wanted | None:
    """What the order's co-operative should have of it with the provider; none unless collected and paid through it."""
    is_counted = exists().where(
        SettlementLine.entry_id == LedgerEntry.id,
        LedgerEntry.journal == f"order:{number}:earned",
        LedgerEntry.account == ledger.LedgerAccount.PAYABLE.value,
    )
    row = session.execute(
        select(Order, Payment, Cooperative.stripe_account, Transfer, is_counted.label("is_counted"))
        .join(Payment, Payment.id == Order.payment_id)
        .join(Cooperative, Cooperative.id == Order.cooperative_id)
        .outerjoin(Transfer, Transfer.order_number == Order.number)
        .where(Order.number == number, Payment.method == Method.STRIPE.value)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or row.Order.collected_at is None or row.Payment.provider_reference is None:
        return None
    left = row.Order.total - row.Order.refunded
    return Wanted(
        account=row.stripe_account,
        payment_id=row.Payment.id,
        payment=row.Payment.provider_reference,
        retries=row.Payment.retries,
        is_captured=row.Payment.captured > 0,
        share=left - commission_on(left, row.Order.commission_basis_points),
        is_counted=row.is_counted,
        known=passed_on_by(row.Transfer),
    )


def record_passed_on(session: Session, number: str, seen: PassedOn, now: datetime) -> None:
    """What the provider has passed on and taken back for the order is kept and booked, each once.  Raises: NotFound."""
    checkout, order = lock_order(session, number)
    transfer = session.scalars(
        select(Transfer)
        .where(Transfer.order_number == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    about = ledger.About(checkout.id, order.cooperative_id, number)
    if transfer is None:
        transfer = Transfer(
            order_number=number,
            cooperative_id=order.cooperative_id,
            account=seen.account,
            reference=seen.reference,
            amount=seen.amount,
            reversed=0,
            created_at=now,
        )
        session.add(transfer)
        session.flush()
        ledger.book(session, transfer_journal(number), ledger.transferred(seen.amount), now, about)
    if seen.reversed > transfer.reversed:
        journal, back = transfer_journal(number, transfer.reversed), seen.reversed - transfer.reversed
        transfer.reversed = seen.reversed
        session.flush()
        ledger.book(session, journal, ledger.transferred(-back), now, about)


def passed_on_by(transfer: Transfer | None) -> PassedOn | None:
    """What is kept of it."""
    if transfer is None:
        return None
    return PassedOn(transfer.reference, transfer.account, transfer.amount, transfer.reversed)
