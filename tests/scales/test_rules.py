"""Until when a scale is verified, to the day, and which one a clerk is offered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.scales.rules import (
    FURTHEST,
    REMINDED,
    Tera,
    check_verification,
    days_left,
    scale_name,
    tera_on,
    usual_scale,
)

UNTIL = date(2026, 3, 31)


@dataclass(frozen=True)
class Known:
    id: int


def jakarta(day: int, hour: int, minute: int, second: int = 0, month: int = 3) -> date:
    """The day that a clock at the landing place shows at that moment."""
    return days.day_of(datetime(2026, month, day, hour, minute, second, tzinfo=days.JAKARTA))


@pytest.mark.parametrize(
    ("moment", "stands"),
    [
        (jakarta(28, 23, 59, 59, month=2), Tera.VALID),
        (jakarta(1, 0, 0), Tera.ENDING),
        (jakarta(31, 23, 59, 59), Tera.ENDING),
        (jakarta(1, 0, 0, month=4), Tera.EXPIRED),
    ],
    ids=["31-days-before", "30-days-before", "last-second", "first-second-after"],
)
def test_a_verification_holds_to_the_last_second_of_its_last_day_in_jakarta(moment: date, stands: Tera) -> None:
    assert tera_on(UNTIL, moment) is stands


def test_the_day_is_jakartas_and_not_that_of_utc() -> None:
    before_dawn = datetime(2026, 3, 31, 17, 0, tzinfo=UTC)
    assert tera_on(UNTIL, days.day_of(before_dawn)) is Tera.EXPIRED
    assert tera_on(UNTIL, days.day_of(before_dawn - timedelta(seconds=1))) is Tera.ENDING


def test_what_nobody_entered_is_not_known() -> None:
    assert tera_on(None, UNTIL) is Tera.UNKNOWN


@given(st.dates(date(2001, 1, 1), date(2099, 1, 1)), st.integers(-800, 800))
def test_it_stands_by_the_days_that_are_left(until: date, left: int) -> None:
    day = until - timedelta(days=left)
    assert days_left(until, day) == left
    expected = Tera.EXPIRED if left < 0 else Tera.ENDING if left <= REMINDED.days else Tera.VALID
    assert tera_on(until, day) is expected


@pytest.mark.parametrize(("last", "offered"), [(2, 2), (1, 1), (9, 1), (None, 1)])
def test_a_clerk_is_offered_the_scale_used_last(last: int | None, offered: int) -> None:
    assert usual_scale([Known(1), Known(2)], last) == Known(offered)


def test_where_there_is_no_scale_none_is_offered() -> None:
    assert usual_scale([], 1) is None


@pytest.mark.parametrize("typed", ["Duduk 1", "duduk 1", "  DUDUK\t 1 "])
def test_two_scales_are_not_called_alike(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        scale_name(typed, ["Duduk 1"])
    assert refused.value.errors == {"name": "scale-name-taken"}


@pytest.mark.parametrize(("typed", "reason"), [("", "required"), (" \u200b ", "required"), ("x" * 41, "too-long")])
def test_a_scale_has_a_name_that_fits_a_button(typed: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        scale_name(typed, [])
    assert refused.value.errors == {"name": reason}


def test_a_name_is_kept_on_one_line() -> None:
    assert scale_name(" Gantung\n 50 kg ", ["Duduk 1"]) == "Gantung 50 kg"


@pytest.mark.parametrize("ahead", [-4000, -1, 0, 1, FURTHEST.days])
def test_any_day_up_to_two_years_ahead_may_be_entered_also_one_that_is_over(ahead: int) -> None:
    check_verification(UNTIL + timedelta(days=ahead), "SKHP-12/2026", UNTIL)


def test_everything_that_is_wrong_is_said() -> None:
    with pytest.raises(Invalid) as refused:
        check_verification(UNTIL + FURTHEST + timedelta(days=1), "x" * 61, UNTIL)
    assert refused.value.errors == {"verified_until": "tera-too-far", "reference": "too-long"}
