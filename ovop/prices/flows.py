"""Counting what has become due, period by period."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from ovop.db.session import db, write
from ovop.kernel import days
from ovop.prices.operations import count_periods
from ovop.prices.queries import uncounted_periods
from ovop.prices.rules import Period

#: So long after midnight a sale of the day before may still be on its way into the database.
GRACE = timedelta(minutes=30)


#: So many periods are counted in one transaction: nobody who sells waits for more.
AT_ONCE = 31


def count_due(now: datetime) -> int:
    """Every period that is over has its prices; how many were counted.  Safe to stop and to repeat."""
    due = uncounted_periods(db.session(), days.day_of(now - GRACE))
    db.session.rollback()
    for period in Period:
        for firsts in _runs(period, [first for each, first in due if each is period]):
            write(count_periods, period, firsts, now)
    return len(due)


def _runs(period: Period, firsts: Sequence[date]) -> Iterator[list[date]]:
    """The periods in lists of at most AT_ONCE that follow each other."""
    run: list[date] = []
    for first in firsts:
        if run and (len(run) == AT_ONCE or period.next(run[-1]) != first):
            yield run
            run = []
        run.append(first)
    if run:
        yield run
