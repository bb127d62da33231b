"""Reading what was agreed to be given back of collected orders, as the ledger has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, SQLColumnExpression, case, func, select
from sqlalchemy.orm import Session

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


def _of(account: LedgerAccount, amount: SQLColumnExpression[int]) -> ColumnElement[int]:
    """`amount` where the entry is of that account, else nothing."""
    return case((LedgerEntry.account == account.value, amount), else_=0)
