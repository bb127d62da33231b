"""Reading rows of orders: who may see which, all that one row can hold, and their lines and history."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, select
from sqlalchemy.orm import Session, aliased

from ovop.accounts.models import Cooperative, Role
from ovop.accounts.rules import Actor
from ovop.ordering.models import Checkout, Order, OrderEvent, OrderLine
from ovop.ordering.rows import EventRow, LineRow, OrderRow, PickupRow, UsedScale
from ovop.ordering.rules import (
    OrderStatus,
    as_seen,
    payment_as_seen,
)
from ovop.payment.models import Payment
from ovop.payment.rules import Method, PaymentStatus
from ovop.pickup.models import PickupPoint, Slot
from ovop.scales.models import Scale
from ovop.villages.models import Village


def visible_to(actor: Actor) -> list[ColumnElement[bool]]:
    """What must hold of the orders that `actor` may read."""
    match actor.role:
        case Role.BUYER:
            return [Order.buyer_id == actor.id]
        case Role.COOPERATIVE:
            return [Order.cooperative_id == actor.cooperative_id]
        case Role.OFFICE | Role.ADMIN:
            return []


def orders_with_all() -> Select[tuple[object, ...]]:
    """Orders with all that one row can hold of them."""
    owner = aliased(Cooperative)
    return (
        select(
            *Order.__table__.columns,
            Cooperative.name.label("cooperative_name"),
            Village.name.label("village_name"),
            PickupPoint.id.label("point_id"),
            PickupPoint.name.label("point_name"),
            PickupPoint.address,
            PickupPoint.latitude,
            PickupPoint.longitude,
            Slot.starts_at,
            Slot.ends_at,
            Checkout.method,
            Checkout.expires_at,
            Payment.status.label("payment_status"),
            Scale.name.label("scale_name"),
            case((owner.id != Order.cooperative_id, owner.name)).label("host"),
        )
        .join(Cooperative, Cooperative.id == Order.cooperative_id)
        .join(Village, Village.code == Order.village_code)
        .join(Slot, Slot.id == Order.slot_id)
        .join(PickupPoint, PickupPoint.id == Slot.point_id)
        .join(Checkout, Checkout.id == Order.checkout_id)
        .join(Payment, Payment.id == Order.payment_id)
        .join(owner, owner.id == PickupPoint.cooperative_id)
        .outerjoin(Scale, Scale.id == Order.scale_id)
    )


def read_orders(session: Session, wanted: Select[tuple[object, ...]], now: datetime) -> list[OrderRow]:
    """The orders of `wanted` (of `orders_with_all`) with their lines and history: three queries."""
    rows = session.execute(wanted).all()
    ids = [row.id for row in rows]
    lines: dict[int, list[LineRow]] = {order_id: [] for order_id in ids}
    history: dict[int, list[EventRow]] = {order_id: [] for order_id in ids}
    if ids:
        for line in session.execute(
            select(OrderLine.__table__).where(OrderLine.order_id.in_(ids)).order_by(OrderLine.id)
        ):
            lines[line.order_id].append(
                LineRow(
                    catch=line.catch_id, **{name: getattr(line, name) for name in LineRow.__slots__ if name != "catch"}
                )
            )
        for event in session.execute(
            select(OrderEvent.__table__).where(OrderEvent.order_id.in_(ids)).order_by(OrderEvent.id)
        ):
            history[event.order_id].append(EventRow(OrderStatus(event.status), event.at, event.reason))
    return [_order_row(row, tuple(lines[row.id]), tuple(history[row.id]), now) for row in rows]


_SAME_NAMES = (
    "id number checkout_id buyer_id cooperative_id cooperative_name village_code village_name estimate maximum total "
    "payment_id pickup_code note reference receipt_number tax_basis_points refunded created_at expires_at weighed_at "
    "collected_at"
).split()


def _order_row(row: object, lines: tuple[LineRow, ...], history: tuple[EventRow, ...], now: datetime) -> OrderRow:
    values = row._mapping  # type: ignore[attr-defined]
    status = as_seen(OrderStatus(values["status"]), values["expires_at"], now)
    method = Method(values["method"])
    if status is OrderStatus.EXPIRED and history[-1].status is not status:
        history = (*history, EventRow(status, values["expires_at"]))
    return OrderRow(
        status=status,
        method=method,
        payment_status=payment_as_seen(
            status, method, PaymentStatus(values["payment_status"]), values["total"], values["refunded"]
        ),
        pickup=PickupRow(**{name: values[name] for name in PickupRow.__slots__}),
        lines=lines,
        history=history,
        scale=UsedScale(values["scale_name"], values["scale_verified_until"]) if values["scale_id"] else None,
        **{name: values[name] for name in _SAME_NAMES},
    )
