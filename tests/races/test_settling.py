"""What several people of the office do to one statement at once, on real connections of both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Refused
from ovop.payment.models import LedgerEntry
from ovop.settlement import flows, operations
from ovop.settlement.queries import list_statements
from ovop.settlement.rules import SettlementStatus
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market, settlements
from tests.races.test_core import at_once


@pytest.fixture(autouse=True)
def nothing_is_broken(app: APIFlask) -> Iterator[None]:
    yield
    db.session.rollback()
    assert market.broken() == []


def test_several_workers_draw_each_statement_once(app: APIFlask, clock: Clock) -> None:
    sellers = [market.shop(f"koperasi-{number}") for number in range(4)]
    for seller in sellers:
        settlements.by_card(seller, 40_000)
    clock.forward(days=14)
    drawn = at_once(app, [lambda: flows.draw_due(days.now())] * 6)
    assert sum(drawn) == len(sellers)  # type: ignore[arg-type]
    assert count("settlement") == len(sellers)


def test_two_taps_of_one_person_are_one_approval(app: APIFlask, clock: Clock) -> None:
    seller = market.shop()
    settlements.by_card(seller, 40_000)
    settlements.set_account(seller)
    clock.forward(days=7)
    (settlement_id,) = settlements.draw(seller)
    (official, _other) = settlements.office()
    approve = lambda: write(  # noqa: E731
        operations.approve, settlement_id, settlements.ACCOUNT, official, days.now()
    )
    outcomes = at_once(app, [approve] * 4)
    assert Counter(isinstance(outcome, Refused) for outcome in outcomes) == {True: 3, False: 1}
    assert settlements.read(settlement_id).row.status is SettlementStatus.CHECKED


def test_of_many_people_two_approve(app: APIFlask, clock: Clock) -> None:
    seller = market.shop()
    settlements.by_card(seller, 40_000)
    settlements.set_account(seller)
    clock.forward(days=7)
    (settlement_id,) = settlements.draw(seller)
    people = [accounts.official(email=f"dinas-{number}@contoh.id") for number in range(5)]
    outcomes = at_once(
        app,
        [
            lambda person=person: write(operations.approve, settlement_id, settlements.ACCOUNT, person, days.now())
            for person in people
        ],
    )
    assert Counter(isinstance(outcome, Refused) for outcome in outcomes) == {True: 3, False: 2}
    assert settlements.read(settlement_id).row.status is SettlementStatus.APPROVED


def test_paid_at_once_with_other_references_is_paid_once(app: APIFlask, clock: Clock) -> None:
    seller = market.shop()
    settlements.by_card(seller, 40_000)
    clock.forward(days=7)
    first, second = settlements.office()
    settlement_id = settlements.approved(seller, first, second)
    today, now = days.today(), days.now()
    outcomes = at_once(
        app,
        [
            lambda number=number: write(operations.pay, [settlement_id], today, f"TRF-{number}", first, now)
            for number in range(4)
        ],
    )
    assert Counter(isinstance(outcome, Refused) for outcome in outcomes) == {True: 3, False: 1}
    booked = select(LedgerEntry.amount).where(LedgerEntry.account == "bank")
    assert db.session.scalars(booked).all() == [-40_000]


def test_money_that_moves_while_statements_are_drawn_is_in_one_of_them(app: APIFlask, clock: Clock) -> None:
    seller = market.shop()
    start = days.now()
    settlements.booked(seller.id, 1000, start)
    clock.forward(days=7)
    acts = [lambda: flows.draw_due(days.now())] * 3
    late = [lambda number=number: settlements.booked(seller.id, 10**number, start) for number in range(5)]
    at_once(app, [act for pair in zip(acts, late[:3], strict=True) for act in pair] + late[3:])
    clock.forward(days=7)
    flows.draw_due(days.now())
    assert sum(row.net for row in list_statements(db.session())) == 1000 + 11111
