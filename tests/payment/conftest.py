"""A Stripe of the test's own, and the official library that asks it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stripe
from apiflask import APIFlask

from tests import stripe_server
from tests.conftest import Clock
from tests.make import market
from tests.make.cards import Cards, card_market


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
def cards(app: APIFlask, server: stripe_server.Server, clock: Clock) -> Iterator[Cards]:
    """A market that is paid through it; in the end its books are whole."""
    with card_market(app, server, clock) as made:
        yield made
        assert market.broken() == []
