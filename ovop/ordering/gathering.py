"""Collecting a whole basket in one go: on one day, at as few places as possible, by the shortest round.  Pure.

Why it is found by searching, and how far: docs/decisions, One round for a basket.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import combinations, product

from ovop.kernel.geo import Place, distance_km
from ovop.ordering.choices import Choice, Time
from ovop.pickup.queries import PointRow

#: Points no further apart are one stop: one walks across.
NEXT_DOOR_KM = 0.1
#: Straight kilometres that one gets along in an hour: about 30 km/h on roads that are half as long again.
PACE_KMH = 20.0
#: Stops looked at before what is found so far has to do; where nothing is, each further day gets a quick look.
MOST_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class Pick:
    """One co-operative's goods, taken at a slot of a point."""

    cooperative_id: int
    cooperative_name: str
    point: PointRow
    time: Time


@dataclass(frozen=True, slots=True)
class Stop:
    """Where one goes once; the picks in the order of their times."""

    picks: tuple[Pick, ...]

    @property
    def place(self) -> Place:
        """Where it is."""
        return place_of(self.picks[0].point)


@dataclass(frozen=True, slots=True)
class Round:
    """Stops in the order in which their times can be kept.

    km: from home along the stops and back; without a home only from the first stop to the last.
    is_shortest: no round with as few stops is shorter; else the search was ended before it was known.
    """

    day: date
    stops: tuple[Stop, ...]
    km: float
    is_shortest: bool = True

    @property
    def picks(self) -> tuple[Pick, ...]:
        """Of all stops."""
        return tuple(pick for stop in self.stops for pick in stop.picks)


def place_of(point: PointRow) -> Place:
    """Where a point is."""
    return Place(point.latitude, point.longitude)


def gather(choices: Sequence[Choice], home: Place | None, *, most_steps: int = MOST_STEPS) -> Round | None:
    """The round with the fewest stops, then the shortest, then the soonest, that collects everything on one day.

    None when no day serves everybody in reach of each other.
    """
    search = _Search(choices, home, most_steps)
    for stops in range(1, len(choices) + 1):
        for day in search.days:
            search.look(day, stops)
        if search.best is not None:
            return search.round()
    return None


Take = tuple[int, PointRow, Time]  # part, where, when


@dataclass(slots=True)
class _Spots:
    """What can be taken at one stop: by part, by time."""

    place: Place
    takes: dict[int, list[Take]] = field(default_factory=dict)


@dataclass(slots=True)
class _Found:
    """The best so far: `legs` are the stops with the parts taken at each."""

    day: date
    legs: tuple[tuple[_Spots, frozenset[int]], ...]
    km: float


class _Search:
    """Depth first, nearest stop first, giving up whatever cannot be shorter than the best found."""

    def __init__(self, choices: Sequence[Choice], home: Place | None, most_steps: int) -> None:
        self._choices, self._home, self._left = choices, home, most_steps
        self._is_cut = False
        self._km: dict[tuple[Place, Place], float] = {}
        self._order: dict[tuple[date, Place | None], list[_Spots]] = {}
        self._ways: dict[tuple[date, int, Place], float] = {}
        self._of_day = _by_day(choices)
        self.best: _Found | None = None
        everybody = set(range(len(choices)))
        self.days = sorted(
            day for day, spots in self._of_day.items() if {part for spot in spots for part in spot.takes} == everybody
        )

    def look(self, day: date, stops: int) -> None:
        """`best` is the shortest round of so many stops on the day, where it is shorter than on the days before."""
        if self._left <= 0:
            self._is_cut = True
            if self.best is not None:
                return
            self._left = 2 * stops * len(self._of_day[day])
        self._day, self._spots = day, self._of_day[day]
        self._widest = max(len(spot.takes) for spot in self._spots)
        self._go_on((), frozenset(range(len(self._choices))), None, 0.0, stops)

    def round(self) -> Round:
        """The best as it is shown: with as little waiting as its stops allow."""
        assert self.best is not None
        takes = min(self._timed(self.best.legs), key=_waiting)
        stops = tuple(Stop(tuple(self._picks(of_stop))) for of_stop in takes)
        return Round(self.best.day, stops, self.best.km, is_shortest=not self._is_cut)

    def _go_on(
        self,
        legs: tuple[tuple[_Spots, frozenset[int]], ...],
        missing: frozenset[int],
        at: datetime | None,
        km: float,
        stops: int,
    ) -> None:
        if not missing:
            self.best = _Found(self._day, legs, km + self._apart(legs[-1][0].place, self._home))
            return
        if len(missing) > stops * self._widest or self._left <= 0:
            self._is_cut = self._is_cut or self._left <= 0
            return
        here = legs[-1][0].place if legs else self._home
        been = {leg[0].place for leg in legs}
        for spot in self._nearest(here):
            self._left -= 1
            apart = self._apart(here, spot.place)
            gone = km + apart
            if spot.place in been or not self._is_shorter(gone + self._still_to_go(spot, missing)):
                continue
            arrived = at and at + timedelta(hours=apart / PACE_KMH)
            for parts in _parts_to_take(missing & spot.takes.keys(), missing, stops):
                takes = _take(spot, parts, arrived, self._choices)
                if takes is not None:
                    self._go_on((*legs, (spot, parts)), missing - parts, _done(takes, arrived), gone, stops - 1)

    def _is_shorter(self, km: float) -> bool:
        return self.best is None or km < self.best.km - 1e-6

    def _nearest(self, here: Place | None) -> list[_Spots]:
        """The day's stops, nearest first."""
        key = self._day, here
        if key not in self._order:
            self._order[key] = sorted(self._spots, key=lambda spot: self._apart(here, spot.place))
        return self._order[key]

    def _still_to_go(self, here: _Spots, missing: frozenset[int]) -> float:
        """At least so many kilometres from `here` home, by way of whatever of `missing` cannot be had here."""
        parts = [self._by_way_of(part, here.place) for part in missing - here.takes.keys()]
        return max(parts, default=self._apart(here.place, self._home))

    def _by_way_of(self, part: int, here: Place) -> float:
        key = self._day, part, here
        if key not in self._ways:
            ways = (
                self._apart(here, spot.place) + self._apart(spot.place, self._home)
                for spot in self._spots
                if part in spot.takes
            )
            self._ways[key] = min(ways)
        return self._ways[key]

    def _apart(self, a: Place | None, b: Place | None) -> float:
        """Kilometres; none from or to a home that is not known."""
        if a is None or b is None:
            return 0.0
        if (a, b) not in self._km:
            self._km[a, b] = self._km[b, a] = distance_km(a, b)
        return self._km[a, b]

    def _timed(self, legs: tuple[tuple[_Spots, frozenset[int]], ...]) -> Iterator[list[list[Take]]]:
        """The round begun at each time at which something can be had at its first stop."""
        first, parts = legs[0]
        for begun in [None, *sorted({take[2].starts_at for part in parts for take in first.takes[part]})]:
            at, before, stops = begun, None, list[list[Take]]()
            for spot, wanted in legs:
                if before is not None and at is not None:
                    at += timedelta(hours=self._apart(before, spot.place) / PACE_KMH)
                takes = _take(spot, wanted, at, self._choices)
                if takes is None:
                    break
                at, before = _done(takes, at), spot.place
                stops.append(takes)
            else:
                yield stops

    def _picks(self, takes: list[Take]) -> Iterator[Pick]:
        for part, point, time in sorted(takes, key=lambda take: (take[2].starts_at, take[0])):
            own = self._choices[part].part
            yield Pick(own.cooperative_id, own.cooperative_name, point, time)


