"""Reading species, products, flagships and stars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from ovop.accounts.models import Cooperative
from ovop.catalogue.label_rows import LABEL_COLUMNS, PHOTO_COLUMNS, ProductPhoto, label_of, photo_of
from ovop.catalogue.labels import Label
from ovop.catalogue.models import Flagship, Product, ProductRating, SizeAdvice, Species, Stars
from ovop.catalogue.price_breaks import PriceBreak, breaks_in
from ovop.catalogue.ratings import Rating, rating_of
from ovop.kernel.errors import NotFound
from ovop.kernel.words import Lexicon, fold, words_of


@dataclass(frozen=True, slots=True)
class SpeciesRow:
    """A species under all its names."""

    code: str
    scientific_name: str
    name_id: str
    name_en: str
    other_names: str
    category: str
    habitat: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What a regulation says of a species' size or condition: advice, never a block.

    measure: carapace-length, carapace-width (cm), weight (g per piece), berried or gear.  condition: the reference
    file's own words.  is_in_force: False for the newest known number of a text that was replaced by one not yet found.
    """

    measure: str
    operator: str
    value: float | None
    unit: str
    condition: str
    regulation: str
    is_in_force: bool

    @property
    def is_either(self) -> bool:
        """Whether one of several sizes is enough."""
        return self.condition.startswith("either")


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product with its species and its co-operative; is_flagship: of the co-operative's village, now."""

    id: int
    cooperative_id: int
    cooperative_name: str
    village_code: str
    name: str
    species_code: str
    species_name_id: str
    species_name_en: str
    category: str
    form: str
    measure: str
    unit: str
    description: str
    is_active: bool
    is_flagship: bool
    label: Label
    photo: ProductPhoto | None
    price_breaks: tuple[PriceBreak, ...]


@dataclass(frozen=True, slots=True)
class StarsRow:
    """Stars with who gave them, and until when."""

    product_id: int
    product_name: str
    level: int
    issuer: str
    year: int
    expires_on: date | None
    decision_number: str
    id: int
    family: str
    withdrawn_on: date | None
    withdrawn_reason: str


@dataclass(frozen=True, slots=True)
class FlagshipRow:
    """A village's flagship in force; the stars' fields are None when it has none in force."""

    village_code: str
    product_id: int
    name: str
    species_name: str
    category: str
    form: str
    decided_on: date
    decision_number: str
    stars_level: int | None
    stars_issuer: str | None
    stars_year: int | None
    stars_expires_on: date | None
    stars_decision: str | None
    rating_buyers: int | None = None
    rating_total: int | None = None

    @property
    def rating(self) -> Rating | None:
        """What buyers think of it, once enough do."""
        return rating_of(self.rating_buyers, self.rating_total)


@dataclass(frozen=True, slots=True)
class FlagshipPeriod:
    """A product that a village stood for, from a day on; ended_on None: still."""

    product_id: int
    name: str
    decided_on: date
    decision_number: str
    ended_on: date | None


def get_species(session: Session, code: str) -> SpeciesRow:
    """One species.  Raises: NotFound."""
    row = session.execute(select(*Species.__table__.columns).where(Species.code == code)).one_or_none()
    if row is None:
        raise NotFound()
    return SpeciesRow(**row._mapping)


def find_species(session: Session, q: str = "") -> list[SpeciesRow]:
    """The species that `q` may mean, by Indonesian name; all of the market's (a short list) without `q`.

    Code and any name count; order of words, accents and slips of typing are forgiven.
    """
    rows = [
        SpeciesRow(**row._mapping)
        for row in session.execute(select(*Species.__table__.columns).order_by(Species.name_id, Species.code))
    ]
    typed = words_of(q)
    if not typed:
        return [] if q.strip() else rows
    named = [(row, _names(row)) for row in rows]
    lexicon = Lexicon(word for _, names in named for word in names)
    wanted = [set(lexicon.completions(word)) or set(lexicon.meant(word)) for word in typed]
    return [row for row, names in named if all(meant & names for meant in wanted)]


def _names(row: SpeciesRow) -> set[str]:
    every = fold(f"{row.code} {row.name_id} {row.name_en} {row.scientific_name} {row.other_names}").split()
    return {*every, fold(row.name_id).replace(" ", "")}


def size_advice(session: Session, species_code: str) -> list[Advice]:
    """What is advised about a species, what is in force first; empty for most."""
    rows = session.execute(advice_of(SizeAdvice.species_code == species_code))
    return [Advice(**row._mapping) for row in rows]


