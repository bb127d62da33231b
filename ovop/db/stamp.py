"""Whether anything that a public page shows has changed: one tiny query instead of the page's own.

A stamp that comes out the same means that the rows are the same.  The other way round it may change for nothing: on
PostgreSQL any transaction that writes anywhere changes it.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from ovop.db.session import engine_of


class Stamp(NamedTuple):
    """`rows` stands for all that public pages show, `slow` for what of it seldom changes (no stock, no slots).

    Read it before the rows: what is then read under it is at least as new as the stamp says.
    """

    rows: str
    slow: int


_ON_SQLITE = text("SELECT pages, slow FROM search_stamp")
_ON_POSTGRESQL = text("SELECT pg_current_snapshot()::text AS pages, slow FROM search_stamp")


def change_stamp(session: Session) -> Stamp:
    """The stamp of the rows as `session` sees them."""
    row = session.execute(_ON_SQLITE if engine_of(session).dialect.name == "sqlite" else _ON_POSTGRESQL).one()
    return Stamp(str(row[0]), int(row[1]))
