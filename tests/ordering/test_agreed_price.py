"""The market is held to the most that a buyer was shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from apiflask import APIFlask

from ovop.db import write
from ovop.kernel import days
from ovop.ordering.errors import PriceChanged
from ovop.stock.operations import CatchChanges, change_catch
from tests.databases import count
from tests.make import accounts, market


def test_a_price_that_was_changed_meanwhile_orders_nothing(app: APIFlask) -> None:
    siti, seller = accounts.buyer(), market.shop()
    lot = market.catch(seller)
    agreed = replace(market.wanted(seller, {lot: 2000}), agreed_maximum=82_500)
    write(change_catch, lot, CatchChanges(unit_price=30_000), seller.clerk, days.now())
    with pytest.raises(PriceChanged) as caught:
        market.check_out(siti, agreed)
    assert caught.value.facts == {"maximum": 66_000}
    assert count("order") == 0
    assert not market.broken()


def test_at_the_agreed_price_the_order_stands_and_so_does_its_repeat(app: APIFlask) -> None:
    siti, seller = accounts.buyer(), market.shop()
    lot = market.catch(seller)
    agreed = replace(market.wanted(seller, {lot: 2000}), agreed_maximum=82_500)
    first = market.check_out(siti, agreed, "k")
    write(change_catch, lot, CatchChanges(unit_price=30_000), seller.clerk, days.now())
    assert market.check_out(siti, agreed, "k").id == first.id
    assert first.maximum == 82_500


def test_who_names_no_maximum_takes_the_price_of_the_moment(app: APIFlask) -> None:
    siti, seller = accounts.buyer(), market.shop()
    assert market.order(siti, seller, {market.catch(seller): 2000}).maximum == 82_500
