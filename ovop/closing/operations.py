"""Closing a month."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor, require_role
from ovop.closing.errors import AlreadyClosed, MonthNotOver
from ovop.closing.models import ClosedMonth
from ovop.closing.queries import count_month, find_closed
from ovop.closing.rules import digest_of, is_over, written
from ovop.db.session import engine_of
from ovop.kernel.days import day_of, month_start


def close_month(session: Session, month: date, actor: Actor, now: datetime) -> str:
    """The month is closed with the figures that it has now; answers their digest.

    Raises: Forbidden, MonthNotOver, AlreadyClosed.
    """
    require_role(actor, Role.OFFICE, Role.ADMIN)
    first = month_start(month)
    if not is_over(first, day_of(now)):
        raise MonthNotOver(first)
    if find_closed(session, first) is not None:
        raise AlreadyClosed(first)
    body = written(count_month(session, first))
    dialect = postgresql if engine_of(session).dialect.name == "postgresql" else sqlite
    values = {"month": first, "body": body, "digest": digest_of(body), "closed_at": now, "closed_by": actor.id}
    # Two who close it at once: the second finds it closed.
    row = dialect.insert(ClosedMonth).values(values).on_conflict_do_nothing().returning(ClosedMonth.digest)
    if session.scalar(row) is None:
        raise AlreadyClosed(first)
    return str(values["digest"])
