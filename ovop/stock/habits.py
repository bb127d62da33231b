"""How a co-operative usually sells a product, and what the market asks this week for goods like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from statistics import median_low
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session

from ovop.catalogue.label_rows import PHOTO_COLUMNS, ProductPhoto, photo_of
from ovop.catalogue.models import Product, Species
from ovop.stock.models import Catch

#: How far back the market's prices beside a new lot reach.
WEEK = timedelta(days=7)
#: From how many of its last lots a product's habit is read.
_LOTS_OF_HABIT = 5


@dataclass(frozen=True, slots=True)
class Habit:
    """How a product was sold lately: of its last lot what is likely the same again, of the last few the usual."""

    last_catch: int
    last_price: int
    last_listed_at: datetime
    gear: str | None
    fishing_area: str | None
    grade: str | None
    usual_quantity: int
    usual_price: int


@dataclass(frozen=True, slots=True)
class PriceRange:
    """Asking prices of a week for goods of one kind, rupiah per unit, over all co-operatives."""

    least: int
    most: int
    lots: int


@dataclass(frozen=True, slots=True)
class LastSold:
    """A product with its last lot, for selling the same again; rupiah per unit."""

    product_id: int
    name: str
    form: str
    category: str
    species_name_id: str
    unit: str
    unit_price: int
    catch_id: int
    photo: ProductPhoto | None


def habits(session: Session, cooperative_id: int) -> dict[int, Habit]:
    """How each product of a co-operative was sold lately, by product; those never sold are left out.  One query."""
    numbered = (
        select(
            Catch.id,
            Catch.product_id,
            Catch.unit_price,
            Catch.caught,
            Catch.created_at,
            Catch.gear,
            Catch.fishing_area,
            Catch.grade,
            func.row_number().over(partition_by=Catch.product_id, order_by=Catch.id.desc()).label("place"),
        )
        .where(Catch.cooperative_id == cooperative_id, Catch.caught > 0)
        .subquery()
    )
    lately: dict[int, list[Row[Any]]] = {}
    for row in session.execute(
        select(numbered).where(numbered.c.place <= _LOTS_OF_HABIT).order_by(numbered.c.product_id, numbered.c.place)
    ):
        lately.setdefault(row.product_id, []).append(row)
    return {product_id: _habit(rows) for product_id, rows in lately.items()}


def last_sold(session: Session, cooperative_id: int, limit: int) -> list[LastSold]:
    """The products of a co-operative that were put on sale last, each once, the latest first.  One query."""
    latest = (
        select(func.max(Catch.id).label("catch"))
        .where(Catch.cooperative_id == cooperative_id, Catch.caught > 0)
        .group_by(Catch.product_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Product.id.label("product_id"),
            Product.name,
            Product.form,
            Species.category,
            Species.name_id.label("species_name_id"),
            Catch.unit,
            Catch.unit_price,
            Catch.id.label("catch_id"),
            *(getattr(Product, name) for name in PHOTO_COLUMNS),
        )
        .join(latest, latest.c.catch == Catch.id)
        .join(Product, Product.id == Catch.product_id)
        .join(Species, Species.code == Product.species_code)
        .where(Product.is_active.is_(True))
        .order_by(Catch.created_at.desc(), Catch.id.desc())
        .limit(limit)
    )
    own = [field.name for field in fields(LastSold) if field.name != "photo"]
    return [LastSold(**{name: getattr(row, name) for name in own}, photo=photo_of(row)) for row in rows]


def price_ranges(session: Session, cooperative_id: int, now: datetime) -> dict[int, PriceRange]:
    """What the market asked this week for goods like each product of a co-operative, by product.  One query.

    Alike are lots of the same species and form, priced for the same unit; withdrawn ones do not count.
    """
    rows = session.execute(
        select(
            Product.id,
            func.min(Catch.unit_price).label("least"),
            func.max(Catch.unit_price).label("most"),
            func.count().label("lots"),
        )
        .join(
            Catch,
            and_(
                Catch.species_code == Product.species_code,
                Catch.form == Product.form,
                Catch.unit == Product.unit,
            ),
        )
        .where(
            Product.cooperative_id == cooperative_id,
            Product.is_active.is_(True),
            Catch.created_at > now - WEEK,
            Catch.is_withdrawn.is_(False),
        )
        .group_by(Product.id)
    )
    return {row.id: PriceRange(row.least, row.most, row.lots) for row in rows}


def _habit(rows: Sequence[Row[Any]]) -> Habit:
    """A habit from a product's last lots, the newest first."""
    last = rows[0]
    return Habit(
        last_catch=last.id,
        last_price=last.unit_price,
        last_listed_at=last.created_at,
        gear=last.gear,
        fishing_area=last.fishing_area,
        grade=last.grade,
        usual_quantity=median_low(row.caught for row in rows),
        usual_price=median_low(row.unit_price for row in rows),
    )
