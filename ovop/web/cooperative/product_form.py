"""The form of a product's label: read, and as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import request

from ovop.catalogue.labels import (
    Allergen,
    Label,
    Permit,
    Storage,
    parse_grades,
    parse_halal,
    parse_pirt,
    usual_warmest,
    written_pirt,
)
from ovop.catalogue.queries import ProductRow
from ovop.kernel.errors import Invalid
from ovop.kernel.quantity import Measure, parse_weight
from ovop.web.formats import typed_quantity
from ovop.web.label_words import allergen_name, storage_name
from ovop.web.typed import Reading, has_decimal_point, parse_day


def read_label(reading: Reading) -> Label:
    """The label that the form `reading` describes; what is wrong stays in the reading."""
    storage = next((storage for storage in Storage if storage == reading.text("storage")), None)
    keep_at = usual_warmest(storage) if storage else None
    if storage and keep_at is not None and reading.text("keep_at"):
        keep_at = reading.take(parse_degrees, "keep_at", keep_at)
    chosen = request.form.getlist("allergens")
    net_grams = None
    if reading.text("net_grams"):
        net_grams = reading.take(read_net, "net_grams", 1)
    return Label(
        storage=storage,
        keep_at=keep_at,
        ingredients=reading.text("ingredients"),
        allergens=tuple(allergen for allergen in Allergen if allergen in chosen),
        net_grams=net_grams,
        grades=parse_grades(reading.text("grades")),
        pirt=_permit(reading, "pirt"),
        halal=_permit(reading, "halal"),
    )


def parse_degrees(typed: str) -> int:
    """Whole degrees Celsius, such as ``4`` or ``−18 °C``.  Raises: Invalid."""
    text = typed.replace("−", "-").replace("–", "-").casefold().removesuffix("c").strip().removesuffix("°").strip()
    if not text.removeprefix("-").isdecimal() or len(text) > 3:
        raise Invalid({"keep_at": "not-degrees"})
    return int(text)


def read_net(typed: str) -> int:
    """Grams of one pack; a bare number is grams, as labels have it.  Raises: Invalid."""
    text = f"{typed} g" if typed.replace(".", "").isdecimal() else typed
    return int(parse_weight(text, decimal_point=has_decimal_point(), field="net_grams"))


def typed_label(label: Label) -> dict[str, str]:
    """The label as its form's fields hold it."""
    return {
        "storage": label.storage.value if label.storage else "",
        "keep_at": "" if label.keep_at is None else str(label.keep_at),
        "ingredients": label.ingredients,
        "net_grams": typed_quantity(label.net_grams, Measure.WEIGHT) if label.net_grams else "",
        "grades": ", ".join(label.grades),
        "pirt": f"P-IRT {written_pirt(label.pirt.number)}" if label.pirt else "",
        "pirt_until": _day(label.pirt),
        "halal": label.halal.number if label.halal else "",
        "halal_until": _day(label.halal),
    }


def choices(product: ProductRow, typed: Mapping[str, str], chosen: list[str] | None) -> dict[str, object]:
    """What the form offers: places with their usual warmth, allergens with whether they are ticked."""
    ticked = chosen if chosen is not None else [allergen.value for allergen in product.label.allergens]
    return {
        "storages": [
            (storage.value, storage_name(storage), typed.get("storage") == storage.value) for storage in Storage
        ],
        "allergens": [(each.value, allergen_name(each), each.value in ticked) for each in Allergen],
    }


def _permit(reading: Reading, name: str) -> Permit | None:
    if not reading.text(name):
        if reading.text(f"{name}_until"):
            reading.refuse(name, "required")
        return None
    parse = parse_pirt if name == "pirt" else parse_halal
    number = reading.take(parse, name, "")
    until: date | None = None
    if reading.text(f"{name}_until"):
        until = reading.take(parse_day, f"{name}_until", date.max)
    return Permit(number, None if until == date.max else until)


def _day(permit: Permit | None) -> str:
    return permit.until.isoformat() if permit and permit.until else ""
