"""What can go wrong between a client and Stripe, on demand or by chance.

docs.stripe.com/error-low-level: content, network and server errors; docs.stripe.com/rate-limits.
"""

from __future__ import annotations

import random
import re
import threading
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """How a call fails."""

    REFUSED = "the connection closes before Stripe acts"
    STALLED = "no answer comes and Stripe never acts"
    LOST = "Stripe acts and the connection closes before the answer"
    SLOW = "Stripe acts and answers late"
    BROKEN = "a 500 without an effect, kept under the idempotency key"
    BROKEN_AFTER = "a 500 although Stripe acted, kept under the idempotency key"
    AWAY = "a 503 before Stripe acts, not kept"
    RATE_LIMITED = "a 429 before Stripe acts, not kept"


@dataclass
class Plan:
    """The next `times` calls that fit fail in this way; seconds: how long STALLED and SLOW take."""

    pattern: re.Pattern[str]
    fault: Fault
    times: int
    seconds: float


class Faults:
    """Decides which call fails how."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._plans: list[Plan] = []
        self._chances: dict[Fault, float] = {}
        self._dice = random.Random(0)

    def plan(self, call: str, fault: Fault, times: int, seconds: float) -> None:
        """call: method and path, `*` for any one part of it: "POST /v1/payment_intents/*/capture"."""
        pattern = re.compile(re.escape(call).replace(r"\*", "[^/]+"))
        with self._lock:
            self._plans.append(Plan(pattern, fault, times, seconds))

    def chance(self, seed: int, chances: dict[Fault, float]) -> None:
        """From now on each call fails by chance; the same seed and calls fail the same."""
        assert sum(chances.values()) <= 1
        with self._lock:
            self._dice, self._chances = random.Random(seed), chances

    def clear(self) -> None:
        """Nothing fails any more."""
        with self._lock:
            self._plans, self._chances = [], {}

    def next(self, call: str) -> tuple[Fault | None, float]:
        """How this call fails, if it does, and how long that takes; what fails by chance fails at once."""
        with self._lock:
            for plan in self._plans:
                if plan.times and plan.pattern.fullmatch(call):
                    plan.times -= 1
                    return plan.fault, plan.seconds
            thrown = self._dice.random()
            for fault, chance in self._chances.items():
                if thrown < chance:
                    return fault, 0
                thrown -= chance
            return None, 0
