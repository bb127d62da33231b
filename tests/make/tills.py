"""Cash in clerks' hands, for tests."""

from __future__ import annotations

import itertools

from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import flows, operations
from ovop.ordering.refunding import PayoutWay, record_payout
from ovop.ordering.rows import OrderRow
from ovop.payment.rules import Method
from ovop.till.operations import count_till
from ovop.till.queries import TillRow, find_open_till, get_till
from tests.databases import count
from tests.make import accounts, market
from tests.make.shares import refund

_keys = itertools.count()


def collected(
    seller: market.Shop,
    amount: int,
    method: Method = Method.CASH,
    *,
    clerk: Actor | None = None,
    buyer: Actor | None = None,
) -> OrderRow:
    """An order for `amount` rupiah that was handed over now, by the shop's clerk unless said otherwise."""
    lot = market.catch(seller, 1000, unit_price=amount)
    payer = buyer or next_buyer()
    order = market.order(payer, seller, {lot: 1000}, method)
    if method.is_card:
        market.pay(payer, order.checkout_id)
    hand_over(weighed(order, seller), clerk or seller.clerk)
    return market.read(order.number, seller.clerk)


def weighed(order: OrderRow, seller: market.Shop) -> OrderRow:
    """The order, weighed as ordered."""
    weights = {line.catch: line.quantity for line in order.lines}
    write(operations.weigh_order, order.number, weights, seller.clerk, days.now())
    return order


def hand_over(order: OrderRow, clerk: Actor) -> None:
    """The order is handed over by that clerk."""
    flows.hand_over(order.number, order.pickup_code, "", clerk, days.now())


def given_back(order: OrderRow, amount: int, clerk: Actor, way: PayoutWay = PayoutWay.CASH) -> None:
    """So much of the order was agreed to be given back, and that clerk has paid it out."""
    refund(order.number, amount)
    write(record_payout, order.number, "TRX 1", clerk, days.now(), way=way)


def next_buyer() -> Actor:
    """A buyer whom nobody has seen before."""
    return accounts.buyer(f"pembeli{count('account')}@contoh.id")


def key() -> str:
    """The key of a form that was never sent before."""
    return f"form-{next(_keys)}"


def open_till(clerk: Actor) -> TillRow:
    """The clerk's open till of today."""
    till = find_open_till(db.session(), clerk.id, days.today())
    db.session.rollback()
    assert till is not None
    return till


def read(till_id: int, clerk: Actor) -> TillRow:
    """The till as it stands."""
    till = get_till(db.session(), till_id, clerk)
    db.session.rollback()
    return till


def counted(clerk: Actor, amount: int | None = None, explanation: str = "") -> TillRow:
    """The clerk's open till of today, counted: as expected unless said otherwise."""
    till = open_till(clerk)
    found = till.cash.expected if amount is None else amount
    write(count_till, till.id, found, explanation, till.cash.expected, clerk, days.now())
    return read(till.id, clerk)
