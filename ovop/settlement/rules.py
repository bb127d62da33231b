"""Statements: their periods, their states and steps, and what their lines are.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ovop.kernel.days import month_end, month_start
from ovop.settlement.errors import WrongStep


class SettlementStatus(StrEnum):
    """Where a statement stands."""

    #: Something is owed; nobody has approved it.
    DRAWN = "drawn"
    #: One of two people has approved it.
    CHECKED = "checked"
    #: Two people have: it is on the list of bank transfers.
    APPROVED = "approved"
    PAID = "paid"
    #: The bank sent the money back; it is owed again.
    RETURNED = "returned"
    #: Nothing is owed: what is below zero counts in the next one.
    CARRIED = "carried"


class SettlementStep(StrEnum):
    """What can happen to a statement."""

    DRAW = "draw"
    APPROVE = "approve"
    REVOKE = "revoke"
    EXPORT = "export"
    PAY = "pay"
    RETURN = "return"


#: Every way a statement's status may change: step → from → to.  Drawn, it begins at `first_status`.
MOVES: dict[SettlementStep, dict[SettlementStatus, SettlementStatus]] = {
    SettlementStep.APPROVE: {
        SettlementStatus.DRAWN: SettlementStatus.CHECKED,
        SettlementStatus.RETURNED: SettlementStatus.CHECKED,
        SettlementStatus.CHECKED: SettlementStatus.APPROVED,
    },
    SettlementStep.REVOKE: {
        SettlementStatus.CHECKED: SettlementStatus.DRAWN,
        SettlementStatus.APPROVED: SettlementStatus.DRAWN,
    },
    SettlementStep.EXPORT: {SettlementStatus.APPROVED: SettlementStatus.APPROVED},
    SettlementStep.PAY: {SettlementStatus.APPROVED: SettlementStatus.PAID},
    SettlementStep.RETURN: {SettlementStatus.PAID: SettlementStatus.RETURNED},
}

#: States in which what a statement comes to is still owed.
OWED = (
    SettlementStatus.DRAWN,
    SettlementStatus.CHECKED,
    SettlementStatus.APPROVED,
    SettlementStatus.RETURNED,
)


def first_status(net: int) -> SettlementStatus:
    """Where a statement that comes to `net` rupiah begins."""
    return SettlementStatus.DRAWN if net > 0 else SettlementStatus.CARRIED


def next_status(status: SettlementStatus, step: SettlementStep) -> SettlementStatus:
    """The status after `step`.  Raises: WrongStep when it cannot follow."""
    target = MOVES.get(step, {}).get(status)
    if target is None:
        raise WrongStep(status, step)
    return target


class Cycle(StrEnum):
    """How often is settled; the values are the setting's."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Period:
    """Days in Asia/Jakarta, both counted."""

    first: date
    last: date


def period_of(day: date, cycle: Cycle) -> Period:
    """The period that `day` lies in: Monday to Sunday, or the month."""
    match cycle:
        case Cycle.WEEKLY:
            monday = day - timedelta(days=day.weekday())
            return Period(monday, monday + timedelta(days=6))
        case Cycle.MONTHLY:
            return Period(month_start(day), month_end(day))


def next_period(day: date, cycle: Cycle, drawn_until: date | None) -> Period:
    """The period of the statement that counts what happened on `day`.

    drawn_until: the last day of the co-operative's last statement: what is found of such days later counts in the
    next one, and no day is in two, even when the cycle was changed in between.
    """
    if drawn_until is None:
        return period_of(day, cycle)
    following = drawn_until + timedelta(days=1)
    period = period_of(max(day, following), cycle)
    return Period(max(period.first, following), period.last)


class LineKind(StrEnum):
    """What a line of a statement is about: the last word of its journal's name that says so."""

    EARNED = "earned"
    #: Earned by a sale at the counter, without an order.
    COUNTER = "counter"
    KEPT = "kept"
    REFUND = "refund"
    PAID_OUT = "paid-out"
    TRANSFERRED = "transferred"
    OTHER = "other"


#: Journals of a statement's own payments, which no statement counts.
OWN_JOURNALS = "settlement:"


def payment_journal(settlement_id: int, step: SettlementStep, earlier: int) -> str:
    """How the ledger names a statement's payment or its return; `earlier`: how many there were before."""
    word = {SettlementStep.PAY: "paid", SettlementStep.RETURN: "returned"}[step]
    return f"{OWN_JOURNALS}{settlement_id}:{word}" + (f":{earlier}" if earlier else "")


def transfer_journal(number: str, taken_back: int | None = None) -> str:
    """How the ledger names a share that the card provider passed on for an order.

    taken_back: of a reversal, how much had been taken back before it.
    """
    what = "sent" if taken_back is None else f"back:{taken_back}"
    return f"order:{number}:transferred:{what}"


def next_transfer(share: int, passed_on: int | None, *, may_send: bool) -> int:
    """Rupiah to pass on for an order, below zero to take back; 0 when its co-operative has what it should.

    share: what it should have.  passed_on: what it was given and still has, none when nothing was sent.  There is one
    sending for an order: a share can only shrink.
    """
    if passed_on is None:
        return share if may_send and share > 0 else 0
    return min(0, share - passed_on)


def transfer_text(settlement_id: int, period: Period) -> str:
    """What a bank transfer says of itself: letters, digits and spaces, 35 signs at most, as banks take it."""
    return f"PASAR IKAN REKAP {settlement_id} SD {period.last:%d%m%Y}"[:35]
