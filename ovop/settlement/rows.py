"""What reading statements gives: frozen rows.  All amounts are rupiah, from the co-operative's side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ovop.accounts.bank_accounts import BankAccount
from ovop.settlement.rules import Period, SettlementStatus, SettlementStep


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement in a list.  net: what it comes to; carried: what of that the last one left, below zero."""

    id: int
    cooperative_id: int
    cooperative: str
    period: Period
    status: SettlementStatus
    carried: int
    net: int
    drawn_at: datetime
    paid_on: date | None
    reference: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What entries come to.

    sales: what buyers owed for orders handed over.  refunds: what of it they get back, below zero.  counter: what was
    paid at the counter without an order.  commission: the market's part, below zero unless more of it was given back.
    kept: what the co-operative took itself, below zero.  paid_out: what it gave buyers back itself.  transferred: what
    the card provider passed on, below zero.
    """

    sales: int = 0
    refunds: int = 0
    commission: int = 0
    kept: int = 0
    paid_out: int = 0
    transferred: int = 0
    other: int = 0
    counter: int = 0

    @property
    def share(self) -> int:
        """What is owed of it."""
        return (
            self.sales
            + self.refunds
            + self.counter
            + self.commission
            + self.kept
            + self.paid_out
            + self.transferred
            + self.other
        )


@dataclass(frozen=True, slots=True)
class OrderLine:
    """What a statement counts of one order; `place` orders lines, `at` is when the first of it happened.

    number, method: none for what belongs to no order.
    """

    place: int
    number: str | None
    method: str | None
    at: datetime
    figures: Figures


@dataclass(frozen=True, slots=True)
class EventRow:
    """A step of a statement; `actor`: a name, none for the market itself."""

    step: SettlementStep
    actor_id: int | None
    actor: str | None
    note: str
    day: date | None
    at: datetime


@dataclass(frozen=True, slots=True)
class BankChange:
    """Where a co-operative wanted to be paid from then on; `account` is none when it took the last one away."""

    account: BankAccount | None
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as its page shows it.

    approved: the account that it is, or was last, approved for.  current: the co-operative's own now.  last_paid: the
    account of its last statement that was paid, this one aside.
    """

    row: StatementRow
    village: str
    district: str
    approved: BankAccount | None
    current: BankAccount | None
    last_paid: BankAccount | None
    figures: Figures
    orders: int
    events: tuple[EventRow, ...]

    @property
    def is_account_fixed(self) -> bool:
        """Whether somebody approved it for an account."""
        return self.row.status in (SettlementStatus.CHECKED, SettlementStatus.APPROVED, SettlementStatus.PAID)

    @property
    def account(self) -> BankAccount | None:
        """Where its money goes: as approved, before that as the co-operative says now."""
        return self.approved if self.is_account_fixed else self.current

    @property
    def is_other_than_last_paid(self) -> bool:
        """Whether the money would go where none of the co-operative's went last."""
        return self.last_paid is not None and self.account is not None and self.account != self.last_paid

    @property
    def is_outdated(self) -> bool:
        """Whether the co-operative has another account by now than was approved."""
        return self.is_account_fixed and self.approved != self.current

    @property
    def is_where_it_came_back_from(self) -> bool:
        """Whether the bank sent the money back from the very account that it would go to again."""
        return self.row.status is SettlementStatus.RETURNED and self.approved == self.current

    @property
    def first_approver(self) -> int | None:
        """Who approved it and waits for a second person."""
        if self.row.status is not SettlementStatus.CHECKED:
            return None
        return [event.actor_id for event in self.events if event.step is SettlementStep.APPROVE][-1]


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A bank transfer to be made; exported_at: when somebody last took it to the bank."""

    statement: StatementRow
    account: BankAccount
    is_other_than_last_paid: bool
    is_outdated: bool
    exported_at: datetime | None
    exported_by: str | None


@dataclass(frozen=True, slots=True)
class StatusSum:
    """Statements in one state that are not over: how many, and what they come to."""

    count: int
    net: int
