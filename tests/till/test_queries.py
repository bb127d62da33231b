"""What pages read of tills."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apiflask import APIFlask

from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.till.operations import Slip, deposit, open_till
from ovop.till.queries import (
    InHand,
    clerks_with_tills,
    entries_of,
    find_last_till,
    find_open_till,
    in_hand,
    list_tills,
    sums_of,
    tills_to_deposit,
    uncounted_tills,
)
from ovop.till.rules import EntryKind, TillStatus
from tests.conftest import Clock
from tests.make import accounts, market, tills
from tests.make.statements import recorded


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def ani(seller: market.Shop) -> Actor:
    """Another clerk."""
    return accounts.member(seller.id, "ani@contoh.id", "Bu Ani")


def test_what_is_in_hand_is_known_by_clerk_and_age(seller: market.Shop, ani: Actor, clock: Clock) -> None:
    monday = days.today()
    tills.collected(seller, 100_000)
    tills.counted(seller.clerk)
    clock.forward(days=1)
    write(open_till, 50_000, tills.key(), seller.clerk, days.now())
    tills.collected(seller, 60_000)
    tills.collected(seller, 70_000, clerk=ani)
    till = tills.counted(ani)
    write(deposit, {till.id: 70_000}, Slip("BJB 1", days.today()), tills.key(), ani, days.now())
    stranger = market.shop("lontar", "36.04.13.2007")
    tills.collected(stranger, 999_000)
    assert in_hand(db.session(), seller.id, days.today()) == [
        InHand(seller.clerk.id, "Pak Jaya", 160_000, 2, monday, 0)
    ]
    clock.forward(days=1)
    assert in_hand(db.session(), seller.id, days.today())[0].uncounted == 1


def test_yesterdays_open_till_waits_to_be_counted_even_when_empty(seller: market.Shop, clock: Clock) -> None:
    write(open_till, 50_000, tills.key(), seller.clerk, days.now())
    assert uncounted_tills(db.session(), seller.id, days.today()) == []
    clock.forward(days=1)
    assert [till.clerk for till in uncounted_tills(db.session(), seller.id, days.today())] == ["Pak Jaya"]
    (waiting,) = in_hand(db.session(), seller.id, days.today())
    assert (waiting.amount, waiting.uncounted) == (0, 1)


def test_tills_are_listed_newest_first_and_by_filter(seller: market.Shop, ani: Actor, clock: Clock) -> None:
    first_day = days.today()
    tills.collected(seller, 100_000)
    done = tills.counted(seller.clerk)
    write(deposit, {done.id: 100_000}, Slip("BJB 1", first_day), tills.key(), seller.clerk, days.now())
    clock.forward(days=1)
    tills.collected(seller, 60_000, clerk=ani)
    counted = tills.counted(ani)
    clock.forward(days=1)
    tills.collected(seller, 70_000)
    now_open = tills.open_till(seller.clerk)

    def ids(**wanted: object) -> list[int]:
        return [row.id for row in list_tills(db.session(), seller.id, **wanted).items]  # type: ignore[arg-type]

    everything = list_tills(db.session(), seller.id)
    assert [row.id for row in everything.items] == [now_open.id, counted.id, done.id]
    assert (everything.total, everything.undeposited) == (3, 130_000)
    assert ids(account_id=ani.id) == [counted.id]
    assert ids(status=TillStatus.OPEN) == [now_open.id]
    assert ids(status=TillStatus.COUNTED) == [counted.id]
    assert ids(status=TillStatus.DONE) == [done.id]
    assert ids(days=(first_day, first_day + timedelta(days=1))) == [counted.id, done.id]
    assert ids(page=2, per_page=2) == [done.id]
    assert [row.id for row in tills_to_deposit(db.session(), seller.id)] == [counted.id]
    assert tills_to_deposit(db.session(), seller.id, seller.clerk.id) == []
    assert [clerk.name for clerk in clerks_with_tills(db.session(), seller.id)] == ["Bu Ani", "Pak Jaya"]
    for row in everything.items:
        assert (
            row.status
            is {now_open.id: TillStatus.OPEN, counted.id: TillStatus.COUNTED, done.id: TillStatus.DONE}[row.id]
        )


def test_the_open_till_is_todays_and_the_last_is_the_one_closed_last(seller: market.Shop, clock: Clock) -> None:
    assert find_last_till(db.session(), seller.clerk.id) is None
    write(open_till, 75_000, tills.key(), seller.clerk, days.now())
    tills.counted(seller.clerk)
    assert find_open_till(db.session(), seller.clerk.id, days.today()) is None
    last = find_last_till(db.session(), seller.clerk.id)
    assert last is not None
    assert last.cash.kept_as_change == 75_000


def test_entries_come_by_kind_and_in_parts(seller: market.Shop) -> None:
    write(open_till, 50_000, tills.key(), seller.clerk, days.now())
    orders = [tills.collected(seller, 10_000 * n) for n in (1, 2, 3)]
    till = tills.open_till(seller.clerk)
    assert [(row.kind, row.count, row.amount) for row in sums_of(db.session(), till.id)] == [
        (EntryKind.RECEIPT, 3, 60_000),
        (EntryKind.CHANGE, 1, 50_000),
    ]
    assert [row.order_number for row in entries_of(db.session(), till.id, limit=2)] == [
        orders[2].number,
        orders[1].number,
    ]
    assert len(entries_of(db.session(), till.id, limit=2, skip=2)) == 2
    assert [row.who for row in entries_of(db.session(), till.id, kinds=[EntryKind.CHANGE])] == ["Pak Jaya"]


def test_reading_takes_as_many_queries_whatever_there_is(seller: market.Shop, ani: Actor, clock: Clock) -> None:
    for _day in range(3):
        tills.collected(seller, 10_000)
        tills.collected(seller, 20_000, clerk=ani)
        tills.counted(seller.clerk)
        clock.forward(days=1)
    with recorded() as statements:
        list_tills(db.session(), seller.id)
        in_hand(db.session(), seller.id, days.today())
        tills_to_deposit(db.session(), seller.id)
    assert len(statements) == 4
