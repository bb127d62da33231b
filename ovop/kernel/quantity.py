"""Quantities: integer grams or pieces, as people type them and as they are kept."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NewType

from ovop.kernel.errors import Invalid
from ovop.kernel.spoken import spoken

Grams = NewType("Grams", int)

#: More than any single lot of a landing place here; keeps every product of price and quantity within 63 bits.
LARGEST_QUANTITY = 100_000_000


class Measure(StrEnum):
    """How a product is measured; the value is the contract's."""

    WEIGHT = "weight"
    COUNT = "count"


class Unit(StrEnum):
    """What a price is for."""

    KG = "kg"
    PIECE = "piece"
    PACK = "pack"


def unit_fits(measure: Measure, unit: Unit) -> bool:
    """Whether `unit` may be used with `measure`: kilograms for weight, pieces or packs for count."""
    return (unit is Unit.KG) == (measure is Measure.WEIGHT)


_TYPED = re.compile(r"^([0-9][0-9.,\s]*)\s*(kg|kilo|kilogram|ons|gr?|gram|g\.)?$", re.IGNORECASE)
_COUNTED = re.compile(r"(?<=[0-9])\s*(ekor|buah|bungkus|tusuk|biji|pak|pcs)$", re.IGNORECASE)
_GRAMS_PER = {"kg": 1000, "kilo": 1000, "kilogram": 1000, "ons": 100, "g": 1, "gr": 1, "gram": 1, "g.": 1}


def parse_weight(typed: str, *, decimal_point: bool = False, field: str = "quantity") -> Grams:
    """Grams meant by `typed`: ``1,5 kg``, ``1.500 g``, ``2 ons``, ``lima belas kilo`` or a bare ``2`` (kilograms).

    Indonesian habits: comma for decimals, dot for thousands; a dot before one or two last digits is read as
    decimals, since number keyboards offer only that.  `decimal_point` reads English habits instead.
    Parts of a gram are refused, never rounded away.  Raises: Invalid.
    """
    found = _TYPED.match(spoken(typed.strip(), decimal_point=decimal_point))
    if not found:
        raise Invalid({field: "not-a-weight" if typed.strip() else "required"})
    number, unit = found.groups()
    digits, decimals = _split(re.sub(r"\s", "", number), decimal_point, field)
    scale = _GRAMS_PER[(unit or "kg").lower()]
    numerator = int(digits + decimals) * scale
    if numerator % 10 ** len(decimals):
        raise Invalid({field: "part-of-a-gram"})
    return Grams(within(numerator // 10 ** len(decimals), field))


def parse_count(typed: str, *, field: str = "quantity") -> int:
    """Whole pieces meant by `typed`, such as ``12``, ``1.200`` or ``dua belas ekor``.  Raises: Invalid."""
    text = _COUNTED.sub("", spoken(typed.strip()))
    if not text:
        raise Invalid({field: "required"})
    if not re.fullmatch(r"[0-9]+|[0-9]{1,3}([.,][0-9]{3})+", text):
        raise Invalid({field: "not-a-count"})
    return within(int(re.sub(r"[.,]", "", text)), field)


def parse_quantity(typed: str, measure: Measure, *, decimal_point: bool = False, field: str = "quantity") -> int:
    """Grams or pieces meant by `typed`, by the product's measure.  Raises: Invalid."""
    if measure is Measure.WEIGHT:
        return parse_weight(typed, decimal_point=decimal_point, field=field)
    return parse_count(typed, field=field)


def within(quantity: int, field: str = "quantity") -> int:
    """`quantity` itself when it is one that can be kept (1 … LARGEST_QUANTITY).  Raises: Invalid."""
    if quantity < 1:
        raise Invalid({field: "too-small"})
    if quantity > LARGEST_QUANTITY:
        raise Invalid({field: "too-large"})
    return quantity


def looks_like_slip(quantity: int, usual: int) -> bool:
    """Whether `quantity` is off from `usual` by about a factor of 100 or 1000: kilograms typed for grams, a lost comma.

    Source: design, Rules that several parts share (a slip by a factor of 100 or 1000 asks again).
    """
    if quantity <= 0 or usual <= 0:
        return False
    larger, smaller = max(quantity, usual), min(quantity, usual)
    return larger >= 50 * smaller


def meant_instead(quantity: int, usual: int) -> int | None:
    """What was probably meant by a `quantity` that looks like a slip: it, 100 or 1000 times more or less, near `usual`.

    None when no such reading comes within a factor of two.
    """
    readings = [quantity * factor for factor in (100, 1000)]
    readings += [quantity // factor for factor in (100, 1000) if quantity % factor == 0]
    near = [reading for reading in readings if usual <= 2 * reading and reading <= 2 * usual]
    return min(near, key=lambda reading: abs(reading - usual), default=None)


def _split(number: str, decimal_point: bool, field: str) -> tuple[str, str]:
    """`number` as its whole and its decimal digits."""
    thousands, comma = (",", ".") if decimal_point else (".", ",")
    if number.count(comma) > 1:
        raise Invalid({field: "not-a-weight"})
    whole, _, decimals = number.partition(comma)
    if not decimal_point and comma not in number and re.fullmatch(r"[0-9]+\.[0-9]{1,2}", number):
        whole, _, decimals = number.partition(".")
    if thousands in decimals or len(decimals) > 6:
        raise Invalid({field: "not-a-weight"})
    if thousands in whole and not re.fullmatch(rf"[0-9]{{1,3}}(\{thousands}[0-9]{{3}})+", whole):
        raise Invalid({field: "not-a-weight"})
    digits = whole.replace(thousands, "")
    if not digits or len(digits) > 12:
        raise Invalid({field: "too-large" if digits else "not-a-weight"})
    return digits, decimals
