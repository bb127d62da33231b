"""Periods, the basket index, what moved, and how far open figures are rounded.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from ovop.kernel.days import month_end, month_start, next_month_start

#: Species and form: what is compared with itself from one period to the next.
Kind = tuple[str, str]

#: The first month of the index, in tenths.
BASE = 1000
#: A month is only joined to an earlier one over at least so many kinds, which made at least this share of its sales.
FEWEST_KINDS, LEAST_SHARE = 3, Decimal("0.5")
#: Open amounts are multiples of these: 50 kg, and a million rupiah.
OPEN_GRAMS, OPEN_RUPIAH = 50_000, 1_000_000


class Period(StrEnum):
    """What prices are counted over: a day, a week from Monday, a month."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def start(self, day: date) -> date:
        """First day of the period that `day` lies in."""
        match self:
            case Period.DAY:
                return day
            case Period.WEEK:
                return day - timedelta(days=day.weekday())
            case Period.MONTH:
                return month_start(day)

    def last(self, first: date) -> date:
        """Last day of the period that begins on `first`."""
        match self:
            case Period.DAY:
                return first
            case Period.WEEK:
                return first + timedelta(days=6)
            case Period.MONTH:
                return month_end(first)

    def next(self, first: date) -> date:
        """First day of the period after the one that begins on `first`."""
        return next_month_start(first) if self is Period.MONTH else self.last(first) + timedelta(days=1)

    def over(self, since: date, today: date) -> Iterator[date]:
        """First days of the periods from the one of `since` on that are over on `today`, the oldest first."""
        first = self.start(since)
        while self.last(first) < today:
            yield first
            first = self.next(first)


@dataclass(frozen=True, slots=True)
class Quote:
    """One kind of goods in one period: rupiah per kilogram, and what all of it brought."""

    median: int
    revenue: int


@dataclass(frozen=True, slots=True)
class IndexPoint:
    """The basket in one month.

    value: tenths of a point, BASE in the first month; none where too little was sold to tell.
    kinds: over how many kinds it was joined to `joined_to`, the month before it that has a value.
    """

    month: date
    value: int | None
    kinds: int = 0
    joined_to: date | None = None


def basket_index(months: Sequence[tuple[date, Mapping[Kind, Quote]]]) -> list[IndexPoint]:
    """What the basket of one month costs in the next, chained: a Laspeyres link over the kinds that both have.

    Every link weighs a kind by what was spent on it in the earlier month, so that a cheaper species sold more often
    does not look like a fall in prices.  Source: ILO and others, Consumer Price Index Manual, chained Lowe indices.
    months: the oldest first.
    """
    points: list[IndexPoint] = []
    known: tuple[date, Mapping[Kind, Quote]] | None = None
    level = Decimal(BASE)
    for month, basket in months:
        if known is None:
            if len(basket) < FEWEST_KINDS:
                points.append(IndexPoint(month, None))
                continue
            points.append(IndexPoint(month, BASE, len(basket)))
            known = month, basket
            continue
        earlier, before = known
        both = sorted(before.keys() & basket.keys())
        spent = sum(before[kind].revenue for kind in both)
        whole = sum(quote.revenue for quote in before.values())
        if len(both) < FEWEST_KINDS or spent < LEAST_SHARE * whole:
            points.append(IndexPoint(month, None, len(both)))
            continue
        costs = (Decimal(before[kind].revenue * basket[kind].median) / before[kind].median for kind in both)
        level *= sum(costs, Decimal(0)) / spent
        points.append(IndexPoint(month, int(level.to_integral_value(ROUND_HALF_UP)), len(both), earlier))
        known = month, basket
    return points


@dataclass(frozen=True, slots=True)
class Move:
    """A kind of goods whose median changed: rupiah per kilogram then and now, and by what part (0.25: a quarter)."""

    kind: Kind
    before: int
    now: int

    @property
    def change(self) -> float:
        """Above 0: it became dearer."""
        return self.now / self.before - 1


def moves(before: Mapping[Kind, Quote], now: Mapping[Kind, Quote], least_percent: int = 0) -> list[Move]:
    """What changed by at least `least_percent` % from one period to the next, the largest change first."""
    found = [Move(kind, before[kind].median, now[kind].median) for kind in before.keys() & now.keys()]
    large = [move for move in found if abs(move.now - move.before) * 100 >= least_percent * move.before]
    return sorted(large, key=lambda move: (-abs(move.change), move.kind))


def to_step(value: int, step: int) -> int:
    """`value` to the nearest multiple of `step`, halves up."""
    return (2 * value + step) // (2 * step) * step
