"""What is kept about what somebody follows, for them to take along (UU 27/2022)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.follow.models import FollowNews
from ovop.follow.queries import follows_of
from ovop.stock.models import Catch


def follows_about(session: Session, account_id: int) -> dict[str, object]:
    """What the account follows, and of which lots it was told when, as far as that is still remembered."""
    told = session.execute(
        select(Catch.lot_code, Catch.name, FollowNews.told_at)
        .join(Catch, Catch.id == FollowNews.catch_id)
        .where(FollowNews.account_id == account_id, FollowNews.told_at.is_not(None))
        .order_by(FollowNews.id)
    )
    return {
        "follows": [
            {
                "kind": row.target.kind,
                "of": row.target.key,
                "name": row.target.name,
                "pace": row.pace,
                "since": row.since,
            }
            for row in follows_of(session, account_id)
        ],
        "told_of": [dict(row._mapping) for row in told],
    }
