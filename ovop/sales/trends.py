"""How revenue goes: over days or months, and of each group against another time.  From the totals alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import FromClause, Table, func, literal, select, union_all
from sqlalchemy.orm import Session

from ovop.kernel.days import month_start, next_month_start
from ovop.sales.facts import line_facts
from ovop.sales.models import DayTotal, ProductTotal
from ovop.sales.queries import EVERYTHING, Scope, key_columns, within
from ovop.sales.rules import OF_LINES, OF_PRODUCT, Group, Span


def revenue_of(
    session: Session, spans: Mapping[str, Span], group: Group, scope: Scope = EVERYTHING
) -> dict[str, dict[str, int]]:
    """Rupiah by the name of each of `spans` and the code of each value of `group` (as in `queries.Key`).  One query."""
    found: dict[str, dict[str, int]] = {name: {} for name in spans}
    if not spans:
        return found
    totals = _table(group, scope)
    (key,) = key_columns((group,), totals.c.day, totals.c)
    statement = union_all(
        *(
            select(literal(name).label("part"), key, func.sum(totals.c.revenue).label("revenue"))
            .where(totals.c.day.between(span.first, span.last), *within(scope, totals.c))
            .group_by(key)
            for name, span in spans.items()
        )
    )
    for name, value, revenue in session.execute(statement):
        found[name][_code(group, value)] = int(revenue)
    return found


def revenue_over(session: Session, span: Span, scope: Scope = EVERYTHING, *, by_month: bool) -> list[tuple[date, int]]:
    """Rupiah of every day of `span`, or of every month by its first day, those without sales as well.  One query."""
    totals = _table(Group.DAY, scope)
    (key,) = key_columns((Group.MONTH if by_month else Group.DAY,), totals.c.day, totals.c)
    rows = session.execute(
        select(key, func.sum(totals.c.revenue))
        .where(totals.c.day.between(span.first, span.last), *within(scope, totals.c))
        .group_by(key)
    )
    found = {at: int(revenue) for at, revenue in rows}
    return [(at, found.get(at, 0)) for at in (_months(span) if by_month else span.each())]


def _table(group: Group, scope: Scope) -> FromClause:
    if scope.is_of_lines or group in OF_LINES:
        return line_facts()
    model: Any = ProductTotal if scope.is_of_product or group in OF_PRODUCT else DayTotal
    table: Table = model.__table__
    return table


def _months(span: Span) -> list[date]:
    months = [month_start(span.first)]
    while (following := next_month_start(months[-1])) <= span.last:
        months.append(following)
    return months


def _code(group: Group, value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()[: 7 if group is Group.MONTH else 10]
    return str(value)
