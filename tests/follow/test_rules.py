"""When followers hear of a lot: hours, midnight, repeats, and a worker that slept."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.follow.rules import (
    CLOSING,
    DIGEST_AT,
    GRACE,
    MARGIN,
    QUIET_UNTIL,
    SPACING,
    Pace,
    after_quiet,
    due_at,
    is_quiet,
    next_digest,
    waits_until,
)
from ovop.kernel import days

MONDAY = datetime(2026, 1, 5, tzinfo=days.JAKARTA)
#: Any second of two weeks, as UTC like everywhere.
INSTANTS = st.integers(0, 14 * 24 * 3600).map(lambda seconds: (MONDAY + timedelta(seconds=seconds)).astimezone())


def at(clock: str, day: int = 5) -> datetime:
    return datetime.combine(date(2026, 1, day), time.fromisoformat(clock), tzinfo=days.JAKARTA)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at("06:29:59"), at("06:30")),
        (at("06:30"), at("06:30", 6)),
        (at("23:59:59"), at("06:30", 6)),
        (at("00:00", 6), at("06:30", 6)),
    ],
)
def test_the_letter_of_the_day_leaves_at_half_past_six(now: datetime, expected: datetime) -> None:
    assert next_digest(now) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at("20:59:59"), at("20:59:59")),
        (at("21:00"), at("05:30", 6)),
        (at("23:59:59"), at("05:30", 6)),
        (at("00:00"), at("05:30")),
        (at("05:29:59"), at("05:30")),
        (at("05:30"), at("05:30")),
    ],
)
def test_nobody_is_woken(now: datetime, expected: datetime) -> None:
    assert after_quiet(now) == expected


def test_what_is_noted_while_the_letter_is_closing_waits_a_day() -> None:
    assert due_at(Pace.DAILY, at("06:24:59"), at("06:29:30"), None) == at("06:30")
    assert due_at(Pace.DAILY, at("06:25"), at("06:25"), None) == at("06:30", 6)


def test_lots_listed_one_after_the_other_share_a_letter() -> None:
    def due(now: str, last: datetime | None) -> datetime:
        return due_at(Pace.AT_ONCE, at(now), at(now), last)

    first = due("09:00", None)
    assert first == at("09:02")
    assert due("09:01:30", first) == first
    second = due("09:01:31", first)
    assert second == at("09:17")
    assert due("09:10", second) == second


def test_what_the_worker_slept_through_is_told_as_soon_as_it_wakes() -> None:
    woken = at("14:00", 12)
    first = due_at(Pace.DAILY, at("09:00", 6), woken, None)
    assert first == at("14:02", 12)
    assert due_at(Pace.DAILY, at("09:00", 7), woken + timedelta(seconds=9), first) == first
    assert due_at(Pace.DAILY, at("09:00", 7), at("22:00", 12), None) == at("05:30", 13)


def test_a_worker_that_slept_a_week_tells_once_and_then_waits_a_day() -> None:
    woken = at("14:00", 12)
    assert waits_until(Pace.DAILY, woken, at("06:30", 5)) is None
    assert waits_until(Pace.DAILY, woken, woken) == at("06:30", 13)
    assert waits_until(Pace.DAILY, at("03:00", 12), at("06:30", 5)) == at("05:30", 12)
    assert waits_until(Pace.DAILY, at("06:30", 12), at("05:30", 12)) == at("06:30", 13)


@given(now=INSTANTS)
def test_a_digest_is_always_within_a_day_and_at_its_hour(now: datetime) -> None:
    due = due_at(Pace.DAILY, now, now, None)
    assert CLOSING < due - now <= timedelta(days=1) + CLOSING
    assert days.to_local(due).time() == DIGEST_AT


@given(now=INSTANTS, before=st.none() | st.timedeltas(timedelta(days=-3), timedelta(hours=9)))
def test_at_once_is_soon_outside_of_quiet_hours_and_spaced(now: datetime, before: timedelta | None) -> None:
    last = None if before is None else after_quiet(now + before)
    due = due_at(Pace.AT_ONCE, now, now, last)
    assert due >= now + MARGIN
    assert not is_quiet(due)
    if last is not None and due != last:
        assert due >= last + SPACING or last < now
    if last is None or last < now - SPACING:
        assert due == after_quiet(now + GRACE)


@given(
    pace=st.sampled_from(Pace),
    listings=st.lists(
        st.tuples(st.integers(0, 7 * 24 * 60), st.just(0) | st.integers(0, 5000)), min_size=1, max_size=25
    ),
    runs=st.lists(st.integers(0, 9 * 24 * 60), max_size=40).map(sorted),
)
def test_whatever_happens_letters_keep_their_distance_and_all_is_told(
    pace: Pace, listings: list[tuple[int, int]], runs: list[int]
) -> None:
    """A market in small: lots are noted some minutes after they are listed, and a worker runs whenever it runs.

    In the end it is awake for three days, and everything has been told.
    """
    start = MONDAY.astimezone()
    waiting: list[tuple[int, datetime]] = []
    told: list[tuple[datetime, set[int]]] = []
    last_due: datetime | None = None
    events = [(minute + late, 0, lot) for lot, (minute, late) in enumerate(listings)] + [(run, 1, 0) for run in runs]
    end = max(minute for minute, _what, _lot in events)
    events += [(end + step * 30, 1, 0) for step in range(1, 3 * 48 + 1)]  # and in the end it is awake
    for minute, what, lot in sorted(events):
        now = start + timedelta(minutes=minute)
        if what == 0:
            last_due = due_at(pace, start + timedelta(minutes=listings[lot][0]), now, last_due)
            waiting.append((lot, last_due))
            continue
        due = {number for number, when in waiting if when <= now}
        if due and waits_until(pace, now, told[-1][0] if told else None) is None:
            told.append((now, due))
            waiting = [(number, when) for number, when in waiting if number not in due]
    assert not waiting
    assert sorted(number for _, lots in told for number in lots) == list(range(len(listings)))
    moments = [when for when, _ in told]
    assert not any(is_quiet(moment) for moment in moments)
    if pace is Pace.DAILY:
        assert len({days.day_of(moment) for moment in moments}) == len(moments)
    else:
        assert all(later - earlier >= SPACING for earlier, later in pairwise(moments))
    assert all(days.to_local(moment).time() >= QUIET_UNTIL for moment in moments)
