"""Reading tills: one query each, whatever is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from ovop.accounts.models import Account
from ovop.accounts.rules import Actor, require_member
from ovop.kernel.errors import NotFound
from ovop.till.models import Till, TillDeposit, TillEntry
from ovop.till.rules import Cash, EntryKind, TillStatus


@dataclass(frozen=True, slots=True)
class TillRow:
    """A till with its sums; `closed_by` is who counted it, None while it is open."""

    id: int
    cooperative_id: int
    account_id: int
    clerk: str
    day: date
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    explanation: str
    cash: Cash

    @property
    def status(self) -> TillStatus:
        """How far it is."""
        return self.cash.status


@dataclass(frozen=True, slots=True)
class EntryRow:
    """Cash that went in, or out (below zero); `who` made it so."""

    id: int
    kind: EntryKind
    amount: int
    order_number: str | None
    note: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DepositRow:
    """Cash brought to the bank; below zero it takes another back, for the reason in `note`."""

    id: int
    amount: int
    reference: str
    on: date
    note: str
    who: str
    at: datetime
    is_taken_back: bool


@dataclass(frozen=True, slots=True)
class KindSum:
    """Entries of one kind: how many, and their sum."""

    kind: EntryKind
    count: int
    amount: int


@dataclass(frozen=True, slots=True)
class InHand:
    """What one clerk has not brought to the bank: the sum over so many tills, the oldest of `since`.

    uncounted: so many of these tills are still open, though their day is over.
    """

    account_id: int
    clerk: str
    amount: int
    tills: int
    since: date
    uncounted: int


@dataclass(frozen=True, slots=True)
class TillPage:
    """One page of tills, how many there are in all, and what is undeposited of all."""

    items: tuple[TillRow, ...]
    total: int
    undeposited: int
    page: int
    per_page: int


@dataclass(frozen=True, slots=True)
class Clerk:
    """Somebody who has, or had, a till."""

    id: int
    name: str


_INSIDE: ColumnElement[int] = func.coalesce(Till.counted, Till.expected) - Till.deposited
#: As `rules.Cash.undeposited`.
UNDEPOSITED: ColumnElement[int] = case((Till.change_amount < _INSIDE, _INSIDE - Till.change_amount), else_=0)


def get_till(session: Session, till_id: int, actor: Actor) -> TillRow:
    """A till of the actor's co-operative.  Raises: NotFound, Forbidden."""
    row = session.execute(_tills().where(Till.id == till_id)).one_or_none()
    if row is None:
        raise NotFound()
    require_member(actor, row.cooperative_id)
    return _till_row(row)


def find_open_till(session: Session, account_id: int, day: date) -> TillRow | None:
    """The clerk's open till of `day`, if there is one."""
    row = session.execute(
        _tills().where(Till.account_id == account_id, Till.day == day, Till.closed_at.is_(None))
    ).one_or_none()
    return _till_row(row) if row else None


def find_last_till(session: Session, account_id: int) -> TillRow | None:
    """The till that the clerk closed last: its change is what the next begins with."""
    row = session.execute(
        _tills()
        .where(Till.account_id == account_id, Till.closed_at.is_not(None))
        .order_by(Till.day.desc(), Till.id.desc())
        .limit(1)
    ).one_or_none()
    return _till_row(row) if row else None


def uncounted_tills(session: Session, cooperative_id: int, today: date) -> Sequence[TillRow]:
    """Tills of days that are over and that nobody has counted, the oldest first; fifty at most."""
    rows = session.execute(
        _tills()
        .where(Till.cooperative_id == cooperative_id, Till.closed_at.is_(None), Till.day < today)
        .order_by(Till.day, Till.id)
        .limit(50)
    )
    return [_till_row(row) for row in rows]


def tills_to_deposit(session: Session, cooperative_id: int, account_id: int | None = None) -> Sequence[TillRow]:
    """Counted tills from which cash has to go to the bank, the oldest first; a hundred at most."""
    wanted = [Till.cooperative_id == cooperative_id, Till.closed_at.is_not(None), UNDEPOSITED > 0]
    if account_id is not None:
        wanted.append(Till.account_id == account_id)
    rows = session.execute(_tills().where(*wanted).order_by(Till.day, Till.id).limit(100))
    return [_till_row(row) for row in rows]


def in_hand(session: Session, cooperative_id: int, today: date) -> Sequence[InHand]:
    """What each clerk has not brought to the bank, the oldest first; clerks with nothing are left out."""
    is_uncounted = case(((Till.closed_at.is_(None)) & (Till.day < today), 1), else_=0)
    rows = session.execute(
        select(
            Till.account_id,
            Account.name,
            func.sum(UNDEPOSITED).label("amount"),
            func.count().label("tills"),
            func.min(Till.day).label("since"),
            func.sum(is_uncounted).label("uncounted"),
        )
        .join(Account, Account.id == Till.account_id)
        .where(Till.cooperative_id == cooperative_id, or_(UNDEPOSITED > 0, is_uncounted == 1))
        .group_by(Till.account_id, Account.name)
        .order_by(func.min(Till.day), Account.name)
    )
    return [InHand(row.account_id, row.name, int(row.amount), row.tills, row.since, int(row.uncounted)) for row in rows]


