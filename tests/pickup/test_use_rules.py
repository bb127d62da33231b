"""Sharing a point: each step needs the other side's word, and what neither gave leads nowhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel.errors import Invalid
from ovop.pickup.errors import UseChanged
from ovop.pickup.use_rules import (
    USE_MOVES,
    PointNews,
    Side,
    UseStatus,
    UseStep,
    check_note,
    news_of,
    next_use,
    steps_of,
)

taken = st.lists(st.tuples(st.sampled_from(Side), st.sampled_from(UseStep)), max_size=12)


@given(taken)
def test_nothing_is_shared_before_both_have_said_so(steps: list[tuple[Side, UseStep]]) -> None:
    status, said = UseStatus.OVER, set[Side]()
    for side, step in steps:
        try:
            status = next_use(status, side, step)
        except UseChanged:
            continue
        said = said | {side} if step in (UseStep.OFFER, UseStep.ASK, UseStep.AGREE) else set()
        assert (status is UseStatus.AGREED) == (said == set(Side))


@given(st.sampled_from(Side))
def test_either_side_ends_it_alone_and_both_can_begin_anew(side: Side) -> None:
    assert next_use(UseStatus.AGREED, side, UseStep.END) is UseStatus.OVER
    assert next_use(UseStatus.OVER, Side.OWNER, UseStep.OFFER) is UseStatus.OFFERED
    assert next_use(UseStatus.OVER, Side.GUEST, UseStep.ASK) is UseStatus.ASKED


def test_nobody_answers_for_the_other_side() -> None:
    for status, side in ((UseStatus.OFFERED, Side.OWNER), (UseStatus.ASKED, Side.GUEST)):
        assert steps_of(status, side) == (UseStep.WITHDRAW,)
        for step in (UseStep.AGREE, UseStep.DECLINE):
            with pytest.raises(UseChanged):
                next_use(status, side, step)


def test_the_owners_own_use_never_ends() -> None:
    assert USE_MOVES[UseStatus.OWN] == {}
    with pytest.raises(UseChanged) as refused:
        next_use(UseStatus.OWN, Side.OWNER, UseStep.END)
    assert refused.value.facts == {"use_status": "own"}


def test_an_offer_that_meets_a_question_is_told_as_an_agreement() -> None:
    after = next_use(UseStatus.ASKED, Side.OWNER, UseStep.OFFER)
    assert news_of(UseStep.OFFER, after) is PointNews.AGREE
    assert [news_of(step, UseStatus.OVER).value for step in UseStep] == [step.value for step in UseStep]


def test_words_with_a_step_fit_where_they_are_kept() -> None:
    check_note("x" * 200)
    with pytest.raises(Invalid) as refused:
        check_note("x" * 201)
    assert refused.value.errors == {"note": "too-long"}
