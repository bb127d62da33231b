"""What is in a till, and what of it has to go to the bank."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.till.rules import Cash, TillStatus, is_overdue

sums = st.integers(0, 10**9)


@pytest.mark.parametrize(
    ("cash", "inside", "undeposited", "kept", "difference", "status"),
    [
        (Cash(0, 0), 0, 0, 0, 0, TillStatus.OPEN),
        (Cash(100_000, 100_000), 100_000, 0, 100_000, 0, TillStatus.OPEN),
        (Cash(100_000, 314_600), 314_600, 214_600, 100_000, 0, TillStatus.OPEN),
        (Cash(100_000, 60_000), 60_000, 0, 60_000, 0, TillStatus.OPEN),
        (Cash(0, -25_000), -25_000, 0, 0, 0, TillStatus.OPEN),
        (Cash(100_000, 314_600, 314_600), 314_600, 214_600, 100_000, 0, TillStatus.COUNTED),
        (Cash(100_000, 314_600, 310_000), 310_000, 210_000, 100_000, -4_600, TillStatus.COUNTED),
        (Cash(100_000, 314_600, 320_000), 320_000, 220_000, 100_000, 5_400, TillStatus.COUNTED),
        (Cash(100_000, 314_600, 314_600, 200_000), 114_600, 14_600, 100_000, 0, TillStatus.COUNTED),
        (Cash(100_000, 314_600, 314_600, 214_600), 100_000, 0, 100_000, 0, TillStatus.DONE),
        (Cash(100_000, 314_600, 314_600, 264_600), 50_000, 0, 50_000, 0, TillStatus.DONE),
        (Cash(100_000, 314_600, 314_600, 314_600), 0, 0, 0, 0, TillStatus.DONE),
        (Cash(0, 0, 0), 0, 0, 0, 0, TillStatus.DONE),
        (Cash(50_000, 20_000, 0), 0, 0, 0, -20_000, TillStatus.DONE),
    ],
)
def test_sums_say_what_is_in_a_till(
    cash: Cash, inside: int, undeposited: int, kept: int, difference: int, status: TillStatus
) -> None:
    assert (cash.inside, cash.undeposited, cash.kept_as_change) == (inside, undeposited, kept)
    assert (cash.difference, cash.status) == (difference, status)


@given(change=sums, counted=sums, part=st.fractions(0, 1))
def test_what_is_counted_is_deposited_kept_as_change_or_still_to_deposit(change: int, counted: int, part) -> None:
    deposited = int(counted * part)
    cash = Cash(change, counted, counted, deposited)
    assert deposited + cash.kept_as_change + cash.undeposited == counted
    assert cash.kept_as_change <= change
    assert (cash.status is TillStatus.DONE) == (cash.undeposited == 0)


@pytest.mark.parametrize(("day", "stands_out"), [(5, False), (4, False), (2, False), (1, True)])
def test_fridays_cash_may_wait_for_monday_and_no_longer(day: int, stands_out: bool) -> None:
    assert is_overdue(date(2026, 1, day), date(2026, 1, 5)) is stands_out
