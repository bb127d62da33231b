"""Payments: their facts, the status that follows from them, and what to ask of a provider next.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import assert_never


class Method(StrEnum):
    """How a buyer pays; the values are the contract's."""

    CASH = "cash"
    QRIS = "qris"
    STRIPE = "stripe"
    DEMO = "demo"

    @property
    def is_card(self) -> bool:
        """Whether a provider holds the money: authorised for a whole checkout, captured later."""
        return self in (Method.STRIPE, Method.DEMO)


class PaymentStatus(StrEnum):
    """The values are the contract's."""

    PENDING = "pending"
    AUTHORISED = "authorised"
    PAID = "paid"
    VOID = "void"
    REFUNDED = "refunded"
    PARTLY_REFUNDED = "partly_refunded"
    FAILED = "failed"


class EventKind(StrEnum):
    """What can happen to a payment."""

    AUTHORISED = "authorised"
    DECLINED = "declined"
    CAPTURED = "captured"
    VOIDED = "voided"
    REFUNDED = "refunded"
    #: A refund came back: the card's bank did not take it.
    RETURNED = "returned"
    #: The buyer's bank took money back, and gave it back again.
    DISPUTED = "disputed"
    REINSTATED = "reinstated"
    #: The provider told something that does not agree with what we know: kept for a human, changes nothing.
    MISMATCH = "mismatch"


class Oddity(StrEnum):
    """What a MISMATCH is about; its note begins with this."""

    #: The card was good for another sum than was asked for.
    OTHER_SUM = "other-sum"
    #: Money came a second time, and went back.
    PAID_TWICE = "paid-twice"
    #: Goods were handed over, and the hold ended before their money was taken.
    GOODS_GONE = "goods-gone"
    #: More was taken or given back than there was.
    BEYOND = "beyond"

    def note(self, about: str = "") -> str:
        """How it is kept."""
        return f"{self}: {about}" if about else self.value

    @classmethod
    def of(cls, note: str) -> Oddity | None:
        """What a note begins with."""
        code = note.partition(":")[0]
        return cls(code) if code in list(cls) else None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a payment, in rupiah: everything else about it is derived from this."""

    maximum: int
    authorised: int = 0
    captured: int = 0
    refunded: int = 0
    disputed: int = 0
    is_void: bool = False
    is_declined: bool = False

    @property
    def held(self) -> int:
        """What was taken and is still there."""
        return self.captured - self.refunded - self.disputed

    @property
    def status(self) -> PaymentStatus:
        """The contract's payment status."""
        if self.captured:
            if self.held == self.captured:
                return PaymentStatus.PAID
            return PaymentStatus.PARTLY_REFUNDED if self.held else PaymentStatus.REFUNDED
        if self.is_void:
            return PaymentStatus.VOID
        if self.authorised:
            return PaymentStatus.AUTHORISED
        return PaymentStatus.FAILED if self.is_declined else PaymentStatus.PENDING


def after(facts: Facts, kind: EventKind, amount: int) -> Facts:
    """`facts` once `kind` has happened for `amount` rupiah."""
    match kind:
        case EventKind.AUTHORISED:
            return replace(facts, authorised=amount, is_void=False, is_declined=False)
        case EventKind.DECLINED:
            return facts if facts.authorised else replace(facts, is_declined=True)
        case EventKind.CAPTURED:
            return replace(facts, captured=facts.captured + amount)
        case EventKind.VOIDED:
            return facts if facts.captured else replace(facts, is_void=True)
        case EventKind.REFUNDED:
            return replace(facts, refunded=facts.refunded + amount)
        case EventKind.RETURNED:
            return replace(facts, refunded=facts.refunded - amount)
        case EventKind.DISPUTED:
            return replace(facts, disputed=facts.disputed + amount)
        case EventKind.REINSTATED:
            return replace(facts, disputed=facts.disputed - amount)
        case EventKind.MISMATCH:
            return facts
        case _:
            assert_never(kind)


