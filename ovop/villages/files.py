"""The reference files that ship with the market."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

DATA = Path(__file__).parent / "data"


def read(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of the CSV files."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
