"""How many accounts there are, of whom nothing else is told."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account, Role

_IN_USE = Account.deleted_at.is_(None)


def count_accounts(session: Session) -> dict[Role, int]:
    """Accounts in use of every role."""
    rows = session.execute(select(Account.role, func.count()).where(_IN_USE).group_by(Account.role))
    found = {Role(role): number for role, number in rows}
    return {role: found.get(role, 0) for role in Role}


def count_members(session: Session) -> dict[int, int]:
    """Accounts in use of each co-operative that has any."""
    rows = session.execute(
        select(Account.cooperative_id, func.count())
        .where(_IN_USE, Account.cooperative_id.is_not(None))
        .group_by(Account.cooperative_id)
    )
    return {cooperative_id: number for cooperative_id, number in rows if cooperative_id is not None}
