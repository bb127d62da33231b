"""What several fishers brought, weighed one after the other, as one heap of each product.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ovop.kernel.errors import Invalid
from ovop.kernel.quantity import within

#: More weighings than one landing has; a form of them still fits into one request.
MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A fisher who is on no list yet.

    mark: by which a phone knows them, so that they are one person in everything that it sends; empty where only the
    name tells.
    """

    name: str
    mark: str = ""

    @property
    def identity(self) -> str:
        """The same for the same person."""
        return self.mark or self.name.casefold()


#: A fisher on the list, by id, or one who is not on it yet.
Bringer = int | Newcomer


@dataclass(frozen=True, slots=True)
class Line:
    """One weighing: who brought how much of which product, in grams or pieces."""

    bringer: Bringer
    product_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Heap:
    """Everything that was brought of one product, by who brought it; in grams or pieces."""

    product_id: int
    parts: Mapping[Bringer, int]

    @property
    def quantity(self) -> int:
        """The sum of the parts: what nobody brought is not there."""
        return sum(self.parts.values())


def heap_up(lines: Iterable[Line]) -> tuple[Heap, ...]:
    """One heap of each product, both products and fishers in the order in which they first came.

    Raises: Invalid without a line, with too many, or with a weight that cannot be.
    """
    found: dict[int, dict[Bringer, int]] = {}
    known: dict[str, Newcomer] = {}
    counted = 0
    for line in lines:
        counted += 1
        bringer = line.bringer
        if isinstance(bringer, Newcomer):
            bringer = known.setdefault(bringer.identity, bringer)
        parts = found.setdefault(line.product_id, {})
        parts[bringer] = parts.get(bringer, 0) + within(line.quantity)
    if not 1 <= counted <= MOST_LINES:
        raise Invalid({"lines": "required" if not counted else "too-many"})
    heaps = tuple(Heap(product_id, parts) for product_id, parts in found.items())
    for heap in heaps:
        within(heap.quantity)
    return heaps
