"""Products: what a co-operative sells again and again."""

from __future__ import annotations

from pydantic import Field, StrictBool

from ovop.api.v1.schemas.fields import Answer, Body, Filled, Line, Lines
from ovop.api.v1.schemas.pages import Page
from ovop.catalogue.queries import ProductRow
from ovop.catalogue.rules import LONGEST_DESCRIPTION, LONGEST_NAME, Form, NewProduct
from ovop.kernel.quantity import Measure, Unit


class ProductBody(Body):
    """A product as its co-operative describes it."""

    name: Filled = Field(max_length=LONGEST_NAME)
    species: Line = Field(min_length=1, max_length=3, description="FAO ASFIS 3-alpha code, as in /species.")
    form: Form
    measure: Measure
    unit: Unit = Field(description="kg for weight; piece or pack for count.")
    description: Lines = Field(default="", max_length=LONGEST_DESCRIPTION)
    flagship: StrictBool = Field(default=False, description="The village stands for this product from today on.")

    def as_new(self) -> NewProduct:
        """What the catalogue takes."""
        return NewProduct(self.name, self.species.upper(), self.form, self.measure, self.unit, self.description)


class Product(Answer):
    """A product of the caller's co-operative; flagship: its village stands for it now."""

    id: int
    name: str
    species: str
    form: Form
    measure: Measure
    unit: Unit
    description: str
    flagship: bool


class ProductPage(Page[Product]):
    """Products by name."""


def product_of(row: ProductRow) -> Product:
    """The product as it is shown."""
    return Product(
        id=row.id,
        name=row.name,
        species=row.species_code,
        form=Form(row.form),
        measure=Measure(row.measure),
        unit=Unit(row.unit),
        description=row.description,
        flagship=row.is_flagship,
    )
