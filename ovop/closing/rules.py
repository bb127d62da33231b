"""What a closed month says, and how it is written: the same figures are always the same bytes.  Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from ovop.kernel.days import month_end

#: Of how the text is made up; figures of another version are still read as they were written.
VERSION = 1


@dataclass(frozen=True, slots=True)
class Line:
    """Figures of one village, species or the like, under the name that it had when the month was closed."""

    code: str
    name: str
    orders: int
    buyers: int
    grams: int
    pieces: int
    revenue: int


@dataclass(frozen=True, slots=True)
class Correction:
    """What was agreed in the month to be given back of orders that were collected in `month` (``2026-10``)."""

    month: str
    orders: int
    rupiah: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All that a closed month says.  total: its code and name are empty."""

    month: str
    total: Line
    districts: Sequence[Line]
    villages: Sequence[Line]
    cooperatives: Sequence[Line]
    species: Sequence[Line]
    corrections: Sequence[Correction]


def is_over(month: date, today: date) -> bool:
    """Whether nothing more can be collected in the month that begins on `month`."""
    return month_end(month) < today


def written(figures: Figures) -> str:
    """The figures as canonical JSON: keys in order, no spaces, whole numbers, UTF-8 as it is."""
    values = asdict(figures) | {"version": VERSION}
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(body: str) -> str:
    """SHA-256 of the text's UTF-8, in hexadecimal."""
    return hashlib.sha256(body.encode()).hexdigest()


def read(body: str) -> Figures:
    """What `written` was given."""
    values: Mapping[str, object] = json.loads(body)
    lines = {
        name: tuple(Line(**line) for line in values[name])  # type: ignore[attr-defined]
        for name in ("districts", "villages", "cooperatives", "species")
    }
    return Figures(
        month=str(values["month"]),
        total=Line(**values["total"]),  # type: ignore[arg-type]
        corrections=tuple(Correction(**one) for one in values["corrections"]),  # type: ignore[attr-defined]
        **lines,
    )
