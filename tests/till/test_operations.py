"""Tills in a market: opened, filled by handovers, counted, brought to the bank."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid, NotFound
from ovop.ordering.operations import weigh_order
from ovop.ordering.refunding import PayoutWay, record_payout
from ovop.payment.rules import Method
from ovop.till.errors import TillClosed, TillNotCounted, TillOpen, Unexplained
from ovop.till.models import TillEntry
from ovop.till.operations import Entry, Slip, count_till, deposit, enter_by_hand, open_till, take_back_deposit
from ovop.till.queries import deposits_of, entries_of
from ovop.till.rules import Cash, EntryKind, TillStatus
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market, tills
from tests.make.shares import refund
from tests.make.shopping import with_qris


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


def slip(reference: str = "BJB 0077", days_ago: int = 0) -> Slip:
    return Slip(reference, days.today() - timedelta(days=days_ago))


def by_hand(
    till_id: int, amount: int, note: str, clerk: Actor, kind: EntryKind = EntryKind.HAND, key: str | None = None
) -> None:
    write(enter_by_hand, till_id, Entry(kind, amount, key or tills.key(), note), clerk, days.now())


def test_a_till_opens_with_its_change(seller: market.Shop) -> None:
    till_id = write(open_till, 100_000, tills.key(), seller.clerk, days.now())
    till = tills.read(till_id, seller.clerk)
    assert (till.cash, till.status, till.day) == (Cash(100_000, 100_000), TillStatus.OPEN, days.today())
    assert [(entry.kind, entry.amount) for entry in entries_of(db.session(), till_id)] == [(EntryKind.CHANGE, 100_000)]
    assert market.broken() == []


def test_a_second_till_of_the_day_is_not_opened_beside_the_first(seller: market.Shop) -> None:
    first = write(open_till, 100_000, tills.key(), seller.clerk, days.now())
    with pytest.raises(TillOpen) as refused:
        write(open_till, 50_000, tills.key(), seller.clerk, days.now())
    assert refused.value.till_id == first
    assert count("till") == 1


def test_cash_of_a_handover_is_in_the_till_of_whoever_took_it(seller: market.Shop) -> None:
    other = accounts.member(seller.id, "ani@contoh.id", "Bu Ani")
    till_id = write(open_till, 100_000, tills.key(), seller.clerk, days.now())
    mine = tills.collected(seller, 214_600)
    theirs = tills.collected(seller, 60_000, clerk=other)
    tills.collected(seller, 80_000, Method.DEMO)
    assert tills.read(till_id, seller.clerk).cash == Cash(100_000, 314_600)
    assert tills.open_till(other).cash == Cash(0, 60_000)
    entries = db.session.execute(select(TillEntry.order_number, TillEntry.amount, TillEntry.actor_id)).all()
    assert (mine.number, 214_600, seller.clerk.id) in entries
    assert (theirs.number, 60_000, other.id) in entries
    assert market.broken() == []


def test_a_handover_opens_a_till_by_itself(seller: market.Shop) -> None:
    tills.collected(seller, 214_600)
    tills.collected(seller, 60_000)
    assert tills.open_till(seller.clerk).cash == Cash(0, 274_600)
    assert count("till") == 1


def test_an_order_that_came_to_nothing_leaves_no_entry(seller: market.Shop) -> None:
    lot = market.catch(seller, 2000, unit_price=1000)
    order = market.order(accounts.buyer(), seller, {lot: 1000})
    write(weigh_order, order.number, {lot: 10}, seller.clerk, days.now())
    tills.hand_over(order, seller.clerk)
    assert market.read(order.number, seller.clerk).total == 0
    assert count("till_entry") == 0
    assert market.broken() == []


def test_after_the_count_a_handover_opens_another_till(seller: market.Shop) -> None:
    tills.collected(seller, 100_000)
    first = tills.counted(seller.clerk)
    tills.collected(seller, 60_000)
    assert tills.open_till(seller.clerk).cash == Cash(0, 60_000)
    assert tills.read(first.id, seller.clerk).cash == Cash(0, 100_000, 100_000)
    assert market.broken() == []


def test_yesterdays_till_stays_to_be_counted_and_today_has_its_own(seller: market.Shop, clock: Clock) -> None:
    tills.collected(seller, 100_000)
    yesterdays = tills.open_till(seller.clerk)
    clock.forward(days=1)
    tills.collected(seller, 60_000)
    todays = tills.open_till(seller.clerk)
    assert todays.id != yesterdays.id
    write(count_till, yesterdays.id, 100_000, "", 100_000, seller.clerk, days.now())
    assert tills.read(todays.id, seller.clerk).cash == Cash(0, 60_000)
    assert market.broken() == []


def test_a_day_begins_at_midnight_in_jakarta(seller: market.Shop, clock: Clock) -> None:
    clock.now = clock.now.replace(hour=23, minute=59, second=59)
    tills.collected(seller, 100_000)
    clock.forward(seconds=1)
    tills.collected(seller, 60_000)
    assert tills.open_till(seller.clerk).cash == Cash(0, 60_000)
    assert market.broken() == []


def test_cash_given_back_comes_out_of_the_till_of_whoever_gave_it(seller: market.Shop, clock: Clock) -> None:
    order = tills.collected(seller, 100_000)
    other = accounts.member(seller.id, "ani@contoh.id", "Bu Ani")
    clock.forward(days=1)
    refund(order.number, 30_000)
    write(record_payout, order.number, "", other, days.now())
    write(record_payout, order.number, "", other, days.now())
    refund(order.number, 20_000)
    write(record_payout, order.number, "", other, days.now())
    till = tills.open_till(other)
    assert till.cash == Cash(0, -50_000)
    assert [entry.amount for entry in entries_of(db.session(), till.id)] == [-20_000, -30_000]
    assert market.broken() == []
    write(count_till, till.id, 0, "dari uang sendiri", -50_000, other, days.now())
    assert tills.read(till.id, other).cash.difference == 50_000
    assert market.broken() == []


def test_a_transfer_back_to_a_qris_buyer_is_no_cash(seller: market.Shop) -> None:
    with_qris(seller)
    order = tills.collected(seller, 100_000, Method.QRIS)
    tills.given_back(order, 30_000, seller.clerk, PayoutWay.TRANSFER)
    assert count("till") == 0
    assert market.broken() == []


def test_cash_given_back_to_whoever_paid_otherwise_is_out_of_the_till_as_well(seller: market.Shop) -> None:
    with_qris(seller)
    order = tills.collected(seller, 100_000, Method.QRIS)
    tills.given_back(order, 30_000, seller.clerk)
    assert tills.open_till(seller.clerk).cash.expected == -30_000
    assert market.broken() == []


def test_a_transfer_back_to_whoever_paid_cash_leaves_the_till_alone(seller: market.Shop) -> None:
    order = tills.collected(seller, 100_000)
    tills.given_back(order, 30_000, seller.clerk, PayoutWay.TRANSFER)
    assert tills.open_till(seller.clerk).cash.expected == 100_000
    assert market.broken() == []


def test_cash_goes_in_and_out_by_hand_with_a_note(seller: market.Shop) -> None:
    till_id = write(open_till, 0, tills.key(), seller.clerk, days.now())
    by_hand(till_id, -35_000, "beli es", seller.clerk)
    by_hand(till_id, 50_000, "", seller.clerk, EntryKind.CHANGE)
    by_hand(till_id, 20_000, "titipan Pak Umar", seller.clerk)
    assert tills.read(till_id, seller.clerk).cash == Cash(50_000, 35_000)
    assert market.broken() == []


@pytest.mark.parametrize(
    ("kind", "amount", "note", "errors"),
    [
        (EntryKind.HAND, 5_000, "", {"note": "required"}),
        (EntryKind.HAND, 5_000, "x" * 201, {"note": "too-long"}),
        (EntryKind.HAND, 0, "apa", {"amount": "does-not-fit"}),
        (EntryKind.CHANGE, -5_000, "", {"amount": "does-not-fit"}),
        (EntryKind.RECEIPT, 5_000, "apa", {"amount": "does-not-fit"}),
    ],
)
def test_what_is_no_entry_by_hand_is_refused(
    seller: market.Shop, kind: EntryKind, amount: int, note: str, errors: dict[str, str]
) -> None:
    till_id = write(open_till, 0, tills.key(), seller.clerk, days.now())
    with pytest.raises(Invalid) as refused:
        by_hand(till_id, amount, note, seller.clerk, kind)
    assert refused.value.errors == errors
    assert count("till_entry") == 0


def test_a_count_that_differs_has_to_be_explained(seller: market.Shop) -> None:
    tills.collected(seller, 100_000)
    till = tills.open_till(seller.clerk)
    with pytest.raises(Unexplained) as refused:
        write(count_till, till.id, 95_000, "", 100_000, seller.clerk, days.now())
    assert (refused.value.expected, refused.value.counted) == (100_000, 95_000)
    assert tills.read(till.id, seller.clerk).status is TillStatus.OPEN
    write(count_till, till.id, 95_000, "salah kembalian", 100_000, seller.clerk, days.now())
    closed = tills.read(till.id, seller.clerk)
    assert (closed.cash, closed.explanation, closed.closed_by) == (
        Cash(0, 100_000, 95_000),
        "salah kembalian",
        "Pak Jaya",
    )
    assert market.broken() == []


def test_words_for_one_difference_explain_no_other(seller: market.Shop) -> None:
    """Somebody was served between looking at the page and sending the count."""
    tills.collected(seller, 100_000)
    till = tills.open_till(seller.clerk)
    tills.collected(seller, 60_000)
    with pytest.raises(Unexplained) as refused:
        write(count_till, till.id, 95_000, "salah kembalian", 100_000, seller.clerk, days.now())
    assert refused.value.expected == 160_000
    write(count_till, till.id, 160_000, "salah kembalian", 100_000, seller.clerk, days.now())
    assert tills.read(till.id, seller.clerk).explanation == "", "there is nothing to explain"


def test_a_form_that_is_sent_twice_counts_once(seller: market.Shop) -> None:
    key = tills.key()
    opened = [write(open_till, 100_000, key, seller.clerk, days.now()) for _twice in range(2)]
    assert opened[0] == opened[1]
    for _twice in range(2):
        by_hand(opened[0], -20_000, "beli es", seller.clerk, key="es")
    till = tills.counted(seller.clerk)
    for _twice in range(2):
        by_hand(till.id, -20_000, "beli es", seller.clerk, key="es")
        write(deposit, {till.id: 10_000}, slip(), "setor", seller.clerk, days.now())
    assert write(open_till, 100_000, key, seller.clerk, days.now()) == till.id, "even after the count"
    assert tills.read(till.id, seller.clerk).cash == Cash(100_000, 80_000, 80_000, 10_000)
    assert market.broken() == []


def test_a_key_is_its_accounts_own(seller: market.Shop) -> None:
    other = accounts.member(seller.id, "ani@contoh.id", "Bu Ani")
    till_id = write(open_till, 0, tills.key(), seller.clerk, days.now())
    by_hand(till_id, 5_000, "titipan", seller.clerk, key="x")
    by_hand(till_id, 6_000, "titipan", other, key="x")
    assert tills.read(till_id, other).cash.expected == 11_000


def test_a_counted_till_takes_nothing_more_and_is_counted_once(seller: market.Shop) -> None:
    tills.collected(seller, 100_000)
    till = tills.counted(seller.clerk)
    with pytest.raises(TillClosed):
        write(count_till, till.id, 0, "x", 100_000, seller.clerk, days.now())
    with pytest.raises(TillClosed):
        by_hand(till.id, 5_000, "x", seller.clerk)
    assert tills.read(till.id, seller.clerk) == till


def test_less_than_counted_may_go_to_the_bank_and_what_stays_is_known(seller: market.Shop) -> None:
    write(open_till, 100_000, tills.key(), seller.clerk, days.now())
    tills.collected(seller, 214_600)
    till = tills.counted(seller.clerk)
    write(deposit, {till.id: 200_000}, slip(), tills.key(), seller.clerk, days.now())
    cash = tills.read(till.id, seller.clerk).cash
    assert (cash.inside, cash.kept_as_change, cash.undeposited) == (114_600, 100_000, 14_600)
    write(deposit, {till.id: 14_600}, slip("BJB 0078"), tills.key(), seller.clerk, days.now())
    assert tills.read(till.id, seller.clerk).status is TillStatus.DONE
    assert [(row.amount, row.reference) for row in deposits_of(db.session(), till.id)] == [
        (200_000, "BJB 0077"),
        (14_600, "BJB 0078"),
    ]
    assert market.broken() == []


def test_several_tills_go_to_the_bank_on_one_slip(seller: market.Shop, clock: Clock) -> None:
    other = accounts.member(seller.id, "ani@contoh.id", "Bu Ani")
    tills.collected(seller, 100_000)
    first = tills.counted(seller.clerk)
    clock.forward(days=1)
    tills.collected(seller, 60_000, clerk=other)
    second = tills.counted(other)
    write(deposit, {second.id: 60_000, first.id: 100_000}, slip(), tills.key(), seller.clerk, days.now())
    assert tills.read(first.id, other).cash.undeposited + tills.read(second.id, other).cash.undeposited == 0
    assert market.broken() == []


@pytest.mark.parametrize(
    ("amount", "reference", "days_ago", "errors"),
    [
        (100_001, "BJB", 0, {"amount": "too-large"}),
        (0, "BJB", 0, {"amount": "too-small"}),
        (-5, "BJB", 0, {"amount": "too-small"}),
        (100_000, "", 0, {"reference": "required"}),
        (100_000, "x" * 81, 0, {"reference": "too-long"}),
        (100_000, "BJB", -1, {"on": "in-the-future"}),
        (100_000, "BJB", 1, {"on": "before-till"}),
    ],
)
def test_a_deposit_that_cannot_be_is_refused(
    seller: market.Shop, amount: int, reference: str, days_ago: int, errors: dict[str, str]
) -> None:
    tills.collected(seller, 100_000)
    till = tills.counted(seller.clerk)
    with pytest.raises(Invalid) as refused:
        write(deposit, {till.id: amount}, slip(reference, days_ago), tills.key(), seller.clerk, days.now())
    assert refused.value.errors == errors
    assert tills.read(till.id, seller.clerk).cash.deposited == 0


def test_only_counted_cash_goes_to_the_bank(seller: market.Shop) -> None:
    tills.collected(seller, 100_000)
    till = tills.open_till(seller.clerk)
    with pytest.raises(TillNotCounted):
        write(deposit, {till.id: 100_000}, slip(), tills.key(), seller.clerk, days.now())


def test_a_deposit_noted_wrongly_is_taken_back_by_another_entry_and_once(seller: market.Shop) -> None:
    tills.collected(seller, 100_000)
    till = tills.counted(seller.clerk)
    write(deposit, {till.id: 10_000}, slip(), tills.key(), seller.clerk, days.now())
    wrong = deposits_of(db.session(), till.id)[0].id
    for _twice in range(2):
        assert write(take_back_deposit, wrong, "salah ketik", seller.clerk, days.now()) == till.id
    rows = deposits_of(db.session(), till.id)
    assert [(row.amount, row.note, row.is_taken_back) for row in rows] == [
        (10_000, "", True),
        (-10_000, "salah ketik", False),
    ]
    assert tills.read(till.id, seller.clerk).cash.undeposited == 100_000
    with pytest.raises(NotFound):
        write(take_back_deposit, rows[1].id, "lagi", seller.clerk, days.now())
    with pytest.raises(Invalid):
        write(take_back_deposit, wrong, "", seller.clerk, days.now())
    assert market.broken() == []


def test_a_till_is_its_clerks_own_to_count_or_the_managers(seller: market.Shop) -> None:
    clerk = replace(accounts.member(seller.id, "ani@contoh.id", "Bu Ani"), is_manager=False)
    tills.collected(seller, 100_000)
    tills.collected(seller, 60_000, clerk=clerk)
    bosses, clerks = tills.open_till(seller.clerk), tills.open_till(clerk)
    now = days.now()
    with pytest.raises(Forbidden):
        write(count_till, bosses.id, 100_000, "", 100_000, clerk, now)
    with pytest.raises(Forbidden):
        by_hand(bosses.id, -5_000, "es", clerk)
    write(count_till, clerks.id, 60_000, "", 60_000, seller.clerk, now)
    write(count_till, bosses.id, 100_000, "", 100_000, seller.clerk, now)
    write(deposit, {bosses.id: 100_000, clerks.id: 60_000}, slip(), tills.key(), clerk, now)
    assert tills.read(bosses.id, clerk).status is TillStatus.DONE, "whoever walks to the bank"


def test_another_co_operatives_till_is_not_there(seller: market.Shop) -> None:
    tills.collected(seller, 100_000)
    till = tills.open_till(seller.clerk)
    stranger = market.shop("lontar", "36.04.13.2007").clerk
    now = days.now()
    for attempt in (
        lambda: write(count_till, till.id, 100_000, "", 100_000, stranger, now),
        lambda: by_hand(till.id, 5, "x", stranger),
        lambda: write(deposit, {till.id: 5}, slip(), tills.key(), stranger, now),
        lambda: tills.read(till.id, stranger),
        lambda: write(count_till, 10**9, 0, "", 0, seller.clerk, now),
    ):
        with pytest.raises(NotFound):
            attempt()
    with pytest.raises(Forbidden):
        write(open_till, 0, tills.key(), accounts.official(), now)
