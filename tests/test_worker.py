"""The worker: jobs run outside transactions, failures keep nothing else waiting, and it ends cleanly."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy.orm import Session

from ovop import settings
from ovop import worker as workers
from ovop.db import db, write
from ovop.kernel import days
from ovop.outside import mail, outbox_queries, queue
from ovop.outside.queue import Duty, GivenUp
from ovop.worker import Worker
from tests.conftest import Clock

#: Longer than any test may take: hearing the bell is then the only way to be in time.
NEVER = 60.0


class Recorder:
    """A handler that remembers what it was given."""

    def __init__(self) -> None:
        self.seen: list[Any] = []
        self.called = threading.Event()

    def __call__(self, payload: Mapping[str, Any], _now: datetime) -> None:
        self.seen.append(payload.get("n"))
        self.called.set()


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def put(kind: str = "note", **payload: object) -> None:
    write(queue.enqueue, kind, payload, now=days.now())


@pytest.fixture
def run(app: APIFlask) -> Iterator[Any]:
    """Starts workers and stops them when the test ends."""
    started: list[Worker] = []

    def start(jobs: Any, *duties: Duty) -> Worker:
        worker = Worker(app, jobs, duties)
        worker.start()
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.stop()


def test_what_is_due_runs_once(app: APIFlask, recorder: Recorder) -> None:
    for n in range(50):
        put(n=n)
    worker = Worker(app, {"note": recorder}, [])
    assert worker.drain() == 50
    assert worker.drain() == 0
    assert sorted(recorder.seen) == list(range(50))


def test_handlers_may_write_since_no_transaction_is_open(app: APIFlask, recorder: Recorder) -> None:
    def cause_another(_payload: Mapping[str, Any], now: datetime) -> None:
        write(queue.enqueue, "note", {"n": "caused"}, now=now)

    put("cause")
    Worker(app, {"cause": cause_another, "note": recorder}, []).drain()
    assert recorder.seen == ["caused"]


def test_a_failing_job_keeps_no_other_waiting_and_its_words_stay_out_of_the_log(
    app: APIFlask, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_payload: Mapping[str, Any], _now: datetime) -> None:
        raise ValueError("ibu@contoh.test is away")

    put("bad")
    put(n=1)
    with caplog.at_level(logging.INFO):
        Worker(app, {"bad": fail, "note": recorder}, []).drain()
    assert recorder.seen == [1]
    [waiting] = outbox_queries.list_pending(db.session())
    assert (waiting.kind, waiting.attempts) == ("bad", 1)
    assert "job failed" in caplog.text
    assert "ibu@" not in caplog.text


def test_a_job_given_up_is_dead_with_its_reason(app: APIFlask) -> None:
    def give_up(_payload: Mapping[str, Any], _now: datetime) -> None:
        raise GivenUp("no such mailbox")

    put()
    Worker(app, {"note": give_up}, []).drain()
    assert [job.last_error for job in outbox_queries.list_dead(db.session())] == ["no such mailbox"]


def test_kinds_that_this_release_does_not_know_wait_for_one_that_does(app: APIFlask, recorder: Recorder) -> None:
    put("of-tomorrow")
    assert Worker(app, {"note": recorder}, []).drain() == 0
    assert outbox_queries.depth(db.session(), days.now()).due == 1


def test_a_duty_runs_at_its_times_by_one_of_many_workers(app: APIFlask, clock: Clock, recorder: Recorder) -> None:
    runs: list[datetime] = []
    duty = Duty("sweep", timedelta(seconds=15), runs.append)
    crew = [Worker(app, {}, [duty]) for _ in range(3)]
    for worker in crew:
        worker.drain()
    assert runs == [days.now()]
    clock.forward(seconds=14)
    for worker in crew:
        worker.drain()
    assert len(runs) == 1
    clock.forward(seconds=1)
    for worker in crew:
        worker.drain()
    assert len(runs) == 2


def test_a_duty_that_fails_comes_again_and_never_dies(app: APIFlask, clock: Clock) -> None:
    runs: list[datetime] = []

    def sweep(now: datetime) -> None:
        runs.append(now)
        raise ValueError

    worker = Worker(app, {}, [Duty("sweep", timedelta(days=1), sweep)])
    for _ in range(queue.ATTEMPTS + 3):
        worker.drain()
        clock.forward(days=1)
    assert len(runs) == queue.ATTEMPTS + 3


def test_a_committed_job_starts_at_once_because_the_bell_rings(
    app: APIFlask, run: Any, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "LOOK_SECONDS", NEVER)
    run({"note": recorder})
    for n in range(3):
        recorder.called.clear()
        put(n=n)
        assert recorder.called.wait(NEVER / 4)
    assert recorder.seen == [0, 1, 2]


def test_the_bell_stays_still_until_the_outer_transaction_commits(
    app: APIFlask, run: Any, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "LOOK_SECONDS", NEVER)
    run({"note": recorder})

    def enqueue_in_a_savepoint(session: Session) -> None:
        with session.begin_nested():
            queue.enqueue(session, "note", {"n": "nested"}, now=days.now())
        undone = session.begin_nested()
        queue.enqueue(session, "note", {"n": "undone"}, now=days.now())
        undone.rollback()
        assert not recorder.called.wait(0.05)

    write(enqueue_in_a_savepoint)
    assert recorder.called.wait(NEVER / 4)
    assert recorder.seen == ["nested"]


def test_a_mail_host_that_hangs_keeps_only_mail_waiting(app: APIFlask, run: Any, recorder: Recorder) -> None:
    answered = threading.Event()
    run({"mail": lambda _payload, _now: answered.wait(NEVER), "note": recorder})
    put("mail")
    put(n=1)
    try:
        assert recorder.called.wait(NEVER / 4)
    finally:
        answered.set()


def test_stopping_ends_the_job_under_way_and_gives_the_rest_back(app: APIFlask, run: Any, recorder: Recorder) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow(payload: Mapping[str, Any], now: datetime) -> None:
        begun.set()
        may_end.wait(NEVER)
        recorder(payload, now)

    for n in range(4):
        put(n=n)
    worker = run({"note": slow})
    assert begun.wait(NEVER / 4)
    stopper = threading.Thread(target=worker.stop)
    stopper.start()
    worker._stopping.wait(NEVER / 4)
    may_end.set()
    stopper.join()
    assert recorder.seen == [0]
    pending = outbox_queries.list_pending(db.session())
    assert [job.attempts for job in pending] == [0, 0, 0]
    assert Worker(app, {"note": recorder}, []).drain() == 3


def test_a_worker_outlives_a_failing_database(
    app: APIFlask, run: Any, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "PAUSE_AFTER_FAILURE_SECONDS", 0.01)
    monkeypatch.setattr(workers, "LOOK_SECONDS", 0.01)
    failures = iter([True, True, False])
    has_due = queue.has_due

    def away(*args: Any) -> bool:
        if next(failures, False):
            raise OSError("gone")
        return has_due(*args)

    monkeypatch.setattr(queue, "has_due", away)
    put(n=1)
    run({"note": recorder})
    assert recorder.called.wait(NEVER / 4)


@pytest.mark.server
def test_the_job_of_a_killed_worker_runs_again_after_its_lease(app: APIFlask, clock: Clock, recorder: Recorder) -> None:
    message = mail.Message(to="ibu@contoh.test", subject="Siap", text="Siap diambil", key="order-1")
    write(queue.enqueue, mail.KIND, mail.as_job(message), now=days.now())
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(NEVER / 2)
        process = start_worker(app, MAIL_URL=f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        silent.accept()  # the worker has claimed the job and waits for a greeting
        process.kill()
        process.wait()
    db.session.rollback()
    [left] = outbox_queries.list_pending(db.session())
    assert left.attempts == 1
    clock.now = datetime.now(tz=days.JAKARTA)  # the process lived by the real clock
    assert Worker(app, {mail.KIND: recorder}, []).drain() == 0
    clock.forward(seconds=queue.LEASE.total_seconds() + 1)
    assert Worker(app, {mail.KIND: recorder}, []).drain() == 1


@pytest.mark.server
@pytest.mark.parametrize("ask", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_command_ends_cleanly_when_asked(app: APIFlask, ask: signal.Signals) -> None:
    process = start_worker(app)
    assert process.stdout is not None
    assert process.stdout.readline() == "Worker is running.\n"
    process.send_signal(ask)
    assert process.wait(NEVER / 2) == 0
    process.stdout.close()


def start_worker(app: APIFlask, **environment: str) -> subprocess.Popen[str]:
    """``flask worker`` on the market of `app`."""
    chosen = app.config["OVOP"]
    own = {"INSTANCE_PATH": str(chosen.instance_path), "DATABASE_URL": chosen.database_url}
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", "worker"],
        cwd=settings.ROOT, env=os.environ | own | environment,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
