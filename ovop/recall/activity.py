"""Who called a lot back, and who spoke with its buyers, for the list of who did what in a co-operative."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account
from ovop.accounts.rules import Actor, cooperative_of
from ovop.ordering.activity import MOST_SHOWN, Act, Done
from ovop.recall.models import Recall, RecallBuyer
from ovop.stock.models import Catch


def recall_activity(
    session: Session, actor: Actor, *, member_id: int | None = None, limit: int = MOST_SHOWN
) -> Sequence[Done]:
    """Recalls and calls to buyers by members of the actor's co-operative, or by one of them.  Two queries.

    The office's own are left out: its people are not the co-operative's.  Raises: Forbidden.
    """
    cooperative_id = cooperative_of(actor)
    by = (Account.cooperative_id == cooperative_id) if member_id is None else (Account.id == member_id)
    lot = (Catch.id, Catch.name, Catch.caught, Catch.measure, Catch.unit)
    called_back = session.execute(
        select(Recall.at, Catch.recall_reason.label("reason"), Account.name.label("member"), *lot)
        .join(Catch, Catch.id == Recall.catch_id)
        .join(Account, Account.id == Recall.actor_id)
        .where(Catch.cooperative_id == cooperative_id, by)
        .order_by(Recall.id.desc())
        .limit(limit)
    )
    reached = session.execute(
        select(RecallBuyer.reached_at.label("at"), Account.name.label("member"), *lot)
        .join(Recall, Recall.id == RecallBuyer.recall_id)
        .join(Catch, Catch.id == Recall.catch_id)
        .join(Account, Account.id == RecallBuyer.reached_by)
        .where(Catch.cooperative_id == cooperative_id, by)
        .order_by(RecallBuyer.reached_at.desc(), RecallBuyer.id.desc())
        .limit(limit)
    )
    return [_done(Act.RECALLED, row, row.reason or "") for row in called_back] + [
        _done(Act.REACHED, row, "") for row in reached
    ]


def _done(act: Act, row: Any, reason: str) -> Done:
    return Done(
        row.at,
        act,
        row.member,
        catch=row.id,
        name=row.name,
        quantity=row.caught,
        measure=row.measure,
        unit=row.unit,
        reason=reason,
    )
