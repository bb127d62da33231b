"""Health, readiness, metrics, and the request log."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Unavailable
from ovop.outside import media, outbox_queries, queue
from tests.conftest import Clock
from tests.make import accounts


def metric(text: str, line: str) -> float:
    """The value of one metric, named with its labels."""
    [found] = [each for each in text.splitlines() if each.startswith(line + " ")]
    return float(found.rpartition(" ")[2])


def test_the_process_says_that_it_lives(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert "Set-Cookie" not in answer.headers


def test_a_ready_market_says_what_answers(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"database": "ok", "queue": "ok", "storage": "ok"}


def test_a_market_without_storage_is_not_ready(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_storage: object) -> None:
        raise Unavailable(retry_after=5)

    monkeypatch.setattr(media.Folder, "check", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"database": "ok", "queue": "ok", "storage": "away"}


def test_a_market_without_its_tables_is_not_ready(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_table(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(outbox_queries, "depth", no_table)
    assert client.get("/readyz").json == {"database": "ok", "queue": "away", "storage": "ok"}


def test_metrics_count_requests_and_what_waits(app: APIFlask, client: FlaskClient, clock: Clock) -> None:
    for _ in range(3):
        client.get("/healthz")
    client.get("/there-is-no-such-page")
    write(queue.enqueue, "note", {}, now=days.now())
    clock.forward(seconds=90)
    answer = client.get("/metrics")
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    text = answer.text
    assert metric(text, 'ovop_requests_total{endpoint="operations.healthz",method="GET",status="200"}') >= 3
    assert metric(text, 'ovop_requests_total{endpoint="-",method="GET",status="404"}') >= 1
    counted = metric(text, 'ovop_request_seconds_count{endpoint="operations.healthz"}')
    assert metric(text, 'ovop_request_seconds_bucket{endpoint="operations.healthz",le="+Inf"}') == counted
    assert metric(text, 'ovop_outbox_jobs{state="due"}') == 1
    assert metric(text, "ovop_outbox_oldest_due_seconds") == 90
    for line in text.splitlines():
        assert line.startswith("#") or len(line.rsplit(" ", 1)) == 2


def test_odd_methods_cannot_fill_the_memory(client: FlaskClient) -> None:
    for n in range(5):
        client.open("/healthz", method=f"ODD{n}")
    text = client.get("/metrics").text
    assert "ODD" not in text
    assert 'method="other"' in text


@pytest.mark.parametrize("headers", [{"X-Forwarded-For": "203.0.113.7"}, {"Via": "1.1 proxy"}, {"Forwarded": "for=1"}])
def test_metrics_are_not_for_those_whom_a_proxy_lets_in(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.get("/metrics", headers=headers).status_code == 404


def test_metrics_are_for_this_machine_and_for_an_administrators_token(app: APIFlask, client: FlaskClient) -> None:
    outside: Any = {"REMOTE_ADDR": "203.0.113.7"}
    administrator = accounts.token(accounts.official(Role.ADMIN))
    official = accounts.token(accounts.official(email="rina@contoh.id"))
    assert client.get("/metrics", environ_base=outside).status_code == 404

    def ask(token: str) -> int:
        return client.get("/metrics", environ_base=outside, headers={"Authorization": f"Bearer {token}"}).status_code

    assert ask(administrator) == 200
    assert ask(official) == 404
    assert ask("made-up") == 404


def test_each_request_leaves_one_line_without_address_or_query(
    app: APIFlask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "ovop.requests"):
        answer = client.get("/media/catch/ibu-sri.webp?phone=081234567890", headers={"X-Request-Id": "abcdef-123456"})
    [line] = [record for record in caplog.records if record.name == "ovop.requests"]
    assert (line.method, line.endpoint, line.status) == ("GET", "media", answer.status_code)  # type: ignore[attr-defined]
    assert answer.headers["X-Request-Id"] == "abcdef-123456"
    said = json.dumps(vars(line), default=str)
    assert "ibu-sri" not in said
    assert "0812" not in said
    db.session.rollback()


def test_machines_that_ask_for_health_leave_no_lines(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "ovop.requests"):
        client.get("/healthz")
        client.get("/readyz")
        client.get("/metrics")
    assert [record for record in caplog.records if record.name == "ovop.requests"] == []
