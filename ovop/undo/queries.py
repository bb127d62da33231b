"""Reading what can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor
from ovop.kernel.errors import NotFound
from ovop.undo.models import Step
from ovop.undo.rules import OFFERED, Deed


@dataclass(frozen=True, slots=True)
class StepRow:
    """A deed that can be taken back; `facts` are those it was noted with."""

    id: int
    deed: Deed
    subject_id: int
    facts: dict[str, Any]
    at: datetime


def get_step(session: Session, step_id: int, actor: Actor) -> StepRow:
    """A deed of `actor`'s, whether it can still be taken back or not.  Raises: NotFound."""
    step = session.get(Step, step_id)
    if step is None or step.account_id != actor.id:
        raise NotFound()
    return StepRow(step.id, Deed(step.deed), step.subject_id, step.facts, step.at)


def find_latest(session: Session, actor: Actor, now: datetime) -> StepRow | None:
    """The last thing that `actor` did, when it was within the last minute and stands.  One query."""
    row = session.execute(
        select(Step.id, Step.deed, Step.subject_id, Step.facts, Step.at, Step.taken_back_at)
        .where(Step.account_id == actor.id, Step.at > now - OFFERED)
        .order_by(Step.at.desc(), Step.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None or row.taken_back_at is not None:
        return None
    return StepRow(row.id, Deed(row.deed), row.subject_id, row.facts, row.at)