def list_tills(
    session: Session,
    cooperative_id: int,
    *,
    account_id: int | None = None,
    status: TillStatus | None = None,
    days: tuple[date, date] | None = None,
    page: int = 1,
    per_page: int = 20,
) -> TillPage:
    """The co-operative's tills, newest first: of one clerk, so far, of these days (both counted).  Two queries."""
    wanted: list[ColumnElement[bool]] = [Till.cooperative_id == cooperative_id]
    if account_id is not None:
        wanted.append(Till.account_id == account_id)
    if status is not None:
        wanted.append(_is(status))
    if days is not None:
        wanted.append(Till.day.between(*days))
    counted = session.execute(
        select(func.count(), func.coalesce(func.sum(UNDEPOSITED), 0)).select_from(Till).where(*wanted)
    ).one()
    rows = session.execute(
        _tills().where(*wanted).order_by(Till.day.desc(), Till.id.desc()).limit(per_page).offset((page - 1) * per_page)
    )
    return TillPage(tuple(_till_row(row) for row in rows), counted[0], int(counted[1]), page, per_page)


def clerks_with_tills(session: Session, cooperative_id: int) -> Sequence[Clerk]:
    """Everybody who has a till at the co-operative, by name."""
    rows = session.execute(
        select(Account.id, Account.name)
        .where(Account.id.in_(select(Till.account_id).where(Till.cooperative_id == cooperative_id)))
        .order_by(Account.name, Account.id)
    )
    return [Clerk(row.id, row.name) for row in rows]


def sums_of(session: Session, till_id: int) -> Sequence[KindSum]:
    """What the till's entries come to, by kind."""
    rows = session.execute(
        select(TillEntry.kind, func.count(), func.sum(TillEntry.amount))
        .where(TillEntry.till_id == till_id)
        .group_by(TillEntry.kind)
    )
    found = {kind: (count, int(amount)) for kind, count, amount in rows}
    return [KindSum(kind, *found[kind]) for kind in EntryKind if kind in found]


def entries_of(
    session: Session, till_id: int, *, kinds: Sequence[EntryKind] = tuple(EntryKind), limit: int = 50, skip: int = 0
) -> Sequence[EntryRow]:
    """So many entries of the till, the latest first."""
    rows = session.execute(
        select(TillEntry.__table__, Account.name.label("who"))
        .join(Account, Account.id == TillEntry.actor_id)
        .where(TillEntry.till_id == till_id, TillEntry.kind.in_([kind.value for kind in kinds]))
        .order_by(TillEntry.id.desc())
        .limit(limit)
        .offset(skip)
    )
    return [
        EntryRow(row.id, EntryKind(row.kind), row.amount, row.order_number, row.note, row.who, row.at) for row in rows
    ]


def deposits_of(session: Session, till_id: int) -> Sequence[DepositRow]:
    """The till's deposits, those taken back with what took them back, as they were noted."""
    other = aliased(TillDeposit)
    rows = session.execute(
        select(TillDeposit.__table__, Account.name.label("who"), other.id.is_not(None).label("is_taken_back"))
        .join(Account, Account.id == TillDeposit.actor_id)
        .outerjoin(other, other.reverses_id == TillDeposit.id)
        .where(TillDeposit.till_id == till_id)
        .order_by(TillDeposit.id)
    )
    return [
        DepositRow(
            row.id, row.amount, row.reference, row.deposited_on, row.note, row.who, row.at, bool(row.is_taken_back)
        )
        for row in rows
    ]


def _is(status: TillStatus) -> ColumnElement[bool]:
    match status:
        case TillStatus.OPEN:
            return Till.closed_at.is_(None)
        case TillStatus.COUNTED:
            return Till.closed_at.is_not(None) & (UNDEPOSITED > 0)
        case TillStatus.DONE:
            return Till.closed_at.is_not(None) & (UNDEPOSITED == 0)


def _tills() -> Select[Any]:
    counter = aliased(Account)
    return (
        select(Till.__table__, Account.name.label("clerk"), counter.name.label("counter"))
        .join(Account, Account.id == Till.account_id)
        .outerjoin(counter, counter.id == Till.closed_by)
    )


def _till_row(row: Any) -> TillRow:
    return TillRow(
        id=row.id,
        cooperative_id=row.cooperative_id,
        account_id=row.account_id,
        clerk=row.clerk,
        day=row.day,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        closed_by=row.counter,
        explanation=row.explanation,
        cash=Cash(row.change_amount, row.expected, row.counted, row.deposited),
    )
