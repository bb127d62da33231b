"""Counting what has become due, period by period."""

from __future__ import annotations

from datetime import datetime, timedelta

from ovop.db.session import db, write
from ovop.kernel import days
from ovop.prices.operations import count_period
from ovop.prices.queries import uncounted_periods

#: So long after midnight a sale of the day before may still be on its way into the database.
GRACE = timedelta(minutes=30)


def count_due(now: datetime) -> int:
    """Every period that is over has its prices; how many were counted.  One transaction each, safe to repeat."""
    due = uncounted_periods(db.session(), days.day_of(now - GRACE))
    db.session.rollback()
    for period, first in due:
        write(count_period, period, first, now)
    return len(due)
