"""Which places and times can be chosen for a part of a basket, and why others cannot.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby

from ovop.kernel import days
from ovop.kernel.geo import Place, distance_km
from ovop.ordering.basket import Line, Part
from ovop.pickup.queries import OfferedSlot, PointRow
from ovop.pickup.rules import Misfit


class Barred(StrEnum):
    """Why a time that is shown cannot be chosen."""

    FULL = "full"
    NO_ROOM = "no-room"
    CLOSED = "closed"
    YOURS = "yours"


@dataclass(frozen=True, slots=True)
class Time:
    """A slot as it is shown; `barred` is None when it can be chosen.

    free_grams: what its cold box still holds, None without one.
    """

    id: int
    starts_at: datetime
    ends_at: datetime
    free: int
    barred: Barred | None
    free_grams: int | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """A point with the times that fit the goods, by day; `km` as the crow flies where the buyer said where they are."""

    point: PointRow
    km: float | None
    days: tuple[tuple[date, tuple[Time, ...]], ...]

    @property
    def times(self) -> tuple[Time, ...]:
        """Of all days."""
        return tuple(time for _day, times in self.days for time in times)

    @property
    def is_open(self) -> bool:
        """Whether any of them can be chosen."""
        return any(time.barred is None for time in self.times)

    @property
    def first(self) -> Time | None:
        """The first that can be chosen."""
        return next((time for time in self.times if time.barred is None), None)


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be chosen for one co-operative's goods: spots nearest first, then by name.

    freshest, latest: the line whose best-before comes first and the one landed last, where they leave times out.
    """

    part: Part
    spots: tuple[Spot, ...]
    freshest: Line | None
    latest: Line | None

    def find(self, slot: int | None) -> tuple[Spot, Time] | None:
        """The spot and time of a slot, when it can be chosen."""
        for spot in self.spots:
            for time in spot.times:
                if time.id == slot and time.barred is None:
                    return spot, time
        return None


def choice_for(part: Part, offered: Iterable[OfferedSlot], near: Place | None, until: datetime) -> Choice:
    """The choice for `part` among its co-operative's coming slots.  until: the last instant that pages offer."""
    options = list(offered)
    freshest = min(part.lines, key=_best_before)
    is_ahead = any(option.misfit is Misfit.BEFORE_LANDING for option in options)
    return Choice(
        part=part,
        spots=spots_for(part.grams, options, near),
        freshest=freshest if freshest.offer.best_before < until else None,
        latest=max(part.lines, key=_landed_at) if is_ahead else None,
    )


def spots_for(
    grams: int, offered: Iterable[OfferedSlot], near: Place | None, *, own: int | None = None
) -> tuple[Spot, ...]:
    """The points of these slots with their times, nearest first, then by name.

    grams: what has to go into the cold box.  own: the slot in which a place is taken already.
    """
    options = list(offered)
    points = {option.point.id: option.point for option in options}
    spots = [
        Spot(point, _km(point, near), _by_day(grams, own, (o for o in options if o.point.id == point.id)))
        for point in points.values()
    ]
    return tuple(sorted(spots, key=lambda spot: (spot.km or 0.0, spot.point.name)))


def _by_day(grams: int, own: int | None, options: Iterable[OfferedSlot]) -> tuple[tuple[date, tuple[Time, ...]], ...]:
    times = [_time(grams, own, option) for option in options if option.misfit in (None, Misfit.CLOSED)]
    return tuple((day, tuple(of_day)) for day, of_day in groupby(times, key=lambda time: days.day_of(time.starts_at)))


def _time(grams: int, own: int | None, option: OfferedSlot) -> Time:
    slot = option.slot
    barred = None
    if slot.id == own:
        barred = Barred.YOURS
    elif slot.is_closed:
        barred = Barred.CLOSED
    elif slot.free <= 0:
        barred = Barred.FULL
    elif slot.free_grams is not None and slot.free_grams < grams:
        barred = Barred.NO_ROOM
    return Time(slot.id, slot.starts_at, slot.ends_at, slot.free, barred, slot.free_grams)


def _km(point: PointRow, near: Place | None) -> float | None:
    return None if near is None else distance_km(near, Place(point.latitude, point.longitude))


def _best_before(line: Line) -> datetime:
    return line.offer.best_before


def _landed_at(line: Line) -> datetime:
    return line.offer.landed_at
