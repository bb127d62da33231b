"""Reading closed months, and what a month would be closed with now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ovop.closing.models import ClosedMonth
from ovop.closing.rules import Correction, Figures, Line, read
from ovop.kernel.days import end_of, month_end, start_of
from ovop.kernel.errors import NotFound
from ovop.ordering.models import Order
from ovop.payment.ledger import LedgerAccount
from ovop.payment.models import LedgerEntry
from ovop.sales.models import MonthTotal
from ovop.sales.queries import Figures as Sums
from ovop.sales.queries import sales_rows
from ovop.sales.rules import Group
from ovop.sales.totals import month_of


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed month as it was written, with what it says."""

    month: date
    body: str
    digest: str
    closed_at: datetime
    figures: Figures


def find_closed(session: Session, month: date) -> Closed | None:
    """That month by its first day, none while it is open.  One query."""
    row = session.execute(_closed().where(ClosedMonth.month == month)).one_or_none()
    return None if row is None else Closed(*row, read(row.body))


def get_closed(session: Session, month: date) -> Closed:
    """As `find_closed`.  Raises: NotFound."""
    found = find_closed(session, month)
    if found is None:
        raise NotFound()
    return found


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month with sales: as it stands, or as it was closed, with the digest."""

    month: date
    orders: int
    revenue: int
    digest: str | None


def list_months(session: Session) -> Sequence[MonthRow]:
    """Every month that has sales or is closed, newest first.  Two queries."""
    sums = select(MonthTotal.month, func.sum(MonthTotal.orders), func.sum(MonthTotal.revenue)).group_by(
        MonthTotal.month
    )
    rows = {month: MonthRow(month, int(orders), int(revenue), None) for month, orders, revenue in session.execute(sums)}
    for month, body, digest in session.execute(select(ClosedMonth.month, ClosedMonth.body, ClosedMonth.digest)):
        total = read(body).total
        rows[month] = MonthRow(month, total.orders, total.revenue, digest)
    return [rows[month] for month in sorted(rows, reverse=True)]


def count_month(session: Session, month: date) -> Figures:
    """What the month that begins on `month` would be closed with now.  Six queries."""
    first, last = month, month_end(month)

    def lines(group: Group) -> tuple[Line, ...]:
        rows = sales_rows(session, first, last, (group,)).rows
        return tuple(_line(row.keys[group].code, row.keys[group].name, row.figures) for row in rows)

    return Figures(
        month=month.isoformat()[:7],
        total=_line("", "", sales_rows(session, first, last, ()).total),
        districts=lines(Group.DISTRICT),
        villages=lines(Group.VILLAGE),
        cooperatives=lines(Group.COOPERATIVE),
        species=lines(Group.SPECIES),
        corrections=tuple(_corrections(session, first, last)),
    )


def _corrections(session: Session, first: date, last: date) -> Sequence[Correction]:
    """Refunds that were agreed in those days, by the month in which their orders were collected."""
    sold_in = month_of(Order.collected_on)
    rows = session.execute(
        select(sold_in, func.count(Order.id.distinct()), func.sum(LedgerEntry.amount))
        .join(Order, Order.number == LedgerEntry.order_number)
        .where(
            LedgerEntry.at >= start_of(first),
            LedgerEntry.at < end_of(last),
            LedgerEntry.account == LedgerAccount.CUSTOMER,
            LedgerEntry.journal.like("order:%:refund:%"),
        )
        .group_by(sold_in)
        .order_by(sold_in)
    )
    return [Correction(month.isoformat()[:7], orders, int(amount)) for month, orders, amount in rows]


def _line(code: str, name: str, sums: Sums) -> Line:
    return Line(code, name, sums.orders, sums.buyers, sums.grams, sums.pieces, sums.revenue)


def _closed() -> Select[date, str, str, datetime]:
    return select(ClosedMonth.month, ClosedMonth.body, ClosedMonth.digest, ClosedMonth.closed_at)
