"""The card numbers of docs.stripe.com/testing, and what happens to who pays with them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """A test card.

    code, decline_code: why it is refused (docs.stripe.com/declines/codes).  disputed_for: the reason of the dispute
    that follows a successful charge.  is_available_at_once: its money skips the pending balance.
    """

    number: str
    brand: str = "visa"
    country: str = "US"
    code: str | None = None
    decline_code: str | None = None
    disputed_for: str | None = None
    is_available_at_once: bool = False

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def refusal(self) -> str:
        """What the page tells the buyer."""
        return {
            "expired_card": "Your card has expired.",
            "incorrect_cvc": "Your card's security code is incorrect.",
            "processing_error": "An error occurred while processing your card. Try again in a little bit.",
        }.get(self.code or "", "Your card was declined.")


VISA = Card("4242424242424242")
MASTERCARD = Card("5555555555554444", "mastercard")
INDONESIA = Card("4000003600000006", country="ID")
AT_ONCE = Card("4000000000000077", is_available_at_once=True)
DECLINED = Card("4000000000000002", code="card_declined", decline_code="generic_decline")
NO_FUNDS = Card("4000000000009995", code="card_declined", decline_code="insufficient_funds")
LOST = Card("4000000000009987", code="card_declined", decline_code="lost_card")
EXPIRED = Card("4000000000000069", code="expired_card")
WRONG_CODE = Card("4000000000000127", code="incorrect_cvc")
FAULTY = Card("4000000000000119", code="processing_error")
AFTERWARDS = Card("4000000000000341", code="card_declined", decline_code="generic_decline")
FRAUDULENT = Card("4000000000000259", disputed_for="fraudulent")
NOT_RECEIVED = Card("4000000000002685", disputed_for="product_not_received")

CARDS = {
    card.number: card
    for card in (
        VISA, MASTERCARD, INDONESIA, AT_ONCE, DECLINED, NO_FUNDS, LOST, EXPIRED, WRONG_CODE, FAULTY, AFTERWARDS,
        FRAUDULENT, NOT_RECEIVED,
    )
}  # fmt: skip
#: docs.stripe.com/testing: PaymentMethods made of these cards, for calls without a page.
PAYMENT_METHODS = {
    "pm_card_visa": VISA,
    "pm_card_mastercard": MASTERCARD,
    "pm_card_bypassPending": AT_ONCE,
    "pm_card_chargeDeclined": DECLINED,
    "pm_card_chargeDeclinedInsufficientFunds": NO_FUNDS,
    "pm_card_createDispute": FRAUDULENT,
}


def card_numbered(number: str) -> Card:
    """The test card of that number, spaces allowed; any other number is refused as incorrect."""
    digits = number.replace(" ", "")
    return CARDS.get(digits) or Card(digits or "0000", code="incorrect_number")
