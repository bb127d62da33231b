"""Days are days in Jakarta, whatever the machine's own zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel import days

instants = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        (datetime(2025, 12, 31, 16, 59, 59, tzinfo=UTC), date(2025, 12, 31)),
        (datetime(2025, 12, 31, 17, 0, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 1, 1, 0, 0, tzinfo=UTC), date(2026, 1, 1)),
    ],
)
def test_a_day_begins_at_seventeen_utc(utc: datetime, day: date) -> None:
    assert days.day_of(utc) == day


@given(instants)
def test_every_instant_lies_within_its_day(instant: datetime) -> None:
    day = days.day_of(instant)
    assert days.start_of(day) <= instant < days.end_of(day)
    assert days.end_of(day) - days.start_of(day) == timedelta(days=1)
    assert days.end_of(day) == days.start_of(day + timedelta(days=1))


def test_the_clock_can_be_set_and_gives_whole_seconds() -> None:
    moment = datetime(2026, 3, 1, 23, 30, 15, 999, tzinfo=days.JAKARTA)
    with days.clock_at(moment):
        assert days.now() == moment.replace(microsecond=0)
        assert days.now().tzinfo is UTC
        assert days.today() == date(2026, 3, 1)
    assert days.now() > moment


def test_months_begin_on_their_first() -> None:
    assert days.month_start(date(2026, 2, 28)) == date(2026, 2, 1)
    assert days.previous_month_start(date(2026, 1, 31)) == date(2025, 12, 1)
