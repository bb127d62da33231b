"""What rows were and are, as JSON has it, and putting them back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Date, inspect

from ovop.db.types import Base, Instant
from ovop.undo.errors import ChangedSince


def columns_of(row: Base, names: Iterable[str]) -> dict[str, Any]:
    """These columns of `row`, to be kept."""
    return {name: _plain(getattr(row, name)) for name in names}


def put_back(row: Base, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """`row` is as `before`.  Raises: ChangedSince unless it is still as `after`."""
    if columns_of(row, after) != dict(after):
        raise ChangedSince()
    types = {column.key: column.type for column in inspect(type(row)).columns}
    for name, value in before.items():
        setattr(row, name, _read(value, types[name]))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _read(value: Any, kind: object) -> Any:
    if value is not None and isinstance(kind, Instant):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if value is not None and isinstance(kind, Date) else value
