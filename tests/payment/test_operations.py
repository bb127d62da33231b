"""Facts about payments, each kept and booked once."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import NotFound, Unavailable
from ovop.payment import ledger
from ovop.payment.ledger import About, LedgerAccount
from ovop.payment.models import LedgerEntry, Payment, PaymentEvent
from ovop.payment.operations import entries_of, facts_of, lock_payment, open_payments, record_event
from ovop.payment.rules import EventKind, Facts, Method, PaymentStatus, facts_from
from tests.make import accounts, market


@pytest.fixture
def order(app: APIFlask) -> market.OrderRow:
    seller = market.shop()
    return market.order(accounts.buyer(), seller, {market.catch(seller): 1000}, Method.DEMO)


def record(order: market.OrderRow, kind: EventKind, amount: int, key: str, note: str = "") -> bool:
    def do(session: Session) -> bool:
        payment = lock_payment(session, order.payment_id)
        return record_event(session, payment, kind, amount, key, days.now(), About(order.checkout_id), note)

    return write(do)


def test_a_new_payment_is_pending_with_nothing_moved(app: APIFlask) -> None:
    write(open_payments, Method.QRIS, {"one": 500, "two": 700}, days.now())
    rows = db.session.scalars(select(Payment).order_by(Payment.id)).all()
    assert [(row.id, row.maximum, row.method, row.status) for row in rows] == [
        ("one", 500, "qris", "pending"),
        ("two", 700, "qris", "pending"),
    ]
    for row in rows:
        assert facts_of(row) == Facts(row.maximum)
        assert row.created_at == days.now()


def test_facts_are_those_of_the_row_and_of_its_events(order: market.OrderRow) -> None:
    told = [
        (EventKind.DECLINED, 0),
        (EventKind.AUTHORISED, order.maximum),
        (EventKind.CAPTURED, 30_000),
        (EventKind.REFUNDED, 1000),
    ]
    for number, (kind, amount) in enumerate(told):
        assert record(order, kind, amount, f"key {number}")
        row = db.session.get_one(Payment, order.payment_id, populate_existing=True)
        assert facts_of(row) == facts_from(order.maximum, told[: number + 1])
        assert facts_of(row).maximum == order.maximum
        db.session.rollback()


@pytest.mark.parametrize(
    ("status", "is_void", "is_declined"), [("void", True, False), ("failed", False, True), ("pending", False, False)]
)
def test_void_and_declined_are_read_from_the_status(status: str, is_void: bool, is_declined: bool) -> None:
    row = Payment(id="x", method="demo", status=status, maximum=9, authorised=0, captured=0, refunded=0, disputed=0)
    assert facts_of(row) == Facts(9, is_void=is_void, is_declined=is_declined)
    assert facts_of(row).status is PaymentStatus(status)


def test_a_fact_is_kept_once_for_its_key_with_the_note_that_fits(order: market.OrderRow) -> None:
    assert record(order, EventKind.AUTHORISED, order.maximum, "same", "n" * 201)
    assert not record(order, EventKind.AUTHORISED, order.maximum, "same")
    [event] = db.session.scalars(select(PaymentEvent))
    assert (event.note, event.at, event.payment_id) == ("n" * 200, days.now(), order.payment_id)
    assert (event.kind, event.amount) == ("authorised", order.maximum)


def test_a_locked_payment_is_as_it_stands_now(order: market.OrderRow) -> None:
    def look(session: Session) -> int:
        stale = session.get_one(Payment, order.payment_id)
        session.execute(text("UPDATE payment SET captured = 500"))
        assert stale.captured == 0
        return lock_payment(session, order.payment_id).captured

    assert write(look) == 500
    with pytest.raises(NotFound):
        write(lock_payment, "nobody's")


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("kind", EventKind)
def test_money_that_moves_is_booked_and_nothing_else(method: Method, kind: EventKind) -> None:
    entries = entries_of(method, kind, 700)
    if kind is EventKind.CAPTURED:
        where = LedgerAccount.PROVIDER if method.is_card else LedgerAccount.RECEIVED
        assert entries == {where: 700, LedgerAccount.CUSTOMER: -700}
    elif kind is EventKind.REFUNDED:
        where = LedgerAccount.PROVIDER if method.is_card else LedgerAccount.RECEIVED
        assert entries == {LedgerAccount.CUSTOMER: 700, where: -700}
    elif kind is EventKind.RETURNED:
        where = LedgerAccount.PROVIDER if method.is_card else LedgerAccount.RECEIVED
        assert entries == {where: 700, LedgerAccount.CUSTOMER: -700}
    elif kind is EventKind.DISPUTED:
        assert entries == {LedgerAccount.DISPUTED: 700, LedgerAccount.PROVIDER: -700}
    elif kind is EventKind.REINSTATED:
        assert entries == {LedgerAccount.DISPUTED: -700, LedgerAccount.PROVIDER: 700}
    else:
        assert entries == {}


@pytest.mark.parametrize("commission", [0, 250])
def test_every_booking_sums_to_zero(commission: int) -> None:
    bookings = [
        ledger.captured(9000),
        ledger.refunded(9000),
        ledger.received(9000),
        ledger.earned(9000, commission),
        ledger.kept(9000),
    ]
    assert [sum(booking.values()) for booking in bookings] == [0] * 5
    assert ledger.earned(9000, commission)[LedgerAccount.PAYABLE] == commission - 9000


def test_a_journal_balances_has_no_zeros_and_is_written_once(order: market.OrderRow) -> None:
    about = About(order.checkout_id, order.cooperative_id, order.number)
    write(ledger.book, "journal", ledger.earned(9000, 0), days.now(), about)
    rows = db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)).all()
    assert [(row.journal, row.account, row.amount) for row in rows] == [
        ("journal", "customer", 9000),
        ("journal", "payable", -9000),
    ]
    for row in rows:
        assert (row.checkout_id, row.cooperative_id, row.order_number) == (
            order.checkout_id, order.cooperative_id, order.number
        )  # fmt: skip
        assert row.at == days.now()
    db.session.rollback()
    with pytest.raises(ValueError, match="journal odd does not balance"):
        write(ledger.book, "odd", {LedgerAccount.CUSTOMER: 1}, days.now(), about)
    write(ledger.book, "nothing", {LedgerAccount.CUSTOMER: 0}, days.now(), about)
    with pytest.raises(Unavailable):  # the table's own key: to `write` it looks like a lost race
        write(ledger.book, "journal", ledger.kept(9000), days.now(), about)
