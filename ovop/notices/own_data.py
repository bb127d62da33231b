"""What is kept about how somebody wants to be told, for them to take along (UU 27/2022)."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.notices.models import PushDevice
from ovop.notices.queries import choices_of


def notices_about(session: Session, account_id: int) -> dict[str, object]:
    """The account's choices, and its browsers with the addresses that they are reached at."""
    rows = session.execute(
        select(PushDevice.label, PushDevice.endpoint, PushDevice.created_at, PushDevice.seen_at)
        .where(PushDevice.account_id == account_id)
        .order_by(PushDevice.id)
    )
    return {"choices": asdict(choices_of(session, account_id)), "devices": [dict(row._mapping) for row in rows]}
