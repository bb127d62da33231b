"""What becomes of a purchase: paid or not, weighed, collected, cancelled, missed.  Pure but for chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ovop.demo.agenda import STORM
from ovop.demo.purchases import Deed, Event, Part
from ovop.kernel.ids import Chance
from ovop.kernel.money import maximum_quantity
from ovop.kernel.quantity import Measure
from ovop.ordering.rules import TIME_TO_PAY, Who
from ovop.payment.rules import Method

#: Of a hundred card checkouts so many are never paid, and so many only at the second try.
_NEVER_PAID, _DECLINED_FIRST = 0.07, 0.06
#: Of a hundred orders so many end otherwise than collected.
_BUYER_CANCELS, _COOPERATIVE_CANCELS, _SHORT_AND_CANCELLED, _MISSED = 0.04, 0.02, 0.006, 0.025
#: Of a hundred lines so many are weighed much too short.
_SHORT = 0.03
_SCALE_STEP = 10  # grams

_BUYERS_REASONS = (
    "",
    "",
    "Salah pilih jadwal",
    "Ada keperluan mendadak",
    "Sudah dapat dari tetangga",
    "Mau ganti jumlah",
)
_COOPERATIVES_REASONS = ("Tangkapan kurang dari perkiraan", "Es habis", "Perahu rusak", "Mutu tidak layak dijual")
_SHORT_REASON = "Timbangan kurang dari pesanan"


@dataclass(frozen=True, slots=True)
class Open:
    """A purchase that must still be open at `now`: packed already, or not even paid."""

    now: datetime
    is_ready: bool = False
    is_unpaid: bool = False


def events_of(
    at: datetime, method: Method, parts: Sequence[Part], chance: Chance, *, still_open: Open | None = None
) -> list[Event]:
    """Everything that happens to a purchase placed at `at`, in order of time, however far ahead."""
    events = list(_payment(at, method, chance, still_open))
    if method.is_card and not any(event.deed is Deed.PAY for event in events):
        return events
    paid_at = events[-1].at if events else at
    for number, part in enumerate(parts):
        if still_open is None:
            events += _part(number, part, method, paid_at, chance)
        elif still_open.is_ready:
            events += _packed(number, part, paid_at, still_open.now, chance)
    return sorted(events, key=lambda event: event.at)


def _payment(at: datetime, method: Method, chance: Chance, still_open: Open | None) -> Iterator[Event]:
    """How a card was paid; nothing for cash and QRIS, which are paid at the handover."""
    if not method.is_card:
        return
    begun_at = at + timedelta(seconds=chance.randrange(4, 30))
    if still_open is not None:
        if not still_open.is_unpaid:
            yield Event(begun_at, Deed.BEGIN)
            yield Event(begun_at + timedelta(seconds=chance.randrange(20, 90)), Deed.PAY)
        return
    fate = chance.random()
    if fate < _NEVER_PAID:
        if fate < _NEVER_PAID * 0.6:
            yield Event(begun_at, Deed.BEGIN)
        if fate < _NEVER_PAID * 0.2:
            yield Event(begun_at + timedelta(seconds=50), Deed.DECLINE)
        yield Event(at + TIME_TO_PAY + timedelta(seconds=chance.randrange(60)), Deed.EXPIRE)
        return
    yield Event(begun_at, Deed.BEGIN)
    if fate < _NEVER_PAID + _DECLINED_FIRST:
        yield Event(begun_at + timedelta(seconds=45), Deed.DECLINE)
    yield Event(begun_at + timedelta(seconds=chance.randrange(50, 400)), Deed.PAY)


def _part(number: int, part: Part, method: Method, paid_at: datetime, chance: Chance) -> Iterator[Event]:
    """The life of one order once it is confirmed at `paid_at`."""
    slot = part.slot
    if slot.closes_at is not None and slot.closes_at > paid_at:
        yield Event(slot.closes_at, Deed.CANCEL, number, reason=STORM, closes_slot=True)
        return
    weighed_at = _weighed_at(part, paid_at, chance)
    weigh = Event(weighed_at, Deed.WEIGH, number, weights=_weights(part, chance))
    early = (paid_at + (weighed_at - paid_at) * chance.uniform(0.1, 0.9)).replace(microsecond=0)
    fate = chance.random()
    if (fate := fate - _BUYER_CANCELS) < 0:
        yield Event(early, Deed.CANCEL, number, Who.BUYER, chance.choice(_BUYERS_REASONS))
    elif (fate := fate - _COOPERATIVE_CANCELS) < 0:
        reason = chance.choice(_COOPERATIVES_REASONS)
        yield Event(early, Deed.CANCEL, number, reason=reason, restock=chance.random() < 0.3)
    elif (fate := fate - _SHORT_AND_CANCELLED) < 0:
        yield weigh
        yield Event(weighed_at + timedelta(minutes=9), Deed.CANCEL, number, Who.BUYER, _SHORT_REASON)
    elif fate - _MISSED < 0:
        if chance.random() < 0.7:
            yield weigh
        missed_at = max(slot.ends_at, weighed_at) + timedelta(minutes=chance.randrange(10, 90))
        yield Event(missed_at, Deed.MISS, number)
    else:
        yield weigh
        noted = method is Method.QRIS and chance.random() < 0.6
        reference = f"{chance.randrange(10**12):012d}" if noted else ""
        yield Event(_collected_at(part, weighed_at, chance), Deed.HAND_OVER, number, reference=reference)


def _weighed_at(part: Part, paid_at: datetime, chance: Chance) -> datetime:
    """When the clerk packs it: before the slot where that is possible, and never before it has landed."""
    landed_at = max(lot.landed_at for lot in part.lots)
    earliest = max(paid_at, landed_at) + timedelta(minutes=chance.randrange(3, 15), seconds=chance.randrange(60))
    wished = part.slot.starts_at - timedelta(minutes=chance.randrange(5, 50), seconds=chance.randrange(60))
    return max(earliest, wished)


def _collected_at(part: Part, weighed_at: datetime, chance: Chance) -> datetime:
    seconds = int((part.slot.ends_at - part.slot.starts_at).total_seconds())
    within = part.slot.starts_at + timedelta(seconds=chance.randrange(seconds))
    return max(within, weighed_at + timedelta(seconds=chance.randrange(90, 600)))


def _packed(number: int, part: Part, paid_at: datetime, now: datetime, chance: Chance) -> Iterator[Event]:
    """The order is weighed before `now`, if its goods have landed by then."""
    earliest = max(paid_at, *(lot.landed_at for lot in part.lots)) + timedelta(minutes=2)
    if earliest < now:
        weighed_at = earliest + (now - earliest) * chance.random()
        yield Event(weighed_at.replace(microsecond=0), Deed.WEIGH, number, weights=_weights(part, chance))


def _weights(part: Part, chance: Chance) -> tuple[int, ...]:
    """What the scale says for each line: near the order, never above what is allowed or there."""
    return tuple(
        _weight(lot.product.sample.measure, quantity, lot.free, chance)
        for lot, quantity in zip(part.lots, part.quantities, strict=True)
    )


def _weight(measure: Measure, ordered: int, free: int, chance: Chance) -> int:
    is_short = chance.random() < _SHORT
    if measure is Measure.COUNT:
        return max(1, ordered - 1) if is_short else ordered
    factor = chance.uniform(0.55, 0.88) if is_short else chance.gauss(1.0, 0.03)
    most = min(maximum_quantity(ordered), ordered + free) // _SCALE_STEP * _SCALE_STEP
    return max(_SCALE_STEP, min(round(ordered * factor / _SCALE_STEP) * _SCALE_STEP, most))
