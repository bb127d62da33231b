"""A co-operative's people: inviting them by a link, making them managers, letting them go."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from ovop.accounts.errors import InvitationOver, LastManager
from ovop.accounts.models import Account, ApiToken, Cooperative, Invitation, Role
from ovop.accounts.rules import Actor, cooperative_of, require_manager
from ovop.accounts.tokens import token_hash
from ovop.kernel.errors import NotFound

#: How long an invitation can be accepted.
TIME_TO_ACCEPT = timedelta(days=7)
#: Invitations of one co-operative that can be open at once.
MOST_OPEN = 20


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works for a co-operative."""

    id: int
    name: str
    is_manager: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that can still be accepted."""

    id: int
    is_manager: bool
    invited_by: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody who opened an invitation's link is offered."""

    id: int
    cooperative_id: int
    cooperative_name: str
    is_manager: bool


def list_members(session: Session, actor: Actor) -> Sequence[Member]:
    """Who works for the actor's co-operative, managers first.  Raises: Forbidden."""
    rows = session.execute(
        select(Account.id, Account.name, Account.is_manager, Account.created_at)
        .where(Account.cooperative_id == cooperative_of(actor), Account.deleted_at.is_(None))
        .order_by(Account.is_manager.desc(), Account.name, Account.id)
    )
    return [Member(row.id, row.name, row.is_manager, row.created_at) for row in rows]


def list_invitations(session: Session, actor: Actor, now: datetime) -> Sequence[OpenInvitation]:
    """The co-operative's invitations that can still be accepted, newest first.  Raises: Forbidden."""
    rows = session.execute(
        select(Invitation.id, Invitation.is_manager, Account.name, Invitation.expires_at)
        .join(Account, Account.id == Invitation.invited_by)
        .where(
            Invitation.cooperative_id == require_manager(actor),
            Invitation.ended_at.is_(None),
            Invitation.expires_at > now,
        )
        .order_by(Invitation.id.desc())
    )
    return [OpenInvitation(row.id, row.is_manager, row.name, row.expires_at) for row in rows]


def invite(session: Session, actor: Actor, *, as_manager: bool, now: datetime) -> str:
    """A link can be opened by one person for a week; answers its token, which is shown once and not kept.

    When too many are open the oldest ends.  Raises: Forbidden.
    """
    cooperative_id = require_manager(actor)
    _lock(session, cooperative_id)
    token = secrets.token_urlsafe(24)
    session.execute(
        insert(Invitation).values(
            cooperative_id=cooperative_id,
            token_hash=token_hash(token),
            is_manager=as_manager,
            invited_by=actor.id,
            created_at=now,
            expires_at=now + TIME_TO_ACCEPT,
        )
    )
    newest = (
        select(Invitation.id)
        .where(Invitation.cooperative_id == cooperative_id, Invitation.ended_at.is_(None))
        .order_by(Invitation.id.desc())
        .limit(MOST_OPEN)
    )
    session.execute(
        update(Invitation)
        .where(
            Invitation.cooperative_id == cooperative_id,
            Invitation.ended_at.is_(None),
            Invitation.id.not_in(newest.scalar_subquery()),
        )
        .values(ended_at=now),
        execution_options={"synchronize_session": False},
    )
    return token


def take_back_invitation(session: Session, invitation_id: int, actor: Actor, now: datetime) -> None:
    """The link no longer opens anything.  Safe to repeat.  Raises: NotFound, Forbidden."""
    own = (Invitation.id == invitation_id, Invitation.cooperative_id == require_manager(actor))
    if session.scalar(select(Invitation.id).where(*own)) is None:
        raise NotFound()
    session.execute(
        update(Invitation).where(*own, Invitation.ended_at.is_(None)).values(ended_at=now),
        execution_options={"synchronize_session": False},
    )


def read_invitation(session: Session, token: str, now: datetime) -> Offer:
    """What the link offers.  Raises: InvitationOver when it was used, taken back, has lapsed or never was."""
    row = session.execute(
        select(Invitation.id, Invitation.cooperative_id, Invitation.is_manager, Cooperative.name)
        .join(Cooperative, Cooperative.id == Invitation.cooperative_id)
        .where(
            Invitation.token_hash == token_hash(token),
            Invitation.ended_at.is_(None),
            Invitation.expires_at > now,
            Cooperative.is_active.is_(True),
        )
    ).one_or_none()
    if row is None:
        raise InvitationOver()
    return Offer(row.id, row.cooperative_id, row.name, row.is_manager)


def accept_invitation(session: Session, token: str, actor: Actor, now: datetime) -> Offer:
    """The actor, a buyer so far, works for the co-operative; the link is used up.

    Whether a buyer may leave is asked by whoever knows of orders (ovop.ordering.departures).
    Raises: InvitationOver, NotFound for anybody but a buyer.
    """
    offer = read_invitation(session, token, now)
    taken = session.execute(
        update(Invitation)
        .where(Invitation.id == offer.id, Invitation.ended_at.is_(None))
        .values(ended_at=now, accepted_by=actor.id)
        .returning(Invitation.id),
        execution_options={"synchronize_session": False},
    ).first()
    if taken is None:
        raise InvitationOver()
    joined = session.execute(
        update(Account)
        .where(Account.id == actor.id, Account.role == Role.BUYER, Account.deleted_at.is_(None))
        .values(role=Role.COOPERATIVE, cooperative_id=offer.cooperative_id, is_manager=offer.is_manager)
        .returning(Account.id),
        execution_options={"synchronize_session": False},
    ).first()
    if joined is None:
        raise NotFound()
    return offer


def set_manager(session: Session, member_id: int, actor: Actor, *, is_manager: bool) -> None:
    """The member is a manager from now on, or no more.  Raises: NotFound, Forbidden, LastManager."""
    cooperative_id = require_manager(actor)
    _lock(session, cooperative_id)
    _change(session, member_id, cooperative_id, is_manager=is_manager)
    _check_managed(session, cooperative_id)


def remove_member(session: Session, member_id: int, actor: Actor, now: datetime) -> None:
    """The account no longer works for the co-operative: it is a buyer's, signed out everywhere, its tokens void.

    What it did stays in the histories.  Raises: NotFound, Forbidden, LastManager.
    """
    cooperative_id = require_manager(actor)
    _lock(session, cooperative_id)
    stamp = secrets.token_hex(16)
    _change(
        session, member_id, cooperative_id, role=Role.BUYER, cooperative_id=None, is_manager=True, session_stamp=stamp
    )
    session.execute(
        update(ApiToken).where(ApiToken.account_id == member_id, ApiToken.revoked_at.is_(None)).values(revoked_at=now),
        execution_options={"synchronize_session": False},
    )
    _check_managed(session, cooperative_id)


def _lock(session: Session, cooperative_id: int) -> None:
    """Two managers who let each other go at once: the second must see what the first has done."""
    session.execute(select(Cooperative.id).where(Cooperative.id == cooperative_id).with_for_update())


def _change(session: Session, member_id: int, of: int, **values: object) -> None:
    changed = session.execute(
        update(Account)
        .where(Account.id == member_id, Account.cooperative_id == of, Account.deleted_at.is_(None))
        .values(**values)
        .returning(Account.id),
        execution_options={"synchronize_session": False},
    ).first()
    if changed is None:
        raise NotFound()


def _check_managed(session: Session, cooperative_id: int) -> None:
    managers = session.scalar(
        select(func.count())
        .select_from(Account)
        .where(Account.cooperative_id == cooperative_id, Account.is_manager.is_(True), Account.deleted_at.is_(None))
    )
    if not managers:
        raise LastManager()
