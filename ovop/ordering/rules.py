"""Orders and checkouts: their states, who may move them, and what weighing and trust allow.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ovop.kernel.money import Rupiah, line_amount, maximum_amount, maximum_quantity
from ovop.kernel.quantity import Measure
from ovop.ordering.errors import CashNotAllowed, NothingWeighed, OverMaximum, WrongStatus
from ovop.payment.rules import Method, PaymentStatus


class OrderStatus(StrEnum):
    """The values are the contract's."""

    AWAITING_PAYMENT = "awaiting_payment"
    CONFIRMED = "confirmed"
    READY = "ready"
    COLLECTED = "collected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class CheckoutStatus(StrEnum):
    """Of a whole checkout: what its payment decided, or that all of it was cancelled."""

    AWAITING_PAYMENT = "awaiting_payment"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What can happen to an order."""

    CONFIRM = "confirm"
    EXPIRE = "expire"
    REVIVE = "revive"
    WEIGH = "weigh"
    HAND_OVER = "hand_over"
    CANCEL = "cancel"
    MARK_NO_SHOW = "mark_no_show"
    CHANGE_SLOT = "change_slot"


class Who(StrEnum):
    """Who may take a step."""

    BUYER = "buyer"
    COOPERATIVE = "cooperative"
    MARKET = "market"


class CardReason(StrEnum):
    """Why the market itself cancels orders that were paid by card; the values stand in their histories."""

    LET_GO = "Uang di kartu tidak lagi ditahan untuk pesanan ini"
    TAKEN_BACK = "Bank pemilik kartu menarik kembali pembayaran pesanan ini"
    GIVEN_BACK = "Uang pesanan ini sudah dikembalikan ke kartu"


@dataclass(frozen=True, slots=True)
class Move:
    """A step: from which states, to which, by whom.  target: None leaves the order in the state that it is in."""

    sources: frozenset[OrderStatus]
    target: OrderStatus | None
    by: frozenset[Who]


def _move(sources: Iterable[OrderStatus], target: OrderStatus | None, *by: Who) -> Move:
    return Move(frozenset(sources), target, frozenset(by))


#: Every way an order's status may change; there is no other.  Source: contract, Order status.
MOVES: dict[Step, Move] = {
    Step.CONFIRM: _move([OrderStatus.AWAITING_PAYMENT], OrderStatus.CONFIRMED, Who.MARKET),
    Step.EXPIRE: _move([OrderStatus.AWAITING_PAYMENT], OrderStatus.EXPIRED, Who.MARKET),
    # A payment that comes after the expiry, when goods and place can still be had.
    Step.REVIVE: _move([OrderStatus.EXPIRED], OrderStatus.CONFIRMED, Who.MARKET),
    Step.WEIGH: _move([OrderStatus.CONFIRMED], OrderStatus.READY, Who.COOPERATIVE),
    Step.HAND_OVER: _move([OrderStatus.READY], OrderStatus.COLLECTED, Who.COOPERATIVE),
    Step.CANCEL: _move(
        [OrderStatus.AWAITING_PAYMENT, OrderStatus.CONFIRMED, OrderStatus.READY],
        OrderStatus.CANCELLED,
        Who.BUYER,
        Who.COOPERATIVE,
        Who.MARKET,
    ),
    Step.MARK_NO_SHOW: _move([OrderStatus.CONFIRMED, OrderStatus.READY], OrderStatus.NO_SHOW, Who.COOPERATIVE),
    # Paid for first: until then the place is only kept for as long as paying takes.
    Step.CHANGE_SLOT: _move([OrderStatus.CONFIRMED, OrderStatus.READY], None, Who.BUYER),
}


@dataclass(frozen=True, slots=True)
class CheckoutMove:
    """A step of a whole checkout: from which states, to which, and what must be so."""

    sources: frozenset[CheckoutStatus]
    target: CheckoutStatus
    guard: str


#: Every way a checkout's status may change; its orders move in the same transaction.
CHECKOUT_MOVES: dict[Step, CheckoutMove] = {
    Step.CONFIRM: CheckoutMove(
        frozenset([CheckoutStatus.AWAITING_PAYMENT]), CheckoutStatus.CONFIRMED, "its maximum is authorised"
    ),
    Step.EXPIRE: CheckoutMove(
        frozenset([CheckoutStatus.AWAITING_PAYMENT]), CheckoutStatus.EXPIRED, "its time to pay is over"
    ),
    Step.REVIVE: CheckoutMove(
        frozenset([CheckoutStatus.EXPIRED]),
        CheckoutStatus.CONFIRMED,
        "its maximum is authorised late, and goods and places can still be had",
    ),
    Step.CANCEL: CheckoutMove(
        frozenset([CheckoutStatus.AWAITING_PAYMENT, CheckoutStatus.CONFIRMED]),
        CheckoutStatus.CANCELLED,
        "the last of its orders is cancelled",
    ),
}


def next_checkout_status(status: CheckoutStatus, step: Step) -> CheckoutStatus:
    """The checkout's status after `step`.  Raises: WrongStatus when it cannot follow."""
    move = CHECKOUT_MOVES.get(step)
    if move is None or status not in move.sources:
        raise WrongStatus(status)
    return move.target


