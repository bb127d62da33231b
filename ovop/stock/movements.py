"""Moving stock: conditional updates that cannot oversell, each with its movement row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from ovop.kernel.errors import NotFound
from ovop.stock.break_prices import break_prices_in, price_for
from ovop.stock.errors import NotOnSale, OutOfStock, Recalled
from ovop.stock.models import Catch, Movement
from ovop.stock.pricing import asked_at
from ovop.stock.rules import EFFECTS, LossCause, MovementKind, is_offered, kind_when_recalled

_PARTS = ("caught", "available", "held", "sold", "lost")


@dataclass(frozen=True, slots=True)
class HeldCatch:
    """A lot of which something was just held, as it stands in the same transaction.

    unit_price: what is asked.  price_breaks: what who orders much pays, as its row keeps it.
    """

    id: int
    cooperative_id: int
    village_code: str
    species_code: str
    name: str
    form: str
    measure: str
    unit: str
    unit_price: int
    landed_at: datetime
    best_before: datetime
    price_breaks: str

    def price_for(self, quantity: int) -> int:
        """Rupiah per unit in a line of `quantity`."""
        return price_for(self.unit_price, break_prices_in(self.price_breaks), quantity)


def hold(session: Session, wanted: Mapping[int, int], now: datetime) -> dict[int, HeldCatch]:
    """Holds `wanted` (catch id → grams or pieces) of lots that are on sale; answers them by id.

    Locks the rows in the order of their ids.  The movements are written by `record` once their order exists.
    Raises: OutOfStock, NotOnSale, NotFound.
    """
    asked = asked_at(now).label("unit_price")
    columns = [asked if name == "unit_price" else getattr(Catch, name) for name in HeldCatch.__slots__]
    held: dict[int, HeldCatch] = {}
    for catch_id in sorted(wanted):
        quantity = wanted[catch_id]
        row = session.execute(
            update(Catch)
            .where(
                Catch.id == catch_id,
                Catch.available >= quantity,
                Catch.is_withdrawn.is_(False),
                Catch.best_before > now,
                or_(Catch.is_planned.is_(False), Catch.landed_at > now),
            )
            .values(available=Catch.available - quantity, held=Catch.held + quantity)
            .returning(*columns)
            .execution_options(synchronize_session=False)
        ).one_or_none()
        if row is None:
            _explain(session, catch_id, now)
        else:
            held[catch_id] = HeldCatch(**row._mapping)
    return held


class Move(NamedTuple):
    """One change of one lot: grams or pieces; zero moves nothing and is not recorded."""

    catch_id: int
    kind: MovementKind
    quantity: int
    order_number: str | None = None


def move(
    session: Session,
    moves: Iterable[Move],
    now: datetime,
    *,
    actor_id: int | None = None,
    reason: str = "",
    cause: LossCause | None = None,
    reverses_id: int | None = None,
) -> None:
    """The lots' stock is changed and the movements are written; of a recalled lot only what its rule leaves.

    Locks the rows in the order of their ids.  Raises: OutOfStock when what would be taken is not there, Recalled,
    NotFound.
    """
    done = [_moved(session, wanted) for wanted in sorted(move for move in moves if move.quantity)]
    record(session, done, now, actor_id=actor_id, reason=reason, cause=cause, reverses_id=reverses_id)


def _moved(session: Session, wanted: Move) -> Move:
    """The movement as it was done to the stock."""
    if _apply(session, wanted, wanted.kind, is_recalled=False):
        return wanted
    found = session.execute(select(Catch.available, Catch.recalled_at).where(Catch.id == wanted.catch_id)).one_or_none()
    if found is None:
        raise NotFound(catch=wanted.catch_id)
    if found.recalled_at is not None:
        kind = kind_when_recalled(wanted.kind)
        if kind is None:
            raise Recalled(wanted.catch_id)
        if _apply(session, wanted, kind, is_recalled=True):
            return wanted._replace(kind=kind)
    raise OutOfStock(wanted.catch_id, found.available)


def _apply(session: Session, wanted: Move, kind: MovementKind, *, is_recalled: bool) -> bool:
    """The stock is changed if the lot is (not) recalled, as told, and has enough; answers whether it is.

    A condition of the update itself: whoever waited for a recall to commit sees it.
    """
    signs = {part: sign for part in _PARTS if (sign := getattr(EFFECTS[kind], part))}
    enough = [getattr(Catch, part) >= wanted.quantity for part, sign in signs.items() if sign < 0]
    recalled = Catch.recalled_at.is_not(None) if is_recalled else Catch.recalled_at.is_(None)
    changed = session.execute(
        update(Catch)
        .where(Catch.id == wanted.catch_id, recalled, *enough)
        .values({part: getattr(Catch, part) + sign * wanted.quantity for part, sign in signs.items()})
        .returning(Catch.id)
        .execution_options(synchronize_session=False)
    )
    return changed.one_or_none() is not None


def record(
    session: Session,
    moves: Iterable[Move],
    now: datetime,
    *,
    actor_id: int | None = None,
    reason: str = "",
    cause: LossCause | None = None,
    reverses_id: int | None = None,
) -> None:
    """The movements are written, in one statement; the stock itself has been changed already."""
    rows = [
        {
            "catch_id": catch_id,
            "kind": kind.value,
            "quantity": quantity,
            "order_number": order_number,
            "actor_id": actor_id,
            "reason": reason[:200],
            "at": now,
            "cause": cause,
            "reverses_id": reverses_id,
        }
        for catch_id, kind, quantity, order_number in moves
        if quantity
    ]
    if rows:
        session.execute(insert(Movement), rows)


def _explain(session: Session, catch_id: int, now: datetime) -> None:
    """Raises what kept a hold from happening."""
    found = session.execute(
        select(Catch.available, Catch.is_withdrawn, Catch.is_planned, Catch.landed_at, Catch.best_before).where(
            Catch.id == catch_id
        )
    ).one_or_none()
    if found is None:
        raise NotFound(catch=catch_id)
    if not is_offered(
        is_withdrawn=found.is_withdrawn,
        is_planned=found.is_planned,
        landed_at=found.landed_at,
        best_before=found.best_before,
        now=now,
    ):
        raise NotOnSale(catch_id)
    raise OutOfStock(catch_id, found.available)
