"""Ratings that are given, changed and hidden at the same moment: the sums are what remains."""

from __future__ import annotations

from apiflask import APIFlask

from ovop.db import write
from ovop.kernel import days
from ovop.reviews.operations import answer_review, hide_review, rate_order
from ovop.reviews.rules import Given
from tests.make import accounts, market, reviews
from tests.races.test_core import at_once, buyers, nothing_is_broken, outcomes

__all__ = ["nothing_is_broken"]


def test_many_who_rate_one_product_are_all_counted(app: APIFlask) -> None:
    shop = market.shop()
    lot = market.catch(shop, 100_000)
    everybody = buyers(8)
    numbers = [reviews.collected(shop, who, lot) for who in everybody]
    for rating in (3, 5):
        results = at_once(
            app,
            [
                lambda who=who, number=number, rating=rating: write(
                    rate_order, number, {shop.product: Given(rating)}, who, days.now()
                )
                for who, number in zip(everybody, numbers, strict=True)
            ],
        )
        assert outcomes(results) == {"done": 8}


def test_one_buyer_in_several_tabs_has_one_voice(app: APIFlask) -> None:
    shop = market.shop()
    lot = market.catch(shop, 100_000)
    (who,) = buyers(1)
    numbers = [reviews.collected(shop, who, lot) for _ in range(4)]
    acts = [
        lambda number=number, rating=rating: write(rate_order, number, {shop.product: Given(rating)}, who, days.now())
        for number in numbers
        for rating in (1, 5)
    ]
    assert outcomes(at_once(app, acts)) == {"done": 8}


def test_it_is_hidden_while_it_is_changed_and_answered(app: APIFlask) -> None:
    shop, office = market.shop(), accounts.official()
    (who,) = buyers(1)
    number = reviews.collected(shop, who)
    review = reviews.rate(number, who, 2, "Bu Anu galak")
    results = at_once(
        app,
        [
            lambda: write(rate_order, number, {shop.product: Given(3, "Galak")}, who, days.now()),
            lambda: write(hide_review, review, "Menyebut orang", office, days.now()),
            lambda: write(answer_review, review, "Maaf", shop.clerk, days.now()),
            lambda: write(answer_review, review, "Tidak benar", shop.clerk, days.now()),
        ],
    )
    assert outcomes(results)["done"] in (2, 3)
