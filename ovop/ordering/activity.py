"""Who did what in a co-operative lately: steps of its orders and movements of its stock, by its members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from heapq import nlargest

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account
from ovop.accounts.rules import Actor, cooperative_of
from ovop.ordering.models import Order, OrderEvent
from ovop.ordering.rules import OrderStatus
from ovop.pickup.models import PickupPoint, PointUseEvent
from ovop.stock.models import Catch, Movement
from ovop.stock.rules import MovementKind


class Act(StrEnum):
    """What a member did."""

    LISTED = "listed"
    FOUND = "found"
    LOST = "lost"
    TOOK_BACK = "took_back"
    SOLD = "sold"
    WEIGHED = "weighed"
    HANDED_OVER = "handed_over"
    CANCELLED = "cancelled"
    MISSED = "missed"
    RECALLED = "recalled"
    REACHED = "reached"
    SHARED = "shared"


#: So many things done are shown.
MOST_SHOWN = 50
_OF_STOCK = {
    MovementKind.CATCH: Act.LISTED,
    MovementKind.FOUND: Act.FOUND,
    MovementKind.LOSE: Act.LOST,
    MovementKind.MISS: Act.LOST,
    MovementKind.UNCAUGHT: Act.TOOK_BACK,
    MovementKind.UNLOST: Act.TOOK_BACK,
    MovementKind.COUNTER: Act.SOLD,
    MovementKind.COUNTER_BACK: Act.TOOK_BACK,
    MovementKind.LOSE_SOLD: Act.TOOK_BACK,
}
_OF_ORDERS = {
    OrderStatus.READY: Act.WEIGHED,
    OrderStatus.COLLECTED: Act.HANDED_OVER,
    OrderStatus.CANCELLED: Act.CANCELLED,
    OrderStatus.NO_SHOW: Act.MISSED,
}


@dataclass(frozen=True, slots=True)
class Done:
    """Something that a member did: to an order, by its number; to a lot, by its id, name and grams or pieces; about a
    point, by its id and name, that `guest` uses too.
    """

    at: datetime
    act: Act
    member: str
    number: str | None = None
    catch: int | None = None
    name: str = ""
    quantity: int = 0
    measure: str = ""
    unit: str = ""
    reason: str = ""
    point: int | None = None
    guest: int | None = None


def recent_activity(
    session: Session, actor: Actor, *, member_id: int | None = None, limit: int = MOST_SHOWN
) -> Sequence[Done]:
    """The last things done by members of the actor's co-operative, or by one of them, newest first.  Three queries.

    Raises: Forbidden.
    """
    cooperative_id = cooperative_of(actor)
    by = (Account.cooperative_id == cooperative_id) if member_id is None else (Account.id == member_id)
    orders = session.execute(
        select(OrderEvent.at, OrderEvent.status, OrderEvent.reason, Account.name, Order.number)
        .join(Order, Order.id == OrderEvent.order_id)
        .join(Account, Account.id == OrderEvent.actor_id)
        .where(Order.cooperative_id == cooperative_id, by, OrderEvent.status.in_([each.value for each in _OF_ORDERS]))
        .order_by(OrderEvent.id.desc())
        .limit(limit)
    )
    stock = session.execute(
        select(
            Movement.at,
            Movement.kind,
            Movement.quantity,
            Movement.reason,
            Account.name.label("member"),
            Catch.id,
            Catch.name,
            Catch.measure,
            Catch.unit,
        )
        .join(Catch, Catch.id == Movement.catch_id)
        .join(Account, Account.id == Movement.actor_id)
        .where(
            Catch.cooperative_id == cooperative_id,
            by,
            Movement.order_number.is_(None),
            Movement.kind.in_([each.value for each in _OF_STOCK]),
        )
        .order_by(Movement.id.desc())
        .limit(limit)
    )
    points = session.execute(
        select(
            PointUseEvent.at,
            PointUseEvent.note,
            PointUseEvent.cooperative_id,
            Account.name.label("member"),
            PickupPoint.id,
            PickupPoint.name,
        )
        .join(PickupPoint, PickupPoint.id == PointUseEvent.point_id)
        .join(Account, Account.id == PointUseEvent.actor_id)
        .where(or_(PickupPoint.cooperative_id == cooperative_id, PointUseEvent.cooperative_id == cooperative_id), by)
        .order_by(PointUseEvent.id.desc())
        .limit(limit)
    )
    done = [
        Done(row.at, _OF_ORDERS[OrderStatus(row.status)], row.name, row.number, reason=row.reason) for row in orders
    ]
    done += [
        Done(
            row.at,
            _OF_STOCK[MovementKind(row.kind)],
            row.member,
            catch=row.id,
            name=row.name,
            quantity=row.quantity,
            measure=row.measure,
            unit=row.unit,
            reason=row.reason,
        )
        for row in stock
    ]
    done += [
        Done(
            row.at,
            Act.SHARED,
            row.member,
            name=row.name,
            reason=row.note,
            point=row.id,
            guest=row.cooperative_id,
        )
        for row in points
    ]
    return nlargest(limit, done, key=lambda each: each.at)
