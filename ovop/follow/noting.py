"""From one lot to its followers: a job that notes who is to hear of it, some at a time.

Listing a lot adds one row to the outbox, however many follow.  Each job notes one batch and puts the next into the
outbox in the same transaction, so that a worker that dies costs nothing and does nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ovop.accounts.models import Account, Role
from ovop.db.session import engine_of, write
from ovop.follow.models import Follow, FollowNews
from ovop.follow.rules import FollowKind, Pace, due_at
from ovop.follow.targets import can_be_ordered, targets_of_lot
from ovop.outside.queue import enqueue, enqueue_all
from ovop.stock.events import CatchListed
from ovop.stock.models import Catch

#: Kinds of the outbox's jobs: one for each batch of followers, and one for each letter.
NOTE_JOB, LETTER_JOB = "follow-note", "follow-letter"
BATCH = 200


def post_listed(session: Session, event: CatchListed) -> None:
    """Followers hear of the lot, after the commit."""
    _post_batch(session, event.catch_id, 0, event.at, event.at)


def note_followers(payload: Mapping[str, Any], now: datetime) -> None:
    """Job: the next followers of the lot are noted.  Safe to repeat."""
    listed_at = datetime.fromisoformat(payload["listed_at"])
    write(note_batch, int(payload["catch"]), int(payload["after"]), listed_at, now)


def note_batch(session: Session, catch_id: int, after: int, listed_at: datetime, now: datetime) -> int:
    """The first BATCH followers whose account comes behind `after` are to hear of the lot; answers how many are new.

    Whoever follows it in several ways hears of it once, at the quickest pace.  A lot that is not offered (any more) is
    no news.
    """
    lot = session.get(Catch, catch_id)
    if lot is None or not can_be_ordered(lot, now):
        return 0
    targets = targets_of_lot(lot)
    rows = session.execute(_followers(targets, after)).all()
    readers = [row for row in rows if row.role == Role.BUYER and row.deleted_at is None]
    paces = {row.account_id: Pace.DAILY if row.slowness else Pace.AT_ONCE for row in readers}
    noted = _note(session, catch_id, paces, listed_at, now)
    if len(rows) == BATCH:
        _post_batch(session, catch_id, rows[-1].account_id, listed_at, now)
    return noted


def post_letter(session: Session, account_id: int, pace: Pace, at: datetime, now: datetime) -> None:
    """The account's letter at that pace is written at that instant."""
    enqueue(session, LETTER_JOB, _letter(account_id, pace), now=now, key=_letter_key(account_id, pace, at), run_at=at)


def _followers(targets: Sequence[tuple[FollowKind, str]], after: int) -> Select[*tuple[Any, ...]]:
    """The first BATCH accounts behind `after` that follow any of `targets`; slowness: 0 when any of it at once.

    Each target gives its own first ones from the index, so that a batch costs the same however many follow.
    """
    slowness = case((Follow.pace == Pace.AT_ONCE.value, 0), else_=1).label("slowness")
    first = [
        select(Follow.account_id, slowness)
        .where(Follow.kind == kind.value, Follow.target == key, Follow.account_id > after)
        .order_by(Follow.account_id)
        .limit(BATCH)
        .subquery()
        for kind, key in targets
    ]
    each = union_all(*(select(part.c.account_id, part.c.slowness) for part in first)).subquery()
    return (
        select(each.c.account_id, func.min(each.c.slowness).label("slowness"), Account.role, Account.deleted_at)
        .join(Account, Account.id == each.c.account_id)
        .group_by(each.c.account_id, Account.role, Account.deleted_at)
        .order_by(each.c.account_id)
        .limit(BATCH)
    )


def _note(session: Session, catch_id: int, paces: Mapping[int, Pace], listed_at: datetime, now: datetime) -> int:
    if not paces:
        return 0
    last = _last_due(session, paces)
    due = {account: due_at(pace, listed_at, now, last.get((account, pace))) for account, pace in paces.items()}
    dialect = postgresql if engine_of(session).dialect.name == "postgresql" else sqlite
    rows = [
        {"account_id": account, "catch_id": catch_id, "pace": pace.value, "due_at": due[account], "created_at": now}
        for account, pace in paces.items()
    ]
    new = session.scalars(
        dialect.insert(FollowNews)
        .values(rows)
        .on_conflict_do_nothing(index_elements=["account_id", "catch_id"])
        .returning(FollowNews.account_id)
    ).all()
    enqueue_all(
        session,
        LETTER_JOB,
        [
            (_letter(account, paces[account]), _letter_key(account, paces[account], due[account]), due[account])
            for account in new
        ],
        now=now,
    )
    return len(new)


def _last_due(session: Session, accounts: Iterable[int]) -> dict[tuple[int, Pace], datetime]:
    """When each one's latest letter at each pace is or was due."""
    rows = session.execute(
        select(FollowNews.account_id, FollowNews.pace, func.max(FollowNews.due_at))
        .where(FollowNews.account_id.in_(list(accounts)))
        .group_by(FollowNews.account_id, FollowNews.pace)
    )
    return {(account, Pace(pace)): due for account, pace, due in rows}


def _post_batch(session: Session, catch_id: int, after: int, listed_at: datetime, now: datetime) -> None:
    key = f"{NOTE_JOB}:{catch_id}:{after}"
    payload = {"catch": catch_id, "after": after, "listed_at": listed_at.isoformat()}
    enqueue(session, NOTE_JOB, payload, now=now, key=key)


def _letter(account_id: int, pace: Pace) -> dict[str, Any]:
    return {"account": account_id, "pace": pace.value}


def _letter_key(account_id: int, pace: Pace, at: datetime) -> str:
    return f"{LETTER_JOB}:{account_id}:{pace}:{at:%Y%m%dT%H%M%S}"
