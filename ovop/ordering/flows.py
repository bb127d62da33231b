"""Use cases that take more than one transaction, or that ask the provider between two."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app

from ovop.accounts.idempotency import Answer, check_key, find_answer
from ovop.accounts.rules import Actor
from ovop.db.session import db, write
from ovop.kernel.errors import Invalid, Refused
from ovop.ordering import card_flows, charging, handover, operations, paying, placing, queries
from ovop.ordering.errors import WrongStatus
from ovop.ordering.locks import lock_order
from ovop.ordering.requests import CheckoutRequest
from ovop.ordering.rows import CheckoutRow
from ovop.ordering.rules import CheckoutStatus, Who
from ovop.ordering.slot_queries import open_by_cooperative, open_orders_in_slot
from ovop.outside.queue import enqueue
from ovop.payment import providers
from ovop.payment.errors import MethodNotAllowed, ProviderBroken, ProviderRefused
from ovop.payment.rules import EventKind
from ovop.pickup import operations as pickup
from ovop.pickup.use_letters import post_closing

log = logging.getLogger(__name__)

#: The kind of the outbox's jobs that finish what `close_slot` began.
CLOSE_SLOT_JOB = "close-slot"


@dataclass(frozen=True, slots=True)
class Placed:
    """The answer to a checkout, and whether it had been given before."""

    answer: Answer
    is_replay: bool


def check_out(
    request: CheckoutRequest, actor: Actor, key: str, now: datetime, word: Callable[[CheckoutRow], str]
) -> Placed:
    """The checkout is placed, once for each `key` of `actor`.  word: writes the body that a repeat gets again.

    Raises: what `placing.place_checkout` raises; MethodNotAllowed when no such provider is set up.
    """
    providers.check(request.payment)
    settings = current_app.config["OVOP"]
    try:
        answer, is_replay = write(
            placing.place_checkout,
            request,
            actor,
            check_key(key),
            now,
            word=word,
            qris_maximum=settings.qris_maximum,
            card_minimum=settings.stripe_minimum,
        )
    except Refused:
        # Sent twice at once, the other may have been first and have taken what this one now misses.
        kept = find_answer(db.session(), actor.id, key, placing.fingerprint_of(request))
        if kept is None:
            raise
        return Placed(kept, True)
    return Placed(answer, is_replay)


def begin_payment(checkout_id: str, actor: Actor, now: datetime, back_to: str, language: str) -> str:
    """The address of the provider's page for an unpaid checkout; asks for one where there is none yet.

    back_to: absolute address to return to.  Raises: NotFound, WrongStatus, MethodNotAllowed, ProviderAway.
    """
    checkout = queries.get_checkout(db.session(), checkout_id, actor, now)
    if checkout.status is not CheckoutStatus.AWAITING_PAYMENT or actor.id != checkout.buyer_id:
        raise WrongStatus(checkout.status)
    if not checkout.method.is_card:
        raise MethodNotAllowed(checkout.method, "not-a-card")
    for is_last in (False, False, True):
        opening = paying.opening_of(db.session(), checkout, back_to, language)
        db.session.rollback()
        provider = providers.of(checkout.method)
        try:
            reference, address = provider.begin(opening)
        except ProviderBroken:
            write(charging.count_retry, opening.payment_id)
            if is_last:
                raise
            continue
        except ProviderRefused:
            card_flows.refresh(opening.payment_id, now)  # paid already, and the market has not heard of it yet
            break
        counts = write(paying.remember_page, opening, reference, now)
        if counts == reference:
            return address
        if counts is None:
            break
        provider.close(reference)  # another tab was faster, with a page of its own
    raise WrongStatus(queries.get_checkout(db.session(), checkout_id, actor, now).status)


def apply_payment_event(payment_id: str, kind: EventKind, amount: int, key: str, now: datetime) -> bool:
    """What a provider told has been applied, once for each `key`; answers whether it was news.  Raises: NotFound."""
    return write(charging.apply_event, payment_id, kind, amount, key, now)


def hand_over(number: str, code: str, reference: str, actor: Actor, now: datetime) -> None:
    """The order is collected.  Raises: WrongCode, Locked, WrongStatus, NotFound, Invalid."""
    points = current_app.config["OVOP"].commission_basis_points
    write(handover.hand_over, number, code, reference, actor, now, points).check()


@dataclass(frozen=True, slots=True)
class Handing:
    """An order's part in handing over several: the code that was given for it, and how it was paid."""

    number: str
    code: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Handed:
    """How one of several went; `refusal` is None when it is collected."""

    number: str
    refusal: Refused | None = None


def hand_over_each(handings: Sequence[Handing], actor: Actor, now: datetime) -> list[Handed]:
    """Each order whose code is right is collected, whatever becomes of the others.

    One transaction for each: what has changed hands stays so, and a wrong code is counted.  Done again, those that are
    collected are refused with WrongStatus and nothing else changes.
    """
    done = []
    for handing in handings:
        try:
            hand_over(handing.number, handing.code, handing.reference, actor, now)
        except Refused as refusal:
            done.append(Handed(handing.number, refusal))
        else:
            done.append(Handed(handing.number))
    return done


def expire_due(now: datetime) -> int:
    """Duty: unpaid checkouts past their time are expired; answers how many.

    Their providers are asked first, as long as they answer: who has paid shall not lose the fish to slow news.
    """
    done = 0
    while due := paying.find_expired(db.session(), now):
        db.session.rollback()
        card_flows.ask_before_expiry(due, now)
        done += sum(write(paying.expire_checkout, checkout_id, now) for checkout_id in due)
    db.session.rollback()
    return done


def extend_slots(now: datetime) -> None:
    """Duty: every point has its slots for the coming weeks."""
    write(pickup.extend_slots, now)


def close_slot(slot_id: int, reason: str, actor: Actor, now: datetime) -> int:
    """The slot is closed and the orders in it cancelled, whoever's; answers how many were, here and now.

    Guests at the point are told of their own that fell.  Killed in the middle, the outbox finishes it.
    Raises: NotFound, Forbidden, Invalid.
    """
    if not reason.strip():
        raise Invalid({"reason": "required"})

    def close(session: Any) -> None:
        slot = pickup.close(session, slot_id, reason.strip(), actor, now)
        others = {
            by: fallen for by, fallen in open_by_cooperative(session, slot_id).items() if by != actor.cooperative_id
        }
        post_closing(session, slot.point_id, slot_id, others, reason.strip(), now)
        payload = {"slot": slot_id, "reason": reason.strip(), "actor": actor.id}
        enqueue(session, CLOSE_SLOT_JOB, payload, now=now)

    write(close)
    return finish_closing({"slot": slot_id, "reason": reason.strip(), "actor": actor.id}, now)


def finish_closing(payload: Mapping[str, Any], now: datetime) -> int:
    """Job: no open order is left in the closed slot.  One transaction for each order; safe to repeat."""
    done = 0
    while numbers := open_orders_in_slot(db.session(), payload["slot"]):
        db.session.rollback()
        for number in numbers:
            done += write(_cancel_for_market, number, payload["actor"], payload["reason"], now)
    db.session.rollback()
    return done


def _cancel_for_market(session: Any, number: str, actor_id: int, reason: str, now: datetime) -> int:
    checkout, order = lock_order(session, number)
    try:
        operations.cancel(session, checkout, order, Who.COOPERATIVE, now, actor_id, reason)
    except WrongStatus:
        return 0  # its buyer or the clerk was faster
    return 1
