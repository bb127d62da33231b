"""The rows behind a figure come to the figure, and never say who bought."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import pytest

from ovop.db import db
from ovop.kernel.errors import NotFound
from ovop.sales.queries import EVERYTHING, Scope, sales_rows
from ovop.sales.rules import Span
from ovop.sales.sold import get_sold, list_sold, stream_sold
from tests.make import accounts, market, sales, statements
from tests.make.fair import fair as make_fair

ALWAYS = Span(date(2025, 1, 1), date(2028, 12, 31))
SCOPES = [
    EVERYTHING,
    Scope(district="36.04.13"),
    Scope(village=sales.KAMASAN),
    Scope(species="MIL"),
    Scope(form="processed"),
    Scope(district="36.04.13", species="MIL", form="fresh"),
    Scope(species="RAG"),
]


@pytest.fixture
def fair(app):
    return make_fair()


def test_rows_come_to_their_figure(fair):
    for scope in SCOPES:
        for span in (ALWAYS, Span(date(2026, 1, 5), date(2026, 1, 5))):
            figures = sales_rows(db.session(), span.first, span.last, (), scope).total
            listed = list_sold(db.session(), span, scope).orders
            streamed = list(stream_sold(db.session(), span, scope))
            assert len(listed) == len({row.number for row in streamed}) == figures.orders, scope
            assert sum(order.amount for order in listed) == sum(row.amount for row in streamed) == figures.revenue
            assert sum(row.quantity for row in streamed if row.measure == "weight") == figures.grams
            assert sum(row.quantity for row in streamed if row.measure == "count") == figures.pieces


def test_pages_follow_each_other_without_gap_or_double(fair):
    pages, after = [], None
    while True:
        page = list_sold(db.session(), ALWAYS, after=after, limit=2)
        pages.append([order.number for order in page.orders])
        if (after := page.next) is None:
            break
    assert [len(page) for page in pages] == [2, 2, 1]
    newest_first = sorted(fair.orders, key=lambda order: (order.collected_at, order.id), reverse=True)
    assert [number for page in pages for number in page] == [order.number for order in newest_first]


def test_an_unreadable_place_is_the_beginning(fair):
    for after in ("x", "2026-13-01.1", "2026-01-01", "2026-01-01.'", "2026-01-01." + "9" * 30):
        assert len(list_sold(db.session(), ALWAYS, after=after).orders) == 5


def test_a_list_is_two_queries_and_a_file_is_one(fair):
    db.session.rollback()
    with statements.recorded() as asked:
        list_sold(db.session(), ALWAYS, Scope(species="MIL"))
    assert len(asked) == 2
    with statements.recorded() as asked:
        list(stream_sold(db.session(), ALWAYS, Scope(species="MIL")))
    assert len(asked) == 1


def test_an_order_shows_what_was_ordered_weighed_and_booked(fair):
    sold = fair.orders[0]
    details = get_sold(db.session(), sold.number)
    assert [status for status, _at in details.steps] == ["confirmed", "ready", "collected"]
    assert [(line.ordered_quantity, line.quantity) for line in details.order.lines] == [
        (1500, 1480), (2000, 2050), (3, 3),
    ]  # fmt: skip
    assert details.order.amount == sold.total
    assert sum(entry.amount for entry in details.entries) == 0
    assert [entry.amount for entry in details.entries if entry.account == "received"] == [sold.total, -sold.total]


def test_only_collected_orders_can_be_looked_at(fair):
    order = market.order(fair.buyers[2], fair.sellers[0], {fair.lots[0][0]: 500})
    for number in (order.number, "S-2601-000000", "%"):
        with pytest.raises(NotFound):
            get_sold(db.session(), number)


def test_nothing_says_who_bought(app):
    seller, buyer = market.shop(), accounts.buyer("rahasia@contoh.id", "Nyi Rahasia", "+6281234567890")
    order = sales.sale(buyer, seller, {market.catch(seller): 1000})
    said = str(asdict(get_sold(db.session(), order.number)))
    said += "".join(str(asdict(one)) for one in list_sold(db.session(), ALWAYS).orders)
    said += "".join(str(row._asdict()) for row in stream_sold(db.session(), ALWAYS))
    for secret in ("rahasia", "Rahasia", "81234567890", order.pickup_code, "buyer"):
        assert secret not in said
