"""A basket beside what is on offer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from apiflask import APIFlask
from hypothesis import given
from hypothesis import strategies as st

from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.money import line_amount, maximum_amount
from ovop.kernel.quantity import Measure
from ovop.ordering.basket import MOST_LINES, Basket, Kept, accepted, contents_of
from ovop.ordering.offer import Offer, check_quantity
from ovop.ordering.offers import offers
from ovop.stock.errors import NotOnSale, OutOfStock
from ovop.stock.operations import withdraw_catch
from tests.make import market

NOW = datetime(2026, 1, 5, 2, tzinfo=UTC)
SHRIMP = Offer(
    id=7,
    name="Udang windu",
    form="fresh",
    category="shrimp",
    species_name="Udang windu",
    measure=Measure.WEIGHT,
    unit="kg",
    unit_price=37_500,
    available=10_000,
    landed_at=NOW - timedelta(hours=3),
    best_before=NOW + timedelta(days=1),
    is_withdrawn=False,
    cooperative_id=1,
    cooperative_name="Koperasi Tengkurak",
    village_name="Tengkurak",
    allows_cash=True,
    has_qris=False,
    photo=None,
)
SATAY = replace(SHRIMP, id=8, name="Sate bandeng", measure=Measure.COUNT, unit="pack", unit_price=35_000, available=40)
CRAB = replace(SHRIMP, id=9, name="Rajungan", cooperative_id=2, cooperative_name="Lontar Jaya")
KILO_AND_A_THIRD = Kept(1_333, 37_500, Measure.WEIGHT)

KEPT = st.builds(Kept, st.integers(1, 10**8), st.integers(50_000, 10**8), st.sampled_from(Measure))


def test_a_line_is_priced_as_the_order_will_be() -> None:
    """Rounded once per line, never per gram: 37,500 × 1,333 g is 49,987.5, to the nearest 100."""
    basket = Basket("k").with_line(7, KILO_AND_A_THIRD)
    contents = contents_of(basket, {7: SHRIMP}, NOW)
    assert basket.estimate == contents.estimate == 50_000
    assert contents.maximum == 55_000


def test_put_in_twice_it_is_in_once() -> None:
    basket = Basket("k").with_line(7, KILO_AND_A_THIRD).with_line(7, KILO_AND_A_THIRD)
    assert basket.count == 1
    assert basket.lines[7].quantity == 1_333


def test_it_holds_forty_lots_and_lets_those_be_changed() -> None:
    basket = Basket("k")
    for catch in range(MOST_LINES):
        basket = basket.with_line(catch, KILO_AND_A_THIRD)
    with pytest.raises(Invalid) as caught:
        basket.with_line(99, KILO_AND_A_THIRD)
    assert caught.value.errors == {"quantity": "basket-full"}
    assert basket.with_line(3, replace(KILO_AND_A_THIRD, quantity=500)).lines[3].quantity == 500
    assert len(str(basket.as_plain())) < 2_000  # a cookie has room for 4,000


def test_what_is_worth_nothing_is_not_put_in() -> None:
    with pytest.raises(Invalid):
        Basket("k").with_line(7, Kept(1, 37_500, Measure.WEIGHT))


@given(st.dictionaries(st.integers(1, 2**63 - 1), KEPT, max_size=5))
def test_it_comes_back_from_the_cookie_as_it_was(lines: dict[int, Kept]) -> None:
    basket = Basket("k", lines)
    assert Basket.from_plain(basket.as_plain()) == basket


@given(st.dictionaries(st.sampled_from([7, 8, 9]), st.integers(1, 40), min_size=1))
def test_parts_and_lines_add_up(quantities: dict[int, int]) -> None:
    on_offer = {offer.id: offer for offer in (SHRIMP, SATAY, CRAB)}
    lines = {
        catch: Kept(
            quantity * (100 if on_offer[catch].measure is Measure.WEIGHT else 1), 37_500, on_offer[catch].measure
        )
        for catch, quantity in quantities.items()
    }
    contents = contents_of(Basket("k", lines), on_offer, NOW)
    for each, of_line in (("estimate", line_amount), ("maximum", maximum_amount)):
        expected = sum(of_line(on_offer[c].unit_price, k.quantity, k.measure) for c, k in lines.items())
        assert getattr(contents, each) == sum(getattr(part, each) for part in contents.parts) == expected
    assert {line.catch for line in contents.lines} == set(lines)
    assert sum(part.grams for part in contents.parts) == sum(
        kept.quantity for kept in lines.values() if kept.measure is Measure.WEIGHT
    )


def test_it_says_line_by_line_what_has_changed_since() -> None:
    kept = {catch: Kept(5_000, 30_000, Measure.WEIGHT) for catch in (7, 8, 9)}
    dearer, short, gone = SHRIMP, replace(CRAB, id=8, available=4_000, unit_price=30_000), replace(CRAB, available=0)
    contents = contents_of(Basket("k", {**kept, 10: kept[7]}), {7: dearer, 8: short, 9: gone}, NOW)
    lines = {line.catch: line for line in contents.lines}
    assert (lines[7].old_price, lines[7].can_be_ordered) == (30_000, True)
    assert (lines[8].old_price, lines[8].is_short, lines[8].can_be_ordered) == (None, True, False)
    assert (lines[9].is_gone, lines[9].is_short, lines[9].can_be_ordered) == (True, False, False)
    assert contents.unknown == (10,)
    assert not contents.can_be_ordered
    assert contents.estimate == lines[7].amount + lines[8].amount


def test_prices_that_were_seen_are_news_no_more() -> None:
    basket = Basket("k", {7: Kept(1_000, 30_000, Measure.WEIGHT)})
    seen = accepted(basket, contents_of(basket, {7: SHRIMP}, NOW))
    assert contents_of(seen, {7: SHRIMP}, NOW).lines[0].old_price is None
    assert seen.estimate == 37_500
    assert seen.id == "k"


def test_an_empty_basket_cannot_be_ordered() -> None:
    assert not contents_of(Basket("k"), {}, NOW).can_be_ordered


@pytest.mark.parametrize("quantity", [1_333, 21, 49_000, 10_000])
def test_usual_quantities_are_taken_as_they_are(quantity: int) -> None:
    check_quantity(replace(SHRIMP, available=10**6), quantity, NOW)


@pytest.mark.parametrize("quantity", [1, 20, 50_000, 150_000])
def test_a_slip_by_a_hundred_asks_again_and_only_once(quantity: int) -> None:
    plenty = replace(SHRIMP, available=10**6)
    with pytest.raises(Invalid) as caught:
        check_quantity(plenty, quantity, NOW)
    assert caught.value.errors == {"quantity": "slip"}
    with pytest.raises(Invalid):
        check_quantity(plenty, quantity, NOW, confirmed=quantity + 1)
    check_quantity(plenty, quantity, NOW, confirmed=quantity)


def test_all_that_is_left_is_never_a_slip() -> None:
    check_quantity(replace(SHRIMP, available=15), 15, NOW)


def test_no_more_than_there_is_goes_in() -> None:
    with pytest.raises(OutOfStock) as caught:
        check_quantity(SHRIMP, 10_001, NOW)
    assert caught.value.facts == {"catch": 7, "available": 10_000}


@pytest.mark.parametrize(
    "gone", [{"available": 0}, {"is_withdrawn": True}, {"best_before": NOW}, {"best_before": NOW - timedelta(days=1)}]
)
def test_what_is_gone_does_not_go_in(gone: dict[str, object]) -> None:
    with pytest.raises(NotOnSale):
        check_quantity(replace(SHRIMP, **gone), 1_000, NOW)  # type: ignore[arg-type]


def test_offers_are_read_as_they_are_now(app: APIFlask) -> None:
    seller = market.shop()
    first, second = market.catch(seller, 4_000, 20_000), market.catch(seller, 5_000)
    write(withdraw_catch, second, "rusak", seller.clerk, days.now())
    found = offers(db.session(), [first, second, 10**9], days.now())
    assert set(found) == {first, second}
    assert (found[first].available, found[first].unit_price, found[first].measure) == (4_000, 20_000, Measure.WEIGHT)
    assert found[first].cooperative_name == "Koperasi Tengkurak"
    assert found[first].is_on_sale(days.now())
    assert not found[second].is_on_sale(days.now())
    assert offers(db.session(), [], days.now()) == {}