def advice_of(which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """The columns of `Advice` for `which` rows; also for use within another statement."""
    return (
        select(
            SizeAdvice.measure,
            SizeAdvice.operator,
            SizeAdvice.value,
            SizeAdvice.unit,
            SizeAdvice.condition,
            SizeAdvice.regulation,
            SizeAdvice.is_in_force,
        )
        .where(which)
        .order_by(SizeAdvice.is_in_force.desc(), SizeAdvice.rule_id)
    )


def list_products(
    session: Session, cooperative_id: int, *, with_inactive: bool = False, page: int = 1, per_page: int = 100
) -> tuple[list[ProductRow], int]:
    """A co-operative's products by name, one page of them, and how many there are."""
    which = Product.cooperative_id == cooperative_id
    if not with_inactive:
        which = and_(which, Product.is_active.is_(True))
    total = session.scalar(select(func.count()).select_from(Product).where(which)) or 0
    rows = session.execute(
        _products().where(which).order_by(Product.name, Product.id).limit(per_page).offset((page - 1) * per_page)
    )
    return [_product(row) for row in rows], total


def get_product(session: Session, product_id: int) -> ProductRow:
    """One product, active or not.  Raises: NotFound."""
    row = session.execute(_products().where(Product.id == product_id)).one_or_none()
    if row is None:
        raise NotFound()
    return _product(row)


def _product(row: Row[*tuple[Any, ...]]) -> ProductRow:
    values = dict(row._mapping)
    for column in (*LABEL_COLUMNS, *PHOTO_COLUMNS):
        values.pop(column)
    values["price_breaks"] = breaks_in(row.price_breaks)
    return ProductRow(**values, label=label_of(row), photo=photo_of(row))


def _products() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Product.id,
            Product.cooperative_id,
            Cooperative.name.label("cooperative_name"),
            Cooperative.village_code,
            Product.name,
            Product.species_code,
            Species.name_id.label("species_name_id"),
            Species.name_en.label("species_name_en"),
            Species.category,
            Product.form,
            Product.measure,
            Product.unit,
            Product.description,
            Product.is_active,
            Product.price_breaks,
            *(getattr(Product, name) for name in (*LABEL_COLUMNS, *PHOTO_COLUMNS)),
            Flagship.id.is_not(None).label("is_flagship"),
        )
        .join(Cooperative, Cooperative.id == Product.cooperative_id)
        .join(Species, Species.code == Product.species_code)
        .outerjoin(Flagship, and_(Flagship.product_id == Product.id, Flagship.ended_on.is_(None)))
    )


def flagships(today: date | BindParameter[date]) -> Select[*tuple[Any, ...]]:
    """The columns of `FlagshipRow` for every village that has one, stars as of `today`; to be narrowed further."""
    given = aliased(Stars)
    latest = (
        select(given.id)
        .where(
            given.product_id == Product.id,
            given.withdrawn_on.is_(None),
            or_(given.expires_on.is_(None), given.expires_on >= today),
        )
        .order_by(given.year.desc(), given.id.desc())
        .limit(1)
        .correlate(Product)
        .scalar_subquery()
    )
    return (
        select(
            Flagship.village_code,
            Flagship.product_id,
            Product.name,
            Species.name_id.label("species_name"),
            Species.category,
            Product.form,
            Flagship.decided_on,
            Flagship.decision_number,
            Stars.level.label("stars_level"),
            Stars.issuer.label("stars_issuer"),
            Stars.year.label("stars_year"),
            Stars.expires_on.label("stars_expires_on"),
            Stars.decision_number.label("stars_decision"),
            ProductRating.buyers.label("rating_buyers"),
            ProductRating.total.label("rating_total"),
        )
        .join(Product, Product.id == Flagship.product_id)
        .join(Species, Species.code == Product.species_code)
        .outerjoin(Stars, Stars.id == latest)
        .outerjoin(ProductRating, ProductRating.product_id == Product.id)
        .where(Flagship.ended_on.is_(None))
    )


def flagships_of(session: Session, village_codes: Sequence[str], today: date) -> dict[str, FlagshipRow]:
    """The flagships in force of these villages, by village code."""
    rows = session.execute(flagships(today).where(Flagship.village_code.in_(village_codes)))
    return {row.village_code: FlagshipRow(**row._mapping) for row in rows}


def flagship_history(session: Session, village_code: str) -> list[FlagshipPeriod]:
    """What a village stood for, newest first."""
    rows = session.execute(
        select(Flagship.product_id, Product.name, Flagship.decided_on, Flagship.decision_number, Flagship.ended_on)
        .join(Product, Product.id == Flagship.product_id)
        .where(Flagship.village_code == village_code)
        .order_by(Flagship.decided_on.desc(), Flagship.id.desc())
    )
    return [FlagshipPeriod(**row._mapping) for row in rows]


def stars_of(session: Session, product_ids: Sequence[int]) -> list[StarsRow]:
    """Every star these products were given, newest first, expired and withdrawn ones too."""
    rows = session.execute(
        select(
            Stars.product_id,
            Product.name.label("product_name"),
            Stars.level,
            Stars.issuer,
            Stars.year,
            Stars.expires_on,
            Stars.decision_number,
            Stars.id,
            Stars.family,
            Stars.withdrawn_on,
            Stars.withdrawn_reason,
        )
        .join(Product, Product.id == Stars.product_id)
        .where(Stars.product_id.in_(product_ids))
        .order_by(Stars.year.desc(), Stars.id.desc())
    )
    return [StarsRow(**row._mapping) for row in rows]
