"""Invariants of recalls, from the rows alone."""

from __future__ import annotations

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account
from ovop.kernel.checks import Check, Finding, finding
from ovop.ordering.models import Order, OrderLine
from ovop.outside.models import OutboxJob
from ovop.recall.models import Recall, RecallBuyer, RecallOrder
from ovop.recall.queries import IS_COLLECTED, IS_OPEN
from ovop.recall.rules import letter_key, mail_key
from ovop.stock.models import Catch


def _nothing_left(session: Session) -> Finding:
    """Nothing of a recalled lot is offered; once the work is done, nothing of it is promised."""
    is_open = exists().where(OrderLine.catch_id == Catch.id, Order.id == OrderLine.order_id, IS_OPEN).correlate(Catch)
    rows = session.execute(
        select(Catch.id, Catch.available, Catch.is_withdrawn, Catch.held, Catch.recalled_at, Recall.id.label("recall"))
        .outerjoin(Recall, Recall.catch_id == Catch.id)
        .where(
            or_(
                Catch.recalled_at.is_(None) != Recall.id.is_(None),
                Catch.recalled_at.is_not(None) & ((Catch.available > 0) | Catch.is_withdrawn.is_(False)),
                Recall.done_at.is_not(None) & (is_open | (Catch.held > 0)),
            )
        )
    )
    counted = session.scalar(select(func.count()).select_from(Catch).where(Catch.recalled_at.is_not(None))) or 0
    return finding(
        counted,
        (
            f"catch {row.id}: recalled {row.recalled_at}, recall {row.recall}, available {row.available}, "
            f"held {row.held}"
            for row in rows
        ),
    )


def _all_are_told(session: Session) -> Finding:
    """Every buyer of a recalled lot whose work is done is listed with each order, and has a letter or no address."""
    listed = exists().where(RecallOrder.recall_id == Recall.id, RecallOrder.order_id == Order.id)
    told = exists().where(RecallBuyer.recall_id == Recall.id, RecallBuyer.buyer_id == Order.buyer_id)
    forgotten = session.execute(
        select(Recall.id, Order.number)
        .select_from(Recall)
        .join(OrderLine, OrderLine.catch_id == Recall.catch_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Recall.done_at.is_not(None), IS_COLLECTED, ~(listed & told))
    ).all()
    waiting = session.execute(
        select(RecallBuyer.recall_id, RecallBuyer.buyer_id)
        .join(Account, Account.id == RecallBuyer.buyer_id)
        .where(RecallBuyer.mailed_at.is_(None), Account.email.is_not(None), Account.deleted_at.is_(None))
    ).all()
    keys = {key(row.recall_id, row.buyer_id) for row in waiting for key in (letter_key, mail_key)}
    known = set(session.scalars(select(OutboxJob.key).where(OutboxJob.key.in_(keys)))) if keys else set()
    silent = [
        row
        for row in waiting
        if not known & {letter_key(row.recall_id, row.buyer_id), mail_key(row.recall_id, row.buyer_id)}
    ]
    counted = session.scalar(select(func.count()).select_from(RecallBuyer)) or 0
    return finding(
        counted,
        [
            *(f"recall {row.id}: order {row.number} was collected, and its buyer is not told" for row in forgotten),
            *(f"recall {row.recall_id}: no letter to buyer {row.buyer_id}" for row in silent),
        ],
    )


CHECKS = (
    Check(
        "nothing of a recalled lot is offered, and after its work nothing is promised", "recalled lots", _nothing_left
    ),
    Check("every buyer of a recalled lot has a letter", "buyers", _all_are_told),
)
