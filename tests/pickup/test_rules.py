"""Slots made from hours, and what fits into them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.pickup.rules import DayPlan, Hours, Misfit, NewPoint, check_day_plan, check_point, misfit, slot_times

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


MONDAY_MORNING = Hours(1, time(8), time(10), 1)
WEEK = tuple(Hours(1 + n % 7, time(n // 7, 0), time(n // 7, 10), 1) for n in range(51))


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"name": " "}, {"name": "required"}),
        ({"name": "x" * 81}, {"name": "too-long"}),
        ({"address": "x" * 201}, {"address": "too-long"}),
        ({"slot_minutes": 9}, {"slot_minutes": "too-small"}),
        ({"slot_minutes": 1441, "hours": ()}, {"slot_minutes": "too-large"}),
        ({"deadline_minutes": -1}, {"deadline_minutes": "too-small"}),
        ({"deadline_minutes": 20161}, {"deadline_minutes": "too-large"}),
        ({"hours": WEEK, "slot_minutes": 10}, {"hours": "too-large"}),
        ({"hours": (Hours(0, time(8), time(9), 1),)}, {"hours": "not-a-time"}),
        ({"hours": (Hours(8, time(8), time(9), 1),)}, {"hours": "not-a-time"}),
        ({"hours": (Hours(1, time(9), time(8), 1),)}, {"hours": "not-a-time"}),
        ({"hours": (Hours(1, time(9), time(9), 1),)}, {"hours": "not-a-time"}),
        ({"hours": (Hours(1, time(8), time(9), 0),)}, {"hours": "too-small"}),
        ({"hours": (Hours(1, time(8), time(9), 1, 0),)}, {"hours": "too-small"}),
        ({"hours": (Hours(1, time(8), time(9), 10_001),)}, {"hours": "too-large"}),
        ({"hours": (Hours(1, time(8), time(9), 1, 100_000_001),)}, {"hours": "too-large"}),
        ({"hours": (Hours(1, time(8), time(8, 59), 1),)}, {"hours": "shorter-than-slot"}),
        ({"hours": (MONDAY_MORNING, Hours(1, time(9, 59), time(11), 1))}, {"hours": "overlapping"}),
        ({"hours": (Hours(1, time(9, 59), time(11), 1), MONDAY_MORNING)}, {"hours": "overlapping"}),
        ({"name": "", "slot_minutes": 5}, {"name": "required", "slot_minutes": "too-small"}),
    ],
)
def test_a_point_that_cannot_be_is_refused_by_field(change: dict[str, object], errors: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        check_point(replace(NewPoint("Dermaga", -6.0, 106.3, (MONDAY_MORNING,)), **change))  # type: ignore[arg-type]
    assert refused.value.errors == errors


@pytest.mark.parametrize(("latitude", "longitude"), [(91.0, 106.3), (float("nan"), 106.3), (-6.0, 181.0)])
def test_a_point_lies_on_earth(latitude: float, longitude: float) -> None:
    with pytest.raises(Invalid) as refused:
        check_point(NewPoint("Dermaga", latitude, longitude, (MONDAY_MORNING,)))
    assert set(refused.value.errors) <= {"latitude", "longitude"}
    with pytest.raises(Invalid) as also:
        check_point(NewPoint("", latitude, longitude, (MONDAY_MORNING,)))
    assert also.value.errors == refused.value.errors | {"name": "required"}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "x" * 80, "address": "x" * 200},
        {"slot_minutes": 10},
        {"slot_minutes": 1440, "hours": ()},
        {"deadline_minutes": 0},
        {"deadline_minutes": 20160},
        {"hours": WEEK[:50], "slot_minutes": 10},
        {"hours": (Hours(7, time(8), time(9), 10_000, 100_000_000),)},
        {"hours": (Hours(1, time(8), time(9), 1, 1),)},
        {"hours": (MONDAY_MORNING, Hours(2, time(9), time(11), 1))},
        {"hours": (MONDAY_MORNING, Hours(1, time(10), time(11), 1))},
    ],
)
def test_a_point_up_to_its_limits_can_be(change: dict[str, object]) -> None:
    check_point(replace(NewPoint("Dermaga", -6.0, 106.3, (MONDAY_MORNING,)), **change))  # type: ignore[arg-type]


def test_slots_come_in_order_of_time_with_the_room_of_their_hours() -> None:
    hours = [Hours(1, time(15), time(16), 2, 5000), Hours(1, time(8), time(10), 3)]
    made = list(slot_times(hours, 60, MONDAY, MONDAY))
    assert [(days.to_local(slot.starts_at).hour, slot.capacity, slot.capacity_grams) for slot in made] == [
        (8, 3, None),
        (9, 3, None),
        (15, 2, 5000),
    ]


def test_two_openings_of_one_day_may_follow_each_other() -> None:
    check_point(NewPoint("Dermaga", -6.0, 106.3, (Hours(1, time(8), time(10), 1), Hours(1, time(10), time(12), 1))))


def test_a_special_day_has_its_own_hours_or_none() -> None:
    week = [Hours(weekday, time(6), time(9), 10) for weekday in range(1, 8)]
    sunday = MONDAY + timedelta(days=6)
    plans = [DayPlan(MONDAY), DayPlan(sunday, Hours(7, time(10), time(12), 3))]
    made = list(slot_times(week, 60, MONDAY, sunday, plans))
    by_day = {day: [slot for slot in made if days.day_of(slot.starts_at) == day] for day in (MONDAY, sunday)}
    assert by_day[MONDAY] == []
    assert [slot.capacity for slot in by_day[sunday]] == [3, 3]
    assert len(made) == 5 * 3 + 2


@pytest.mark.parametrize(
    ("plan", "errors"),
    [
        (DayPlan(MONDAY - timedelta(days=1)), {"day": "in-the-past"}),
        (DayPlan(MONDAY + timedelta(days=401)), {"day": "too-large"}),
        (DayPlan(MONDAY, Hours(1, time(9), time(6), 5)), {"hours": "not-a-time"}),
        (DayPlan(MONDAY, Hours(1, time(6), time(6, 30), 5)), {"hours": "shorter-than-slot"}),
        (DayPlan(MONDAY, reason="x" * 81), {"reason": "too-long"}),
    ],
)
def test_a_special_day_that_cannot_be_is_refused(plan: DayPlan, errors: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        check_day_plan(plan, 60, MONDAY)
    assert refused.value.errors == errors
