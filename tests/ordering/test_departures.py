"""A buyer leaves."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ovop.accounts.errors import OpenOrders
from ovop.accounts.models import Account
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden
from ovop.ordering import departures, operations
from tests.make import accounts, market


def test_open_orders_keep_the_account(app: APIFlask) -> None:
    siti, seller = accounts.buyer(), market.shop()
    market.order(siti, seller, {market.catch(seller): 1000})
    with pytest.raises(OpenOrders):
        write(departures.leave, siti, days.now())
    assert db.session.scalar(select(Account.name).where(Account.id == siti.id)) == "Siti"


def test_orders_stay_without_the_person(app: APIFlask) -> None:
    siti, seller = accounts.buyer(), market.shop()
    number = market.order(siti, seller, {market.catch(seller): 1000}).number
    write(operations.cancel_order, number, siti, days.now())
    write(departures.leave, siti, days.now())
    assert db.session.scalar(select(Account.name).where(Account.id == siti.id)) == "Akun dihapus"
    assert market.read(number, seller.clerk).status == "cancelled"
    assert not market.broken()


def test_only_buyers_leave(app: APIFlask) -> None:
    with pytest.raises(Forbidden):
        write(departures.leave, market.shop().clerk, days.now())
