"""What the demo market consists of, read from ``data/market.toml`` once and checked by its types."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ovop.catalogue.labels import Allergen, Label, Permit, Storage, usual_warmest
from ovop.catalogue.price_breaks import PriceBreak
from ovop.catalogue.rules import Form
from ovop.demo.seasons import Rhythm, Season
from ovop.kernel.quantity import Measure, Unit

_FILE = Path(__file__).parent / "data" / "market.toml"


@dataclass(frozen=True, slots=True)
class FlagshipSample:
    """Since when a product was its village's flagship, and by what (invented) decision."""

    months_ago: int
    number: str


@dataclass(frozen=True, slots=True)
class StarsSample:
    """Stars given `years_ago` for `years`, by an (invented) decision."""

    level: int
    years_ago: int
    years: int
    number: str


@dataclass(frozen=True, slots=True)
class LabelSample:
    """What stands on a label; `pirt_days`, `halal_days`: how long its certificates still hold; `halal`: which it is.

    The numbers made of these are nobody's.
    """

    storage: Storage
    net_grams: int | None = None
    ingredients: str = ""
    allergens: tuple[Allergen, ...] = ()
    pirt_days: int | None = None
    halal: int | None = None
    halal_days: int | None = None

    def as_label(self, grades: tuple[str, ...], measure: Measure, today: date) -> Label:
        """The label on a day (Asia/Jakarta)."""

        def ahead(number: int | None) -> date | None:
            return None if number is None else today + timedelta(days=number)

        until = ahead(self.pirt_days)
        return Label(
            storage=self.storage,
            keep_at=usual_warmest(self.storage),
            ingredients=self.ingredients,
            allergens=self.allergens,
            net_grams=self.net_grams if measure is Measure.COUNT else None,
            grades=grades,
            pirt=Permit(f"2063604000000{until:%y}", until) if until else None,
            halal=Permit(f"ID0000000000000{self.halal:04}", ahead(self.halal_days)) if self.halal else None,
        )


@dataclass(frozen=True, slots=True)
class ProductSample:
    """A product: `price` in rupiah per unit, `lot` and `order` in kilograms or pieces, `ahead` in days.

    breaks: from how many of them on, and how many per cent less.
    """

    name: str
    species: str
    form: Form
    unit: Unit
    price: int
    lot: int
    season: Season
    rhythm: Rhythm
    ahead: int
    order: tuple[float, float] | None
    gear: str | None
    area: str | None
    grades: tuple[str, ...]
    picture: str | None
    description: str
    flagship: FlagshipSample | None
    stars: StarsSample | None
    label: LabelSample | None
    breaks: tuple[tuple[int, int], ...] = ()

    @property
    def measure(self) -> Measure:
        """Kilograms are weighed, all else is counted."""
        return Measure.WEIGHT if self.unit is Unit.KG else Measure.COUNT

    @property
    def price_breaks(self) -> tuple[PriceBreak, ...]:
        """What who orders much pays less."""
        units = 1000 if self.measure is Measure.WEIGHT else 1
        return tuple(PriceBreak(quantity * units, percent) for quantity, percent in self.breaks)


@dataclass(frozen=True, slots=True)
class PointSample:
    """A pickup point near the middle of village `at`; `week` names its hours."""

    name: str
    at: str
    week: str


@dataclass(frozen=True, slots=True)
class CooperativeSample:
    """A co-operative; `share` weighs its part of the orders, `trend` says how that changes over the year."""

    slug: str
    name: str
    village: str
    clerk: str
    about: str
    share: float
    trend: str
    cash: bool
    points: tuple[PointSample, ...]
    products: tuple[ProductSample, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """The whole."""

    cooperatives: tuple[CooperativeSample, ...]


def load_sample() -> Sample:
    """The demo market as shipped."""
    with _FILE.open("rb") as file:
        read = tomllib.load(file)
    return Sample(
        cooperatives=tuple(_cooperative(entry) for entry in read["cooperative"]),
    )


def _cooperative(entry: dict[str, Any]) -> CooperativeSample:
    return CooperativeSample(
        slug=entry["slug"],
        name=entry["name"],
        village=entry["village"],
        clerk=entry["clerk"],
        about=entry["about"],
        share=entry["share"],
        trend=entry.get("trend", "steady"),
        cash=entry.get("cash", True),
        points=tuple(PointSample(**point) for point in entry["point"]),
        products=tuple(_product(product) for product in entry["product"]),
    )


def _label(storage: str, allergens: Sequence[str] = (), **more: Any) -> LabelSample:
    return LabelSample(Storage(storage), allergens=tuple(map(Allergen, allergens)), **more)


def _product(entry: dict[str, Any]) -> ProductSample:
    order = entry.get("order")
    return ProductSample(
        name=entry["name"],
        species=entry["species"],
        form=Form(entry["form"]),
        unit=Unit(entry.get("unit", "kg")),
        price=entry["price"],
        lot=entry["lot"],
        season=Season(entry["season"]),
        rhythm=Rhythm(entry["rhythm"]),
        ahead=entry.get("ahead", 0),
        order=(order[0], order[1]) if order else None,
        gear=entry.get("gear"),
        area=entry.get("area"),
        grades=tuple(entry.get("grades", ())),
        picture=entry.get("picture"),
        description=entry["description"],
        flagship=FlagshipSample(**entry["flagship"]) if "flagship" in entry else None,
        stars=StarsSample(**entry["stars"]) if "stars" in entry else None,
        label=_label(**entry["label"]) if "label" in entry else None,
        breaks=tuple((quantity, percent) for quantity, percent in entry.get("breaks", ())),
    )
