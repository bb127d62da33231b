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


@dataclass
class Kept:
    """What is known of a key: its request, and the answer once there is one."""

    since: int
    request: tuple[str, str, Any]
    answer: tuple[int, Any] | None = None


class Keys:
    """The keys of one account."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str | None, str], Kept] = {}

    def find(self, account: str | None, key: str, request: tuple[str, str, Any], now: int) -> tuple[int, Any] | None:
        """The answer that was given to this key, or none where its request is to be executed.

        Raises: a StripeError for a key too long, in use, or of another request.
        """
        if len(key) > 255:
            raise bad_parameter("Idempotency keys can be at most 255 characters long.", "Idempotency-Key")
        kept = self._kept.get((account, key))
        if kept is None or now - kept.since >= KEPT_FOR:
            return None
        if kept.request != request:
            raise StripeError(
                "Keys for idempotent requests can only be used with the same endpoint and parameters they were first "
                f"used with. Use another key than '{key}' for another request.",
                type="idempotency_error",
                was_executed=False,
            )
        if kept.answer is None:
            raise StripeError(
                f"There is another request in progress with the Idempotent Key {key}. Try again later.",
                status=409,
                type="idempotency_error",
                code="idempotency_key_in_use",
                was_executed=False,
            )
        return kept.answer

    def begin(self, account: str | None, key: str, request: tuple[str, str, Any], now: int) -> None:
        """The request is being executed."""
        self._kept[account, key] = Kept(now, request)

    def keep(self, account: str | None, key: str, answer: tuple[int, Any]) -> None:
        """It was executed, with this answer."""
        self._kept[account, key].answer = answer

    def forget(self, account: str | None, key: str) -> None:
        """It came to nothing before it was executed."""
        self._kept.pop((account, key), None)
