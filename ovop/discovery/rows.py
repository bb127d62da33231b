"""What a lot on sale looks like as a row, in lists and alone."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Text, and_, bindparam, cast, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from ovop.accounts.models import Cooperative
from ovop.catalogue.label_rows import PHOTO_COLUMNS, photo_of
from ovop.catalogue.labels import Label
from ovop.catalogue.models import Flagship, Product, Species
from ovop.catalogue.queries import Advice
from ovop.catalogue.ratings import Rating
from ovop.db.nested import nested
from ovop.db.types import Instant
from ovop.discovery.nearest import NearPoint
from ovop.stock.break_prices import BreakPrice, break_prices_in, still_lower
from ovop.stock.models import Catch, CatchPhoto
from ovop.stock.pricing import asked_at
from ovop.villages.models import District, Village

_NOW = bindparam("now", type_=Instant)
#: The product of a lot; under a name of its own, since statements within the same one ask for products too.
OwnProduct = aliased(Product, name="own")

Column = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photo of a lot, or of its product in its place (id 0); `key` names its variants in media storage.

    credit: set on an illustration only.
    """

    id: int
    key: str
    width: int
    height: int
    credit: str
    has_avif: bool
    tiny: str


@dataclass(frozen=True, slots=True)
class CatchCard:
    """A lot on sale with all that a list or a program shows.  Grams or pieces; rupiah per kg or piece.

    unit_price: what is asked now.  full_price: the same before it stepped down.
    price_breaks: what who orders much pays, as the lot's row keeps it.

    distance_km, point_name: of the nearest pickup point with a time that fits, where a place was given.
    """

    id: int
    lot_code: str
    product_id: int
    name: str
    species_code: str
    species_name: str
    species_name_en: str
    scientific_name: str
    category: str
    form: str
    village_code: str
    village_name: str
    district_name: str
    cooperative_id: int
    cooperative_name: str
    measure: str
    unit: str
    unit_price: int
    full_price: int
    caught: int
    available: int
    landed_at: datetime
    best_before: datetime
    grade: str | None
    gear: str | None
    fishing_area: str | None
    is_flagship: bool
    price_breaks: str
    photos: tuple[PhotoRow, ...] = ()
    distance_km: float | None = None
    point_name: str | None = None

    @property
    def breaks(self) -> tuple[BreakPrice, ...]:
        """What who orders much pays, where that is less than what is asked now."""
        return still_lower(break_prices_in(self.price_breaks), self.unit_price)


@dataclass(frozen=True, slots=True)
class VillageHonour:
    """What a lot's village stands for, and the stars of that product; the stars' fields are None without any."""

    product_id: int
    name: str
    species_name: str
    category: str
    form: str
    stars_level: int | None
    stars_issuer: str | None
    stars_year: int | None
    stars_expires_on: date | None


@dataclass(frozen=True, slots=True)
class CatchDetail:
    """A lot, on sale or not any more, with its origin and what is advised about its species."""

    card: CatchCard
    note: str
    description: str
    label: Label
    landing_price: int | None
    is_withdrawn: bool
    is_on_sale: bool
    is_planned: bool
    flagship: VillageHonour | None
    advice: tuple[Advice, ...]
    vessel_name: str | None = None
    vessel_registration: str | None = None
    recalled_at: datetime | None = None
    recall_reason: str = ""
    #: What buyers think of its product, once enough do.
    rating: Rating | None = None

    @property
    def is_orderable(self) -> bool:
        """Whether some of it can be put into a basket now."""
        return self.is_on_sale and self.card.available > 0


def card_columns() -> list[Column]:
    """The columns of a card at the bound ``now``, in the order of its fields up to `photos`."""
    return [
        Catch.id,
        Catch.lot_code,
        Catch.product_id,
        Catch.name,
        Catch.species_code,
        Species.name_id.label("species_name"),
        Species.name_en.label("species_name_en"),
        Species.scientific_name,
        Species.category,
        Catch.form,
        Catch.village_code,
        Village.name.label("village_name"),
        District.name.label("district_name"),
        Catch.cooperative_id,
        Cooperative.name.label("cooperative_name"),
        Catch.measure,
        Catch.unit,
        asked_at(_NOW).label("unit_price"),
        Catch.unit_price.label("full_price"),
        Catch.caught,
        Catch.available,
        Catch.landed_at,
        Catch.best_before,
        Catch.grade,
        Catch.gear,
        Catch.fishing_area,
        Flagship.id.is_not(None).label("is_flagship"),
        Catch.price_breaks,
        photos_column(),
        *(getattr(OwnProduct, name) for name in PHOTO_COLUMNS),
    ]


def photos_column() -> ColumnElement[Any]:
    """A lot's photos in order, as `photos_of` reads them."""
    photos = (
        select(*(getattr(CatchPhoto, column.name) for column in fields(PhotoRow)))
        .where(CatchPhoto.catch_id == Catch.id, CatchPhoto.removed_at.is_(None))
        .order_by(CatchPhoto.position, CatchPhoto.id)
        .correlate(Catch)
    )
    return cast(nested(photos, "photos").element, Text).label("photos")


def card_joins(lots: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """`lots` of Catch with the tables that a card's columns come from."""
    return (
        lots.join(Village, Village.code == Catch.village_code)
        .join(District, District.code == Village.district_code)
        .join(Cooperative, Cooperative.id == Catch.cooperative_id)
        .join(Species, Species.code == Catch.species_code)
        .join(OwnProduct, OwnProduct.id == Catch.product_id)
        .outerjoin(Flagship, and_(Flagship.product_id == Catch.product_id, Flagship.ended_on.is_(None)))
    )


_PLAIN = len(fields(CatchCard)) - 3


def card_of(row: Row[*tuple[Any, ...]], nearest: tuple[NearPoint, float] | None = None) -> CatchCard:
    """The card in a row of `card_columns`.  nearest: the nearest point that fits and its distance in km."""
    point, km = nearest or (None, None)
    photos = photos_of(row.photos) or _photo_of_product(row)
    return CatchCard(*row[:_PLAIN], photos, km, point.name if point else None)  # type: ignore[call-arg]


def _photo_of_product(row: Row[*tuple[Any, ...]]) -> tuple[PhotoRow, ...]:
    """The product's own photo, which stands in where a lot has none."""
    own = photo_of(row)
    return (PhotoRow(0, own.key, own.width, own.height, own.credit, own.has_avif, own.tiny),) if own else ()


@lru_cache(maxsize=2048)
def photos_of(nested_rows: str) -> tuple[PhotoRow, ...]:
    """The photos in a row of `photos_column`: read once, and then the same ones, so that comparing them is quick."""
    return tuple(PhotoRow(**photo) for photo in json.loads(nested_rows))
