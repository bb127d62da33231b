"""Prices of periods that are over: counted once, equal to a plain recount, open only where several sold."""

from __future__ import annotations

from datetime import date, timedelta
from statistics import median

import pytest
from apiflask import APIFlask

from ovop.accounts.rules import Actor
from ovop.db import db
from ovop.kernel import days
from ovop.ordering.rows import OrderRow
from ovop.prices.flows import GRACE, count_due
from ovop.prices.queries import get_index, last_counted, list_cells, open_sales
from ovop.prices.rules import OPEN_GRAMS, OPEN_RUPIAH, Period
from tests.conftest import Clock
from tests.make import accounts, market
from tests.make.sales import KAMASAN, LONTAR, sale


@pytest.fixture
def shops(app: APIFlask) -> list[market.Shop]:
    return [market.shop(), market.shop("lontar", LONTAR), market.shop("kamasan", KAMASAN)]


@pytest.fixture
def siti(app: APIFlask) -> Actor:
    return accounts.buyer()


def sold(
    siti: Actor, shops: list[market.Shop], prices: tuple[int, ...], weights: tuple[int, ...], after: int = 0
) -> list[OrderRow]:
    """One order of each co-operative, collected now or `after` so many days."""
    at = days.now() + timedelta(days=after)
    return [
        sale(siti, shop, {market.catch(shop, unit_price=price): weight}, at=at)
        for shop, price, weight in zip(shops, prices, weights, strict=False)
    ]


def test_a_day_is_counted_when_it_is_over_and_nobody_is_still_writing(
    siti: Actor, shops: list[market.Shop], clock: Clock
) -> None:
    sold(siti, shops, (30_000, 50_000, 36_000), (1000, 2000, 1500))
    assert count_due(days.now()) == 0
    midnight = days.end_of(days.today())
    assert count_due(midnight + GRACE - timedelta(seconds=1)) == 0
    assert count_due(midnight + GRACE) == 1
    assert count_due(midnight + GRACE) == 0
    [cell] = list_cells(db.session(), Period.DAY, date(2026, 1, 5), date(2026, 1, 5))
    assert (cell.sellers, cell.minimum, cell.median, cell.maximum) == (3, 30_000, 36_000, 50_000)
    assert (cell.grams, cell.revenue) == (4500, 30_000 + 100_000 + 54_000)
    assert market.broken() == []


def test_a_worker_that_slept_for_weeks_counts_all_of_them_and_agrees_with_a_plain_recount(
    siti: Actor, shops: list[market.Shop], clock: Clock
) -> None:
    orders = []
    for number in range(6):
        prices = (30_000 + number * 1000, 31_000 - number * 500, 29_000 + number * 2000)
        orders += sold(siti, shops, prices, (1000, 1000, 2000), after=9 * number)
    clock.forward(days=60)
    count_due(days.now())
    for period in Period:
        lines: dict[date, list[tuple[int, int]]] = {}
        for order in orders:
            assert order.collected_at is not None
            first = period.start(days.day_of(order.collected_at))
            line = order.lines[0]
            lines.setdefault(first, []).append((line.unit_price, line.final_quantity or 0))
        over = {first: found for first, found in lines.items() if period.last(first) < days.today()}
        cells = list_cells(db.session(), period, date.min, date.max)
        assert {cell.first: (cell.median, cell.grams) for cell in cells} == {
            first: (int(median(price for price, _weight in found) + 0.5), sum(weight for _price, weight in found))
            for first, found in over.items()
        }
    assert last_counted(db.session(), Period.DAY) == days.today() - timedelta(days=1)
    assert market.broken() == []


def test_what_few_sell_is_for_the_office_alone(siti: Actor, shops: list[market.Shop], clock: Clock) -> None:
    sold(siti, shops[:2], (30_000, 50_000), (1000, 1000))
    clock.forward(days=40)
    count_due(days.now())
    for period in Period:
        assert list_cells(db.session(), period, date.min, date.max) == []
        assert len(list_cells(db.session(), period, date.min, date.max, fewest=1)) == 1
    assert [point.value for point in get_index(db.session())] == [None]


def test_no_open_figure_changes_while_a_month_is_still_being_sold_in(
    siti: Actor, shops: list[market.Shop], clock: Clock
) -> None:
    """Two downloads with one sale between them must not tell what that sale was."""

    def everything() -> object:
        count_due(days.now())
        cells = [list_cells(db.session(), period, date.min, date.max) for period in Period]
        return cells, get_index(db.session()), open_sales(db.session(), days.today())

    sold(siti, shops, (30_000, 50_000, 36_000), (1000, 1000, 1000))
    before = everything()
    sold(siti, shops[:1], (99_000,), (1000,))
    assert everything() == before
    clock.forward(days=1)
    before = everything()
    sold(siti, shops[:1], (99_000,), (1000,))
    assert everything() == before


def test_open_sales_are_rounded_so_far_that_no_difference_tells_of_one_seller(
    siti: Actor, shops: list[market.Shop], clock: Clock
) -> None:
    neighbours = [market.shop(f"tengkurak-{number}") for number in range(2)]
    for shop in (shops[0], *neighbours):
        sale(siti, shop, {market.catch(shop, 60_000, unit_price=30_000): 30_000})
    assert open_sales(db.session(), days.today()) == []
    clock.forward(days=31)
    [row] = open_sales(db.session(), days.today())
    assert (row.month, row.sellers) == (date(2026, 1, 1), 3)
    assert row.grams % OPEN_GRAMS == row.revenue % OPEN_RUPIAH == 0
    assert (row.grams, row.revenue) == (100_000, 3_000_000)
