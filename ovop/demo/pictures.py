"""The demo's photographs: real ones of related species, always shown with who took them."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from ovop.outside.media import content_type_of, storage
from ovop.outside.pictures import make_variants, widths_of

FOLDER = Path(__file__).parent / "pictures"
CREDITS = FOLDER / "CREDITS.csv"


@dataclass(frozen=True, slots=True)
class DemoPicture:
    """A stored picture, shared by every lot that shows it: key of its files, pixels of the largest, its credit."""

    key: str
    width: int
    height: int
    credit: str


def store_pictures() -> dict[str, DemoPicture]:
    """The demo's pictures are in media storage; they, by name.  Safe to repeat.  Raises: Unavailable."""
    with CREDITS.open(encoding="utf-8", newline="") as file:
        return {Path(row["file"]).stem: _store(row) for row in csv.DictReader(file)}


def copy_pictures(pictures: dict[str, DemoPicture], name: str) -> dict[str, DemoPicture]:
    """The same once more under keys of their own: what else shows them then decides how long they stay."""
    return {subject: _copy(picture, name) for subject, picture in pictures.items()}


def _copy(picture: DemoPicture, name: str) -> DemoPicture:
    key = picture.key.replace("demo/", f"demo/{name}-", 1)
    for width in widths_of(picture.width):
        for ending in ("webp", "jpg"):
            file = f"{width}.{ending}"
            storage().put(f"{key}/{file}", storage().get(f"{picture.key}/{file}"), content_type_of(file))
    return replace(picture, key=key)


def _store(row: dict[str, str]) -> DemoPicture:
    """Named by its content: another picture under the same name gets another key, as caches expect."""
    data = (FOLDER / row["file"]).read_bytes()
    key = f"demo/{Path(row['file']).stem}-{hashlib.sha256(data).hexdigest()[:12]}"
    picture = make_variants(data)
    for variant in picture.variants:
        storage().put(f"{key}/{variant.name}", variant.data, variant.content_type)
    credit = f"{row['subject_id']}. Foto: {row['author']}, {row['licence']}"
    return DemoPicture(key, picture.width, picture.height, credit)
