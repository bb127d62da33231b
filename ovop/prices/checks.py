"""Invariants of counted prices: equal to a recount of the collected lines, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from ovop.db.counting import count_rows
from ovop.kernel.checks import Check, Finding, finding
from ovop.prices.models import PriceCell, PricedPeriod
from ovop.prices.recount import AMOUNTS, KEYS, recount
from ovop.prices.rules import Period


def _cells(session: Session) -> Finding:
    return finding(
        count_rows(session, PriceCell), (line for period in Period for line in _differences(session, period))
    )


def _differences(session: Session, period: Period) -> Iterator[str]:
    """The cells of counted periods that say too much or too little, in words."""
    kept = select(*(PriceCell.__table__.c[name] for name in (*KEYS, *AMOUNTS)), literal(1).label("present")).where(
        PriceCell.period == period
    )
    counted = recount(period, date.min, date.max).subquery()
    told = select(PricedPeriod.first).where(PricedPeriod.period == period)
    again = select(*(counted.c[name] for name in KEYS), *(-counted.c[name] for name in AMOUNTS), literal(-1)).where(
        counted.c.first.in_(told)
    )
    both = union_all(kept, again).subquery()
    excess = {name: func.sum(both.c[name]) for name in (*AMOUNTS, "present")}
    keys = [both.c[name] for name in KEYS]
    unequal = (
        select(*keys, *(column.label(name) for name, column in excess.items()))
        .group_by(*keys)
        .having(or_(*(column != 0 for column in excess.values())))
        .order_by(*keys)
    )
    for row in session.execute(unequal).mappings():
        wrong = ", ".join(f"{name} {int(row[name]):+d}" for name in excess if row[name])
        yield f"{period} {row['first']}, {row['species_code']}, {row['form']}: {wrong}"


CHECKS = (Check("prices of periods that are over are a recount of the collected lines", "cells", _cells),)
