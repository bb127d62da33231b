"""Whom an order is for, and for how long its co-operative may know."""

from __future__ import annotations

import pytest
from apiflask import APIFlask

from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, NotFound
from ovop.ordering import departures, operations
from ovop.ordering.contacts import Contact, contacts_of
from tests.conftest import Clock
from tests.make import accounts, market


def test_a_co_operative_knows_the_buyers_of_its_open_orders_and_thirty_days_longer(app: APIFlask, clock: Clock) -> None:
    seller = market.shop()
    order = market.order(accounts.buyer(phone="+6281234567890"), seller, {market.catch(seller): 1500})

    def known() -> dict[str, Contact]:
        now = days.now()
        return contacts_of(db.session(), [market.read(order.number, seller.clerk)], seller.clerk, now)

    clock.forward(days=60)
    assert known() == {order.number: Contact("Siti", "+6281234567890", "")}
    write(operations.cancel_order, order.number, seller.clerk, days.now(), "es habis")
    clock.forward(days=30)
    assert order.number in known()
    clock.forward(seconds=1)
    assert known() == {}


def test_who_has_left_is_nobody(app: APIFlask) -> None:
    seller, siti = market.shop(), accounts.buyer()
    order = market.order(siti, seller, {market.catch(seller): 1500})
    write(operations.cancel_order, order.number, siti, days.now())
    write(departures.leave, siti, days.now())
    cancelled = market.read(order.number, seller.clerk)
    assert contacts_of(db.session(), [cancelled], seller.clerk, days.now()) == {}


def test_nobody_else_is_told(app: APIFlask) -> None:
    seller, lontar = market.shop(), market.shop("lontar", "36.04.13.2007")
    order = market.order(accounts.buyer(), seller, {market.catch(seller): 1500})
    with pytest.raises(NotFound):
        contacts_of(db.session(), [order], lontar.clerk, days.now())
    with pytest.raises(Forbidden):
        contacts_of(db.session(), [order], accounts.official(), days.now())
