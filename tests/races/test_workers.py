"""Several worker processes on one outbox: each job is done by one of them, also when one dies."""

from __future__ import annotations

import email
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop import wiring
from ovop.db import db, write
from ovop.kernel import days
from ovop.outside import mail, outbox_queries, queue
from ovop.outside.models import OutboxJob
from ovop.worker import Worker
from tests.make import accounts
from tests.races import servers

pytestmark = pytest.mark.server
MAILS = 240


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[servers.Market]:
    with servers.market(request.param, tmp_path) as one, one.app.app_context():
        accounts.official()
        yield one


def post(session: Session, first: int) -> None:
    """Mails waiting in the outbox."""
    for number in range(first, first + MAILS):
        message = mail.Message(f"b{number}@contoh.id", f"Kabar {number}", "Siap.", f"mail {number}")
        queue.enqueue(session, mail.KIND, mail.as_job(message), now=days.now(), key=message.key)


def waiting() -> int:
    db.session.rollback()
    undone = select(func.count()).where(OutboxJob.kind == mail.KIND, OutboxJob.done_at.is_(None))
    return db.session.scalar(undone) or 0


def delivered(running: servers.Market) -> Counter[str]:
    """How often each mail was delivered, by its Message-ID."""
    folder = running.app.config["OVOP"].instance_path / "outbox"
    return Counter(email.message_from_bytes(path.read_bytes())["Message-ID"] for path in folder.glob("*.eml"))


def wait_until_at_most(left: int) -> None:
    until = time.monotonic() + servers.PATIENCE_SECONDS
    while waiting() > left:
        assert time.monotonic() < until, f"{waiting()} mails wait"
        time.sleep(0.05)


def test_three_workers_do_each_job_once(running: servers.Market) -> None:
    running.hire(3)
    for first in (0, MAILS):
        write(post, first)
        wait_until_at_most(0)
    running.stop()
    assert set(delivered(running).values()) == {1}
    assert len(delivered(running)) == 2 * MAILS
    attempts = db.session.scalars(select(OutboxJob.attempts).where(OutboxJob.kind == mail.KIND)).all()
    assert set(attempts) == {1}


def test_what_a_killed_worker_held_is_done_by_another_after_its_lease(running: servers.Market) -> None:
    write(post, 0)
    running.hire(2)
    wait_until_at_most(MAILS - 1)
    running.kill()
    held = select(func.count()).where(OutboxJob.leased_until.is_not(None), OutboxJob.kind == mail.KIND)
    assert (db.session.scalar(held) or 0) <= 2 * 20  # no more than two batches
    worker = Worker(running.app, wiring.JOBS, wiring.DUTIES)
    worker.drain()
    with days.clock_at(days.now() + queue.LEASE + timedelta(seconds=1)):
        worker.drain()
    assert waiting() == 0
    assert len(delivered(running)) == MAILS
    assert outbox_queries.list_dead(db.session()) == []
