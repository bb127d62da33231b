"""The whole market as plain rows, so that two markets can be compared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, Integer, Table, select

from ovop.db import db
from tests.databases import REFERENCE

#: Secrets that no seed decides, what a worker means to do, and what follows from slots that nobody booked.
SECRETS = {"password_hash", "session_stamp", "look_again_at", "last_pickup_at"}
#: What is remembered for a while after a change, not what the change was.
PASSING = {"outbox_job", "remembered_answer", "undo_step"}

Row = tuple[tuple[str, Any], ...]


def tables() -> list[Table]:
    """Every table that a demo market fills."""
    return [table for table in db.metadata.sorted_tables if table.name not in REFERENCE | PASSING]


def with_ids() -> dict[str, list[Row]]:
    """Every row as it stands, those aside, by table and key."""
    return {table.name: sorted(_rows(table), key=repr) for table in tables()}


def without_ids() -> dict[str, list[Row]]:
    """Every row with names in the place of numbers that a database hands out; slots only where something was booked."""
    names = _names()
    dumped = {}
    for table in tables():
        rows = []
        targets = {column.name: _target(column) for column in table.c}
        for row in _rows(table):
            plain = [(column, value) for column, value in row if not _is_counter(table.c[column])]
            rows.append(tuple((column, names.get(targets[column], {}).get(value, value)) for column, value in plain))
        dumped[table.name] = sorted(rows, key=repr)
    used = {dict(row)["slot_id"] for row in dumped["order"]}
    dumped["slot"] = [row for row in dumped["slot"] if _slot_name(dict(row)) in used]
    return dumped


def _rows(table: Table) -> Iterable[Row]:
    columns = [column for column in table.c if column.name not in SECRETS]
    rows = [tuple(zip([c.name for c in columns], row, strict=True)) for row in db.session.execute(select(*columns))]
    db.session.rollback()
    return rows


def _names() -> dict[str, dict[int, Any]]:
    """What rows are called by people, by table and id."""
    found: dict[str, dict[int, Any]] = {}
    for name, column in (
        ("account", "email"),
        ("cooperative", "slug"),
        ("product", "name"),
        ("pickup_point", "name"),
        ("catch", "lot_code"),
        ("order", "number"),
        ("fisher", "name"),
        ("scale", "name"),
        ("sharing", "first"),
    ):
        table = db.metadata.tables[name]
        found[name] = {row[0]: row[1] for row in db.session.execute(select(table.c.id, table.c[column]))}
    entry = db.metadata.tables["ledger_entry"]
    found["ledger_entry"] = {row.id: (row.journal, row.account) for row in db.session.execute(select(entry))}
    statement = db.metadata.tables["settlement"]
    found["settlement"] = {
        row.id: (found["cooperative"][row.cooperative_id], row.period_first)
        for row in db.session.execute(select(statement))
    }
    review = db.metadata.tables["review"]
    found["review"] = {
        row.id: (found["order"][row.order_id], found["product"][row.product_id])
        for row in db.session.execute(select(review.c.id, review.c.order_id, review.c.product_id))
    }
    till = db.metadata.tables["till"]
    found["till"] = {
        row.id: (found["account"][row.account_id], row.opened_at) for row in db.session.execute(select(till))
    }
    slot = db.metadata.tables["slot"]
    found["slot"] = {
        row.id: (found["pickup_point"][row.point_id], row.starts_at) for row in db.session.execute(select(slot))
    }
    db.session.rollback()
    return found


def _slot_name(slot: dict[str, Any]) -> tuple[Any, Any]:
    return slot["point_id"], slot["starts_at"]


def _target(column: Column[Any]) -> str:
    """The table whose numbers the column holds, if it does."""
    keys = [key.column for key in column.foreign_keys if key.column.name == "id"]
    return keys[0].table.name if keys else ""


def _is_counter(column: Column[Any]) -> bool:
    """Whether the column only numbers rows."""
    return column.name == "id" and isinstance(column.type, Integer)
