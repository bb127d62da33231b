"""What administrators and monitoring see of the outbox; never its payloads, which hold addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ovop.outside.models import OutboxJob
from ovop.outside.queue import DUTY

_IS_JOB = OutboxJob.kind.not_like(f"{DUTY}%")


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as a list shows it."""

    id: int
    kind: str
    attempts: int
    run_at: datetime
    created_at: datetime
    dead_at: datetime | None
    last_error: str


@dataclass(frozen=True, slots=True)
class Depth:
    """How much waits: `due` could run now, `later` waits for its time or another try, `dead` for a person."""

    due: int
    later: int
    dead: int
    #: When the longest waiting of the due ones should have run.
    oldest_due_at: datetime | None


def list_pending(session: Session, *, after: int = 0, limit: int = 50) -> list[JobRow]:
    """Jobs not done and not dead, by id, those after id `after`."""
    rows = session.execute(
        _jobs()
        .where(OutboxJob.done_at.is_(None), OutboxJob.dead_at.is_(None), _IS_JOB, OutboxJob.id > after)
        .order_by(OutboxJob.id)
        .limit(limit)
    )
    return [JobRow(*row) for row in rows]


def list_dead(session: Session, *, before: int | None = None, limit: int = 50) -> list[JobRow]:
    """Jobs given up, newest first, those before id `before`; `queue.revive` has one tried again."""
    query = _jobs().where(OutboxJob.dead_at.is_not(None)).order_by(OutboxJob.id.desc()).limit(limit)
    if before is not None:
        query = query.where(OutboxJob.id < before)
    return [JobRow(*row) for row in session.execute(query)]


def depth(session: Session, now: datetime) -> Depth:
    """Counts of jobs not done, in one query."""
    is_waiting = OutboxJob.dead_at.is_(None)
    is_due = is_waiting & (OutboxJob.run_at <= now)
    row = session.execute(
        select(
            func.count().filter(is_due),
            func.count().filter(is_waiting & (OutboxJob.run_at > now)),
            func.count().filter(OutboxJob.dead_at.is_not(None)),
            func.min(OutboxJob.run_at).filter(is_due),
        ).where(OutboxJob.done_at.is_(None), _IS_JOB)
    ).one()
    return Depth(*row)


def _jobs() -> Select[int, str, int, datetime, datetime, datetime | None, str]:
    return select(
        OutboxJob.id,
        OutboxJob.kind,
        OutboxJob.attempts,
        OutboxJob.run_at,
        OutboxJob.created_at,
        OutboxJob.dead_at,
        OutboxJob.last_error,
    )
