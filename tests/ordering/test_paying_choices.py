"""Ways to pay, and why some cannot be chosen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ovop.kernel.quantity import Measure
from ovop.ordering import paying_choices
from ovop.ordering.basket import Basket, Contents, Kept, contents_of
from ovop.ordering.paying_choices import Unpayable, Way, ways_to_pay
from ovop.ordering.rules import Standing
from ovop.payment.rules import Method
from tests.ordering.test_basket import CRAB, NOW, SHRIMP

GOOD = Standing(0, 0)


def ways(*, qris: tuple[bool, bool] = (True, True), cash: tuple[bool, bool] = (True, True), standing: Standing = GOOD,
         cards: tuple[Method, ...] = (), qris_maximum: int = 10**7,
         card_minimum: int = 15_000) -> dict[Method, Way]:  # fmt: skip
    offers = {
        offer.id: replace(offer, has_qris=has, allows_cash=allows)
        for offer, has, allows in zip((SHRIMP, CRAB), qris, cash, strict=True)
    }
    contents: Contents = contents_of(
        Basket("k", {offer: Kept(1_000, 37_500, Measure.WEIGHT) for offer in offers}), offers, NOW
    )
    found = ways_to_pay(contents, standing, cards=cards, qris_maximum=qris_maximum, card_minimum=card_minimum)
    return {way.method: way for way in found}


def test_a_way_that_nothing_speaks_against_can_be_chosen() -> None:
    assert ways() == {Method.QRIS: Way(Method.QRIS), Method.CASH: Way(Method.CASH)}


def test_who_rules_a_way_out_is_named() -> None:
    assert ways(qris=(True, False))[Method.QRIS] == Way(Method.QRIS, Unpayable.NO_QRIS_HERE, ("Lontar Jaya",))
    assert ways(cash=(False, True))[Method.CASH] == Way(Method.CASH, Unpayable.NO_CASH_HERE, ("Koperasi Tengkurak",))


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (Standing(1, 2), None),
        (Standing(2, 0), Unpayable.NO_SHOWS),
        (Standing(0, 3), Unpayable.OPEN_ORDERS),
    ],
)
def test_cash_is_for_buyers_who_come(standing: Standing, reason: Unpayable | None) -> None:
    assert ways(standing=standing)[Method.CASH].unpayable is reason


def test_qris_carries_each_order_up_to_its_limit() -> None:
    """Each co-operative is paid by its own code: the limit is for the larger order, not for the sum."""
    assert ways(qris_maximum=41_300)[Method.QRIS].unpayable is None
    assert ways(qris_maximum=41_299)[Method.QRIS].unpayable is Unpayable.ABOVE_QRIS_LIMIT


def test_cards_are_offered_where_they_are_set_up() -> None:
    assert Method.DEMO not in ways()
    assert list(ways(cards=(Method.DEMO, Method.STRIPE))) == [Method.QRIS, Method.CASH, Method.STRIPE, Method.DEMO]


def test_a_card_is_not_taken_for_less_than_its_provider_takes() -> None:
    cards = (Method.STRIPE, Method.DEMO)
    assert {
        way.method: way.unpayable for way in ways(cards=cards, card_minimum=82_400).values() if way.method in cards
    } == {
        Method.STRIPE: None,
        Method.DEMO: None,
    }
    too_little = ways(cards=cards, card_minimum=10**6)
    assert too_little[Method.STRIPE].unpayable is Unpayable.BELOW_CARD_MINIMUM
    assert too_little[Method.DEMO].unpayable is None


def test_a_card_is_not_taken_for_more_than_its_provider_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    cards = (Method.STRIPE, Method.DEMO)
    for limit, reason in ((10**6, None), (1000, Unpayable.ABOVE_CARD_LIMIT)):
        monkeypatch.setattr(paying_choices, "STRIPE_MAXIMUM", limit)
        assert ways(cards=cards)[Method.STRIPE].unpayable is reason
        assert ways(cards=cards)[Method.DEMO].unpayable is None
