"""Complaints: their states, whose turn it is, and what happens when a turn is let pass.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ovop.complaints.errors import TooLate, WrongTurn
from ovop.kernel.errors import Invalid

#: How long after collection a buyer may complain; how long each side has for its answer.
#: Source: UU 8/1999 art. 19 (seven days for what is given back).
TIME_TO_COMPLAIN = timedelta(hours=24)
TIME_FOR_COOPERATIVE, TIME_FOR_BUYER = timedelta(hours=48), timedelta(days=7)
MOST_PHOTOS = 4
LONGEST_TEXT = 1000
#: What the first event of every complaint is called; all others are called by their step.
OPENED = "opened"


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
    #: All that is left is given back at once: more than that nobody can want.
    GIVE_BACK = "give_back"
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


_OPEN, _OFFERED, _DECLINED = ComplaintStatus.OPEN, ComplaintStatus.OFFERED, ComplaintStatus.DECLINED
_WITH_OFFICE, _CLOSED = ComplaintStatus.WITH_OFFICE, ComplaintStatus.CLOSED

#: Every way a complaint may change; there is no other.
MOVES: dict[Step, Move] = {
    # An offer that stands can only be raised: see `check_amount`.
    Step.OFFER: _move([_OPEN, _OFFERED, _DECLINED], _OFFERED, Who.COOPERATIVE),
    Step.GIVE_BACK: _move([_OPEN, _OFFERED, _DECLINED, _WITH_OFFICE], _CLOSED, Who.COOPERATIVE),
    Step.DECLINE: _move([_OPEN], _DECLINED, Who.COOPERATIVE),
    Step.ACCEPT: _move([_OFFERED], _CLOSED, Who.BUYER),
    Step.WITHDRAW: _move([_OPEN, _OFFERED, _DECLINED, _WITH_OFFICE], _CLOSED, Who.BUYER),
    Step.ESCALATE: _move([_OFFERED, _DECLINED], _WITH_OFFICE, Who.BUYER),
    Step.RULE: _move([_WITH_OFFICE], _CLOSED, Who.OFFICE),
    Step.HAND_ON: _move([_OPEN], _WITH_OFFICE, Who.MARKET),
    Step.CARRY_OUT: _move([_OFFERED], _CLOSED, Who.MARKET),
    Step.LAPSE: _move([_DECLINED], _CLOSED, Who.MARKET),
}

#: How long a turn lasts, and what the market does when it was let pass; nobody's turn is skipped by asking the office.
_TURNS = {
    _OPEN: (TIME_FOR_COOPERATIVE, Step.HAND_ON),
    _OFFERED: (TIME_FOR_BUYER, Step.CARRY_OUT),
    _DECLINED: (TIME_FOR_BUYER, Step.LAPSE),
}


def next_status(status: ComplaintStatus, step: Step, who: Who) -> ComplaintStatus:
    """The status after `step`.  Raises: WrongTurn when it cannot follow."""
    move = MOVES[step]
    if status not in move.sources or who is not move.by:
        raise WrongTurn(status)
    return move.target


def check_amount(step: Step, amount: int | None, left: int, offered: int | None) -> None:
    """Raises Invalid where `step` names an amount and it cannot be this one: an offer is more than the last.

    left: rupiah of the order that can still be given back.  offered: what stands already.
    """
    if amount is None or step not in (Step.OFFER, Step.RULE):
        return
    if amount > left:
        raise Invalid({"amount": "too-large"})
    if step is Step.OFFER and amount < 1:
        raise Invalid({"amount": "too-small"})
    if step is Step.OFFER and offered is not None and amount <= offered:
        raise Invalid({"amount": "not-above-offer"})


def answer_by(status: ComplaintStatus, now: datetime) -> datetime | None:
    """Until when whoever's turn it is now may answer; the office takes the time it needs."""
    return now + _TURNS[status][0] if status in _TURNS else None


def overdue_step(status: ComplaintStatus, until: datetime | None, now: datetime) -> Step | None:
    """What the market has to do because a turn was let pass, or None."""
    return _TURNS[status][1] if until is not None and until <= now and status in _TURNS else None


def steps_by_turn() -> dict[ComplaintStatus, Step]:
    """What the market does when a turn was let pass, by whose turn it was."""
    return {status: step for status, (_time, step) in _TURNS.items()}


def check_text(text: str, *, field: str = "text") -> None:
    """Raises Invalid unless there is something in it, and not too much."""
    if not text.strip():
        raise Invalid({field: "required"})
    check_words(text, field=field)


def check_words(words: str, *, field: str = "words") -> None:
    """Raises Invalid when it is too much."""
    if len(words) > LONGEST_TEXT:
        raise Invalid({field: "too-long"})


def may_complain_until(collected_at: datetime) -> datetime:
    """The last instant at which a complaint about an order is taken."""
    return collected_at + TIME_TO_COMPLAIN


def check_in_time(collected_at: datetime, now: datetime) -> None:
    """Raises TooLate a day after the handover."""
    if now > may_complain_until(collected_at):
        raise TooLate()
