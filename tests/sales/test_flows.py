"""Rebuilding: the same figures from the orders, without stopping the market."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.days import JAKARTA
from ovop.ordering.events import OrderCollected, SoldLine
from ovop.sales.flows import rebuild
from ovop.sales.models import DayTotal, MonthTotal
from ovop.sales.operations import count_sale, rebuild_month
from tests.make import accounts, market, sales


@pytest.fixture
def two_months(app, clock):
    """A sale in January and one in March."""
    seller, buyer = market.shop(), accounts.buyer()
    sales.sale(buyer, seller, {market.catch(seller): 1000})
    clock.now = datetime(2026, 3, 2, 9, 0, tzinfo=JAKARTA)
    from ovop.ordering.flows import extend_slots

    extend_slots(clock.now)
    sales.sale(buyer, seller, {market.catch(seller): 2000})
    return seller, buyer


def test_a_market_without_sales_has_nothing_to_rebuild(app):
    assert list(rebuild()) == []


def test_months_that_are_right_are_only_read(two_months):
    assert [(month.month, month.wrong) for month in rebuild()] == [
        (date(2026, 1, 1), 0), (date(2026, 2, 1), 0), (date(2026, 3, 1), 0),
    ]  # fmt: skip


def test_lost_totals_come_back_from_the_orders(two_months):
    write(lambda session: [session.execute(delete(model)) for model in (DayTotal, MonthTotal)])
    assert market.broken() != []
    assert [month.wrong for month in rebuild()] == [2, 0, 2]
    assert market.broken() == []


def test_totals_of_a_month_without_orders_go(two_months):
    january = DayTotal.day < date(2026, 2, 1)
    write(lambda session: session.execute(update(DayTotal).where(january).values(day=date(2025, 6, 9))))
    done = list(rebuild())
    assert (done[0].month, done[0].wrong, done[0].months) == (date(2025, 6, 1), 1, 10)
    assert [month.month for month in done if month.wrong] == [date(2025, 6, 1), date(2026, 1, 1)]
    assert market.broken() == []


def test_a_rebuild_that_was_stopped_goes_on_where_it_was(two_months):
    write(lambda session: session.execute(update(DayTotal).values(revenue=1)))
    first = rebuild()
    assert next(first).wrong == 1
    first.close()
    assert [month.wrong for month in rebuild()] == [0, 0, 1]


def test_it_can_begin_with_a_later_month(two_months):
    assert [month.month for month in rebuild(date(2026, 2, 1))] == [date(2026, 2, 1), date(2026, 3, 1)]
    assert list(rebuild(date(2026, 4, 1))) == []


def test_the_command_says_what_it_did(two_months, app):
    write(lambda session: session.execute(update(MonthTotal).values(orders=9)))
    run = app.test_cli_runner().invoke(args=["rebuild-sales"])
    assert run.output.splitlines() == [
        "[1/3] 2026-01: rebuilt, 1 cells were wrong",
        "[2/3] 2026-02: right already",
        "[3/3] 2026-03: rebuilt, 1 cells were wrong",
        "3 months looked at, 2 rebuilt.",
    ]
    again = app.test_cli_runner().invoke(args=["rebuild-sales", "--since", "2026-03"])
    assert again.output.splitlines()[-1] == "1 months looked at, 0 rebuilt."
    assert app.test_cli_runner().invoke(args=["rebuild-sales", "--since", "maret"]).exit_code == 2


def test_sales_of_many_threads_and_a_rebuild_between_them_all_count(app, clock):
    seller = market.shop()
    buyers = [accounts.buyer(f"pembeli{number}@contoh.id") for number in range(4)]
    orders = [market.order(buyer, seller, {market.catch(seller): 500}) for buyer in buyers for _ in range(2)]
    failed: list[BaseException] = []

    def sell(mine):
        try:
            with app.app_context():
                for order in mine:
                    sales.collect(order, seller.clerk, at=clock.now)
        except BaseException as error:
            failed.append(error)

    def count_anew():
        try:
            with app.app_context():
                for _ in range(4):
                    write(rebuild_month, date(2026, 1, 1))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=sell, args=(orders[start::4],)) for start in range(4)]
    threads.append(threading.Thread(target=count_anew))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    db.session.rollback()
    assert db.session.scalar(select(func.sum(DayTotal.orders))) == len(orders)
    assert market.broken() == []


def test_totals_beyond_32_bits_stay_exact(app):
    seller, buyer = market.shop(), accounts.buyer()
    line = SoldLine("GIT", "fresh", "weight", 90_000_000, 5_000_000_000)
    for number in range(3):
        sale = OrderCollected(
            f"S-{number}",
            days.now(),
            seller.clerk.id,
            buyer.id,
            seller.id,
            accounts.TENGKURAK,
            "cash",
            line.amount,
            (line,),
        )
        write(count_sale, sale)
    assert db.session.execute(select(DayTotal.grams, DayTotal.revenue)).one() == (270_000_000, 15_000_000_000)


def test_the_month_of_the_last_moment_of_a_year_is_december(app, clock):
    seller, buyer = market.shop(), accounts.buyer()
    order = market.order(buyer, seller, {market.catch(seller): 500})
    midnight = datetime(2027, 1, 1, tzinfo=JAKARTA)
    sales.collect(order, seller.clerk, at=midnight - timedelta(seconds=1))
    assert db.session.execute(select(MonthTotal.month)).scalar_one() == date(2026, 12, 1)
    assert [month.month for month in rebuild()] == [date(2026, 12, 1)]
