"""Catches: lots on sale."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from ovop.api.v1.addresses import photo_address
from ovop.api.v1.schemas.fields import (
    Answer,
    Body,
    Coded,
    Instant,
    Key,
    Line,
    Lines,
    Moment,
    Price,
    Quantity,
    QueryKey,
    QueryKm,
    QueryPlace,
    QueryTruth,
    Ref,
    Upload,
    whole,
)
from ovop.api.v1.schemas.pages import Page, PageQuery
from ovop.catalogue.label_rows import ProductPhoto
from ovop.catalogue.rules import Form
from ovop.discovery.rows import CatchCard, PhotoRow
from ovop.discovery.rules import CatchFilter, Sort
from ovop.kernel.errors import Invalid
from ovop.kernel.quantity import LARGEST_QUANTITY, Measure, Unit
from ovop.stock.rules import CatchChanges, NewCatch

StockChange = Annotated[int, Field(ge=-LARGEST_QUANTITY, le=LARGEST_QUANTITY), BeforeValidator(whole)]


class CatchQuery(PageQuery):
    """Which lots on sale, in which order."""

    q: Line = Field(default="", max_length=200, description="Words; order, accents and slips of typing are forgiven.")
    village: Line | None = Field(default=None, max_length=20, description="Official code.")
    cooperative: QueryKey | None = None
    species: Line | None = Field(default=None, max_length=3, description="FAO ASFIS 3-alpha code.")
    form: Form | None = None
    near: QueryPlace | None = None
    max_km: QueryKm | None = Field(default=None, description="To the nearest pickup point; only with near.")
    in_stock: QueryTruth = Field(default=False, description="Leave out what is sold out.")
    sort: Sort = Sort.NEWEST

    def as_filter(self) -> CatchFilter:
        """What discovery takes.  Raises: Invalid when distances are asked for, but not from where."""
        if self.near is None and (self.sort is Sort.DISTANCE or self.max_km is not None):
            raise Invalid({"near": "required"})
        return CatchFilter(
            q=self.q,
            village=self.village or None,
            cooperative=self.cooperative,
            species=self.species.upper() if self.species else None,
            form=self.form,
            in_stock=self.in_stock,
            near=self.near,
            max_km=self.max_km,
            sort=self.sort,
            page=self.page,
            per_page=self.per_page,
        )


class CatchBody(Body):
    """A landing or harvest that is put on sale; `landed_at` may lie ahead."""

    product: Key
    quantity: Quantity
    unit_price: Price
    landed_at: Moment
    best_before: Moment
    grade: Line | None = Field(default=None, max_length=40)
    gear: Line | None = Field(default=None, max_length=40, description="An ISSCFG code such as GNS, or words.")
    fishing_area: Line | None = Field(
        default=None, max_length=80, description="Waters or district; anything closer is not kept."
    )
    landing_price: Price | None = Field(default=None, description="What the fisher was paid.")
    note: Lines = Field(default="", max_length=1000)

    def as_new(self) -> NewCatch:
        """What the stock takes."""
        return NewCatch(
            product_id=self.product,
            quantity=self.quantity,
            unit_price=self.unit_price,
            landed_at=self.landed_at,
            best_before=self.best_before,
            grade=self.grade or None,
            gear=self.gear or None,
            fishing_area=self.fishing_area or None,
            landing_price=self.landing_price,
            note=self.note,
        )


class CatchPatch(Body):
    """What changes of a lot; what is left out stays.

    stock_change: grams or pieces more than were known of, or (negative) lost; needs a reason.
    """

    unit_price: Price | None = None
    note: Lines | None = Field(default=None, max_length=1000)
    best_before: Moment | None = None
    stock_change: StockChange | None = None
    reason: Line | None = Field(default=None, max_length=200)

    @property
    def changes(self) -> CatchChanges | None:
        """What changes but the stock, if anything."""
        changes = CatchChanges(self.unit_price, self.best_before, self.note)
        return None if changes == CatchChanges() else changes


class PhotoForm(Body):
    """A photo: JPEG, PNG, WebP or GIF, up to 15 MB."""

    photo: Upload


class Photo(Answer):
    """A photo; the size is that of the largest there is, in pixels."""

    url: str
    width: int
    height: int


class BreakPrice(Answer):
    """What a kilogram or a piece costs in a line of so many grams or pieces or more, rupiah."""

    quantity: int
    unit_price: int


class Catch(Answer):
    """A lot.  Quantities in grams or pieces; unit_price in rupiah for a kilogram or a piece.

    price_breaks: lower prices for who orders much, by the quantity ordered in one line; only where there are any.
    distance_km: from `near` to the nearest pickup point with a time that fits; only where `near` was given.
    """

    id: int
    lot_code: str
    product: Ref
    species: Coded
    form: Form
    village: Coded
    cooperative: Ref
    measure: Measure
    unit: Unit
    unit_price: int
    available: int
    landed_at: Instant
    best_before: Instant
    grade: str | None
    gear: str | None
    fishing_area: str | None
    photos: list[Photo]
    price_breaks: list[BreakPrice] = Field(default=[], exclude_if=lambda breaks: not breaks)
    distance_km: float | None = Field(default=None, exclude_if=lambda km: km is None)


class CatchPage(Page[Catch]):
    """Lots on sale."""


def photo_of(row: PhotoRow | ProductPhoto) -> Photo:
    """The photo as it is shown."""
    return Photo(url=photo_address(row.key, row.width), width=row.width, height=row.height)


def catch_of(row: CatchCard) -> Catch:
    """The lot as it is shown."""
    return Catch(
        id=row.id,
        lot_code=row.lot_code,
        product=Ref(id=row.product_id, name=row.name),
        species=Coded(code=row.species_code, name=row.species_name),
        form=Form(row.form),
        village=Coded(code=row.village_code, name=row.village_name),
        cooperative=Ref(id=row.cooperative_id, name=row.cooperative_name),
        measure=Measure(row.measure),
        unit=Unit(row.unit),
        unit_price=row.unit_price,
        available=row.available,
        landed_at=row.landed_at,
        best_before=row.best_before,
        grade=row.grade,
        gear=row.gear,
        fishing_area=row.fishing_area,
        photos=[photo_of(photo) for photo in row.photos],
        price_breaks=[BreakPrice(quantity=each.quantity, unit_price=each.price) for each in row.breaks],
        distance_km=None if row.distance_km is None else round(row.distance_km, 3),
    )
