"""Receipts: their names, who may read them, the tax in them, and what was given back."""

from __future__ import annotations

import pytest
from apiflask import APIFlask

from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from ovop.ordering import card_flows, departures
from ovop.ordering.receipts import Receipt, get_receipt, receipt_code
from ovop.ordering.refunding import record_payout
from ovop.payment.rules import Method
from tests.conftest import Clock
from tests.make import accounts, market, sales, shares
from tests.make.statements import recorded


def read(number: str, actor: Actor) -> Receipt:
    found = get_receipt(db.session(), number, actor, days.now())
    db.session.rollback()
    return found


def test_each_cooperative_counts_its_own_from_one(app: APIFlask) -> None:
    shop, other = market.shop(), market.shop("lontar", sales.LONTAR)
    buyer = accounts.buyer()
    codes = [
        read(sales.sale(buyer, seller, {market.catch(seller): 1_000}).number, buyer).code
        for seller in (shop, shop, other)
    ]
    assert codes == [receipt_code(shop.id, 1), receipt_code(shop.id, 2), receipt_code(other.id, 1)]
    assert len(set(codes)) == 3


@pytest.mark.parametrize(
    ("cooperative", "number", "code"), [(7, 123, "007-000123"), (1, 1, "001-000001"), (1234, 1234567, "1234-1234567")]
)
def test_a_code_is_short_and_never_that_of_another(cooperative: int, number: int, code: str) -> None:
    assert receipt_code(cooperative, number) == code


def test_an_order_has_its_receipt_once_it_is_collected(app: APIFlask) -> None:
    shop, buyer = market.shop(), accounts.buyer()
    order = market.order(buyer, shop, {market.catch(shop): 1_000})
    with pytest.raises(NotFound):
        read(order.number, buyer)
    sales.collect(order, shop.clerk)
    assert read(order.number, buyer).order.receipt_number == 1


def test_its_buyer_its_cooperative_and_the_office_read_it_and_nobody_else(app: APIFlask, clock: Clock) -> None:
    shop, other, buyer = market.shop(), market.shop("lontar", sales.LONTAR), accounts.buyer()
    number = sales.sale(buyer, shop, {market.catch(shop): 1_000}).number
    assert read(number, buyer).buyer == "Siti"
    assert read(number, shop.clerk).buyer == "Siti"
    assert read(number, accounts.official()).buyer is None
    for stranger in (other.clerk, accounts.buyer("lain@contoh.id")):
        with pytest.raises(NotFound):
            read(number, stranger)
    clock.forward(days=31)
    assert read(number, shop.clerk).buyer is None
    write(departures.leave, buyer, days.now())
    assert read(number, buyer).buyer is None


def test_no_tax_is_charged_unless_the_cooperative_says_so(app: APIFlask) -> None:
    shop, buyer = market.shop(), accounts.buyer()
    before = sales.sale(buyer, shop, {market.catch(shop, unit_price=100_000): 1_000}).number
    shares.taxable(shop, 1100)
    after = sales.sale(buyer, shop, {market.catch(shop, unit_price=100_000): 1_000}).number
    assert read(before, buyer).tax == 0
    taxed = read(after, buyer)
    assert (taxed.tax, taxed.seller.tax_number) == (9_910, "01.234.567.8-901.000")
    shares.refund(after, 25_000)
    assert read(after, buyer).tax_now == 7_432  # 7 432.43


def test_money_in_hand_is_given_back_in_the_order_in_which_it_was_agreed(app: APIFlask, clock: Clock) -> None:
    shop, buyer = market.shop(), accounts.buyer()
    number = sales.sale(buyer, shop, {market.catch(shop): 2_000}).number
    first = days.now()
    shares.refund(number, 10_000)
    clock.forward(hours=1)
    paid = days.now()
    write(record_payout, number, "", shop.clerk, paid)
    clock.forward(hours=1)
    second = days.now()
    shares.refund(number, 5_000)
    found = read(number, buyer)
    assert [(one.amount, one.agreed_at, one.paid_at) for one in found.refunds] == [
        (10_000, first, paid),
        (5_000, second, None),
    ]
    assert found.total_now == 60_000
    clock.forward(hours=1)
    write(record_payout, number, "", shop.clerk, days.now())
    assert [one.paid_at for one in read(number, buyer).refunds] == [paid, days.now()]
    assert market.broken() == []


def test_card_money_is_given_back_once_the_provider_has_done_it(app: APIFlask, clock: Clock) -> None:
    shop, buyer = market.shop(), accounts.buyer()
    order = sales.sale(buyer, shop, {market.catch(shop): 2_000}, method=Method.DEMO)
    card_flows.settle({"checkout": order.checkout_id}, days.now())
    clock.forward(hours=1)
    shares.refund(order.number, 10_000)
    assert [one.paid_at for one in read(order.number, buyer).refunds] == [None]
    clock.forward(minutes=1)
    card_flows.settle({"checkout": order.checkout_id}, days.now())
    assert [one.paid_at for one in read(order.number, buyer).refunds] == [days.now()]
    assert market.broken() == []


def test_a_receipt_asks_as_often_for_many_lines_as_for_one(app: APIFlask) -> None:
    shop, buyer = market.shop(), accounts.buyer()
    small = sales.sale(buyer, shop, {market.catch(shop): 1_000}).number
    large = sales.sale(buyer, shop, {market.catch(shop): 1_000 for _line in range(5)}).number
    with recorded() as few:
        read(small, buyer)
    with recorded() as many:
        read(large, buyer)
    assert len(few) == len(many) <= 6
