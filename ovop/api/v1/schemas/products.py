"""Products: what a co-operative sells again and again."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field, StrictBool

from ovop.api.v1.schemas.catches import Photo, photo_of
from ovop.api.v1.schemas.fields import Answer, Body, Day, Filled, Line, Lines, Quantity, whole
from ovop.api.v1.schemas.pages import Page
from ovop.catalogue import price_breaks as breaks
from ovop.catalogue.labels import (
    LONGEST_GRADE,
    LONGEST_INGREDIENTS,
    MOST_GRADES,
    Allergen,
    Label,
    Permit,
    Storage,
    parse_halal,
    parse_pirt,
)
from ovop.catalogue.price_breaks import MOST_BREAKS, MOST_PERCENT
from ovop.catalogue.queries import ProductRow
from ovop.catalogue.rules import LONGEST_DESCRIPTION, LONGEST_NAME, Form, NewProduct
from ovop.kernel.quantity import Measure, Unit

Said = Field(default=None, exclude_if=lambda value: value is None)
Grade = Annotated[Filled, Field(max_length=LONGEST_GRADE)]


class PriceBreak(Body):
    """Who orders so many grams or pieces of a lot in one line, or more, pays so many per cent less."""

    quantity: Quantity
    percent: Annotated[int, BeforeValidator(whole)] = Field(ge=1, le=MOST_PERCENT)


class ProductBody(Body):
    """A product as its co-operative describes it."""

    name: Filled = Field(max_length=LONGEST_NAME)
    species: Line = Field(min_length=1, max_length=3, description="FAO ASFIS 3-alpha code, as in /species.")
    form: Form
    measure: Measure
    unit: Unit = Field(description="kg for weight; piece or pack for count.")
    description: Lines = Field(default="", max_length=LONGEST_DESCRIPTION)
    flagship: StrictBool = Field(
        default=False, description="Its village stands for it; where the office decided, it is proposed."
    )
    storage: Storage | None = None
    keep_at: Annotated[int, BeforeValidator(whole)] | None = Field(
        default=None, ge=-40, le=10, description="The warmest it may be kept, °C."
    )
    ingredients: Lines = Field(default="", max_length=LONGEST_INGREDIENTS)
    allergens: list[Allergen] = Field(default=[], max_length=len(Allergen), description="Beside the catch itself.")
    net_grams: Quantity | None = Field(default=None, description="Of one piece or pack.")
    grades: list[Grade] = Field(default=[], max_length=MOST_GRADES, description="Sizes or qualities it comes in.")
    pirt: Line = Field(default="", max_length=40, description="Home-industry number (SPP-IRT).")
    pirt_until: Day | None = None
    halal: Line = Field(default="", max_length=40, description="Number of the halal certificate.")
    halal_until: Day | None = Field(default=None, description="Left out where it holds without an end.")
    price_breaks: list[PriceBreak] = Field(
        default=[], max_length=MOST_BREAKS, description="Wholesale: each from more on than the one before, and lower."
    )

    def as_label(self) -> Label:
        """What stands on its label.  Raises: Invalid."""
        return Label(
            storage=self.storage,
            keep_at=self.keep_at,
            ingredients=self.ingredients,
            allergens=tuple(self.allergens),
            net_grams=self.net_grams,
            grades=tuple(dict.fromkeys(self.grades)),
            pirt=Permit(parse_pirt(self.pirt), self.pirt_until) if self.pirt else None,
            halal=Permit(parse_halal(self.halal), self.halal_until) if self.halal else None,
        )

    def as_breaks(self) -> tuple[breaks.PriceBreak, ...]:
        """What who orders much pays less."""
        return tuple(breaks.PriceBreak(each.quantity, each.percent) for each in self.price_breaks)

    def as_new(self) -> NewProduct:
        """What the catalogue takes."""
        return NewProduct(self.name, self.species.upper(), self.form, self.measure, self.unit, self.description)


class Product(Answer):
    """A product of the caller's co-operative; flagship: its village stands for it now.

    What its label says stands there only where it says something.
    """

    id: int
    name: str
    species: str
    form: Form
    measure: Measure
    unit: Unit
    description: str
    flagship: bool
    storage: Storage | None = Said
    keep_at: int | None = Said
    ingredients: str | None = Said
    allergens: list[Allergen] | None = Said
    net_grams: int | None = Said
    grades: list[str] | None = Said
    pirt: str | None = Said
    pirt_until: date | None = Said
    halal: str | None = Said
    halal_until: date | None = Said
    photo: Photo | None = Said
    price_breaks: list[PriceBreak] | None = Said


class ProductPage(Page[Product]):
    """Products by name."""


def product_of(row: ProductRow) -> Product:
    """The product as it is shown."""
    label = row.label
    return Product(
        id=row.id,
        name=row.name,
        species=row.species_code,
        form=Form(row.form),
        measure=Measure(row.measure),
        unit=Unit(row.unit),
        description=row.description,
        flagship=row.is_flagship,
        storage=label.storage,
        keep_at=label.keep_at,
        ingredients=label.ingredients or None,
        allergens=list(label.allergens) or None,
        net_grams=label.net_grams,
        grades=list(label.grades) or None,
        pirt=label.pirt.number if label.pirt else None,
        pirt_until=label.pirt.until if label.pirt else None,
        halal=label.halal.number if label.halal else None,
        halal_until=label.halal.until if label.halal else None,
        photo=photo_of(row.photo) if row.photo else None,
        price_breaks=[PriceBreak(quantity=each.quantity, percent=each.percent) for each in row.price_breaks] or None,
    )
