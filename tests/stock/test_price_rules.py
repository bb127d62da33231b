"""When a price steps down and to what: tables of cases, and what holds for any rule and any price."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel.errors import Invalid
from ovop.stock.asked_prices import Plan, prices_between
from ovop.stock.price_rules import (
    PROPOSED,
    PriceRule,
    PriceStep,
    Step,
    check_rule,
    lowered,
    price_at,
    steps_of,
)

END = datetime(2026, 1, 6, 4, tzinfo=UTC)  # 11.00 WIB
LISTED = END - timedelta(days=2)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.mark.parametrize(
    ("price", "percent", "to"),
    [
        (40_000, 10, 36_000),
        (37_500, 10, 34_000),  # 33,750: halves go up to the next 500
        (37_500, 25, 28_000),  # 28,125
        (10_000, 25, 7_500),
        (9_900, 10, 8_900),  # below 10,000 to the nearest 100
        (9_950, 10, 9_000),  # 8,955
        (500, 10, 500),  # 450 is a half: up
        (100, 90, 0),
    ],
)
def test_stepped_prices_are_round(price: int, percent: int, to: int) -> None:
    assert lowered(price, percent) == to


def test_a_price_steps_down_twice_before_the_last_pickup() -> None:
    steps = steps_of(PROPOSED, 40_000, END, LISTED)
    assert steps == (PriceStep(END - hours(6), 36_000), PriceStep(END - hours(3), 30_000))
    second = timedelta(seconds=1)
    for instant, price in (
        (END - hours(6) - second, 40_000),
        (END - hours(6), 36_000),
        (END - hours(3) - second, 36_000),
        (END - hours(3), 30_000),
        (END + hours(30), 30_000),
    ):
        assert price_at(40_000, steps, instant) == price


def test_no_step_goes_below_the_floor_or_what_the_fishers_were_paid() -> None:
    rule = PriceRule(PROPOSED.steps, floor=32_000)
    assert [step.price for step in steps_of(rule, 40_000, END, LISTED)] == [36_000, 32_000]
    assert [step.price for step in steps_of(rule, 40_000, END, LISTED, paid=36_500)] == [36_500]
    assert steps_of(rule, 32_000, END, LISTED) == ()
    assert steps_of(rule, 30_000, END, LISTED) == ()


def test_a_price_set_by_hand_stands_until_the_next_step() -> None:
    assert [step.price for step in steps_of(PROPOSED, 40_000, END, END - hours(5))] == [30_000]
    assert steps_of(PROPOSED, 40_000, END, END - hours(3)) == ()


def test_steps_come_on_whole_minutes_as_pages_do() -> None:
    (first, _second) = steps_of(PROPOSED, 40_000, END + timedelta(seconds=59), LISTED)
    assert first.at == END - hours(6)


@pytest.mark.parametrize(
    ("rule", "errors"),
    [
        (PriceRule(()), {"hours_1": "required"}),
        (PriceRule((Step(0, 10),)), {"hours_1": "too-small"}),
        (PriceRule((Step(73, 91),)), {"hours_1": "too-large", "percent_1": "too-large"}),
        (PriceRule((Step(6, 10), Step(6, 10))), {"hours_2": "not-later", "percent_2": "not-lower"}),
        (PriceRule((Step(6, 10),), floor=-1), {"floor": "too-small"}),
    ],
)
def test_a_rule_that_is_none_says_where(rule: PriceRule, errors: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        check_rule(rule)
    assert refused.value.errors == errors


RULES = st.builds(
    lambda far, near, little, more, floor: PriceRule((Step(far + near, little), Step(near, little + more)), floor),
    st.integers(1, 36),
    st.integers(1, 36),
    st.integers(1, 45),
    st.integers(1, 45),
    st.integers(0, 200_000),
)
INSTANTS = st.timedeltas(timedelta(days=-4), timedelta(days=1)).map(lambda ago: END + ago)


@given(RULES, st.integers(1, 10**8), INSTANTS, INSTANTS, st.none() | st.integers(1, 200_000))
def test_any_price_only_falls_stays_round_and_never_passes_its_floor(
    rule: PriceRule, price: int, priced_at: datetime, now: datetime, paid: int | None
) -> None:
    check_rule(rule)
    steps = steps_of(rule, price, END, priced_at, paid=paid)
    prices = [price, *(step.price for step in steps)]
    assert prices == sorted(set(prices), reverse=True)
    assert all(step.at > priced_at and step.at.second == 0 for step in steps)
    least = max(rule.floor, paid or 0, 1)
    assert all(step.price >= least and (step.price % 100 == 0 or step.price == least) for step in steps)
    asked = price_at(price, steps, now)
    assert asked in prices
    assert asked >= price_at(price, steps, now + hours(1))
    assert price_at(price, steps, priced_at) == price
    # A page that was made in a minute shows what is charged in it.
    minute = now.replace(second=0, microsecond=0)
    assert price_at(price, steps, minute) == asked


@given(RULES, st.integers(1, 10**6), INSTANTS, INSTANTS)
def test_what_was_asked_at_an_instant_is_among_what_was_asked_around_it(
    rule: PriceRule, price: int, changed_at: datetime, now: datetime
) -> None:
    before = Plan(END - timedelta(days=5), price, steps_of(rule, price, END, LISTED))
    after = Plan(changed_at, price + 1000, steps_of(rule, price + 1000, END, changed_at))
    standing = after if now >= changed_at else before
    asked = prices_between([before, after], now - timedelta(minutes=1), now + timedelta(minutes=1))
    assert price_at(standing.price, standing.steps, now) in asked
    assert prices_between([after], changed_at - hours(2), changed_at - hours(1)) == set()
