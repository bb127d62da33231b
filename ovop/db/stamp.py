"""Whether anything that a public page shows has changed: one tiny query instead of the page's own.

A stamp that comes out the same means that the rows are the same.  The other way round it may change for nothing: on
PostgreSQL any transaction that writes anywhere changes it.
"""

from __future__ import annotations

from collections import deque
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, NullPool, create_engine
from sqlalchemy.orm import Session


class Stamp(NamedTuple):
    """`rows` stands for all that public pages show, `slow` for what of it seldom changes (no stock, no slots).

    Read it before the rows: what is then read under it is at least as new as the stamp says.
    """

    rows: str
    slow: int


_ON_SQLITE = "SELECT pages, slow FROM search_stamp"
_ON_POSTGRESQL = "SELECT pg_current_snapshot()::text, slow FROM search_stamp"


class _Asker:
    """Connections kept open outside of any transaction, with nothing between them and the driver.

    What the session does for a statement takes ten times as long as this statement.  The connections belong to no
    thread: the server's threads end after the interpreter has, and would then tear them down.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statement = _statement(engine.dialect.name)
        self._errors = engine.dialect.loaded_dbapi.Error
        self._idle: deque[Any] = deque()

    def ask(self) -> Stamp:
        try:
            connection = self._idle.pop() if self._idle else self._engine.raw_connection()
        except IndexError:  # another thread was faster
            connection = self._engine.raw_connection()
        driver: Any = connection.driver_connection
        try:
            row = driver.execute(self._statement).fetchone()
        except self._errors:  # the database was restarted, or is away: the next way round knows, and has the words
            connection.invalidate()
            with self._engine.connect() as other:
                return _read(other)
        self._idle.append(connection)
        return _stamp(row)


_askers: WeakKeyDictionary[Engine, _Asker] = WeakKeyDictionary()


def change_stamp(session: Session) -> Stamp:
    """The stamp of the rows as `session` sees them."""
    return _read(session.connection())


def stamp_of(engine: Engine) -> Stamp:
    """The stamp of what is committed now, without a transaction.  Raises: DBAPIError.

    Only for whoever has read nothing yet: an open transaction may still see rows from before it.
    """
    asker = _askers.get(engine)
    if asker is None:
        options = {"check_same_thread": False} if engine.dialect.name == "sqlite" else {}
        alone = create_engine(engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool, connect_args=options)
        asker = _askers.setdefault(engine, _Asker(alone))
    return asker.ask()


def _read(connection: Connection) -> Stamp:
    return _stamp(connection.exec_driver_sql(_statement(connection.dialect.name)).one())


def _statement(dialect: str) -> str:
    return _ON_SQLITE if dialect == "sqlite" else _ON_POSTGRESQL


def _stamp(row: Any) -> Stamp:
    rows, slow = row
    return Stamp(str(rows), slow)
