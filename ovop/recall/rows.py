"""What reading recalls gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ovop.recall.rules import Reached


@dataclass(frozen=True, slots=True)
class RecallRow:
    """A recall with its lot.

    by_office: who called it back, else `clerk`, of the co-operative's own people.  Counts: orders cancelled or
    collected, buyers, and of these how many a clerk has spoken with, and how many know of it in any way.
    at_counter: grams or pieces that were sold without an order, to people whom nobody knows.
    """

    id: int
    catch_id: int
    lot_code: str
    name: str
    cooperative_id: int
    cooperative_name: str
    village_name: str
    reason: str
    by_office: bool
    clerk: str | None
    at: datetime
    done_at: datetime | None
    cancelled: int
    collected: int
    buyers: int
    spoken: int
    reached: int
    measure: str
    unit: str
    at_counter: int


@dataclass(frozen=True, slots=True)
class ConcernedOrder:
    """What an order has of the lot, in grams or pieces; rupiah, as weighed where it was.  refunded: of the order."""

    number: str
    buyer_id: int
    was_collected: bool
    measure: str
    unit: str
    quantity: int
    amount: int
    refunded: int
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class BuyerRow:
    """A buyer of the lot.  name, phone: None once the co-operative may no longer know them."""

    id: int
    name: str | None
    phone: str | None
    reached: Reached
    reached_at: datetime | None
    orders: tuple[ConcernedOrder, ...]

    @property
    def has_some(self) -> bool:
        """Whether goods of the lot went home with them."""
        return any(order.was_collected for order in self.orders)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What calling a lot back would do: orders that are open, collected ones, and what is on sale (grams or pieces)."""

    catch_id: int
    lot_code: str
    name: str
    cooperative_name: str
    village_name: str
    measure: str
    unit: str
    available: int
    landed_at: datetime
    open: int
    collected: int
