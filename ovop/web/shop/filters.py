"""From the catalogue's address to what is wanted, and back: every choice is a link, nothing wrong ends in an error.

What cannot be read is left out and said so; the names are the API's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar, cast
from urllib.parse import urlencode

from flask import url_for

from ovop.catalogue.rules import Category, Form, Group
from ovop.discovery.rules import FURTHEST_KM, LAST_PAGE, CatchFilter, Sort, VillageFilter, category_named
from ovop.kernel.days import today
from ovop.kernel.errors import Invalid
from ovop.kernel.geo import Place
from ovop.kernel.words import LONGEST_TEXT
from ovop.outside.geocoder import read_point
from ovop.villages.gazetteer import gazetteer
from ovop.villages.shapes import on_map

T = TypeVar("T")

#: The parameters, in the order in which addresses have them.
_NAMES = (
    "q", "category", "form", "district", "village", "cooperative", "species", "in_stock", "pickup_day", "near",
    "max_km", "sort", "page", "saring",
)  # fmt: skip

#: Days ahead that can be asked for; slots are not made much further.
DAYS_AHEAD = 28
PER_PAGE = 24
#: Of more lots than this the page only says that there are more.
COUNTED = 500
VILLAGES_PER_PAGE = 60
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: `wanted`, its own parameters (only those that count), and what was left out.

    is_open: the form with all choices and their counts is to be seen.
    """

    wanted: CatchFilter
    parameters: Mapping[str, str] = field(compare=False)  # says the same as the others
    left_out: tuple[str, ...]
    is_open: bool = False

    def url(self, **changes: object) -> str:
        """The catalogue with these parameters changed; None or "" takes one away.  Goes back to the first page."""
        kept = {name: value for name, value in self.parameters.items() if name != "page"}
        changed = {name: str(value) for name, value in changes.items() if value not in (None, "")}
        merged = {name: value for name, value in kept.items() if name not in changes} | changed
        query = urlencode(sorted(merged.items(), key=lambda pair: _NAMES.index(pair[0])), safe=",")
        return url_for("shop.catalogue") + (f"?{query}" if query else "")

    def hidden(self, *without: str) -> dict[str, str]:
        """The parameters that a form keeps beside its own fields."""
        return {name: value for name, value in self.parameters.items() if name not in (*without, "page")}

    @property
    def bare(self) -> str:
        """The catalogue with nothing chosen; its form stays open if it is."""
        return url_for("shop.catalogue", saring="1" if self.is_open else None)

    @property
    def near_name(self) -> str | None:
        """What the place that distances start from is called."""
        return gazetteer().name_near(self.wanted.near) if self.wanted.near else None


def read_filter(arguments: Mapping[str, str]) -> Asked:
    """What the address asks for, from its parameters."""
    reader = _Reader(arguments)
    near = reader.read("near", _place)
    category = cast("Group | Category | None", reader.read("category", category_named))
    wanted = CatchFilter(
        q=" ".join(reader.text("q").split())[:LONGEST_TEXT],
        village=reader.read("village", _code(13)),
        district=reader.read("district", _code(8)),
        cooperative=reader.read("cooperative", _number(1, _LARGEST_ID)),
        species=reader.read("species", _species),
        category=category,
        form=reader.read("form", Form),
        in_stock=reader.text("in_stock") != "0",
        pickup_day=reader.read("pickup_day", _day),
        near=near,
        max_km=reader.read("max_km", _kilometres) if near else None,
        sort=reader.read("sort", Sort) or (Sort.DISTANCE if near else Sort.NEWEST),
        page=reader.read("page", _number(1, LAST_PAGE)) or 1,
        per_page=PER_PAGE,
        count_up_to=COUNTED,
    )
    is_open = reader.text("saring") == "1"
    parameters = _canonical(wanted) | ({"saring": "1"} if is_open else {})
    return Asked(wanted, parameters, tuple(reader.left_out), is_open)


class _Reader:
    """Takes parameters one by one and remembers which could not be read."""

    def __init__(self, arguments: Mapping[str, str]) -> None:
        self._arguments = arguments
        self.left_out: list[str] = []

    def text(self, name: str) -> str:
        return self._arguments.get(name, "").strip()

    def read(self, name: str, parse: Callable[[str], T | None]) -> T | None:
        """The parameter as `parse` reads it; None when it is not there or cannot be read."""
        typed = self.text(name)
        if not typed:
            return None
        try:
            value = parse(typed)
        except (ValueError, Invalid):
            value = None
        if value is None:
            self.left_out.append(name)
        return value


def _code(length: int) -> Callable[[str], str | None]:
    """An official code of so many characters, such as ``36.04.13``."""
    return lambda typed: typed if len(typed) == length and re.fullmatch(r"[0-9]+(\.[0-9]+)+", typed) else None


def _place(typed: str) -> Place | None:
    """A place on the map, also with longitude first; from elsewhere no distance helps."""
    found = read_point(typed, on_map)
    return found.place if found and on_map(found.place) else None


def _number(least: int, most: int) -> Callable[[str], int | None]:
    return lambda typed: int(typed) if re.fullmatch(r"[0-9]{1,19}", typed) and least <= int(typed) <= most else None


def _species(typed: str) -> str | None:
    return typed.upper() if re.fullmatch(r"[A-Za-z]{3}", typed) else None


def _day(typed: str) -> date | None:
    day = date.fromisoformat(typed)
    return day if today() <= day <= today() + timedelta(days=DAYS_AHEAD) else None


def _kilometres(typed: str) -> float | None:
    km = float(typed.replace(",", "."))
    return km if 0 < km <= FURTHEST_KM else None


def _canonical(wanted: CatchFilter) -> dict[str, str]:
    """The parameters that say what `wanted` says, in one order and without what goes without saying."""
    near = f"{wanted.near.latitude:g},{wanted.near.longitude:g}" if wanted.near else None
    usual = Sort.DISTANCE if wanted.near else Sort.NEWEST
    values: dict[str, object] = {
        "q": wanted.q,
        "category": wanted.category,
        "form": wanted.form,
        "district": wanted.district,
        "village": wanted.village,
        "cooperative": wanted.cooperative,
        "species": wanted.species,
        "in_stock": None if wanted.in_stock else "0",
        "pickup_day": wanted.pickup_day,
        "near": near,
        "max_km": f"{wanted.max_km:g}" if wanted.max_km else None,
        "sort": wanted.sort if wanted.sort is not usual else None,
        "page": wanted.page if wanted.page > 1 else None,
    }
    return {name: str(value) for name, value in values.items() if value not in (None, "")}


#: What the page's address says for villages that sell, that do not, and for all.
_ACTIVE = {"1": "selling", "0": "not-yet", "all": "all"}


def read_village_filter(arguments: Mapping[str, str]) -> tuple[VillageFilter, tuple[str, ...]]:
    """Which villages the address asks for, and the names of the parameters that could not be read.

    Those that sell, unless it says otherwise or looks for one by name or district.
    """
    reader = _Reader(arguments)
    q = " ".join(reader.text("q").split())[:LONGEST_TEXT]
    district = reader.read("district", _code(8))
    said = reader.read("active", _ACTIVE.get) or ("all" if q or district else "selling")
    wanted = VillageFilter(
        q=q,
        district=district,
        active=None if said == "all" else said == "selling",
        page=reader.read("page", _number(1, LAST_PAGE)) or 1,
        per_page=VILLAGES_PER_PAGE,
    )
    return wanted, tuple(reader.left_out)
