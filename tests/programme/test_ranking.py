"""Which villages to nominate, windows around a decision, stars over the years."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.programme.ranking import (
    DAYS,
    FEWEST_DAYS,
    FEWEST_ORDERS,
    FULL_DAYS,
    GROWTH,
    QUALITY,
    REGULARITY,
    Candidate,
    GivenStars,
    growth_points,
    held_by_year,
    quality_points,
    rank,
    regularity_points,
    window_of,
)

candidates = st.builds(
    Candidate,
    st.integers(1, 400).map(lambda number: f"36.04.{number:03d}"),
    st.text(max_size=4),
    st.just("Tirtayasa"),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.integers(0, DAYS),
    st.integers(0, 500),
    st.integers(0, 50),
)


@pytest.mark.parametrize(
    ("revenue", "earlier", "points"),
    [(100, 100, 20), (150, 100, 40), (900, 100, 40), (50, 100, 0), (0, 100, 0), (125, 100, 30), (500, 0, 20)],
)
def test_growth_is_worth_what_the_page_says(revenue: int, earlier: int, points: int) -> None:
    assert growth_points(revenue, earlier) == points


def test_regularity_and_quality_are_worth_what_the_page_says() -> None:
    assert [regularity_points(days) for days in (0, FULL_DAYS // 2, FULL_DAYS, DAYS)] == [0, 17, 35, 35]
    assert [quality_points(complaints, 100) for complaints in (0, 1, 5, 10, 60)] == [25, 22, 12, 0, 0]
    assert quality_points(0, 0) == 0


@given(st.lists(candidates, max_size=12))
def test_terms_stay_within_their_worth_and_everybody_is_somewhere(some: list[Candidate]) -> None:
    ranked, unknown = rank(some)
    assert len(ranked) + len(unknown) == len(some)
    assert all(one.orders < FEWEST_ORDERS for one in unknown)
    for one in ranked:
        assert 0 <= one.growth <= GROWTH
        assert 0 <= one.regularity <= REGULARITY
        assert 0 <= one.quality <= QUALITY
        assert one.points <= 100
    assert [one.points for one in ranked] == sorted((one.points for one in ranked), reverse=True)
    assert rank(reversed(some))[0] == ranked or len({one.code for one in some}) < len(some)


@given(candidates, st.integers(0, 10**8), st.integers(0, 30))
def test_selling_more_on_more_days_never_ranks_lower(one: Candidate, more: int, days: int) -> None:
    one = replace(one, orders=max(one.orders, FEWEST_ORDERS))
    better = replace(one, revenue=one.revenue + more, days_sold=one.days_sold + days)
    [before], [after] = rank([one])[0], rank([better])[0]
    assert after.points >= before.points
    worse = replace(one, complaints=one.complaints + days)
    assert rank([worse])[0][0].points <= before.points


@given(st.dates(date(2020, 1, 1), date(2026, 1, 1)), st.integers(0, 2000))
def test_both_sides_of_a_decision_are_equally_long_and_touch(decided: date, later: int) -> None:
    window = window_of(decided, decided + timedelta(days=later))
    if later < FEWEST_DAYS:
        assert window is None
        return
    assert window is not None
    assert window.days == min(DAYS, later)
    assert (window.before_last - window.before_first).days + 1 == window.days
    assert window.before_last + timedelta(days=1) == window.after_first == decided
    assert window.after_last < decided + timedelta(days=later)


def test_stars_count_on_the_last_day_of_a_year_while_they_hold() -> None:
    given_stars = [
        GivenStars("industry", 3, 2023, date(2024, 12, 30), None),
        GivenStars("cooperatives", 4, 2024, None, None),
        GivenStars("cooperatives", 5, 2024, None, date(2025, 6, 1)),
    ]
    held = held_by_year(given_stars, range(2022, 2027))
    assert [held[year][3] for year in range(2022, 2027)] == [0, 1, 0, 0, 0]
    assert [held[year][4] for year in range(2022, 2027)] == [0, 0, 1, 1, 1]
    assert [held[year][5] for year in range(2022, 2027)] == [0, 0, 1, 0, 0]
