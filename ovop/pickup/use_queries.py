"""Reading who hands over at which point."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from ovop.accounts.models import Account, Cooperative
from ovop.accounts.rules import Actor, cooperative_of
from ovop.kernel.errors import NotFound
from ovop.kernel.geo import Place, distance_km
from ovop.pickup.models import PickupPoint, PointUse, PointUseEvent, Slot
from ovop.pickup.use_rules import OPEN_USES, Side, UseStatus, UseStep
from ovop.villages.models import Village

#: That an agreement, or owning the point, lets a co-operative hand over there.
IS_OPEN = PointUse.status.in_(OPEN_USES)


@dataclass(frozen=True, slots=True)
class UseRow:
    """A point that is, was or may be shared with a guest, with both sides' names."""

    point_id: int
    point_name: str
    address: str
    owner_id: int
    owner_name: str
    guest_id: int
    guest_name: str
    status: UseStatus
    is_active: bool
    opened_at: datetime | None

    @property
    def waits_for(self) -> int | None:
        """The co-operative whose answer is waited for, if one is."""
        return {UseStatus.OFFERED: self.guest_id, UseStatus.ASKED: self.owner_id}.get(self.status)

    def side_of(self, cooperative_id: int) -> Side:
        """Which of both that co-operative is."""
        return Side.OWNER if cooperative_id == self.owner_id else Side.GUEST


@dataclass(frozen=True, slots=True)
class UseEventRow:
    """A step of its history; `member` is known to the side whose member took it."""

    point_id: int
    guest_id: int
    side: Side
    step: UseStep
    member: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A co-operative to share a point with; kilometres as the crow flies."""

    id: int
    name: str
    village_name: str
    km: float


def is_used_by(cooperative: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Join of `PointUse` to the slot beside it: its point is that co-operative's to hand over at."""
    return and_(PointUse.point_id == Slot.point_id, PointUse.cooperative_id == cooperative, IS_OPEN)


def may_use(session: Session, point_id: int, cooperative_id: int) -> bool:
    """Whether the co-operative may hand over at the point now."""
    return session.scalar(
        select(PointUse.point_id).where(
            PointUse.point_id == point_id, PointUse.cooperative_id == cooperative_id, IS_OPEN
        )
    ) is not None  # fmt: skip


def has_used(session: Session, point_id: int, cooperative_id: int) -> bool:
    """Whether the co-operative may have orders at the point: it may hand over there, or might once."""
    return session.scalar(
        select(PointUse.point_id).where(
            PointUse.point_id == point_id,
            PointUse.cooperative_id == cooperative_id,
            PointUse.opened_at.is_not(None),
        )
    ) is not None  # fmt: skip


def count_points(session: Session, cooperative_id: int) -> int:
    """At how many points in use the co-operative hands over: its own and neighbours'."""
    used = (
        select(func.count())
        .select_from(PointUse)
        .join(PickupPoint, PickupPoint.id == PointUse.point_id)
        .where(PointUse.cooperative_id == cooperative_id, IS_OPEN, PickupPoint.is_active.is_(True))
    )
    return session.scalar(used) or 0


def users_of(session: Session, point_ids: Collection[int]) -> Sequence[int]:
    """Ids of the co-operatives that may hand over at any of these points, owners among them."""
    wanted = select(PointUse.cooperative_id).where(PointUse.point_id.in_(point_ids), IS_OPEN)
    return session.scalars(wanted.distinct().order_by(PointUse.cooperative_id)).all()


def list_uses(session: Session, cooperative_id: int, point_id: int | None = None) -> list[UseRow]:
    """Points that the co-operative shares, shared or may share, as owner or as guest; those over come last."""
    return _uses(
        session,
        PointUse.status != UseStatus.OWN,
        or_(PointUse.cooperative_id == cooperative_id, PickupPoint.cooperative_id == cooperative_id),
        *(() if point_id is None else (PointUse.point_id == point_id,)),
    )


