"""Reading recalls: what one is about, how far it is, whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, and_, case, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account, Cooperative, Role
from ovop.accounts.rules import Actor
from ovop.kernel.errors import NotFound
from ovop.ordering.contacts import contacts_of
from ovop.ordering.models import Order, OrderLine
from ovop.ordering.queries import find_orders
from ovop.ordering.rules import OPEN, OrderStatus
from ovop.outside.models import OutboxJob
from ovop.recall.models import Recall, RecallBuyer, RecallOrder
from ovop.recall.rows import BuyerRow, ConcernedOrder, RecallRow, Waiting
from ovop.recall.rules import MAIL, letter_key, mail_key, reached
from ovop.stock.models import Catch
from ovop.villages.models import Village

#: An order that still holds goods of a lot, and one that brought some into its buyer's hands.
IS_OPEN: ColumnElement[bool] = Order.status.in_([status.value for status in OPEN])
IS_COLLECTED: ColumnElement[bool] = and_(Order.status == OrderStatus.COLLECTED.value, OrderLine.final_quantity > 0)


def find_recall(session: Session, catch_id: int) -> RecallRow | None:
    """The lot's recall, if it was called back.  One query."""
    row = session.execute(_recalls().where(Recall.catch_id == catch_id)).one_or_none()
    return None if row is None else RecallRow(**row._mapping)


def list_recalls(session: Session, *, before: int | None = None, limit: int = 20) -> list[RecallRow]:
    """Recalls of the whole market, newest first, those older than recall `before`.  One query."""
    wanted = _recalls().order_by(Recall.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(Recall.id < before)
    return [RecallRow(**row._mapping) for row in session.execute(wanted)]


def look_ahead(session: Session, *, catch_id: int | None = None, lot_code: str | None = None) -> Waiting:
    """What calling the lot back would do now.  One query.  Raises: NotFound."""
    named = Catch.id == catch_id if lot_code is None else Catch.lot_code == lot_code
    row = session.execute(
        select(
            Catch.id.label("catch_id"),
            Catch.lot_code,
            Catch.name,
            Cooperative.name.label("cooperative_name"),
            Village.name.label("village_name"),
            Catch.measure,
            Catch.unit,
            Catch.available,
            Catch.landed_at,
            _count_lines(IS_OPEN).label("open"),
            _count_lines(IS_COLLECTED).label("collected"),
        )
        .join(Cooperative, Cooperative.id == Catch.cooperative_id)
        .join(Village, Village.code == Catch.village_code)
        .where(named)
    ).one_or_none()
    if row is None:
        raise NotFound()
    return Waiting(**row._mapping)


def list_buyers(session: Session, recall_id: int, actor: Actor, now: datetime) -> list[BuyerRow]:
    """Whom the recall concerns, those not reached first, of these those who took some home.  Seven queries.

    For a member of the lot's co-operative.
    """
    rows = session.execute(
        select(RecallBuyer.__table__, Account.email.is_not(None).label("has_address"))
        .join(Account, Account.id == RecallBuyer.buyer_id)
        .where(RecallBuyer.recall_id == recall_id)
        .order_by(RecallBuyer.id)
    ).all()
    orders: dict[int, list[ConcernedOrder]] = {}
    for order in concerned_orders(session, recall_id):
        orders.setdefault(order.buyer_id, []).append(order)
    jobs = _jobs_of(session, recall_id, [row.buyer_id for row in rows if row.mailed_at is None])
    seen = find_orders(session, [each.number for of_buyer in orders.values() for each in of_buyer], actor, now)
    contacts = contacts_of(session, seen, actor, now)
    people = {order.buyer_id: contacts[order.number] for order in seen if order.number in contacts}
    found = [_buyer(row, tuple(orders.get(row.buyer_id, ())), people.get(row.buyer_id), jobs) for row in rows]
    return sorted(found, key=lambda buyer: (buyer.reached.is_reached, not buyer.has_some))


def concerned_orders(session: Session, recall_id: int, buyer_id: int | None = None) -> list[ConcernedOrder]:
    """The recall's orders, or those of one buyer, by number.  One query."""
    wanted = (
        select(
            Order.number,
            Order.buyer_id,
            RecallOrder.was_collected,
            OrderLine.measure,
            OrderLine.unit,
            func.coalesce(OrderLine.final_quantity, OrderLine.quantity).label("quantity"),
            func.coalesce(OrderLine.final_amount, OrderLine.amount).label("amount"),
            Order.refunded,
            Order.collected_at.label("ended_at"),
        )
        .select_from(RecallOrder)
        .join(Recall, Recall.id == RecallOrder.recall_id)
        .join(Order, Order.id == RecallOrder.order_id)
        .join(OrderLine, and_(OrderLine.order_id == Order.id, OrderLine.catch_id == Recall.catch_id))
        .where(RecallOrder.recall_id == recall_id)
        .order_by(Order.number)
    )
    if buyer_id is not None:
        wanted = wanted.where(Order.buyer_id == buyer_id)
    return [ConcernedOrder(**row._mapping) for row in session.execute(wanted)]


def open_concerned(session: Session, recall_id: int, limit: int = 50) -> Sequence[str]:
    """Numbers of orders that still hold goods of the lot."""
    return session.scalars(
        select(Order.number)
        .join(RecallOrder, RecallOrder.order_id == Order.id)
        .where(RecallOrder.recall_id == recall_id, IS_OPEN)
        .order_by(Order.id)
        .limit(limit)
    ).all()


def of_mail() -> tuple[ColumnElement[bool], ...]:
    """What the outbox's job of a listed buyer's mail is known by, once it is done."""
    key = literal(MAIL) + cast(RecallBuyer.recall_id, String) + ":" + cast(RecallBuyer.buyer_id, String)
    return OutboxJob.key == key, OutboxJob.done_at.is_not(None)


def has_left() -> ColumnElement[bool]:
    """Whether the outbox knows that a listed buyer's mail has left."""
    return exists().where(*of_mail()).correlate(RecallBuyer)


@dataclass(frozen=True, slots=True)
class _Jobs:
    """Letters of a recall in the outbox, by key: when they left, and which were given up."""

    done: dict[str, datetime]
    dead: set[str]


def _jobs_of(session: Session, recall_id: int, buyers: Iterable[int]) -> _Jobs:
    keys = [key for buyer in buyers for key in (mail_key(recall_id, buyer), letter_key(recall_id, buyer))]
    rows = session.execute(
        select(OutboxJob.key, OutboxJob.done_at, OutboxJob.dead_at).where(OutboxJob.key.in_(keys))
    ).all()
    return _Jobs(
        {str(row.key): row.done_at for row in rows if row.done_at is not None},
        {str(row.key) for row in rows if row.dead_at is not None},
    )


def _buyer(row: Row[Any], orders: tuple[ConcernedOrder, ...], contact: Any, jobs: _Jobs) -> BuyerRow:
    keys = {mail_key(row.recall_id, row.buyer_id), letter_key(row.recall_id, row.buyer_id)}
    mailed_at = row.mailed_at or jobs.done.get(mail_key(row.recall_id, row.buyer_id))
    state = reached(
        spoken_at=row.reached_at,
        mailed_at=mailed_at,
        has_failed=bool(jobs.dead & keys),
        has_address=row.has_address,
    )
    return BuyerRow(
        id=row.id,
        name=contact.name if contact else None,
        phone=contact.phone if contact else None,
        reached=state,
        reached_at=row.reached_at or mailed_at,
        orders=orders,
    )


def _count_lines(which: ColumnElement[bool]) -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(OrderLine)
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.catch_id == Catch.id, which)
        .correlate(Catch)
        .scalar_subquery()
    )


