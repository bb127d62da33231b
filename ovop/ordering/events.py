"""What ordering announces to those whom it may not import."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ovop.kernel.events import Event


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A collected line: grams or pieces by `measure`, rupiah."""

    species_code: str
    form: str
    measure: str
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class OrderCollected(Event):
    """A sale: an order was handed over on `day` (Asia/Jakarta)."""

    order_number: str
    day: date
    buyer_id: int
    cooperative_id: int
    village_code: str
    method: str
    revenue: int
    lines: tuple[SoldLine, ...]
