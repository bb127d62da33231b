"""What a co-operative is told of its own sales equals a recount of its orders, and tells nothing of a single rival."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from apiflask import APIFlask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.quantity import Measure
from ovop.ordering import operations
from ovop.sales.own import average_price, get_own_figures
from ovop.sales.rules import Span
from tests.conftest import Clock
from tests.make import accounts, market, sales
from tests.make.fair import Fair


@pytest.mark.parametrize("seed", range(2))
def test_every_figure_is_that_of_the_orders(app: APIFlask, clock: Clock, seed: int) -> None:
    made, chance = Fair(), Random(seed)
    today = days.today()
    for _ in range(24):
        lots = chance.sample(range(3), chance.randint(1, 3))
        ordered = {lot: chance.randint(5, 30) * (1 if lot == 2 else 100) for lot in lots}
        bought = {
            lot: (quantity, quantity * chance.choice((80, 89, 90, 100)) // 100) for lot, quantity in ordered.items()
        }
        at = days.now() + timedelta(days=chance.randint(0, 60))
        made.sell(chance.randrange(3), chance.randrange(3), bought, at)
    for number, seller in enumerate(made.sellers):
        span = Span(today + timedelta(days=chance.randint(5, 30)), today + timedelta(days=chance.randint(35, 60)))
        found = get_own_figures(db.session(), seller.id, span)
        own = [order for order in made.orders if order.cooperative_id == seller.id and order.collected_at]
        there = [order for order in own if span.first <= days.day_of(order.collected_at) <= span.last]
        assert found.sums.orders == len(there)
        assert found.sums.revenue == sum(order.total for order in there) == sum(amount for _day, amount in found.days)
        assert [day for day, _amount in found.days] == span.each()
        assert sum(product.revenue for product in found.products) == found.sums.revenue
        assert found.custom.buyers == len({order.buyer_id for order in there})
        visits = Counter(order.buyer_id for order in own if days.day_of(order.collected_at) <= span.last)
        assert found.custom.returning == sum(visits[buyer] > 1 for buyer in {order.buyer_id for order in there})
        short = [order for order in there if any(line.final_quantity * 10 < line.quantity * 9 for line in order.lines)]
        assert (found.promises.collected, found.promises.short) == (len(there), len(short)), number
        before = [
            order
            for order in own
            if span.first - timedelta(days=span.days) <= days.day_of(order.collected_at) < span.first
        ]
        assert found.before.revenue == sum(order.total for order in before)


def test_the_markets_price_stands_beside_only_where_no_single_rival_can_be_read_out_of_it(app: APIFlask) -> None:
    made, now = Fair(), days.now()
    span = Span(days.today(), days.today())
    for seller in range(2):
        made.sell(0, seller, {0: (1000, 1000), 1: (1000, 1000)}, now)
    [prawns, milkfish] = get_own_figures(db.session(), made.sellers[0].id, span).products
    assert (prawns.average, milkfish.average) == (37_500, 32_000)
    assert prawns.market is milkfish.market is None
    made.sell(1, 2, {0: (1000, 1000), 2: (2, 2)}, now)
    by_name = {row.name: row for row in get_own_figures(db.session(), made.sellers[2].id, span).products}
    assert by_name["Udang windu"].market == 37_500
    assert by_name["Sate bandeng"].market is None


@given(price=st.integers(100, 1_000_000), quantity=st.integers(1, 10_000_000))
def test_the_average_of_one_price_is_that_price(price: int, quantity: int) -> None:
    assert average_price(price * quantity, quantity, Measure.COUNT) == price
    assert average_price(price * quantity, quantity * 1000, Measure.WEIGHT) == price


def test_nobody_came_for_an_order_of_these_days(app: APIFlask, clock: Clock) -> None:
    seller = market.shop()
    order = market.order(accounts.buyer(), seller, {market.catch(seller): 1000})
    day = days.day_of(order.pickup.starts_at)
    clock.now = order.pickup.ends_at + timedelta(minutes=1)
    write(operations.mark_no_show, order.number, seller.clerk, days.now())
    assert get_own_figures(db.session(), seller.id, Span(day, day)).promises.no_shows == 1
    tomorrow = day + timedelta(days=1)
    assert get_own_figures(db.session(), seller.id, Span(tomorrow, tomorrow)).promises.no_shows == 0


def test_what_ran_out_too_early_is_what_was_gone_in_the_first_half_of_its_time(app: APIFlask, clock: Clock) -> None:
    seller, buyer = market.shop(), accounts.buyer()
    early, late, left, lost = (market.catch(seller, 2000, 40_000 + number) for number in range(4))
    span = Span(days.today(), days.today())
    clock.forward(hours=3)
    sales.sale(buyer, seller, {early: 2000})
    sales.sale(buyer, seller, {left: 1000})
    clock.forward(hours=30)
    market.order(accounts.buyer("b@contoh.id"), seller, {late: 2000})
    db.session.execute(text(f"UPDATE catch SET available = 0, lost = caught WHERE id = {lost}"))
    db.session.commit()
    [found] = get_own_figures(db.session(), seller.id, span).ran_out
    assert found.catch_id == early
    assert found.after == timedelta(hours=3)
    assert found.left == timedelta(hours=45)
