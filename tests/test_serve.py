"""The whole market as one process, started the way `make run` starts it."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.running import PATIENCE, Market

pytestmark = pytest.mark.server

Start = Callable[..., Market]


@pytest.fixture
def start(instance: Path) -> Iterator[Start]:
    """Starts markets in one instance folder; those still running at the end are killed."""
    running: list[Market] = []

    def begin(*options: str, **environment: str) -> Market:
        running.append(Market(instance, *options, **environment))
        return running[-1]

    yield begin
    for market in running:
        if market.process.poll() is None:
            market.process.kill()
            market.process.wait()
        if market.process.stdout is not None:
            market.process.stdout.close()


def until_nothing_is_left_to_do(instance: Path) -> None:
    """Returns when the worker has finished the demo's photos and been through each of its duties once."""
    until = time.monotonic() + PATIENCE
    with closing(sqlite3.connect(instance / "ovop.db")) as database:
        left = (
            "SELECT count(*) FROM outbox_job WHERE done_at IS NULL AND dead_at IS NULL "
            "AND (kind LIKE 'finish-%photo' OR kind LIKE 'duty:%' AND run_at = created_at)"
        )
        while database.execute(left).fetchone() != (0,):
            assert time.monotonic() < until
            time.sleep(0.1)


def rows(instance: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything in the database but the worker's own timetable."""
    with closing(sqlite3.connect(instance / "ovop.db")) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(database.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for name in names
            if name != "outbox_job"
        }


def test_an_empty_folder_becomes_a_demo_market_and_stays_as_it_is(instance: Path, start: Start) -> None:
    first = start()
    said = first.said("Ctrl-C")
    assert f"http://127.0.0.1:{first.port}" in "\n".join(said)
    assert any("pembeli@demo.test" in line for line in said)
    assert any("ikan-segar-36" in line for line in said)
    assert first.get("/readyz")[0] == 200
    status, page = first.get("/")
    assert status == 200
    assert b"<html" in page
    until_nothing_is_left_to_do(instance)
    assert first.stop() == 0
    before = rows(instance)
    assert before["order"]
    second = start()
    second.said("Ctrl-C")
    assert second.get("/")[0] == 200
    assert second.stop(signal.SIGINT) == 0
    assert rows(instance) == before


def test_a_market_without_demo_is_empty_and_says_nothing_of_one(instance: Path, start: Start) -> None:
    market = start(DEMO="off")
    said = "\n".join(market.said("Ctrl-C"))
    assert "demo" not in said
    assert market.get("/")[0] == 200
    assert market.stop() == 0
    assert rows(instance)["account"] == []
    assert len(rows(instance)["village"]) == 326


def test_jobs_run_beside_the_pages(instance: Path, start: Start) -> None:
    market = start(DEMO="off")
    market.said("Ctrl-C")
    put_mail(instance)
    until = time.monotonic() + PATIENCE
    while not list((instance / "outbox").glob("*.eml")):
        assert time.monotonic() < until
        time.sleep(0.1)
    assert market.stop() == 0


def test_stopping_while_a_job_runs_loses_nothing(instance: Path, start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as host:
        host.settimeout(PATIENCE)
        market = start(DEMO="off", MAIL_URL=f"smtp://127.0.0.1:{host.getsockname()[1]}")
        market.said("Ctrl-C")
        put_mail(instance)
        connection, _ = host.accept()  # the mail is under way
        with connection:
            market.process.send_signal(signal.SIGTERM)
            time.sleep(0.2)
            assert market.process.poll() is None, "it did not wait for the mail"
            connection.close()  # the host hangs up
        assert market.process.wait(PATIENCE) == 0
    with closing(sqlite3.connect(instance / "ovop.db")) as database:
        [(done, dead, leased, error)] = database.execute(
            "SELECT done_at, dead_at, leased_until, last_error FROM outbox_job WHERE kind = 'mail'"
        ).fetchall()
    assert (done, dead, leased) == (None, None, None)
    assert error.startswith("MailFailed")


def put_mail(instance: Path) -> None:
    """A mail waits in the outbox."""
    message = {"to": "ibu@contoh.test", "subject": "Siap", "text": "Siap diambil", "key": "order-1", "html": None}
    with closing(sqlite3.connect(instance / "ovop.db")) as database, database:
        database.execute(
            "INSERT INTO outbox_job (kind, payload, run_at, created_at, attempts, last_error) "
            "VALUES ('mail', ?, '2026-01-05 02:00:00', '2026-01-05 02:00:00', 0, '')",
            [json.dumps(message)],
        )


def test_requests_under_way_are_answered_before_it_stops(start: Start) -> None:
    market = start(DEMO="off")
    market.said("Ctrl-C")
    with socket.create_connection(("127.0.0.1", market.port), timeout=PATIENCE) as reader:
        reader.sendall(
            b"POST /masuk HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 20\r\n\r\nlogin=siti"
        )
        time.sleep(0.5)
        market.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert market.process.poll() is None, "it did not wait for the request"
        reader.sendall(b"%40contoh.")
        assert reader.recv(100).startswith(b"HTTP/1.1 400")  # a form without its token
    assert market.process.wait(PATIENCE) == 0


def test_several_processes_answer_pages(start: Start) -> None:
    market = start("--processes", "2", DEMO="off")
    market.said("Ctrl-C")
    for _ in range(10):
        assert market.get("/readyz")[0] == 200
    assert market.stop() == 0


def test_a_taken_address_is_told_in_one_line(instance: Path, start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        market = start(DEMO="off", PORT=str(taken.getsockname()[1]))
        assert market.process.wait(PATIENCE) == 1
    [said] = [line for line in (instance.parent / "stderr").read_text().splitlines() if line.startswith("Error")]
    assert "Address already in use" in said


def test_a_wrong_setting_stops_the_start_with_one_line_that_names_it(instance: Path, start: Start) -> None:
    market = start(MAIL_URL="mail.example")
    assert market.process.wait(PATIENCE) == 1
    assert "Setting MAIL_URL" in (instance.parent / "stderr").read_text()
