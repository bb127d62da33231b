"""Noting what was done, and taking it back once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor
from ovop.kernel.errors import NotFound
from ovop.undo.errors import TooLateToUndo
from ovop.undo.models import Step
from ovop.undo.rules import TAKEN, Deed

Facts = dict[str, Any]
#: Makes a deed's subject what it was before.  Gets session, the subject's id, the deed's facts, actor and time.
#: Raises: ChangedSince and whatever else its package refuses.
Undoer = Callable[[Session, int, Facts, Actor, datetime], None]


def note(session: Session, deed: Deed, subject_id: int, facts: Facts, actor: Actor, now: datetime) -> None:
    """For a minute the actor can take this back; called in the transaction that does it."""
    session.execute(
        insert(Step).values(account_id=actor.id, deed=deed.value, subject_id=subject_id, facts=facts, at=now)
    )


def take_back(session: Session, step_id: int, how: Mapping[Deed, Undoer], actor: Actor, now: datetime) -> None:
    """It is as if the actor had not done it, once however often this is sent.

    how: what takes each deed back.
    Raises: NotFound for other people's deeds, TooLateToUndo, ChangedSince, and what the deed's package refuses.
    """
    step = session.scalars(select(Step).where(Step.id == step_id).with_for_update()).one_or_none()
    if step is None or step.account_id != actor.id:
        raise NotFound()
    if step.taken_back_at is not None:
        return
    if now > step.at + TAKEN:
        raise TooLateToUndo()
    how[Deed(step.deed)](session, step.subject_id, step.facts, actor, now)
    step.taken_back_at = now
    session.flush()


def forget_steps(session: Session, before: datetime) -> int:
    """Deeds of before that instant are no longer noted; answers how many."""
    return session.execute(delete(Step).where(Step.at < before)).rowcount  # type: ignore[attr-defined,no-any-return]
