"""The demo's recall: a lot of the clerk's own co-operative that was called back when all of it had been collected."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ovop.demo.stage import CLERKS_OWN, Stage
from ovop.kernel import days
from ovop.ordering.models import Order, OrderLine
from ovop.outside.models import OutboxJob
from ovop.recall import operations
from ovop.recall.models import RecallBuyer
from ovop.recall.queries import IS_COLLECTED, IS_OPEN
from ovop.stock.models import Catch

WHY = "Es di kotak ini habis semalam; dua pembeli gatal-gatal sesudah makan"
#: When it was noticed on the day after the last of it went home; how long its letters took, and a call to a buyer.
_NOTICED, _WRITTEN, _CALLED = time(8, 40), timedelta(minutes=2), timedelta(hours=1)
#: Not longer ago than the co-operative still sees names and numbers.
_LATELY = timedelta(days=28)


def recall_one(session: Session, stage: Stage, now: datetime) -> None:
    """Of the lots that went home lately, that with most orders was called back; nothing where there is none.

    Its letters have left: nobody is written to now about something so long ago.
    """
    own = next(found for found in stage.cooperatives if found.sample.slug == CLERKS_OWN)
    lot = _find_lot(session, own.id, now)
    if lot is None:
        return
    catch_id, last_at = lot
    at = days.at(days.day_of(last_at) + timedelta(days=1), _NOTICED)
    recall_id = operations.recall(session, catch_id, WHY, own.clerk, at)
    operations.list_concerned(session, recall_id, at)
    operations.finish(session, recall_id, at)
    kinds = (operations.RECALL_JOB, operations.RECALL_LETTER_JOB)
    session.execute(update(OutboxJob).where(OutboxJob.kind.in_(kinds)).values(done_at=at + _WRITTEN))
    session.execute(update(RecallBuyer).values(mailed_at=at + _WRITTEN))
    called = session.scalars(select(func.min(RecallBuyer.id))).one()
    operations.note_reached(session, recall_id, called, own.clerk, at + _CALLED, is_reached=True)


def _find_lot(session: Session, cooperative_id: int, now: datetime) -> tuple[int, datetime] | None:
    """A lot, and when the last of it went home."""
    orders, last_at = func.count(), func.max(Order.collected_at)
    found = session.execute(
        select(Catch.id, last_at)
        .join(OrderLine, OrderLine.catch_id == Catch.id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Catch.cooperative_id == cooperative_id, Catch.best_before < now, IS_COLLECTED | IS_OPEN)
        .group_by(Catch.id)
        .having(
            func.count().filter(IS_OPEN) == 0,
            last_at > now - _LATELY,
            last_at < days.start_of(days.day_of(now) - timedelta(days=1)),
        )
        .order_by(orders.desc(), Catch.lot_code)
        .limit(1)
    ).one_or_none()
    return None if found is None or found[1] is None else (found[0], found[1])
