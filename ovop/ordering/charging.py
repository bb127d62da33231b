"""What a card provider says of a payment, brought into the market: facts are kept, orders follow, money is settled.

The provider is looked at between transactions; what was seen counts only if nothing else was kept meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ovop.db.session import engine_of
from ovop.kernel.errors import NotFound
from ovop.ordering.locks import lock_checkout, lock_orders
from ovop.ordering.models import Checkout, Order
from ovop.ordering.operations import cancel
from ovop.ordering.paying import confirm
from ovop.ordering.refunding import agree_refund
from ovop.ordering.rules import OrderStatus, Who, due_of
from ovop.ordering.settling import ask_to_settle
from ovop.outside.queue import enqueue
from ovop.payment.ledger import About
from ovop.payment.models import Payment, ProviderNotice
from ovop.payment.operations import facts_of, lock_payment, record_event
from ovop.payment.providers.base import Charge, News
from ovop.payment.rules import EventKind, Method, Seen, Step, news_in, step_key

#: The kind of the outbox's jobs; `ovop.ordering.card_flows.look_at` does them.
LOOK_JOB = "look-at-card"

#: Why the market itself cancels orders; kept in their histories and told to their buyers.
HOLD_ENDED = "Uang di kartu tidak lagi ditahan untuk pesanan ini"
BANK_TOOK_BACK = "Bank pembeli menarik kembali pembayaran pesanan ini"
GIVEN_BACK = "Uang pesanan ini sudah dikembalikan ke kartu"
_FOUND = "found at the provider"


class Applied(StrEnum):
    """What became of what was seen."""

    NOTHING_NEW = "nothing-new"
    CHANGED = "changed"
    #: Something was kept between looking and writing: look again.
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class ToLook:
    """A card payment that the provider can be asked about; `moves`: how many events it has now."""

    payment_id: str
    method: Method
    reference: str
    moves: int


def find_to_look(session: Session, payment_id: str) -> ToLook | None:
    """The payment, when it is one by card that was begun with its provider."""
    row = session.execute(
        select(Payment.id, Payment.method, Payment.provider_reference, Payment.moves).where(Payment.id == payment_id)
    ).one_or_none()
    if row is None or row.provider_reference is None or not Method(row.method).is_card:
        return None
    return ToLook(row.id, Method(row.method), row.provider_reference, row.moves)


def apply_charge(session: Session, looked: ToLook, charge: Charge, now: datetime) -> Applied:
    """What the provider says is kept, once, and the checkout follows.

    An authorisation of another sum than asked for is kept for a person and confirms nothing.  A hold that ended, or
    money that a bank took back, cancels what was not handed over yet.  Raises: NotFound.
    """
    checkout_id = session.scalar(select(Order.checkout_id).where(Order.payment_id == looked.payment_id).limit(1))
    if checkout_id is None:
        raise NotFound()
    checkout = lock_checkout(session, checkout_id)
    orders = lock_orders(session, checkout_id)
    payment = lock_payment(session, looked.payment_id)
    if payment.moves != looked.moves:
        return Applied.STALE
    if charge.capture_before is not None:
        payment.capture_before = charge.capture_before
        session.flush()
    seen = Seen(
        charge.authorised, charge.captured, charge.refunded, charge.disputed, charge.is_void, charge.is_declined
    )
    kept = {step.kind for step in news_in(facts_of(payment), seen) if _keep(session, payment, step, checkout_id, now)}
    if not kept:
        return Applied.NOTHING_NEW
    _follow(session, checkout, orders, payment, kept, now)
    return Applied.CHANGED


def _keep(session: Session, payment: Payment, step: Step, checkout_id: str, now: datetime) -> bool:
    """The event is kept; answers whether it is news.  What can happen once has a name of its own."""
    kind, note = step.kind, _FOUND
    if kind is EventKind.AUTHORISED and step.amount != payment.maximum:
        kind, note = EventKind.MISMATCH, f"authorised {step.amount} instead of {payment.maximum}"
    once = kind in (EventKind.AUTHORISED, EventKind.DECLINED, EventKind.MISMATCH)
    key = f"{payment.provider_reference}:{kind}" if once else step_key(payment.id, kind, payment.moves)
    return record_event(session, payment, kind, step.amount, key, now, About(checkout_id), note)


def _follow(
    session: Session,
    checkout: Checkout,
    orders: Sequence[Order],
    payment: Payment,
    kept: set[EventKind],
    now: datetime,
) -> None:
    if EventKind.AUTHORISED in kept:
        confirm(session, checkout, orders, now)
    if EventKind.DISPUTED in kept:
        _cancel_open(session, checkout, orders, BANK_TOOK_BACK, now)
    elif EventKind.VOIDED in kept:
        _cancel_open(session, checkout, orders, HOLD_ENDED, now)
    elif _shortfall(orders, payment) > 0:
        # Somebody gave money back at the provider's: first what was not handed over yet falls.
        _cancel_open(session, checkout, orders, GIVEN_BACK, now)
        _take_from_collected(session, checkout, orders, payment, now)
    ask_to_settle(session, checkout, now)


def _cancel_open(session: Session, checkout: Checkout, orders: Sequence[Order], reason: str, now: datetime) -> None:
    for order in orders:
        if order.status in (OrderStatus.CONFIRMED, OrderStatus.READY):
            cancel(session, checkout, order, Who.MARKET, now, None, reason)


def _take_from_collected(
    session: Session, checkout: Checkout, orders: Sequence[Order], payment: Payment, now: datetime
) -> None:
    """Money that went back without anybody's word here counts as a refund agreed, of the first orders first."""
    for order in orders:
        amount = min(_shortfall(orders, payment), order.total - order.refunded)
        if order.status == OrderStatus.COLLECTED and amount > 0:
            agree_refund(session, checkout, order, amount, now)


