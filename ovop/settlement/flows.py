"""Use cases of several transactions: drawing every statement that is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from ovop.db.session import db, write
from ovop.kernel import days
from ovop.settlement.notices import tell_carried
from ovop.settlement.operations import draw
from ovop.settlement.queries import find_due
from ovop.settlement.rules import Cycle, period_of


def draw_due(now: datetime) -> int:
    """Duty: every co-operative has its statements of the periods that are over; answers how many are new.

    One transaction for each co-operative; safe to repeat, and by several at once.
    """
    cycle = Cycle(current_app.config["OVOP"].settlement_period)
    due = find_due(db.session(), days.start_of(period_of(days.day_of(now), cycle).first))
    db.session.rollback()
    return sum(len(write(_draw, cooperative_id, cycle, now)) for cooperative_id in due)


def _draw(session: Session, cooperative_id: int, cycle: Cycle, now: datetime) -> Sequence[int]:
    """The statements are drawn, and managers hear of those that bring no transfer."""
    drawn = draw(session, cooperative_id, cycle, now)
    tell_carried(session, drawn, now)
    return drawn
