"""The stamp differs after whatever changes a figure; on PostgreSQL after nothing else."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update

from ovop.accounts.models import Account, Cooperative
from ovop.db import db, write
from ovop.sales.operations import rebuild_month
from ovop.sales.stamp import sales_stamp
from tests.make import accounts, market, sales


def stamp():
    db.session.rollback()
    return sales_stamp(db.session())


def test_a_sale_a_rebuild_and_a_new_name_change_the_stamp(app):
    seller, buyer = market.shop(), accounts.buyer()
    lot = market.catch(seller)
    seen = [stamp()]
    for change in (
        lambda: sales.sale(buyer, seller, {lot: 500}),
        lambda: sales.sale(buyer, seller, {lot: 500}),
        lambda: write(rebuild_month, date(2026, 1, 1)),
        lambda: write(lambda session: session.execute(update(Cooperative).values(name="Koperasi Baru"))),
    ):
        change()
        assert stamp() not in seen
        seen.append(stamp())


def test_it_stays_while_nothing_is_written(app):
    seller, buyer = market.shop(), accounts.buyer()
    sales.sale(buyer, seller, {market.catch(seller): 500})
    assert stamp() == stamp()


def test_what_is_no_sale_leaves_it_alone(app):
    seller, buyer = market.shop(), accounts.buyer()
    sales.sale(buyer, seller, {market.catch(seller): 500})
    before = stamp()
    write(lambda session: session.execute(update(Account).values(language="en")))
    assert stamp() == before
    if db.engine.dialect.name == "postgresql":
        market.order(buyer, seller, {market.catch(seller): 500})
        assert stamp() == before
