"""The outbox: what has to be told to the outside, written with the change that caused it and done after it.

At least once: a worker owns a job for a lease, and when it dies the job runs again.  Handlers must therefore bear
being run twice for one job.  A job's `attempts` is also its fence: a worker whose lease lapsed can no longer record
anything about a job that another has claimed since.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ovop.db.session import engine_of
from ovop.outside import bell
from ovop.outside.models import OutboxJob

#: What does the work of one kind: gets the payload and the present instant, runs outside any transaction.
Handler = Callable[[Mapping[str, Any], datetime], object]

#: How long a worker owns what it claimed: far more than the slowest handler's time-outs add up to.
LEASE = timedelta(minutes=5)
#: Attempts before a job is dead; with these waits the last comes about a day after the first.
ATTEMPTS = 18
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=3)

#: Begins the kind of rows that stand for periodic duties: they are never done, only due again.
DUTY = "duty:"


class GivenUp(Exception):
    """Raised by a handler when trying again cannot help.  Its text is shown to administrators: no personal data."""


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed job; `attempt` counts from 1."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    attempt: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended: without `error` it is done; `is_final` means that it is not tried again."""

    job: Job
    error: str = ""
    is_final: bool = False
    was_started: bool = True


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to do every so often, by one worker at a time however many there are."""

    name: str
    every: timedelta
    run: Callable[[datetime], object]

    @property
    def kind(self) -> str:
        """Kind and key of the row that stands for it."""
        return DUTY + self.name


def enqueue(
    session: Session,
    kind: str,
    payload: Mapping[str, Any],
    *,
    now: datetime,
    key: str | None = None,
    run_at: datetime | None = None,
) -> None:
    """A job of `kind` runs after the caller's transaction commits, and not before `run_at`.

    payload: plain JSON values.  key: names the fact that causes the job; a second one of the same key is dropped.
    """
    run_at = run_at or now
    values = {"kind": kind, "payload": dict(payload), "key": key, "run_at": run_at, "created_at": now}
    if key is None:
        session.execute(insert(OutboxJob).values(values))
    else:
        _insert_once(session, [values])
    if run_at <= now:
        bell.ring_after_commit(session)


def enqueue_all(
    session: Session, kind: str, jobs: Iterable[tuple[Mapping[str, Any], str, datetime]], *, now: datetime
) -> None:
    """As `enqueue` for many that are to come: each a payload, a key and when it runs.  One statement."""
    rows = [
        {"kind": kind, "payload": dict(payload), "key": key, "run_at": run_at, "created_at": now}
        for payload, key, run_at in jobs
    ]
    if rows:
        _insert_once(session, rows)


def has_due(session: Session, now: datetime, kinds: Collection[str]) -> bool:
    """Whether any job of `kinds` could be claimed; a read, so that idle workers leave the write lock alone."""
    return session.scalar(select(OutboxJob.id).where(_is_due(now), OutboxJob.kind.in_(kinds)).limit(1)) is not None


def claim(session: Session, now: datetime, kinds: Collection[str], limit: int) -> list[Job]:
    """Up to `limit` due jobs of `kinds`, oldest first, which nobody else gets until the lease ends."""
    oldest = (
        select(OutboxJob.id)
        .where(_is_due(now), OutboxJob.kind.in_(kinds))
        .order_by(OutboxJob.run_at, OutboxJob.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("oldest")  # evaluated once; as a subquery PostgreSQL may run it again and pass the limit
    )
    rows = session.execute(
        update(OutboxJob)
        .where(OutboxJob.id.in_(select(oldest.c.id)))
        .values(leased_until=now + LEASE, attempts=OutboxJob.attempts + 1)
        .returning(OutboxJob.id, OutboxJob.kind, OutboxJob.payload, OutboxJob.attempts),
        execution_options={"synchronize_session": False},
    ).all()
    return sorted((Job(*row) for row in rows), key=lambda job: job.id)


def record(session: Session, outcomes: Iterable[Outcome], now: datetime) -> None:
    """What came of claimed jobs: done, to be tried again, dead, or given back unstarted."""
    for outcome in outcomes:
        session.execute(
            update(OutboxJob)
            .where(OutboxJob.id == outcome.job.id, OutboxJob.attempts == outcome.job.attempt)
            .values(leased_until=None, **_changes(outcome, now)),
            execution_options={"synchronize_session": False},
        )


def retry_after(attempt: int, chance: Callable[[], float] = random.random) -> timedelta:
    """The wait after failed attempt number `attempt` (from 1): doubling, limited, spread by a quarter either way."""
    doubled: int = 2 ** min(attempt - 1, 20)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT) * (0.75 + chance() / 2)


def revive(session: Session, job_id: int, now: datetime) -> bool:
    """A dead job is due again with all its attempts; False when it is not dead."""
    revived = session.execute(
        update(OutboxJob)
        .where(OutboxJob.id == job_id, OutboxJob.dead_at.is_not(None))
        .values(dead_at=None, attempts=0, run_at=now, leased_until=None)
        .returning(OutboxJob.id),
        execution_options={"synchronize_session": False},
    ).first()
    if revived is None:
        return False
    bell.ring_after_commit(session)
    return True


def forget_done(session: Session, before: datetime) -> None:
    """Jobs done before that instant are gone, and with them the addresses in their payloads."""
    session.execute(
        delete(OutboxJob).where(OutboxJob.done_at < before), execution_options={"synchronize_session": False}
    )


def plan_duties(session: Session, duties: Iterable[Duty], now: datetime) -> None:
    """Every duty has its row, due at once when it is new."""
    rows = [{"kind": duty.kind, "payload": {}, "key": duty.kind, "run_at": now, "created_at": now} for duty in duties]
    if rows:
        _insert_once(session, rows)


def postpone_duty(session: Session, job: Job, run_at: datetime) -> None:
    """The duty behind `job` is due again at `run_at`."""
    session.execute(
        update(OutboxJob)
        .where(OutboxJob.id == job.id, OutboxJob.attempts == job.attempt)
        .values(leased_until=None, run_at=run_at, last_error=""),
        execution_options={"synchronize_session": False},
    )


def _insert_once(session: Session, rows: list[dict[str, Any]]) -> None:
    dialect = postgresql if engine_of(session).dialect.name == "postgresql" else sqlite
    rows = [{"attempts": 0, **row} for row in rows]
    session.execute(dialect.insert(OutboxJob).values(rows).on_conflict_do_nothing(index_elements=["key"]))


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(
        OutboxJob.done_at.is_(None),
        OutboxJob.dead_at.is_(None),
        OutboxJob.run_at <= now,
        or_(OutboxJob.leased_until.is_(None), OutboxJob.leased_until <= now),
    )


def _changes(outcome: Outcome, now: datetime) -> dict[str, Any]:
    if not outcome.was_started:
        return {"attempts": outcome.job.attempt - 1}
    if not outcome.error:
        return {"done_at": now, "last_error": ""}
    if outcome.is_final or outcome.job.attempt >= ATTEMPTS:
        return {"dead_at": now, "last_error": outcome.error}
    return {"run_at": now + retry_after(outcome.job.attempt), "last_error": outcome.error}
