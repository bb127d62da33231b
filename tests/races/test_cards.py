"""Card money when a webhook, a visitor, duties and several workers come to the same payment at once, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from apiflask import APIFlask

from ovop.accounts.rules import Actor
from ovop.kernel import days
from ovop.ordering import card_flows, flows
from ovop.payment.errors import ProviderAway
from tests import stripe_server
from tests.conftest import Clock
from tests.make import accounts, market
from tests.make.cards import Cards, card_market
from tests.races.test_core import at_once


@pytest.fixture
def cards(app: APIFlask, clock: Clock) -> Iterator[Cards]:
    with stripe_server.serve(lambda: clock.now) as server, card_market(app, server, clock) as made:
        yield made
        made.pass_time(minutes=5)
        assert market.broken() == []
        assert made.differences() == []
        assert made.given_up() == []


@pytest.fixture
def buyer(cards: Cards) -> Actor:
    return accounts.buyer()


def test_all_who_hear_of_a_payment_at_once_confirm_it_once(cards: Cards, buyer: Actor) -> None:
    seller = market.shop()
    checkout = cards.order(buyer, {seller: {market.catch(seller): 2000}})
    cards.server.pay(cards.begin(buyer, checkout))
    payment = checkout.orders[0].payment_id
    at_once(
        cards.app,
        [
            lambda: card_flows.refresh_for_page(payment, days.now()),
            lambda: card_flows.look_around(days.now()),
            lambda: card_flows.fetch_news(days.now()),
            lambda: cards.deliver(),
            lambda: flows.expire_due(days.now()),
            lambda: card_flows.refresh(payment, days.now()),
        ],
    )
    cards.work()
    assert cards.statuses(checkout) == ["confirmed"]
    assert cards.letters() == ["confirmed"]
    assert cards.sums(checkout) == ("authorised", checkout.maximum, 0, 0, 0)


@pytest.mark.parametrize("_round", range(3))
def test_several_workers_and_a_cancellation_move_money_once(cards: Cards, buyer: Actor, _round: int) -> None:
    shops = [market.shop(), market.shop("lontar", "36.04.13.2007")]
    lots = [market.catch(shop, unit_price=40_000) for shop in shops]
    checkout = cards.order(buyer, {shops[0]: {lots[0]: 2000}, shops[1]: {lots[1]: 1000}})
    cards.server.pay(cards.begin(buyer, checkout), stripe_server.cards.AT_ONCE)
    cards.work()
    cards.weigh(checkout, 0, shops[0], 2000)

    def settle() -> None:
        with suppress(ProviderAway, card_flows.Unsettled):  # the worker would come again
            card_flows.settle({"checkout": checkout.id}, days.now())

    at_once(cards.app, [settle, settle, lambda: cards.cancel(checkout, 1), settle, settle])
    cards.pass_time(minutes=5)
    assert cards.statuses(checkout) == ["ready", "cancelled"]
    _status, authorised, captured, refunded, _disputed = cards.sums(checkout)
    assert (authorised, captured - refunded) == (132_000, 80_000)
    assert len(cards.server.world.refunds) <= 1


def test_two_tabs_and_a_cancellation_leave_no_page_open(cards: Cards, buyer: Actor) -> None:
    seller = market.shop()
    checkout = cards.order(buyer, {seller: {market.catch(seller): 2000}})
    at_once(
        cards.app,
        [
            lambda: cards.begin(buyer, checkout, "id"),
            lambda: cards.begin(buyer, checkout, "en"),
            lambda: cards.begin(buyer, checkout, "id"),
            lambda: cards.cancel(checkout),
        ],
    )
    cards.pass_time(minutes=5)
    assert [book for book in cards.server.books() if book.status == "open"] == []


def test_two_tabs_in_two_languages_end_on_one_page(cards: Cards, buyer: Actor) -> None:
    seller = market.shop()
    checkout = cards.order(buyer, {seller: {market.catch(seller): 2000}})
    acts = [lambda language=language: cards.begin(buyer, checkout, language) for language in ("id", "en") * 2]
    found = {answer for answer in at_once(cards.app, acts) if isinstance(answer, str)}
    open_pages = [book.session for book in cards.server.books() if book.status == "open"]
    assert open_pages == [cards.reference(checkout)]
    assert cards.reference(checkout) in found
    cards.server.pay(cards.reference(checkout))
