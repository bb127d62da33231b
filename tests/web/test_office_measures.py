"""Ordered, handed over, paid, passed on: each the one before and its gaps, and each gap the orders that it opens."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import flows
from ovop.ordering.operations import cancel_order, mark_no_show
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OPEN
from ovop.payment.rules import Method
from ovop.sales.measures import CHAIN, Part
from tests.conftest import Clock
from tests.make import accounts, complaints, market, sales, settlements, tills
from tests.web.test_office_figures import csv_rows, figure, text


@pytest.fixture
def office(app: APIFlask, client: FlaskClient) -> FlaskClient:
    accounts.sign_in(client, accounts.official())
    return client


def recount(orders: list[OrderRow]) -> dict[str, int]:
    """The first three measures and their gaps, from nothing but the orders as their buyers read them."""
    sold = [order for order in orders if order.status == "collected"]
    return {
        Part.ORDERED: sum(order.estimate for order in orders),
        Part.EXPIRED: -sum(order.estimate for order in orders if order.status == "expired"),
        Part.CANCELLED: -sum(order.estimate for order in orders if order.status == "cancelled"),
        Part.NO_SHOW: -sum(order.estimate for order in orders if order.status == "no_show"),
        Part.OPEN: -sum(order.estimate for order in orders if order.status in OPEN),
        Part.SCALES: sum(order.total - order.estimate for order in sold),
        Part.HANDED_OVER: sum(order.total for order in sold),
        Part.REFUNDED: -sum(order.refunded for order in sold),
        Part.PAID: sum(order.total - order.refunded for order in sold),
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_every_gap_is_explained_and_opens_its_orders(
    app: APIFlask, office: FlaskClient, clock: Clock, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setitem(app.config, "OVOP", replace(app.config["OVOP"], commission_basis_points=250))
    chance = random.Random(seed)
    sellers = [market.shop("satu"), market.shop("dua", sales.LONTAR)]
    buyers = [accounts.buyer(f"p{number}@contoh.id") for number in range(4)]
    lots = [market.catch(seller, 900_000, best_before=clock.now + timedelta(days=9)) for seller in sellers]
    first, numbers, missed = clock.now, list[tuple[str, int, int]](), list[tuple[str, int]]()
    fates = ["sold"] * 6 + ["cancelled", "missed", "open", "unpaid", "refunded", "refunded"]
    for place, fate in enumerate(chance.sample(fates, len(fates))):
        who, where = place % len(buyers), chance.randrange(2)
        method = chance.choice([Method.CASH, Method.DEMO]) if fate == "sold" else Method.DEMO
        method = Method.CASH if fate == "refunded" else method
        grams = chance.randrange(500, 3000, 10)
        order = market.order(buyers[who], sellers[where], {lots[where]: grams}, method)
        numbers.append((order.number, who, where))
        if method.is_card and fate != "unpaid":
            market.pay(buyers[who], order.checkout_id)
        if fate in ("sold", "refunded"):
            sales.collect(order, sellers[where].clerk, {lots[where]: grams - chance.randrange(0, 200)})
        if fate == "cancelled":
            write(cancel_order, order.number, buyers[who], days.now())
        if fate == "missed":
            missed.append((order.number, where))
        if fate == "refunded":
            complaints.ended(sellers[where], buyers[who], order.number)
    clock.forward(days=1)
    for number, where in missed:
        write(mark_no_show, number, sellers[where].clerk, days.now())
    flows.expire_due(days.now())
    settlements.settled(sellers[0], clock.now + timedelta(days=8))

    day = days.day_of(first)
    address = f"from={day}&to={day}"
    rows = csv_rows(office, f"/dinas/ukuran.csv?{address}")
    told = {part: int(row["Rupiah"]) for part, row in zip(_parts(), rows, strict=True)}
    orders = [market.read(number, buyers[who]) for number, who, _where in numbers]
    expected = recount(orders)
    assert {part: told[part] for part in expected} == expected
    before = 0
    for measure, gaps in CHAIN:
        assert told[measure] == before + sum(told[gap] for gap in gaps) or measure is Part.ORDERED
        before = told[measure]

    page = text(office, f"/dinas/ukuran?{address}")
    for part, row in zip(_parts(), rows, strict=True):
        lines = csv_rows(office, f"/dinas/ukuran/{part}.csv?{address}")
        assert (len(lines), sum(int(line["Rupiah"]) for line in lines)) == (int(row["Pesanan"]), told[part]), part
        there = text(office, f"/dinas/ukuran/{part}?{address}")
        assert figure(there) == abs(told[part])
        assert "p0@contoh.id" not in there
    assert f"{told[Part.PASSED_ON]:,}".replace(",", ".") in page
    halves = [
        int(csv_rows(office, f"/dinas/ukuran.csv?{address}&village={village}")[-1]["Rupiah"])
        for village in (sales.TENGKURAK, sales.LONTAR)
    ]
    assert sum(halves) == told[Part.PASSED_ON]
    db.session.rollback()
    assert market.broken() == []


def test_what_the_bank_paid_has_been_passed_on(office: FlaskClient, app: APIFlask, clock: Clock) -> None:
    seller = market.shop()
    by_card = settlements.by_card(seller, 40_000)
    by_hand = tills.collected(seller, 25_000, Method.CASH, buyer=tills.next_buyer())
    day = days.today()

    def passed() -> dict[str, int]:
        rows = csv_rows(office, f"/dinas/ukuran.csv?from={day}&to={day}")
        return {part: int(row["Rupiah"]) for part, row in zip(_parts(), rows, strict=True)}

    assert (passed()[Part.PAID], passed()[Part.NOT_DRAWN], passed()[Part.PASSED_ON]) == (65_000, -40_000, 25_000)
    settlements.settled(seller, clock.now + timedelta(days=8))
    assert (passed()[Part.NOT_DRAWN], passed()[Part.NOT_PAID], passed()[Part.PASSED_ON]) == (0, 0, 65_000)
    lines = csv_rows(office, f"/dinas/ukuran/passed_on.csv?from={day}&to={day}")
    assert {line["Nomor pesanan"] for line in lines} == {by_card.number, by_hand.number}


def _parts() -> list[Part]:
    return [part for measure, gaps in CHAIN for part in (*gaps, measure)]
