"""What who orders much pays: tables of cases, and what holds for any breaks, any price and any quantity."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.catalogue.price_breaks import MOST_BREAKS, PriceBreak, breaks_in, check_breaks
from ovop.catalogue.price_breaks import as_text as written
from ovop.kernel.errors import Invalid
from ovop.kernel.money import line_amount
from ovop.kernel.quantity import Measure
from ovop.stock.break_prices import (
    BreakPrice,
    as_text,
    break_prices,
    break_prices_in,
    cheaper_by_more,
    price_for,
    still_lower,
)

TWO = (PriceBreak(10_000, 5), PriceBreak(25_000, 10))


@st.composite
def some_breaks(draw: st.DrawFn) -> tuple[PriceBreak, ...]:
    """Breaks that can be kept."""
    count = draw(st.integers(0, MOST_BREAKS))
    quantities = sorted(draw(st.sets(st.integers(1, 200_000), min_size=count, max_size=count)))
    percents = sorted(draw(st.sets(st.integers(1, 50), min_size=count, max_size=count)))
    return tuple(map(PriceBreak, quantities, percents))


prices = st.integers(100, 500_000)


def test_breaks_are_rupiah_rounded_as_other_prices_are() -> None:
    assert break_prices(TWO, 30_000) == (BreakPrice(10_000, 28_500), BreakPrice(25_000, 27_000))
    assert break_prices(TWO, 8_500) == (BreakPrice(10_000, 8_100), BreakPrice(25_000, 7_700))


def test_nothing_is_sold_below_what_the_fishers_were_paid() -> None:
    assert break_prices(TWO, 30_000, paid=28_000) == (BreakPrice(10_000, 28_500), BreakPrice(25_000, 28_000))
    assert break_prices(TWO, 30_000, paid=30_000) == ()


def test_a_break_that_rounds_to_the_price_before_it_is_left_out() -> None:
    assert break_prices((PriceBreak(5_000, 1), PriceBreak(9_000, 4)), 12_000) == (BreakPrice(9_000, 11_500),)


def test_a_price_that_stepped_down_and_a_break_do_not_add_up() -> None:
    breaks = break_prices(TWO, 30_000)
    assert price_for(27_500, breaks, 10_000) == 27_500
    assert price_for(27_500, breaks, 25_000) == 27_000
    assert still_lower(breaks, 27_500) == (BreakPrice(25_000, 27_000),)


@pytest.mark.parametrize(("quantity", "price"), [(9_999, 30_000), (10_000, 28_500), (24_999, 28_500), (25_000, 27_000)])
def test_the_ordered_quantity_decides(quantity: int, price: int) -> None:
    assert price_for(30_000, break_prices(TWO, 30_000), quantity) == price


def test_just_below_a_break_more_would_cost_less_and_that_is_known() -> None:
    breaks = break_prices(TWO, 30_000)
    assert cheaper_by_more(30_000, breaks, 9_600, Measure.WEIGHT) == BreakPrice(10_000, 28_500)
    assert cheaper_by_more(30_000, breaks, 9_400, Measure.WEIGHT) is None
    assert cheaper_by_more(30_000, breaks, 25_000, Measure.WEIGHT) is None


@given(some_breaks(), prices, st.one_of(st.none(), prices))
def test_prices_fall_strictly_as_quantities_rise(breaks: tuple[PriceBreak, ...], price: int, paid: int | None) -> None:
    found = break_prices(breaks, price, paid=paid)
    assert [each.quantity for each in found] == sorted({each.quantity for each in found})
    falling = [price, *(each.price for each in found)]
    assert falling == sorted(set(falling), reverse=True)
    assert all(each.price >= max(1, paid or 0) for each in found)


@given(some_breaks(), prices, prices, st.integers(1, 300_000), st.integers(0, 300_000), st.sampled_from(Measure))
def test_who_orders_more_never_pays_more_per_unit_and_more_in_all_unless_told(
    breaks: tuple[PriceBreak, ...], price: int, asked: int, quantity: int, more: int, measure: Measure
) -> None:
    """A larger line costs no less than a smaller one, but where a break lies between them; then the buyer is told."""
    lower = break_prices(breaks, price)
    small, large = price_for(asked, lower, quantity), price_for(asked, lower, quantity + more)
    assert large <= small <= asked
    if line_amount(large, quantity + more, measure) < line_amount(small, quantity, measure):
        told = cheaper_by_more(asked, lower, quantity, measure)
        assert told is not None
        assert quantity < told.quantity <= quantity + more


@given(some_breaks(), prices)
def test_breaks_are_read_as_they_were_written(breaks: tuple[PriceBreak, ...], price: int) -> None:
    assert breaks_in(written(breaks)) == breaks
    found = break_prices(breaks, price)
    assert break_prices_in(as_text(found)) == found
    assert len(as_text(found)) <= 80
    assert len(written(breaks)) <= 60


@pytest.mark.parametrize(
    ("breaks", "errors"),
    [
        ((PriceBreak(0, 5),), {"from_1": "too-small"}),
        ((PriceBreak(10, 51),), {"percent_1": "too-large"}),
        ((PriceBreak(10, 5), PriceBreak(10, 6)), {"from_2": "not-more"}),
        ((PriceBreak(10, 5), PriceBreak(20, 5)), {"percent_2": "not-more"}),
        (tuple(PriceBreak(n, n) for n in range(1, 5)), {"price_breaks": "too-many"}),
    ],
)
def test_breaks_that_cannot_be_kept_name_their_field(breaks: tuple[PriceBreak, ...], errors: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        check_breaks(breaks)
    assert caught.value.errors == errors
