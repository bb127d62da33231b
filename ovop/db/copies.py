"""Copies of a whole database in an archive: taken while others write, put back in one transaction.

Each database its own way, by its own means: SQLite's online backup, PostgreSQL's COPY in one snapshot.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast
from zipfile import ZipFile

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import Connection, Engine, text

_SQLITE_FILE = "database.sqlite"
_FOLDER = "database/"
_LOCK_PATIENCE = "30s"


class CopyRefused(Exception):
    """The copy cannot be put back here; the text says why, in one line."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a copy holds: which database it is for and at which revision of the schema; PostgreSQL's needs more."""

    kind: str
    revision: str
    #: Columns by table, in the order in which they were written.
    tables: dict[str, list[str]] = field(default_factory=dict)
    #: Last value of each sequence, and whether it was given out.
    sequences: dict[str, tuple[int, bool]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def save(engine: Engine, archive: ZipFile, folder: Path) -> Contents:
    """Everything in the database as of one instant is in `archive`.  folder: for what has to lie on disk meanwhile."""
    if engine.dialect.name == "sqlite":
        return _save_sqlite(engine, archive, folder)
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with snapshot.connect() as connection, connection.begin():
        return _save_postgresql(connection, archive)


def load(engine: Engine, archive: ZipFile, contents: Contents, migrations: Config, folder: Path) -> None:
    """The database holds what the copy holds and nothing else, at the copy's revision; or nothing has changed.

    Raises: CopyRefused for a copy of the other database or of a newer release.
    """
    if contents.kind != engine.dialect.name:
        raise CopyRefused(f"the backup was made from {contents.kind}, and this market runs on {engine.dialect.name}")
    known = {script.revision for script in ScriptDirectory.from_config(migrations).walk_revisions()}
    if contents.revision not in known:
        raise CopyRefused(f"the backup's schema {contents.revision} is of a newer release than this one")
    if engine.dialect.name == "sqlite":
        _load_sqlite(engine, archive, folder)
        return
    with engine.begin() as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_PATIENCE}'"))
        migrations.attributes["connection"] = connection
        command.downgrade(migrations, contents.revision)
        _load_postgresql(connection, archive, contents)


def _save_sqlite(engine: Engine, archive: ZipFile, folder: Path) -> Contents:
    with tempfile.TemporaryDirectory(dir=folder, prefix=".backup-") as work:
        file = Path(work) / _SQLITE_FILE
        with closing(sqlite3.connect(_path(engine))) as source, closing(sqlite3.connect(file)) as target:
            source.backup(target)
            [[revision]] = target.execute("SELECT version_num FROM alembic_version").fetchall()
        archive.write(file, _SQLITE_FILE)
    return Contents("sqlite", revision)


def _load_sqlite(engine: Engine, archive: ZipFile, folder: Path) -> None:
    """Into the file that is there, not over it: whoever has it open sees the old rows or the new ones."""
    engine.dispose()
    with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as work:
        file = Path(work) / _SQLITE_FILE
        with archive.open(_SQLITE_FILE) as packed, file.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked)
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(_path(engine), timeout=30)) as target:
            if source.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
                raise CopyRefused("the database in the backup is damaged")
            source.backup(target)


def _path(engine: Engine) -> str:
    assert engine.url.database is not None
    return engine.url.database


def _save_postgresql(connection: Connection, archive: ZipFile) -> Contents:
    tables = _tables(connection)
    with _driver(connection).cursor() as cursor:
        for table, columns in tables.items():
            with (
                archive.open(f"{_FOLDER}{table}", "w", force_zip64=True) as entry,
                cursor.copy(_statement("COPY {} ({}) TO STDOUT", table, columns)) as copy,
            ):
                for block in copy:
                    entry.write(block)
    return Contents(
        "postgresql",
        connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one(),
        tables,
        _sequences(connection),
    )


def _load_postgresql(connection: Connection, archive: ZipFile, contents: Contents) -> None:
    present = _tables(connection)
    if present.keys() != contents.tables.keys():
        raise CopyRefused("the backup's tables are not those of its schema")
    links = _foreign_keys(connection)
    with _driver(connection).cursor() as cursor:
        for table, name, _ in links:
            cursor.execute(
                sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(table), sql.Identifier(name))
            )
        for table, columns in contents.tables.items():
            # Triggers keep other tables up to date, and those come whole as well.
            cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
            cursor.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(table)))
            with (
                archive.open(f"{_FOLDER}{table}") as entry,
                cursor.copy(_statement("COPY {} ({}) FROM STDIN", table, columns)) as copy,
            ):
                while block := entry.read(1 << 16):
                    copy.write(block)
            cursor.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(table)))
        for table, name, definition in links:
            cursor.execute(
                sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                    sql.Identifier(table), sql.Identifier(name), sql.SQL(cast(Any, definition))
                )
            )
        for name, (value, is_called) in contents.sequences.items():
            cursor.execute("SELECT setval(quote_ident(%s)::regclass, %s, %s)", (name, value, is_called))


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def _statement(pattern: str, table: str, columns: list[str]) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL(cast(Any, pattern)).format(sql.Identifier(table), names)


def _tables(connection: Connection) -> dict[str, list[str]]:
    """Columns that hold something of their own, by table; the schema's own record is left to the migrations."""
    found: dict[str, list[str]] = {}
    for table, column in connection.execute(
        text(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0 "
            "AND NOT a.attisdropped AND a.attgenerated = '' AND c.relname <> 'alembic_version' "
            "ORDER BY c.relname, a.attnum"
        )
    ):
        found.setdefault(table, []).append(column)
    return found


def _foreign_keys(connection: Connection) -> list[tuple[str, str, str]]:
    """Table, name and definition of each."""
    return [
        (table, name, definition)
        for table, name, definition in connection.execute(
            text(
                "SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k "
                "JOIN pg_class c ON c.oid = k.conrelid "
                "WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace ORDER BY 1, 2"
            )
        )
    ]


def _sequences(connection: Connection) -> dict[str, tuple[int, bool]]:
    names = connection.execute(
        text("SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema() ORDER BY sequencename")
    ).scalars()
    with _driver(connection).cursor() as cursor:
        found = {}
        for name in names:
            cursor.execute(sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name)))
            value = cursor.fetchone()
            assert value is not None
            found[name] = (value[0], value[1])
        return found
