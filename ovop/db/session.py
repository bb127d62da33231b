"""Reading and writing: the only module that commits.

A write is a function given to `write`: it gets a fresh session, changes rows, and returns; the commit is here.
SQLite has one writer and fails a transaction that reads first and writes later, so writes begin IMMEDIATE there.
PostgreSQL may abort one of two transactions that cross; the loser is run again, which is why operations must not
do anything but change rows.
"""

from __future__ import annotations

import logging
import random
import sqlite3
import time
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from flask import Flask, current_app, g, has_app_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event, exc
from sqlalchemy.orm import Session

from ovop.db.types import Base
from ovop.kernel.errors import Unavailable

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

db = SQLAlchemy(model_class=Base)

_ATTEMPTS = 6
#: Serialization failure, deadlock, and two inserts of one key: another run sees what the winner wrote.
_LOST_RACE = {"40001", "40P01", "23505"}
#: Plain SQLITE_BUSY is none of them: it comes after _SQLITE_BUSY_SECONDS, and asking again would wait as long again.
_LOST_RACE_ON_SQLITE = {
    "SQLITE_BUSY_SNAPSHOT",
    "SQLITE_LOCKED",
    "SQLITE_LOCKED_SHAREDCACHE",
    "SQLITE_CONSTRAINT_UNIQUE",
    "SQLITE_CONSTRAINT_PRIMARYKEY",
}
_SQLITE_BUSY_SECONDS = 10


def configure(app: Flask, database_url: str, replica_url: str | None) -> None:
    """Binds `app` to its database and, for reads that may lag a little, to a replica."""
    options: dict[str, Any] = {"connect_args": {"timeout": _SQLITE_BUSY_SECONDS}}
    if database_url.startswith("postgresql"):
        options = {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 10, "pool_timeout": 10}
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    # What a failed statement was given holds names and numbers, and its text ends in the log.
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options | {"hide_parameters": True}
    app.config["SQLALCHEMY_BINDS"] = {"replica": replica_url} if replica_url else {}
    db.init_app(app)
    app.teardown_appcontext(lambda _error: _forget_reads())
    with app.app_context():
        for engine in db.engines.values():
            if engine.dialect.name == "sqlite":
                event.listen(engine, "connect", _on_sqlite_connect)
                event.listen(engine, "begin", _on_sqlite_begin)


def write(operation: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs `operation(session, …)` in one transaction and commits it; returns what it returned.

    Any exception undoes everything.  A lost race is run again from the start, a few times.
    Raises: whatever `operation` raises; Unavailable when the database does not take the transaction.
    """
    engine = db.engine.execution_options(ovop_write=True)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                result = operation(session, *args, **kwargs)
            _forget_reads()
            return result
        except exc.DBAPIError as error:
            _forget_reads()
            if not (lost := _lost_race(error)) or attempt == _ATTEMPTS:
                if lost or is_outage(error):
                    raise Unavailable(retry_after=5) from error
                raise
            log.info("write run again", extra={"operation": getattr(operation, "__name__", "?"), "attempt": attempt})
            time.sleep(random.uniform(0.5, 1.5) * 0.01 * 2**attempt)
    raise AssertionError("unreachable")


def reading() -> Session:
    """A session for pages whose figures may lag by a moment: the replica's where there is one."""
    if not current_app.config["SQLALCHEMY_BINDS"]:
        return db.session()
    if "replica_session" not in g:
        g.replica_session = Session(db.engines["replica"])
    session: Session = g.replica_session
    return session


def close_replica_session(_error: BaseException | None = None) -> None:
    """Gives the replica's connection back; runs when the application context ends."""
    if "replica_session" in g:
        g.pop("replica_session").close()


def is_outage(error: exc.DBAPIError) -> bool:
    """Whether the database is away, full or busy, rather than the statement wrong."""
    if error.connection_invalidated or isinstance(error, exc.OperationalError | exc.TimeoutError):
        return True
    return (_sqlstate(error) or "").startswith(("08", "53", "57"))


def _lost_race(error: exc.DBAPIError) -> bool:
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return getattr(original, "sqlite_errorname", "") in _LOST_RACE_ON_SQLITE
    return _sqlstate(error) in _LOST_RACE


def _sqlstate(error: exc.DBAPIError) -> str | None:
    state = getattr(error.orig, "sqlstate", None)
    return state if isinstance(state, str) else None


def _forget_reads() -> None:
    """Ends the request's read transaction, so that what it reads next includes the write.

    A connection that broke since it was read from spoils neither the write nor an answer that is ready.
    """
    if has_app_context() and db.session.registry.has():
        try:
            db.session.rollback()
        except exc.DBAPIError as error:
            log.warning("read connection lost", extra={"error": type(error.orig).__name__})
            db.session().invalidate()


def _on_sqlite_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin event below decides, not the driver
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_SQLITE_BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # NORMAL may lose the last commits at a power cut: this is money
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA cache_size = -2000")  # for each connection; the system's own cache is behind it
    cursor.close()


def _on_sqlite_begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("ovop_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def engine_of(session: Session) -> Engine:
    """The engine that `session` works on, for what SQL leaves to each database."""
    bind = session.get_bind()
    return bind.engine
