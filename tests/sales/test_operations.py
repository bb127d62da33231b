"""Totals follow the sales of the real core, and survive being counted anew."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering.events import OrderCollected, SoldLine
from ovop.sales.models import DayTotal, MonthBuyer, MonthTotal, ProductTotal
from ovop.sales.operations import count_sale, rebuild_month
from ovop.sales.totals import TABLES, differences
from tests.make import accounts, market, sales

JANUARY = date(2026, 1, 1)
FIFTH = date(2026, 1, 5)


def rows(model: type) -> list[dict[str, object]]:
    db.session.rollback()
    table = model.__table__
    return [dict(row) for row in db.session.execute(select(table).order_by(*table.primary_key)).mappings()]


def wrong() -> list[str]:
    db.session.rollback()
    return [cell for table in TABLES for cell in differences(db.session(), table, date.min, date.max)]


def test_a_handover_adds_to_every_total_at_what_was_weighed(app):
    seller, buyer = market.shop(), accounts.buyer()
    prawns = market.catch(seller, unit_price=37_500)
    satay = market.catch(
        seller, 40, 45_000, product=market.product(seller.id, "Sate bandeng", "MIL", "count", "piece", "processed")
    )
    sales.sale(buyer, seller, {prawns: 1500, satay: 3}, weights={prawns: 1333})
    where = {"cooperative_id": seller.id, "village_code": accounts.TENGKURAK}
    whole = {"orders": 1, "grams": 1333, "pieces": 3, "revenue": 50_000 + 135_000}
    assert rows(DayTotal) == [{"day": FIFTH, **where, **whole, "short": 1}]
    assert rows(MonthTotal) == [{"month": JANUARY, **where, **whole}]
    assert rows(MonthBuyer) == [{"month": JANUARY, "buyer_id": buyer.id}]
    assert rows(ProductTotal) == [
        {"day": FIFTH, **where, "species_code": "GIT", "form": "fresh"}
        | {"orders": 1, "grams": 1333, "pieces": 0, "revenue": 50_000},
        {"day": FIFTH, **where, "species_code": "MIL", "form": "processed"}
        | {"orders": 1, "grams": 0, "pieces": 3, "revenue": 135_000},
    ]
    assert market.broken() == []


def test_two_lots_of_one_species_are_one_order_of_it(app):
    seller, buyer = market.shop(), accounts.buyer()
    lots = {market.catch(seller): 1000, market.catch(seller): 2000}
    sales.sale(buyer, seller, lots)
    (total,) = rows(ProductTotal)
    assert (total["orders"], total["grams"]) == (1, 3000)
    assert market.broken() == []


def test_a_line_weighed_in_at_nothing_was_not_sold(app):
    seller, buyer = market.shop(), accounts.buyer()
    prawns = market.catch(seller)
    fish = market.catch(seller, product=market.product(seller.id, "Bandeng", "MIL"))
    sales.sale(buyer, seller, {prawns: 1000, fish: 1000}, weights={fish: 0})
    assert [total["species_code"] for total in rows(ProductTotal)] == ["GIT"]
    assert rows(DayTotal)[0]["orders"] == 1
    assert wrong() == []


def test_what_was_not_collected_is_no_sale(app):
    seller, buyer = market.shop(), accounts.buyer()
    market.order(buyer, seller, {market.catch(seller): 1000})
    assert [rows(model) for model in (DayTotal, MonthTotal, MonthBuyer, ProductTotal)] == [[], [], [], []]


def test_a_buyer_who_comes_twice_is_one_buyer_of_the_month(app, clock):
    seller, buyer = market.shop(), accounts.buyer()
    lot = market.catch(seller)
    sales.sale(buyer, seller, {lot: 1000})
    clock.forward(days=1)
    sales.sale(buyer, seller, {lot: 1000})
    assert len(rows(MonthBuyer)) == 1
    assert [total["orders"] for total in rows(MonthTotal)] == [2]
    assert [total["orders"] for total in rows(DayTotal)] == [1, 1]


def test_a_sale_that_fails_later_leaves_no_trace(app):
    seller, buyer = market.shop(), accounts.buyer()
    line = SoldLine("GIT", "fresh", "weight", 1000, 37_500)
    sale = OrderCollected(
        "S-1", days.now(), seller.clerk.id, buyer.id, seller.id, accounts.TENGKURAK, "cash", 37_500, (line,)
    )

    def fail(session):
        count_sale(session, sale)
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        write(fail)
    assert rows(DayTotal) == []


@pytest.mark.parametrize(
    ("model", "change", "said"),
    [
        (DayTotal, {"revenue": DayTotal.revenue + 100}, "revenue +100"),
        (MonthTotal, {"orders": MonthTotal.orders - 1}, "orders -1"),
        (ProductTotal, {"grams": 0}, "grams -1500"),
        (ProductTotal, {"form": "dried"}, "form dried"),
        (MonthBuyer, {"month": date(2025, 12, 1)}, "month 2025-12-01"),
    ],
)
def test_verify_names_the_cell_that_was_changed_by_hand(app, model, change, said):
    seller, buyer = market.shop(), accounts.buyer()
    sales.sale(buyer, seller, {market.catch(seller): 1500})
    before = {kind: rows(kind) for kind in (DayTotal, MonthTotal, MonthBuyer, ProductTotal)}
    write(lambda session: session.execute(update(model).values(change)))
    assert said in " ".join(wrong())
    assert said in " ".join(market.broken())
    write(rebuild_month, JANUARY)
    write(rebuild_month, date(2025, 12, 1))
    assert market.broken() == []
    assert {kind: rows(kind) for kind in before} == before


def test_rebuilding_a_month_leaves_the_others_alone(app, clock):
    seller, buyer = market.shop(), accounts.buyer()
    lot = market.catch(seller)
    sales.sale(buyer, seller, {lot: 1000}, at=clock.now)
    write(lambda session: session.execute(update(DayTotal).values(revenue=1)))
    write(rebuild_month, date(2026, 2, 10))
    assert rows(DayTotal)[0]["revenue"] == 1
    write(rebuild_month, date(2026, 1, 31))
    assert rows(DayTotal)[0]["revenue"] == 37_500


def test_a_gram_that_costs_nothing_is_a_sale_without_money(app):
    seller, buyer = market.shop(), accounts.buyer()
    lot = market.catch(seller)
    order = sales.sale(buyer, seller, {lot: 1000}, weights={lot: 1})
    assert (order.total, rows(DayTotal)[0]["grams"], rows(DayTotal)[0]["revenue"]) == (0, 1, 0)
    assert market.broken() == []
