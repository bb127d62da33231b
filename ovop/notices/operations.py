"""Browsers are remembered and forgotten, choices made, and messages put into the outbox."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor
from ovop.db.session import engine_of
from ovop.kernel.errors import Invalid
from ovop.notices.models import NoticeChoice, PushDevice
from ovop.notices.queries import choices_of
from ovop.notices.rules import MOST_DEVICES, Choices, Notice
from ovop.outside.queue import enqueue
from ovop.outside.webpush import Subscription

#: The kind of the outbox's jobs; `ovop.notices.sending` does them.
PUSH_JOB = "push"
_UNSYNCED = {"synchronize_session": False}


def keep_device(session: Session, actor: Actor, subscription: Subscription, label: str, now: datetime) -> int:
    """Messages to the account go to that browser too; answers its id.  Safe to repeat.

    A browser that was somebody else's is only theirs no more.  Raises: Invalid when it cannot be reached.
    """
    if not subscription.is_usable:
        raise Invalid({"endpoint": "unknown"})
    mark = hashlib.sha256(subscription.endpoint.encode()).hexdigest()
    values = {"account_id": actor.id, "label": label, "seen_at": now} | asdict(subscription)
    row = {**values, "endpoint_hash": mark, "created_at": now}
    dialect = postgresql if engine_of(session).dialect.name == "postgresql" else sqlite
    insert = dialect.insert(PushDevice).values(row)
    device_id: int = session.execute(
        insert.on_conflict_do_update(index_elements=["endpoint_hash"], set_=values).returning(PushDevice.id)
    ).scalar_one()
    newest = (
        select(PushDevice.id)
        .where(PushDevice.account_id == actor.id)
        .order_by(PushDevice.seen_at.desc(), PushDevice.id.desc())
        .limit(MOST_DEVICES)
    )
    session.execute(
        delete(PushDevice).where(PushDevice.account_id == actor.id, PushDevice.id.not_in(newest)),
        execution_options=_UNSYNCED,
    )
    return device_id


def forget_device(session: Session, device_id: int, account_id: int) -> None:
    """That browser of the account's gets no more messages; one that is gone stays so."""
    session.execute(
        delete(PushDevice).where(PushDevice.id == device_id, PushDevice.account_id == account_id),
        execution_options=_UNSYNCED,
    )


def forget_other_devices(session: Session, account_id: int, kept_id: int | None) -> None:
    """No browser of the account's gets messages any more but the one with `kept_id`: the others were signed out."""
    others = delete(PushDevice).where(PushDevice.account_id == account_id)
    session.execute(others if kept_id is None else others.where(PushDevice.id != kept_id), execution_options=_UNSYNCED)


def drop_device(session: Session, device_id: int, endpoint: str) -> None:
    """The browser's own service says that it takes no more messages there."""
    session.execute(
        delete(PushDevice).where(PushDevice.id == device_id, PushDevice.endpoint == endpoint),
        execution_options=_UNSYNCED,
    )


def choose(session: Session, account_id: int, choices: Choices, now: datetime) -> None:
    """The account hears from now on of what it chose."""
    values = asdict(choices) | {"changed_at": now}
    changed = session.execute(
        update(NoticeChoice)
        .where(NoticeChoice.account_id == account_id)
        .values(values)
        .returning(NoticeChoice.account_id),
        execution_options=_UNSYNCED,
    ).first()
    if changed is None:
        dialect = postgresql if engine_of(session).dialect.name == "postgresql" else sqlite
        insert = dialect.insert(NoticeChoice).values({"account_id": account_id, **values})
        session.execute(insert.on_conflict_do_update(index_elements=["account_id"], set_=values))


def post_notice(session: Session, account_id: int, notice: Notice, key: str, now: datetime) -> None:
    """Each browser of the account's gets the message once, after the commit, if the account wants such messages.

    key: names what happened.
    """
    if not choices_of(session, account_id).wants_push(notice.topic):
        return
    devices = session.scalars(
        select(PushDevice.id).where(PushDevice.account_id == account_id).order_by(PushDevice.id)
    ).all()
    for device_id in devices:
        payload = {"device": device_id, "account": account_id, "notice": asdict(notice)}
        enqueue(session, PUSH_JOB, payload, now=now, key=f"push:{key}:{device_id}")


def forget_person(session: Session, account_id: int) -> None:
    """Nothing is left of the account's browsers and choices."""
    forget_other_devices(session, account_id, None)
    session.execute(delete(NoticeChoice).where(NoticeChoice.account_id == account_id), execution_options=_UNSYNCED)
