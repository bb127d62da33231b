"""Reading what was agreed to be given back of collected orders, as the ledger has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, SQLColumnExpression, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from ovop.kernel import days
from ovop.payment.ledger import LedgerAccount
from ovop.payment.models import LedgerEntry

#: The ledger entries of refunds that were agreed (`refunding.agree_refund`): one journal for each.
IS_AGREED = LedgerEntry.journal.like("order:%:refund:%")


@dataclass(frozen=True, slots=True)
class AgreedRefund:
    """Rupiah of an order that are given back; `before`: what had been agreed before.

    commission: what the market gives up of it.
    """

    order_number: str
    before: int
    amount: int
    commission: int
    at: datetime


def agreed_refunds(session: Session, *wanted: ColumnElement[bool]) -> dict[str, list[AgreedRefund]]:
    """Refunds by order number, in the order in which they were agreed; orders without any are left out.  One query.

    wanted: conditions on ledger entries.
    """
    rows = session.execute(
        select(
            LedgerEntry.order_number,
            LedgerEntry.journal,
            func.sum(_of(LedgerAccount.CUSTOMER, -LedgerEntry.amount)).label("amount"),
            func.sum(_of(LedgerAccount.COMMISSION, LedgerEntry.amount)).label("commission"),
            func.min(LedgerEntry.at).label("at"),
        )
        .where(IS_AGREED, *wanted)
        .group_by(LedgerEntry.order_number, LedgerEntry.journal)
    )
    found: dict[str, list[AgreedRefund]] = {}
    for row in rows:
        before = int(row.journal.rpartition(":")[2])
        refund = AgreedRefund(row.order_number, before, int(row.amount), int(row.commission), row.at)
        found.setdefault(refund.order_number, []).append(refund)
    return {number: sorted(refunds, key=lambda refund: refund.before) for number, refunds in found.items()}


@dataclass(frozen=True, slots=True)
class RefundSum:
    """What was agreed to be given back, in rupiah, and of how many orders."""

    orders: int
    amount: int


def agreed_on(first: date, last: date, cooperative_id: int | None = None) -> tuple[ColumnElement[bool], ...]:
    """What is true of one ledger entry of each refund agreed on `first` … `last` (Asia/Jakarta, both counted)."""
    is_its_own = () if cooperative_id is None else (LedgerEntry.cooperative_id == cooperative_id,)
    return (
        LedgerEntry.account == LedgerAccount.CUSTOMER.value,
        *is_its_own,
        LedgerEntry.at >= days.start_of(first),
        LedgerEntry.at < days.end_of(last),
        IS_AGREED,
    )


def refunds_between(session: Session, cooperative_id: int, spans: Sequence[tuple[date, date]]) -> list[RefundSum]:
    """What the co-operative agreed in each span of days (both counted) to give back to buyers.  One query."""
    parts = [
        select(
            literal(place).label("place"),
            func.count(LedgerEntry.order_number.distinct()).label("orders"),
            func.coalesce(func.sum(-LedgerEntry.amount), 0).label("amount"),
        ).where(*agreed_on(*span, cooperative_id))
        for place, span in enumerate(spans)
    ]
    rows = sorted(session.execute(union_all(*parts)), key=lambda row: row.place)
    return [RefundSum(row.orders, int(row.amount)) for row in rows]


def _of(account: LedgerAccount, amount: SQLColumnExpression[int]) -> ColumnElement[int]:
    """`amount` where the entry is of that account, else nothing."""
    return case((LedgerEntry.account == account.value, amount), else_=0)
