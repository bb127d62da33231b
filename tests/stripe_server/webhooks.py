"""Events on their way: signed, and delivered however a test wants.

docs.stripe.com/webhooks#verify-manually: the header `t=…,v1=…`, HMAC-SHA256 of "t.body" under the endpoint's secret.
Stripe may deliver an event twice, late or before an earlier one (docs.stripe.com/webhooks#best-practices).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from dataclasses import replace

from .records import Event


def body_of(event: Event, *, account: str | None = None, livemode: bool | None = None) -> bytes:
    """What is sent, to the byte.  account, livemode: of another origin than the event's own."""
    changed = replace(
        event,
        account=event.account if account is None else account,
        livemode=event.livemode if livemode is None else livemode,
    )
    return json.dumps(changed.shown(), indent=2).encode()


def signature(body: bytes, secret: str, at: int) -> str:
    """The Stripe-Signature header of a body sent at that second."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def post(address: str, body: bytes, headers: dict[str, str]) -> int:
    """The status that the endpoint answers with."""
    request = urllib.request.Request(address, body, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code
