"""What can only be counted inside the application: queries, and time without server and client."""

from __future__ import annotations

import gzip
import logging
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import brotli
from flask.testing import FlaskClient
from sqlalchemy import event

from ovop import create_app
from ovop.accounts.names import DEMO_EMAILS, DEMO_PASSWORD
from ovop.db import db


@contextmanager
def application(instance: Path) -> Iterator[FlaskClient]:
    """A browser without network before the market of that folder."""
    app = create_app({"INSTANCE_PATH": str(instance)})
    logging.getLogger("ovop.requests").setLevel(logging.WARNING)  # its lines would stand between those of the report
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_client() as client:
        yield client


@contextmanager
def counted(client: FlaskClient) -> Iterator[list[str]]:
    """Statements that the application sends while open, without those that begin and end transactions."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.split(" ", 1)[0].upper() not in ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE"):
            sent.append(statement)

    with client.application.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def queries(client: FlaskClient, path: str) -> int:
    """Queries of one page that is rendered anew."""
    client.get(path)
    with counted(client) as sent:
        answer = client.get(f"{path}{'&' if '?' in path else '?'}anew=1")
    assert answer.status_code == 200, (path, answer.status_code)
    return len(sent)


def milliseconds(client: FlaskClient, path: str, times: int = 15) -> float:
    """Median time of one page, rendered anew each time."""
    taken = []
    for number in range(times):
        begun = time.perf_counter()
        answer = client.get(f"{path}{'&' if '?' in path else '?'}anew={number}")
        answer.get_data()
        taken.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 200, (path, answer.status_code)
    return statistics.median(taken)


def compressed(client: FlaskClient, path: str) -> int:
    """Bytes of one page as a browser gets it over TLS."""
    answer = client.get(path, headers={"Accept-Encoding": "br, gzip"})
    assert answer.status_code == 200, (path, answer.status_code)
    plain = {"br": brotli.decompress, "gzip": gzip.decompress}[answer.headers["Content-Encoding"]](answer.data)
    assert b"</html>" in plain
    return len(answer.data)


def sign_in(client: FlaskClient, role: str) -> None:
    """The demo's account of that role is signed in."""
    answer = client.post("/masuk", data={"login": DEMO_EMAILS[role], "password": DEMO_PASSWORD})
    assert answer.status_code in (302, 303), answer.status_code


def purchases(client: FlaskClient, orders: Sequence[tuple[str, dict[str, object]]]) -> int:
    """Most queries that one of these purchases needed."""
    most = 0
    for number, (token, body) in enumerate(orders):
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"inside-{number}"}
        with counted(client) as sent:
            answer = client.post("/api/v1/checkouts", json=body, headers=headers)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        most = max(most, len(sent))
    return most
