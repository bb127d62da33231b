"""Buyers, clerks, banks, people at Stripe's pages, lost answers and the clock, in any order.

After each step `verify` holds; in the end both sides have the same sums, no second payment was kept, and what each
buyer has paid is what they have been given.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import stripe
from apiflask import APIFlask
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Refused
from ovop.ordering import flows, operations
from ovop.ordering.locks import lock_order
from ovop.ordering.models import Order
from ovop.ordering.refunding import agree_refund
from ovop.ordering.rows import CheckoutRow
from ovop.ordering.rules import OrderStatus, due_of
from ovop.payment.errors import ProviderAway
from tests import databases, stripe_server
from tests.conftest import Clock
from tests.make import accounts, market
from tests.make.cards import card_market
from tests.stripe_server import cards as numbers

#: What a job that is given up may say: the rest is for a person, and on record.
LEFT_TO_PEOPLE = ("charge_disputed", "keep coming back")


WHICH = st.integers(0, 3)
CARDS = st.sampled_from([numbers.VISA, numbers.AT_ONCE, numbers.AT_ONCE, numbers.NO_FUNDS, numbers.FRAUDULENT, None])


def refund_part(session: Session, number: str, part: int) -> None:
    """A third, a half or all of what is left of the order goes back."""
    checkout, order = lock_order(session, number)
    agree_refund(session, checkout, order, max(1, (order.total - order.refunded) // part), days.now())


@dataclass
class Bought:
    """A checkout and the pages at Stripe that it could be paid on."""

    row: CheckoutRow
    buyer: Actor
    pages: list[str] = field(default_factory=list)


class Market(RuleBasedStateMachine):
    """Two co-operatives, one buyer, one Stripe."""

    app: APIFlask
    clock: Clock

    @initialize()
    def open_market(self) -> None:
        self.stack = ExitStack()
        self.stack.enter_context(self.app.app_context())
        self.clock.now = datetime(2026, 1, 5, 9, tzinfo=days.JAKARTA)
        self.server = self.stack.enter_context(stripe_server.serve(lambda: self.clock.now))
        self.cards = self.stack.enter_context(card_market(self.app, self.server, self.clock))
        self.api = stripe_server.client(self.server)
        self.shops = [market.shop(), market.shop("lontar", "36.04.13.2007")]
        self.catches = [
            market.catch(shop, 500_000, 40_000, best_before=days.now() + timedelta(days=30)) for shop in self.shops
        ]
        self.buyer = accounts.buyer()
        self.all: list[Bought] = []
        self.mood = 0, 0.0

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            try:
                self.come_to_an_end()
            finally:
                databases.wipe()
                self.stack.close()

    # What people do

    @rule(both=st.booleans(), grams=st.integers(500, 3000), slot=st.integers(0, 15), card=CARDS, far=st.integers(0, 3))
    def buy(self, both: bool, grams: int, slot: int, card: numbers.Card | None, far: int) -> None:
        """A checkout is placed and, with a card, paid at once, as most are.  far: how far it then goes undisturbed."""
        wanted = {shop: {catch: grams} for shop, catch in list(zip(self.shops, self.catches, strict=True))[: 1 + both]}
        free = min(len(market.slots(shop)) for shop in self.shops)
        try:
            row = self.cards.order(self.buyer, wanted, slot=slot % free)
        except Refused:
            return
        self.all.append(Bought(row, self.buyer))
        if card is not None:
            self.open_page(-1, "id")
            self.pay(-1, 0, card)
            if far:
                self.work()
        for which in range(len(row.orders)):
            if far > 1:
                self.weigh(0, which, 0.95)
            if far > 2:
                self.hand_over(0, which)

    def pick(self, which: int) -> Bought | None:
        """One of the last checkouts; every rule names them by number."""
        return self.all[-1 - which % min(len(self.all), 4)] if self.all else None

    @rule(one=WHICH, language=st.sampled_from(["id", "en"]))
    def open_page(self, one: int, language: str) -> None:
        bought = self.pick(one) if one >= 0 else self.all[-1]
        if bought is None:
            return
        try:
            bought.pages.append(self.cards.begin(bought.buyer, bought.row, language))
        except (ProviderAway, Refused):
            db.session.rollback()

    @rule(one=WHICH)
    def open_second_page(self, one: int) -> None:
        bought = self.pick(one)
        if bought is not None and len(bought.pages) < 3:
            with self.undisturbed():
                bought.pages.append(self.cards.second_page(bought.row))

    @rule(one=WHICH, page=st.integers(0, 2), card=CARDS)
    def pay(self, one: int, page: int, card: numbers.Card | None) -> None:
        bought = self.pick(one) if one >= 0 else self.all[-1]
        if bought is not None and bought.pages and card is not None:
            event(f"paying is {self.server.pay(bought.pages[page % len(bought.pages)], card)}")

    @rule(one=WHICH, which=st.integers(0, 1), share=st.floats(0.5, 1.1))
    def weigh(self, one: int, which: int, share: float) -> None:
        bought = self.pick(one)
        if bought is not None:
            which %= len(bought.row.orders)
            grams = int(bought.row.orders[which].lines[0].quantity * share)
            self.attempt(lambda: self.cards.weigh(bought.row, which, self.shops[which], grams))

    @rule(one=WHICH, which=st.integers(0, 1))
    def hand_over(self, one: int, which: int) -> None:
        bought = self.pick(one)
        if bought is not None:
            which %= len(bought.row.orders)
            self.attempt(lambda: self.cards.hand_over(bought.row, which, self.shops[which]))

    @rule(one=WHICH, which=st.integers(0, 1), by_buyer=st.booleans())
    def cancel(self, one: int, which: int, by_buyer: bool) -> None:
        bought = self.pick(one)
        if bought is not None:
            which %= len(bought.row.orders)
            actor = bought.buyer if by_buyer else self.shops[which].clerk
            number = bought.row.orders[which].number
            self.attempt(lambda: write(operations.cancel_order, number, actor, days.now()))

    @rule(one=WHICH, which=st.integers(0, 1), part=st.integers(1, 3))
    def give_back(self, one: int, which: int, part: int) -> None:
        """A complaint about a collected order was agreed to."""
        bought = self.pick(one)
        if bought is not None:
            number = bought.row.orders[which % len(bought.row.orders)].number
            self.attempt(lambda: write(refund_part, number, part))

    # What happens at Stripe

    @rule(pick=st.integers(0, 10), part=st.booleans())
    def dispute(self, pick: int, part: bool) -> None:
        taken = [row for row in self.server.world.charges.values() if row.amount_captured > row.amount_refunded]
        taken = [row for row in taken if not row.disputed]
        if taken:
            charge = taken[pick % len(taken)]
            left = (charge.amount_captured - charge.amount_refunded) // 100
            self.server.dispute(charge.id, max(1, left // 3) if part else None)

    @rule(pick=st.integers(0, 10), is_won=st.booleans())
    def end_dispute(self, pick: int, is_won: bool) -> None:
        argued = [one for one in self.server.world.disputes.values() if one.status == "needs_response"]
        if argued:
            (self.server.win if is_won else self.server.lose)(argued[pick % len(argued)])

    @rule(pick=st.integers(0, 10), what=st.sampled_from(["refund", "refund part", "cancel", "capture", "capture part"]))
    def meddle(self, pick: int, what: str) -> None:
        """Somebody of the office uses Stripe's own pages."""
        intents = [row for row in self.server.world.intents.values() if row.latest_charge]
        if not intents:
            return
        intent = intents[pick % len(intents)]
        calls = self.api.v1
        with self.undisturbed(), suppress(stripe.StripeError):
            match what:
                case "refund":
                    calls.refunds.create({"payment_intent": intent.id})
                case "refund part":
                    calls.refunds.create({"payment_intent": intent.id, "amount": 700_000})
                case "cancel":
                    calls.payment_intents.cancel(intent.id)
                case "capture":
                    calls.payment_intents.capture(intent.id)
                case _:
                    calls.payment_intents.capture(intent.id, {"amount_to_capture": intent.amount // 2})
            event(f"somebody did {what}")

    @rule(pick=st.integers(0, 10))
    def bounce_refund(self, pick: int) -> None:
        paid = [row for row in self.server.world.refunds.values() if row.status == "succeeded"]
        if paid:
            self.server.fail_refund(paid[pick % len(paid)].id)

    @rule(seed=st.integers(0, 1000))
    def deliver(self, seed: int) -> None:
        events = self.server.events()[-12:]
        self.server.deliver_mixed(
            events, lambda body, _headers: self.cards.post(body, self.signed(body)), seed=seed, twice=0.3
        )

    def signed(self, body: bytes) -> dict[str, str]:
        moment = int(datetime.now(UTC).timestamp())
        header = stripe_server.webhooks.signature(body, self.server.webhook_secret, moment)
        return {"Stripe-Signature": header}

    @rule(seed=st.integers(0, 1000), chance=st.sampled_from([0.0, 0.02, 0.08]))
    def change_mood(self, seed: int, chance: float) -> None:
        self.mood = seed, chance
        faults = "lost broken broken_after away refused rate_limited".split()
        self.server.mood(seed, **dict.fromkeys(faults, chance))

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """Within, calls are the test's own and all go well."""
        self.server.calm()
        yield
        self.change_mood(*self.mood)

    # What the market does

    @rule()
    def work(self) -> None:
        self.cards.work()

    @rule(minutes=st.sampled_from([3, 31, 200, 1500]))
    def wait(self, minutes: int) -> None:
        self.clock.forward(minutes=minutes)

    @rule()
    def expire(self) -> None:
        flows.expire_due(days.now())

    def attempt(self, act: object) -> None:
        try:
            act()  # type: ignore[operator]
        except Refused:
            db.session.rollback()

    @invariant()
    def nothing_is_broken(self) -> None:
        if hasattr(self, "cards"):
            db.session.rollback()
            assert market.broken() == []

    def come_to_an_end(self) -> None:
        """Everything works again for a few days, and nobody does anything any more."""
        if not hasattr(self, "all"):
            return
        self.server.calm()
        for _ in range(30):
            self.cards.work(hours=3, minutes=10)
        assert market.broken() == []
        for words in self.cards.given_up():
            assert any(left in words for left in LEFT_TO_PEOPLE), words
        known = {self.cards.payment(one.row).provider_reference: one for one in self.all}
        for book in self.server.books():
            one = known.get(book.session)
            if one is None:
                assert book.captured == book.refunded + book.disputed or not book.captured, book
                assert book.status != "requires_capture", book
            else:
                self.agrees(one, book)

    def agrees(self, one: Bought, book: stripe_server.Book) -> None:
        """Both sides say the same of the payment, and its buyer has paid for what they were given."""
        payment = self.cards.payment(one.row)
        assert (payment.authorised, payment.captured) == (book.authorised, book.captured), book
        beyond = sum(amount for amount, note in self.cards.notes(one.row) if note == "beyond")
        assert payment.refunded + payment.disputed <= book.refunded + book.disputed
        if not beyond:
            assert (payment.refunded, payment.disputed) == (book.refunded, book.disputed), book
        orders = db.session.query(Order).filter(Order.checkout_id == one.row.id).all()
        due = sum(due_of(OrderStatus(row.status), row.maximum, row.total, row.refunded) for row in orders)
        held = payment.captured - payment.refunded - payment.disputed
        event(f"in the end a payment is {payment.status}")
        is_left_to_people = any(one.row.id in words for words in self.cards.given_up())
        if not payment.captured:
            lost = sum(amount for amount, note in self.cards.notes(one.row) if note == "goods-gone")
            open_orders = [row for row in orders if row.status in (OrderStatus.CONFIRMED, OrderStatus.AWAITING_PAYMENT)]
            assert due <= lost or open_orders, (due, lost)
        elif not payment.disputed and not is_left_to_people:
            assert held == due, (held, due, payment.status, [row.status for row in orders])
        db.session.rollback()


def machine(market: APIFlask, clock: Clock, examples: int, steps: int) -> None:
    run_state_machine_as_test(
        type("Machine", (Market,), {"app": market, "clock": clock}),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_card_money_in_any_order(market: APIFlask, clock: Clock) -> None:
    before, stripe.HTTPClient.INITIAL_DELAY = stripe.HTTPClient.INITIAL_DELAY, 0
    try:
        machine(market, clock, 8, 25)
    finally:
        stripe.HTTPClient.INITIAL_DELAY = before
