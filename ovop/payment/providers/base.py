"""The port to a card provider: what the market asks of one, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Charge:
    """What a provider says of one payment now, in rupiah.  `authorised` is 0 while nobody has paid."""

    reference: str
    authorised: int
    captured: int
    refunded: int
    is_void: bool


class Provider(Protocol):
    """Every call but `begin` and `look` carries a key: the same key asks for the same thing once.

    All raise ProviderAway when no answer came, and ProviderRefused when the answer was no.
    """

    def begin(self, payment_id: str, amount: int, back_to: str) -> tuple[str, str]:
        """Opens a payment of at most `amount` rupiah; answers (reference, address of the page where it is paid).

        Safe to repeat.  back_to: where the buyer returns to, paid or not.
        """

    def capture(self, reference: str, amount: int, key: str) -> None:
        """Takes `amount` rupiah of what was authorised; the rest is let go."""

    def void(self, reference: str, key: str) -> None:
        """Lets all that was authorised go."""

    def refund(self, reference: str, amount: int, key: str) -> None:
        """Gives `amount` rupiah of what was captured back."""

    def look(self, reference: str) -> Charge:
        """What the provider knows of the payment now."""
