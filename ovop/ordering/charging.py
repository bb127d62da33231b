"""What a card provider says of a payment, brought into the market: facts are kept once, and the orders follow.

The provider is looked at between transactions; what was seen counts only if nothing else was kept meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ovop.kernel.errors import NotFound
from ovop.ordering.consequences import follow_money
from ovop.ordering.locks import lock_checkout, lock_orders
from ovop.ordering.models import Checkout, Order
from ovop.ordering.post import Letter, post_letters
from ovop.payment.ledger import About
from ovop.payment.models import Payment
from ovop.payment.operations import facts_of, lock_payment, record_event
from ovop.payment.providers.base import Charge
from ovop.payment.rules import EventKind, Method, Oddity, Seen, Step, believable, news_in, step_key, wait_to_look

_FOUND = "found at the provider"


class Applied(StrEnum):
    """What became of what was seen."""

    NOTHING_NEW = "nothing-new"
    CHANGED = "changed"
    #: Something was kept between looking and writing: look again.
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class ToLook:
    """A card payment that the provider can be asked about; `moves`: how many events it has had by now."""

    payment_id: str
    method: Method
    reference: str
    moves: int


@dataclass(frozen=True, slots=True)
class Locked:
    """A card payment with its checkout and orders, all locked."""

    checkout: Checkout
    orders: list[Order]
    payment: Payment


def find_to_look(session: Session, payment_id: str) -> ToLook | None:
    """The payment, when it is one by card that was begun with its provider."""
    row = session.execute(
        select(Payment.id, Payment.method, Payment.provider_reference, Payment.moves).where(Payment.id == payment_id)
    ).one_or_none()
    if row is None or row.provider_reference is None or not Method(row.method).is_card:
        return None
    return ToLook(row.id, Method(row.method), row.provider_reference, row.moves)


def apply_charge(session: Session, looked: ToLook, charge: Charge, now: datetime) -> Applied:
    """What the provider says is kept, once, the checkout follows, and it is known when to look again.

    An authorisation of another sum than asked for is kept for a person and confirms nothing, and so is what cannot be
    true of this payment.  Raises: NotFound.
    """
    locked = _lock(session, looked.payment_id)
    payment = locked.payment
    if payment.moves != looked.moves or payment.provider_reference != looked.reference:
        return Applied.STALE
    if charge.capture_before is not None:
        payment.capture_before = charge.capture_before
    seen, beyond = believable(_seen(charge), payment.maximum)
    steps = news_in(facts_of(payment), seen)
    kept = {kind for step in steps if (kind := _keep(session, locked, step, now))}
    if beyond:
        key = f"{looked.reference}:beyond:{beyond}"
        about = About(locked.checkout.id)
        record_event(session, payment, EventKind.MISMATCH, beyond, key, now, about, Oddity.BEYOND.note())
    wait = wait_to_look(facts_of(payment), now - payment.created_at, is_open=charge.is_open)
    payment.look_again_at = now + wait if wait is not None else None
    session.flush()
    if not kept:
        return Applied.NOTHING_NEW
    follow_money(session, locked.checkout, locked.orders, payment, kept, now)
    return Applied.CHANGED


def apply_event(
    session: Session, payment_id: str, kind: EventKind, amount: int, key: str, now: datetime, note: str = ""
) -> bool:
    """What a provider told under a name of its own is kept, once, and the checkout follows; answers whether it is new.

    Raises: NotFound.
    """
    locked = _lock(session, payment_id)
    kind, note = _named(locked.payment, Step(kind, amount), note)
    about = About(locked.checkout.id)
    if not record_event(session, locked.payment, kind, amount, key, now, about, note):
        return False
    follow_money(session, locked.checkout, locked.orders, locked.payment, {kind}, now)
    return True


def count_retry(session: Session, payment_id: str) -> None:
    """The next request for the same step has another key: under this one the provider would only repeat itself."""
    session.execute(
        update(Payment).where(Payment.id == payment_id).values(retries=Payment.retries + 1),
        execution_options={"synchronize_session": False},
    )


def keep_surplus(session: Session, payment_id: str, intent: str, amount: int, now: datetime) -> None:
    """A second payment for the same checkout was let go: on record for whoever asks, and its buyer is told.  Once."""
    locked = _lock(session, payment_id)
    note, key = Oddity.PAID_TWICE.note(intent), f"{intent}:surplus"
    about = About(locked.checkout.id)
    if record_event(session, locked.payment, EventKind.MISMATCH, amount, key, now, about, note):
        post_letters(session, Letter.PAID_TWICE, [locked.orders[0].number], now)


def has_payment(session: Session, payment_id: str) -> bool:
    """Whether there is such a payment by card."""
    method = session.scalar(select(Payment.method).where(Payment.id == payment_id))
    return method is not None and Method(method).is_card


def _lock(session: Session, payment_id: str) -> Locked:
    checkout_id = session.scalar(select(Order.checkout_id).where(Order.payment_id == payment_id).limit(1))
    if checkout_id is None:
        raise NotFound()
    checkout = lock_checkout(session, checkout_id)
    orders = lock_orders(session, checkout_id)
    return Locked(checkout, orders, lock_payment(session, payment_id))


def _seen(charge: Charge) -> Seen:
    return Seen(
        charge.authorised, charge.captured, charge.refunded, charge.disputed, charge.is_void, charge.is_declined
    )


def _keep(session: Session, locked: Locked, step: Step, now: datetime) -> EventKind | None:
    """The event is kept; answers as what, or None when it is no news.  What a page sees once has a name of its own."""
    payment = locked.payment
    kind, note = _named(payment, step, _FOUND)
    once = kind in (EventKind.AUTHORISED, EventKind.DECLINED, EventKind.MISMATCH)
    key = f"{payment.provider_reference}:{kind}" if once else step_key(payment.id, kind, payment.moves)
    is_new = record_event(session, payment, kind, step.amount, key, now, About(locked.checkout.id), note)
    return kind if is_new else None


def _named(payment: Payment, step: Step, note: str) -> tuple[EventKind, str]:
    """What the step is to be kept as: another sum than was asked for confirms nothing."""
    if step.kind is EventKind.AUTHORISED and step.amount != payment.maximum:
        return EventKind.MISMATCH, Oddity.OTHER_SUM.note(f"instead of {payment.maximum}")
    return step.kind, note
