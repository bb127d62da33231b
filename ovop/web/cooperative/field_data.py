"""What the field page keeps on a clerk's phone: the coming slots with their orders, the products, the
scales, the fishers.

Of buyers only names, for open orders; of pickup codes only checks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor, cooperative_of
from ovop.kernel import days
from ovop.kernel.money import maximum_quantity
from ovop.ordering.code_checks import ROUNDS, check_of
from ovop.ordering.contacts import Contact, contacts_of
from ovop.ordering.rows import LineRow, OrderRow
from ovop.ordering.rules import OrderStatus
from ovop.ordering.slot_queries import SlotLoad, orders_in_slot, slot_loads
from ovop.scales.queries import offer_scales
from ovop.scales.rules import Tera
from ovop.shares.queries import list_fishers, usual_parts
from ovop.web.cooperative.tiles import Tile, tiles_of
from ovop.web.formats import unit_name
from ovop.web.scale_words import SeenScale, seen
from ovop.web.times import span

#: Slots that a phone carries: those that ended lately with orders left, and the next days'.
AHEAD, BACK, MOST_SLOTS = timedelta(hours=36), timedelta(days=1), 8
#: So far back it is read what one fisher usually brings.
_HABIT = timedelta(days=60)
_WORKED_ON = (OrderStatus.CONFIRMED, OrderStatus.READY)


def field_data(session: Session, actor: Actor, now: datetime) -> dict[str, Any]:
    """Everything that the page shows without signal, as JSON values."""
    cooperative_id = cooperative_of(actor)
    loads = slot_loads(session, cooperative_id, days.day_of(now - BACK), days.day_of(now + AHEAD))
    wanted = [load for load in loads if load.to_weigh + load.ready][:MOST_SLOTS]
    orders = {load.slot_id: _open_orders(session, load, actor, now) for load in wanted}
    everything = [order for of_slot in orders.values() for order in of_slot]
    brought = usual_parts(session, cooperative_id, now - _HABIT)
    offer = offer_scales(session, cooperative_id, actor.id)
    return {
        "account": actor.id,
        "made_at": now.isoformat(),
        "rounds": ROUNDS,
        "slots": [_slot(session, load, orders[load.slot_id], everything, actor, now) for load in wanted],
        "scales": [_scale(seen(row, days.day_of(now))) for row in offer.scales],
        "scale": offer.usual.id if offer.usual else None,
        "products": [_product(tile, brought.get(tile.id)) for tile in tiles_of(session, cooperative_id, now)],
        "fishers": [
            {"id": fisher.id, "name": fisher.name}
            for fisher in list_fishers(session, cooperative_id)
            if fisher.is_active
        ],
    }


def _open_orders(session: Session, load: SlotLoad, actor: Actor, now: datetime) -> list[OrderRow]:
    return [order for order in orders_in_slot(session, load.slot_id, actor, now) if order.status in _WORKED_ON]


def _slot(
    session: Session,
    load: SlotLoad,
    orders: Sequence[OrderRow],
    everything: Sequence[OrderRow],
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    contacts = contacts_of(session, orders, actor, now)
    return {
        "id": load.slot_id,
        "when": span(load.starts_at, load.ends_at),
        "point": load.point_name,
        "orders": [
            _order(order, contacts.get(order.number)) | {"also": _also(order, everything, now)} for order in orders
        ],
    }


def _also(order: OrderRow, everything: Sequence[OrderRow], now: datetime) -> list[str]:
    """Numbers of what the buyer may take along with `order`, once it is ready, as `queries.ready_together` has it."""
    last = max(days.day_of(now), days.day_of(order.pickup.starts_at))
    return [
        other.number
        for other in everything
        if other.number != order.number
        and other.buyer_id == order.buyer_id
        and other.pickup.point_id == order.pickup.point_id
        and days.day_of(other.pickup.starts_at) <= last
    ]


def _scale(scale: SeenScale) -> dict[str, Any]:
    return {
        "id": scale.row.id,
        "name": scale.row.name,
        "note": scale.note,
        "is_expired": scale.tera is Tera.EXPIRED,
    }


def _order(order: OrderRow, contact: Contact | None) -> dict[str, Any]:
    check = check_of(order.number, order.pickup_code, current_app.secret_key or "")
    return {
        "number": order.number,
        "status": order.status.value,
        "buyer": contact.name if contact else "",
        "note": order.note,
        "method": order.method.value,
        "total": order.total,
        "salt": check.salt,
        "check": check.hash,
        "lines": _lines(order.lines),
    }


def _lines(lines: Sequence[LineRow]) -> list[dict[str, Any]]:
    return [
        {
            "catch": line.catch,
            "name": line.name,
            "measure": line.measure,
            "unit": unit_name(line.unit),
            "quantity": line.promised,
            "least": -(-line.promised * 9 // 10),
            "most": maximum_quantity(line.promised),
            "unit_price": line.unit_price,
            "maximum": line.maximum,
            "weighed": line.final_quantity,
        }
        for line in lines
        if line.promised
    ]


def _product(tile: Tile, usual_part: int | None) -> dict[str, Any]:
    return {
        "id": tile.id,
        "last_price": tile.last_price,
        "usual_part": usual_part,
        "usual_quantity": tile.usual_quantity,
        "usual_price": tile.usual_price,
        **tile.as_plain(),
    }
