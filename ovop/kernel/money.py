"""Money: integer rupiah and the one way in which amounts are rounded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NewType

from ovop.kernel.errors import Invalid
from ovop.kernel.quantity import Measure
from ovop.kernel.spoken import spoken

Rupiah = NewType("Rupiah", int)

#: Amounts are multiples of this: smaller coins are out of use.
STEP = 100
#: No unit of fish costs more; with LARGEST_QUANTITY every product stays far inside 63 bits.
LARGEST_PRICE = 100_000_000
#: No sum that is counted, paid out or brought to a bank by hand is larger.
LARGEST_AMOUNT = 1_000_000_000
#: How far a weighing may exceed the estimate, as a fraction.  Source: contract, Weighing.
MARGIN_NUMERATOR, MARGIN_DENOMINATOR = 11, 10


def line_amount(unit_price: int, quantity: int, measure: Measure) -> Rupiah:
    """Amount of one line, to the nearest 100 rupiah, halves up; 0 when the goods are worth less than 50.

    unit_price: rupiah per kg or piece.  quantity: grams for weight, pieces for count.
    Source: contract, Quantities, money, time, place.
    """
    return _rounded(unit_price * quantity, 1000 if measure is Measure.WEIGHT else 1)


def maximum_quantity(quantity: int) -> int:
    """The most that may be weighed in for an estimate of `quantity`: 10 % more, whole grams or pieces."""
    return quantity * MARGIN_NUMERATOR // MARGIN_DENOMINATOR


def maximum_amount(unit_price: int, quantity: int, measure: Measure) -> Rupiah:
    """What one line may cost at most: its amount at estimate + 10 %, and never less than the estimate itself.

    Pieces cannot be split, so a counted line grows only by whole pieces.  Source: contract, Weighing.
    """
    if measure is Measure.COUNT:
        return line_amount(unit_price, maximum_quantity(quantity), measure)
    return _rounded(unit_price * quantity * MARGIN_NUMERATOR, 1000 * MARGIN_DENOMINATOR)


def commission_on(amount: int, basis_points: int) -> Rupiah:
    """The market's part of a collected `amount`, to the nearest rupiah, halves up.  basis_points: 250 is 2.5 %."""
    return Rupiah((2 * amount * basis_points + 10_000) // 20_000)


def tax_within(amount: int, basis_points: int) -> Rupiah:
    """The tax that `amount` includes, to the nearest rupiah, halves up.  basis_points: of the price without it."""
    whole = 10_000 + basis_points
    return Rupiah((2 * amount * basis_points + whole) // (2 * whole))


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` in whole parts that sum to it, one for each of `weights`, as near to them as can be.

    Largest remainder: what rounding down leaves over goes, one each, to the parts that lost most, among equals to the
    first.  Below zero the parts mirror those of its positive.  No part is larger than its weight while `amount` is
    not larger than all weights together.
    Raises: ValueError for something to spread over nothing, which would be a fault of ours.
    """
    whole = sum(weights)
    if amount < 0:
        return [-part for part in spread(-amount, weights)]
    if whole == 0:
        if amount:
            raise ValueError(f"{amount} cannot be spread over nothing")
        return [0] * len(weights)
    parts = [amount * weight // whole for weight in weights]
    by_loss = sorted(range(len(weights)), key=lambda place: -(amount * weights[place] % whole))
    for place in by_loss[: amount - sum(parts)]:
        parts[place] += 1
    return parts


def parse_rupiah(typed: str, *, field: str = "unit_price") -> Rupiah:
    """Rupiah meant by `typed`, such as ``Rp 32.000``, ``32000``, ``32 rb`` or ``dua puluh ribu``.  Raises: Invalid."""
    return price_within(_read_rupiah(typed, field), field)


def parse_amount(typed: str, *, field: str, least: int = 1) -> Rupiah:
    """Rupiah that change hands, written like a price: `least` … LARGEST_AMOUNT.  Raises: Invalid."""
    amount = _read_rupiah(typed, field)
    if amount < least:
        raise Invalid({field: "too-small"})
    if amount > LARGEST_AMOUNT:
        raise Invalid({field: "too-large"})
    return Rupiah(amount)


def price_within(price: int, field: str = "unit_price") -> Rupiah:
    """`price` itself when it is one that can be asked (1 … LARGEST_PRICE).  Raises: Invalid."""
    if price < 1:
        raise Invalid({field: "too-small"})
    if price > LARGEST_PRICE:
        raise Invalid({field: "too-large"})
    return Rupiah(price)


def parse_percent(typed: str, *, field: str) -> int:
    """Basis points meant by `typed`, such as ``11``, ``2,5 %`` or ``2.5``: 0 to 100 % with at most two decimals.

    Nothing typed is nothing charged.  Raises: Invalid.
    """
    if not typed.strip():
        return 0
    text = typed.strip().removesuffix("%").strip()
    found = re.fullmatch(r"([0-9]{1,6})(?:[.,]([0-9]{1,2}))?", text)
    if found is None:
        raise Invalid({field: "not-a-percent"})
    points = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    if points > 10_000:
        raise Invalid({field: "too-large"})
    return points


def _read_rupiah(typed: str, field: str) -> int:
    """The whole number of rupiah that `typed` stands for, however large.  Raises: Invalid."""
    text = re.sub(r"^(rp|idr)\.?\s*|\s*rupiah$", "", typed.strip(), flags=re.IGNORECASE)
    text = spoken(text.strip())
    if not text:
        raise Invalid({field: "required"})
    thousand = re.fullmatch(r"([0-9]{1,6})\s*(rb|ribu|k)", text, flags=re.IGNORECASE)
    if thousand:
        return int(thousand.group(1)) * 1000
    text = re.sub(r"[.,](00|-)$", "", text)
    if not re.fullmatch(r"[0-9]{1,12}|[0-9]{1,3}([.,\s][0-9]{3})+", text):
        raise Invalid({field: "not-an-amount"})
    return int(re.sub(r"\D", "", text))


def _rounded(numerator: int, denominator: int) -> Rupiah:
    """numerator / denominator rupiah to the nearest STEP, halves up, in integers."""
    return Rupiah((2 * numerator + STEP * denominator) // (2 * STEP * denominator) * STEP)
