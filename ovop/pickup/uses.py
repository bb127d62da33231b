"""Agreeing on a shared point, and ending it; each function is one change, to be run by `ovop.db.write`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.accounts.rules import Actor, require_manager
from ovop.kernel.errors import NotFound
from ovop.pickup.errors import UseChanged
from ovop.pickup.last_times import lock_lots, retime_lots
from ovop.pickup.models import PickupPoint, PointUse, PointUseEvent, Slot
from ovop.pickup.use_letters import post_step
from ovop.pickup.use_rules import TOWARDS, Side, UseStatus, UseStep, check_note, news_of, next_use


def own_use(session: Session, point: PickupPoint, now: datetime) -> None:
    """The owner of a new point hands over there."""
    session.execute(
        insert(PointUse).values(
            point_id=point.id, cooperative_id=point.cooperative_id, status=UseStatus.OWN, opened_at=now
        )
    )


def step_use(
    session: Session, point_id: int, guest_id: int, step: UseStep, actor: Actor, now: datetime, note: str = ""
) -> UseStatus:
    """The step is taken, by the side that the actor manages; answers where that leads.  Sent again nothing changes.

    From an agreement on the guest's lots can be collected there; from its end on nothing new can, and what was ordered
    stands.  The other side's managers are told.
    Raises: NotFound, Forbidden, UseChanged, Invalid.
    """
    mine = require_manager(actor)
    check_note(note)
    point = session.scalars(
        select(PickupPoint)
        .where(PickupPoint.id == point_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if point is None or mine not in (point.cooperative_id, guest_id) or guest_id == point.cooperative_id:
        raise NotFound()
    side = Side.OWNER if mine == point.cooperative_id else Side.GUEST
    use = _use(session, point_id, guest_id)
    before = UseStatus(use.status) if use is not None else UseStatus.OVER
    if _was_last(session, point_id, guest_id, side, step):
        return before
    after = next_use(before, side, step)
    if step in TOWARDS and not _may_begin(session, point, guest_id):
        raise UseChanged(before)
    if use is None:
        use = PointUse(point_id=point_id, cooperative_id=guest_id, status=after.value)
        session.add(use)
    _change(session, use, before, after, actor, now)
    event_id = session.scalars(
        insert(PointUseEvent)
        .values(
            point_id=point_id,
            cooperative_id=guest_id,
            side=side.value,
            step=step.value,
            actor_id=actor.id,
            note=note.strip(),
            at=now,
        )
        .returning(PointUseEvent.id)
    ).one()
    other = guest_id if side is Side.OWNER else point.cooperative_id
    post_step(session, use, news_of(step, after), event_id, note.strip(), other, now)
    return after


def _change(session: Session, use: PointUse, before: UseStatus, after: UseStatus, actor: Actor, now: datetime) -> None:
    """The use is `after`; the guest's lots know by which of the point's slots they can be collected.

    Slots are locked first, as by an order for one of them: it is placed before the end, or sees it.
    """
    if UseStatus.AGREED not in (before, after):
        use.status = after.value
        session.flush()
        return
    lots = lock_lots(session, [use.cooperative_id], now)
    session.execute(
        select(Slot.id).where(Slot.point_id == use.point_id, Slot.starts_at > now).order_by(Slot.id).with_for_update()
    ).all()
    use.status = after.value
    if after is UseStatus.AGREED and use.opened_at is None:
        use.opened_at = now
    session.flush()
    retime_lots(session, lots, now, actor.id)


def _use(session: Session, point_id: int, guest_id: int) -> PointUse | None:
    """The use as it stands now; its point is locked."""
    return session.get(PointUse, (point_id, guest_id), populate_existing=True)


def _was_last(session: Session, point_id: int, guest_id: int, side: Side, step: UseStep) -> bool:
    """Whether this very step was the last one taken."""
    last = session.execute(
        select(PointUseEvent.side, PointUseEvent.step)
        .where(PointUseEvent.point_id == point_id, PointUseEvent.cooperative_id == guest_id)
        .order_by(PointUseEvent.id.desc())
        .limit(1)
    ).one_or_none()
    return last is not None and (last.side, last.step) == (side, step)


def _may_begin(session: Session, point: PickupPoint, guest_id: int) -> bool:
    """Whether the point is in use, and the guest sells."""
    sells = select(Cooperative.id).where(Cooperative.id == guest_id, Cooperative.is_active.is_(True))
    return point.is_active and session.scalar(sells) is not None
