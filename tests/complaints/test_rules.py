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
    as_seen,
    check_in_time,
    next_status,
    overdue_step,
)

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
    ("status", "wait", "step", "seen"),
    [
        (ComplaintStatus.OPEN, timedelta(hours=48), Step.HAND_ON, ComplaintStatus.WITH_OFFICE),
        (ComplaintStatus.OFFERED, timedelta(days=7), Step.CARRY_OUT, ComplaintStatus.CLOSED),
        (ComplaintStatus.DECLINED, timedelta(days=7), Step.LAPSE, ComplaintStatus.CLOSED),
    ],
)
def test_a_turn_that_is_let_pass_has_its_consequence_to_the_moment(
    status: ComplaintStatus, wait: timedelta, step: Step, seen: ComplaintStatus
) -> None:
    until = answer_by(status, NOW)
    assert until == NOW + wait
    before = until - timedelta(microseconds=1)
    assert overdue_step(status, until, before) is None
    assert as_seen(status, until, before) is status
    assert overdue_step(status, until, until) is step
    assert as_seen(status, until, until) is seen


@pytest.mark.parametrize("status", [ComplaintStatus.WITH_OFFICE, ComplaintStatus.CLOSED])
def test_the_office_and_what_is_closed_have_no_deadline(status: ComplaintStatus) -> None:
    assert answer_by(status, NOW) is None
    assert overdue_step(status, None, NOW) is None


def test_a_complaint_is_taken_for_a_day_and_not_a_moment_longer() -> None:
    check_in_time(NOW, NOW + timedelta(hours=24))
    with pytest.raises(TooLate):
        check_in_time(NOW, NOW + timedelta(hours=24, microseconds=1))
