"""What a co-operative took, counted on the day of collection."""

from __future__ import annotations

from datetime import timedelta

from apiflask import APIFlask

from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import flows, operations
from ovop.ordering.takings import Awaited, Taking, awaited, takings
from ovop.payment.rules import Method
from tests.conftest import Clock
from tests.make import accounts, market


def test_days_are_jakartas_and_both_ends_count(app: APIFlask, clock: Clock) -> None:
    seller = market.shop()
    lot = market.catch(seller, unit_price=100_000)
    orders = [market.order(accounts.buyer(f"b{n}@contoh.id"), seller, {lot: 1000 * (n + 1)}) for n in range(2)]
    for order in orders:
        write(operations.weigh_order, order.number, {lot: order.lines[0].quantity}, seller.clerk, days.now())
    clock.now = clock.now.replace(hour=23, minute=59, second=59)
    flows.hand_over(orders[0].number, orders[0].pickup_code, "", seller.clerk, days.now())
    clock.forward(seconds=1)
    flows.hand_over(orders[1].number, orders[1].pickup_code, "", seller.clerk, days.now())
    today, yesterday = days.today(), days.today() - timedelta(days=1)
    spans = [(yesterday, yesterday), (today, today), (yesterday, today), (today, yesterday)]
    assert takings(db.session(), seller.id, spans) == [
        [Taking(Method.CASH, 1, 100_000)],
        [Taking(Method.CASH, 1, 200_000)],
        [Taking(Method.CASH, 2, 300_000)],
        [],
    ]


def test_what_is_awaited_is_final_where_it_was_weighed(app: APIFlask) -> None:
    seller, lontar = market.shop(), market.shop("lontar", "36.04.13.2007")
    lot = market.catch(seller, unit_price=100_000)
    first, _second = (market.order(accounts.buyer(f"b{n}@contoh.id"), seller, {lot: 1500}) for n in range(2))
    write(operations.weigh_order, first.number, {lot: 1480}, seller.clerk, days.now())
    assert awaited(db.session(), seller.id) == Awaited(1, 148_000, 1, 150_000)
    assert awaited(db.session(), lontar.id) == Awaited(0, 0, 0, 0)
