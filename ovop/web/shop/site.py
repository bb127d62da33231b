"""What a public site owes to those whose pictures and data it shows."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import render_template

from ovop.settings import ROOT
from ovop.web.shop.area import blueprint

_CREDITS = ROOT / "ovop" / "demo" / "pictures" / "CREDITS.csv"
_NOTICES = ROOT / "ovop" / "villages" / "data" / "LICENCES.md"


@dataclass(frozen=True, slots=True)
class Credit:
    """A picture of somebody else's: what it shows, who made it, and on what terms it may be used."""

    subject: str
    subject_id: str
    author: str
    licence: str
    licence_url: str
    source: str
    changes: str

    @property
    def source_url(self) -> str | None:
        """The address in where it comes from, if there is one."""
        found = re.search(r"https?://\S+", self.source)
        return found.group() if found else None


@blueprint.get("/atribusi")
def attribution() -> str:
    """Whose pictures, boundaries, names and typeface the market uses."""
    return render_template("shop/attribution.html", credits=credits(), notices=_notices())


@lru_cache(maxsize=1)
def credits() -> tuple[Credit, ...]:
    """Every picture that ships with the market, by licence and author."""
    return tuple(sorted(_read(_CREDITS), key=lambda credit: (credit.licence, credit.author, credit.subject)))


def _read(path: Path) -> Iterator[Credit]:
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Credit(**{name: row[name] for name in Credit.__dataclass_fields__})


@lru_cache(maxsize=1)
def _notices() -> str:
    return _NOTICES.read_text(encoding="utf-8")