def _sold_in_orders() -> ColumnElement[int]:
    return (
        select(func.coalesce(func.sum(OrderLine.final_quantity), 0))
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.catch_id == Catch.id, IS_COLLECTED)
        .correlate(Catch)
        .scalar_subquery()
    )


def _count_buyers(*which: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).where(RecallBuyer.recall_id == Recall.id, *which).correlate(Recall).scalar_subquery()


def _count_orders(*, was_collected: bool) -> ColumnElement[int]:
    return (
        select(func.count())
        .where(RecallOrder.recall_id == Recall.id, RecallOrder.was_collected.is_(was_collected))
        .correlate(Recall)
        .scalar_subquery()
    )


def _recalls() -> Select[*tuple[Any, ...]]:
    spoken = RecallBuyer.reached_at.is_not(None)
    return (
        select(
            Recall.id,
            Recall.catch_id,
            Catch.lot_code,
            Catch.name,
            Catch.cooperative_id,
            Cooperative.name.label("cooperative_name"),
            Village.name.label("village_name"),
            Catch.recall_reason.label("reason"),
            (Account.role != Role.COOPERATIVE.value).label("by_office"),
            case((Account.role == Role.COOPERATIVE.value, Account.name)).label("clerk"),
            Recall.at,
            Recall.done_at,
            _count_orders(was_collected=False).label("cancelled"),
            _count_orders(was_collected=True).label("collected"),
            _count_buyers().label("buyers"),
            _count_buyers(spoken).label("spoken"),
            _count_buyers(or_(spoken, RecallBuyer.mailed_at.is_not(None), has_left())).label("reached"),
            Catch.measure,
            Catch.unit,
            (Catch.sold - _sold_in_orders()).label("at_counter"),
        )
        .join(Catch, Catch.id == Recall.catch_id)
        .join(Cooperative, Cooperative.id == Catch.cooperative_id)
        .join(Village, Village.code == Catch.village_code)
        .join(Account, Account.id == Recall.actor_id)
    )
