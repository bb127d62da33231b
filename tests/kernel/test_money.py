"""Rounding, once per line, in integers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel.errors import Invalid
from ovop.kernel.money import (
    LARGEST_AMOUNT,
    LARGEST_PRICE,
    STEP,
    commission_on,
    line_amount,
    maximum_amount,
    maximum_quantity,
    parse_amount,
    parse_percent,
    parse_rupiah,
    price_within,
    spread,
    tax_within,
)
from ovop.kernel.quantity import LARGEST_QUANTITY, Measure

prices = st.integers(1, LARGEST_PRICE)
quantities = st.integers(1, LARGEST_QUANTITY)


@pytest.mark.parametrize(
    ("price", "quantity", "amount"),
    [
        (37_500, 1333, 50_000),  # 49 987.5 exactly; neither 38 a gram nor 1.33 kg
        (145_000, 1500, 217_500),
        (32_000, 2050, 65_600),
        (100_000, 1, 100),
        (50_000, 1, 100),  # 50 rupiah: a half is rounded up
        (49_999, 1, 0),
        (37_500, 1, 0),
        (37_500, 999, 37_500),  # 37 462.5
        (1, 1000, 0),
        (1, 50_000, 100),
    ],
)
def test_a_weighed_line_is_rounded_to_the_nearest_hundred(price: int, quantity: int, amount: int) -> None:
    assert line_amount(price, quantity, Measure.WEIGHT) == amount


def test_a_counted_line_is_its_pieces() -> None:
    assert line_amount(45_000, 3, Measure.COUNT) == 135_000
    assert line_amount(45_050, 3, Measure.COUNT) == 135_200  # 135 150: halves up


@given(prices, quantities, st.sampled_from(Measure))
def test_an_amount_is_the_nearest_step_to_the_exact_value(price: int, quantity: int, measure: Measure) -> None:
    exact = Fraction(price * quantity, 1000 if measure is Measure.WEIGHT else 1)
    amount = line_amount(price, quantity, measure)
    assert amount % STEP == 0
    assert -STEP / 2 < amount - exact <= STEP / 2


@given(prices, quantities, quantities, st.sampled_from(Measure))
def test_more_never_costs_less(price: int, one: int, other: int, measure: Measure) -> None:
    less, more = sorted((one, other))
    assert line_amount(price, less, measure) <= line_amount(price, more, measure)
    assert maximum_amount(price, less, measure) <= maximum_amount(price, more, measure)


@given(prices, quantities, st.sampled_from(Measure), st.data())
def test_what_may_be_weighed_never_costs_more_than_the_maximum(
    price: int, quantity: int, measure: Measure, data: st.DataObject
) -> None:
    weighed = data.draw(st.integers(0, maximum_quantity(quantity)))
    assert line_amount(price, weighed, measure) <= maximum_amount(price, quantity, measure)
    assert line_amount(price, quantity, measure) <= maximum_amount(price, quantity, measure)


@pytest.mark.parametrize(("price", "quantity", "most"), [(145_000, 1500, 239_300), (32_000, 2000, 70_400)])
def test_the_maximum_is_the_amount_at_ten_percent_more(price: int, quantity: int, most: int) -> None:
    assert maximum_amount(price, quantity, Measure.WEIGHT) == most


def test_pieces_are_not_split_to_reach_the_maximum() -> None:
    assert maximum_quantity(3) == 3
    assert maximum_amount(45_000, 3, Measure.COUNT) == 135_000
    assert maximum_quantity(10) == 11


@pytest.mark.parametrize(("amount", "points", "part"), [(100, 50, 1), (100, 49, 0), (50_000, 250, 1250), (9999, 1, 1)])
def test_half_a_rupiah_of_commission_is_rounded_up(amount: int, points: int, part: int) -> None:
    assert commission_on(amount, points) == part


@given(st.integers(0, 10**12), st.integers(0, 5000))
def test_commission_is_the_nearest_rupiah_and_never_more_than_half(amount: int, points: int) -> None:
    part = commission_on(amount, points)
    exact = Fraction(amount * points, 10_000)
    assert -Fraction(1, 2) < part - exact <= Fraction(1, 2)
    assert 0 <= part <= amount


@pytest.mark.parametrize(
    ("typed", "rupiah"),
    [
        ("32000", 32_000),
        ("Rp 32.000", 32_000),
        ("rp32.000", 32_000),
        ("Rp32.000,00", 32_000),
        ("32.000,-", 32_000),
        ("32 rb", 32_000),
        ("32 ribu", 32_000),
        ("32 RB", 32_000),
        ("32k", 32_000),
        ("IDR 32.000", 32_000),
        ("Rp\u00a032.000", 32_000),
        ("1.250.000", 1_250_000),
    ],
)
def test_prices_are_read_as_people_write_them(typed: str, rupiah: int) -> None:
    assert parse_rupiah(typed) == rupiah


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "required"),
        ("Rp", "required"),
        ("gratis", "not-an-amount"),
        ("-5", "not-an-amount"),
        ("12,5", "not-an-amount"),
        ("1.5", "not-an-amount"),
        ("1e9", "not-an-amount"),
        ("12.34.56", "not-an-amount"),
        ("9999999999999", "not-an-amount"),
        ("0", "too-small"),
        ("0 rb", "too-small"),
        ("999999999999", "too-large"),
        ("999999 rb", "too-large"),
    ],
)
def test_what_is_no_price_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_rupiah(typed, field="landing_price")
    assert refused.value.errors == {"landing_price": reason}
    with pytest.raises(Invalid) as refused:
        parse_rupiah(typed)
    assert refused.value.errors == {"unit_price": reason}


@pytest.mark.parametrize(
    ("typed", "least", "outcome"),
    [
        ("0", 0, 0),
        ("Rp 0", 0, 0),
        ("1.250.000,00", 1, 1_250_000),
        ("1.000.000.000", 1, LARGEST_AMOUNT),
        ("0", 1, "too-small"),
        ("1.000.000.001", 1, "too-large"),
        ("", 0, "required"),
        ("-5", 0, "not-an-amount"),
    ],
)
def test_sums_are_read_like_prices_and_may_be_larger_or_nothing(typed: str, least: int, outcome: int | str) -> None:
    if isinstance(outcome, int):
        assert parse_amount(typed, field="counted", least=least) == outcome
        return
    with pytest.raises(Invalid) as refused:
        parse_amount(typed, field="counted", least=least)
    assert refused.value.errors == {"counted": outcome}


@given(st.text(max_size=20))
def test_any_text_is_a_price_or_refused(typed: str) -> None:
    try:
        assert 1 <= parse_rupiah(typed) <= LARGEST_PRICE
    except Invalid as refused:
        assert set(refused.errors) == {"unit_price"}  # noqa: PT017 - either way is right


def test_prices_have_an_end() -> None:
    assert price_within(LARGEST_PRICE) == LARGEST_PRICE
    with pytest.raises(Invalid):
        price_within(LARGEST_PRICE + 1)


@pytest.mark.parametrize(
    ("amount", "points", "tax"),
    [
        (111_000, 1100, 11_000),
        (100_000, 1100, 9_910),  # 9 909.9
        (100_000, 1200, 10_714),  # 10 714.3
        (100, 10_000, 50),
        (1, 10_000, 1),  # half a rupiah: halves up
        (148_000, 0, 0),
        (0, 1100, 0),
    ],
)
def test_tax_is_found_in_the_price_that_includes_it(amount: int, points: int, tax: int) -> None:
    assert tax_within(amount, points) == tax


@given(st.integers(0, 10**12), st.integers(0, 10_000))
def test_tax_is_the_nearest_rupiah_to_the_exact_value(amount: int, points: int) -> None:
    exact = Fraction(amount * points, 10_000 + points)
    assert -Fraction(1, 2) <= exact - tax_within(amount, points) < Fraction(1, 2)


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (100, [0, 2, 1], [0, 67, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (1, [5, 6], [0, 1]),
        (0, [3, 4], [0, 0]),
        (0, [0, 0], [0, 0]),
        (0, [], []),
    ],
)
def test_what_is_spread_follows_the_largest_remainder(amount: int, weights: list[int], parts: list[int]) -> None:
    assert spread(amount, weights) == parts


def test_nothing_can_bear_something() -> None:
    with pytest.raises(ValueError, match="nothing"):
        spread(1, [0, 0])


@given(st.integers(-(10**15), 10**15), st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any))
def test_what_is_spread_is_whole_and_as_near_as_can_be(amount: int, weights: list[int]) -> None:
    parts, whole = spread(amount, weights), sum(weights)
    assert sum(parts) == amount
    assert all(abs(part - Fraction(amount * weight, whole)) < 1 for part, weight in zip(parts, weights, strict=True))


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=12), st.data())
def test_nobody_bears_more_than_they_have(weights: list[int], data: st.DataObject) -> None:
    amount = data.draw(st.integers(0, sum(weights)))
    assert all(0 <= part <= weight for part, weight in zip(spread(amount, weights), weights, strict=True))


@pytest.mark.parametrize(
    ("typed", "points"),
    [("11", 1100), ("2,5", 250), ("2.5 %", 250), ("0,25%", 25), ("100", 10_000), (" 0 ", 0), ("", 0), ("07,50", 750)],
)
def test_percentages_are_read_as_people_write_them(typed: str, points: int) -> None:
    assert parse_percent(typed, field="rate") == points


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("100,01", "too-large"),
        ("1000", "too-large"),
        ("-1", "not-a-percent"),
        ("2,555", "not-a-percent"),
        ("sebelas", "not-a-percent"),
        ("1e1", "not-a-percent"),
        ("NaN", "not-a-percent"),
        ("%", "not-a-percent"),
        ("١١", "not-a-percent"),
    ],
)
def test_what_is_no_percentage_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_percent(typed, field="rate")
    assert refused.value.errors == {"rate": reason}
