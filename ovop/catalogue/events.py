"""What the catalogue announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ovop.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ProductChanged(Event):
    """A product was added, or its name, species, form or description altered."""

    product_id: int


@dataclass(frozen=True, slots=True)
class BreaksChanged(Event):
    """Who orders much of a product, locked, pays otherwise than before."""

    product_id: int
    actor_id: int
    at: datetime
