"""Statements of what co-operatives are owed, for tests, by the operations that the market uses."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

from ovop.accounts.bank_accounts import BankAccount, find_bank_account
from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering.rows import OrderRow
from ovop.payment import ledger
from ovop.payment.providers.base import PassedOn
from ovop.payment.rules import Method
from ovop.settlement import operations
from ovop.settlement.queries import get_statement
from ovop.settlement.rows import Statement
from ovop.settlement.rules import Cycle
from ovop.settlement.transferring import record_passed_on
from tests.make import accounts, market, sales

ACCOUNT = BankAccount("Bank Contoh", "0012345678", "KUB Tengkurak")
_numbers = itertools.count(1)


def office() -> tuple[Actor, Actor]:
    """Two people of the office."""
    first = accounts.official(Role.OFFICE, f"dinas{next(_numbers)}@contoh.id", "Bu Rina")
    return first, accounts.official(Role.OFFICE, f"dinas{next(_numbers)}@contoh.id", "Pak Agus")


def by_card(seller: market.Shop, amount: int, at: datetime | None = None) -> OrderRow:
    """An order for `amount` rupiah by card, placed now and collected now or `at` an instant."""
    lot = market.catch(seller, 1000, unit_price=amount)
    buyer = accounts.buyer(f"pembeli{next(_numbers)}@contoh.id")
    return sales.sale(buyer, seller, {lot: 1000}, method=Method.DEMO, at=at)


def booked(cooperative_id: int, share: int, at: datetime | None = None, kind: str = "earned") -> None:
    """The co-operative is owed `share` rupiah more, less below zero, without an order."""
    entries = {ledger.LedgerAccount.PAYABLE: -share, ledger.LedgerAccount.CUSTOMER: share}
    journal, about = f"order:X{next(_numbers)}:{kind}", ledger.About(None, cooperative_id)
    write(ledger.book, journal, entries, at or days.now(), about)


def set_account(seller: market.Shop, account: BankAccount | None = ACCOUNT) -> None:
    """The co-operative wants to be paid there from now on."""
    new = account or BankAccount("", "", "")
    write(operations.change_bank_account, new.bank, new.number, new.holder, seller.clerk, days.now())


def draw(seller: market.Shop, cycle: Cycle = Cycle.WEEKLY) -> list[int]:
    """Its statements that are due now; their ids."""
    return write(operations.draw, seller.id, cycle, days.now())


def owed(seller: market.Shop) -> int:
    """The id of a statement of what it was owed last week."""
    booked(seller.id, 1000, days.now() - timedelta(days=7))
    return draw(seller)[0]


def approve(settlement_id: int, actor: Actor) -> None:
    """Approved by `actor` for the account that they see."""
    seen = read(settlement_id).account
    db.session.rollback()
    write(operations.approve, settlement_id, seen, actor, days.now())


def approved(seller: market.Shop, first: Actor, second: Actor) -> int:
    """The co-operative's one statement that is due now, approved by both."""
    if find_bank_account(db.session(), seller.id) is None:
        set_account(seller)
    db.session.rollback()
    (settlement_id,) = draw(seller)
    approve(settlement_id, first)
    approve(settlement_id, second)
    return settlement_id


def pay(settlement_id: int, actor: Actor, reference: str = "TRF-1") -> int:
    """Paid by the bank today."""
    return write(operations.pay, [settlement_id], days.today(), reference, actor, days.now())


def settled(seller: market.Shop, at: datetime) -> None:
    """What it was owed before that instant's period is approved by two people and paid at `at`."""
    set_account(seller)
    for settlement_id in write(operations.draw, seller.id, Cycle.WEEKLY, at):
        for actor in (people := office()):
            write(operations.approve, settlement_id, ACCOUNT, actor, at)
        write(operations.pay, [settlement_id], days.day_of(at), "TRF-1", people[0], at)


def passed_on(order: OrderRow, amount: int) -> None:
    """The card provider has passed so much on for the order, as the market was told."""
    seen = PassedOn(f"tr_{order.number}", "acct_contoh", amount, 0)
    write(record_passed_on, order.number, seen, days.now())


def read(settlement_id: int) -> Statement:
    """The statement as it stands."""
    statement = get_statement(db.session(), settlement_id)
    db.session.rollback()
    return statement
