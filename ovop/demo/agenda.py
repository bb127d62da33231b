"""Slots as the year needs them, with storms that close some."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ovop.demo.seasons import Season
from ovop.demo.shelf import Lot
from ovop.demo.stage import PlacedCooperative, PlacedPoint
from ovop.kernel import days
from ovop.kernel.ids import Chance
from ovop.pickup.rules import misfit, slot_times

STORM = "Ombak tinggi, perahu tidak melaut"
_CLOSES_AT = time(5, 20)
#: Orders are placed for a slot that begins within so many days.
_LOOKS_AHEAD = 4
#: Shortly before a slot closes nobody orders for it: what is not paid yet would be caught in between.
_UNPAID_BEFORE = timedelta(hours=1)


@dataclass(slots=True, eq=False)
class SlotState:
    """A slot while the year is played; `id` in the database once it is there.

    `taken` counts every place that was ever given out, `booked` those that are used in the end.
    """

    point: PlacedPoint
    cooperative: PlacedCooperative
    starts_at: datetime
    ends_at: datetime
    deadline_at: datetime
    capacity: int
    capacity_grams: int | None
    closes_at: datetime | None
    id: int = 0
    taken: int = 0
    taken_grams: int = 0
    booked: int = 0
    booked_grams: int = 0

    def has_room(self, grams: int) -> bool:
        """Whether an order of so many grams fits, whatever was given back."""
        if self.taken >= self.capacity:
            return False
        return self.capacity_grams is None or self.taken_grams + grams <= self.capacity_grams

    def fits(self, lot: Lot, now: datetime) -> bool:
        """Whether `lot` can be collected in it, ordered at `now`."""
        return (
            misfit(
                starts_at=self.starts_at,
                ends_at=self.ends_at,
                deadline_at=self.deadline_at,
                is_closed=self.closes_at is not None and now >= self.closes_at - _UNPAID_BEFORE,
                landed_at=lot.landed_at,
                best_before=lot.best_before,
                now=now,
            )
            is None
        )


class Agenda:
    """The slots of one co-operative; those in `known` are in the database already."""

    def __init__(
        self,
        cooperative: PlacedCooperative,
        known: Mapping[tuple[int, datetime], int],
        ashore: Collection[date],
        chance: Chance,
    ) -> None:
        self.cooperative, self._known, self._chance = cooperative, known, chance
        self._lives_from_boats = all(product.sample.season is Season.SEA for product in cooperative.products)
        self._ashore = ashore
        self._by_day: dict[tuple[int, date], list[SlotState]] = {}

    def fitting(self, lots: Collection[Lot], grams: int, now: datetime, *, after: datetime) -> Iterator[SlotState]:
        """Slots that begin after `after` and can take `lots` in an order placed at `now`, by day and time."""
        first = days.day_of(after)
        for ahead in range(_LOOKS_AHEAD + 1):
            today = [
                slot
                for point in self.cooperative.points
                for slot in self._slots(point, first + timedelta(days=ahead))
                if slot.starts_at > after and slot.has_room(grams) and all(slot.fits(lot, now) for lot in lots)
            ]
            yield from sorted(today, key=lambda slot: (slot.starts_at, slot.point.id))

    def _slots(self, point: PlacedPoint, day: date) -> list[SlotState]:
        key = (point.id, day)
        if key not in self._by_day:
            stays_shut = day in self._ashore and self._lives_from_boats and self._chance.random() < 0.8
            closes_at = days.at(day, _CLOSES_AT) if stays_shut else None
            self._by_day[key] = [
                SlotState(
                    point=point,
                    cooperative=self.cooperative,
                    starts_at=found.starts_at,
                    ends_at=found.ends_at,
                    deadline_at=found.starts_at - timedelta(minutes=point.deadline_minutes),
                    capacity=found.capacity,
                    capacity_grams=found.capacity_grams,
                    closes_at=closes_at,
                    id=self._known.get((point.id, found.starts_at), 0),
                )
                for found in slot_times(point.hours, point.slot_minutes, day, day)
            ]
        return self._by_day[key]
