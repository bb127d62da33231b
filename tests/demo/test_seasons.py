"""A year at this coast: plenty from July to October, scarce from November to January, quiet Fridays, busy weekends."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.demo.seasons import (
    Rhythm,
    Season,
    lands_on,
    orders_by_day,
    price_on,
    round_price,
    share_on,
    storm_days,
    supply,
)

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
YEAR = [FIRST + timedelta(days=index) for index in range(365)]


def average_price(month: int, season: Season = Season.SEA) -> float:
    chance = Random(1)
    days = [day for day in YEAR if day.month == month] * 20
    return sum(price_on(40_000, season, day, LAST, chance) for day in days) / len(days)


def test_sea_fish_is_plenty_when_boats_land_much_and_dear_when_they_do_not() -> None:
    assert min(supply(Season.SEA, date(2025, month, 1)) for month in (7, 8, 9, 10)) > 1.2
    assert max(supply(Season.SEA, date(2025, month, 1)) for month in (11, 12, 1)) < 0.7
    assert average_price(8) < average_price(5) < average_price(12)


@pytest.mark.parametrize(
    ("season", "rhythm", "lots"),
    [
        (Season.SEA, Rhythm.DAILY, 313),
        (Season.POND, Rhythm.DAILY, 365),
        (Season.POND, Rhythm.TWICE_WEEKLY, 104),
        (Season.STEADY, Rhythm.WEEKLY, 52),
        (Season.FARM, Rhythm.FORTNIGHTLY, 26),
    ],
)
def test_lots_come_as_often_as_their_rhythm_says(season: Season, rhythm: Rhythm, lots: int) -> None:
    for offset in range(5):
        assert abs(sum(lands_on(season, rhythm, offset, day) for day in YEAR) - lots) <= 1


def test_boats_do_not_land_on_fridays() -> None:
    assert not any(lands_on(Season.SEA, Rhythm.DAILY, 3, day) for day in YEAR if day.weekday() == 4)


def test_storms_come_with_the_west_monsoon_only() -> None:
    stormy = [day for seed in range(40) for day in storm_days(FIRST, LAST, Random(seed))]
    assert stormy
    assert all(FIRST <= day <= LAST for day in stormy)
    assert {day.month for day in stormy} <= {12, 1, 2, 3, 4}


@given(st.integers(0, 100_000), st.integers(2, 400), st.integers(0, 95))
def test_orders_are_spread_without_losing_or_adding_any(orders: int, days: int, quarters: int) -> None:
    counts = orders_by_day(orders, FIRST, FIRST + timedelta(days=days - 1), quarters / 96)
    assert len(counts) == days
    assert min(counts) >= 0
    assert sum(counts) == orders
    assert quarters or counts[-1] == 0


def test_the_market_grows_and_is_busiest_on_saturdays() -> None:
    counts = orders_by_day(100_000, FIRST, LAST, 1.0)
    assert sum(counts[-90:]) > 1.8 * sum(counts[:90])
    by_weekday = [sum(count for day, count in zip(YEAR, counts, strict=True) if day.weekday() == n) for n in range(7)]
    assert max(by_weekday) == by_weekday[5]


@given(st.floats(1, 2_000_000))
def test_prices_are_written_as_on_a_board(price: float) -> None:
    rounded = round_price(price)
    assert rounded > 0
    assert rounded % 100 == 0
    assert abs(rounded - price) <= max(100, 500 if price >= 100_000 else 250)


def test_trends_are_what_they_are_called() -> None:
    long_ago, lately = LAST - timedelta(days=300), LAST - timedelta(days=5)
    assert share_on("growing", lately, LAST) > share_on("growing", long_ago, LAST)
    assert share_on("falling", lately, LAST) < share_on("falling", long_ago, LAST)
    assert share_on("silent", lately, LAST) == 0 < share_on("silent", long_ago, LAST)
    assert share_on("new", long_ago, LAST) == 0 < share_on("new", lately, LAST)
    assert share_on("steady", lately, LAST) == share_on("steady", long_ago, LAST) == 1
