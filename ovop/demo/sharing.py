"""The demo's shared points: one that two co-operatives of a village hand over at, and an offer that waits.

The agreement is of now, for the goods that are on sale: what was ordered before was collected at own points.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from ovop.demo.stage import CLERKS_OWN, PlacedCooperative, Stage
from ovop.outside.models import OutboxJob
from ovop.pickup.use_letters import POINT_LETTER_JOB
from ovop.pickup.use_rules import UseStep
from ovop.pickup.uses import step_use

#: Whose kitchen hands over at the clerk's own landing, and who offers a point of theirs.
GUEST, NEIGHBOUR = "dapur-tengkurak", "samudra-lontar"
_ASKED, _OFFERED = timedelta(days=3), timedelta(hours=20)


def share_points(session: Session, stage: Stage, now: datetime) -> None:
    """The clerk's own co-operative shares its first point, and is offered a neighbour's.  The letters have left."""
    placed = {found.sample.slug: found for found in stage.cooperatives}
    own, guest, neighbour = placed[CLERKS_OWN], placed[GUEST], placed[NEIGHBOUR]
    _step(session, own, guest, guest, UseStep.ASK, now - _ASKED, "Dapur kami tidak punya tempat dingin di dermaga.")
    _step(session, own, guest, own, UseStep.AGREE, now, "Silakan, kotaknya masih cukup.")
    _step(session, neighbour, own, neighbour, UseStep.OFFER, now - _OFFERED, "Pembelimu banyak yang lewat sini.")
    session.execute(update(OutboxJob).where(OutboxJob.kind == POINT_LETTER_JOB).values(done_at=now))


def _step(
    session: Session,
    owner: PlacedCooperative,
    guest: PlacedCooperative,
    by: PlacedCooperative,
    step: UseStep,
    at: datetime,
    note: str,
) -> None:
    step_use(session, owner.points[0].id, guest.id, step, by.clerk, at, note)
