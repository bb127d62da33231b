"""Which villages to nominate next, and what a flagship did for its village's sales.  Pure.

Nothing is weighed that is not shown: three terms of whole points, each from one number of the village.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

#: Half a year against the half year before: as many of each weekday.
DAYS = 182
#: Points at most for each term.
GROWTH, REGULARITY, QUALITY = 40, 35, 25
#: Growing by this many percent is worth all of GROWTH, falling by as many nothing.
FULL_GROWTH = 50
#: Selling on three days a week is worth all of REGULARITY.
FULL_DAYS = DAYS * 3 // 7
#: Each order of a hundred that was complained about takes this share of QUALITY, in percent.
COMPLAINT_COSTS = 10
#: Fewer orders say nothing.
FEWEST_ORDERS = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A village without a flagship and its numbers of the last DAYS.  Rupiah.

    earlier: rupiah of the DAYS before; days_sold: days on which somebody collected something; best_…: what sold most.
    """

    code: str
    name: str
    district: str
    revenue: int
    earlier: int
    days_sold: int
    orders: int
    complaints: int
    best_species: str = ""
    best_form: str = ""
    best_revenue: int = 0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with what each of its terms is worth; `points` is their sum, at most 100."""

    candidate: Candidate
    growth: int
    regularity: int
    quality: int

    @property
    def points(self) -> int:
        """All terms together."""
        return self.growth + self.regularity + self.quality


def rank(candidates: Iterable[Candidate]) -> tuple[list[Ranked], list[Candidate]]:
    """The candidates, most points first, and those of whom too little is known, by name."""
    known, unknown = [], []
    for candidate in candidates:
        if candidate.orders < FEWEST_ORDERS:
            unknown.append(candidate)
        else:
            known.append(
                Ranked(
                    candidate,
                    growth_points(candidate.revenue, candidate.earlier),
                    regularity_points(candidate.days_sold),
                    quality_points(candidate.complaints, candidate.orders),
                )
            )
    known.sort(key=lambda one: (-one.points, -one.candidate.revenue, one.candidate.code))
    return known, sorted(unknown, key=lambda one: (one.name, one.code))


def growth_points(revenue: int, earlier: int) -> int:
    """Half of GROWTH for as much as before, and for a village that only began: it has nothing to be held against."""
    if earlier <= 0:
        return GROWTH // 2
    percent = 100 * (revenue - earlier) // earlier
    capped = max(-FULL_GROWTH, min(FULL_GROWTH, percent))
    return GROWTH * (capped + FULL_GROWTH) // (2 * FULL_GROWTH)


def regularity_points(days_sold: int) -> int:
    """In proportion to the days on which something was sold."""
    return REGULARITY * min(days_sold, FULL_DAYS) // FULL_DAYS


def quality_points(complaints: int, orders: int) -> int:
    """All for no complaint."""
    if orders <= 0:
        return 0
    lost = min(100, 100 * COMPLAINT_COSTS * complaints // orders)
    return QUALITY * (100 - lost) // 100


@dataclass(frozen=True, slots=True)
class Window:
    """As many days before a flagship's decision as have passed since, DAYS at most; both ends included."""

    before_first: date
    before_last: date
    after_first: date
    after_last: date

    @property
    def days(self) -> int:
        """Of each of the two."""
        return (self.after_last - self.after_first).days + 1


#: Fewer days after a decision show nothing yet.
FEWEST_DAYS = 28


def window_of(decided_on: date, today: date) -> Window | None:
    """The two spans around a decision that are held against each other; none when it is too young."""
    days = min(DAYS, (today - decided_on).days)
    if days < FEWEST_DAYS:
        return None
    return Window(
        decided_on - timedelta(days=days),
        decided_on - timedelta(days=1),
        decided_on,
        decided_on + timedelta(days=days - 1),
    )


@dataclass(frozen=True, slots=True)
class GivenStars:
    """Stars as far as counting them over years needs it."""

    family: str
    level: int
    year: int
    expires_on: date | None
    withdrawn_on: date | None


def held_by_year(stars: Sequence[GivenStars], years: Iterable[int]) -> dict[int, dict[int, int]]:
    """For each year how many stars of each level were in force on its last day."""
    return {
        year: {
            level: sum(one.level == level and _held_on(one, date(year, 12, 31)) for one in stars)
            for level in range(1, 6)
        }
        for year in years
    }


def _held_on(stars: GivenStars, day: date) -> bool:
    return (
        stars.year <= day.year
        and (stars.expires_on is None or stars.expires_on >= day)
        and (stars.withdrawn_on is None or stars.withdrawn_on > day)
    )
