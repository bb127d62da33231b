"""Price breaks of a product: who orders so much of a lot pays so many per cent less.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ovop.kernel.errors import Invalid
from ovop.kernel.quantity import LARGEST_QUANTITY

#: Breaks of one product; per cent of the price.  Beyond half of it, a break would be a slip rather than wholesale.
MOST_BREAKS, MOST_PERCENT = 3, 50


@dataclass(frozen=True, slots=True)
class PriceBreak:
    """From so many grams or pieces on, the price is so many per cent lower."""

    quantity: int
    percent: int


def check_breaks(breaks: Sequence[PriceBreak]) -> None:
    """Returns when these can be kept: each from more on than the one before it, and lower.

    Raises: Invalid naming each field at fault (``from_1``, ``percent_2``, …).
    """
    errors: dict[str, str] = {}
    if len(breaks) > MOST_BREAKS:
        errors["price_breaks"] = "too-many"
    for place, each in enumerate(breaks, start=1):
        if not 1 <= each.quantity <= LARGEST_QUANTITY:
            errors[f"from_{place}"] = "too-small" if each.quantity < 1 else "too-large"
        if not 1 <= each.percent <= MOST_PERCENT:
            errors[f"percent_{place}"] = "too-small" if each.percent < 1 else "too-large"
    for place, (before, each) in enumerate(pairwise(breaks), start=2):
        if each.quantity <= before.quantity:
            errors.setdefault(f"from_{place}", "not-more")
        if each.percent <= before.percent:
            errors.setdefault(f"percent_{place}", "not-more")
    if errors:
        raise Invalid(errors)


def as_text(breaks: Sequence[PriceBreak]) -> str:
    """As a product's row keeps them: ``10000:5 25000:8``; nothing when there are none."""
    return " ".join(f"{each.quantity}:{each.percent}" for each in breaks)


@lru_cache(maxsize=1024)
def breaks_in(text: str) -> tuple[PriceBreak, ...]:
    """The breaks that `as_text` wrote."""
    return tuple(PriceBreak(*map(int, pair.split(":"))) for pair in text.split())
