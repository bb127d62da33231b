"""Selling at the counter: goods, money, till, shares and statements say the same, also after undoing it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from ovop.accounts.errors import KeyReused
from ovop.counter import operations, queries
from ovop.counter.flows import sell_once
from ovop.counter.models import CounterSale
from ovop.counter.rules import WalkIn, sale_code
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.kernel.money import LARGEST_PRICE, commission_on, line_amount
from ovop.kernel.quantity import Measure
from ovop.payment.errors import MethodNotAllowed
from ovop.payment.merchant import set_code
from ovop.payment.models import LedgerEntry
from ovop.payment.rules import Method
from ovop.recall import flows as recalling
from ovop.settlement.lines import figures_between
from ovop.shares.statements import get_statement
from ovop.stock.errors import NotOnSale, OutOfStock
from ovop.stock.operations import withdraw_catch
from ovop.stock.queries import get_lot
from ovop.till.queries import find_open_till
from tests.conftest import Clock
from tests.databases import count
from tests.make import codes, market


@pytest.fixture
def shop(app: APIFlask) -> market.Shop:
    """A co-operative with a QRIS of its own."""
    seller = market.shop()
    write(set_code, codes.static(), seller.clerk, days.now())
    return seller


def sell(shop: market.Shop, lot: int, quantity: int = 1333, price: int = 37_500, **more: object) -> int:
    """So much of the lot is sold in cash unless said otherwise; the sale's id."""
    wanted = WalkIn(lot, quantity, price, Method(str(more.pop("method", "cash"))))
    return write(operations.sell, wanted, shop.clerk, days.now(), commission_points=250, **more)


def stock(shop: market.Shop, lot: int) -> tuple[int, int, int]:
    """Left, sold, lost."""
    found = get_lot(db.session(), lot, shop.clerk)
    db.session.rollback()
    return found.available, found.sold, found.lost


def in_till(shop: market.Shop) -> int:
    """What the clerk's till should hold."""
    found = find_open_till(db.session(), shop.clerk.id, days.today())
    return found.cash.expected if found else 0


def payable(shop: market.Shop) -> int:
    """What the market owes the co-operative."""
    amount = select(func.coalesce(func.sum(-LedgerEntry.amount), 0)).where(LedgerEntry.account == "payable")
    return int(db.session.scalars(amount).one())


def test_a_sale_is_in_stock_till_ledger_and_on_a_receipt(shop: market.Shop) -> None:
    lot = market.catch(shop)
    sale = queries.get_sale(db.session(), sell(shop, lot), shop.clerk)
    assert (sale.quantity, sale.amount, sale.code) == (1333, 50_000, sale_code(shop.id, 1))
    assert stock(shop, lot) == (8667, 1333, 0)
    assert in_till(shop) == 50_000
    assert payable(shop) == -commission_on(50_000, 250)
    assert market.broken() == []


def test_qris_goes_past_the_till(shop: market.Shop) -> None:
    sell(shop, market.catch(shop), method="qris")
    assert in_till(shop) == 0
    own = queries.counter_sums_between(db.session(), shop.id, [(days.today(), days.today())])[0]
    assert (own.sales, own.amount, own.cash, own.qris, own.grams) == (1, 50_000, 0, 50_000, 1333)
    assert market.broken() == []


def test_a_sale_is_undone_by_a_row_against_it_once(shop: market.Shop, clock: Clock) -> None:
    lot = market.catch(shop)
    first, second = sell(shop, lot), sell(shop, lot, 1000)
    clock.forward(days=1)
    undone = write(operations.undo, first, "salah lot", shop.clerk, days.now())
    assert write(operations.undo, first, "sekali lagi", shop.clerk, days.now()) == undone
    assert stock(shop, lot) == (9000, 1000, 0)
    assert in_till(shop) == -50_000, "given back out of today's till"
    assert count("counter_sale") == 3
    found = queries.get_sale(db.session(), first, shop.clerk)
    assert (found.undone_reason, found.undone_at) == ("salah lot", days.now())
    assert queries.get_sale(db.session(), second, shop.clerk).undone_at is None
    with pytest.raises(NotFound):
        write(operations.undo, undone, "tidak bisa", shop.clerk, days.now())
    assert market.broken() == []


