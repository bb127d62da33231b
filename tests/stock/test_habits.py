"""What a product usually sells for."""

from __future__ import annotations

from datetime import timedelta

from apiflask import APIFlask

from ovop.db import db, write
from ovop.kernel import days
from ovop.stock import operations
from ovop.stock.habits import PriceRange, habits, price_ranges
from tests.conftest import Clock
from tests.make import market


def test_a_habit_is_the_last_lot_and_the_middle_of_the_last_five(app: APIFlask, clock: Clock) -> None:
    seller = market.shop()
    assert habits(db.session(), seller.id) == {}
    quantities = (90_000, 10_000, 20_000, 500_000, 15_000, 30_000)
    prices = (90_000, 30_000, 31_000, 32_000, 33_000, 3_000)
    for quantity, price in zip(quantities, prices, strict=True):
        last = market.catch(seller, quantity, price)
        clock.forward(days=1)
    habit = habits(db.session(), seller.id)[seller.product]
    assert (habit.last_catch, habit.last_price) == (last, 3_000)
    assert habit.last_listed_at == days.now() - timedelta(days=1)
    assert (habit.usual_quantity, habit.usual_price) == (20_000, 31_000)


def test_the_weeks_range_is_of_goods_alike_from_everyone(app: APIFlask, clock: Clock) -> None:
    seller, lontar = market.shop(), market.shop("lontar", "36.04.13.2007")
    frozen = market.product(lontar.id, "Udang beku", form="frozen")
    market.catch(lontar, unit_price=99_000)
    clock.forward(days=7)
    market.catch(seller, unit_price=40_000)
    market.catch(lontar, unit_price=36_000)
    market.catch(lontar, unit_price=1_000, product=frozen)
    taken_back = market.catch(lontar, unit_price=2_000)
    write(operations.withdraw_catch, taken_back, "salah", lontar.clerk, days.now())
    assert price_ranges(db.session(), seller.id, days.now()) == {seller.product: PriceRange(36_000, 40_000, 2)}
