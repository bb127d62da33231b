"""A market that is paid by card through the tests' own Stripe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from apiflask import APIFlask

from ovop import wiring
from ovop.accounts.rules import Actor
from ovop.db import db
from ovop.kernel import days
from ovop.ordering import flows
from ovop.ordering.rows import CheckoutRow
from ovop.payment.models import Payment
from ovop.payment.rules import Method
from ovop.worker import Worker
from tests import stripe_server
from tests.conftest import Clock
from tests.make import market


@dataclass
class Cards:
    """The market, its Stripe and its worker."""

    app: APIFlask
    server: stripe_server.Server
    clock: Clock

    def order(self, buyer: Actor, sellers: dict[market.Shop, dict[int, int]]) -> CheckoutRow:
        """A checkout over those shops, to be paid by card."""
        request = market.CheckoutRequest(
            tuple(market.WantedLine(catch, amount) for lines in sellers.values() for catch, amount in lines.items()),
            tuple(market.WantedPickup(shop.id, market.slots(shop)[2].id) for shop in sellers),
            Method.STRIPE,
        )
        return market.check_out(buyer, request)

    def begin(self, buyer: Actor, checkout: CheckoutRow) -> str:
        """The buyer is on Stripe's page; answers Stripe's name for it."""
        flows.begin_payment(checkout.id, buyer, days.now(), "http://market.test/back", "id")
        return self.reference(checkout)

    def reference(self, checkout: CheckoutRow) -> str:
        """Stripe's name for the checkout's payment."""
        return str(self.payment(checkout).provider_reference)

    def payment(self, checkout: CheckoutRow) -> Payment:
        """The payment as it stands."""
        db.session.rollback()
        return db.session.get_one(Payment, checkout.orders[0].payment_id, populate_existing=True)

    def sums(self, checkout: CheckoutRow) -> tuple[str, int, int, int, int]:
        """Status, authorised, captured, refunded and disputed here; the same at Stripe, or the test ends."""
        row = self.payment(checkout)
        ours = (row.authorised, row.captured, row.refunded, row.disputed)
        if row.provider_reference is not None:
            book = self.server.book(row.provider_reference)
            assert ours == (book.authorised, book.captured, book.refunded, book.disputed)
        db.session.rollback()
        return (row.status, *ours)

    def work(self) -> None:
        """A minute later the worker has done all that is due: jobs, and asking for news."""
        self.clock.forward(minutes=1)
        Worker(self.app, wiring.JOBS, wiring.DUTIES).drain()

    def pass_time(self, **by: float) -> None:
        """The clock goes on in small steps and the worker works at each."""
        until = self.clock.now + timedelta(**by)
        while self.clock.now < until:
            self.clock.now = min(until, self.clock.now + timedelta(minutes=20))
            self.server.advance(timedelta())
            self.work()

    def deliver(self, *types: str, **how: object) -> list[int]:
        """Stripe delivers its events so far of these types (or all) to the market; answers the statuses."""
        events = self.server.events(*types)
        return [self.server.deliver(event, self.post, **{"at": datetime.now(UTC), **how}) for event in events]

    def post(self, body: bytes, headers: dict[str, str]) -> int:
        """One delivery."""
        answer = self.app.test_client().post("/webhooks/stripe", data=body, headers=headers)
        return int(answer.status_code)


@contextmanager
def card_market(app: APIFlask, server: stripe_server.Server, clock: Clock) -> Iterator[Cards]:
    """The market is set up with that Stripe, until the end of the block."""
    before = app.config["OVOP"]
    app.config["OVOP"] = replace(
        before,
        stripe_secret_key=server.secret,
        stripe_webhook_secret=server.webhook_secret,
        stripe_api_base=server.url,
    )
    try:
        yield Cards(app, server, clock)
    finally:
        app.config["OVOP"] = before
