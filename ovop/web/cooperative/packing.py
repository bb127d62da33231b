"""What to prepare: the packing list of a slot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor, cooperative_of
from ovop.db import db
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from ovop.ordering.contacts import contacts_of
from ovop.ordering.rows import LineRow, OrderRow
from ovop.ordering.rules import OrderStatus
from ovop.ordering.slot_queries import orders_in_slot
from ovop.pickup.queries import SlotRow, get_point, get_slot
from ovop.pickup.use_queries import has_used
from ovop.stock.queries import lot_codes_of
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page


@dataclass(frozen=True, slots=True)
class Packed:
    """One lot as a slot needs it: grams or pieces ordered, and how much of that is weighed already."""

    catch: int
    name: str
    measure: str
    unit: str
    orders: int
    ordered: int
    to_weigh: int


@blueprint.get("/jadwal/<id:slot_id>")
@requires(Role.COOPERATIVE)
def slot(slot_id: int) -> ResponseReturnValue:
    """A slot's packing list: sums by lot, then each order."""
    actor, _cooperative_id = clerk()
    now = days.now()
    found = own_slot(slot_id, actor)
    orders = orders_in_slot(db.session(), slot_id, actor, now)
    lot_codes = lot_codes_of(db.session(), [line.catch for order in orders for line in order.lines])
    return page(
        "slot.html",
        slot=found,
        point=get_point(db.session(), found.point_id),
        packed=packed_of(orders),
        lot_codes=lot_codes,
        told_apart={catch: lot_codes[catch] for catch in namesakes(orders)},
        to_weigh=by_goods(having(orders, OrderStatus.CONFIRMED)),
        ready=by_goods(having(orders, OrderStatus.READY)),
        collected=having(orders, OrderStatus.COLLECTED),
        unpaid=having(orders, OrderStatus.AWAITING_PAYMENT),
        fallen=having(orders, OrderStatus.CANCELLED, OrderStatus.NO_SHOW),
        contacts=contacts_of(db.session(), orders, actor, now),
        now=now,
        place="today",
    )


def own_slot(slot_id: int, actor: Actor) -> SlotRow:
    """A slot in which the actor's co-operative may have orders, at its own point or another's.  Raises: NotFound."""
    found = get_slot(db.session(), slot_id)
    if not has_used(db.session(), found.point_id, cooperative_of(actor)):
        raise NotFound()
    return found


def having(orders: Iterable[OrderRow], *statuses: OrderStatus) -> list[OrderRow]:
    """Those of `orders` in one of `statuses`, in their order."""
    return [order for order in orders if order.status in statuses]


def by_goods(orders: Iterable[OrderRow]) -> list[OrderRow]:
    """Orders as they are packed: those of the same goods after each other, among them by number."""
    return sorted(orders, key=lambda order: (sorted((line.name, line.catch) for line in order.lines), order.number))


def namesakes(orders: Iterable[OrderRow]) -> set[int]:
    """Lots among these orders' whose name says not which box is meant, since others are called the same."""
    named: dict[str, set[int]] = {}
    for order in having(orders, OrderStatus.CONFIRMED, OrderStatus.READY):
        for line in order.lines:
            named.setdefault(line.name, set()).add(line.catch)
    return {catch for lots in named.values() if len(lots) > 1 for catch in lots}


def packed_of(orders: Iterable[OrderRow]) -> list[Packed]:
    """What open orders need of each lot, by name."""
    lines: dict[int, list[tuple[LineRow, bool]]] = {}
    for order in having(orders, OrderStatus.CONFIRMED, OrderStatus.READY):
        for line in order.lines:
            lines.setdefault(line.catch, []).append((line, order.status is OrderStatus.CONFIRMED))
    packed = [
        Packed(
            catch=catch,
            name=found[0][0].name,
            measure=found[0][0].measure,
            unit=found[0][0].unit,
            orders=len(found),
            ordered=sum(line.promised for line, _ in found),
            to_weigh=sum(line.promised for line, is_to_weigh in found if is_to_weigh),
        )
        for catch, found in lines.items()
    ]
    return sorted(packed, key=lambda row: (row.name, row.catch))
