"""Reading a co-operative's lots: what is left, what moved, what they look like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account, Role
from ovop.accounts.rules import Actor, cooperative_of, require_member
from ovop.catalogue.models import Species
from ovop.kernel.errors import NotFound
from ovop.stock.break_prices import BreakPrice, break_prices_in
from ovop.stock.models import Catch, CatchPhoto, Movement
from ovop.stock.photo_rules import PHOTO_COMES_BACK
from ovop.stock.price_rules import PriceStep, price_at
from ovop.stock.pricing import steps_in
from ovop.stock.rules import LossCause, MovementKind


class Shelf(StrEnum):
    """Which lots to list."""

    ON_SALE = "on_sale"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photo of a lot; `key` names its files, the size is that of the largest, in pixels."""

    id: int
    key: str
    width: int
    height: int
    credit: str
    has_avif: bool
    tiny: str


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot with its stock, in grams or pieces; rupiah per unit.  `photos` in their order.

    unit_price: before its steps.  last_pickup_at: as of when its times were last looked at.
    """

    id: int
    lot_code: str
    product_id: int
    cooperative_id: int
    name: str
    species_code: str
    species_name_id: str
    category: str
    form: str
    measure: str
    unit: str
    caught: int
    available: int
    held: int
    sold: int
    lost: int
    unit_price: int
    landing_price: int | None
    landed_at: datetime
    best_before: datetime
    grade: str | None
    gear: str | None
    fishing_area: str | None
    vessel_name: str | None
    vessel_registration: str | None
    note: str
    is_withdrawn: bool
    recalled_at: datetime | None
    is_planned: bool
    created_at: datetime
    handling: str
    last_pickup_at: datetime | None
    first_step_at: datetime | None
    first_step_price: int | None
    second_step_at: datetime | None
    second_step_price: int | None
    price_breaks: str
    photos: tuple[PhotoRow, ...] = ()

    @property
    def steps(self) -> tuple[PriceStep, ...]:
        """When and to what its price steps down."""
        return steps_in(self)

    @property
    def breaks(self) -> tuple[BreakPrice, ...]:
        """What who orders much pays."""
        return break_prices_in(self.price_breaks)

    def asked_at(self, now: datetime) -> int:
        """What is asked for it at `now`."""
        return price_at(self.unit_price, self.steps, now)


@dataclass(frozen=True, slots=True)
class Face:
    """What a lot is known by at a glance: its first photo, else what to draw instead."""

    category: str
    species_name_id: str
    photo: PhotoRow | None


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One change of stock; `by` is whoever of the co-operative made it, none for buyers and for the market itself."""

    id: int
    kind: MovementKind
    quantity: int
    order_number: str | None
    reason: str
    by: str | None
    at: datetime
    cause: LossCause | None


def get_lot(session: Session, catch_id: int, actor: Actor | None) -> LotRow:
    """A lot of `actor`'s co-operative, with its photos.  Raises: NotFound, Forbidden."""
    cooperative_of(actor)
    row = session.execute(_lots().where(Catch.id == catch_id)).one_or_none()
    if row is None:
        raise NotFound()
    require_member(actor, row.cooperative_id)
    return LotRow(**row._mapping, photos=photos_of(session, [catch_id]).get(catch_id, ()))


def list_lots(
    session: Session, cooperative_id: int, shelf: Shelf, now: datetime, *, before: int | None = None, limit: int = 30
) -> list[LotRow]:
    """A co-operative's lots, newest first, those older than lot `before`; each with its photos.  Two queries."""
    wanted = [Catch.cooperative_id == cooperative_id, _is_on(shelf, now)]
    if before is not None:
        wanted.append(Catch.id < before)
    rows = session.execute(_lots().where(*wanted).order_by(Catch.id.desc()).limit(limit)).all()
    photos = photos_of(session, [row.id for row in rows])
    return [LotRow(**row._mapping, photos=photos.get(row.id, ())) for row in rows]


def lots_ending(session: Session, cooperative_id: int, first: datetime, last: datetime) -> list[LotRow]:
    """Lots of which something is left, best before a moment between those two, the earliest first; without photos."""
    wanted = _lots().where(
        Catch.cooperative_id == cooperative_id,
        Catch.available > 0,
        Catch.is_withdrawn.is_(False),
        Catch.best_before.between(first, last),
    )
    rows = session.execute(wanted.order_by(Catch.best_before, Catch.id).limit(50))
    return [LotRow(**row._mapping, photos=()) for row in rows]


def count_lots(session: Session, cooperative_id: int, now: datetime) -> dict[Shelf, int]:
    """How many lots of a co-operative stand on each shelf.  One query."""
    row = session.execute(
        select(*[func.count().filter(_is_on(shelf, now)).label(shelf.value) for shelf in Shelf]).where(
            Catch.cooperative_id == cooperative_id
        )
    ).one()
    return {shelf: row._mapping[shelf.value] for shelf in Shelf}


