"""How many rows a table has."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import DeclarativeBase, Session


def count_rows(session: Session, table: type[DeclarativeBase]) -> int:
    """All of them, whatever is in them.  One query."""
    return session.scalar(select(func.count()).select_from(table)) or 0
