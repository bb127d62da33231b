"""Idempotency keys: a POST that comes again gets its first answer again.

docs.stripe.com/api/idempotent_requests, docs.stripe.com/error-low-level#idempotency: the status and body of the first
request are kept once its endpoint began, 500s and refusals included; other parameters under the key are an error; what
failed validation, was limited (429) or ran into the same key at work (409) is not kept; keys go after 24 hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .errors import StripeError, bad_parameter

#: Stripe prunes keys "after they're at least 24 hours old"; here at once.
KEPT_FOR = 24 * 3600


@dataclass(frozen=True)
class Sent:
    """A request and the key it came with, if any, as far as two of them are compared."""

    account: str | None
    key: str | None
    method: str
    path: str
    parameters: Any


@dataclass
class Kept:
    """What is known of a key: its first request, since when, and the answer once there is one."""

    sent: Sent
    since: int
    answer: Any = None


class Keys:
    """The keys of the platform and of each account."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str | None, str | None], Kept] = {}

    def find(self, sent: Sent, now: int) -> Any:
        """The answer that was given to this key, or none where its request is to be executed.

        Raises: a StripeError for a key too long, in use, or of another request.
        """
        if sent.key is None:
            return None
        if not 0 < len(sent.key) <= 255:
            raise bad_parameter("Idempotency keys have 1 to 255 characters.", "Idempotency-Key")
        kept = self._kept.get((sent.account, sent.key))
        if kept is None or now - kept.since >= KEPT_FOR:
            return None
        if kept.sent != sent:
            raise StripeError(
                "Keys for idempotent requests can only be used with the endpoint and parameters they were first used "
                f"with. Use a key other than '{sent.key}' for another request.",
                type="idempotency_error",
            )
        if kept.answer is None:
            message = f"Another request with the idempotency key {sent.key} is in progress."
            raise StripeError(message, status=409, type="idempotency_error", code="idempotency_key_in_use")
        return kept.answer

    def is_busy(self, key: str) -> bool:
        """Whether the platform's request with that key is being executed."""
        kept = self._kept.get((None, key))
        return kept is not None and kept.answer is None

    def begin(self, sent: Sent, now: int) -> None:
        """The request is being executed; until it is answered its key is in use."""
        if sent.key is not None:
            self._kept[sent.account, sent.key] = Kept(sent, now)

    def keep(self, sent: Sent, answer: Any) -> None:
        """It was executed, with this answer."""
        if sent.key is not None:
            self._kept[sent.account, sent.key].answer = answer
