"""Reading what several fishers brought: rows of fisher, product and weight, and for each product its price and photo.

Fields of row N: ``who_N`` (a fisher's id, or ``new:`` and the mark by which a phone knows somebody new), ``name_N``
(somebody who is not on the list), ``what_N`` (a product's id), ``amount_N``.  Of product P: ``price_P``, ``photo_P``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import request

from ovop.accounts.names import parse_name
from ovop.kernel.errors import Invalid
from ovop.kernel.money import parse_rupiah, price_within
from ovop.kernel.quantity import Measure, parse_quantity, within
from ovop.shares.landing import LandedLot
from ovop.shares.landing_rules import MOST_LINES, Bringer, Heap, Line, Newcomer, heap_up
from ovop.stock.flows import StoredPhoto
from ovop.stock.rules import NewCatch
from ovop.web.addresses import read_id
from ovop.web.cooperative.tiles import Tile
from ovop.web.typed import Reading, has_decimal_point

_NEW = "new:"
#: Goods of a product that is no longer sold are refused; until then something has to stand for how long they keep.
_KEEPS = timedelta(days=1)
#: What a number may have: more digits are no weight and no price.
_MOST_DIGITS = 12

#: The quantity in a field, for goods of that measure.  Raises: Invalid.
ReadQuantity = Callable[[str, Measure], int]
#: The price in a field.  Raises: Invalid.
ReadPrice = Callable[[str], int]


@dataclass(slots=True)
class Landing:
    """What was read: the lines of rows that are complete, their heaps, and what is wrong with which field."""

    reading: Reading
    lines: dict[int, Line] = field(default_factory=dict)
    heaps: tuple[Heap, ...] = ()
    prices: dict[int, int] = field(default_factory=dict)

    @property
    def asked(self) -> list[object]:
        """What makes the request the same, however often it comes: how long ago it landed is told anew each time."""
        lines = [[*_names(line.bringer), line.product_id, line.quantity] for line in self.lines.values()]
        return [lines, sorted(self.prices.items())]

    def lots(
        self, tiles: Mapping[int, Tile], landed_at: datetime, photos: Mapping[int, StoredPhoto]
    ) -> list[LandedLot]:
        """The lots to put on sale.  tiles, photos: by product."""
        return [
            LandedLot(
                _new_catch(heap, tiles.get(heap.product_id), self.prices[heap.product_id], landed_at),
                heap.parts,
                (photos[heap.product_id],) if heap.product_id in photos else (),
            )
            for heap in self.heaps
        ]


def read_weighings(tiles: Mapping[int, Tile], rows: Sequence[int], read: ReadQuantity) -> Landing:
    """The rows of the form; a row that is empty is nothing, one without a product is of the product above it."""
    landing = Landing(Reading())
    reading, above = landing.reading, ""
    for row in rows[: MOST_LINES + 1]:
        above = reading.text(f"what_{row}") or above
        if not any(reading.text(f"{name}_{row}") for name in ("who", "name", "amount")):
            continue
        bringer, product_id = _bringer(reading, row), read_id(above)
        if product_id is None:
            reading.refuse(f"what_{row}", "unknown" if above else "required")
            continue
        tile = tiles.get(product_id)
        quantity = reading.take(read, f"amount_{row}", 0, tile.measure if tile else Measure.WEIGHT)
        if bringer is not None and quantity:
            landing.lines[row] = Line(bringer, product_id, quantity)
    if not reading.errors:
        try:
            landing.heaps = heap_up(landing.lines.values())
        except Invalid as error:
            reading.errors |= error.errors
    return landing


def read_prices(landing: Landing, read: ReadPrice) -> None:
    """The price of each product that somebody brought."""
    for heap in landing.heaps:
        price = landing.reading.take(read, f"price_{heap.product_id}", 0)
        if price:
            landing.prices[heap.product_id] = price


def typed_quantity_of(typed: str, measure: Measure) -> int:
    """As people write it."""
    return parse_quantity(typed, measure, decimal_point=has_decimal_point())


def exact_quantity(typed: str, _measure: Measure) -> int:
    """As a phone has it: grams or pieces."""
    return within(_whole(typed))


def typed_price(typed: str) -> int:
    """As people write it."""
    return parse_rupiah(typed)


def exact_price(typed: str) -> int:
    """As a phone has it: rupiah."""
    return price_within(_whole(typed))


def row_numbers() -> list[int]:
    """The rows that the form has, in order."""
    numbers = {read_id(name.removeprefix("amount_")) for name in request.form if name.startswith("amount_")}
    return sorted(number for number in numbers if number is not None)


def _bringer(reading: Reading, row: int) -> Bringer | None:
    who, typed = reading.text(f"who_{row}"), reading.text(f"name_{row}")
    if who and not who.startswith(_NEW):
        fisher = read_id(who)
        if fisher is None or typed:
            reading.refuse(f"who_{row}", "does-not-fit" if fisher else "unknown")
            return None
        return fisher
    name = reading.take(parse_name, f"name_{row}", "")
    return Newcomer(name, who.removeprefix(_NEW)) if name else None


def _new_catch(heap: Heap, tile: Tile | None, price: int, landed_at: datetime) -> NewCatch:
    words = tile.words if tile else {}
    return NewCatch(
        product_id=heap.product_id,
        quantity=heap.quantity,
        unit_price=price,
        landed_at=landed_at,
        best_before=landed_at + (tile.keeps if tile else _KEEPS),
        grade=words.get("grade") or None,
        gear=words.get("gear") or None,
        fishing_area=words.get("fishing_area") or None,
    )


def _whole(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS):
        raise Invalid({"number": "not-a-count" if typed else "required"})
    return int(typed)


def _names(bringer: Bringer) -> tuple[object, ...]:
    return (bringer.name, bringer.mark) if isinstance(bringer, Newcomer) else (bringer, "")
