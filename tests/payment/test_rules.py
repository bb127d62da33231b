"""Payments: status from facts, and the next step towards what is due."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.payment.rules import (
    EventKind,
    Facts,
    Oddity,
    PaymentStatus,
    Seen,
    Step,
    after,
    believable,
    facts_from,
    news_in,
    next_step,
    wait_to_look,
)

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


# What a provider says

AMOUNTS = st.integers(0, 10**9)


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_what_is_believed_fits_a_payment_and_nothing_is_lost_of_the_rest(
    maximum: int, captured: int, refunded: int, disputed: int
) -> None:
    seen = Seen(maximum, captured, refunded, disputed, is_void=False, is_declined=False)
    believed, beyond = believable(seen, maximum)
    assert 0 <= believed.captured <= maximum
    assert 0 <= believed.refunded + believed.disputed <= believed.captured
    assert beyond == captured + refunded + disputed - believed.captured - believed.refunded - believed.disputed
    assert believable(believed, maximum) == (believed, 0)


@st.composite
def seen_payments(draw: st.DrawFn) -> list[Seen]:
    """What a provider says of a payment of 100, one time after the other."""
    found = []
    for _ in range(draw(st.integers(1, 5))):
        captured = draw(st.sampled_from([0, 80, 100]))
        refunded = draw(st.integers(0, captured))
        disputed = draw(st.integers(0, captured - refunded))
        is_void = not captured and draw(st.booleans())
        authorised = 100 if captured else draw(st.sampled_from([0, 100]))
        found.append(Seen(authorised, captured, refunded, disputed, is_void, draw(st.booleans())))
    return sorted(found, key=lambda seen: seen.captured)  # nothing that was captured is ever not


@given(seen_payments())
def test_what_is_news_makes_the_facts_what_was_seen_and_is_none_the_second_time(seen: list[Seen]) -> None:
    facts = Facts(100)
    for each in seen:
        for step in news_in(facts, each):
            facts = after(facts, step.kind, step.amount)
            assert facts.refunded + facts.disputed <= facts.captured
        assert (facts.captured, facts.refunded, facts.disputed) == (each.captured, each.refunded, each.disputed)
        assert not each.authorised or facts.authorised == each.authorised
        assert news_in(facts, each) == []


def test_a_look_waits_a_quarter_of_the_payments_age_within_limits() -> None:
    held, taken = Facts(100, authorised=100), Facts(100, authorised=100, captured=100)
    ages = [timedelta(0), timedelta(minutes=20), timedelta(days=4), timedelta(days=100)]
    assert [wait_to_look(held, age, is_open=False) for age in ages] == [
        timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=6), timedelta(hours=6)
    ]  # fmt: skip
    assert [wait_to_look(taken, age, is_open=False) for age in ages[2:]] == [timedelta(days=1), timedelta(days=25)]
    assert wait_to_look(taken, timedelta(days=200), is_open=False) is None
    assert wait_to_look(Facts(100), timedelta(minutes=20), is_open=True) == timedelta(minutes=5)
    for over in (Facts(100), Facts(100, is_declined=True), Facts(100, authorised=100, is_void=True)):
        assert wait_to_look(over, timedelta(minutes=20), is_open=False) is None


@pytest.mark.parametrize("oddity", list(Oddity))
def test_a_note_says_what_it_is_about(oddity: Oddity) -> None:
    assert Oddity.of(oddity.note()) is oddity
    assert Oddity.of(oddity.note("pi_1: more")) is oddity
    assert Oddity.of("something else") is None
