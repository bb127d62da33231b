"""Counting the prices of periods that are over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.orm import Session

from ovop.prices.models import PriceCell, PricedPeriod
from ovop.prices.recount import AMOUNTS, KEYS, recount
from ovop.prices.rules import Period


def count_periods(session: Session, period: Period, firsts: Sequence[date], now: datetime) -> None:
    """The prices of those periods, which follow each other, are counted; a second time they are counted anew."""
    first, last = firsts[0], firsts[-1]
    for table in (PriceCell, PricedPeriod):
        session.execute(delete(table).where(table.period == period, table.first.between(first, last)))
    counted = recount(period, first, period.last(last)).subquery()
    cells = select(literal(period.value), *(counted.c[name] for name in (*KEYS, *AMOUNTS)))
    session.execute(insert(PriceCell).from_select(["period", *KEYS, *AMOUNTS], cells))
    session.execute(insert(PricedPeriod), [{"period": period, "first": each, "counted_at": now} for each in firsts])
