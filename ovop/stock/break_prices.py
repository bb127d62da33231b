"""What a lot costs whoever orders much of it: its product's price breaks, in rupiah.  Pure.

A line's price follows from how much was *ordered*, and stays what it was then: weighing changes the amount, not the
price.  A break may make a little more cost less in all than a little less (10 kg at 34.000 against 9,5 kg at 36.000);
that cannot be had otherwise while a line is one price times one quantity, and whoever is just below is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ovop.catalogue.price_breaks import PriceBreak
from ovop.kernel.money import line_amount
from ovop.kernel.quantity import Measure
from ovop.stock.price_rules import lowered


@dataclass(frozen=True, slots=True)
class BreakPrice:
    """From so many grams or pieces in one line on, so many rupiah per unit."""

    quantity: int
    price: int


def break_prices(breaks: Sequence[PriceBreak], price: int, *, paid: int | None = None) -> tuple[BreakPrice, ...]:
    """What `breaks` make of a lot's `price`: rising quantities, strictly falling prices.

    Rounded as prices that step down are; a break that changes nothing is left out.
    paid: what the fishers were paid per unit, below which nothing is sold.
    """
    least = max(paid or 0, 1)
    found: list[BreakPrice] = []
    standing = price
    for each in breaks:
        to = max(lowered(price, each.percent), least)
        if to < standing:
            found.append(BreakPrice(each.quantity, to))
            standing = to
    return tuple(found)


def as_text(breaks: Sequence[BreakPrice]) -> str:
    """As a lot's row keeps them: ``10000:34000 25000:32000``; nothing when there are none."""
    return " ".join(f"{each.quantity}:{each.price}" for each in breaks)


@lru_cache(maxsize=4096)
def break_prices_in(text: str) -> tuple[BreakPrice, ...]:
    """The breaks that `as_text` wrote."""
    return tuple(BreakPrice(*map(int, pair.split(":"))) for pair in text.split())


def still_lower(breaks: Sequence[BreakPrice], asked: int) -> tuple[BreakPrice, ...]:
    """Those of `breaks` that are below what is asked now: they do not add up with a price that has stepped down."""
    return tuple(each for each in breaks if each.price < asked)


def price_for(asked: int, breaks: Sequence[BreakPrice], quantity: int) -> int:
    """Rupiah per unit in a line of `quantity`: what is asked now or the break that it reaches, whichever is lower."""
    return min([asked, *(each.price for each in breaks if each.quantity <= quantity)])


def cheaper_by_more(asked: int, breaks: Sequence[BreakPrice], quantity: int, measure: Measure) -> BreakPrice | None:
    """The nearest break above `quantity` at which the whole line would cost no more than it does now."""
    now = line_amount(price_for(asked, breaks, quantity), quantity, measure)
    above = (each for each in still_lower(breaks, asked) if each.quantity > quantity)
    return next((each for each in above if line_amount(each.price, each.quantity, measure) <= now), None)