def facts_from(maximum: int, events: Iterable[tuple[EventKind, int]]) -> Facts:
    """The facts that `events`, in the order in which they were kept, add up to."""
    facts = Facts(maximum)
    for kind, amount in events:
        facts = after(facts, kind, amount)
    return facts


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to ask of the provider.  `amount` in rupiah; the whole for a void."""

    kind: EventKind
    amount: int


#: Events after which something is different from before; the others only say that nothing came of a try.
MOVING = frozenset(EventKind) - {EventKind.DECLINED, EventKind.MISMATCH}


def step_key(payment_id: str, kind: EventKind, moves: int) -> str:
    """Names the step that `kind` is after `moves` others: however often it is asked for or told of, it is one."""
    return f"{payment_id}:{kind}:{moves}"


#: The most rupiah that Stripe takes at once: twelve digits, two of them decimals.
#: Source: docs.stripe.com/currencies#minimum-and-maximum-charge-amounts.
STRIPE_MAXIMUM = 9_999_999_999


@dataclass(frozen=True, slots=True)
class Seen:
    """What a provider says of a payment, in rupiah: where it differs from the facts, something has happened."""

    authorised: int
    captured: int
    refunded: int
    disputed: int
    is_void: bool
    is_declined: bool


def believable(seen: Seen, maximum: int) -> tuple[Seen, int]:
    """What was seen as far as the facts of a payment of at most `maximum` can hold it, and the rupiah beyond.

    A bank may take back more than was left (docs.stripe.com/api/disputes: "usually the amount of the charge, but it
    can differ"); the rest is for a person to look at.
    """
    captured = min(seen.captured, maximum)
    refunded = min(seen.refunded, captured)
    disputed = min(seen.disputed, captured - refunded)
    beyond = seen.captured - captured + seen.refunded - refunded + seen.disputed - disputed
    return replace(seen, captured=captured, refunded=refunded, disputed=disputed), beyond


def news_in(facts: Facts, seen: Seen) -> list[Step]:
    """What must have happened since `facts` for the provider to say what was `seen`, in an order that can be."""
    found = []
    if seen.authorised and not facts.authorised:
        found.append(Step(EventKind.AUTHORISED, seen.authorised))
    elif seen.is_declined and not facts.is_declined and not facts.authorised:
        found.append(Step(EventKind.DECLINED, 0))
    for up, down, difference in (
        (EventKind.CAPTURED, None, seen.captured - facts.captured),
        (EventKind.REFUNDED, EventKind.RETURNED, seen.refunded - facts.refunded),
        (EventKind.DISPUTED, EventKind.REINSTATED, seen.disputed - facts.disputed),
    ):
        if difference > 0:
            found.append(Step(up, difference))
        elif difference < 0 and down is not None:
            found.append(Step(down, -difference))
    was_held = bool(facts.authorised or seen.authorised) and not facts.is_void
    if seen.is_void and was_held and not (facts.captured or seen.captured):
        found.append(Step(EventKind.VOIDED, 0))
    # Money leaves by one way before it can by another: what came back first makes room.
    return sorted(found, key=lambda step: step.kind in (EventKind.REFUNDED, EventKind.DISPUTED))


def next_step(facts: Facts, due: int, *, capture_now: bool) -> Step | None:
    """What brings the provider's money to `due`, or None when it is there.

    due: rupiah that the checkout's orders come to now: finals where weighed, maxima where not, nothing for those
    that ended without goods.  capture_now: something was weighed, or the authorisation is about to lapse.
    Source: contract, Card money.
    """
    if facts.captured:
        excess = facts.held - due
        return Step(EventKind.REFUNDED, excess) if excess > 0 else None
    if facts.is_void or not facts.authorised:
        return None
    if due == 0:
        return Step(EventKind.VOIDED, facts.authorised)
    if capture_now:
        return Step(EventKind.CAPTURED, min(due, facts.authorised))
    return None


#: How soon a card payment is looked at again by itself, how long at most while nothing was taken, and until when banks
#: may still take money back.
SOONEST_LOOK, LATEST_LOOK, DISPUTABLE = timedelta(seconds=30), timedelta(hours=6), timedelta(days=200)


def wait_to_look(facts: Facts, age: timedelta, *, is_open: bool) -> timedelta | None:
    """How long until a card payment is looked at again, the longer the older it is; None when nothing can come of it.

    is_open: it can still be paid.  A quarter of its age each time: a page is asked about some fifteen times, and money
    that was taken some twenty times more over the months in which its bank may want it back.
    """
    wait = max(SOONEST_LOOK, age / 4)
    if facts.captured:
        return wait if age < DISPUTABLE else None
    if is_open or facts.status is PaymentStatus.AUTHORISED:
        return min(wait, LATEST_LOOK)
    return None
