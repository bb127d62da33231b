"""What a village looks like as a row, in lists and alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from ovop.catalogue.queries import FlagshipRow
from ovop.kernel.geo import Place
from ovop.stories.queries import story_of
from ovop.stories.rows import StoryRow


@dataclass(frozen=True, slots=True)
class CooperativeRef:
    """A co-operative that sells for a village."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class VillageRow:
    """A village.  Degrees.  on_sale: how many of its lots can be ordered now, where a list counts them."""

    code: str
    name: str
    district_code: str
    district: str
    latitude: float
    longitude: float
    is_coastal: bool
    flagship: FlagshipRow | None
    cooperatives: tuple[CooperativeRef, ...]
    on_sale: int | None = None

    @property
    def place(self) -> Place:
        """Its middle."""
        return Place(self.latitude, self.longitude)


@dataclass(frozen=True, slots=True)
class Period:
    """A product that the village stood for; ended_on None: still."""

    name: str
    decided_on: date
    ended_on: date | None
    decision_number: str


@dataclass(frozen=True, slots=True)
class Award:
    """Stars that one of the village's flagships was given, expired or not."""

    product: str
    level: int
    issuer: str
    year: int


@dataclass(frozen=True, slots=True)
class Seller:
    """A co-operative with what it says of itself."""

    id: int
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Point:
    """A pickup point of the village's co-operatives.  Degrees."""

    id: int
    name: str
    address: str
    latitude: float
    longitude: float

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(self.latitude, self.longitude)


@dataclass(frozen=True, slots=True)
class VillageDetail:
    """A village with its story: the flagships and stars it had (newest first), who sells, and where to fetch."""

    village: VillageRow
    story: StoryRow | None
    area_km2: float
    touches_sea: bool
    sellers: tuple[Seller, ...]
    points: tuple[Point, ...]
    periods: tuple[Period, ...]
    awards: tuple[Award, ...]


def village_of(row: Row[*tuple[Any, ...]]) -> VillageRow:
    """The village in a row of a list or of a detail."""
    return VillageRow(
        code=row.code,
        name=row.name,
        district_code=row.district_code,
        district=row.district,
        latitude=row.latitude,
        longitude=row.longitude,
        is_coastal=row.is_coastal,
        flagship=_flagship(row),
        cooperatives=tuple(CooperativeRef(**cooperative) for cooperative in row.cooperatives),
        on_sale=row._mapping.get("on_sale"),
    )


def detail_of(row: Row[*tuple[Any, ...]]) -> VillageDetail:
    """The village in a row of a detail."""
    return VillageDetail(
        village=village_of(row),
        story=story_of(row.stories, row.story_photos, row.story_people),
        area_km2=row.area_km2,
        touches_sea=row.touches_sea,
        sellers=tuple(Seller(**seller) for seller in row.sellers),
        points=tuple(Point(**point) for point in row.points),
        periods=tuple(
            Period(p["name"], date.fromisoformat(p["decided_on"]), _day(p["ended_on"]), p["decision_number"])
            for p in row.periods
        ),
        awards=tuple(Award(**award) for award in row.awards),
    )


def _flagship(row: Row[*tuple[Any, ...]]) -> FlagshipRow | None:
    if row.honour_product_id is None:
        return None
    return FlagshipRow(**{name: row._mapping[f"honour_{name}"] for name in FlagshipRow.__dataclass_fields__})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
