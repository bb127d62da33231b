"""Use cases of several transactions: drawing every statement that is due."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from ovop.db.session import db, write
from ovop.kernel import days
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
    return sum(len(write(draw, cooperative_id, cycle, now)) for cooperative_id in due)
