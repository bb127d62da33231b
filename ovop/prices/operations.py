"""Counting the prices of a period that is over."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.orm import Session

from ovop.prices.models import PriceCell, PricedPeriod
from ovop.prices.recount import AMOUNTS, KEYS, recount
from ovop.prices.rules import Period


def count_period(session: Session, period: Period, first: date, now: datetime) -> None:
    """The prices of the period that begins on `first` are counted; a second time they are counted anew."""
    for table in (PriceCell, PricedPeriod):
        session.execute(delete(table).where(table.period == period, table.first == first))
    counted = recount(period, first, period.last(first)).subquery()
    cells = select(literal(period.value), *(counted.c[name] for name in (*KEYS, *AMOUNTS)))
    session.execute(insert(PriceCell).from_select(["period", *KEYS, *AMOUNTS], cells))
    session.execute(insert(PricedPeriod).values(period=period, first=first, counted_at=now))
