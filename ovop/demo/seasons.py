"""How a year goes at this coast: what is landed when, what it costs, and when people buy.  Pure.

Sea fish is plenty from July to October and scarce from November to January (Karangantu, the port next door); boats
land at dawn and hardly on Fridays.  Ponds, farms and kitchens know softer seasons.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from ovop.kernel.ids import Chance


class Season(StrEnum):
    """Which year a product's supply follows."""

    SEA = "sea"
    LOBSTER = "lobster"
    POND = "pond"
    FARM = "farm"
    STEADY = "steady"


class Rhythm(StrEnum):
    """How often there is a new lot."""

    DAILY = "daily"
    TWICE_WEEKLY = "twice-weekly"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"


#: How much is landed from January to December, beside an ordinary month.
_SUPPLY = {
    Season.SEA: (0.55, 0.75, 0.9, 1.0, 1.05, 1.1, 1.3, 1.4, 1.4, 1.25, 0.65, 0.55),
    Season.LOBSTER: (1.3, 1.2, 1.0, 0.9, 0.8, 0.8, 0.8, 0.9, 1.0, 1.1, 1.3, 1.3),
    Season.POND: (0.9, 0.9, 1.0, 1.05, 1.1, 1.1, 1.05, 1.0, 1.0, 1.0, 0.95, 0.9),
    Season.FARM: (0.7, 0.8, 1.0, 1.1, 1.2, 1.2, 1.2, 1.1, 1.0, 0.9, 0.8, 0.7),
    Season.STEADY: (1.0,) * 12,
}
#: Of a missing third of the supply, about a tenth goes into the price.
_PRICE_ANSWERS = 0.3
#: Monday to Sunday: people buy for the weekend.
_BUYING = (0.85, 0.85, 0.9, 0.95, 1.05, 1.3, 1.2)
_FRIDAY = 4
#: Weeks in which the west monsoon may keep boats ashore, by month.
_STORM_CHANCE = {12: 0.25, 1: 0.35, 2: 0.25, 3: 0.1}


def supply(season: Season, day: date) -> float:
    """How much there is of it on `day`, beside an ordinary month's 1."""
    return _SUPPLY[season][day.month - 1]


def lands_on(season: Season, rhythm: Rhythm, offset: int, day: date) -> bool:
    """Whether a new lot is due on `day`; `offset` sets products of one rhythm apart."""
    match rhythm:
        case Rhythm.DAILY:
            return season is not Season.SEA or day.weekday() != _FRIDAY
        case Rhythm.TWICE_WEEKLY:
            return (day.weekday() - offset) % 7 in (0, 3)
        case Rhythm.WEEKLY:
            return day.weekday() == offset % 7
        case Rhythm.FORTNIGHTLY:
            return day.toordinal() % 14 == offset % 14


def storm_days(first: date, last: date, chance: Chance) -> Iterator[date]:
    """Days between `first` and `last` on which one stretch of coast stays ashore: at most one a week."""
    day = first
    while day <= last:
        if chance.random() < _STORM_CHANCE.get(day.month, 0.0):
            stormy = day + timedelta(days=chance.randrange(7))
            if stormy <= last:
                yield stormy
        day += timedelta(days=7)


def price_on(base: int, season: Season, day: date, latest: date, chance: Chance) -> int:
    """Rupiah per unit that is asked on `day`: scarce goods, Fridays and weekends cost more, a year ago all cost less.

    base: in an ordinary week of `latest`'s year.
    """
    scarcity = 1 + _PRICE_ANSWERS * (1 - supply(season, day))
    weekday = 1.04 if day.weekday() >= _FRIDAY else 1.0
    dearer = 1 - 0.045 * (latest - day).days / 365
    return round_price(base * scarcity * weekday * dearer * chance.gauss(1.0, 0.035))


def round_price(price: float) -> int:
    """As people write prices on a board: in steps of 100, 500 or 1000 rupiah, upwards from nothing."""
    step = 100 if price < 15_000 else 500 if price < 100_000 else 1000
    return max(step, round(price / step) * step)


def orders_by_day(orders: int, first: date, last: date, last_day_gone: float) -> list[int]:
    """`orders` spread over `first` … `last`: a market that grows, busy before weekends.

    last_day_gone: how much of the last day has passed, 0 … 1.
    """
    days = (last - first).days + 1
    weights = [
        (0.55 + 0.9 * index / days) * _BUYING[(first + timedelta(days=index)).weekday()] for index in range(days)
    ]
    weights[-1] *= last_day_gone
    total, gone, given, counts = sum(weights) or 1.0, 0.0, 0, []
    for weight in weights:
        gone += weight
        due = round(orders * gone / total)
        counts.append(due - given)
        given = due
    return counts


def share_on(trend: str, day: date, latest: date) -> float:
    """What becomes of a co-operative's share over the year, by its trend."""
    ago = (latest - day).days
    match trend:
        case "growing":
            return 1.5 - ago / 400
        case "falling":
            return 0.35 + ago / 300
        case "silent":
            return 0.0 if ago < 45 else 1.0
        case "new":
            return 0.0 if ago > 110 else 1.2
        case _:
            return 1.0
