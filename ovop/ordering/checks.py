"""Invariants that tie orders to stock, slots, checkouts and their own history, from the rows alone."""

from __future__ import annotations

from sqlalchemy import case, func, literal, or_, select
from sqlalchemy.orm import Session

from ovop.db.counting import count_rows
from ovop.kernel.checks import Check, Finding, finding
from ovop.ordering import money_checks, refund_checks
from ovop.ordering.models import Checkout, Order, OrderEvent, OrderLine, SlotChange
from ovop.ordering.rules import OPEN, PLACED, CheckoutStatus, OrderStatus
from ovop.pickup.models import PointUse, Slot
from ovop.scales.models import Scale
from ovop.stock.models import Catch, Movement
from ovop.stock.rules import EFFECTS, MovementKind

_WEIGHED = (OrderStatus.READY, OrderStatus.COLLECTED)


def _stock(session: Session) -> Finding:
    """held and sold of every lot are what open and collected orders have of it, but for what the counter sold."""
    quantity = func.coalesce(OrderLine.final_quantity, OrderLine.allotted, OrderLine.quantity)
    ordered = (
        select(
            OrderLine.catch_id,
            func.sum(case((Order.status.in_(OPEN), quantity), else_=0)).label("held"),
            func.sum(case((Order.status == OrderStatus.COLLECTED, quantity), else_=0)).label("sold"),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .group_by(OrderLine.catch_id)
        .subquery()
    )
    signs = {kind.value: effect.sold for kind, effect in EFFECTS.items() if effect.sold}
    del signs[MovementKind.SELL.value]
    elsewhere = (
        select(Movement.catch_id, func.sum(Movement.quantity * case(signs, value=Movement.kind)).label("sold"))
        .where(Movement.kind.in_(signs))
        .group_by(Movement.catch_id)
        .subquery()
    )
    held, sold = func.coalesce(ordered.c.held, 0), func.coalesce(ordered.c.sold, 0)
    sold_by_orders = Catch.sold - func.coalesce(elsewhere.c.sold, 0)
    rows = session.execute(
        select(Catch.id, Catch.held, sold_by_orders.label("sold"), held.label("in_open"), sold.label("in_collected"))
        .outerjoin(ordered, ordered.c.catch_id == Catch.id)
        .outerjoin(elsewhere, elsewhere.c.catch_id == Catch.id)
        .where(or_(Catch.held != held, sold_by_orders != sold))
    )
    return finding(
        count_rows(session, Catch),
        (
            f"catch {row.id}: held {row.held}, open orders have {row.in_open}; sold {row.sold}, collected orders "
            f"have {row.in_collected}"
            for row in rows
        ),
    )


def _slots(session: Session) -> Finding:
    used = (
        select(Order.slot_id, func.count().label("orders"), func.sum(Order.grams).label("grams"))
        .where(Order.status.in_(PLACED))
        .group_by(Order.slot_id)
        .subquery()
    )
    orders, grams = func.coalesce(used.c.orders, 0), func.coalesce(used.c.grams, 0)
    rows = session.execute(
        select(Slot.id, Slot.booked, Slot.booked_grams, orders.label("orders"), grams.label("grams"))
        .outerjoin(used, used.c.slot_id == Slot.id)
        .where(
            or_(
                Slot.booked != orders,
                Slot.booked_grams != grams,
                Slot.booked > Slot.capacity,
                Slot.booked_grams > func.coalesce(Slot.capacity_grams, Slot.booked_grams),
            )
        )
    )
    return finding(
        count_rows(session, Slot),
        (
            f"slot {row.id}: booked {row.booked} ({row.booked_grams} g), its orders are {row.orders} ({row.grams} g)"
            for row in rows
        ),
    )


def _points(session: Session) -> Finding:
    """Whoever sells hands over at its own point, or at one that a neighbour shares with it, or did."""
    rows = session.execute(
        select(Order.number)
        .join(Slot, Slot.id == Order.slot_id)
        .outerjoin(
            PointUse,
            (PointUse.point_id == Slot.point_id)
            & (PointUse.cooperative_id == Order.cooperative_id)
            & PointUse.opened_at.is_not(None),
        )
        .where(PointUse.point_id.is_(None))
    )
    return finding(
        count_rows(session, Order), (f"order {row.number}: its co-operative never handed over there" for row in rows)
    )


def _history(session: Session) -> Finding:
    last = select(OrderEvent.order_id, func.max(OrderEvent.id).label("id")).group_by(OrderEvent.order_id).subquery()
    rows = session.execute(
        select(Order.number, Order.status, OrderEvent.status.label("said"))
        .outerjoin(last, last.c.order_id == Order.id)
        .outerjoin(OrderEvent, OrderEvent.id == last.c.id)
        .where(
            or_(
                func.coalesce(OrderEvent.status, "") != Order.status,
                (Order.status.in_(_WEIGHED)) & Order.weighed_at.is_(None),
                (Order.status == OrderStatus.COLLECTED) & Order.collected_at.is_(None),
            )
        )
    )
    return finding(
        count_rows(session, Order), (f"order {row.number}: {row.status}, its history says {row.said}" for row in rows)
    )


def _checkouts(session: Session) -> Finding:
    """A checkout's status agrees with its orders', and its sums are theirs as placed."""
    waiting, expired = OrderStatus.AWAITING_PAYMENT.value, OrderStatus.EXPIRED.value
    of = (
        select(
            Order.checkout_id,
            func.count().label("orders"),
            func.sum(case((Order.status == waiting, 1), else_=0)).label("waiting"),
            func.sum(case((Order.status == expired, 1), else_=0)).label("expired"),
            func.sum(case((Order.status == OrderStatus.CANCELLED, 1), else_=0)).label("cancelled"),
            func.sum(Order.estimate).label("total"),
            func.sum(Order.maximum).label("maximum"),
        )
        .group_by(Order.checkout_id)
        .subquery()
    )
    agrees = case(
        (Checkout.status == CheckoutStatus.AWAITING_PAYMENT, (of.c.waiting > 0) & (of.c.expired == 0)),
        (Checkout.status == CheckoutStatus.EXPIRED, (of.c.expired > 0) & (of.c.waiting == 0)),
        (Checkout.status == CheckoutStatus.CANCELLED, of.c.cancelled == of.c.orders),
        else_=(of.c.waiting == 0) & (of.c.expired == 0) & (of.c.cancelled < of.c.orders),
    )
    rows = session.execute(
        select(Checkout.id, Checkout.status)
        .outerjoin(of, of.c.checkout_id == Checkout.id)
        .where(
            or_(
                of.c.orders.is_(None),
                agrees.is_(False) if session.get_bind().dialect.name == "postgresql" else agrees == literal(0),
                Checkout.total != of.c.total,
                Checkout.maximum != of.c.maximum,
            )
        )
    )
    return finding(
        count_rows(session, Checkout),
        (f"checkout {row.id}: {row.status} does not agree with its orders" for row in rows),
    )


def _scales(session: Session) -> Finding:
    """What an order was weighed on is a scale of its co-operative, and it was weighed."""
    rows = session.execute(
        select(Order.number, Order.scale_id)
        .join(Scale, Scale.id == Order.scale_id)
        .where(or_(Scale.cooperative_id != Order.cooperative_id, Order.weighed_at.is_(None)))
    )
    counted = session.scalar(select(func.count()).select_from(Order).where(Order.scale_id.is_not(None))) or 0
    return finding(counted, (f"{row.number}: not weighed, or scale {row.scale_id} is another's" for row in rows))


def _slot_changes(session: Session) -> Finding:
    """Every order is in the slot that its last change of slot led to, each from where the one before led."""
    before = func.lag(SlotChange.to_slot_id).over(partition_by=SlotChange.order_id, order_by=SlotChange.id)
    steps = select(SlotChange.order_id, SlotChange.from_slot_id, before.label("before")).subquery()
    last = select(SlotChange.order_id, func.max(SlotChange.id).label("id")).group_by(SlotChange.order_id).subquery()
    astray = session.execute(
        select(Order.number)
        .join(last, last.c.order_id == Order.id)
        .join(SlotChange, SlotChange.id == last.c.id)
        .where(SlotChange.to_slot_id != Order.slot_id)
    ).all()
    broken = session.execute(
        select(Order.number).join(steps, steps.c.order_id == Order.id).where(steps.c.before != steps.c.from_slot_id)
    ).all()
    return finding(
        count_rows(session, Order),
        [
            *(f"order {row.number}: it is not in the slot that it was put into last" for row in astray),
            *(f"order {row.number}: its changes of slot do not follow from each other" for row in broken),
        ],
    )


CHECKS = (
    Check("every lot's held and sold goods are in orders", "lots", _stock),
    Check("every slot's places are its orders, within its capacity", "slots", _slots),
    Check("every order is collected where its co-operative hands over by right or consent", "orders", _points),
    Check("every order is in the slot that it was put into last", "orders", _slot_changes),
    Check("every order's status is the last of its history", "orders", _history),
    Check("every checkout agrees with its orders", "checkouts", _checkouts),
    *money_checks.CHECKS,
    *refund_checks.CHECKS,
    Check("every order was weighed on a scale of its co-operative, if on any", "orders", _scales),
)
