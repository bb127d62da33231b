"""A purchase of the demo's year: what was bought, and what became of it.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ovop.demo.agenda import SlotState
from ovop.demo.people import Buyer
from ovop.demo.shelf import Lot
from ovop.demo.stage import PlacedCooperative
from ovop.ordering.drafts import Draft
from ovop.ordering.requests import CheckoutRequest
from ovop.ordering.rules import Who


class Deed(StrEnum):
    """What can happen to a purchase after it was placed; the first three to all of it, the rest to one part."""

    BEGIN = "begin"
    PAY = "pay"
    DECLINE = "decline"
    EXPIRE = "expire"
    WEIGH = "weigh"
    HAND_OVER = "hand_over"
    CANCEL = "cancel"
    MISS = "miss"


@dataclass(frozen=True, slots=True)
class Event:
    """A deed at an instant; `part` counts the purchase's orders from 0, `weights` follow that order's lines.

    reference: what the clerk noted of a payment that they took.  closes_slot: the order fell with its slot.
    """

    at: datetime
    deed: Deed
    part: int = 0
    who: Who = Who.COOPERATIVE
    reason: str = ""
    restock: bool = True
    weights: tuple[int, ...] = ()
    reference: str = ""
    closes_slot: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What is bought of one co-operative, and where it is collected."""

    cooperative: PlacedCooperative
    slot: SlotState
    lots: tuple[Lot, ...]
    quantities: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Purchase:
    """A checkout with its whole life up to now.

    seed: chance that gave `drafts` and `checkout_id` their names; lines name lots by their keys.
    """

    buyer: Buyer
    at: datetime
    request: CheckoutRequest
    parts: tuple[Part, ...]
    seed: int
    drafts: tuple[Draft, ...]
    checkout_id: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """Cash of one order in its clerk's hand, rupiah."""

    cooperative: PlacedCooperative
    number: str
    amount: int
    at: datetime
