"""Whose turn it is in a complaint, and what happens when a turn is let pass."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ovop.complaints.errors import TooLate, WrongTurn
from ovop.complaints.rules import (
    MOVES,
    ComplaintStatus,
    Step,
    Who,
    answer_by,
    check_amount,
    check_in_time,
    next_status,
    overdue_step,
)
from ovop.kernel.errors import Invalid

NOW = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", ComplaintStatus)
@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("who", Who)
def test_only_what_the_table_names_can_happen(status: ComplaintStatus, step: Step, who: Who) -> None:
    move = MOVES[step]
    if status in move.sources and who is move.by:
        assert next_status(status, step, who) is move.target
    else:
        with pytest.raises(WrongTurn):
            next_status(status, step, who)


def test_nothing_leads_out_of_a_closed_complaint_and_every_other_state_leads_there() -> None:
    assert all(ComplaintStatus.CLOSED not in move.sources for move in MOVES.values())
    ends = {ComplaintStatus.CLOSED}
    for _ in ComplaintStatus:
        ends |= {source for move in MOVES.values() if move.target in ends for source in move.sources}
    assert ends == set(ComplaintStatus)


@pytest.mark.parametrize(
    ("status", "wait", "step"),
    [
        (ComplaintStatus.OPEN, timedelta(hours=48), Step.HAND_ON),
        (ComplaintStatus.OFFERED, timedelta(days=7), Step.CARRY_OUT),
        (ComplaintStatus.DECLINED, timedelta(days=7), Step.LAPSE),
    ],
)
def test_a_turn_that_is_let_pass_has_its_consequence_to_the_moment(
    status: ComplaintStatus, wait: timedelta, step: Step
) -> None:
    until = answer_by(status, NOW)
    assert until == NOW + wait
    before = until - timedelta(microseconds=1)
    assert overdue_step(status, until, before) is None
    assert overdue_step(status, until, until) is step
    assert next_status(status, step, Who.MARKET) is MOVES[step].target


@pytest.mark.parametrize("status", [ComplaintStatus.WITH_OFFICE, ComplaintStatus.CLOSED])
def test_the_office_and_what_is_closed_have_no_deadline(status: ComplaintStatus) -> None:
    assert answer_by(status, NOW) is None
    assert overdue_step(status, None, NOW) is None


@pytest.mark.parametrize(
    ("step", "amount", "left", "offered", "reason"),
    [
        (Step.OFFER, 1, 40_000, None, None),
        (Step.OFFER, 40_000, 40_000, None, None),
        (Step.OFFER, 0, 40_000, None, "too-small"),
        (Step.OFFER, 40_001, 40_000, None, "too-large"),
        (Step.OFFER, 15_001, 40_000, 15_000, None),
        (Step.OFFER, 15_000, 40_000, 15_000, "not-above-offer"),
        (Step.RULE, 0, 40_000, 15_000, None),
        (Step.RULE, 40_000, 40_000, 15_000, None),
        (Step.RULE, 40_001, 40_000, None, "too-large"),
        (Step.ACCEPT, 15_000, 10_000, 15_000, None),
        (Step.DECLINE, None, 40_000, None, None),
    ],
)
def test_amounts_are_within_what_is_left_and_offers_only_rise(
    step: Step, amount: int | None, left: int, offered: int | None, reason: str | None
) -> None:
    if reason is None:
        check_amount(step, amount, left, offered)
        return
    with pytest.raises(Invalid) as refused:
        check_amount(step, amount, left, offered)
    assert refused.value.errors == {"amount": reason}


def test_a_complaint_is_taken_for_a_day_and_not_a_moment_longer() -> None:
    check_in_time(NOW, NOW + timedelta(hours=24))
    with pytest.raises(TooLate):
        check_in_time(NOW, NOW + timedelta(hours=24, microseconds=1))
