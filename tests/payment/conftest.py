"""A Stripe of the test's own, and the official library that asks it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stripe

from tests import stripe_server
from tests.conftest import Clock


@pytest.fixture
def server(clock: Clock) -> Iterator[stripe_server.Server]:
    """A Stripe in which nothing has happened, by the clock of the test."""
    with stripe_server.serve(lambda: clock.now) as running:
        yield running


@pytest.fixture
def api(server: stripe_server.Server) -> stripe.StripeClient:
    """The official library, without retries of its own."""
    return stripe_server.client(server)
