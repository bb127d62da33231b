"""What stands on a product's label: how it keeps, what is in it, who allowed it.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ovop.catalogue.rules import Category, Form, Group, group_of
from ovop.kernel.errors import Invalid
from ovop.kernel.quantity import LARGEST_QUANTITY, Measure

LONGEST_INGREDIENTS = 1000
LONGEST_GRADE = 40
MOST_GRADES = 8


class Storage(StrEnum):
    """Where a product keeps at home."""

    AMBIENT = "ambient"
    CHILLED = "chilled"
    FROZEN = "frozen"


#: The warmest a place for it may be, °C: lowest and highest that can be meant, and the usual.  None: no fridge.
_WARMEST: dict[Storage, tuple[int, int, int] | None] = {
    Storage.AMBIENT: None,
    Storage.CHILLED: (0, 10, 4),
    Storage.FROZEN: (-40, -10, -18),
}


class Allergen(StrEnum):
    """What processed food must name on its label.  Source: BPOM 31/2018 and its guide of 2019, chapter IV."""

    FISH = "fish"
    CRUSTACEANS = "crustaceans"
    MOLLUSCS = "molluscs"
    EGG = "egg"
    MILK = "milk"
    SOY = "soy"
    PEANUT = "peanut"
    NUTS = "nuts"
    GLUTEN = "gluten"
    SULPHITE = "sulphite"


_OWN = {
    Group.FISH: Allergen.FISH,
    Group.SHRIMP: Allergen.CRUSTACEANS,
    Group.CRAB: Allergen.CRUSTACEANS,
    Group.SQUID: Allergen.MOLLUSCS,
    Group.SHELLFISH: Allergen.MOLLUSCS,
}

#: A certificate for home industry (SPP-IRT) holds for five years.  Source: facts, Law.
LONGEST_PIRT = timedelta(days=5 * 366)
#: Halal certificates held for four years before they came to hold until the recipe changes.
LONGEST_HALAL = timedelta(days=4 * 366)
#: So long before its end a co-operative is told; renewing takes weeks.
TIME_TO_RENEW = timedelta(days=60)


class PermitState(StrEnum):
    """How a certificate stands on a day."""

    VALID = "valid"
    ENDING = "ending"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Permit:
    """A certificate by its number, as it is kept; `until`: its last day, none where it has no end."""

    number: str
    until: date | None = None

    def state_on(self, today: date) -> PermitState:
        """How it stands on that day (Asia/Jakarta)."""
        if self.until is None or self.until > today + TIME_TO_RENEW:
            return PermitState.VALID
        return PermitState.ENDED if self.until < today else PermitState.ENDING


@dataclass(frozen=True, slots=True)
class Label:
    """What a co-operative says of a product beside its name; empty where it says nothing.

    keep_at: the warmest it may be kept, °C.  net_grams: of one pack or piece.  grades: sizes or qualities it comes in.
    """

    storage: Storage | None = None
    keep_at: int | None = None
    ingredients: str = ""
    allergens: tuple[Allergen, ...] = ()
    net_grams: int | None = None
    grades: tuple[str, ...] = ()
    pirt: Permit | None = None
    halal: Permit | None = None


def usual_warmest(storage: Storage) -> int | None:
    """What is written on most labels, °C."""
    limits = _WARMEST[storage]
    return limits[2] if limits else None


def check_label(label: Label, measure: Measure, today: date) -> None:
    """Nothing, when this can stand on a label.  Raises: Invalid naming each field at fault."""
    errors = _net_errors(label.net_grams, measure)
    limits = _WARMEST[label.storage] if label.storage else None
    if label.keep_at is not None and (limits is None or not limits[0] <= label.keep_at <= limits[1]):
        errors["keep_at"] = "does-not-fit"
    if len(label.ingredients) > LONGEST_INGREDIENTS:
        errors["ingredients"] = "too-long"
    if len(label.grades) > MOST_GRADES:
        errors["grades"] = "too-many"
    elif any(len(grade) > LONGEST_GRADE for grade in label.grades):
        errors["grades"] = "too-long"
    errors |= _until_errors("pirt", label.pirt, today + LONGEST_PIRT)
    errors |= _until_errors("halal", label.halal, today + LONGEST_HALAL)
    if label.pirt and label.pirt.until is None:
        errors["pirt_until"] = "required"
    if errors:
        raise Invalid(errors)


def _net_errors(net_grams: int | None, measure: Measure) -> dict[str, str]:
    if net_grams is None:
        return {}
    if measure is Measure.WEIGHT:
        return {"net_grams": "does-not-fit"}
    if 1 <= net_grams <= LARGEST_QUANTITY:
        return {}
    return {"net_grams": "too-small" if net_grams < 1 else "too-large"}


def _until_errors(name: str, permit: Permit | None, latest: date) -> dict[str, str]:
    """A certificate that ends later than any of its kind can was mistyped."""
    return {f"{name}_until": "too-large"} if permit and permit.until and permit.until > latest else {}


def parse_pirt(typed: str, *, field: str = "pirt") -> str:
    """The digits of a home-industry number, such as ``P-IRT 2063604010001-27``.  Raises: Invalid.

    Fifteen digits at least since 2012; older numbers have all ended.
    """
    digits = re.sub(r"[^0-9]", "", typed)
    words = re.sub(r"[0-9\s.\-/]", "", typed).upper()
    if not re.fullmatch(r"((SPP)?P?IRT)?(NO)?", words) or not 15 <= len(digits) <= 17:
        raise Invalid({field: "not-a-pirt"})
    return digits


def parse_halal(typed: str, *, field: str = "halal") -> str:
    """A halal certificate's number as BPJPH writes it, such as ``ID36110000123450721``.  Raises: Invalid."""
    number = re.sub(r"[\s.\-]", "", typed).upper()
    if not re.fullmatch(r"ID[0-9]{14,18}", number):
        raise Invalid({field: "not-a-halal"})
    return number


def parse_grades(typed: str) -> tuple[str, ...]:
    """The grades in a text that parts them by commas or lines, each once."""
    grades = (" ".join(part.split()) for part in re.split(r"[,;\n]", typed))
    return tuple(dict.fromkeys(grade for grade in grades if grade))


def written_pirt(digits: str) -> str:
    """``2063604010001-27``: the last two digits are its year."""
    return f"{digits[:-2]}-{digits[-2:]}"


def allergens_in(category: Category, form: Form, named: Iterable[Allergen]) -> tuple[Allergen, ...]:
    """What a buyer is told: what was named and, in processed goods, the catch itself; in the enum's order."""
    found = set(named)
    own = _OWN.get(group_of(category))
    if own and (found or form is Form.PROCESSED):
        found.add(own)
    return tuple(allergen for allergen in Allergen if allergen in found)


def needs_halal(form: Form) -> bool:
    """Whether goods of that form have to be certified; what is only caught, cooled, dried or smoked has not."""
    return form is Form.PROCESSED


def pirt_is_for(storage: Storage | None) -> bool:
    """Whether a home-industry number can cover it: not what has to be cooled, which takes a number of BPOM's."""
    return storage in (None, Storage.AMBIENT)
