"""Ordering much of a lot: the price of the order is that of its quantity, and stays so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from apiflask import APIFlask
from sqlalchemy import select, update

from ovop.catalogue.models import Product
from ovop.catalogue.operations import change_product, unchange_product
from ovop.catalogue.price_breaks import PriceBreak
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering.errors import PriceChanged
from ovop.ordering.models import OrderLine
from ovop.ordering.operations import weigh_order
from ovop.stock.models import Catch, PriceChange
from ovop.stock.operations import change_catch
from ovop.stock.rules import CatchChanges
from ovop.undo.models import Step
from tests.make import accounts, market

TWO = (PriceBreak(10_000, 5), PriceBreak(25_000, 10))


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    """Sells 100 kg at Rp 30.000, at Rp 28.500 from 10 kg and at Rp 27.000 from 25 kg on."""
    seller = market.shop()
    set_breaks(seller, TWO)
    return seller


def set_breaks(seller: market.Shop, breaks: tuple[PriceBreak, ...]) -> None:
    write(change_product, seller.product, seller.clerk, days.now(), price_breaks=breaks)


def lot(seller: market.Shop) -> int:
    return market.catch(seller, 100_000, 30_000)


def test_the_line_has_the_price_of_what_was_ordered(seller: market.Shop) -> None:
    siti, catch = accounts.buyer(), lot(seller)
    lines = [market.order(siti, seller, {catch: quantity}).lines[0] for quantity in (9_000, 10_000, 25_000)]
    assert [line.unit_price for line in lines] == [30_000, 28_500, 27_000]
    assert [line.amount for line in lines] == [270_000, 285_000, 675_000]
    assert not market.broken()


@pytest.mark.parametrize(("weighed", "final"), [(9_200, 262_200), (10_900, 310_700)])
def test_weighing_changes_the_amount_and_never_the_price(seller: market.Shop, weighed: int, final: int) -> None:
    """Less than 10 kg weighed stays wholesale, as more than 10 kg of an order below it would stay retail."""
    siti, catch = accounts.buyer(), lot(seller)
    order = market.order(siti, seller, {catch: 10_000})
    write(weigh_order, order.number, {catch: weighed}, seller.clerk, days.now())
    line = market.read(order.number, siti).lines[0]
    assert (line.unit_price, line.final_amount) == (28_500, final)
    assert not market.broken()


def test_two_lines_of_different_lots_are_not_added_up(seller: market.Shop) -> None:
    first, second = lot(seller), lot(seller)
    order = market.order(accounts.buyer(), seller, {first: 6_000, second: 6_000})
    assert [line.unit_price for line in order.lines] == [30_000, 30_000]


def test_other_breaks_hold_at_once_and_orders_keep_their_price(seller: market.Shop) -> None:
    siti, catch = accounts.buyer(), lot(seller)
    before = market.order(siti, seller, {catch: 10_000})
    agreed = replace(market.wanted(seller, {catch: 10_000}), agreed_maximum=before.maximum)
    set_breaks(seller, (PriceBreak(20_000, 20),))
    with pytest.raises(PriceChanged) as caught:
        market.check_out(siti, agreed)
    assert caught.value.facts == {"maximum": 330_000}
    assert market.order(siti, seller, {catch: 20_000}).lines[0].unit_price == 24_000
    assert market.read(before.number, siti).lines[0].unit_price == 28_500
    assert not market.broken()


def test_breaks_follow_the_price_of_the_lot(seller: market.Shop) -> None:
    catch = lot(seller)
    write(change_catch, catch, CatchChanges(unit_price=40_000), seller.clerk, days.now())
    assert market.order(accounts.buyer(), seller, {catch: 10_000}).lines[0].unit_price == 38_000
    assert not market.broken()


def test_a_change_of_breaks_is_taken_back_with_the_product(seller: market.Shop) -> None:
    catch = lot(seller)
    set_breaks(seller, ())
    step = db.session.scalars(select(Step).order_by(Step.id.desc())).first()
    assert step is not None
    facts = step.facts
    db.session.rollback()
    write(unchange_product, seller.product, facts, seller.clerk, days.now())
    assert db.session.get_one(Catch, catch).price_breaks == "10000:28500 25000:27000"
    assert not market.broken()


def test_verify_finds_an_order_at_a_price_that_nobody_asked_for_so_much(seller: market.Shop) -> None:
    order = market.order(accounts.buyer(), seller, {lot(seller): 10_000})
    at_retail = update(OrderLine).values(unit_price=30_000, amount=300_000, maximum=330_000)
    write(lambda session: session.execute(at_retail))
    assert f"order {order.number}" in " ".join(market.broken())


def test_verify_finds_breaks_that_were_not_remembered_or_are_not_the_products(seller: market.Shop) -> None:
    catch = lot(seller)
    write(lambda session: session.execute(update(Catch).values(price_breaks="10000:20000")))
    told = " ".join(market.broken())
    assert f"catch {catch}: price_breaks is 10000:20000" in told
    assert f"catch {catch} sells much at '10000:20000'" in told
    write(lambda session: session.execute(update(PriceChange).values(price_breaks="10000:20000")))
    assert f"catch {catch} sells much at" in " ".join(market.broken())


def test_verify_finds_breaks_of_a_product_that_no_lot_follows(seller: market.Shop) -> None:
    catch = lot(seller)
    write(lambda session: session.execute(update(Product).values(price_breaks="")))
    assert f"catch {catch} sells much at" in " ".join(market.broken())
