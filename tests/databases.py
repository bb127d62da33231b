"""The databases that tests run on: SQLite always, PostgreSQL when one answers.

OVOP_TEST_POSTGRESQL names the server to use, such as ``postgresql://postgres@127.0.0.1:5432/postgres``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from apiflask import APIFlask
from flask import current_app, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import Table, func, select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from ovop import create_app
from ovop.db import db, write
from ovop.outside import media
from ovop.web.throttle import limiter

SERVER = os.environ.get("OVOP_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")

#: An instance folder that was brought up before; a copy of it spares runs that follow each other by the thousand.
TEMPLATE = os.environ.get("OVOP_TEST_TEMPLATE")

#: Loaded once by `init` and the same in every test.
REFERENCE = {"district", "village", "island", "species", "size_advice", "alembic_version"}


class Browser(FlaskClient):
    """A client whose requests share nothing but cookies: each has an application context of its own."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        if has_app_context():
            db.session.rollback()  # what the test reads next includes what the request wrote
        return response


def market(kind: str, folder: Path, name: str) -> Iterator[APIFlask]:
    """An application on a fresh database of `kind`, brought up as an operator would; dropped afterwards."""
    environment = {"INSTANCE_PATH": str(folder), "DEMO": "on"}
    if kind == "postgresql":
        environment["DATABASE_URL"] = create_postgresql(name)
    is_ready = kind == "sqlite" and TEMPLATE is not None
    if is_ready:
        shutil.copytree(str(TEMPLATE), folder, dirs_exist_ok=True)
    app = create_app(environment)
    app.config["TESTING"] = True
    app.test_client_class = Browser
    app.config["WTF_CSRF_ENABLED"] = False  # tests/web/test_security.py turns it on
    if not is_ready:
        result = app.test_cli_runner().invoke(args=["init"], catch_exceptions=False)
        assert result.exit_code == 0, result.output
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    if kind == "postgresql":
        drop_postgresql(name)


def create_postgresql(name: str) -> str:
    """Makes an empty database and answers its DATABASE_URL; skips the test, saying why, where no server answers."""
    try:
        with psycopg.connect(SERVER, autocommit=True, connect_timeout=3) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')
            connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL at {SERVER.rsplit('@', 1)[-1]}: {str(error).splitlines()[0]}")
    return SERVER.replace("postgresql://", "postgresql+psycopg://").rsplit("/", 1)[0] + f"/{name}"


def drop_postgresql(name: str) -> None:
    """Drops a database that `create_postgresql` made."""
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def wipe() -> None:
    """Empties every table but the reference data's, the pictures, and what the process remembers of them."""
    db.session.remove()
    storage = media.storage()
    for key in list(storage.list_keys()):
        storage.delete(key)
    current_app.extensions["ovop.market"].forget()
    limiter.reset()
    tables = [table for table in reversed(db.metadata.sorted_tables) if table.name not in REFERENCE]
    write(_empty, tables)


def _empty(session: Session, tables: Sequence[Table]) -> None:
    """Deletes row by row: truncating makes and syncs new files, which takes far longer for the few rows of a test."""
    for table in tables:
        session.execute(table.delete())
    if db.engine.dialect.name == "postgresql":
        session.execute(text("SELECT setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences"))


def count(table: str) -> int:
    """Rows in `table`."""
    return db.session.scalar(select(func.count()).select_from(db.metadata.tables[table])) or 0


_DROP_CHECKS = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT conrelid::regclass AS owner, conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0 LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.owner, one.conname);
  END LOOP;
END $$"""


@contextmanager
def broken_by(statement: str) -> Iterator[Session]:
    """A session in which `statement` has been run against all constraints; all of it is undone afterwards."""
    db.session.rollback()
    with Session(db.engine.execution_options(ovop_write=True)) as session:
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        if is_sqlite:
            session.execute(text("PRAGMA ignore_check_constraints = ON"))
            session.execute(text("PRAGMA defer_foreign_keys = ON"))
        else:
            session.execute(text("SET LOCAL lock_timeout = '20s'"))  # who else still reads is at fault, and told so
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(text(_DROP_CHECKS))
        session.execute(text("DROP INDEX uq_flagship_in_force"))
        session.execute(text(statement))
        try:
            yield session
        finally:
            session.rollback()
            if is_sqlite:
                session.execute(text("PRAGMA ignore_check_constraints = OFF"))
