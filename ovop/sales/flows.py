"""Rebuilding the totals while the market sells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from ovop.db.session import db, write
from ovop.kernel.days import month_end, month_start, next_month_start
from ovop.ordering.models import Order
from ovop.sales.operations import rebuild_month
from ovop.sales.totals import TABLES, differences, time_column


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A month that has been looked at: how many cells were wrong, and where it stands among all months."""

    month: date
    wrong: int
    number: int
    months: int


def rebuild(since: date | None = None) -> Iterator[Rebuilt]:
    """The totals are a recount of the orders, month by month from `since` (default: the first sale).

    A month that is right already is only read, so that a second run goes on where a first was stopped, and selling
    waits for one month's writing at most.
    """
    months = _months(db.session(), since)
    for number, month in enumerate(months, 1):
        wrong = sum(1 for table in TABLES for _cell in differences(db.session(), table, month, month_end(month)))
        db.session.rollback()
        if wrong:
            write(rebuild_month, month)
        yield Rebuilt(month, wrong, number, len(months))


def _months(session: Session, since: date | None) -> list[date]:
    """First days of the months that have sales or totals, and of those between."""
    ends = union_all(
        select(func.min(Order.collected_on).label("first"), func.max(Order.collected_on).label("last")),
        *(select(func.min(time_column(table)), func.max(time_column(table))) for table in TABLES),
    ).subquery()
    first, last = session.execute(select(func.min(ends.c.first), func.max(ends.c.last))).one()
    session.rollback()
    if first is None:
        return []
    month = month_start(max(first, since) if since else first)
    months = []
    while month <= last:
        months.append(month)
        month = next_month_start(month)
    return months
