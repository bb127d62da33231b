"""Which days are opened, and who gets what: pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.advance.rules import Claim, Pause, Standing, check_standing, days_to_open, share_out
from ovop.kernel import days
from ovop.kernel.errors import Invalid

FRIDAYS = Standing(1, "5", 60_000, 32_000, 3, time(5), 48)
#: Monday 5 January 2026.
MONDAY = datetime(2026, 1, 5, 9, 0, tzinfo=days.JAKARTA)
FRIDAY = date(2026, 1, 9)

orders = st.lists(st.integers(1, 50_000), max_size=12)


def claims(quantities: list[int]) -> list[Claim]:
    return [Claim(place, quantity) for place, quantity in enumerate(quantities)]


@given(st.integers(0, 200_000), orders)
def test_never_more_than_there_is_and_never_more_than_was_asked_for(there: int, quantities: list[int]) -> None:
    given_out = share_out(there, claims(quantities))
    assert sum(given_out.values()) <= there
    assert all(0 <= given_out[place] <= quantity for place, quantity in enumerate(quantities))


@given(st.integers(0, 200_000), orders)
def test_who_ordered_first_is_served_first(there: int, quantities: list[int]) -> None:
    """Nobody has less than they asked for while somebody later has anything that could have been theirs."""
    given_out = share_out(there, claims(quantities))
    left = there
    for place, quantity in enumerate(quantities):
        part = given_out[place]
        assert part == min(quantity, left) or (part == 0 and left * 10 < quantity)
        left -= part


@given(st.integers(0, 200_000), orders)
def test_nothing_is_kept_back_from_whom_it_would_be_worth_coming(there: int, quantities: list[int]) -> None:
    given_out = share_out(there, claims(quantities))
    left = there - sum(given_out.values())
    assert all(given_out[place] == quantity or left * 10 < quantity for place, quantity in enumerate(quantities))
    assert sum(0 < given_out[place] < quantity for place, quantity in enumerate(quantities)) <= 1


@given(st.integers(0, 200_000), orders)
def test_sharing_out_again_changes_nothing(there: int, quantities: list[int]) -> None:
    first = share_out(there, claims(quantities))
    assert share_out(there, claims(quantities)) == first
    again = [Claim(place, part) for place, part in first.items() if part]
    assert share_out(sum(first.values()), again) == {claim.line_id: claim.quantity for claim in again}


@given(st.integers(0, 200_000), st.integers(0, 50_000), orders)
def test_more_fish_leaves_nobody_worse_in_turn(there: int, more: int, quantities: list[int]) -> None:
    """Compared in the order of serving, the first whose part differs has more of the larger harvest."""
    small, large = share_out(there, claims(quantities)), share_out(there + more, claims(quantities))
    differing = [place for place in range(len(quantities)) if small[place] != large[place]]
    assert not differing or large[differing[0]] > small[differing[0]]


def test_a_handful_goes_to_the_next_who_can_use_it() -> None:
    assert share_out(3_000, claims([40_000, 1_000, 5_000])) == {0: 0, 1: 1_000, 2: 2_000}


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (MONDAY, []),
        (MONDAY + timedelta(days=1), [FRIDAY]),
        (datetime(2026, 1, 6, 0, 0, tzinfo=days.JAKARTA), [FRIDAY]),
        (datetime(2026, 1, 5, 23, 59, tzinfo=days.JAKARTA), []),
        (datetime(2026, 1, 9, 4, 59, tzinfo=days.JAKARTA), [FRIDAY]),
        (datetime(2026, 1, 9, 5, 0, tzinfo=days.JAKARTA), []),
    ],
)
def test_a_day_is_open_from_some_days_before_until_it_lands(at: datetime, expected: list[date]) -> None:
    assert days_to_open(FRIDAYS, at, (), None) == expected


def test_what_is_done_or_paused_is_not_opened() -> None:
    wednesday = MONDAY + timedelta(days=2)
    assert days_to_open(FRIDAYS, wednesday, {FRIDAY}, None) == []
    assert days_to_open(FRIDAYS, wednesday, (), Pause()) == []
    assert days_to_open(FRIDAYS, wednesday, (), Pause(date(2026, 1, 10))) == []
    assert days_to_open(FRIDAYS, wednesday, (), Pause(FRIDAY)) == [FRIDAY]


@given(st.integers(0, 60 * 24 * 60), st.integers(0, 20), st.sampled_from(["5", "135", "7"]))
def test_however_punctual_the_worker_days_ahead_are_opened_and_past_ones_never(
    minute: int, nap: int, weekdays: str
) -> None:
    """Asked at two moments, what is open in the end is what asking at the second alone opens."""
    standing = Standing(1, weekdays, 60_000, 32_000, 5, time(5), 48)
    first = MONDAY + timedelta(minutes=minute)
    second = first + timedelta(days=nap)
    early = days_to_open(standing, first, (), None)
    late = days_to_open(standing, second, early, None)
    assert not set(early) & set(late)
    assert set(late) | {day for day in early if standing.lands_on(day) > second} == set(
        days_to_open(standing, second, (), None)
    ) | {day for day in early if standing.lands_on(day) > second}
    assert all(standing.lands_on(day) > second for day in late)


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("weekdays", {"weekdays": ""}),
        ("weekdays", {"weekdays": "58"}),
        ("weekdays", {"weekdays": "55"}),
        ("quantity", {"quantity": 0}),
        ("unit_price", {"unit_price": 0}),
        ("opens_days_before", {"opens_days_before": 0}),
        ("opens_days_before", {"opens_days_before": 15}),
        ("keeps", {"keeps_hours": 0}),
    ],
)
def test_what_cannot_be_right_is_named(field: str, changed: dict[str, object]) -> None:
    values = {name: getattr(FRIDAYS, name) for name in Standing.__slots__} | changed
    with pytest.raises(Invalid) as refused:
        check_standing(Standing(**values))  # type: ignore[arg-type]
    assert field in refused.value.errors
