"""What a market holds before a demo may be made of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account
from ovop.accounts.names import DEMO_DOMAIN
from ovop.ordering.models import Order
from ovop.pickup.models import Slot

_IS_DEMO = Account.email.endswith(f"@{DEMO_DOMAIN}", autoescape=True)


def count_real_orders(session: Session) -> int:
    """Orders of accounts that are not the demo's; those of deleted accounts were somebody's too."""
    real = or_(Account.email.is_(None), ~_IS_DEMO)
    return (
        session.scalar(select(func.count()).select_from(Order).join(Account, Account.id == Order.buyer_id).where(real))
        or 0
    )


def count_demo_accounts(session: Session) -> int:
    """Accounts of a demo market."""
    return session.scalar(select(func.count()).select_from(Account).where(_IS_DEMO)) or 0


def slot_ids(session: Session) -> dict[tuple[int, datetime], int]:
    """Every slot there is, by its point and when it begins."""
    rows = session.execute(select(Slot.point_id, Slot.starts_at, Slot.id))
    return {(row.point_id, row.starts_at): row.id for row in rows}
