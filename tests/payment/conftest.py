"""A Stripe of the test's own, the official library that asks it, and a market that is paid through it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stripe
from apiflask import APIFlask

from ovop.accounts.rules import Actor
from ovop.ordering.rows import CheckoutRow
from tests import stripe_server
from tests.conftest import Clock
from tests.make import accounts, market
from tests.make.cards import Cards, card_market

KILO = 40_000


@pytest.fixture
def server(clock: Clock) -> Iterator[stripe_server.Server]:
    """A Stripe in which nothing has happened, by the clock of the test."""
    with stripe_server.serve(lambda: clock.now) as running:
        yield running


@pytest.fixture
def api(server: stripe_server.Server) -> stripe.StripeClient:
    """The official library, without retries of its own."""
    return stripe_server.client(server)


@pytest.fixture
def cards(
    app: APIFlask, server: stripe_server.Server, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Cards]:
    """A market that is paid through it; in the end its books are whole, and agree with Stripe's."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0)  # between the library's own tries
    with card_market(app, server, clock) as made:
        yield made
        server.calm()
        made.work()
        assert market.broken() == []
        assert made.differences() == []


@pytest.fixture
def seller(cards: Cards) -> market.Shop:
    """A co-operative."""
    return market.shop()


@pytest.fixture
def other(cards: Cards) -> market.Shop:
    """Another one."""
    return market.shop("lontar", "36.04.13.2007")


@pytest.fixture
def buyer(cards: Cards) -> Actor:
    """Who pays."""
    return accounts.buyer()


@pytest.fixture
def catch(seller: market.Shop) -> int:
    """Ten kilograms of the first co-operative."""
    return market.catch(seller, unit_price=KILO)


@pytest.fixture
def checkout(cards: Cards, buyer: Actor, seller: market.Shop, catch: int, other: market.Shop) -> CheckoutRow:
    """Two kilograms of one co-operative and one of another: 88,000 and 44,000 at most, not paid yet."""
    return cards.order(buyer, {seller: {catch: 2000}, other: {market.catch(other, unit_price=KILO): 1000}})


@pytest.fixture
def paid(cards: Cards, buyer: Actor, checkout: CheckoutRow) -> CheckoutRow:
    """… and paid."""
    cards.server.pay(cards.begin(buyer, checkout))
    cards.work()
    return checkout


@pytest.fixture
def collected(cards: Cards, paid: CheckoutRow, seller: market.Shop, other: market.Shop) -> CheckoutRow:
    """… and handed over, for 80,000 and 40,000."""
    cards.weigh(paid, 0, seller, 2000)
    cards.weigh(paid, 1, other, 1000)
    cards.hand_over(paid, 0, seller)
    cards.hand_over(paid, 1, other)
    cards.work()
    return paid
