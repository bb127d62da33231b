"""Slots made from hours, and what fits into them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.pickup.rules import Hours, Misfit, NewPoint, check_point, misfit, slot_times

MONDAY = date(2026, 1, 5)


def test_only_whole_slots_are_made_in_jakarta_time() -> None:
    made = list(slot_times([Hours(1, time(6, 30), time(9), 5)], 60, MONDAY, MONDAY + timedelta(days=6)))
    assert [(slot.starts_at, slot.ends_at) for slot in made] == [
        (datetime(2026, 1, 4, 23, 30, tzinfo=UTC), datetime(2026, 1, 5, 0, 30, tzinfo=UTC)),
        (datetime(2026, 1, 5, 0, 30, tzinfo=UTC), datetime(2026, 1, 5, 1, 30, tzinfo=UTC)),
    ]


@given(st.integers(1, 7), st.integers(0, 1380), st.integers(10, 600), st.integers(10, 240), st.integers(0, 20))
def test_slots_lie_within_their_hours_and_do_not_overlap(
    weekday: int, opens: int, length: int, minutes: int, more_days: int
) -> None:
    closes = min(opens + length, 1439)
    if closes <= opens:
        return
    hours = Hours(weekday, time(*divmod(opens, 60)), time(*divmod(closes, 60)), 3)
    made = list(slot_times([hours], minutes, MONDAY, MONDAY + timedelta(days=more_days)))
    for slot in made:
        start, end = days.to_local(slot.starts_at), days.to_local(slot.ends_at)
        assert start.isoweekday() == weekday
        assert hours.opens <= start.time() < end.time() <= hours.closes
    assert all(one.ends_at <= other.starts_at for one, other in pairwise(made))
    day_count = sum((MONDAY + timedelta(days=n)).isoweekday() == weekday for n in range(more_days + 1))
    assert len(made) == day_count * ((closes - opens) // minutes)


START = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"landed_at": START}, None),
        ({"landed_at": START + timedelta(seconds=1)}, Misfit.BEFORE_LANDING),
        ({"best_before": START + timedelta(hours=1)}, None),
        ({"best_before": START + timedelta(minutes=59)}, Misfit.AFTER_BEST_BEFORE),
        ({"now": START - timedelta(hours=2)}, None),
        ({"now": START - timedelta(hours=2) + timedelta(seconds=1)}, Misfit.DEADLINE_PASSED),
        ({"is_closed": True}, Misfit.CLOSED),
    ],
)
def test_a_catch_and_a_slot_fit(change: dict[str, datetime | bool], reason: Misfit | None) -> None:
    values = {
        "starts_at": START,
        "ends_at": START + timedelta(hours=1),
        "deadline_at": START - timedelta(hours=2),
        "is_closed": False,
        "landed_at": START - timedelta(hours=5),
        "best_before": START + timedelta(days=1),
        "now": START - timedelta(hours=3),
    }
    assert misfit(**(values | change)) is reason  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"latitude": 91.0}, "latitude"),
        ({"latitude": float("nan")}, "latitude"),
        ({"slot_minutes": 5}, "slot_minutes"),
        ({"deadline_minutes": -1}, "deadline_minutes"),
        ({"hours": (Hours(0, time(8), time(9), 1),)}, "hours"),
        ({"hours": (Hours(1, time(9), time(8), 1),)}, "hours"),
        ({"hours": (Hours(1, time(8), time(9), 0),)}, "hours"),
        ({"hours": (Hours(1, time(8), time(9), 1, 0),)}, "hours"),
        ({"hours": (Hours(1, time(8), time(8, 30), 1),)}, "hours"),
        ({"hours": (Hours(1, time(8), time(10), 1), Hours(1, time(9), time(11), 1))}, "hours"),
    ],
)
def test_a_point_that_cannot_be_is_refused_by_field(change: dict[str, object], field: str) -> None:
    values: dict[str, object] = {
        "name": "Dermaga",
        "latitude": -6.0,
        "longitude": 106.3,
        "hours": (Hours(1, time(8), time(10), 1),),
    }
    with pytest.raises(Invalid) as refused:
        check_point(NewPoint(**(values | change)))  # type: ignore[arg-type]
    assert field in refused.value.errors


def test_two_openings_of_one_day_may_follow_each_other() -> None:
    check_point(NewPoint("Dermaga", -6.0, 106.3, (Hours(1, time(8), time(10), 1), Hours(1, time(10), time(12), 1))))
