"""Bringing reference data into its table, so that a second time changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from ovop.db.types import Base


def bring_in(session: Session, model: type[Base], rows: Iterable[Mapping[str, Any]]) -> int:
    """The model's table holds `rows`; answers how many it had to add or alter.

    rows: all with the same columns, those of the primary key among them.  Other columns and rows stay as they are.
    """
    wanted = [dict(row) for row in rows]
    if not wanted:
        return 0
    table = model.__table__
    assert isinstance(table, Table)
    keys = [column.name for column in table.primary_key]
    columns = list(wanted[0])
    present = {
        tuple(row[key] for key in keys): dict(row)
        for row in session.execute(select(*(table.c[name] for name in columns))).mappings()
    }
    found = [(row, present.get(tuple(row[key] for key in keys))) for row in wanted]
    new = [row for row, before in found if before is None]
    altered = [row for row, before in found if before is not None and before != row]
    if new:
        session.execute(insert(table), new)
    if altered:
        change = update(table).where(*(table.c[key] == bindparam(f"key_{key}") for key in keys))
        session.execute(
            change.values({name: bindparam(f"new_{name}") for name in columns if name not in keys}),
            [
                {f"key_{key}": row[key] for key in keys}
                | {f"new_{name}": row[name] for name in columns if name not in keys}
                for row in altered
            ],
        )
    return len(new) + len(altered)
