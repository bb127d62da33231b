"""Calling a lot back, step by step.  Each function is one change, to be run by `ovop.db.write`.

The first change stops everything at once: nothing of the lot can be ordered or handed over from then on.  So no further
order comes to be concerned, and the rest may take its time: one that was being handed over at that moment either is
collected and found, or is refused.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ovop.accounts.models import Account, Role
from ovop.accounts.rules import Actor, require_member
from ovop.db.session import engine_of
from ovop.kernel.errors import NotFound
from ovop.ordering.errors import WrongStatus
from ovop.ordering.locks import lock_order
from ovop.ordering.models import Order, OrderLine
from ovop.ordering.operations import cancel
from ovop.ordering.rules import OrderStatus, Who
from ovop.outside.models import OutboxJob
from ovop.outside.queue import enqueue
from ovop.recall.models import Recall, RecallBuyer, RecallOrder
from ovop.recall.queries import IS_COLLECTED, IS_OPEN, has_left, of_mail
from ovop.recall.rules import letter_key, may_restock, told
from ovop.stock.models import Catch
from ovop.stock.operations import recall_catch

#: The kinds of the outbox's jobs: what finishes a recall, and a letter about it.
RECALL_JOB, RECALL_LETTER_JOB = "recall", "recall-letter"


def recall(session: Session, catch_id: int, reason: str, actor: Actor, now: datetime) -> int:
    """The lot is called back; answers the recall's id.  Of a lot that was before, the recall that stands.

    Where the office does it, those who work for the lot's co-operative are written to.
    What follows for its orders is done after the commit.  Raises: Invalid, NotFound, Forbidden.
    """
    if not recall_catch(session, catch_id, reason, actor, now):
        return session.scalars(select(Recall.id).where(Recall.catch_id == catch_id)).one()
    recall_id = session.execute(
        insert(Recall).values(catch_id=catch_id, actor_id=actor.id, at=now).returning(Recall.id)
    ).scalar_one()
    enqueue(session, RECALL_JOB, {"recall": recall_id}, now=now, key=f"{RECALL_JOB}:{recall_id}")
    if actor.role is not Role.COOPERATIVE:
        _tell_members(session, recall_id, catch_id, now)
    return recall_id


def list_concerned(session: Session, recall_id: int, now: datetime) -> None:
    """Every order that has of the lot is on record with its buyer, and each buyer's letter is on its way, once.

    Safe to repeat: what is found later was found before.  Raises: NotFound.
    """
    catch_id = get_recall(session, recall_id).catch_id
    found = session.execute(
        select(Order.id, Order.buyer_id, Order.status)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(OrderLine.catch_id == catch_id, or_(IS_OPEN, IS_COLLECTED))
        .order_by(Order.id)
    ).all()
    if not found:
        return
    dialect = postgresql if engine_of(session).dialect.name == "postgresql" else sqlite
    orders = [
        {"recall_id": recall_id, "order_id": row.id, "was_collected": row.status == OrderStatus.COLLECTED}
        for row in found
    ]
    buyers = [{"recall_id": recall_id, "buyer_id": buyer_id} for buyer_id in sorted({row.buyer_id for row in found})]
    session.execute(dialect.insert(RecallOrder).on_conflict_do_nothing(), orders)
    session.execute(dialect.insert(RecallBuyer).on_conflict_do_nothing(), buyers)
    for buyer in buyers:
        payload = {"recall": recall_id, "buyer": buyer["buyer_id"]}
        enqueue(session, RECALL_LETTER_JOB, payload, now=now, key=letter_key(recall_id, buyer["buyer_id"]))


def cancel_concerned(session: Session, recall_id: int, number: str, now: datetime) -> int:
    """An open order with goods of the lot is cancelled as a whole, its money let go; answers 1 when it just was.

    The goods of the lot are lost, and so is what lay in one box with them.  Raises: NotFound.
    """
    row = session.execute(
        select(Recall.actor_id, Account.role, Catch.recall_reason)
        .join(Account, Account.id == Recall.actor_id)
        .join(Catch, Catch.id == Recall.catch_id)
        .where(Recall.id == recall_id)
    ).one()
    checkout, order = lock_order(session, number)
    who = Who.COOPERATIVE if row.role == Role.COOPERATIVE else Who.MARKET
    restock = may_restock(OrderStatus(order.status))
    reason = told(row.recall_reason)
    try:
        cancel(session, checkout, order, who, now, row.actor_id, reason, restock=restock, letter=None)
    except WrongStatus:
        return 0  # its buyer or the clerk was faster
    return 1


def finish(session: Session, recall_id: int, now: datetime) -> None:
    """The recall's work is done, unless it was before."""
    session.execute(update(Recall).where(Recall.id == recall_id, Recall.done_at.is_(None)).values(done_at=now))


def note_reached(
    session: Session, recall_id: int, buyer_row: int, actor: Actor, now: datetime, *, is_reached: bool
) -> None:
    """A clerk has spoken with that buyer, or has not after all.  Raises: NotFound, Forbidden."""
    cooperative_id = session.scalar(
        select(Catch.cooperative_id).join(Recall, Recall.catch_id == Catch.id).where(Recall.id == recall_id)
    )
    if cooperative_id is None:
        raise NotFound()
    require_member(actor, cooperative_id)
    noted = session.execute(
        update(RecallBuyer)
        .where(RecallBuyer.id == buyer_row, RecallBuyer.recall_id == recall_id)
        .values(reached_at=now if is_reached else None, reached_by=actor.id if is_reached else None)
        .returning(RecallBuyer.id)
    ).one_or_none()
    if noted is None:
        raise NotFound()


def note_mailed(session: Session) -> None:
    """It is on record which letters have left: said here before the outbox forgets its jobs."""
    left_at = select(OutboxJob.done_at).where(*of_mail()).correlate(RecallBuyer).scalar_subquery()
    session.execute(
        update(RecallBuyer)
        .where(RecallBuyer.mailed_at.is_(None), has_left())
        .values(mailed_at=left_at)
        .execution_options(synchronize_session=False)
    )


def get_recall(session: Session, recall_id: int) -> Recall:
    """Raises: NotFound."""
    found = session.get(Recall, recall_id)
    if found is None:
        raise NotFound()
    return found


def _tell_members(session: Session, recall_id: int, catch_id: int, now: datetime) -> None:
    members = select(Account.id).join(Catch, Catch.cooperative_id == Account.cooperative_id).where(Catch.id == catch_id)
    for member in session.scalars(members.order_by(Account.id)).all():
        payload = {"recall": recall_id, "member": member}
        enqueue(session, RECALL_LETTER_JOB, payload, now=now, key=f"{RECALL_LETTER_JOB}:{recall_id}:member:{member}")
