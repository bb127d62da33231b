"""How a lot's stock moves, and what a new lot must be.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ovop.catalogue.rules import Handling
from ovop.kernel.errors import Invalid
from ovop.kernel.money import price_within
from ovop.kernel.quantity import within


class MovementKind(StrEnum):
    """Why stock moved."""

    CATCH = "caught"
    FOUND = "found"
    HOLD = "hold"
    RELEASE = "release"
    SELL = "sell"
    LOSE = "lose"
    LOSE_HELD = "lose_held"
    UNCAUGHT = "uncaught"
    UNLOST = "unlost"
    #: Sold at the counter to somebody without an order, and taken back; of a recalled lot what comes back is lost.
    COUNTER = "counter"
    COUNTER_BACK = "counter_back"
    LOSE_SOLD = "lose_sold"
    #: Planned, and never caught.
    MISS = "miss"


class LossCause(StrEnum):
    """Why goods were lost."""

    SPOILT = "spoilt"
    DAMAGED = "damaged"
    RETURNED = "returned"
    GIVEN = "given"
    EATEN = "eaten"
    WEIGHED = "weighed"
    OTHER = "other"


#: What takes goods out of a lot without anybody paying, and what brings them back.
LOSSES = (MovementKind.LOSE, MovementKind.LOSE_HELD, MovementKind.LOSE_SOLD, MovementKind.UNLOST)


@dataclass(frozen=True, slots=True)
class Effect:
    """By how many times the moved quantity each part of a lot changes."""

    caught: int = 0
    available: int = 0
    held: int = 0
    sold: int = 0
    lost: int = 0


#: Every effect keeps caught = available + held + sold + lost.  Source: design, Terms (movement).
EFFECTS: dict[MovementKind, Effect] = {
    MovementKind.CATCH: Effect(caught=1, available=1),
    MovementKind.FOUND: Effect(caught=1, available=1),
    MovementKind.HOLD: Effect(available=-1, held=1),
    MovementKind.RELEASE: Effect(available=1, held=-1),
    MovementKind.SELL: Effect(held=-1, sold=1),
    MovementKind.LOSE: Effect(available=-1, lost=1),
    MovementKind.LOSE_HELD: Effect(held=-1, lost=1),
    MovementKind.UNCAUGHT: Effect(caught=-1, available=-1),
    MovementKind.UNLOST: Effect(available=1, lost=-1),
    MovementKind.COUNTER: Effect(available=-1, sold=1),
    MovementKind.COUNTER_BACK: Effect(available=1, sold=-1),
    MovementKind.LOSE_SOLD: Effect(sold=-1, lost=1),
    MovementKind.MISS: Effect(caught=-1, available=-1),
}


#: What becomes of goods of a recalled lot that would return to its stock.
_LOST_INSTEAD = {MovementKind.RELEASE: MovementKind.LOSE_HELD, MovementKind.COUNTER_BACK: MovementKind.LOSE_SOLD}


def kind_when_recalled(kind: MovementKind) -> MovementKind | None:
    """What happens to goods of a recalled lot instead of `kind`; None when it must not happen.

    Nothing of it is offered, promised or sold any more: what would return to the stock is lost.
    """
    if kind in _LOST_INSTEAD:
        return _LOST_INSTEAD[kind]
    effect = EFFECTS[kind]
    return None if effect.available > 0 or effect.held > 0 or effect.sold > 0 else kind


#: A harvest may be sold this long ahead, and nothing keeps longer than this (dried seaweed: half a year).
FURTHEST_LANDING = timedelta(days=30)
OLDEST_LANDING = timedelta(days=365)
LONGEST_LIFE = timedelta(days=730)
LONGEST_RECALL_REASON = 300
#: What lands later than this from now is only planned; sooner, whoever lists it has it in sight.
IN_SIGHT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class NewCatch:
    """What a co-operative says of a lot that it puts on sale.  Grams or pieces; rupiah per kg or piece."""

    product_id: int
    quantity: int
    unit_price: int
    landed_at: datetime
    best_before: datetime
    grade: str | None = None
    gear: str | None = None
    fishing_area: str | None = None
    landing_price: int | None = None
    note: str = ""
    vessel_name: str | None = None
    vessel_registration: str | None = None
    #: None for how goods of its form are usually kept.
    handling: Handling | None = None


@dataclass(frozen=True, slots=True)
class CatchChanges:
    """What may be changed of a lot on sale; None leaves a thing as it is."""

    unit_price: int | None = None
    best_before: datetime | None = None
    note: str | None = None


def check_new_catch(new: NewCatch, now: datetime) -> None:
    """Raises Invalid, naming every field that cannot be right, unless `new` can go on sale at `now`."""
    errors: dict[str, str] = {}
    for field, value, check in (
        ("quantity", new.quantity, within),
        ("unit_price", new.unit_price, price_within),
        ("landing_price", 1 if new.landing_price is None else new.landing_price, price_within),
    ):
        try:
            check(value, field)
        except Invalid as error:
            errors |= error.errors
    if new.landed_at < now - OLDEST_LANDING:
        errors["landed_at"] = "in-the-past"
    if new.landed_at > now + FURTHEST_LANDING:
        errors["landed_at"] = "too-large"
    errors |= life_errors(new.landed_at, new.best_before, now)
    errors |= {
        field: "too-long"
        for field, text, most in (
            ("grade", new.grade, 40),
            ("gear", new.gear, 40),
            ("fishing_area", new.fishing_area, 80),
            ("vessel_name", new.vessel_name, 60),
            ("vessel_registration", new.vessel_registration, 40),
            ("note", new.note, 1000),
        )
        if text is not None and len(text) > most
    }
    if errors:
        raise Invalid(errors)


def life_errors(landed_at: datetime, best_before: datetime, now: datetime) -> dict[str, str]:
    """What is wrong with a best-before time, by field; empty when nothing is."""
    if best_before <= landed_at:
        return {"best_before": "before-landing"}
    if best_before <= now:
        return {"best_before": "in-the-past"}
    if best_before > landed_at + LONGEST_LIFE:
        return {"best_before": "too-large"}
    return {}


def is_sellable(*, is_withdrawn: bool, best_before: datetime, now: datetime) -> bool:
    """Whether goods of a lot may (again) be offered: not withdrawn and not past their best."""
    return not is_withdrawn and best_before > now


def is_offered(
    *, is_withdrawn: bool, is_planned: bool, landed_at: datetime, best_before: datetime, now: datetime
) -> bool:
    """Whether goods of a lot can be ordered: sellable, and, where only planned, before their time has come.

    From then on a planned lot waits until somebody has counted what is really there.
    """
    return is_sellable(is_withdrawn=is_withdrawn, best_before=best_before, now=now) and (
        not is_planned or landed_at > now
    )


def lot_prefix(village_name: str) -> str:
    """Three letters for a village on its labels: ``LON`` for Lontar."""
    letters = [letter for letter in village_name.upper() if "A" <= letter <= "Z"]
    return "".join(letters[:3]).ljust(3, "X")