def _by_day(choices: Sequence[Choice]) -> dict[date, list[_Spots]]:
    """For each day the stops at which something can be taken, and what."""
    days: dict[date, list[_Spots]] = {}
    for part, choice in enumerate(choices):
        for spot in choice.spots:
            for day, times in spot.days:
                takes: list[Take] = [(part, spot.point, time) for time in times if time.barred is None]
                if takes:
                    stop = _stop_at(place_of(spot.point), days.setdefault(day, []))
                    stop.takes.setdefault(part, []).extend(takes)
    for stop in (stop for stops in days.values() for stop in stops):
        for own in stop.takes.values():
            own.sort(key=lambda take: (take[2].starts_at, take[2].id))
    return days


def _stop_at(place: Place, stops: list[_Spots]) -> _Spots:
    """The stop among `stops` that the place belongs to; a new one among them when it belongs to none."""
    for stop in stops:
        if distance_km(stop.place, place) <= NEXT_DOOR_KM:
            return stop
    stops.append(_Spots(place))
    return stops[-1]


def _parts_to_take(here: frozenset[int], missing: frozenset[int], stops: int) -> Iterator[frozenset[int]]:
    """What may be taken at a stop, most first: all of it at the last; before, some may have to wait for another."""
    if stops == 1:
        if here == missing:
            yield here
        return
    for many in range(len(here), 0, -1):
        yield from map(frozenset, combinations(sorted(here), many))


def _take(
    spot: _Spots, parts: frozenset[int], arrived: datetime | None, choices: Sequence[Choice]
) -> list[Take] | None:
    """When to take each part so that one is done soonest; None when something is over by then, or has no room.

    arrived: None when one can come at any time.
    """
    in_time = [
        [take for take in spot.takes[part] if arrived is None or take[2].ends_at >= arrived] for part in sorted(parts)
    ]
    if not all(in_time):
        return None
    soonest = [takes[0] for takes in in_time]
    if _has_room(soonest, choices):
        return soonest
    possible = [takes for takes in map(list, product(*in_time)) if _has_room(takes, choices)]
    return min(possible, key=lambda takes: max(take[2].starts_at for take in takes), default=None)


def _has_room(takes: Sequence[Take], choices: Sequence[Choice]) -> bool:
    """Whether a slot that several co-operatives share has room for all of them: orders, and grams of its cold box."""
    orders = Counter(time.id for _part, _point, time in takes)
    if len(orders) == len(takes):
        return True
    grams: Mapping[int, int] = Counter()
    for part, _point, time in takes:
        grams = Counter(grams) + Counter({time.id: choices[part].part.grams})
    return all(
        orders[time.id] <= time.free and (time.free_grams is None or grams.get(time.id, 0) <= time.free_grams)
        for _part, _point, time in takes
    )


def _done(takes: Sequence[Take], arrived: datetime | None) -> datetime:
    """When everything is taken."""
    last = max(time.starts_at for _part, _point, time in takes)
    return last if arrived is None else max(last, arrived)


def _waiting(stops: Sequence[Sequence[Take]]) -> tuple[timedelta, datetime]:
    """From the first time to the last, then how early."""
    begins = [time.starts_at for takes in stops for _part, _point, time in takes]
    return max(begins) - min(begins), min(begins)
