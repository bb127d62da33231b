"""Reading fishers, their parts of a lot, and what was shared out before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from statistics import median_low

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account
from ovop.accounts.rules import Actor, cooperative_of, require_member
from ovop.kernel.errors import NotFound
from ovop.shares.models import CatchPart, CatchPartEvent, Fisher, SharedLot, Sharing
from ovop.shares.rows import FisherRow, SharingRow
from ovop.stock.models import Catch

#: From how many of a co-operative's last parts it is read what is usual.
_PARTS_OF_HABIT = 500


@dataclass(frozen=True, slots=True)
class ListedFisher:
    """A fisher with how many lots they brought something of."""

    id: int
    name: str
    is_active: bool
    lots: int


@dataclass(frozen=True, slots=True)
class LotPart:
    """What a fisher brought of a lot, in grams or pieces; 0 for nothing yet."""

    fisher_id: int
    name: str
    quantity: int


@dataclass(frozen=True, slots=True)
class PartEventRow:
    """What was said of a part of a lot: 0 says that the fisher brought nothing."""

    name: str
    quantity: int
    by: str
    at: datetime


def list_fishers(session: Session, cooperative_id: int) -> list[ListedFisher]:
    """A co-operative's fishers, those at work first, by name.  One query."""
    counts = select(CatchPart.fisher_id, func.count().label("lots")).group_by(CatchPart.fisher_id).subquery()
    rows = session.execute(
        select(Fisher.id, Fisher.name, Fisher.is_active, func.coalesce(counts.c.lots, 0).label("lots"))
        .outerjoin(counts, counts.c.fisher_id == Fisher.id)
        .where(Fisher.cooperative_id == cooperative_id)
    )
    found = [ListedFisher(**row._mapping) for row in rows]
    return sorted(found, key=lambda fisher: (not fisher.is_active, fisher.name.casefold(), fisher.id))


def get_fisher(session: Session, fisher_id: int, actor: Actor | None) -> FisherRow:
    """A fisher of `actor`'s co-operative.  Raises: NotFound, Forbidden."""
    cooperative_of(actor)
    row = session.execute(
        select(Fisher.id, Fisher.name, Fisher.is_active, Fisher.cooperative_id).where(Fisher.id == fisher_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    require_member(actor, row.cooperative_id)
    return FisherRow(row.id, row.name, row.is_active)


def fishers_by_id(session: Session, cooperative_id: int) -> dict[int, FisherRow]:
    """All of a co-operative's fishers, whether at work or not.  One query."""
    rows = session.execute(
        select(Fisher.id, Fisher.name, Fisher.is_active).where(Fisher.cooperative_id == cooperative_id)
    )
    return {row.id: FisherRow(**row._mapping) for row in rows}


def parts_to_fill(session: Session, catch_id: int, cooperative_id: int) -> list[LotPart]:
    """Whoever may have brought some of a lot of that co-operative, by name, with what they did.  One query.

    Fishers who are no longer at work are there when they have a part of it.
    """
    quantity = func.coalesce(CatchPart.quantity, 0)
    rows = session.execute(
        select(Fisher.id, Fisher.name, quantity.label("quantity"))
        .outerjoin(CatchPart, (CatchPart.fisher_id == Fisher.id) & (CatchPart.catch_id == catch_id))
        .where(Fisher.cooperative_id == cooperative_id, Fisher.is_active | (quantity > 0))
    )
    found = [LotPart(row.id, row.name, row.quantity) for row in rows]
    return sorted(found, key=lambda part: (part.name.casefold(), part.fisher_id))


def parts_of_lots(session: Session, is_wanted: ColumnElement[bool]) -> dict[int, dict[int, int]]:
    """Grams or pieces by fisher, by lot, of the parts that are wanted.  One query."""
    found: dict[int, dict[int, int]] = {}
    for row in session.execute(select(CatchPart.catch_id, CatchPart.fisher_id, CatchPart.quantity).where(is_wanted)):
        found.setdefault(row.catch_id, {})[row.fisher_id] = row.quantity
    return found


def usual_parts(session: Session, cooperative_id: int, since: datetime) -> dict[int, int]:
    """What one fisher usually brings of each product: the middle of their parts of lots since then, by product.

    Grams or pieces; products of which nobody brought anything are left out.  One query.
    """
    rows = session.execute(
        select(Catch.product_id, CatchPart.quantity)
        .join(CatchPart, CatchPart.catch_id == Catch.id)
        .where(Catch.cooperative_id == cooperative_id, Catch.created_at > since)
        .order_by(Catch.id.desc())
        .limit(_PARTS_OF_HABIT)
    )
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row.product_id, []).append(row.quantity)
    return {product_id: median_low(parts) for product_id, parts in found.items()}


def list_part_events(session: Session, catch_id: int, limit: int = 30) -> list[PartEventRow]:
    """What was said of a lot's parts, newest first.  One query."""
    rows = session.execute(
        select(Fisher.name, CatchPartEvent.quantity, Account.name.label("by"), CatchPartEvent.at)
        .join(Fisher, Fisher.id == CatchPartEvent.fisher_id)
        .join(Account, Account.id == CatchPartEvent.actor_id)
        .where(CatchPartEvent.catch_id == catch_id)
        .order_by(CatchPartEvent.id.desc())
        .limit(limit)
    )
    return [PartEventRow(**row._mapping) for row in rows]


def list_sharings(session: Session, cooperative_id: int, limit: int = 12) -> list[SharingRow]:
    """What a co-operative shared out, the latest days first.  One query."""
    return _sharings(session, limit, Sharing.cooperative_id == cooperative_id)


def sharings_within(session: Session, cooperative_id: int, first: date, last: date) -> list[SharingRow]:
    """Sharings that have any of these days.  One query."""
    own = Sharing.cooperative_id == cooperative_id
    return _sharings(session, None, own, Sharing.first <= last, Sharing.last >= first)


def _sharings(session: Session, limit: int | None, *wanted: ColumnElement[bool]) -> list[SharingRow]:
    received = func.coalesce(func.sum(SharedLot.sold - SharedLot.refunded - SharedLot.commission), 0)
    columns = (Sharing.id, Sharing.first, Sharing.last, Sharing.dues_basis_points, Sharing.closed_at)
    rows = session.execute(
        select(*columns, Account.name.label("by"), received.label("received"))
        .join(Account, Account.id == Sharing.closed_by)
        .outerjoin(SharedLot, SharedLot.sharing_id == Sharing.id)
        .where(Sharing.reopened_at.is_(None), *wanted)
        .group_by(*columns, Account.name)
        .order_by(Sharing.first.desc())
        .limit(limit)
    )
    return [SharingRow(**{**row._mapping, "received": int(row.received)}) for row in rows]
