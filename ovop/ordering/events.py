"""What ordering announces to those whom it may not import."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ovop.kernel import days
from ovop.kernel.events import Event


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A collected line: grams or pieces by `measure`, rupiah; is_short: weighed more than 10 % short."""

    species_code: str
    form: str
    measure: str
    quantity: int
    amount: int
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class OrderCollected(Event):
    """A sale: an order was handed over by `actor_id`."""

    order_number: str
    at: datetime
    actor_id: int
    buyer_id: int
    cooperative_id: int
    village_code: str
    method: str
    revenue: int
    lines: tuple[SoldLine, ...]

    @property
    def day(self) -> date:
        """The day in Asia/Jakarta on which it counts."""
        return days.day_of(self.at)


@dataclass(frozen=True, slots=True)
class RefundAgreed(Event):
    """`amount` rupiah of a collected order are to be given back to its buyer, whoever does it."""

    order_number: str
    cooperative_id: int
    method: str
    amount: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundPaidOut(Event):
    """A co-operative gave `amount` rupiah of a collected order back with its own hands; `key` names the fact.

    way: a `refunding.PayoutWay`, which need not be how the order was paid.
    """

    key: str
    order_number: str
    cooperative_id: int
    actor_id: int
    way: str
    amount: int
    at: datetime


@dataclass(frozen=True, slots=True)
class BuyerLeft(Event):
    """A buyer's account was deleted: what they wrote and showed goes, what was agreed about money stays."""

    buyer_id: int
    at: datetime
