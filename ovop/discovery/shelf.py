"""What the front page shows beside the newest lots: harvests to come, and what flagships cost now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.db.nested import nested
from ovop.db.session import engine_of
from ovop.db.types import Instant
from ovop.discovery.offer import beside_index
from ovop.stock.models import Catch
from ovop.stock.pricing import asked_at
from ovop.villages.models import Village

_NOW = bindparam("now", type_=Instant)
#: Harvests to come that are named; the list has all.
COMING = 4


@dataclass(frozen=True, slots=True)
class ComingLot:
    """A harvest that can be ordered before it is there.  Grams or pieces; rupiah per kg or piece."""

    id: int
    name: str
    village: str
    landed_at: datetime
    available: int
    measure: str
    unit: str
    unit_price: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked at least for a product of which there is some now.  Rupiah per unit."""

    product_id: int
    unit_price: int
    unit: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """The harvests to come, soonest first, and what is asked for products that were asked about, if there are any."""

    coming: tuple[ComingLot, ...]
    asked: tuple[Asked, ...]

    def price_of(self, product_id: int) -> Asked | None:
        """What is asked for a product; None when there is none of it now."""
        return next((asked for asked in self.asked if asked.product_id == product_id), None)


def front_shelf(session: Session, products: Sequence[int], now: datetime) -> Shelf:
    """The harvests to come, and what is asked for these products; one query."""
    row = session.execute(_shelf(engine_of(session).dialect.name), {"now": now, "products": products}).one()
    coming = (ComingLot(**{**lot, "landed_at": _instant(lot["landed_at"])}) for lot in row.coming)
    return Shelf(tuple(coming), tuple(Asked(**asked) for asked in row.asked))


def _instant(text: str) -> datetime:
    """An instant as either database writes it into JSON: SQLite without its zone, which is UTC."""
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


@lru_cache(maxsize=2)
def _shelf(dialect: str) -> Select[*tuple[Any, ...]]:
    # Few lots lie ahead, and the index on when lots land knows which: it is the only way that is left to SQLite.
    cooperative, best_before, village = (
        beside_index(column, dialect) for column in (Catch.cooperative_id, Catch.best_before, Catch.village_code)
    )
    on_sale = and_(Catch.is_withdrawn.is_(False), Catch.available > 0, Cooperative.is_active.is_(True))
    coming = (
        select(
            Catch.id,
            Catch.name,
            Village.name.label("village"),
            Catch.landed_at,
            Catch.available,
            Catch.measure,
            Catch.unit,
            asked_at(_NOW).label("unit_price"),
        )
        .join(Village, Village.code == village)
        .join(Cooperative, Cooperative.id == cooperative)
        .where(on_sale, best_before > _NOW, Catch.landed_at > _NOW)
        .order_by(Catch.landed_at, Catch.id)
        .limit(COMING)
    )
    asked = (
        select(Catch.product_id, func.min(asked_at(_NOW)).label("unit_price"), func.min(Catch.unit).label("unit"))
        .join(Cooperative, Cooperative.id == Catch.cooperative_id)
        .where(on_sale, Catch.best_before > _NOW, Catch.product_id.in_(bindparam("products", expanding=True)))
        .where(beside_index(Catch.landed_at, dialect) <= _NOW, Catch.is_planned.is_(False))
        .group_by(Catch.product_id)
        .order_by(Catch.product_id)
    )
    return select(nested(coming, "coming"), nested(asked, "asked"))
