"""Two co-operatives' accounts moving while the office draws, approves, pays and gets money back, in any order.

A model of one number for each co-operative knows what it is owed; after each step the ledger, the statements and
every check agree with it.
"""

from __future__ import annotations

from datetime import timedelta

from apiflask import APIFlask
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from ovop.accounts.bank_accounts import BankAccount
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Refused
from ovop.payment.ledger import LedgerAccount
from ovop.payment.models import LedgerEntry
from ovop.settlement import operations
from ovop.settlement.checks import CHECKS
from ovop.settlement.lines import figures_of, uncounted
from ovop.settlement.queries import list_statements, open_sum, owed_now, status_sums
from ovop.settlement.rules import Cycle
from tests import databases
from tests.conftest import Clock
from tests.make import market as markets
from tests.make import settlements

SHARES = st.integers(-50_000, 80_000).filter(bool)
SIDES, PEOPLE, PLACES = st.integers(0, 1), st.integers(0, 2), st.integers(0, 9)


class Office(RuleBasedStateMachine):
    """Three people, two co-operatives."""

    app: APIFlask
    clock: Clock

    @initialize()
    def open_office(self) -> None:
        self.context = self.app.app_context()
        self.context.push()
        self.clock.now = days.to_local(self.clock.now).replace(year=2026, month=1, day=5, hour=9, minute=0)
        self.sellers = [markets.shop(f"koperasi-{side}") for side in range(2)]
        for seller in self.sellers:
            settlements.set_account(seller)
        self.people = [*settlements.office(), settlements.office()[0]]
        self.owed = [0, 0]

    def teardown(self) -> None:
        if hasattr(self, "context"):
            databases.wipe()
            self.context.pop()

    @rule(side=SIDES, share=SHARES, days_ago=st.integers(0, 12))
    def move_money(self, side: int, share: int, days_ago: int) -> None:
        settlements.booked(self.sellers[side].id, share, days.now() - timedelta(days=days_ago))
        self.owed[side] += share

    @rule(days_on=st.integers(1, 20))
    def wait(self, days_on: int) -> None:
        self.clock.forward(days=days_on)

    @rule(side=SIDES, cycle=st.sampled_from([*Cycle, Cycle.WEEKLY]))
    def draw(self, side: int, cycle: Cycle) -> None:
        for _drawn in settlements.draw(self.sellers[side], cycle):
            event("drawn")
        assert settlements.draw(self.sellers[side], cycle) == []

    @rule(place=PLACES, person=PEOPLE)
    def approve(self, place: int, person: int) -> None:
        self.attempt("approved", place, lambda found: settlements.approve(found, self.people[person]))

    @rule(place=PLACES)
    def approve_by_two(self, place: int) -> None:
        for person in self.people[:2]:
            self.attempt("approved", place, lambda found, person=person: settlements.approve(found, person))

    @rule(place=PLACES, person=PEOPLE)
    def revoke(self, place: int, person: int) -> None:
        actor = self.people[person]
        self.attempt("revoked", place, lambda found: write(operations.revoke, found, "Salah", actor, days.now()))

    @rule(side=SIDES, number=st.sampled_from(["", "11111", "22222"]))
    def change_account(self, side: int, number: str) -> None:
        settlements.set_account(self.sellers[side], BankAccount("Bank", number, "KUB") if number else None)

    @rule(place=PLACES, person=PEOPLE)
    def pay(self, place: int, person: int) -> None:
        if paid := self.attempt("paid", place, lambda found: settlements.pay(found, self.people[person])):
            self.owed[paid[0]] -= paid[1]

    @rule(place=PLACES, person=PEOPLE)
    def take_back(self, place: int, person: int) -> None:
        actor = self.people[person]
        back = self.attempt("back", place, lambda found: write(operations.take_back, found, "x", actor, days.now()))
        if back:
            self.owed[back[0]] += back[1]

    @rule(person=PEOPLE)
    def export(self, person: int) -> None:
        write(operations.export, self.people[person], days.now())

    def attempt(self, what: str, place: int, act: object) -> tuple[int, int] | None:
        """Side and net of the statement that `act` did something to; none when it was refused or nothing was new."""
        found = list_statements(db.session())
        db.session.rollback()
        if not found:
            return None
        row = found[place % len(found)]
        try:
            if act(row.id) == 0:  # type: ignore[operator]
                return None
        except Refused:
            return None
        event(what)
        return [seller.id for seller in self.sellers].index(row.cooperative_id), row.net

    @invariant()
    def every_rupiah_is_in_sight(self) -> None:
        if not hasattr(self, "owed"):
            return
        session = db.session()
        for seller, owed in zip(self.sellers, self.owed, strict=True):
            left = session.scalar(
                select(func.sum(LedgerEntry.amount)).where(LedgerEntry.cooperative_id == seller.id, uncounted())
            )
            assert owed_now(session, seller.id) == owed
            assert open_sum(status_sums(session, seller.id)) - (left or 0) == owed
        for row in list_statements(session):
            assert row.net == row.carried + figures_of(session, row.id).share
        bank = select(func.coalesce(func.sum(LedgerEntry.amount), 0)).where(LedgerEntry.account == LedgerAccount.BANK)
        paid = [row.net for row in list_statements(session) if row.paid_on]
        assert -(session.scalar(bank) or 0) == sum(paid)
        assert [check.name for check in CHECKS if check.look(session).broken] == []
        session.rollback()


def test_whatever_happens_every_rupiah_is_in_sight(market: APIFlask, clock: Clock) -> None:
    machine = type("Machine", (Office,), {"app": market, "clock": clock})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
