"""Reading what Stripe delivers: only what is signed, fresh, of this account and of its mode.

Source: docs.stripe.com/webhooks (signature, tolerance), docs.stripe.com/connect/webhooks (`account`).
"""

from __future__ import annotations

import json
import logging
from typing import Any

from ovop.kernel.errors import Refused
from ovop.payment.providers.base import News
from ovop.payment.providers.stripe import news_of

log = logging.getLogger(__name__)

#: Seconds that a delivery may be old: later, somebody may be playing an old one again.
TOLERANCE = 300


class NoticeRefused(Refused):
    """A delivery that is not taken.  Which test it failed is logged and told nobody."""

    problem = "notice-refused"
    status = 400


def read_delivery(body: bytes, signature: str, *, secret: str, secret_key: str) -> News | None:
    """The news in a delivery; none in one of a kind that this market has nothing to do with.

    Raises: NoticeRefused for a wrong signature, an old timestamp, another account's event, or one of the other mode.
    """
    import stripe  # noqa: PLC0415 - slow, and most markets do without

    try:
        stripe.WebhookSignature.verify_header(body.decode("utf-8"), signature, secret, TOLERANCE)
        event: dict[str, Any] = json.loads(body)
    except (stripe.SignatureVerificationError, ValueError) as error:
        raise _refusal("signature", error) from error
    if not isinstance(event, dict) or "id" not in event or "type" not in event:
        raise _refusal("form")
    if event.get("account"):
        raise _refusal("account")
    if bool(event.get("livemode")) != secret_key.startswith(("sk_live", "rk_live")):
        raise _refusal("mode")
    try:
        return news_of(event)
    except (KeyError, TypeError) as error:
        raise _refusal("form", error) from error


def _refusal(why: str, error: Exception | None = None) -> NoticeRefused:
    log.warning("card provider's notice refused", extra={"reason": why, "error": type(error).__name__ if error else ""})
    return NoticeRefused()
