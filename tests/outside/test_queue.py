"""The outbox: jobs exist exactly when their cause does, and one worker at a time owns one."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from apiflask import APIFlask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop.db import db, write
from ovop.kernel import days
from ovop.outside import outbox_queries, queue
from ovop.outside.models import OutboxJob
from ovop.outside.queue import Job, Outcome
from tests.conftest import Clock
from tests.databases import count


def put(kind: str = "note", *, key: str | None = None, **payload: object) -> None:
    write(queue.enqueue, kind, payload, key=key, now=days.now())


def claim(limit: int = 10, *kinds: str) -> list[Job]:
    return write(queue.claim, days.now(), kinds or ("note",), limit)


def record(*outcomes: Outcome) -> None:
    write(queue.record, outcomes, days.now())


def row(job_id: int) -> OutboxJob:
    db.session.expire_all()
    return db.session.get_one(OutboxJob, job_id)


def test_a_rolled_back_change_leaves_no_job(app: APIFlask) -> None:
    def fail_after_enqueuing(session: Session) -> None:
        queue.enqueue(session, "note", {}, now=days.now())
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(fail_after_enqueuing)
    assert count("outbox_job") == 0


def test_one_fact_causes_one_job_however_often_it_is_told(app: APIFlask) -> None:
    put(key="order-1:confirmed", text="first")
    put(key="order-1:confirmed", text="second")
    put(key="order-2:confirmed")
    put()
    put()
    assert count("outbox_job") == 4
    assert claim()[0].payload == {"text": "first"}


def test_a_claimed_job_is_nobody_elses_until_the_lease_ends(app: APIFlask, clock: Clock) -> None:
    put()
    [job] = claim()
    assert claim() == []
    clock.forward(seconds=queue.LEASE.total_seconds() - 1)
    assert claim() == []
    clock.forward(seconds=1)
    assert claim() == [Job(job.id, "note", {}, attempt=2)]


def test_a_worker_whose_lease_lapsed_records_nothing(app: APIFlask, clock: Clock) -> None:
    put()
    [slow] = claim()
    clock.forward(minutes=6)
    [quick] = claim()
    record(Outcome(slow, error="too late"))
    record(Outcome(slow))
    assert row(quick.id).done_at is None
    assert row(quick.id).leased_until == clock.now + queue.LEASE
    record(Outcome(quick))
    assert row(quick.id).done_at == clock.now


def test_jobs_are_claimed_oldest_first_and_only_those_asked_for(app: APIFlask, clock: Clock) -> None:
    put("mail", n=0)
    clock.forward(seconds=1)
    put(n=1)
    write(queue.enqueue, "note", {"n": 9}, run_at=days.now() + timedelta(hours=1), now=days.now())
    clock.forward(seconds=1)
    put(n=2)
    put(n=3)
    assert [job.payload["n"] for job in claim(2)] == [1, 2]
    assert [job.payload["n"] for job in claim(9)] == [3]
    assert not write(queue.has_due, days.now(), ("note",))
    assert write(queue.has_due, days.now(), ("note", "mail"))
    clock.forward(hours=1)
    assert 9 in [job.payload["n"] for job in claim()]


def test_a_failed_job_waits_and_is_tried_again(app: APIFlask, clock: Clock) -> None:
    put()
    [job] = claim()
    record(Outcome(job, error="host away"))
    assert claim() == []
    clock.forward(seconds=13)
    [again] = claim()
    assert again.attempt == 2
    assert row(job.id).last_error == "host away"
    record(Outcome(again))
    assert (row(job.id).last_error, row(job.id).done_at) == ("", clock.now)


def test_a_job_that_fails_for_a_day_is_dead_until_it_is_revived(app: APIFlask, clock: Clock) -> None:
    put()
    begun = clock.now
    for _ in range(queue.ATTEMPTS):
        [job] = claim()
        record(Outcome(job, error="host away"))
        clock.forward(hours=4)
    assert claim() == []
    assert row(job.id).dead_at is not None
    assert clock.now - begun > timedelta(hours=20)
    assert write(queue.revive, job.id, days.now())
    assert not write(queue.revive, job.id, days.now())
    [alive] = claim()
    assert (alive.id, alive.attempt) == (job.id, 1)


def test_a_job_that_can_never_succeed_is_dead_at_once(app: APIFlask) -> None:
    put()
    [job] = claim()
    record(Outcome(job, error="no such mailbox", is_final=True))
    [dead] = outbox_queries.list_dead(db.session())
    assert (dead.id, dead.attempts, dead.last_error) == (job.id, 1, "no such mailbox")


def test_a_job_given_back_unstarted_has_lost_no_attempt(app: APIFlask) -> None:
    put()
    [job] = claim()
    record(Outcome(job, was_started=False))
    assert claim() == [job]


def test_waits_between_attempts_grow_from_seconds_to_hours() -> None:
    middle = [queue.retry_after(n, lambda: 0.5).total_seconds() for n in range(1, 14)]
    assert middle[:5] == [10, 20, 40, 80, 160]
    assert middle[-1] == 3 * 60 * 60
    assert 22 < sum(queue.retry_after(n, lambda: 0.5).total_seconds() for n in range(1, queue.ATTEMPTS)) / 3600 < 26


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_waits_are_spread_by_a_quarter(attempt: int, chance: float) -> None:
    middle = queue.retry_after(attempt, lambda: 0.5)
    assert 0.74 * middle <= queue.retry_after(attempt, lambda: chance) <= 1.26 * middle


def test_administrators_see_what_waits_and_what_is_dead_but_no_addresses(app: APIFlask, clock: Clock) -> None:
    for n in range(5):
        put(n=n, to="ibu@contoh.test")
    first, second, third, *_ = claim(3)
    record(Outcome(first), Outcome(second, error="later"), Outcome(third, error="never", is_final=True))
    write(queue.plan_duties, [queue.Duty("sweep", timedelta(minutes=1), print)], days.now())
    pending = outbox_queries.list_pending(db.session())
    assert [job.last_error for job in pending] == ["later", "", ""]
    assert [job.id for job in outbox_queries.list_pending(db.session(), after=pending[0].id, limit=1)] == [
        pending[1].id
    ]
    assert [job.id for job in outbox_queries.list_dead(db.session())] == [third.id]
    assert outbox_queries.list_dead(db.session(), before=third.id) == []
    assert outbox_queries.depth(db.session(), days.now()) == outbox_queries.Depth(2, 1, 1, clock.now)
    assert "ibu@" not in repr(pending)


def test_done_jobs_are_forgotten_after_a_while_and_others_are_not(app: APIFlask, clock: Clock) -> None:
    put(n=1)
    put(n=2)
    record(Outcome(claim(1)[0]))
    clock.forward(days=40)
    put(n=3)
    write(queue.forget_done, days.now() - timedelta(days=30))
    assert [job.payload["n"] for job in claim()] == [2, 3]


def test_many_workers_share_the_jobs_and_nobody_gets_one_twice(app: APIFlask) -> None:
    for n in range(60):
        put(n=n)
    got: Counter[int] = Counter()
    guard = threading.Lock()

    def work() -> None:
        with app.app_context():
            while jobs := claim(4):
                record(*(Outcome(job) for job in jobs))
                with guard:
                    got.update(job.payload["n"] for job in jobs)

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert got == Counter(range(60))
    assert db.session.scalar(select(func.count()).where(OutboxJob.done_at.is_not(None))) == 60


def test_claiming_never_passes_its_limit(app: APIFlask) -> None:
    for n in range(30):
        put(n=n)
    assert len(claim(7)) == 7
