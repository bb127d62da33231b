"""No boats: a slot with two hundred orders is called off, half of them paid by card, while the provider fails."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ovop import wiring
from ovop.accounts.models import Account
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import flows, operations
from ovop.ordering.models import Order
from ovop.outside import outbox_queries
from ovop.outside.models import OutboxJob
from ovop.payment import providers
from ovop.payment.models import DemoCharge, Payment
from ovop.payment.rules import Method
from ovop.pickup.models import Slot
from ovop.stock.models import Catch
from ovop.worker import Worker
from tests.conftest import Clock
from tests.make import accounts, market
from tests.make.providers import Moody

#: Four orders of each: cash and card, of the cards some weighed and so already captured.
BUYERS = 50


@pytest.fixture
def provider(app: APIFlask) -> Iterator[Moody]:
    moody = Moody()
    providers.register(app, {Method.DEMO: moody})
    yield moody
    providers.register(app, {})


@pytest.fixture
def shop(app: APIFlask) -> market.Shop:
    return market.shop(hours=tuple(market.Hours(day, market.time(8), market.time(18), 500) for day in range(1, 8)))


def full_slot(shop: market.Shop, catch: int) -> int:
    """A slot with two hundred orders: half by card, and of those a quarter weighed and captured."""
    slot = market.slots(shop)[2].id
    for number in range(BUYERS):
        buyer = accounts.buyer(f"b{number}@contoh.id")
        for turn, method in enumerate((Method.CASH, Method.DEMO, Method.CASH, Method.DEMO)):
            checkout = market.check_out(buyer, market.wanted(shop, {catch: 1000}, method, slot))
            if method is Method.DEMO:
                market.pay(buyer, checkout.id)
                if turn == 1 and number % 2:
                    write(operations.weigh_order, checkout.orders[0].number, {catch: 950}, shop.clerk, days.now())
    return slot


def work(app: APIFlask, clock: Clock, hours: int = 30) -> None:
    """The worker goes on until nothing waits, with a look every ten minutes."""
    for _look in range(hours * 6):
        Worker(app, wiring.JOBS, wiring.DUTIES).drain()
        if not outbox_queries.list_pending(db.session()):
            return
        clock.forward(minutes=10)
    raise AssertionError(outbox_queries.list_pending(db.session()))


def assert_all_is_given_back(app: APIFlask, slot: int, catch: int) -> None:
    """Stock, places and money are where they were, and everybody was told once."""
    db.session.rollback()
    orders = db.session.scalars(select(Order)).all()
    assert Counter(order.status for order in orders) == {"cancelled": 4 * BUYERS}
    place, lot = db.session.get_one(Slot, slot), db.session.get_one(Catch, catch)
    assert (place.booked, place.booked_grams) == (0, 0)
    assert (lot.available, lot.held, lot.sold, lot.lost) == (lot.caught, 0, 0, 0)
    payments = db.session.scalars(select(Payment)).all()
    captured = [payment for payment in payments if payment.captured]
    assert {payment.status for payment in payments} == {"void", "refunded"}
    assert len(captured) == BUYERS // 2
    charges = {charge.id: charge for charge in db.session.scalars(select(DemoCharge))}
    for payment in payments:
        if payment.method == Method.DEMO:
            charge = charges[str(payment.provider_reference)]
            assert (charge.captured, charge.refunded) == (payment.captured, payment.refunded)
            assert charge.captured == charge.refunded
    assert Counter(told(app)) == dict.fromkeys(
        db.session.scalars(select(Account.email).where(Account.role == "buyer")), 4
    )
    assert outbox_queries.list_dead(db.session()) == []
    assert market.broken() == []


def told(app: APIFlask) -> list[str]:
    """To whom it was written that an order is cancelled, by the letters that left since the slot was closed."""
    keys = select(OutboxJob.payload["to"].as_string(), OutboxJob.payload["key"].as_string())
    jobs = db.session.execute(keys.where(OutboxJob.kind == "mail", OutboxJob.done_at.is_not(None))).all()
    sent = Counter(
        message_from_bytes(path.read_bytes())["Message-ID"]
        for path in (app.config["OVOP"].instance_path / "outbox").glob("*.eml")
    )
    assert set(sent.values()) <= {1}
    return [to for to, key in jobs if "cancelled" in key]


def test_all_is_given_back_and_told_once_though_the_provider_keeps_failing(
    app: APIFlask, clock: Clock, shop: market.Shop, provider: Moody
) -> None:
    catch = market.catch(shop, 500_000, best_before=days.now() + timedelta(days=6))
    slot = full_slot(shop, catch)
    work(app, clock)
    chance = random.Random(36)
    provider.mood = lambda: chance.choice([True, False, None, False])
    assert flows.close_slot(slot, "ombak besar", shop.clerk, days.now()) == 4 * BUYERS
    work(app, clock)
    assert min(provider.asked["void lost"], provider.asked["refund lost"]) > 10
    assert_all_is_given_back(app, slot, catch)


class PowerCut(BaseException):
    """What no handler catches."""


def test_a_closing_cut_off_anywhere_is_finished_by_the_worker(
    app: APIFlask, clock: Clock, shop: market.Shop, provider: Moody, monkeypatch: pytest.MonkeyPatch
) -> None:
    catch = market.catch(shop, 500_000, best_before=days.now() + timedelta(days=6))
    slot = full_slot(shop, catch)
    work(app, clock)
    left = 37
    give_back = operations.give_back

    def until_the_cut(*args: object, **options: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise PowerCut
        give_back(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(operations, "give_back", until_the_cut)
    with pytest.raises(PowerCut):
        flows.close_slot(slot, "ombak besar", shop.clerk, days.now())
    db.session.rollback()
    assert Counter(db.session.scalars(select(Order.status)))["cancelled"] == 36
    assert market.broken() == []
    left = 60
    with pytest.raises(PowerCut):
        work(app, clock)  # and cut off again, now the worker
    clock.forward(minutes=6)
    work(app, clock)
    assert_all_is_given_back(app, slot, catch)


def test_who_acts_while_a_slot_is_closed_is_neither_cancelled_twice_nor_forgotten(
    app: APIFlask, clock: Clock, shop: market.Shop
) -> None:
    catch = market.catch(shop, 500_000)
    slot = market.slots(shop)[2].id
    buyer: Actor = accounts.buyer()
    first, second = (market.order(buyer, shop, {catch: 1000}, slot=slot) for _ in range(2))
    write(operations.cancel_order, first.number, buyer, days.now())
    assert flows.close_slot(slot, "ombak besar", shop.clerk, days.now()) == 1
    work(app, clock)
    assert [event.status for event in market.read(first.number, buyer).history] == ["confirmed", "cancelled"]
    assert market.read(second.number, buyer).status == "cancelled"
    letters = db.session.scalars(select(OutboxJob.payload["order"].as_string()).where(OutboxJob.kind == "letter")).all()
    assert Counter(letters) == {first.number: 2, second.number: 2}
    assert market.broken() == []
