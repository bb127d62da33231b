"""A week at a card provider where everything goes wrong by chance: in the end both books agree, to the rupiah.

OVOP_WEEKS says how many weeks are lived through, each with chance of its own (default: 1).
"""

from __future__ import annotations

import os
import random
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from ovop.accounts.rules import Actor
from ovop.complaints import operations as answers
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Refused
from ovop.ordering import flows, operations
from ovop.ordering.models import Checkout, Order
from ovop.ordering.refunding import record_payout
from ovop.ordering.rules import OrderStatus
from ovop.outside.models import OutboxJob
from ovop.payment.errors import ProviderAway, ProviderRefused
from ovop.payment.models import Payment
from ovop.payment.reconcile import Comparison
from ovop.payment.rules import Method
from ovop.pickup.rules import Hours
from tests.make import accounts, market
from tests.make.cards import Cards
from tests.stripe_server import StripeError
from tests.stripe_server import cards as numbers

WEEKS = int(os.environ.get("OVOP_WEEKS", "1"))
TICK = timedelta(hours=3)
FAULTS = {"refused": 0.02, "lost": 0.05, "broken": 0.02, "broken_after": 0.02, "away": 0.03, "rate_limited": 0.03}
CARDS = [numbers.VISA] * 6 + [numbers.AT_ONCE, numbers.DECLINED, numbers.NO_FUNDS]


