"""What the catalogue announces."""

from __future__ import annotations

from dataclasses import dataclass

from ovop.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ProductChanged(Event):
    """A product was added, or its name, species, form or description altered."""

    product_id: int
