"""A market that is paid by card through the tests' own Stripe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from apiflask import APIFlask
from sqlalchemy import select

from ovop import wiring
from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import flows, operations
from ovop.ordering.models import Order
from ovop.ordering.rows import CheckoutRow
from ovop.outside.models import OutboxJob
from ovop.payment.models import Payment, PaymentEvent
from ovop.payment.reconcile import Comparison
from ovop.payment.rules import Method
from ovop.worker import Worker
from tests import stripe_server
from tests.conftest import Clock
from tests.make import market

#: What a duty is asked for when Stripe has nothing to say, or nothing may be asked of it.
NEWS, LOOKS = "duty:fetch-card-news", "duty:look-at-cards"


@dataclass
class Cards:
    """The market, its Stripe and its worker."""

    app: APIFlask
    server: stripe_server.Server
    clock: Clock
    #: Duties that this market's worker does not do.
    without: tuple[str, ...] = ()

    def order(
        self, buyer: Actor, sellers: dict[market.Shop, dict[int, int]], slot: int = 2, method: Method = Method.STRIPE
    ) -> CheckoutRow:
        """A checkout over those shops, to be paid by card; slot: which of the coming ones."""
        request = market.CheckoutRequest(
            tuple(market.WantedLine(catch, amount) for lines in sellers.values() for catch, amount in lines.items()),
            tuple(market.WantedPickup(shop.id, market.slots(shop)[slot].id) for shop in sellers),
            method,
        )
        return market.check_out(buyer, request)

    def begin(self, buyer: Actor, checkout: CheckoutRow, language: str = "id") -> str:
        """The buyer is on Stripe's page; answers Stripe's name for it."""
        address = flows.begin_payment(checkout.id, buyer, days.now(), f"http://market.test/{language}", language)
        return address.rpartition("/")[2]

    def second_page(self, checkout: CheckoutRow, amount: int | None = None) -> str:
        """Another page for the same payment, as if two had been opened at once; answers Stripe's name for it."""
        payment = self.payment(checkout)
        metadata = {"payment": payment.id, "checkout": checkout.id}
        parameters = stripe_server.basket(amount or payment.maximum, metadata=metadata)
        parameters["payment_intent_data"]["metadata"] = metadata
        return str(stripe_server.client(self.server).v1.checkout.sessions.create(parameters).id)  # type: ignore[arg-type]

    def reference(self, checkout: CheckoutRow) -> str:
        """Stripe's name for the page of the checkout's payment."""
        return str(self.payment(checkout).provider_reference)

    def intent(self, checkout: CheckoutRow) -> str:
        """Stripe's name for the money itself."""
        return str(self.server.book(self.reference(checkout)).intent)

    def payment(self, checkout: CheckoutRow) -> Payment:
        """The payment as it stands."""
        db.session.rollback()
        return db.session.get_one(Payment, checkout.orders[0].payment_id, populate_existing=True)

    def sums(self, checkout: CheckoutRow) -> tuple[str, int, int, int, int]:
        """Status, authorised, captured, refunded and disputed here; the same at Stripe, or the test ends."""
        row = self.payment(checkout)
        ours = (row.authorised, row.captured, row.refunded, row.disputed)
        book = self.server.book(self.reference(checkout))
        assert ours == (book.authorised, book.captured, book.refunded, book.disputed)
        assert (row.status == "void") == (book.status in ("canceled", "expired"))
        db.session.rollback()
        return (row.status, *ours)

    def statuses(self, checkout: CheckoutRow) -> list[str]:
        """Where the checkout's orders are."""
        db.session.rollback()
        return list(db.session.scalars(select(Order.status).where(Order.checkout_id == checkout.id).order_by(Order.id)))

    def letters(self) -> list[str]:
        """What buyers were told so far, in that order."""
        db.session.rollback()
        rows = db.session.scalars(select(OutboxJob.payload).where(OutboxJob.kind == "letter").order_by(OutboxJob.id))
        return [row["letter"] for row in rows]

    def notes(self, checkout: CheckoutRow) -> list[tuple[int, str]]:
        """What was kept for a person about the checkout's payment: rupiah and words."""
        payment = self.payment(checkout).id
        kept = select(PaymentEvent.amount, PaymentEvent.note).where(PaymentEvent.kind == "mismatch")
        rows = db.session.execute(kept.where(PaymentEvent.payment_id == payment).order_by(PaymentEvent.id)).all()
        db.session.rollback()
        return [(row.amount, row.note) for row in rows]

    def given_up(self) -> list[str]:
        """What jobs that were given up say."""
        db.session.rollback()
        return list(db.session.scalars(select(OutboxJob.last_error).where(OutboxJob.dead_at.is_not(None))))

    def weigh(self, checkout: CheckoutRow, which: int, shop: market.Shop, grams: int) -> None:
        """That order is ready at so much."""
        order = checkout.orders[which]
        write(operations.weigh_order, order.number, {order.lines[0].catch: grams}, shop.clerk, days.now())

    def hand_over(self, checkout: CheckoutRow, which: int, shop: market.Shop) -> None:
        """That order is collected."""
        order = checkout.orders[which]
        flows.hand_over(order.number, order.pickup_code, "", shop.clerk, days.now())

    def cancel(self, checkout: CheckoutRow, *which: int) -> None:
        """The buyer cancels these orders, or all."""
        buyer = Actor(checkout.buyer_id, Role.BUYER)
        for order in [checkout.orders[one] for one in which] or checkout.orders:
            write(operations.cancel_order, order.number, buyer, days.now())

    def work(self, **by: float) -> None:
        """A minute (or so) later the worker has done all that is due: jobs and duties."""
        self.clock.forward(**(by or {"minutes": 1}))
        duties = [duty for duty in wiring.DUTIES if duty.kind not in self.without]
        Worker(self.app, wiring.JOBS, duties).drain()

    def pass_time(self, **by: float) -> None:
        """The clock goes on in steps, small ones first, and the worker works at each."""
        until, step = self.clock.now + timedelta(**by), 1.0
        while self.clock.now < until:
            self.work(minutes=min(step, (until - self.clock.now) / timedelta(minutes=1)))
            step = min(20, step * 1.5)

    def deliver(self, *types: str, **how: object) -> list[int]:
        """Stripe delivers its events so far of these types (or all) to the market; answers the statuses."""
        # The library that checks signatures goes by the machine's clock.
        told = {"at": datetime.now(UTC), **how}
        return [self.server.deliver(event, self.post, **told) for event in self.server.events(*types)]

    def post(self, body: bytes, headers: dict[str, str]) -> int:
        """One delivery."""
        answer = self.app.test_client().post("/webhooks/stripe", data=body, headers=headers)
        return int(answer.status_code)

    def differences(self) -> list[object]:
        """What `flask reconcile` would find."""
        return list(Comparison(Method.STRIPE, days.now() - timedelta(days=400)).differences())


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