def get_use(session: Session, point_id: int, guest_id: int, actor: Actor) -> UseRow:
    """One of them.  Raises: NotFound unless the actor's co-operative is one of both sides; Forbidden."""
    mine = cooperative_of(actor)
    found = _uses(
        session,
        PointUse.status != UseStatus.OWN,
        PointUse.point_id == point_id,
        PointUse.cooperative_id == guest_id,
        or_(PointUse.cooperative_id == mine, PickupPoint.cooperative_id == mine),
    )
    if not found:
        raise NotFound()
    return found[0]


def _uses(session: Session, *wanted: ColumnElement[bool]) -> list[UseRow]:
    owner, guest = aliased(Cooperative), aliased(Cooperative)
    rows = session.execute(
        select(
            PointUse.point_id,
            PickupPoint.name.label("point_name"),
            PickupPoint.address,
            owner.id.label("owner_id"),
            owner.name.label("owner_name"),
            guest.id.label("guest_id"),
            guest.name.label("guest_name"),
            PointUse.status,
            PickupPoint.is_active,
            PointUse.opened_at,
        )
        .join(PickupPoint, PickupPoint.id == PointUse.point_id)
        .join(owner, owner.id == PickupPoint.cooperative_id)
        .join(guest, guest.id == PointUse.cooperative_id)
        .where(*wanted)
        .order_by((PointUse.status == UseStatus.OVER).asc(), PickupPoint.name, guest.name, PointUse.point_id)
    )
    return [UseRow(**{**row._mapping, "status": UseStatus(row.status)}) for row in rows]


def history_of(session: Session, uses: Collection[UseRow], cooperative_id: int) -> list[UseEventRow]:
    """All steps of these, oldest first; of the other side only that it took them, not who of its people did."""
    if not uses:
        return []
    rows = session.execute(
        select(
            PointUseEvent.point_id,
            PointUseEvent.cooperative_id,
            PointUseEvent.side,
            PointUseEvent.step,
            PointUseEvent.note,
            PointUseEvent.at,
            Account.name,
            PickupPoint.cooperative_id.label("owner_id"),
        )
        .join(PickupPoint, PickupPoint.id == PointUseEvent.point_id)
        .join(Account, Account.id == PointUseEvent.actor_id)
        .where(
            PointUseEvent.point_id.in_({use.point_id for use in uses}),
            PointUseEvent.cooperative_id.in_({use.guest_id for use in uses}),
        )
        .order_by(PointUseEvent.id)
    )
    return [
        UseEventRow(
            row.point_id,
            row.cooperative_id,
            Side(row.side),
            UseStep(row.step),
            row.name if cooperative_id == (row.owner_id if row.side == Side.OWNER else row.cooperative_id) else "",
            row.note,
            row.at,
        )
        for row in rows
    ]


def waiting_for(session: Session, cooperative_id: int) -> list[UseRow]:
    """Offers and questions that the co-operative has not answered yet.  One query."""
    return _uses(
        session,
        or_(
            and_(PointUse.status == UseStatus.OFFERED, PointUse.cooperative_id == cooperative_id),
            and_(PointUse.status == UseStatus.ASKED, PickupPoint.cooperative_id == cooperative_id),
        ),
    )


def neighbours(session: Session, here: Place, *, beside: int, limit: int = 30) -> list[Neighbour]:
    """Co-operatives that sell, by how far their village is from `here`, but for `beside`.  One query."""
    rows: Sequence[Any] = session.execute(
        select(Cooperative.id, Cooperative.name, Village.name.label("village"), Village.latitude, Village.longitude)
        .join(Village, Village.code == Cooperative.village_code)
        .where(Cooperative.is_active.is_(True), Cooperative.id != beside)
    ).all()
    found = [
        Neighbour(row.id, row.name, row.village, distance_km(here, Place(row.latitude, row.longitude))) for row in rows
    ]
    return sorted(found, key=lambda one: (one.km, one.name))[:limit]
