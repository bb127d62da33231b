"""A buyer takes their order's pickup elsewhere: another time, or another of the co-operative's points.

Goods and money stay as they are: only the place moves, with a row that says from where, to where and when.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, aliased

from ovop.accounts.idempotency import check_key, fingerprint, once
from ovop.accounts.rules import Actor
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from ovop.ordering.locks import lines_of, lock_order, party
from ovop.ordering.models import Order, SlotChange
from ovop.ordering.operations import held_of
from ovop.ordering.placing import check_fit
from ovop.ordering.post import Letter, post_letters
from ovop.ordering.rows import EventRow, OrderRow
from ovop.ordering.rules import OrderStatus, Step, Who, next_status
from ovop.pickup.errors import PlaceKept
from ovop.pickup.models import PickupPoint, Slot
from ovop.pickup.moving import move_place
from ovop.pickup.operations import BookedSlot
from ovop.stock.models import Catch


@dataclass(frozen=True, slots=True)
class SlotChangeRow:
    """One change: where the order was to be collected before, and where since."""

    at: datetime
    from_point: str
    from_starts_at: datetime
    to_point: str
    to_starts_at: datetime
    to_ends_at: datetime


def change_slot_once(
    session: Session, number: str, slot_id: int, actor: Actor, key: str, now: datetime
) -> tuple[int, bool]:
    """As `change_slot`, once for each `key`; answers (the slot's id, whether it had been done before).

    Raises: what that raises; KeyReused, Invalid.
    """

    def change(session: Session) -> int:
        change_slot(session, number, slot_id, actor, now)
        return slot_id

    return once(session, actor.id, check_key(key), fingerprint("change-slot", [number, slot_id]), now, change)


def change_slot(session: Session, number: str, slot_id: int, actor: Actor, now: datetime) -> bool:
    """The order is collected in that slot, and both sides are told; answers whether it was in another before.

    Possible until the order deadlines of both slots; what is weighed already stays at its point on its day.
    Raises: NotFound, WrongStatus, PlaceKept, SlotFull, SlotUnsuitable.
    """
    _checkout, order = lock_order(session, number)
    if party(actor, order) is not Who.BUYER:
        raise NotFound()
    status = next_status(OrderStatus(order.status), Step.CHANGE_SLOT, Who.BUYER)
    if order.slot_id == slot_id:
        return False
    old, new = move_place(session, order.cooperative_id, order.slot_id, slot_id, order.grams, now)
    if status is OrderStatus.READY and not is_near(old.point_id, old.starts_at, new.point_id, new.starts_at):
        raise PlaceKept(old.id, "weighed")
    _check_goods(session, order, new, now)
    order.slot_id = new.id
    session.flush()
    changed = session.execute(
        insert(SlotChange)
        .values(order_id=order.id, from_slot_id=old.id, to_slot_id=new.id, actor_id=actor.id, at=now)
        .returning(SlotChange.id)
    ).scalar_one()
    for letter in (Letter.MOVED, Letter.MOVED_MEMBER):
        post_letters(session, letter, [number], now, fact=str(changed))
    return True


def is_near(point_id: int, starts_at: datetime, other_point_id: int, other_starts_at: datetime) -> bool:
    """Whether packed goods can wait for the other slot where they lie: same point, same day in Asia/Jakarta."""
    return point_id == other_point_id and days.day_of(starts_at) == days.day_of(other_starts_at)


def slot_changes_of(session: Session, number: str) -> Sequence[SlotChangeRow]:
    """The order's changes of slot, in order.  One query."""
    return [SlotChangeRow(**facts) for facts in slot_changes_about(session, [number])[number]]


def slot_changes_about(session: Session, numbers: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """By order number: its changes of slot as plain facts, in order.  One query."""
    before, after = aliased(Slot), aliased(Slot)
    left, taken = aliased(PickupPoint), aliased(PickupPoint)
    rows = session.execute(
        select(
            Order.number,
            SlotChange.at,
            left.name.label("from_point"),
            before.starts_at.label("from_starts_at"),
            taken.name.label("to_point"),
            after.starts_at.label("to_starts_at"),
            after.ends_at.label("to_ends_at"),
        )
        .join(Order, Order.id == SlotChange.order_id)
        .join(before, before.id == SlotChange.from_slot_id)
        .join(left, left.id == before.point_id)
        .join(after, after.id == SlotChange.to_slot_id)
        .join(taken, taken.id == after.point_id)
        .where(Order.number.in_(numbers))
        .order_by(SlotChange.id)
    )
    found: dict[str, list[dict[str, Any]]] = {number: [] for number in numbers}
    for row in rows:
        facts = dict(row._mapping)
        found[facts.pop("number")].append(facts)
    return found


def way_of(session: Session, order: OrderRow) -> list[tuple[datetime, EventRow | SlotChangeRow]]:
    """What happened to the order, by time: its steps, and where it was to be collected instead.  One query."""
    happened: list[tuple[datetime, EventRow | SlotChangeRow]] = [(event.at, event) for event in order.history]
    happened += [(change.at, change) for change in slot_changes_of(session, order.number)]
    return sorted(happened, key=lambda entry: entry[0])


def _check_goods(session: Session, order: Order, slot: BookedSlot, now: datetime) -> None:
    """Raises SlotUnsuitable unless all that the order holds can be handed over in the slot."""
    held = [line.catch_id for line in lines_of(session, [order.id])[order.id] if held_of(line)]
    for lot in session.execute(
        select(Catch.id, Catch.landed_at, Catch.best_before).where(Catch.id.in_(held)).order_by(Catch.id)
    ):
        check_fit(slot, lot.id, lot.landed_at, lot.best_before, now)
