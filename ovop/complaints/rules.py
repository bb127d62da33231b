"""Complaints: their states, whose turn it is, and what happens when a turn is let pass.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ovop.complaints.errors import TooLate, WrongTurn

#: How long after collection a buyer may complain; how long each side has for its answer.
#: Source: UU 8/1999 art. 19 (seven days for what is given back).
TIME_TO_COMPLAIN = timedelta(hours=24)
TIME_FOR_COOPERATIVE, TIME_FOR_BUYER = timedelta(hours=48), timedelta(days=7)
MOST_PHOTOS = 4
LONGEST_TEXT = 1000


class ComplaintStatus(StrEnum):
    """Whose turn it is."""

    OPEN = "open"
    OFFERED = "offered"
    DECLINED = "declined"
    WITH_OFFICE = "with_office"
    CLOSED = "closed"


class Step(StrEnum):
    """What can happen to a complaint."""

    OFFER = "offer"
    DECLINE = "decline"
    ACCEPT = "accept"
    WITHDRAW = "withdraw"
    ESCALATE = "escalate"
    RULE = "rule"
    #: What the market does when a turn was let pass.
    HAND_ON = "hand_on"
    CARRY_OUT = "carry_out"
    LAPSE = "lapse"


class Who(StrEnum):
    """Who may take a step."""

    BUYER = "buyer"
    COOPERATIVE = "cooperative"
    OFFICE = "office"
    MARKET = "market"


@dataclass(frozen=True, slots=True)
class Move:
    """A step: from which states, to which, by whom."""

    sources: frozenset[ComplaintStatus]
    target: ComplaintStatus
    by: Who


def _move(sources: Iterable[ComplaintStatus], target: ComplaintStatus, by: Who) -> Move:
    return Move(frozenset(sources), target, by)


#: Every way a complaint may change; there is no other.
MOVES: dict[Step, Move] = {
    Step.OFFER: _move([ComplaintStatus.OPEN, ComplaintStatus.DECLINED], ComplaintStatus.OFFERED, Who.COOPERATIVE),
    Step.DECLINE: _move([ComplaintStatus.OPEN], ComplaintStatus.DECLINED, Who.COOPERATIVE),
    Step.ACCEPT: _move([ComplaintStatus.OFFERED], ComplaintStatus.CLOSED, Who.BUYER),
    Step.WITHDRAW: _move(
        [ComplaintStatus.OPEN, ComplaintStatus.OFFERED, ComplaintStatus.DECLINED], ComplaintStatus.CLOSED, Who.BUYER
    ),
    Step.ESCALATE: _move([ComplaintStatus.OFFERED, ComplaintStatus.DECLINED], ComplaintStatus.WITH_OFFICE, Who.BUYER),
    Step.RULE: _move([ComplaintStatus.WITH_OFFICE], ComplaintStatus.CLOSED, Who.OFFICE),
    Step.HAND_ON: _move([ComplaintStatus.OPEN], ComplaintStatus.WITH_OFFICE, Who.MARKET),
    Step.CARRY_OUT: _move([ComplaintStatus.OFFERED], ComplaintStatus.CLOSED, Who.MARKET),
    Step.LAPSE: _move([ComplaintStatus.DECLINED], ComplaintStatus.CLOSED, Who.MARKET),
}

_TURNS = {
    ComplaintStatus.OPEN: (TIME_FOR_COOPERATIVE, Step.HAND_ON),
    ComplaintStatus.OFFERED: (TIME_FOR_BUYER, Step.CARRY_OUT),
    ComplaintStatus.DECLINED: (TIME_FOR_BUYER, Step.LAPSE),
}


def next_status(status: ComplaintStatus, step: Step, who: Who) -> ComplaintStatus:
    """The status after `step`.  Raises: WrongTurn when it cannot follow."""
    move = MOVES[step]
    if status not in move.sources or who is not move.by:
        raise WrongTurn(status)
    return move.target


def answer_by(status: ComplaintStatus, now: datetime) -> datetime | None:
    """Until when whoever's turn it is now may answer; the office takes the time it needs."""
    return now + _TURNS[status][0] if status in _TURNS else None


def overdue_step(status: ComplaintStatus, until: datetime | None, now: datetime) -> Step | None:
    """What the market has to do because a turn was let pass, or None."""
    return _TURNS[status][1] if until is not None and until <= now and status in _TURNS else None


def as_seen(status: ComplaintStatus, until: datetime | None, now: datetime) -> ComplaintStatus:
    """The status to show: a turn that is over is over, whether or not the worker has got to it."""
    step = overdue_step(status, until, now)
    return MOVES[step].target if step is not None else status


def may_complain_until(collected_at: datetime) -> datetime:
    """The last instant at which a complaint about an order is taken."""
    return collected_at + TIME_TO_COMPLAIN


def check_in_time(collected_at: datetime, now: datetime) -> None:
    """Raises TooLate a day after the handover."""
    if now > may_complain_until(collected_at):
        raise TooLate()
