"""Invariants of following, from the rows alone."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account
from ovop.follow.models import Follow, FollowNews
from ovop.follow.rules import FollowKind, Pace
from ovop.follow.targets import targets_of
from ovop.kernel import days
from ovop.kernel.checks import Check, Finding, finding
from ovop.stock.models import Catch


def _targets(session: Session) -> Finding:
    pairs = [
        (FollowKind(kind), key) for kind, key in session.execute(select(Follow.kind, Follow.target).distinct()).all()
    ]
    there = targets_of(session, pairs)
    return finding(
        len(pairs), (f"{kind} {key} is followed, and is not there" for kind, key in pairs if (kind, key) not in there)
    )


def _early(session: Session) -> Finding:
    broken = session.execute(
        select(FollowNews.account_id, Catch.lot_code)
        .join(Catch, Catch.id == FollowNews.catch_id)
        .where(or_(FollowNews.created_at < Catch.created_at, FollowNews.told_at < FollowNews.due_at))
    )
    return finding(
        session.scalar(select(func.count()).select_from(FollowNews)) or 0,
        (f"account {account} was told of {lot} before its time" for account, lot in broken),
    )


def _daily(session: Session) -> Finding:
    told = session.execute(
        select(FollowNews.account_id, FollowNews.told_at)
        .where(FollowNews.pace == Pace.DAILY.value, FollowNews.told_at.is_not(None))
        .distinct()
    )
    letters = Counter((account, days.day_of(at)) for account, at in told if at is not None)
    return finding(
        len(letters),
        (
            f"account {account} got {count} letters of the day {day}"
            for (account, day), count in letters.items()
            if count > 1
        ),
    )


def _gone(session: Session) -> Finding:
    counted, broken = 0, []
    for table in (Follow, FollowNews):
        counted += session.scalar(select(func.count()).select_from(table)) or 0
        left = select(table.id).join(Account, Account.id == table.account_id).where(Account.deleted_at.is_not(None))
        broken += [f"{table.__tablename__} {row_id} is a deleted account's" for row_id in session.scalars(left)]
    return finding(counted, broken)


CHECKS = (
    Check("whatever is followed is there", "things followed", _targets),
    Check("nobody is told of a lot before it is on sale and due", "news", _early),
    Check("a letter of the day comes once a day", "letters of the day", _daily),
    Check("no follow and no news is left of a deleted account", "follows and news", _gone),
)
