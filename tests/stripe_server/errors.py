"""The errors Stripe answers with: `{"error": {type, code, message, param}}` under the right HTTP status.

Sources: docs.stripe.com/api/errors (statuses, types), docs.stripe.com/error-codes (codes).  The messages are ours
in the spirit of theirs: a client must go by `type` and `code`.
"""

from __future__ import annotations

from typing import Any


class StripeError(Exception):
    """A refusal; more: what else the error tells, as the PaymentIntent it is about."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        facts = {"type": type, "code": code, "message": message, "param": param, **more}
        self.body = {"error": {name: value for name, value in facts.items() if value is not None}}


def bad_parameter(message: str, param: str, code: str | None = None) -> StripeError:
    """A parameter that cannot be."""
    return StripeError(message, code=code, param=param)


def unknown_parameter(param: str) -> StripeError:
    """docs.stripe.com/error-codes#parameter-unknown: Stripe takes no parameter it does not know."""
    return bad_parameter(f"Received unknown parameter: {param}", param, "parameter_unknown")


def missing_parameter(param: str) -> StripeError:
    """docs.stripe.com/error-codes#parameter-missing."""
    return bad_parameter(f"Missing required param: {param}.", param, "parameter_missing")


def no_such(what: str, name: str, param: str = "id") -> StripeError:
    """docs.stripe.com/error-codes#resource-missing: 404 for an object asked for by its address."""
    return StripeError(f"No such {what}: '{name}'", status=404, code="resource_missing", param=param)


def wrong_state(message: str, intent: dict[str, Any]) -> StripeError:
    """docs.stripe.com/error-codes#payment-intent-unexpected-state; the intent comes along."""
    return StripeError(message, code="payment_intent_unexpected_state", payment_intent=intent)


def declined(message: str, code: str, decline_code: str | None, **more: Any) -> StripeError:
    """docs.stripe.com/declines/codes: 402 and a card_error."""
    return StripeError(message, status=402, type="card_error", code=code, decline_code=decline_code, **more)
