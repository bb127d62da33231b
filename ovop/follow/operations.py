"""Following and ending it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor, require_role
from ovop.db.session import engine_of
from ovop.follow.models import Follow, FollowNews
from ovop.follow.rules import MOST_FOLLOWED, FollowKind, Pace
from ovop.follow.targets import get_target
from ovop.kernel.errors import Invalid
from ovop.notices.operations import choose
from ovop.notices.queries import choices_of
from ovop.notices.rules import Choices
from ovop.stock.models import Catch

_UNSYNCED = {"synchronize_session": False}


def follow(session: Session, kind: str, key: str, pace: str, actor: Actor, now: datetime) -> None:
    """The buyer follows that at that pace, whether or not they did before.

    Raises: NotFound; Forbidden; Invalid for a pace that there is not, or one follow too many.
    """
    require_role(actor, Role.BUYER)
    target = get_target(session, kind, key)
    if pace not in tuple(Pace):
        raise Invalid({"pace": "required"})
    others = select(func.count()).where(
        Follow.account_id == actor.id, (Follow.kind != target.kind.value) | (Follow.target != target.key)
    )
    if (session.scalar(others) or 0) >= MOST_FOLLOWED:
        raise Invalid({"follow": "too-many"})
    values = {
        "account_id": actor.id,
        "kind": target.kind.value,
        "target": target.key,
        "pace": Pace(pace).value,
        "created_at": now,
    }
    dialect = postgresql if engine_of(session).dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(Follow)
        .values(values)
        .on_conflict_do_update(index_elements=["account_id", "kind", "target"], set_={"pace": values["pace"]})
    )


def end_follow(session: Session, kind: FollowKind, key: str, account_id: int) -> None:
    """The account follows that no more; done twice, nothing more happens.  What was only to be told is not told."""
    session.execute(
        delete(Follow).where(Follow.account_id == account_id, Follow.kind == kind.value, Follow.target == key),
        execution_options=_UNSYNCED,
    )


def end_letters(session: Session, account_id: int, now: datetime) -> None:
    """No letter about what the account follows is sent any more, until its owner wants them again."""
    chosen = choices_of(session, account_id)
    if chosen.news_by_mail:
        choose(session, account_id, Choices(False, chosen.orders_by_push, chosen.news_by_push), now)


def forget_follower(session: Session, account_id: int) -> None:
    """Nothing is left of what the account followed and was told."""
    for table in (Follow, FollowNews):
        session.execute(delete(table).where(table.account_id == account_id), execution_options=_UNSYNCED)


def forget_old_news(session: Session, before: datetime) -> None:
    """Who was told of lots that were past their best before that instant is forgotten: nobody lists them again."""
    old = select(Catch.id).where(Catch.best_before < before)
    session.execute(
        delete(FollowNews).where(FollowNews.catch_id.in_(old), FollowNews.settled_at.is_not(None)),
        execution_options=_UNSYNCED,
    )
