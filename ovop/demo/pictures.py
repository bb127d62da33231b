"""The demo's photographs: real ones of related species, always shown with who took them."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

from ovop.outside.media import storage
from ovop.outside.pictures import make_variants

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


def _store(row: dict[str, str]) -> DemoPicture:
    """Named by its content: another picture under the same name gets another key, as caches expect."""
    data = (FOLDER / row["file"]).read_bytes()
    key = f"demo/{Path(row['file']).stem}-{hashlib.sha256(data).hexdigest()[:12]}"
    picture = make_variants(data)
    for variant in picture.variants:
        storage().put(f"{key}/{variant.name}", variant.data, variant.content_type)
    credit = f"Ilustrasi: {row['subject_id']}. Foto: {row['author']}, {row['licence']}"
    return DemoPicture(key, picture.width, picture.height, credit)
