"""Statements drawn, approved by two, paid, sent back; and that every rupiah stays in sight meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from ovop.accounts.bank_accounts import BankAccount, find_bank_account
from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid, NotFound
from ovop.ordering.refunding import record_payout
from ovop.payment.models import LedgerEntry
from ovop.payment.rules import Method
from ovop.settlement import flows, operations
from ovop.settlement.bank_list import list_transfers
from ovop.settlement.errors import BankAccountChanged, NoBankAccount, SamePerson, WrongStep
from ovop.settlement.lines import order_lines
from ovop.settlement.models import SettlementEvent
from ovop.settlement.queries import bank_changes, list_statements, open_sum, owed_now, status_sums
from ovop.settlement.rows import Figures, Statement
from ovop.settlement.rules import Cycle, Period, SettlementStatus, SettlementStep
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market, sales, settlements
from tests.make.shares import refund

WEEK = Period(date(2026, 1, 5), date(2026, 1, 11))
OTHER = BankAccount("Bank Lain", "99998888", "Siapa Saja")


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def office(app: APIFlask) -> tuple[Actor, Actor]:
    return settlements.office()


def next_monday(clock: Clock) -> None:
    clock.forward(days=7)


def drawn(seller: market.Shop) -> Statement:
    (settlement_id,) = settlements.draw(seller)
    return settlements.read(settlement_id)


# Drawing


def test_a_statement_counts_what_is_owed_of_an_ended_period(
    seller: market.Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch, app: APIFlask
) -> None:
    monkeypatch.setitem(app.config, "OVOP", replace(app.config["OVOP"], commission_basis_points=250))
    order = settlements.by_card(seller, 40_000)
    next_monday(clock)
    statement = drawn(seller)
    assert statement.row.period == WEEK
    assert statement.row.status is SettlementStatus.DRAWN
    assert statement.row.net == 39_000
    assert statement.figures == Figures(sales=40_000, commission=-1_000)
    (line,) = order_lines(db.session(), statement.row.id)
    assert (line.number, line.method, line.at) == (order.number, Method.DEMO, order.collected_at)
    assert line.figures == statement.figures
    assert statement.orders == 1
    assert market.broken() == []


def test_money_that_the_cooperative_took_itself_counts_as_paid(seller: market.Shop, clock: Clock) -> None:
    lot = market.catch(seller, unit_price=40_000)
    sales.sale(accounts.buyer(), seller, {lot: 1000}, method=Method.CASH)
    next_monday(clock)
    statement = drawn(seller)
    assert statement.figures == Figures(sales=40_000, kept=-40_000)
    assert (statement.row.net, statement.row.status) == (0, SettlementStatus.CARRIED)
    assert market.broken() == []


def test_refunds_and_what_was_paid_out_for_them_are_in_it(
    seller: market.Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch, app: APIFlask
) -> None:
    monkeypatch.setitem(app.config, "OVOP", replace(app.config["OVOP"], commission_basis_points=1000))
    lot = market.catch(seller, unit_price=40_000)
    cash = sales.sale(accounts.buyer(), seller, {lot: 1000}, method=Method.CASH)
    card = settlements.by_card(seller, 30_000)
    refund(cash.number, 10_000)
    write(record_payout, cash.number, "", seller.clerk, days.now())
    refund(card.number, 30_000)
    next_monday(clock)
    statement = drawn(seller)
    assert statement.figures == Figures(
        sales=70_000, refunds=-40_000, commission=-7_000 + 1_000 + 3_000, kept=-40_000, paid_out=10_000
    )
    lines = {line.number: line.figures for line in order_lines(db.session(), statement.row.id)}
    assert lines[cash.number] == Figures(40_000, -10_000, -3_000, -40_000, 10_000)
    assert lines[card.number] == Figures(30_000, -30_000, 0)
    assert statement.row.net == -3_000
    assert market.broken() == []


def test_drawing_again_makes_no_second(seller: market.Shop, clock: Clock) -> None:
    settlements.by_card(seller, 40_000)
    next_monday(clock)
    assert len(settlements.draw(seller)) == 1
    assert settlements.draw(seller) == []
    assert flows.draw_due(days.now()) == 0
    assert count("settlement") == 1


def test_a_period_is_over_at_midnight_in_jakarta(seller: market.Shop, clock: Clock) -> None:
    settlements.booked(seller.id, 1000, days.end_of(WEEK.last) - timedelta(seconds=1))
    settlements.booked(seller.id, 500, days.end_of(WEEK.last))
    clock.now = days.end_of(WEEK.last) - timedelta(seconds=1)
    assert settlements.draw(seller) == []
    clock.now = days.end_of(WEEK.last)
    assert drawn(seller).row.net == 1000


def test_what_is_committed_late_counts_in_the_next_one(seller: market.Shop, clock: Clock) -> None:
    settlements.booked(seller.id, 1000)
    late = days.now()
    next_monday(clock)
    settlements.draw(seller)
    settlements.booked(seller.id, 300, late)
    assert settlements.draw(seller) == []
    next_monday(clock)
    statement = drawn(seller)
    assert statement.row.net == 300
    assert statement.row.period == Period(date(2026, 1, 12), date(2026, 1, 18))
    assert market.broken() == []


def test_after_a_long_pause_each_period_has_its_own(seller: market.Shop, clock: Clock) -> None:
    settlements.booked(seller.id, 1000)
    settlements.booked(seller.id, 200, days.now() + timedelta(days=15))
    clock.forward(days=40)
    first, second = (settlements.read(each).row for each in settlements.draw(seller))
    assert (first.period, first.net) == (WEEK, 1000)
    assert (second.period, second.net) == (Period(date(2026, 1, 19), date(2026, 1, 25)), 200)


def test_a_month_is_settled_as_one_where_that_is_set(seller: market.Shop, clock: Clock) -> None:
    settlements.booked(seller.id, 1000)
    settlements.booked(seller.id, 200, days.now() + timedelta(days=15))
    clock.forward(days=26)
    assert settlements.draw(seller, Cycle.MONTHLY) == []
    clock.forward(days=1)
    (settlement_id,) = settlements.draw(seller, Cycle.MONTHLY)
    statement = settlements.read(settlement_id).row
    assert (statement.period, statement.net) == (Period(date(2026, 1, 1), date(2026, 1, 31)), 1200)


def test_what_is_below_zero_is_made_up_for_by_the_next_ones(seller: market.Shop, clock: Clock) -> None:
    for share, net, carried in ((-500, -500, 0), (200, -300, -500), (1000, 700, -300), (50, 50, 0)):
        settlements.booked(seller.id, share)
        next_monday(clock)
        row = drawn(seller).row
        assert (row.net, row.carried) == (net, carried)
        assert row.status is (SettlementStatus.DRAWN if net > 0 else SettlementStatus.CARRIED)
    assert open_sum(status_sums(db.session(), seller.id)) == owed_now(db.session(), seller.id) == 750
    assert market.broken() == []


def test_the_duty_draws_for_everybody(app: APIFlask, clock: Clock) -> None:
    sellers = [market.shop(f"koperasi-{number}") for number in range(3)]
    for number, seller in enumerate(sellers[:2], 1):
        settlements.booked(seller.id, number * 1000)
    next_monday(clock)
    assert flows.draw_due(days.now()) == 2
    assert [row.net for row in list_statements(db.session())] == [2000, 1000]
    assert flows.draw_due(days.now()) == 0


# Approving


def test_two_people_approve_and_then_it_is_on_the_list(
    seller: market.Shop, office: tuple[Actor, Actor], clock: Clock
) -> None:
    settlements.booked(seller.id, 1000)
    settlements.set_account(seller)
    next_monday(clock)
    statement = drawn(seller)
    settlements.approve(statement.row.id, office[0])
    assert settlements.read(statement.row.id).first_approver == office[0].id
    assert list_transfers(db.session()) == []
    settlements.approve(statement.row.id, office[1])
    (transfer,) = list_transfers(db.session())
    assert (transfer.statement.net, transfer.account) == (1000, settlements.ACCOUNT)
    events = settlements.read(statement.row.id).events
    assert [(event.step, event.actor) for event in events] == [
        (SettlementStep.DRAW, None),
        (SettlementStep.APPROVE, "Bu Rina"),
        (SettlementStep.APPROVE, "Pak Agus"),
    ]
    assert market.broken() == []


def test_nobody_approves_twice(seller: market.Shop, office: tuple[Actor, Actor], clock: Clock) -> None:
    settlements.booked(seller.id, 1000)
    settlements.set_account(seller)
    next_monday(clock)
    statement = drawn(seller)
    settlements.approve(statement.row.id, office[0])
    with pytest.raises(SamePerson):
        settlements.approve(statement.row.id, office[0])
    assert settlements.read(statement.row.id).row.status is SettlementStatus.CHECKED


def test_without_a_bank_account_nothing_is_approved(
    seller: market.Shop, office: tuple[Actor, Actor], clock: Clock
) -> None:
    settlements.booked(seller.id, 1000)
    next_monday(clock)
    statement = drawn(seller)
    with pytest.raises(NoBankAccount):
        settlements.approve(statement.row.id, office[0])


def test_what_is_approved_is_the_account_that_was_looked_at(
    seller: market.Shop, office: tuple[Actor, Actor], clock: Clock
) -> None:
    settlements.booked(seller.id, 1000)
    settlements.set_account(seller)
    next_monday(clock)
    statement = drawn(seller)
    settlements.set_account(seller, OTHER)
    with pytest.raises(BankAccountChanged):
        write(operations.approve, statement.row.id, settlements.ACCOUNT, office[0], days.now())
    settlements.approve(statement.row.id, office[0])
    settlements.set_account(seller)
    found = settlements.read(statement.row.id)
    assert found.account == OTHER
    assert found.is_outdated
    settlements.approve(statement.row.id, office[1])
    (transfer,) = list_transfers(db.session())
    assert transfer.account == OTHER
    assert transfer.is_outdated


def test_approvals_can_be_taken_back_and_the_new_account_approved(
    seller: market.Shop, office: tuple[Actor, Actor], clock: Clock
) -> None:
    settlements.booked(seller.id, 1000)
    next_monday(clock)
    settlement_id = settlements.approved(seller, *office)
    settlements.set_account(seller, OTHER)
    with pytest.raises(Invalid) as refusal:
        write(operations.revoke, settlement_id, " ", office[0], days.now())
    assert refusal.value.errors == {"reason": "required"}
    write(operations.revoke, settlement_id, "Rekening baru", office[0], days.now())
    assert settlements.read(settlement_id).account == OTHER
    settlements.approve(settlement_id, office[0])
    settlements.approve(settlement_id, office[1])
    assert settlements.read(settlement_id).account == OTHER
    assert market.broken() == []


def test_another_account_than_the_last_paid_one_is_told(
    seller: market.Shop, office: tuple[Actor, Actor], clock: Clock
) -> None:
    settlements.booked(seller.id, 1000)
    next_monday(clock)
    first = settlements.approved(seller, *office)
    assert not settlements.read(first).is_other_than_last_paid
    settlements.pay(first, office[0])
    settlements.booked(seller.id, 500)
    settlements.set_account(seller, OTHER)
    next_monday(clock)
    second = settlements.approved(seller, *office)
    statement = settlements.read(second)
    assert statement.last_paid == settlements.ACCOUNT
    assert statement.is_other_than_last_paid
    assert [transfer.is_other_than_last_paid for transfer in list_transfers(db.session())] == [True]


def test_only_the_office_settles(seller: market.Shop, office: tuple[Actor, Actor], clock: Clock) -> None:
    settlements.booked(seller.id, 1000)
    next_monday(clock)
    settlement_id = settlements.approved(seller, *office)
    for stranger in (seller.clerk, accounts.buyer()):
        for act in (
            lambda actor: write(operations.approve, settlement_id, None, actor, days.now()),
            lambda actor: write(operations.revoke, settlement_id, "x", actor, days.now()),
            lambda actor: write(operations.export, actor, days.now()),
            lambda actor: write(operations.pay, [settlement_id], days.today(), "x", actor, days.now()),
            lambda actor: write(operations.take_back, settlement_id, "x", actor, days.now()),
        ):
            with pytest.raises(Forbidden):
                act(stranger)
    admin = accounts.official(Role.ADMIN, "admin@contoh.id")
    assert settlements.pay(settlement_id, admin) == 1


# Paying


def test_paid_is_booked_once_and_no_statement_counts_it(
    seller: market.Shop, office: tuple[Actor, Actor], clock: Clock
) -> None:
    settlements.by_card(seller, 40_000)
    next_monday(clock)
    settlement_id = settlements.approved(seller, *office)
    assert settlements.pay(settlement_id, office[0]) == 1
    assert settlements.pay(settlement_id, office[1]) == 0
    with pytest.raises(WrongStep):
        settlements.pay(settlement_id, office[0], "TRF-2")
    row = settlements.read(settlement_id).row
    assert (row.status, row.paid_on, row.reference) == (SettlementStatus.PAID, days.today(), "TRF-1")
    assert owed_now(db.session(), seller.id) == 0
    journals = select(LedgerEntry.account, LedgerEntry.amount).where(LedgerEntry.journal == f"settlement:{row.id}:paid")
    assert dict(db.session.execute(journals).all()) == {"payable": 40_000, "bank": -40_000}
    next_monday(clock)
    assert settlements.draw(seller) == []
    assert market.broken() == []


def test_several_are_paid_together_or_none(app: APIFlask, office: tuple[Actor, Actor], clock: Clock) -> None:
    sellers = [market.shop(f"koperasi-{number}") for number in range(3)]
    for seller in sellers:
        settlements.booked(seller.id, 1000)
    next_monday(clock)
    ids = [settlements.approved(seller, *office) for seller in sellers[:2]]
    (waiting,) = settlements.draw(sellers[2])
    with pytest.raises(WrongStep):
        write(operations.pay, [*ids, waiting], days.today(), "TRF-1", office[0], days.now())
    assert {row.status for row in list_statements(db.session())} == {SettlementStatus.APPROVED, SettlementStatus.DRAWN}
    with pytest.raises(NotFound):
        write(operations.pay, [*ids, 999], days.today(), "TRF-1", office[0], days.now())
    assert write(operations.pay, ids, days.today(), "TRF-1", office[0], days.now()) == 2
    assert market.broken() == []


@pytest.mark.parametrize(
    ("paid_on", "reference", "errors"),
    [
        (date(2026, 1, 13), "TRF-1", {"paid_on": "not-yet"}),
        (date(2026, 1, 10), "TRF-1", {"paid_on": "before-period-end"}),
        (date(2026, 1, 12), "  ", {"reference": "required"}),
        (date(2026, 1, 12), "x" * 81, {"reference": "too-long"}),
    ],
)
def test_a_payment_has_a_day_that_can_be_and_a_reference(
    seller: market.Shop,
    office: tuple[Actor, Actor],
    clock: Clock,
    paid_on: date,
    reference: str,
    errors: dict[str, str],
) -> None:
    settlements.booked(seller.id, 1000)
    next_monday(clock)
    settlement_id = settlements.approved(seller, *office)
    with pytest.raises(Invalid) as refusal:
        write(operations.pay, [settlement_id], paid_on, reference, office[0], days.now())
    assert refusal.value.errors == errors
    assert market.broken() == []


def test_what_the_bank_sends_back_is_owed_again_and_paid_anew(
    seller: market.Shop, office: tuple[Actor, Actor], clock: Clock
) -> None:
    settlements.by_card(seller, 40_000)
    next_monday(clock)
    settlement_id = settlements.approved(seller, *office)
    for round_number in range(3):
        settlements.pay(settlement_id, office[0], f"TRF-{round_number}")
        write(operations.take_back, settlement_id, "Rekening ditutup", office[0], days.now())
        statement = settlements.read(settlement_id)
        assert (statement.row.status, statement.row.paid_on) == (SettlementStatus.RETURNED, None)
        assert statement.is_where_it_came_back_from
        assert owed_now(db.session(), seller.id) == 40_000
        with pytest.raises(WrongStep):
            settlements.pay(settlement_id, office[0])
        settlements.approve(settlement_id, office[1])
        settlements.approve(settlement_id, office[0])
    settlements.pay(settlement_id, office[1])
    assert owed_now(db.session(), seller.id) == 0
    last = settlements.read(settlement_id).events[-1]
    assert (last.step, last.note, last.day, last.actor) == (SettlementStep.PAY, "TRF-1", days.today(), "Pak Agus")
    assert count("ledger_entry") > 0
    assert market.broken() == []


def test_it_is_kept_who_took_the_list_to_the_bank(
    seller: market.Shop, office: tuple[Actor, Actor], clock: Clock
) -> None:
    assert write(operations.export, office[0], days.now()) == []
    settlements.booked(seller.id, 1000)
    next_monday(clock)
    settlement_id = settlements.approved(seller, *office)
    (before,) = list_transfers(db.session())
    assert before.exported_at is None
    assert write(operations.export, office[1], days.now()) == [settlement_id]
    (transfer,) = list_transfers(db.session(), [settlement_id])
    assert (transfer.exported_at, transfer.exported_by) == (days.now(), "Pak Agus")
    assert market.broken() == []


# Bank accounts


def test_a_manager_says_where_to_pay_and_it_is_kept_who_did(app: APIFlask, seller: market.Shop) -> None:
    settlements.set_account(seller)
    settlements.set_account(seller)
    settlements.set_account(seller, OTHER)
    settlements.set_account(seller, None)
    assert find_bank_account(db.session(), seller.id) is None
    changes = bank_changes(db.session(), seller.id)
    assert [change.account for change in changes] == [None, OTHER, settlements.ACCOUNT]
    assert {change.actor for change in changes} == {"Pak Jaya"}
    with pytest.raises(Forbidden):
        write(
            operations.change_bank_account,
            *("BRI", "12345", "KUB"),
            replace(seller.clerk, is_manager=False),
            days.now(),
        )


def test_every_step_is_remembered_with_its_time(seller: market.Shop, office: tuple[Actor, Actor], clock: Clock) -> None:
    settlements.booked(seller.id, 1000)
    next_monday(clock)
    settlement_id = settlements.approved(seller, *office)
    settlements.pay(settlement_id, office[0])
    by_step = select(SettlementEvent.step, func.count()).group_by(SettlementEvent.step)
    assert dict(db.session.execute(by_step).all()) == {"draw": 1, "approve": 2, "pay": 1}
    assert {event.at for event in settlements.read(settlement_id).events} == {days.now()}
