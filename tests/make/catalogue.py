"""Products, flagships and stars for tests, made by the operations that the market uses."""

from __future__ import annotations

from datetime import date

from ovop.accounts.rules import Actor
from ovop.catalogue.operations import add_product, give_stars, set_flagship
from ovop.catalogue.rules import Form, NewProduct
from ovop.db import write
from ovop.kernel import days
from ovop.kernel.quantity import Measure, Unit
from tests.make import accounts


def product(clerk: Actor, name: str, species: str, form: Form = Form.FRESH, *, unit: Unit = Unit.KG) -> int:
    """A product that its words are found by; answers its id."""
    measure = Measure.WEIGHT if unit is Unit.KG else Measure.COUNT
    return write(add_product, NewProduct(name, species, form, measure, unit), clerk, days.now())


def flagship(
    actor: Actor, product_id: int, village: str = accounts.TENGKURAK, decided_on: date = date(2024, 2, 1)
) -> int:
    """The product is what the village stands for; answers the flagship's id."""
    return write(set_flagship, village, product_id, actor, days.now(), decided_on=decided_on)


def stars(office: Actor, product_id: int, level: int = 3, year: int = 2025, expires_on: date | None = None) -> int:
    """The product has stars; answers their id."""
    return write(
        give_stars,
        product_id,
        office,
        level=level,
        issuer="Kementerian Perindustrian",
        year=year,
        expires_on=expires_on,
    )
