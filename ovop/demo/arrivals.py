"""Who comes to buy when: many in the course of the year, and those whose orders are still open now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ovop.demo.fates import Open
from ovop.demo.people import Buyer
from ovop.demo.seasons import orders_by_day
from ovop.demo.stage import CLERKS_OWN, PlacedCooperative, Stage
from ovop.kernel import days
from ovop.kernel.ids import Chance

#: The year that is played, and how long before now the orders are placed that are still open.
YEAR, JUST_NOW = timedelta(days=365), timedelta(hours=20)
#: So many orders wait for the coming slots, the first of them with the demo's clerk, and these by the demo's buyer.
_OPEN, _CLERKS = 44, 13
_BUYERS_OWN = (0, 5, 10, _CLERKS)
#: So many more were placed lately and take their course: some are collected today.
_LATELY = 18
#: How many co-operatives a checkout spans, by chance.
_SPANS, _SPAN_WEIGHTS = (1, 2, 3), (0.84, 0.13, 0.03)
#: When people order: weight of each hour.
_HOURS = (1, 1, 1, 1, 2, 5, 9, 10, 9, 8, 7, 7, 6, 6, 6, 7, 8, 9, 11, 12, 10, 7, 4, 2)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who is about to buy: at most so many orders, as whom and of whom where that is settled."""

    at: datetime
    span: int = 1
    buyer: Buyer | None = None
    cooperative: PlacedCooperative | None = None
    still_open: Open | None = None


class Crowd:
    """Everybody who buys in the year up to `now`.  has_cards: some of them have not paid yet."""

    def __init__(self, stage: Stage, now: datetime, chance: Chance, *, has_cards: bool) -> None:
        self.stage, self.now, self.chance, self.has_cards = stage, now, chance, has_cards
        self.today = days.day_of(now)

    def by_day(self, orders: int) -> Iterator[tuple[date, list[Arrival]]]:
        """For each day of the year those who arrive, in order of time; all together place so many orders."""
        waiting = sorted(
            [*self._waiting(min(_OPEN, orders // 4)), *self._lately(min(_LATELY, orders // 20))],
            key=lambda arrival: arrival.at,
        )
        gone = (self.now - days.start_of(self.today)) / timedelta(days=1)
        first = self.today - YEAR
        left, due = orders - len(waiting), 0
        for index, count in enumerate(orders_by_day(left, first, self.today, gone)):
            day, due = first + timedelta(days=index), due + count
            arrivals = list(self._on(day, due, left))
            come = sum(arrival.span for arrival in arrivals)
            left, due = left - come, due - come
            while waiting and (waiting[0].at < days.end_of(day) or day == self.today):
                arrivals.append(waiting.pop(0))
            yield day, sorted(arrivals, key=lambda arrival: arrival.at)

    def _on(self, day: date, orders: int, most: int) -> Iterator[Arrival]:
        """Arrivals on `day` that come to so many orders, or a few more; never to more than `most`."""
        spans: list[int] = []
        while sum(spans) < orders:
            span = self.chance.choices(_SPANS, _SPAN_WEIGHTS)[0]
            spans.append(min(most - sum(spans), span))
        start, end = days.start_of(day), min(days.end_of(day), self.now)
        hours = max(1, -((start - end) // timedelta(hours=1)))
        times = sorted(self._time_on(start, end, hours) for _span in spans)
        for at, span in zip(times, spans, strict=True):
            yield Arrival(at, span)

    def _time_on(self, start: datetime, end: datetime, hours: int) -> datetime:
        hour = self.chance.choices(range(hours), _HOURS[:hours])[0]
        at = start + timedelta(hours=hour, seconds=self.chance.randrange(3600))
        return min(at, end - timedelta(seconds=self.chance.randrange(1, 60)))

    def _lately(self, count: int) -> Iterator[Arrival]:
        """Orders of the last hours, whatever becomes of them."""
        for _number in range(count):
            ago = self.chance.uniform(3600, 0.8 * JUST_NOW.total_seconds())
            yield Arrival(at=self.now - timedelta(seconds=round(ago)))

    def _waiting(self, count: int) -> Iterator[Arrival]:
        """Orders that will still be open now: the demo clerk's first, some by the demo's buyer, two not yet paid."""
        own = next(found for found in self.stage.cooperatives if found.sample.slug == CLERKS_OWN)
        for number in range(count):
            is_unpaid = number in (_CLERKS, _CLERKS + 1) and self.has_cards
            ago = self.chance.uniform(60, 240) if is_unpaid else self.chance.uniform(1800, JUST_NOW.total_seconds())
            yield Arrival(
                at=self.now - timedelta(seconds=round(ago)),
                buyer=self.stage.buyers[0] if number in _BUYERS_OWN else None,
                cooperative=own if number < _CLERKS else None,
                still_open=Open(self.now, is_ready=number % 4 == 1, is_unpaid=is_unpaid),
            )
