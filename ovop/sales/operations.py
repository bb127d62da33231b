"""Keeping the totals: a sale adds to them in its own transaction; a month can be counted anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Table, delete, insert, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ovop.db.session import engine_of
from ovop.kernel.days import month_end, month_start
from ovop.kernel.quantity import Measure
from ovop.ordering.events import OrderCollected, SoldLine
from ovop.sales.totals import SUMS, TABLES, recount, time_column


def count_sale(session: Session, sale: OrderCollected) -> None:
    """The sale is in the totals of its day, its month, its buyer and what was in it."""
    where = {"cooperative_id": sale.cooperative_id, "village_code": sale.village_code}
    month = month_start(sale.day)
    sold = [line for line in sale.lines if line.quantity > 0]
    whole = _sums(sold) | {"revenue": sale.revenue}
    parts: dict[tuple[str, str], list[SoldLine]] = {}
    for line in sold:
        parts.setdefault((line.species_code, line.form), []).append(line)
    days, months, buyers, products = TABLES
    short = int(any(line.is_short for line in sale.lines))
    _add(session, days, [{"day": sale.day, **where, **whole, "short": short}])
    _add(session, months, [{"month": month, **where, **whole}])
    _add(session, buyers, [{"month": month, "buyer_id": sale.buyer_id}])
    # In the order of their keys: two sales of one co-operative then never wait for each other in a circle.
    _add(
        session,
        products,
        [
            {"day": sale.day, **where, "species_code": species, "form": form, **_sums(lines)}
            for (species, form), lines in sorted(parts.items())
        ],
    )


def rebuild_month(session: Session, month: date) -> None:
    """The totals of that month are a recount of its orders.

    On PostgreSQL sales wait meanwhile: one that had half begun would be counted twice or not at all.
    """
    first, last = month_start(month), month_end(month)
    if engine_of(session).dialect.name == "postgresql":
        names = ", ".join(table.name for table in TABLES)
        session.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
    for table in TABLES:
        session.execute(delete(table).where(time_column(table).between(first, last)))
        session.execute(insert(table).from_select([column.name for column in table.c], recount(table, first, last)))


def _sums(lines: Sequence[SoldLine]) -> dict[str, int]:
    return {
        "orders": 1,
        "grams": sum(line.quantity for line in lines if line.measure == Measure.WEIGHT),
        "pieces": sum(line.quantity for line in lines if line.measure == Measure.COUNT),
        "revenue": sum(line.amount for line in lines),
    }


def _add(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """`rows` are added to what the cells of their keys hold already."""
    dialect = postgresql if engine_of(session).dialect.name == "postgresql" else sqlite
    row = dialect.insert(table)
    sums = {name: table.c[name] + row.excluded[name] for name in SUMS if name in table.c}
    keys = list(table.primary_key)
    upsert = row.on_conflict_do_update(index_elements=keys, set_=sums) if sums else row.on_conflict_do_nothing()
    session.execute(upsert, list(rows))
