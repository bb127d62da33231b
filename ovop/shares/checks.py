"""Invariants of parts and shares, from the rows alone."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ovop.kernel import days
from ovop.kernel.checks import Check, Finding, finding
from ovop.payment.ledger import LedgerAccount
from ovop.payment.models import LedgerEntry
from ovop.shares.models import CatchPart, CatchPartEvent, Fisher, SharedLot, SharedPart, Sharing
from ovop.stock.models import Catch

#: Journals by which lots bring something, or have to give it back.
_EARNING = ("order:%:earned", "order:%:refund:%", "counter:%:earned")


def _within_the_lot(session: Session) -> Finding:
    brought = (
        select(CatchPart.catch_id, func.sum(CatchPart.quantity).label("quantity"))
        .group_by(CatchPart.catch_id)
        .subquery()
    )
    rows = session.execute(
        select(Catch.id, Catch.caught, brought.c.quantity)
        .join(brought, brought.c.catch_id == Catch.id)
        .where(brought.c.quantity > Catch.caught)
    )
    counted = session.scalar(select(func.count(CatchPart.catch_id.distinct())))
    return finding(counted or 0, (f"catch {row.id}: {row.quantity} brought, {row.caught} caught" for row in rows))


def _own_fishers(session: Session) -> Finding:
    rows = session.execute(
        select(CatchPart.catch_id, CatchPart.fisher_id)
        .join(Catch, Catch.id == CatchPart.catch_id)
        .outerjoin(Fisher, Fisher.id == CatchPart.fisher_id)
        .where(or_(Fisher.id.is_(None), Fisher.cooperative_id != Catch.cooperative_id))
    )
    counted = session.scalar(select(func.count()).select_from(CatchPart))
    return finding(counted or 0, (f"catch {row.catch_id}: fisher {row.fisher_id} is of another" for row in rows))


def _as_last_said(session: Session) -> Finding:
    last = select(func.max(CatchPartEvent.id)).group_by(CatchPartEvent.catch_id, CatchPartEvent.fisher_id)
    said = {
        (row.catch_id, row.fisher_id): row.quantity
        for row in session.execute(
            select(CatchPartEvent.catch_id, CatchPartEvent.fisher_id, CatchPartEvent.quantity).where(
                CatchPartEvent.id.in_(last)
            )
        )
    }
    kept = {
        (row.catch_id, row.fisher_id): row.quantity
        for row in session.execute(select(CatchPart.catch_id, CatchPart.fisher_id, CatchPart.quantity))
    }
    broken = (
        f"catch {catch}: fisher {fisher} has {kept.get((catch, fisher), 0)}, last said {said.get((catch, fisher))}"
        for catch, fisher in sorted(said.keys() | kept.keys())
        if kept.get((catch, fisher), 0) != said.get((catch, fisher), 0)
    )
    return finding(len(said.keys() | kept.keys()), broken)


def _as_earned(session: Session) -> Finding:
    """What was shared out is what the ledger says that those days' orders, refunds and counter brought."""
    received = func.sum(SharedLot.sold - SharedLot.refunded - SharedLot.commission)
    shared = {
        row.sharing_id: int(row.received)
        for row in session.execute(
            select(SharedLot.sharing_id, received.label("received")).group_by(SharedLot.sharing_id)
        )
    }
    sharings = session.execute(
        select(Sharing.id, Sharing.cooperative_id, Sharing.first, Sharing.last).where(Sharing.reopened_at.is_(None))
    ).all()
    broken = []
    for sharing in sharings:
        earned = session.scalar(
            select(func.coalesce(func.sum(-LedgerEntry.amount), 0)).where(
                LedgerEntry.account == LedgerAccount.PAYABLE.value,
                LedgerEntry.cooperative_id == sharing.cooperative_id,
                or_(*(LedgerEntry.journal.like(pattern) for pattern in _EARNING)),
                LedgerEntry.at >= days.start_of(sharing.first),
                LedgerEntry.at < days.end_of(sharing.last),
            )
        )
        if int(earned or 0) != shared.get(sharing.id, 0):
            broken.append(f"sharing {sharing.id}: {shared.get(sharing.id, 0)} shared, the ledger has {earned}")
    return finding(len(sharings), broken)


def _within_what_was_shared(session: Session) -> Finding:
    """No lot's parts come to more than it brought."""
    parts: dict[tuple[int, int], int] = defaultdict(int)
    for row in session.execute(select(SharedPart.sharing_id, SharedPart.catch_id, SharedPart.amount)):
        parts[row.sharing_id, row.catch_id] += row.amount
    lots = {
        (row.sharing_id, row.catch_id): row.received
        for row in session.execute(
            select(
                SharedLot.sharing_id,
                SharedLot.catch_id,
                (SharedLot.sold - SharedLot.refunded - SharedLot.commission).label("received"),
            )
        )
    }
    broken = (
        f"sharing {sharing}: catch {catch} brought {lots.get((sharing, catch))}, shared {amount}"
        for (sharing, catch), amount in parts.items()
        if not min(0, received := lots.get((sharing, catch), 0)) <= amount <= max(0, received)
    )
    return finding(len(lots), broken)


CHECKS = (
    Check("fishers brought no more of a lot than was caught", "lots", _within_the_lot),
    Check("whoever brought some of a lot is of its co-operative", "parts", _own_fishers),
    Check("every part of a lot is what was last said of it", "parts", _as_last_said),
    Check("what was shared out is what its days brought", "sharings", _as_earned),
    Check("the parts of what was shared out are within it", "shared lots", _within_what_was_shared),
)