#: States in which goods are held and a place is taken.
OPEN = (OrderStatus.AWAITING_PAYMENT, OrderStatus.CONFIRMED, OrderStatus.READY)
#: States in which the place in the slot is (or was) used: only expiry and cancelling give it back.
PLACED = (*OPEN, OrderStatus.COLLECTED, OrderStatus.NO_SHOW)

#: How long a card payment may take.  Stripe's hosted page cannot be open for less.
TIME_TO_PAY = timedelta(minutes=30)
#: Source: contract, Checkout (cash) and Handover.
NO_SHOWS_ALLOWED, NO_SHOW_MEMORY, OPEN_CASH_ALLOWED = 1, timedelta(days=90), 2
WRONG_CODES_ALLOWED, LOCK_TIME = 5, timedelta(minutes=15)


def next_status(status: OrderStatus, step: Step, who: Who) -> OrderStatus:
    """The status after `step`.  Raises: WrongStatus when it cannot follow."""
    move = MOVES[step]
    if status not in move.sources or who not in move.by:
        raise WrongStatus(status)
    return status if move.target is None else move.target


def as_seen(status: OrderStatus, expires_at: datetime | None, now: datetime) -> OrderStatus:
    """The status to show: past its time an unpaid order is expired, whether or not the worker has got to it."""
    if status is OrderStatus.AWAITING_PAYMENT and expires_at is not None and expires_at <= now:
        return OrderStatus.EXPIRED
    return status


def checkout_as_seen(status: CheckoutStatus, expires_at: datetime | None, now: datetime) -> CheckoutStatus:
    """As `as_seen`, for a checkout."""
    if status is CheckoutStatus.AWAITING_PAYMENT and expires_at is not None and expires_at <= now:
        return CheckoutStatus.EXPIRED
    return status


def payment_as_seen(
    order: OrderStatus, method: Method, payment: PaymentStatus, total: int, refunded: int
) -> PaymentStatus:
    """What the payment means for one order: a card pays for several, and each may end in its own way.

    refunded: rupiah of its `total` that go back to the buyer after collection.
    """
    if not method.is_card:
        return payment
    if refunded:
        return PaymentStatus.REFUNDED if refunded == total else PaymentStatus.PARTLY_REFUNDED
    ended_without_goods = order in (OrderStatus.CANCELLED, OrderStatus.NO_SHOW, OrderStatus.EXPIRED)
    match payment:
        case PaymentStatus.PAID | PaymentStatus.PARTLY_REFUNDED:
            return PaymentStatus.REFUNDED if ended_without_goods else PaymentStatus.PAID
        case PaymentStatus.AUTHORISED | PaymentStatus.PENDING | PaymentStatus.FAILED:
            return PaymentStatus.VOID if ended_without_goods else payment
        case _:
            return payment


@dataclass(frozen=True, slots=True)
class Ordered:
    """A line as ordered.  quantity: grams or pieces; unit_price: rupiah per kg or piece.

    allotted: what of it a harvest left, where that is less.
    """

    catch: int
    measure: Measure
    unit_price: int
    quantity: int
    allotted: int | None = None

    @property
    def promised(self) -> int:
        """What is held for it until it is weighed."""
        return self.quantity if self.allotted is None else self.allotted


@dataclass(frozen=True, slots=True)
class Weighed:
    """A line as weighed: what is charged, and how it differs from what was held (more is positive)."""

    catch: int
    quantity: int
    amount: Rupiah
    difference: int
    is_short: bool


def weigh(ordered: Iterable[Ordered], weights: dict[int, int]) -> list[Weighed]:
    """Lines with their final quantities and amounts; `weights` has one for each line, by catch.

    Raises: OverMaximum, NothingWeighed.  Source: contract, Weighing.
    """
    weighed: list[Weighed] = []
    for line in ordered:
        quantity = weights[line.catch]
        most = maximum_quantity(line.promised)
        if quantity > most:
            raise OverMaximum(line.catch, most)
        weighed.append(
            Weighed(
                catch=line.catch,
                quantity=quantity,
                amount=min(
                    line_amount(line.unit_price, quantity, line.measure),
                    maximum_amount(line.unit_price, line.quantity, line.measure),
                ),
                difference=quantity - line.promised,
                is_short=quantity * 10 < line.quantity * 9,
            )
        )
    if not any(line.quantity for line in weighed):
        raise NothingWeighed()
    return weighed


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a buyer when they want to pay in cash."""

    no_shows: int
    open_cash_orders: int


def check_cash(standing: Standing, *, allowed_by_all: bool) -> None:
    """Raises CashNotAllowed unless the co-operatives take cash and the buyer may be trusted with it.

    Source: contract, Checkout: two no-shows in 90 days, or three open cash orders.
    """
    if not allowed_by_all:
        raise CashNotAllowed("cooperative")
    if standing.no_shows > NO_SHOWS_ALLOWED:
        raise CashNotAllowed("no-shows")
    if standing.open_cash_orders > OPEN_CASH_ALLOWED:
        raise CashNotAllowed("open-orders")


def due_of(status: OrderStatus, maximum: int, total: int, refunded: int = 0) -> int:
    """Rupiah of card money that an order claims: its maximum until weighed, its final sum then, else nothing.

    refunded: what of it is to be given back after collection.
    """
    if status in (OrderStatus.READY, OrderStatus.COLLECTED):
        return total - refunded
    return maximum if status in OPEN else 0
