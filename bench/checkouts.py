"""Checkouts a second by many buyers of one lot, beside what the database alone can take.

The bare limit is a real checkout's own statements, recorded and run again by the driver alone with new names: one
transaction with its conditional updates and inserts, on the same database with the same durability.
``python -m bench.checkouts`` measures this alone.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from apiflask import APIFlask
from sqlalchemy import Engine, create_engine, event, update
from sqlalchemy.pool import NullPool

from bench import client, prepare, servers
from bench.report import Report
from ovop import create_app
from ovop.db import db, write
from ovop.db.session import _on_sqlite_connect
from ovop.pickup.models import Slot

SERVER = os.environ.get("OVOP_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
PART = "Checkouts of one lot, beside the same statements without the web"
SECONDS, ROUNDS = 5.0, 2
CROWDS = (8, 64)
#: Two orders each: as many as could be placed in all rounds at 300 a second.
TOKENS = 3_400

_anew = count()


def measure(report: Report, folder: Path) -> None:
    """Adds a row for each database and crowd, the market and the bare limit in turn."""
    print(PART, flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as instance:
        _measure(report, "SQLite", {"INSTANCE_PATH": instance}, ())
    try:
        with TemporaryDirectory(dir=folder) as instance, _postgresql() as url:
            _measure(report, "PostgreSQL", {"INSTANCE_PATH": instance, "DATABASE_URL": url}, ("--processes", "2"))
    except psycopg.OperationalError as error:
        report.leave_out(f"{PART}, on PostgreSQL", str(error).splitlines()[0])


def _measure(report: Report, name: str, environment: dict[str, str], options: Sequence[str]) -> None:
    app = create_app(environment | {"DEMO": "off"})
    app.test_cli_runner().invoke(args=["init"], catch_exceptions=False)
    with app.app_context():
        sale = write(prepare.open_sale, 0, TOKENS)
        write(lambda session: session.execute(update(Slot).values(capacity=1_000_000)))  # replays all go into one
        recorded = _record(app, sale)
        more = {name: value for name, value in environment.items() if name != "INSTANCE_PATH"}
        left = iter(sale.tokens[1:])
        with servers.market(Path(environment["INSTANCE_PATH"]), "/healthz", *options, **more) as market:
            for buyers in CROWDS:
                rates = [(_through_the_web(market, sale, left, buyers), _bare(recorded, buyers)) for _ in range(ROUNDS)]
                web, bare = (max(rate) for rate in zip(*rates, strict=True))
                report.add(PART, f"{name}, {buyers} buyers", f"{web:,.0f}/s of {bare:,.0f}/s: 1/{bare / web:.1f}")


def _through_the_web(market: servers.Server, sale: prepare.Sale, tokens: Iterator[str], buyers: int) -> float:
    """Checkouts answered with 201 a second."""
    own = [replace(sale, tokens=[next(tokens) for _ in range(1 + 800 // buyers)]) for _ in range(buyers)]

    def orders(number: int) -> Iterator[bytes]:
        for token, body in prepare.orders_of(own[number]):
            extra = f"Authorization: Bearer {token}\r\nIdempotency-Key: bench-{next(_anew)}\r\n"
            yield client.post("/api/v1/checkouts", json.dumps(body).encode(), extra)

    load = client.run(market.port, orders, connections=buyers, seconds=SECONDS)
    if set(load.statuses) != {201}:
        raise SystemExit(f"some checkouts were refused: {dict(load.statuses)}")
    return load.rate


@dataclass(frozen=True)
class Recorded:
    """The statements of one checkout that change something, and the names in them that have to be new each time."""

    engine: Engine
    statements: list[tuple[str, Any]]
    names: list[str]

    def replay(self, cursor: Any) -> None:
        """The same checkout once more, under other names."""
        mark = secrets.token_hex(5).upper()
        order_id = 0
        for statement, values in self.statements:
            cursor.execute(statement, self._anew(statement, values, mark, order_id))
            if statement.startswith('INSERT INTO "order" '):
                order_id = cursor.fetchone()[0]

    def _anew(self, statement: str, values: Any, mark: str, order_id: int) -> Any:
        of_order = statement.startswith(("INSERT INTO order_line ", "INSERT INTO order_event "))
        if isinstance(values, dict):
            anew = {name: self._renamed(value, mark) for name, value in values.items()}
            return anew | ({"order_id": order_id} if of_order else {})
        renamed = tuple(self._renamed(value, mark) for value in values)
        return (order_id, *renamed[1:]) if of_order else renamed

    def _renamed(self, value: Any, mark: str) -> Any:
        for name in self.names if isinstance(value, str) else ():
            value = value.replace(name, name[: -len(mark)] + mark)
        return value


def _record(app: APIFlask, sale: prepare.Sale) -> Recorded:
    """Places one checkout through the API and keeps its statements."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE")):
            sent.append((statement, values))

    token, body = next(prepare.orders_of(sale))
    key = f"recorded-{secrets.token_hex(8)}"
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        answer = app.test_client().post("/api/v1/checkouts", json=body, headers=headers)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert answer.status_code == 201, answer.text
    payment = next(values for statement, values in sent if statement.startswith("INSERT INTO payment "))
    payment_id = payment["id"] if isinstance(payment, dict) else payment[0]
    placed = answer.get_json()
    return Recorded(db.engine, sent, [key, payment_id, placed["id"], placed["orders"][0]["number"]])


def _bare(recorded: Recorded, buyers: int) -> float:
    """Replayed checkouts a second: as many connections as buyers, nothing but the driver."""
    engine = create_engine(recorded.engine.url, poolclass=NullPool)
    if is_sqlite := engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
    until = time.perf_counter() + SECONDS
    done = [0] * buyers

    def buy(number: int) -> None:
        connection = engine.raw_connection()
        cursor = connection.cursor()
        if is_sqlite:
            cursor.execute("PRAGMA busy_timeout = 60000")  # so many at once may starve one of them
        while time.perf_counter() < until:
            if is_sqlite:
                cursor.execute("BEGIN IMMEDIATE")
            recorded.replay(cursor)
            connection.commit()
            done[number] += 1
        connection.close()

    threads = [threading.Thread(target=buy, args=(number,)) for number in range(buyers)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - begun)


@contextmanager
def _postgresql() -> Iterator[str]:
    """The DATABASE_URL of an empty database, dropped afterwards.  Raises: psycopg.OperationalError without a server."""
    name = f"bench_{os.getpid()}"
    with psycopg.connect(SERVER, autocommit=True, connect_timeout=3) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield SERVER.replace("postgresql://", "postgresql+psycopg://").rsplit("/", 1)[0] + f"/{name}"
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


if __name__ == "__main__":
    measure(Report(), Path(sys.argv[1] if len(sys.argv) > 1 else "instance/bench"))
