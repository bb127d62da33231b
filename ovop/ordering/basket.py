"""A basket: what somebody means to order, before it is an order.  Pure.

It lives with the buyer (a page keeps it in the session) and holds nothing: stock is held by placing the checkout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ovop.kernel.errors import Invalid
from ovop.kernel.money import Rupiah, line_amount
from ovop.kernel.quantity import Measure
from ovop.ordering.offer import Offer

MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class Kept:
    """A line as it was when it was put in: grams or pieces, rupiah per kg or piece."""

    quantity: int
    unit_price: int
    measure: Measure

    @property
    def amount(self) -> Rupiah:
        """What it comes to at the price it was put in for."""
        return line_amount(self.unit_price, self.quantity, self.measure)


@dataclass(frozen=True, slots=True)
class Basket:
    """Lines by catch, in the order in which they came.  `id` is the idempotency key of the checkout that it becomes."""

    id: str
    lines: Mapping[int, Kept] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many lots are in it."""
        return len(self.lines)

    @property
    def estimate(self) -> int:
        """Rupiah, at the prices that the buyer saw."""
        return sum(line.amount for line in self.lines.values())

    def with_line(self, catch: int, line: Kept) -> Basket:
        """The basket with so much of `catch`, however much was in it: sent twice, it is put in once.

        Raises: Invalid when there are MOST_LINES others, or the line is worth nothing.
        """
        if catch not in self.lines and self.count >= MOST_LINES:
            raise Invalid({"quantity": "basket-full"})
        if line.amount == 0:
            raise Invalid({"quantity": "too-small"})
        return replace(self, lines={**self.lines, catch: line})

    def without(self, catch: int) -> Basket:
        """The basket without `catch`."""
        return replace(self, lines={other: line for other, line in self.lines.items() if other != catch})

    def as_plain(self) -> dict[str, object]:
        """As JSON values, short: it travels in a cookie."""
        return {
            "id": self.id,
            "lines": [
                [catch, line.quantity, line.unit_price, int(line.measure is Measure.COUNT)]
                for catch, line in self.lines.items()
            ],
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, object]) -> Basket:
        """The basket that `as_plain` described."""
        lines = plain["lines"]
        assert isinstance(lines, list)
        return cls(
            str(plain["id"]),
            {
                catch: Kept(quantity, unit_price, Measure.COUNT if is_count else Measure.WEIGHT)
                for catch, quantity, unit_price, is_count in lines
            },
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a basket beside what is on offer now.  is_gone: none of it can be bought any more."""

    catch: int
    kept: Kept
    offer: Offer
    is_gone: bool = False

    @property
    def quantity(self) -> int:
        """Grams or pieces."""
        return self.kept.quantity

    @property
    def unit_price(self) -> int:
        """What is asked now for so much of it, rupiah per kg or piece."""
        return self.offer.price_for(self.quantity)

    @property
    def amount(self) -> int:
        """Estimate at the price of now, rupiah."""
        return self.offer.amount_of(self.quantity)

    @property
    def maximum(self) -> int:
        """Never more than this, rupiah."""
        return self.offer.maximum_of(self.quantity)

    @property
    def old_price(self) -> int | None:
        """The price when it was put in, where that has changed."""
        return self.kept.unit_price if self.kept.unit_price != self.unit_price else None

    @property
    def is_short(self) -> bool:
        """Whether less is left than is wanted."""
        return not self.is_gone and self.offer.available < self.quantity

    @property
    def can_be_ordered(self) -> bool:
        """Whether an order for it could be placed now."""
        return not self.is_gone and not self.is_short


@dataclass(frozen=True, slots=True)
class Part:
    """What a basket holds of one co-operative: it becomes an order."""

    cooperative_id: int
    cooperative_name: str
    village_name: str
    lines: tuple[Line, ...]

    @property
    def estimate(self) -> int:
        """Rupiah."""
        return sum(line.amount for line in self.lines if not line.is_gone)

    @property
    def maximum(self) -> int:
        """Rupiah."""
        return sum(line.maximum for line in self.lines if not line.is_gone)

    @property
    def grams(self) -> int:
        """What it takes of a cold box."""
        return sum(line.quantity for line in self.lines if line.offer.measure is Measure.WEIGHT and not line.is_gone)


@dataclass(frozen=True, slots=True)
class Contents:
    """A basket beside what is on offer now, by co-operative in the order in which they came."""

    parts: tuple[Part, ...] = ()
    #: Catches that the market knows nothing of any more.
    unknown: tuple[int, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines."""
        return tuple(line for part in self.parts for line in part.lines)

    @property
    def estimate(self) -> int:
        """Rupiah."""
        return sum(part.estimate for part in self.parts)

    @property
    def maximum(self) -> int:
        """Rupiah."""
        return sum(part.maximum for part in self.parts)

    @property
    def can_be_ordered(self) -> bool:
        """Whether there is something, and nothing in the way of ordering it."""
        return bool(self.parts) and not self.unknown and all(line.can_be_ordered for line in self.lines)

    @property
    def prices(self) -> dict[int, int]:
        """Rupiah per kg or piece by catch: what the buyer is shown, and agrees to."""
        return {line.catch: line.unit_price for line in self.lines}


def contents_of(basket: Basket, offers: Mapping[int, Offer], now: datetime) -> Contents:
    """`basket` beside `offers`."""
    parts: dict[int, list[Line]] = {}
    for catch, kept in basket.lines.items():
        offer = offers.get(catch)
        if offer is not None:
            line = Line(catch, kept, offer, is_gone=not offer.is_on_sale(now))
            parts.setdefault(offer.cooperative_id, []).append(line)
    return Contents(
        tuple(
            Part(cooperative_id, lines[0].offer.cooperative_name, lines[0].offer.village_name, tuple(lines))
            for cooperative_id, lines in parts.items()
        ),
        tuple(catch for catch in basket.lines if catch not in offers),
    )


def accepted(basket: Basket, contents: Contents) -> Basket:
    """The basket at the prices of `contents`: its buyer has seen them."""
    now = contents.prices
    return replace(
        basket,
        lines={
            catch: replace(line, unit_price=now.get(catch, line.unit_price)) for catch, line in basket.lines.items()
        },
    )
