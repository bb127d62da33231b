"""Invariants of shared points, from the rows alone."""

from __future__ import annotations

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from ovop.kernel.checks import Check, Finding, finding
from ovop.pickup.errors import UseChanged
from ovop.pickup.models import PickupPoint, PointUse, PointUseEvent
from ovop.pickup.use_rules import Side, UseStatus, UseStep, next_use


def _owned(session: Session) -> Finding:
    own = PointUse.status == UseStatus.OWN
    rows = session.execute(
        select(PickupPoint.id)
        .outerjoin(PointUse, and_(PointUse.point_id == PickupPoint.id, own))
        .group_by(PickupPoint.id, PickupPoint.cooperative_id)
        .having(
            or_(
                func.count(PointUse.point_id) != 1,
                func.max(PointUse.cooperative_id) != PickupPoint.cooperative_id,
            )
        )
    )
    return finding(
        session.scalar(select(func.count()).select_from(PickupPoint)) or 0,
        (f"point {row.id} is not its co-operative's to hand over at" for row in rows),
    )


def _consented(session: Session) -> Finding:
    uses = {
        (row.point_id, row.cooperative_id): UseStatus(row.status)
        for row in session.execute(
            select(PointUse.point_id, PointUse.cooperative_id, PointUse.status).where(
                PointUse.status != UseStatus.OWN.value
            )
        )
    }
    told = dict.fromkeys(uses, UseStatus.OVER)
    wrong = set()
    for event in session.execute(
        select(PointUseEvent.point_id, PointUseEvent.cooperative_id, PointUseEvent.side, PointUseEvent.step).order_by(
            PointUseEvent.id
        )
    ):
        use = event.point_id, event.cooperative_id
        try:
            told[use] = next_use(told.get(use, UseStatus.OVER), Side(event.side), UseStep(event.step))
        except UseChanged:
            wrong.add(use)
    wrong |= {use for use, status in told.items() if uses.get(use) is not status}
    return finding(
        len(uses),
        (f"point {point} and co-operative {guest}: {uses.get((point, guest))}" for point, guest in sorted(wrong)),
    )


CHECKS: tuple[Check, ...] = (
    Check("every point is its owner's to hand over at, and nobody else's own", "points", _owned),
    Check("who shares a point is what both sides agreed on, step by step", "shared points", _consented),
)
