"""Two clerks over one lot, two managers over one week, refunds beside them: nobody shares what is not there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from apiflask import APIFlask

from ovop.db import db, write
from ovop.kernel import days
from ovop.shares.landing import LandedLot, land_once
from ovop.shares.landing_rules import Newcomer
from ovop.shares.operations import add_fisher, close_sharing, record_parts, reopen_sharing
from ovop.shares.queries import list_sharings
from ovop.shares.statements import get_statement
from ovop.stock.rules import NewCatch
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market, sales, shares
from tests.races.test_core import at_once, outcomes

MONDAY = date(2026, 1, 5)
SUNDAY = MONDAY + timedelta(days=6)


@pytest.fixture(autouse=True)
def nothing_is_broken(app: APIFlask) -> Iterator[None]:
    yield
    db.session.rollback()
    assert market.broken() == []


def test_clerks_who_fill_one_lot_at_once_never_fill_it_over(app: APIFlask) -> None:
    shop = market.shop()
    fishers = [shares.fisher(shop, f"Nelayan {number}") for number in range(6)]
    for _round in range(4):
        lot, now = market.catch(shop, 10_000), days.now()
        results = at_once(
            app,
            [lambda fisher=fisher: write(record_parts, lot, {fisher: 3_000}, shop.clerk, now) for fisher in fishers],
        )
        assert outcomes(results) == {"done": 3, "invalid": 3}


def test_one_name_added_twice_at_once_is_one_fisher(app: APIFlask) -> None:
    shop, now = market.shop(), days.now()
    assert outcomes(at_once(app, [lambda: write(add_fisher, "Pak Udin", shop.clerk, now)] * 4)) == {
        "done": 1,
        "invalid": 3,
    }
    assert count("fisher") == 1


def test_a_landing_sent_from_several_tabs_at_once_is_there_once(app: APIFlask) -> None:
    shop, now = market.shop(), days.now()
    udin = shares.fisher(shop, "Pak Udin")
    new = NewCatch(shop.product, 5_000, 40_000, now, now + timedelta(days=2))
    lots = [LandedLot(new, {udin: 3_000, Newcomer("Pak Rasim", "mark"): 2_000})]
    tabs = [lambda: write(land_once, lots, "asked", shop.clerk, "one", now)] * 4
    assert outcomes(at_once(app, tabs)) == {"done": 4}
    assert (count("catch"), count("catch_part"), count("fisher")) == (1, 2, 2)


def test_two_phones_that_bring_somebody_of_one_name_are_asked_about_it(app: APIFlask) -> None:
    shop, now = market.shop(), days.now()
    new = NewCatch(shop.product, 2_000, 40_000, now, now + timedelta(days=2))
    phones = [
        lambda mark=mark: write(
            land_once, [LandedLot(new, {Newcomer("Pak Rasim", mark): 2_000})], 0, shop.clerk, mark, now
        )
        for mark in ("a", "b", "c")
    ]
    assert outcomes(at_once(app, phones)) == {"done": 1, "invalid": 2}
    assert (count("catch"), count("fisher")) == (1, 1)


def test_weeks_that_overlap_are_not_shared_out_both(app: APIFlask, clock: Clock) -> None:
    shop = market.shop()
    lot = market.catch(shop, 10_000)
    shares.parts(shop, lot, {shares.fisher(shop, "Pak Udin"): 10_000})
    sales.sale(accounts.buyer(), shop, {lot: 1_000})
    clock.forward(days=14)
    now = days.now()
    spans = [(MONDAY, SUNDAY), (MONDAY, SUNDAY), (MONDAY, MONDAY), (MONDAY - timedelta(days=3), MONDAY)]
    results = at_once(
        app, [lambda span=span: write(close_sharing, span[0], span[1], shop.clerk, now) for span in spans]
    )
    assert set(outcomes(results)) <= {"done", "already-shared"}
    (sharing,) = list_sharings(db.session(), shop.id)
    assert count("sharing") == 1
    assert sharing.received == 37_500


def test_what_is_shared_out_beside_orders_refunds_and_changed_parts_is_what_it_was(app: APIFlask, clock: Clock) -> None:
    shop, buyer = market.shop(), accounts.buyer()
    udin, ipah = shares.fisher(shop, "Pak Udin"), shares.fisher(shop, "Bu Ipah")
    lot = market.catch(shop, 50_000, best_before=days.now() + timedelta(days=20))
    shares.parts(shop, lot, {udin: 30_000})
    before = sales.sale(buyer, shop, {lot: 4_000})
    clock.forward(days=8)
    waiting = [market.order(accounts.buyer(f"p{n}@contoh.id"), shop, {lot: 1_000}) for n in range(3)]
    for round_number in range(2):
        now = days.now()
        results = at_once(
            app,
            [
                lambda now=now: write(close_sharing, MONDAY, SUNDAY, shop.clerk, now),
                lambda: shares.refund(before.number, 10_000),
                lambda n=round_number: write(record_parts, lot, {ipah: 1_000 * (n + 1)}, shop.clerk, days.now()),
                lambda n=round_number: sales.collect(waiting[n], shop.clerk),
            ],
        )
        assert outcomes(results) == {"done": 4}
        (sharing,) = list_sharings(db.session(), shop.id)
        found = get_statement(db.session(), shop.id, MONDAY, SUNDAY)
        assert sharing.received == found.money.received == before.total
        assert found.net + found.dues + found.own == found.money.received
        db.session.rollback()
        write(reopen_sharing, sharing.id, shop.clerk, days.now())
