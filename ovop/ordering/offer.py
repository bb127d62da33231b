"""A lot as a buyer can have it now: what it costs, and how much of it may be asked for.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ovop.kernel.errors import Invalid
from ovop.kernel.money import line_amount, maximum_amount
from ovop.kernel.quantity import Measure, looks_like_slip
from ovop.stock.break_prices import BreakPrice, cheaper_by_more, price_for
from ovop.stock.errors import NotOnSale, OutOfStock
from ovop.stock.rules import is_offered

#: What people usually take of one thing, in grams and in pieces; far from it, they are asked whether they mean it.
USUAL = {Measure.WEIGHT: 1000, Measure.COUNT: 3}


@dataclass(frozen=True, slots=True)
class OfferPhoto:
    """The first photo of a lot, or its product's own; `key` names its files, the size is the largest's, in pixels."""

    key: str
    width: int
    height: int
    credit: str
    has_avif: bool
    tiny: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A lot as it can be bought now.  Grams or pieces; rupiah per kg or piece; instants.

    breaks: what who orders much pays, where that is less than `unit_price`.
    """

    id: int
    name: str
    form: str
    category: str
    species_name: str
    measure: Measure
    unit: str
    unit_price: int
    available: int
    landed_at: datetime
    best_before: datetime
    is_withdrawn: bool
    cooperative_id: int
    cooperative_name: str
    village_name: str
    allows_cash: bool
    has_qris: bool
    photo: OfferPhoto | None
    is_planned: bool = False
    breaks: tuple[BreakPrice, ...] = ()

    def price_for(self, quantity: int) -> int:
        """Rupiah per unit in a line of `quantity`."""
        return price_for(self.unit_price, self.breaks, quantity)

    def amount_of(self, quantity: int) -> int:
        """Estimate of a line of `quantity`, rupiah."""
        return line_amount(self.price_for(quantity), quantity, self.measure)

    def maximum_of(self, quantity: int) -> int:
        """What a line of `quantity` costs at most, rupiah."""
        return maximum_amount(self.price_for(quantity), quantity, self.measure)

    def cheaper_by_more(self, quantity: int) -> BreakPrice | None:
        """The nearest break at which more than `quantity` costs no more, as far as there is so much."""
        found = cheaper_by_more(self.unit_price, self.breaks, quantity, self.measure)
        return found if found and found.quantity <= self.available else None

    def is_on_sale(self, now: datetime) -> bool:
        """Whether any of it can be bought."""
        return self.available > 0 and is_offered(
            is_withdrawn=self.is_withdrawn,
            is_planned=self.is_planned,
            landed_at=self.landed_at,
            best_before=self.best_before,
            now=now,
        )


def check_quantity(offer: Offer, quantity: int, now: datetime, *, confirmed: int | None = None) -> None:
    """Returns when so much of `offer` can be put into a basket.

    confirmed: the quantity that the buyer was asked about and means.
    Raises: NotOnSale, OutOfStock; Invalid with `slip` for grams typed as kilograms or a lost comma.
    """
    if not offer.is_on_sale(now):
        raise NotOnSale(offer.id)
    if offer.available < quantity:
        raise OutOfStock(offer.id, offer.available)
    meant = {confirmed, offer.available, *(each.quantity for each in offer.breaks)}
    if quantity not in meant and looks_like_slip(quantity, USUAL[offer.measure]):
        raise Invalid({"quantity": "slip"})
