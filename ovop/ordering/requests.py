"""What is asked of ordering, parsed: frozen, and checked for what needs no database."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from ovop.kernel.errors import Invalid
from ovop.kernel.quantity import within
from ovop.payment.rules import Method

MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class WantedLine:
    """quantity: grams or pieces."""

    catch: int
    quantity: int


@dataclass(frozen=True, slots=True)
class WantedPickup:
    """The slot at which a co-operative's goods are collected."""

    cooperative: int
    slot: int


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    """What a buyer wants, where they collect it, and how they pay.

    agreed_maximum: rupiah that the buyer was shown as the most it can cost; None does not hold the market to any.
    """

    lines: tuple[WantedLine, ...]
    pickups: tuple[WantedPickup, ...]
    payment: Method
    note: str = ""
    agreed_maximum: int | None = None

    def check(self) -> None:
        """Raises Invalid, naming each field that cannot be right."""
        errors: dict[str, str] = {}
        if not self.lines:
            errors["lines"] = "required"
        elif len(self.lines) > MOST_LINES:
            errors["lines"] = "too-many"
        elif len({line.catch for line in self.lines}) < len(self.lines):
            errors["lines"] = "repeated"
        if not self.pickups:
            errors["pickups"] = "required"
        elif len({pickup.cooperative for pickup in self.pickups}) < len(self.pickups):
            errors["pickups"] = "repeated"
        if len(self.note) > 300:
            errors["note"] = "too-long"
        for line in self.lines:
            try:
                within(line.quantity, "lines")
            except Invalid as error:
                errors |= error.errors
        if errors:
            raise Invalid(errors)

    def as_plain(self) -> object:
        """As JSON values, for the fingerprint of a repeated request."""
        return asdict(self)