def test_a_double_tap_sells_once(shop: market.Shop) -> None:
    lot = market.catch(shop)
    wanted = WalkIn(lot, 500, 37_500, Method.CASH)
    first = sell_once(wanted, shop.clerk, "k", days.now())
    assert sell_once(wanted, shop.clerk, "k", days.now()) == (first[0], True)
    with pytest.raises(KeyReused):
        sell_once(WalkIn(lot, 600, 37_500, Method.CASH), shop.clerk, "k", days.now())
    assert stock(shop, lot) == (9500, 500, 0)


def test_what_cannot_be_sold_changes_nothing(shop: market.Shop, clock: Clock) -> None:
    lot, gone = market.catch(shop, 1000), market.catch(shop)
    ahead = market.catch(shop, landed_at=days.now() + timedelta(hours=5))
    write(withdraw_catch, gone, "rusak", shop.clerk, days.now())
    other = market.shop("lontar", "36.04.13.2007")
    for wanted, refusal in (
        (WalkIn(lot, 1001, 37_500, Method.CASH), OutOfStock),
        (WalkIn(gone, 100, 37_500, Method.CASH), NotOnSale),
        (WalkIn(ahead, 100, 37_500, Method.CASH), NotOnSale),
        (WalkIn(lot, 1, 37_500, Method.CASH), Invalid),
        (WalkIn(lot, 0, 37_500, Method.CASH), Invalid),
        (WalkIn(lot, 100, 37_500, Method.STRIPE), Invalid),
        (WalkIn(lot, 100, 37_500, Method.CASH, "x" * 81), Invalid),
    ):
        with pytest.raises(refusal):
            write(operations.sell, wanted, shop.clerk, days.now())
    with pytest.raises(NotFound):
        write(operations.sell, WalkIn(lot, 100, 37_500, Method.CASH), other.clerk, days.now())
    theirs = market.catch(other)
    with pytest.raises(MethodNotAllowed):
        write(operations.sell, WalkIn(theirs, 100, 37_500, Method.QRIS), other.clerk, days.now())
    clock.forward(days=3)
    with pytest.raises(NotOnSale):
        write(operations.sell, WalkIn(lot, 100, 37_500, Method.CASH), shop.clerk, days.now())
    assert count("counter_sale") == 0
    assert market.broken() == []


def test_of_a_recalled_lot_nothing_is_sold_and_what_comes_back_is_lost(shop: market.Shop) -> None:
    lot = market.catch(shop, 10_000)
    sale = sell(shop, lot, 1000)
    recalling.recall(lot, "bau", shop.clerk, days.now())
    with pytest.raises(NotOnSale):
        sell(shop, lot, 1000)
    write(operations.undo, sale, "dikembalikan pembeli", shop.clerk, days.now())
    assert stock(shop, lot) == (0, 0, 10_000)
    assert market.broken() == []


def test_statements_and_shares_have_it_as_a_kind_of_its_own(shop: market.Shop) -> None:
    lot = market.catch(shop)
    sell(shop, lot, 2000)
    sell(shop, lot, 1000, method="qris")
    (figures,) = figures_between(db.session(), shop.id, [(days.today(), days.today())])
    assert (figures.sales, figures.counter, figures.kept, figures.commission) == (0, 112_500, -112_500, -2_813)
    assert figures.share == payable(shop)
    statement = get_statement(db.session(), shop.id, days.today(), days.today())
    assert [(row.id, row.money.sold, row.money.commission) for row in statement.lots] == [(lot, 112_500, 2_813)]


@given(
    st.lists(st.tuples(st.integers(1, 3_000), st.integers(1, 200_000), st.booleans(), st.booleans()), max_size=6),
    st.integers(0, 10_000),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sold_and_undone_adds_up(
    shop: market.Shop, sales: list[tuple[int, int, bool, bool]], points: int
) -> None:
    lot = market.catch(shop, 20_000)
    for quantity, price, in_cash, is_undone in sales:
        wanted = WalkIn(lot, quantity, price, Method.CASH if in_cash else Method.QRIS)
        if line_amount(price, quantity, Measure.WEIGHT) == 0:
            continue
        sale = write(operations.sell, wanted, shop.clerk, days.now(), commission_points=points)
        if is_undone:
            write(operations.undo, sale, "salah", shop.clerk, days.now())
    rows = db.session.scalars(select(CounterSale).where(CounterSale.catch_id == lot)).all()
    assert sum(row.quantity for row in rows) == 20_000 - stock(shop, lot)[0]
    assert market.broken() == []


def test_the_largest_price_is_counted_exactly() -> None:
    from ovop.counter.rules import amount_of

    assert amount_of(20_000, LARGEST_PRICE, Measure.WEIGHT) == 20 * LARGEST_PRICE
