"""Sharing a point with a neighbour: who may take which step, and what follows from it.  Pure."""

from __future__ import annotations

from enum import StrEnum

from ovop.kernel.errors import Invalid
from ovop.pickup.errors import UseChanged

LONGEST_NOTE = 200


class UseStatus(StrEnum):
    """How a co-operative stands to a point."""

    OWN = "own"
    OFFERED = "offered"
    ASKED = "asked"
    AGREED = "agreed"
    OVER = "over"


#: In these a co-operative may hand over at a point.
OPEN_USES = (UseStatus.OWN, UseStatus.AGREED)
#: In these one side waits for the other's answer.
WAITING = (UseStatus.OFFERED, UseStatus.ASKED)


class Side(StrEnum):
    """Whose point it is, or who hands over there by consent."""

    OWNER = "owner"
    GUEST = "guest"


class UseStep(StrEnum):
    """What either side may do about it."""

    OFFER = "offer"
    ASK = "ask"
    AGREE = "agree"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    END = "end"


class PointNews(StrEnum):
    """What the other side's managers are told of a shared point: its steps, and what the owner changed of it."""

    OFFER = "offer"
    ASK = "ask"
    AGREE = "agree"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    END = "end"
    CLOSED = "closed"
    CHANGED = "changed"
    RETIRED = "retired"
    REVIVED = "revived"


#: Steps that are for a point in use only.
TOWARDS = (UseStep.OFFER, UseStep.ASK, UseStep.AGREE)

#: Status → who may take which step to where.  An offer that meets a question is an agreement.
USE_MOVES: dict[UseStatus, dict[tuple[Side, UseStep], UseStatus]] = {
    UseStatus.OWN: {},
    UseStatus.OVER: {
        (Side.OWNER, UseStep.OFFER): UseStatus.OFFERED,
        (Side.GUEST, UseStep.ASK): UseStatus.ASKED,
    },
    UseStatus.OFFERED: {
        (Side.GUEST, UseStep.AGREE): UseStatus.AGREED,
        (Side.GUEST, UseStep.ASK): UseStatus.AGREED,
        (Side.GUEST, UseStep.DECLINE): UseStatus.OVER,
        (Side.OWNER, UseStep.WITHDRAW): UseStatus.OVER,
    },
    UseStatus.ASKED: {
        (Side.OWNER, UseStep.AGREE): UseStatus.AGREED,
        (Side.OWNER, UseStep.OFFER): UseStatus.AGREED,
        (Side.OWNER, UseStep.DECLINE): UseStatus.OVER,
        (Side.GUEST, UseStep.WITHDRAW): UseStatus.OVER,
    },
    UseStatus.AGREED: {
        (Side.OWNER, UseStep.END): UseStatus.OVER,
        (Side.GUEST, UseStep.END): UseStatus.OVER,
    },
}


def next_use(status: UseStatus, side: Side, step: UseStep) -> UseStatus:
    """Where the step leads.  Raises: UseChanged when it cannot be taken from here."""
    try:
        return USE_MOVES[status][side, step]
    except KeyError:
        raise UseChanged(status) from None


def steps_of(status: UseStatus, side: Side) -> tuple[UseStep, ...]:
    """What that side may do now."""
    return tuple(step for who, step in USE_MOVES[status] if who is side)


def news_of(step: UseStep, after: UseStatus) -> PointNews:
    """What the step is called when it is told: an offer that met a question is an agreement."""
    return PointNews.AGREE if after is UseStatus.AGREED else PointNews(step.value)


def check_note(note: str) -> None:
    """Raises Invalid when the words that go with a step are too many."""
    if len(note) > LONGEST_NOTE:
        raise Invalid({"note": "too-long"})
