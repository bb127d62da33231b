"""The objects of a card payment as Stripe keeps and shows them.

Fields: docs.stripe.com/api/{checkout/sessions,payment_intents,charges,refunds,disputes,events}/object.  Moments are
seconds since 1970, amounts are in the smallest unit: an IDR amount is rupiah × 100, for IDR is no zero-decimal
currency (docs.stripe.com/currencies).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .cards import Card

Json = dict[str, Any]


@dataclass
class Session:
    """A Checkout Session: `open` until it is paid (`complete`) or its time or the seller ends it (`expired`)."""

    id: str
    created: int
    expires_at: int
    url: str
    success_url: str
    line_items: list[Json]
    currency: str
    amount_total: int
    cancel_url: str | None = None
    client_reference_id: str | None = None
    customer_email: str | None = None
    locale: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    intent_data: Json = field(default_factory=dict)
    status: str = "open"
    payment_status: str = "unpaid"
    payment_intent: str | None = None

    def shown(self) -> Json:
        """`url` is only there while the page can be used (docs.stripe.com/api/checkout/sessions/object)."""
        names = (
            "id created expires_at currency amount_total cancel_url client_reference_id customer_email locale "
            "metadata status payment_status payment_intent success_url"
        )
        return {
            "object": "checkout.session",
            **{name: getattr(self, name) for name in names.split()},
            "amount_subtotal": self.amount_total,
            "url": self.url if self.status == "open" else None,
            "customer": None,
            "livemode": False,
            "mode": "payment",
            "payment_method_types": ["card"],
            "ui_mode": "hosted_page",
        }


@dataclass
class Method:
    """A PaymentMethod: a card that a PaymentIntent can be tried with."""

    id: str
    created: int
    card: Card

    def shown(self) -> Json:
        """The card as far as a seller may see it."""
        card = {"brand": self.card.brand, "country": self.card.country, "last4": self.card.last4}
        return {"id": self.id, "object": "payment_method", "created": self.created, "type": "card", "card": card}


@dataclass
class Intent:
    """A PaymentIntent: requires_payment_method → requires_capture → succeeded, or canceled.

    Where its card is known before it is tried, it requires_confirmation first.

    docs.stripe.com/payments/paymentintents/lifecycle
    """

    id: str
    created: int
    amount: int
    currency: str
    capture_method: str
    description: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    transfer_group: str | None = None
    session: str | None = None
    payment_method: str | None = None
    status: str = "requires_payment_method"
    amount_received: int = 0
    latest_charge: str | None = None
    canceled_at: int | None = None
    cancellation_reason: str | None = None
    last_payment_error: Json | None = None

    @property
    def amount_capturable(self) -> int:
        """What a capture may take: all of an authorisation, and nothing once it is taken or let go."""
        return self.amount if self.status == "requires_capture" else 0

    def shown(self) -> Json:
        names = (
            "id created amount currency capture_method description metadata transfer_group status amount_received "
            "latest_charge canceled_at cancellation_reason last_payment_error amount_capturable payment_method"
        )
        return {
            "object": "payment_intent",
            **{name: getattr(self, name) for name in names.split()},
            "client_secret": f"{self.id}_secret_test",
            "confirmation_method": "automatic",
            "livemode": False,
            "payment_method_types": ["card"],
        }


@dataclass
class Charge:
    """One try to pay.

    capture_before: when its bank lets an authorisation go (docs.stripe.com/payments/capture-later).  amount_refunded:
    of what was captured.  What a partial capture or a cancellation lets go is no refund any more:
    docs.stripe.com/changelog/basil/2025-03-31/remove-refund-from-partial-capture-and-payment-cancellation-flow.
    """

    id: str
    created: int
    amount: int
    currency: str
    payment_intent: str
    payment_method: str
    card: Card
    metadata: dict[str, str]
    description: str | None = None
    transfer_group: str | None = None
    status: str = "succeeded"
    amount_captured: int = 0
    amount_refunded: int = 0
    captured: bool = False
    capture_before: int | None = None
    disputed: bool = False
    balance_transaction: str | None = None
    failure_code: str | None = None
    failure_message: str | None = None

    @property
    def refunded(self) -> bool:
        """Whether all that was captured went back."""
        return self.captured and self.amount_refunded == self.amount_captured

    def shown(self) -> Json:
        names = (
            "id created amount currency payment_intent payment_method metadata description transfer_group status "
            "amount_captured amount_refunded captured disputed refunded balance_transaction failure_code "
            "failure_message"
        )
        card = {
            "brand": self.card.brand,
            "capture_before": self.capture_before,
            "country": self.card.country,
            "last4": self.card.last4,
            "network": self.card.brand,
        }
        return {
            "object": "charge",
            **{name: getattr(self, name) for name in names.split()},
            "livemode": False,
            "paid": self.status == "succeeded",
            "payment_method_details": {"type": "card", "card": card},
        }


@dataclass
class Refund:
    """Money back to the card: pending until the balance covers it, then succeeded; failed where its bank returns it."""

    id: str
    created: int
    amount: int
    currency: str
    charge: str
    payment_intent: str
    reason: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    balance_transaction: str | None = None
    failure_reason: str | None = None
    status: str = "pending"

    def shown(self) -> Json:
        names = (
            "id created amount currency charge payment_intent reason metadata balance_transaction failure_reason status"
        )
        return {"object": "refund", **{name: getattr(self, name) for name in names.split()}}


@dataclass
class Dispute:
    """A buyer's bank asks the money back: needs_response → won or lost (docs.stripe.com/disputes/how-disputes-work)."""

    id: str
    created: int
    amount: int
    currency: str
    charge: str
    payment_intent: str
    reason: str
    metadata: dict[str, str] = field(default_factory=dict)
    status: str = "needs_response"
    balance_transactions: list[Json] = field(default_factory=list)

    def shown(self) -> Json:
        names = "id created amount currency charge payment_intent reason metadata status balance_transactions"
        return {
            "object": "dispute",
            **{name: getattr(self, name) for name in names.split()},
            "is_charge_refundable": False,
            "livemode": False,
        }


@dataclass
class Event:
    """What happened, with its object as it was then (docs.stripe.com/api/events/object).

    account: the connected account it happened at, or none for the platform's own.
    """

    id: str
    created: int
    type: str
    object: Json
    previous: Json | None = None
    account: str | None = None
    request: Json = field(default_factory=lambda: {"id": None, "idempotency_key": None})
    api_version: str = ""
    livemode: bool = False

    def shown(self) -> Json:
        data = {"object": self.object} | ({"previous_attributes": self.previous} if self.previous else {})
        return {
            "id": self.id,
            "object": "event",
            **({"account": self.account} if self.account else {}),
            "api_version": self.api_version,
            "created": self.created,
            "data": data,
            "livemode": self.livemode,
            "pending_webhooks": 1,
            "request": self.request,
            "type": self.type,
        }