class Week:
    """People who buy, weigh, change their minds and quarrel, each tick something of everything."""

    def __init__(self, cards: Cards, seed: int) -> None:
        self.cards, self.chance = cards, random.Random(seed)
        hours = tuple(Hours(weekday, time(6), time(20), 50) for weekday in range(1, 8))
        self.shops = market.shop(hours=hours), market.shop("lontar", "36.04.13.2007", hours=hours)
        self.buyers = [accounts.buyer(f"b{number}@contoh.id") for number in range(6)]
        self.office = accounts.official()
        good_until = days.now() + timedelta(days=12)
        self.catches = [market.catch(shop, 500_000, 40_000, best_before=good_until) for shop in self.shops]
        self.delivered = 0

    def live(self) -> None:
        """Seven days, with an hour in which the provider is away altogether."""
        until = self.cards.clock.now + timedelta(days=7)
        away = self.cards.clock.now + timedelta(days=self.chance.uniform(1, 5))
        while self.cards.clock.now < until:
            self.cards.server.mood(self.chance.randrange(10**6), **FAULTS)
            if away < self.cards.clock.now:
                away = until
                with self.cards.server.down():
                    self.tick()
                    self.tick()
            self.tick()
        self.cards.server.calm()
        self.cards.pass_time(hours=30)

    def tick(self) -> None:
        self.cards.clock.now += TICK
        everything = (
            self.buy,
            self.pay,
            self.weigh,
            self.hand_over,
            self.cancel,
            self.complain,
            self.answer,
            self.trouble,
        )
        for act in everything:
            # What is refused changes nothing: the end of the week shows whether that is so.
            with suppress(Refused, ProviderAway, ProviderRefused, StripeError):
                act()
            db.session.rollback()
        self.tell()
        self.cards.work()

    def buy(self) -> None:
        if self.chance.random() < 0.4:
            return
        method = self.chance.choice([Method.STRIPE, Method.STRIPE, Method.CASH])
        chosen = self.chance.sample(range(2), self.chance.choice([1, 1, 2]))
        slots = {which: [slot for slot in market.slots(self.shops[which]) if slot.free] for which in chosen}
        request = market.CheckoutRequest(
            tuple(market.WantedLine(self.catches[which], self.chance.randrange(500, 3000, 10)) for which in chosen),
            tuple(
                market.WantedPickup(self.shops[which].id, self.chance.choice(slots[which][:20]).id) for which in chosen
            ),
            method,
        )
        market.check_out(self.chance.choice(self.buyers), request)

    def pay(self) -> None:
        waiting = (
            select(Checkout.id, Checkout.buyer_id)
            .where(Checkout.status == "awaiting_payment", Checkout.method == Method.STRIPE)
            .order_by(Checkout.created_at, Checkout.id)
        )
        for row in db.session.execute(waiting).all():
            if self.chance.random() < 0.15:
                continue  # somebody who never pays
            buyer = next(each for each in self.buyers if each.id == row.buyer_id)
            db.session.rollback()
            flows.begin_payment(row.id, buyer, days.now(), "http://market.test/back", "id")
            db.session.rollback()
            payment = db.session.scalars(
                select(Payment).join(Order, Order.payment_id == Payment.id).where(Order.checkout_id == row.id).limit(1)
            ).one()
            self.cards.server.pay(str(payment.provider_reference), self.chance.choice(CARDS))

    def orders(self, *statuses: OrderStatus) -> list[Order]:
        those = select(Order).where(Order.status.in_([status.value for status in statuses]))
        return list(db.session.scalars(those.order_by(Order.id)))

    def clerk(self, order: Order) -> Actor:
        return next(shop.clerk for shop in self.shops if shop.id == order.cooperative_id)

    def weigh(self) -> None:
        for order in self.orders(OrderStatus.CONFIRMED):
            if self.chance.random() < 0.3:
                which = next(place for place, shop in enumerate(self.shops) if shop.id == order.cooperative_id)
                quantity = order.grams
                grams = max(0, min(quantity * 11 // 10, int(quantity * self.chance.gauss(0.98, 0.08))))
                number, clerk = order.number, self.clerk(order)
                write(operations.weigh_order, number, {self.catches[which]: grams}, clerk, days.now())

    def hand_over(self) -> None:
        for order in self.orders(OrderStatus.READY):
            if self.chance.random() < 0.3:
                number, code, clerk = order.number, order.pickup_code, self.clerk(order)
                flows.hand_over(number, code, "", clerk, days.now())

    def cancel(self) -> None:
        for order in self.orders(OrderStatus.CONFIRMED, OrderStatus.READY):
            if self.chance.random() < 0.04:
                number, clerk = order.number, self.clerk(order)
                write(operations.cancel_order, number, clerk, days.now(), "Es habis")

    def complain(self) -> None:
        for order in self.orders(OrderStatus.COLLECTED):
            if self.chance.random() < 0.05:
                buyer = next(each for each in self.buyers if each.id == order.buyer_id)
                write(answers.open_complaint, order.number, "Lembek", [], buyer, days.now())

    def answer(self) -> None:
        for order in self.orders(OrderStatus.COLLECTED):
            number, clerk, total = order.number, self.clerk(order), order.total
            buyer = next(each for each in self.buyers if each.id == order.buyer_id)
            try:
                if self.chance.random() < 0.5:
                    write(answers.offer, number, self.chance.randint(1, total), "", clerk, days.now())
                write(answers.accept, number, buyer, days.now())
                write(record_payout, number, "tunai", clerk, days.now())
            except Refused:
                db.session.rollback()

    def trouble(self) -> None:
        """Banks that take money back, refunds that come back, and somebody who presses buttons at Stripe's."""
        world = self.cards.server.world
        dice = self.chance.random()
        disputed = {dispute.charge for dispute in world.disputes.values()}
        charges = [
            each
            for each in world.charges.values()
            if each.amount_captured > each.amount_refunded and each.id not in disputed
        ]
        argued = [dispute for dispute in world.disputes.values() if dispute.status not in ("won", "lost")]
        if dice < 0.04 and charges:
            self.cards.server.dispute(self.chance.choice(charges).id)
        elif dice < 0.08 and argued:
            dispute = self.chance.choice(argued)
            self.chance.choice([self.cards.server.win, self.cards.server.lose])(dispute)

    def tell(self) -> None:
        """Webhooks: some come, some twice, some late, some never."""
        events = self.cards.server.events()
        fresh, self.delivered = events[self.delivered :], len(events)
        for event in fresh + self.chance.sample(events, min(2, len(events))):
            if self.chance.random() < 0.6:
                self.cards.server.deliver(event, self.cards.post, at=datetime.now(UTC))


@pytest.mark.parametrize("seed", range(WEEKS))
def test_after_a_week_of_faults_both_books_agree(cards: Cards, seed: int) -> None:
    week = Week(cards, seed)
    week.live()
    db.session.rollback()
    dead = db.session.execute(select(OutboxJob.kind, OutboxJob.last_error).where(OutboxJob.dead_at.is_not(None))).all()
    assert dead == []
    assert market.broken() == []
    assert list(Comparison(Method.STRIPE, cards.clock.now - timedelta(days=10)).differences()) == []
    lived = explain(cards)
    assert lived["collected"] >= 5
    assert lived["captured"] > 0
    assert lived["refunded"] > 0


def explain(cards: Cards) -> dict[str, int]:
    """Every card payment's money is in its orders, given back, or with a bank; answers how much of each there was."""
    db.session.rollback()
    lived = dict.fromkeys(("collected", "captured", "refunded"), 0)
    for payment in db.session.scalars(select(Payment).where(Payment.method == Method.STRIPE)):
        orders = db.session.scalars(select(Order).where(Order.payment_id == payment.id)).all()
        kept = sum(order.total - order.refunded for order in orders if order.status == OrderStatus.COLLECTED)
        waiting = sum(
            order.total if order.weighed_at else order.maximum
            for order in orders
            if order.status in (OrderStatus.CONFIRMED, OrderStatus.READY)
        )
        if payment.captured:
            assert payment.captured - payment.refunded - payment.disputed <= kept + waiting
            assert kept + waiting <= payment.captured - payment.refunded
        else:
            assert kept == 0
        lived["collected"] += sum(order.status == OrderStatus.COLLECTED for order in orders)
        lived["captured"] += payment.captured
        lived["refunded"] += payment.refunded
    return lived
