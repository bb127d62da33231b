"""Payments: status from facts, and the next step towards what is due."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.payment.rules import EventKind, Facts, PaymentStatus, Step, after, facts_from, next_step

K = EventKind


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([], PaymentStatus.PENDING),
        ([(K.DECLINED, 0)], PaymentStatus.FAILED),
        ([(K.DECLINED, 0), (K.AUTHORISED, 100)], PaymentStatus.AUTHORISED),
        ([(K.AUTHORISED, 100), (K.DECLINED, 0)], PaymentStatus.AUTHORISED),
        ([(K.AUTHORISED, 100), (K.CAPTURED, 90)], PaymentStatus.PAID),
        ([(K.AUTHORISED, 100), (K.CAPTURED, 90), (K.REFUNDED, 10)], PaymentStatus.PARTLY_REFUNDED),
        ([(K.AUTHORISED, 100), (K.CAPTURED, 90), (K.REFUNDED, 90)], PaymentStatus.REFUNDED),
        ([(K.AUTHORISED, 100), (K.VOIDED, 0)], PaymentStatus.VOID),
        ([(K.VOIDED, 0)], PaymentStatus.VOID),
        ([(K.VOIDED, 0), (K.AUTHORISED, 100)], PaymentStatus.AUTHORISED),  # a payment after the expiry
        ([(K.AUTHORISED, 100), (K.CAPTURED, 90), (K.VOIDED, 0)], PaymentStatus.PAID),
        ([(K.MISMATCH, 50)], PaymentStatus.PENDING),
    ],
)
def test_a_status_follows_from_what_happened(events: list[tuple[EventKind, int]], status: PaymentStatus) -> None:
    assert facts_from(100, events).status is status


@pytest.mark.parametrize(
    ("facts", "due", "capture_now", "step"),
    [
        (Facts(100), 100, True, None),
        (Facts(100, authorised=100), 100, False, None),
        (Facts(100, authorised=100), 80, False, None),
        (Facts(100, authorised=100), 80, True, Step(K.CAPTURED, 80)),
        (Facts(100, authorised=100), 0, False, Step(K.VOIDED, 100)),
        (Facts(100, authorised=100, is_void=True), 80, True, None),
        (Facts(100, authorised=100, captured=80), 80, True, None),
        (Facts(100, authorised=100, captured=80), 70, True, Step(K.REFUNDED, 10)),
        (Facts(100, authorised=100, captured=80), 79, True, Step(K.REFUNDED, 1)),
        (Facts(100, authorised=100, captured=80, refunded=10), 70, True, None),
        (Facts(100, authorised=100, captured=80, refunded=10), 0, True, Step(K.REFUNDED, 70)),
        (Facts(100, authorised=100, captured=80), 90, True, None),  # never a second capture
    ],
)
def test_the_next_step_brings_the_money_to_what_is_due(
    facts: Facts, due: int, capture_now: bool, step: Step | None
) -> None:
    assert next_step(facts, due, capture_now=capture_now) == step


@given(st.integers(1, 10**9), st.lists(st.floats(0, 1), max_size=8), st.booleans())
def test_settling_ends_at_what_is_due_and_never_beyond_the_limits(
    maximum: int, shares: list[float], is_weighed: bool
) -> None:
    """However what is due shrinks, each step is allowed, and after the last one nothing is left to do."""
    facts = Facts(maximum, authorised=maximum)
    due = maximum
    for share in shares:
        due = min(due, round(share * maximum))
        for _round in range(3):
            wanted = next_step(facts, due, capture_now=is_weighed)
            if wanted is None:
                break
            facts = after(facts, wanted.kind, wanted.amount)
            assert facts.captured <= facts.authorised
            assert facts.refunded <= facts.captured
        assert next_step(facts, due, capture_now=is_weighed) is None
        if facts.captured:
            assert facts.captured - facts.refunded == due
