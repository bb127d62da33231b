"""Selling at the counter once, however often the button was pressed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ovop.accounts.idempotency import check_key, fingerprint, once
from ovop.accounts.rules import Actor
from ovop.counter import operations
from ovop.counter.rules import WalkIn
from ovop.db.session import write


def sell_once(wanted: WalkIn, actor: Actor, key: str, now: datetime, *, commission_points: int = 0) -> tuple[int, bool]:
    """As `operations.sell`, once for each `key`; answers (the sale's id, whether it was sold before).

    Raises: what that raises; KeyReused.
    """

    def sell(session: Session) -> int:
        return operations.sell(session, wanted, actor, now, commission_points=commission_points)

    asked = [wanted.catch_id, wanted.quantity, wanted.unit_price, wanted.method, wanted.reference]
    return write(once, actor.id, check_key(key), fingerprint("counter-sale", asked), now, sell)
