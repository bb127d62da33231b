"""Reading what somebody follows, and what is news to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account, Cooperative, Role
from ovop.accounts.rules import Actor
from ovop.follow.models import Follow, FollowNews
from ovop.follow.rules import FollowKind, Pace
from ovop.follow.targets import Target, can_be_ordered, targets_of, targets_of_lot
from ovop.ordering.letters import Reader
from ovop.stock.models import Catch
from ovop.stock.pricing import asked_at
from ovop.villages.models import Village


@dataclass(frozen=True, slots=True)
class FollowRow:
    """Something that somebody follows."""

    target: Target
    pace: Pace
    since: datetime


@dataclass(frozen=True, slots=True)
class NewsLot:
    """A lot as a letter tells of it: grams or pieces, rupiah per unit.  followed: because of which follows."""

    id: int
    name: str
    measure: str
    unit: str
    available: int
    unit_price: int
    landed_at: datetime
    is_planned: bool
    village: str
    cooperative: str
    followed: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class News:
    """What one account is told now.  news_ids: of all rows that this settles; told_ids: of those that are told."""

    account_id: int
    name: str
    email: str | None
    language: str
    news_ids: tuple[int, ...]
    told_ids: tuple[int, ...]
    lots: tuple[NewsLot, ...]

    @property
    def reader(self) -> Reader:
        """Who is written to; only for an account with an address."""
        assert self.email is not None
        return Reader(Actor(self.account_id, Role.BUYER), self.name, self.email, self.language)


def follows_of(session: Session, account_id: int) -> list[FollowRow]:
    """What the account follows, by kind and name; at most five queries."""
    rows = session.execute(
        select(Follow.kind, Follow.target, Follow.pace, Follow.created_at).where(Follow.account_id == account_id)
    ).all()
    targets = targets_of(session, [(FollowKind(row.kind), row.target) for row in rows])
    found = [
        FollowRow(targets[key], Pace(row.pace), row.created_at)
        for row in rows
        if (key := (FollowKind(row.kind), row.target)) in targets
    ]
    order = list(FollowKind)
    return sorted(found, key=lambda row: (order.index(row.target.kind), row.target.name))


def paces_of(session: Session, account_id: int, targets: Sequence[Target]) -> dict[tuple[FollowKind, str], Pace]:
    """How soon the account hears of those of `targets` that it follows."""
    rows = session.execute(
        select(Follow.kind, Follow.target, Follow.pace).where(
            Follow.account_id == account_id, Follow.target.in_([target.key for target in targets])
        )
    )
    return {(FollowKind(row.kind), row.target): Pace(row.pace) for row in rows}


def last_told(session: Session, account_id: int, pace: Pace) -> datetime | None:
    """When the account was last told anything at that pace."""
    return session.scalar(
        select(func.max(FollowNews.told_at)).where(FollowNews.account_id == account_id, FollowNews.pace == pace.value)
    )


def find_news(session: Session, account_id: int, pace: Pace, now: datetime) -> News | None:
    """All that is due for the account at that pace; none when nothing is.

    Only lots that can still be ordered, and only what is still followed, is told; the rest is settled with it.
    """
    waiting = session.execute(
        select(FollowNews.id, FollowNews.catch_id)
        .where(
            FollowNews.account_id == account_id,
            FollowNews.pace == pace.value,
            FollowNews.settled_at.is_(None),
            FollowNews.due_at <= now,
        )
        .order_by(FollowNews.id)
    ).all()
    account = session.execute(
        select(Account.name, Account.email, Account.language).where(
            Account.id == account_id, Account.role == Role.BUYER.value, Account.deleted_at.is_(None)
        )
    ).one_or_none()
    if not waiting:
        return None
    news_ids = tuple(row.id for row in waiting)
    if account is None:
        return News(account_id, "", None, "id", news_ids, (), ())
    lots = _offered(session, account_id, [row.catch_id for row in waiting], now)
    told_ids = tuple(row.id for row in waiting if row.catch_id in lots)
    ordered = tuple(lots[row.catch_id] for row in waiting if row.catch_id in lots)
    return News(account_id, account.name, account.email, account.language, news_ids, told_ids, ordered)


def _offered(session: Session, account_id: int, catch_ids: Sequence[int], now: datetime) -> dict[int, NewsLot]:
    """Those lots that can be ordered and are of something that the account follows, by id."""
    rows = session.execute(
        select(
            Catch,
            asked_at(now).label("asked"),
            Village.name.label("village"),
            Cooperative.name.label("cooperative"),
        )
        .join(Village, Village.code == Catch.village_code)
        .join(Cooperative, Cooperative.id == Catch.cooperative_id)
        .where(Catch.id.in_(catch_ids), Cooperative.is_active.is_(True))
    ).all()
    targets = {(row.target.kind, row.target.key): row.target for row in follows_of(session, account_id)}
    found: dict[int, NewsLot] = {}
    for row in rows:
        lot: Catch = row.Catch
        why = tuple(targets[key] for key in targets_of_lot(lot) if key in targets)
        if why and can_be_ordered(lot, now):
            found[lot.id] = NewsLot(
                id=lot.id,
                name=lot.name,
                measure=lot.measure,
                unit=lot.unit,
                available=lot.available,
                unit_price=row.asked,
                landed_at=lot.landed_at,
                is_planned=lot.is_planned,
                village=row.village,
                cooperative=row.cooperative,
                followed=why,
            )
    return found
