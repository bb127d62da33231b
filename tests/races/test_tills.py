"""A clerk with two phones, and two people over one till: cash is in it once, and counted once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from apiflask import APIFlask

from ovop.db import db, write
from ovop.kernel import days
from ovop.till.operations import Entry, Slip, count_till, deposit, enter_by_hand, open_till
from ovop.till.queries import list_tills
from ovop.till.rules import Cash, EntryKind
from tests.databases import count
from tests.make import market, tills
from tests.races.test_core import at_once, outcomes


@pytest.fixture(autouse=True)
def nothing_is_broken(app: APIFlask) -> Iterator[None]:
    yield
    db.session.rollback()
    assert market.broken() == []


def weighed(seller: market.Shop, number: int, amount: int = 50_000) -> list[market.OrderRow]:
    """So many weighed orders of different buyers."""
    lot = market.catch(seller, 100_000, unit_price=amount)
    return [tills.weighed(market.order(tills.next_buyer(), seller, {lot: 1000}), seller) for _ in range(number)]


def test_first_handovers_of_the_day_at_once_open_one_till(app: APIFlask) -> None:
    seller = market.shop()
    orders = weighed(seller, 6)
    results = at_once(app, [lambda order=order: tills.hand_over(order, seller.clerk) for order in orders])
    assert outcomes(results) == {"done": 6}
    assert count("till") == 1
    assert tills.open_till(seller.clerk).cash == Cash(0, 300_000)


def test_one_order_handed_over_twice_at_once_is_one_receipt(app: APIFlask) -> None:
    seller = market.shop()
    (order,) = weighed(seller, 1)
    results = at_once(app, [lambda: tills.hand_over(order, seller.clerk)] * 4)
    assert outcomes(results) == {"done": 1, "wrong-status": 3}
    assert tills.open_till(seller.clerk).cash == Cash(0, 50_000)


def test_a_till_opened_twice_at_once_has_its_change_once(app: APIFlask) -> None:
    seller = market.shop()
    results = at_once(app, [lambda: write(open_till, 100_000, tills.key(), seller.clerk, days.now())] * 4)
    assert outcomes(results) == {"done": 1, "till-open": 3}
    assert tills.open_till(seller.clerk).cash == Cash(100_000, 100_000)


def test_one_form_sent_twice_at_once_counts_once(app: APIFlask) -> None:
    seller = market.shop()
    results = at_once(app, [lambda: write(open_till, 100_000, "pagi", seller.clerk, days.now())] * 4)
    assert len(set(results)) == 1
    till_id = tills.open_till(seller.clerk).id
    entry = Entry(EntryKind.HAND, 5_000, "titipan", "titipan")
    assert outcomes(at_once(app, [lambda: write(enter_by_hand, till_id, entry, seller.clerk, days.now())] * 4)) == {
        "done": 4
    }
    assert tills.open_till(seller.clerk).cash == Cash(100_000, 105_000)


def test_a_count_beside_handovers_closes_what_it_knew_or_is_asked_again(app: APIFlask) -> None:
    seller = market.shop()
    for _round in range(2):
        first, *others = weighed(seller, 4)
        tills.hand_over(first, seller.clerk)
        till = tills.open_till(seller.clerk)
        expected = till.cash.expected

        def counting(till_id: int = till.id, expected: int = expected) -> None:
            write(count_till, till_id, expected, "", expected, seller.clerk, days.now())

        handing = [lambda order=order: tills.hand_over(order, seller.clerk) for order in others]
        results = at_once(app, [counting, *handing])
        assert outcomes(results[1:]) == {"done": 3}, "no count stands in the way of a handover"
        if outcomes(results[:1]) == {"invalid": 1}:
            tills.counted(seller.clerk)
        else:
            assert tills.read(till.id, seller.clerk).cash.difference == 0
    everything = list_tills(db.session(), seller.id)
    assert sum(row.cash.expected for row in everything.items) == 2 * 4 * 50_000


def test_two_people_count_and_deposit_one_till_once(app: APIFlask) -> None:
    seller = market.shop()
    (order,) = weighed(seller, 1)
    tills.hand_over(order, seller.clerk)
    till = tills.open_till(seller.clerk)
    results = at_once(app, [lambda: write(count_till, till.id, 50_000, "", 50_000, seller.clerk, days.now())] * 3)
    assert outcomes(results) == {"done": 1, "till-closed": 2}
    slip = Slip("BJB 77", days.today())
    results = at_once(app, [lambda: write(deposit, {till.id: 50_000}, slip, tills.key(), seller.clerk, days.now())] * 3)
    assert outcomes(results) == {"done": 1, "invalid": 2}
    assert tills.read(till.id, seller.clerk).cash.deposited == 50_000
