"""The basket index, moves, periods and rounding, held against what they mean."""

from __future__ import annotations

import itertools
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.prices.rules import BASE, FEWEST_KINDS, Kind, Period, Quote, basket_index, moves, to_step

MONTHS = [date(2026, number, 1) for number in range(1, 13)]
KINDS: list[Kind] = [("MIL", "fresh"), ("GIT", "fresh"), ("SCD", "fresh"), ("MIL", "processed"), ("ANC", "dried")]
quotes = st.builds(Quote, st.integers(1_000, 300_000), st.integers(1_000, 90_000_000))
baskets = st.dictionaries(st.sampled_from(KINDS), quotes)
full = st.fixed_dictionaries(dict.fromkeys(KINDS, quotes))


@given(full, st.fractions(Fraction(1, 3), Fraction(3)), full)
def test_when_every_price_changes_alike_the_basket_changes_just_so(
    first: dict[Kind, Quote], factor: Fraction, spent: dict[Kind, Quote]
) -> None:
    before = {kind: Quote(quote.median * factor.denominator, quote.revenue) for kind, quote in first.items()}
    after = {kind: Quote(first[kind].median * factor.numerator, spent[kind].revenue) for kind in KINDS}
    _base, point = basket_index([(MONTHS[0], before), (MONTHS[1], after)])
    assert point.value is not None
    assert abs(point.value - BASE * factor) <= Fraction(1, 2) + Fraction(1, 10**9)


@given(st.lists(full, min_size=2, max_size=6))
def test_every_month_is_what_the_basket_of_the_month_before_costs_in_it(months: list[dict[Kind, Quote]]) -> None:
    level = Fraction(BASE)
    expected = [level]
    for before, now in itertools.pairwise(months):
        cost = sum(Fraction(before[kind].revenue * now[kind].median, before[kind].median) for kind in KINDS)
        level *= cost / sum(before[kind].revenue for kind in KINDS)
        expected.append(level)
    points = basket_index(list(zip(MONTHS, months, strict=False)))
    for point, exact in zip(points, expected, strict=True):
        assert point.value is not None
        assert abs(point.value - exact) <= Fraction(1, 2) + Fraction(1, 10**9)


@given(st.lists(baskets, max_size=8))
def test_a_month_is_told_only_where_enough_was_sold_in_both(months: list[dict[Kind, Quote]]) -> None:
    points = basket_index(list(zip(MONTHS, months, strict=False)))
    assert [point.month for point in points] == MONTHS[: len(months)]
    told = {point.month: basket for point, basket in zip(points, months, strict=True) if point.value is not None}
    for point in points:
        if point.value is not None and point.joined_to is not None:
            both = told[point.joined_to].keys() & told[point.month].keys()
            assert point.kinds == len(both) >= FEWEST_KINDS


def test_a_month_without_enough_is_left_out_and_the_next_joined_to_the_one_before() -> None:
    basket = {kind: Quote(10_000, 1_000_000) for kind in KINDS}
    dearer = {kind: Quote(11_000, 1_000_000) for kind in KINDS}
    points = basket_index([(MONTHS[0], basket), (MONTHS[1], {}), (MONTHS[2], dearer)])
    assert [point.value for point in points] == [1000, None, 1100]
    assert points[2].joined_to == MONTHS[0]


@given(full, full, st.integers(0, 60))
def test_moves_are_those_that_are_large_enough_the_largest_first(
    before: dict[Kind, Quote], now: dict[Kind, Quote], percent: int
) -> None:
    found = moves(before, now, percent)
    large = {kind for kind in KINDS if abs(Fraction(now[kind].median, before[kind].median) - 1) * 100 >= percent}
    assert {move.kind for move in found} == large
    sizes = [abs(move.change) for move in found]
    assert sizes == sorted(sizes, reverse=True)


@given(st.integers(0, 10**9), st.sampled_from([1, 50_000, 1_000_000]))
def test_rounding_goes_to_the_nearest_step_halves_up(value: int, step: int) -> None:
    assert to_step(value, step) % step == 0
    assert -step < 2 * (value - to_step(value, step)) <= step or 2 * (to_step(value, step) - value) == step


@given(st.sampled_from(Period), st.dates(date(2024, 1, 1), date(2027, 12, 31)))
def test_periods_follow_each_other_without_a_gap_and_hold_their_days(period: Period, day: date) -> None:
    first = period.start(day)
    assert first <= day <= period.last(first)
    assert (period.next(first) - period.last(first)).days == 1
    assert period.start(period.last(first)) == first


@pytest.mark.parametrize(
    ("period", "over"),
    [
        (Period.DAY, [date(2026, 1, 29), date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 1)]),
        (Period.WEEK, [date(2026, 1, 26)]),
        (Period.MONTH, [date(2026, 1, 1)]),
    ],
)
def test_only_what_has_ended_is_over(period: Period, over: list[date]) -> None:
    assert list(period.over(date(2026, 1, 29), date(2026, 2, 2))) == over
