"""A product's label and its own photo, as rows hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ovop.catalogue.labels import Allergen, Label, Permit, Storage

LABEL_COLUMNS = ("storage keep_at ingredients allergens net_grams grades pirt pirt_until halal halal_until").split()
PHOTO_COLUMNS = "photo_key photo_width photo_height photo_has_avif photo_tiny".split()


@dataclass(frozen=True, slots=True)
class ProductPhoto:
    """A product's own photo; `key` names its files, the size is that of the largest, in pixels."""

    key: str
    width: int
    height: int
    has_avif: bool
    tiny: str
    credit: str = ""


def label_of(row: Any) -> Label:
    """The label in a row that has LABEL_COLUMNS."""
    return Label(
        storage=Storage(row.storage) if row.storage else None,
        keep_at=row.keep_at,
        ingredients=row.ingredients,
        allergens=tuple(Allergen(code) for code in row.allergens.split()),
        net_grams=row.net_grams,
        grades=tuple(row.grades.splitlines()),
        pirt=Permit(row.pirt, row.pirt_until) if row.pirt else None,
        halal=Permit(row.halal, row.halal_until) if row.halal else None,
    )


def photo_of(row: Any) -> ProductPhoto | None:
    """The photo in a row that has PHOTO_COLUMNS, if there is one."""
    if not row.photo_key:
        return None
    return ProductPhoto(row.photo_key, row.photo_width, row.photo_height, row.photo_has_avif, row.photo_tiny)
