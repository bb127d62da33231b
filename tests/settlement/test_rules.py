"""Periods, states and names of statements."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.accounts.bank_accounts import BankAccount, parse_bank_account
from ovop.kernel.errors import Invalid
from ovop.settlement.errors import WrongStep
from ovop.settlement.rules import (
    MOVES,
    Cycle,
    Period,
    SettlementStatus,
    SettlementStep,
    first_status,
    next_period,
    next_status,
    next_transfer,
    payment_journal,
    period_of,
    transfer_text,
)

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "cycle", "period"),
    [
        (date(2026, 1, 5), Cycle.WEEKLY, Period(date(2026, 1, 5), date(2026, 1, 11))),
        (date(2026, 1, 11), Cycle.WEEKLY, Period(date(2026, 1, 5), date(2026, 1, 11))),
        (date(2026, 1, 1), Cycle.WEEKLY, Period(date(2025, 12, 29), date(2026, 1, 4))),
        (date(2026, 2, 28), Cycle.MONTHLY, Period(date(2026, 2, 1), date(2026, 2, 28))),
        (date(2025, 12, 31), Cycle.MONTHLY, Period(date(2025, 12, 1), date(2025, 12, 31))),
    ],
)
def test_a_period_is_a_week_from_monday_or_a_month(day: date, cycle: Cycle, period: Period) -> None:
    assert period_of(day, cycle) == period


def test_what_is_found_late_counts_in_the_next_statement() -> None:
    late = next_period(date(2026, 1, 8), Cycle.WEEKLY, drawn_until=date(2026, 1, 11))
    assert late == Period(date(2026, 1, 12), date(2026, 1, 18))


def test_when_the_cycle_changes_no_day_is_in_two_statements() -> None:
    to_months = next_period(date(2026, 1, 20), Cycle.MONTHLY, drawn_until=date(2026, 1, 11))
    assert to_months == Period(date(2026, 1, 12), date(2026, 1, 31))
    to_weeks = next_period(date(2026, 2, 1), Cycle.WEEKLY, drawn_until=date(2026, 1, 31))
    assert to_weeks == Period(date(2026, 2, 1), date(2026, 2, 1))


@given(DAYS, st.sampled_from(Cycle), st.none() | DAYS)
def test_a_period_counts_its_day_and_none_that_was_counted(day: date, cycle: Cycle, drawn_until: date | None) -> None:
    period = next_period(day, cycle, drawn_until)
    assert period.first <= period.last
    assert period.last - period.first <= timedelta(days=30)
    assert period.last == period_of(period.first, cycle).last
    if drawn_until is None or drawn_until < day:
        assert period.first <= day <= period.last
    if drawn_until is not None:
        assert period.first > drawn_until


@pytest.mark.parametrize(("status", "step"), list(product(SettlementStatus, SettlementStep)))
def test_only_the_table_moves_a_statement(status: SettlementStatus, step: SettlementStep) -> None:
    if status in MOVES.get(step, {}):
        assert next_status(status, step) is MOVES[step][status]
    else:
        with pytest.raises(WrongStep) as refusal:
            next_status(status, step)
        assert refusal.value.facts == {"status": status, "step": step}


@pytest.mark.parametrize(
    ("net", "status"), [(1, SettlementStatus.DRAWN), (0, SettlementStatus.CARRIED), (-1, SettlementStatus.CARRIED)]
)
def test_only_what_is_owed_is_paid(net: int, status: SettlementStatus) -> None:
    assert first_status(net) is status


def test_every_payment_and_return_has_a_journal_of_its_own() -> None:
    steps = (SettlementStep.PAY, SettlementStep.RETURN)
    names = [
        payment_journal(settlement_id, step, earlier)
        for settlement_id in (1, 11)
        for step in steps
        for earlier in (0, 1, 2)
    ]
    assert len(set(names)) == len(names)
    assert names[0] == "settlement:1:paid"


@given(st.integers(1, 10**12), DAYS)
def test_banks_take_a_transfers_text(settlement_id: int, last: date) -> None:
    text = transfer_text(settlement_id, Period(last, last))
    assert len(text) <= 35
    assert str(settlement_id) in text
    assert all(sign.isascii() and (sign.isalnum() or sign == " ") for sign in text)


def test_a_bank_account_is_read_as_people_copy_it() -> None:
    assert parse_bank_account(" BRI ", "0012 3456-78.90", "KUB  Mina") == BankAccount(
        "BRI", "0012345678" + "90", "KUB Mina"
    )
    assert parse_bank_account(" ", "", "\t") is None


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        (("BRI", "", "KUB"), {"bank_account": "required"}),
        (("", "12345", ""), {"bank_name": "required", "bank_holder": "required"}),
        (("BRI", "1234", "KUB"), {"bank_account": "not-a-bank-account"}),
        (("BRI", "1" * 21, "KUB"), {"bank_account": "not-a-bank-account"}),
        (("BRI", "12345x", "KUB"), {"bank_account": "not-a-bank-account"}),
        (("BRI", "١٢٣٤٥", "KUB"), {"bank_account": "not-a-bank-account"}),
        (("B" * 61, "12345", "K" * 121), {"bank_name": "too-long", "bank_holder": "too-long"}),
    ],
)
def test_an_account_that_nobody_can_be_paid_to_is_refused(typed: tuple[str, str, str], errors: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_bank_account(*typed)
    assert refusal.value.errors == errors


@pytest.mark.parametrize(
    ("share", "passed_on", "may_send", "amount"),
    [
        (39_000, None, True, 39_000),
        (39_000, None, False, 0),
        (0, None, True, 0),
        (29_000, 39_000, True, -10_000),
        (0, 39_000, False, -39_000),
        (39_000, 39_000, True, 0),
        (39_000, 29_000, True, 0),
    ],
)
def test_a_share_is_sent_once_and_comes_back_as_it_shrinks(
    share: int, passed_on: int | None, may_send: bool, amount: int
) -> None:
    assert next_transfer(share, passed_on, may_send=may_send) == amount
