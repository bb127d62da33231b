"""Reading what co-operatives are owed: statements, their lines, the list of transfers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from ovop.accounts.bank_accounts import BankAccount
from ovop.accounts.models import Account, Cooperative
from ovop.kernel.errors import NotFound
from ovop.payment.ledger import LedgerAccount
from ovop.payment.models import LedgerEntry
from ovop.settlement.lines import count_orders, figures_of, uncounted
from ovop.settlement.models import BankAccountChange, Settlement, SettlementEvent
from ovop.settlement.rows import (
    BankChange,
    EventRow,
    Statement,
    StatementRow,
    StatusSum,
)
from ovop.settlement.rules import (
    OWED,
    Period,
    SettlementStatus,
    SettlementStep,
)
from ovop.villages.models import District, Village

PAGE = 30
#: Columns that an account at a bank is kept in.
BANK = ("bank_name", "bank_account", "bank_holder")

_ROW = (
    Settlement.id,
    Settlement.cooperative_id,
    Cooperative.name,
    Settlement.period_first,
    Settlement.period_last,
    Settlement.status,
    Settlement.carried,
    Settlement.net,
    Settlement.drawn_at,
    Settlement.paid_on,
    Settlement.reference,
)


def find_due(session: Session, before: datetime) -> Sequence[int]:
    """Co-operatives with something that happened before that instant and that no statement counts."""
    due = select(LedgerEntry.cooperative_id).where(LedgerEntry.at < before, uncounted())
    return [found for found in session.scalars(due.distinct().order_by(LedgerEntry.cooperative_id)) if found]


def list_statements(
    session: Session,
    *,
    cooperative_id: int | None = None,
    statuses: Sequence[SettlementStatus] = (),
    before: int | None = None,
    limit: int = PAGE,
) -> Sequence[StatementRow]:
    """Statements, newest first, one more than `limit` when there are more.  before: an id to go on from."""
    found = select_statements(Settlement.cooperative_id == cooperative_id if cooperative_id is not None else None)
    if statuses:
        found = found.where(Settlement.status.in_([status.value for status in statuses]))
    if before is not None:
        found = found.where(Settlement.id < before)
    return [statement_in(row) for row in session.execute(found.order_by(Settlement.id.desc()).limit(limit + 1))]


def status_sums(session: Session, cooperative_id: int | None = None) -> dict[SettlementStatus, StatusSum]:
    """Statements by state.  Carried ones count as long as none follows that has made up for them."""
    later = aliased(Settlement)
    is_last = ~exists().where(
        later.cooperative_id == Settlement.cooperative_id, later.period_first > Settlement.period_first
    )
    found = (
        select(Settlement.status, func.count(), func.sum(Settlement.net))
        .where(or_(Settlement.status != SettlementStatus.CARRIED.value, is_last))
        .group_by(Settlement.status)
    )
    if cooperative_id is not None:
        found = found.where(Settlement.cooperative_id == cooperative_id)
    return {SettlementStatus(status): StatusSum(count, int(net)) for status, count, net in session.execute(found)}


def owed_now(session: Session, cooperative_id: int | None = None) -> int:
    """What the market owes the co-operative, or all of them, by the ledger: statements or not."""
    found = select(func.coalesce(func.sum(LedgerEntry.amount), 0)).where(
        LedgerEntry.account == LedgerAccount.PAYABLE.value
    )
    if cooperative_id is not None:
        found = found.where(LedgerEntry.cooperative_id == cooperative_id)
    return -int(session.scalars(found).one())


def open_sum(sums: dict[SettlementStatus, StatusSum]) -> int:
    """What statements that are not paid come to, what they carry on included."""
    return sum(sums[status].net for status in (*OWED, SettlementStatus.CARRIED) if status in sums)


def get_statement(session: Session, settlement_id: int, cooperative_id: int | None = None) -> Statement:
    """One statement.  cooperative_id: whose it must be.  Raises: NotFound."""
    found = select_statements(Settlement.cooperative_id == cooperative_id if cooperative_id is not None else None)
    row = session.execute(
        found.add_columns(
            Village.name.label("village"),
            District.name.label("district"),
            *(getattr(Settlement, name).label(f"own_{name}") for name in BANK),
            *(getattr(Cooperative, name).label(f"now_{name}") for name in BANK),
        )
        .join(Village, Village.code == Cooperative.village_code)
        .join(District, District.code == Village.district_code)
        .where(Settlement.id == settlement_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    kept = statement_in(row)
    return Statement(
        row=kept,
        village=row.village,
        district=row.district,
        approved=account_in(row, "own_"),
        current=account_in(row, "now_"),
        last_paid=_last_paid(session, kept),
        figures=figures_of(session, settlement_id),
        orders=count_orders(session, settlement_id),
        events=tuple(_events(session, settlement_id)),
    )


def bank_changes(session: Session, cooperative_id: int, limit: int = 5) -> Sequence[BankChange]:
    """Where the co-operative said it wants to be paid, newest first."""
    found = (
        select(*(getattr(BankAccountChange, name) for name in BANK), Account.name, BankAccountChange.at)
        .join(Account, Account.id == BankAccountChange.actor_id)
        .where(BankAccountChange.cooperative_id == cooperative_id)
        .order_by(BankAccountChange.id.desc())
        .limit(limit)
    )
    return [BankChange(account_in(row, ""), row.name, row.at) for row in session.execute(found)]


def select_statements(condition: ColumnElement[bool] | None) -> Select[*tuple[Any, ...]]:
    """Statements with what `statement_in` needs, narrowed to those of which `condition` is true."""
    found = select(*_ROW).join(Cooperative, Cooperative.id == Settlement.cooperative_id)
    return found if condition is None else found.where(condition)


def statement_in(row: Row[*tuple[Any, ...]]) -> StatementRow:
    """The statement in a row of `select_statements`."""
    return StatementRow(
        id=row.id,
        cooperative_id=row.cooperative_id,
        cooperative=row.name,
        period=Period(row.period_first, row.period_last),
        status=SettlementStatus(row.status),
        carried=row.carried,
        net=row.net,
        drawn_at=row.drawn_at,
        paid_on=row.paid_on,
        reference=row.reference,
    )


def account_in(row: Row[*tuple[Any, ...]], prefix: str) -> BankAccount | None:
    """The account in a row whose columns of it begin with `prefix`; none when they are empty."""
    bank, number, holder = (getattr(row, prefix + name) for name in BANK)
    return BankAccount(bank, number, holder) if number else None


def _last_paid(session: Session, row: StatementRow) -> BankAccount | None:
    """The account of the co-operative's last paid statement, this one aside."""
    found = session.execute(
        select(*(getattr(Settlement, name) for name in BANK))
        .where(
            Settlement.cooperative_id == row.cooperative_id,
            Settlement.status == SettlementStatus.PAID.value,
            Settlement.id != row.id,
        )
        .order_by(Settlement.period_first.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else account_in(found, "")


def _events(session: Session, settlement_id: int) -> Sequence[EventRow]:
    found = (
        select(
            SettlementEvent.step,
            SettlementEvent.actor_id,
            Account.name,
            SettlementEvent.note,
            SettlementEvent.day,
            SettlementEvent.at,
        )
        .outerjoin(Account, Account.id == SettlementEvent.actor_id)
        .where(SettlementEvent.settlement_id == settlement_id)
        .order_by(SettlementEvent.id)
    )
    return [
        EventRow(SettlementStep(row.step), row.actor_id, row.name, row.note, row.day, row.at)
        for row in session.execute(found)
    ]