def photos_of(session: Session, catch_ids: Sequence[int]) -> dict[int, tuple[PhotoRow, ...]]:
    """Photos by lot, in their order; lots without any are left out."""
    if not catch_ids:
        return {}
    found: dict[int, list[PhotoRow]] = {}
    columns = [getattr(CatchPhoto, name) for name in PhotoRow.__slots__]
    for catch_id, *values in session.execute(
        select(CatchPhoto.catch_id, *columns)
        .where(CatchPhoto.catch_id.in_(catch_ids), CatchPhoto.removed_at.is_(None))
        .order_by(CatchPhoto.catch_id, CatchPhoto.position, CatchPhoto.id)
    ):
        found.setdefault(catch_id, []).append(PhotoRow(*values))
    return {catch_id: tuple(rows) for catch_id, rows in found.items()}


def faces_of(session: Session, catch_ids: Sequence[int]) -> dict[int, Face]:
    """Faces by lot.  Two queries."""
    photos = photos_of(session, catch_ids)
    rows = session.execute(
        select(Catch.id, Species.category, Species.name_id)
        .join(Species, Species.code == Catch.species_code)
        .where(Catch.id.in_(catch_ids))
    )
    return {row.id: Face(row.category, row.name_id, next(iter(photos.get(row.id, ())), None)) for row in rows}


def lot_codes_of(session: Session, catch_ids: Sequence[int]) -> dict[int, str]:
    """Lot codes by lot.  One query."""
    rows = session.execute(select(Catch.id, Catch.lot_code).where(Catch.id.in_(catch_ids)))
    return {row.id: row.lot_code for row in rows}


def recalled_of(session: Session, catch_ids: Sequence[int]) -> dict[int, str]:
    """Lot codes of those of these lots that were called back for food safety, by lot.  One query."""
    wanted = select(Catch.id, Catch.lot_code).where(Catch.id.in_(catch_ids), Catch.recalled_at.is_not(None))
    return {row.id: row.lot_code for row in session.execute(wanted)}


def sellable_of(session: Session, catch_ids: Sequence[int], now: datetime) -> set[int]:
    """Those of these lots whose goods may (again) be offered at `now`."""
    wanted = select(Catch.id).where(Catch.id.in_(catch_ids), _is_on(Shelf.ON_SALE, now))
    return set(session.scalars(wanted))


def can_come_back(session: Session, catch_id: int, photo_id: int, now: datetime) -> bool:
    """Whether that photo was taken away from the lot so short a while ago that it can be put back."""
    wanted = (
        CatchPhoto.id == photo_id,
        CatchPhoto.catch_id == catch_id,
        CatchPhoto.removed_at > now - PHOTO_COMES_BACK,
    )
    return session.execute(select(1).where(*wanted)).first() is not None


def list_movements(session: Session, catch_id: int, *, before: int | None = None, limit: int = 50) -> list[MovementRow]:
    """What moved of a lot, newest first, older than movement `before`.

    People's names are those of the co-operative's own: a buyer's is for the order's page, and not for ever.
    """
    wanted = [Movement.catch_id == catch_id]
    if before is not None:
        wanted.append(Movement.id < before)
    rows = session.execute(
        select(
            Movement.id,
            Movement.kind,
            Movement.quantity,
            Movement.order_number,
            Movement.reason,
            Movement.at,
            Movement.cause,
            Account.name.label("by"),
        )
        .outerjoin(Account, and_(Account.id == Movement.actor_id, Account.role == Role.COOPERATIVE.value))
        .where(*wanted)
        .order_by(Movement.id.desc())
        .limit(limit)
    )
    return [
        MovementRow(
            row.id,
            MovementKind(row.kind),
            row.quantity,
            row.order_number,
            row.reason,
            row.by,
            row.at,
            LossCause(row.cause) if row.cause else None,
        )
        for row in rows
    ]


def _is_on(shelf: Shelf, now: datetime) -> ColumnElement[bool]:
    if shelf is Shelf.ON_SALE:
        return and_(Catch.is_withdrawn.is_(False), Catch.best_before > now)
    # A lot of which nothing was caught was put on sale by mistake: it never was, but for its movements.
    return and_(or_(Catch.is_withdrawn.is_(True), Catch.best_before <= now), Catch.caught > 0)


_FROM_SPECIES = ("species_name_id", "category", "photos")


def _lots() -> Select[*tuple[Any, ...]]:
    own = [getattr(Catch, name) for name in LotRow.__slots__ if name not in _FROM_SPECIES]
    return select(*own, Species.name_id.label("species_name_id"), Species.category).join(
        Species, Species.code == Catch.species_code
    )
