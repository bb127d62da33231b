"""Orders before they have rows: who sells what to whom, numbered and priced.  Pure but for the chance in names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ovop.kernel.errors import Invalid
from ovop.kernel.ids import Chance, new_id, order_number, pickup_code
from ovop.kernel.money import line_amount, maximum_amount
from ovop.kernel.quantity import Measure
from ovop.ordering.requests import CheckoutRequest
from ovop.ordering.rows import LineRow
from ovop.stock.movements import HeldCatch


@dataclass(frozen=True, slots=True)
class Draft:
    """One co-operative's part.  Rupiah and grams."""

    number: str
    cooperative_id: int
    payment_id: str
    pickup_code: str
    lines: tuple[LineRow, ...]

    @property
    def estimate(self) -> int:
        """What it comes to as ordered."""
        return sum(line.amount for line in self.lines)

    @property
    def maximum(self) -> int:
        """What it comes to at most."""
        return sum(line.maximum for line in self.lines)

    @property
    def grams(self) -> int:
        """What it takes of a cold box."""
        return grams_of(self.lines)


def grams_of(lines: Iterable[LineRow]) -> int:
    """Grams ordered by weight; counted goods take no measured room."""
    return sum(line.quantity for line in lines if line.measure == Measure.WEIGHT)


def drafts_for(
    request: CheckoutRequest, catches: Mapping[int, HeldCatch], now: datetime, chance: Chance
) -> list[Draft]:
    """A draft for each pickup of `request`, in its order: a card pays for all of them, else each has its payment.

    Raises: Invalid when a line is worth nothing, or pickups and lines name different co-operatives.
    """
    lines: dict[int, list[LineRow]] = {}
    for line in request.lines:
        catch = catches[line.catch]
        lines.setdefault(catch.cooperative_id, []).append(_line(catch, line.quantity))
    chosen = {pickup.cooperative for pickup in request.pickups}
    if set(lines) != chosen:
        raise Invalid({"pickups": "missing" if set(lines) - chosen else "not-needed"})
    shared = new_id(now, chance)
    return [
        Draft(
            number=order_number(now, chance),
            cooperative_id=pickup.cooperative,
            payment_id=shared if request.payment.is_card else new_id(now, chance),
            pickup_code=pickup_code(chance),
            lines=tuple(lines[pickup.cooperative]),
        )
        for pickup in request.pickups
    ]


def _line(catch: HeldCatch, quantity: int) -> LineRow:
    measure = Measure(catch.measure)
    unit_price = catch.price_for(quantity)
    amount = line_amount(unit_price, quantity, measure)
    if amount == 0:
        raise Invalid({"lines": "too-small"})
    return LineRow(
        catch=catch.id,
        name=catch.name,
        form=catch.form,
        species_code=catch.species_code,
        measure=catch.measure,
        unit=catch.unit,
        quantity=quantity,
        unit_price=unit_price,
        amount=amount,
        maximum=maximum_amount(unit_price, quantity, measure),
        final_quantity=None,
        final_amount=None,
    )