def _shortfall(orders: Sequence[Order], payment: Payment) -> int:
    """Rupiah by which what was taken and not given back falls short of what the orders claim of it."""
    if not payment.captured:
        return 0
    due = sum(due_of(OrderStatus(order.status), order.maximum, order.total, order.refunded) for order in orders)
    return due - (payment.captured - payment.refunded)


def take_notice(session: Session, method: Method, news: News, now: datetime) -> bool:
    """The payment behind the news is looked at after the commit; answers False for news that was taken before."""
    dialect = postgresql if engine_of(session).dialect.name == "postgresql" else sqlite
    notice = dialect.insert(ProviderNotice).values(
        id=news.id, kind=news.kind[:80], created_at=news.created_at, received_at=now
    )
    is_new = session.execute(notice.on_conflict_do_nothing().returning(ProviderNotice.id)).first() is not None
    if is_new:
        payload = {"method": method.value, "payment": news.payment_id, "intent": news.intent, "kind": news.kind}
        enqueue(session, LOOK_JOB, payload, now=now)
    return is_new


def last_notice_at(session: Session) -> datetime | None:
    """When the newest news that was taken so far was made."""
    return session.scalar(select(ProviderNotice.created_at).order_by(ProviderNotice.created_at.desc()).limit(1))


def count_retry(session: Session, payment_id: str) -> None:
    """The next request for the same step has another key: under this one the provider would only repeat itself."""
    session.execute(
        update(Payment).where(Payment.id == payment_id).values(retries=Payment.retries + 1),
        execution_options={"synchronize_session": False},
    )


def keep_surplus(session: Session, payment_id: str, intent: str, amount: int, now: datetime) -> None:
    """A second payment for the same checkout was let go: on record for whoever asks."""
    checkout_id = session.scalar(select(Order.checkout_id).where(Order.payment_id == payment_id).limit(1))
    lock_checkout(session, str(checkout_id))
    payment = lock_payment(session, payment_id)
    note = f"a second payment, {intent}, was let go"
    record_event(session, payment, EventKind.MISMATCH, amount, f"{intent}:surplus", now, About(str(checkout_id)), note)


def find_lapsing(session: Session, until: datetime, limit: int = 200) -> Sequence[str]:
    """Checkouts whose card is held and will not be held any more at `until`."""
    return session.scalars(
        select(Order.checkout_id)
        .join(Payment, Payment.id == Order.payment_id)
        .where(Payment.status == "authorised", Payment.capture_before <= until)
        .distinct()
        .limit(limit)
    ).all()
