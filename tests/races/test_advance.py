"""Counting a harvest while everybody wants something of it, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle

import pytest
from apiflask import APIFlask

from ovop.accounts.rules import Actor
from ovop.advance import counting, flows, opening
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import flows as ordering
from ovop.ordering import operations
from ovop.ordering.rows import OrderRow
from ovop.outside.models import OutboxJob
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, advance, market
from tests.make.market import Shop
from tests.races.test_core import at_once


@pytest.fixture(autouse=True)
def nothing_is_broken(app: APIFlask) -> Iterator[None]:
    yield
    db.session.rollback()
    assert market.broken() == []


@pytest.fixture
def shop(app: APIFlask) -> Shop:
    return market.shop()


def ordered(shop: Shop, lot: int, number: int, quantity: int = 1_000) -> list[tuple[Actor, OrderRow]]:
    """So many orders, each of somebody else, over the slots that fit."""
    first = advance.after(shop, lot)
    fitting = cycle([slot.id for slot in market.slots(shop) if slot.id >= first][:8])
    people = [accounts.buyer(f"b{place}@contoh.id") for place in range(number)]
    return [(buyer, market.order(buyer, shop, {lot: quantity}, slot=next(fitting))) for buyer in people]


def test_counting_against_ordering_cancelling_weighing_and_closing_the_slot(app: APIFlask, shop: Shop) -> None:
    lot = advance.planned(shop, 14_000)
    now = days.now()
    orders = ordered(shop, lot, 12)
    others = [accounts.buyer(f"baru{place}@contoh.id") for place in range(4)]
    slot = advance.after(shop, lot)
    closed = orders[11][1].pickup.slot_id
    acts = [
        lambda: flows.count_harvest(lot, 6_000, shop.clerk, now),
        *[lambda buyer=buyer: market.order(buyer, shop, {lot: 1_000}, slot=slot) for buyer in others],
        *[lambda n=n: write(operations.cancel_order, orders[n][1].number, orders[n][0], now) for n in (0, 5, 9)],
        *[
            lambda n=n: write(operations.weigh_order, orders[n][1].number, {lot: 1_050}, shop.clerk, now)
            for n in (1, 6, 10)
        ],
        lambda: flows.count_harvest(lot, 6_000, shop.clerk, now),
        lambda: ordering.close_slot(closed, "Ombak tinggi", shop.clerk, now),
    ]
    results = at_once(app, acts)
    assert results[0] in (0, *range(1, 13)) or getattr(results[0], "problem", "") in ("invalid", "not-planned")
    flows.cancel_empty({"catch": lot, "actor": shop.clerk.id}, now)
    caught, available, held, _sold, _lost = advance.stock(lot)
    assert caught in (6_000, 14_000)
    assert available >= 0 <= held
    assert counting.empty_orders(db.session(), lot) == []


def test_two_clerks_count_at_once_and_it_is_shared_out_once(app: APIFlask, shop: Shop) -> None:
    lot = advance.planned(shop, 8_000)
    ordered(shop, lot, 8)
    results = at_once(app, [lambda: flows.count_harvest(lot, 5_500, shop.clerk, days.now())] * 4)
    assert sum(result for result in results if isinstance(result, int)) == 2
    assert count("harvest_count") == 1
    assert advance.stock(lot) == (5_500, 0, 5_500, 0, 0)
    letters = db.session.query(OutboxJob).filter(OutboxJob.kind == "letter").all()
    assert [job.payload["letter"] for job in letters].count("allotted") == 1
    assert [job.payload["letter"] for job in letters].count("cancelled") == 2


def test_workers_that_come_at_once_open_each_day_once(app: APIFlask, shop: Shop, clock: Clock) -> None:
    listing = advance.listing(shop, "1234567")
    clock.now += timedelta(days=1)
    results = at_once(app, [lambda: write(opening.open_days, listing, days.now())] * 6)
    assert sorted(results, key=str) == [0, 0, 0, 0, 0, 3]
    assert count("standing_day") == count("catch") == 3


def test_killed_among_many_orders_the_worker_goes_on(app: APIFlask, clock: Clock) -> None:
    """The count and all parts are one commit; what is left of the cancelling is done later, each order once."""
    shop = market.shop()
    lot = advance.planned(shop, 60_000)
    orders = ordered(shop, lot, 60)
    write(counting.count_harvest, lot, 10_000, shop.clerk, days.now())
    assert advance.stock(lot) == (10_000, 0, 10_000, 0, 0)
    for number in counting.empty_orders(db.session(), lot, limit=20):
        write(counting.cancel_when_empty, number, shop.clerk.id, days.now())
    job = db.session.query(OutboxJob).filter(OutboxJob.kind == counting.CANCEL_EMPTY_JOB).one()
    assert flows.cancel_empty(job.payload, days.now()) == 30
    statuses = [market.read(order.number, shop.clerk).status.value for _buyer, order in orders]
    assert statuses == ["confirmed"] * 10 + ["cancelled"] * 50
