"""What is in a till, what of it has to go to the bank, and when it stands out.  Pure; rupiah."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

#: Longest words beside a difference, an entry by hand, a deposit taken back.
LONGEST_NOTE = 200
LONGEST_REFERENCE = 80
#: A weekend with its Monday: cash that waits longer for the bank stands out.
TIME_TO_DEPOSIT = timedelta(days=3)


class EntryKind(StrEnum):
    """Why cash went into a till or out of it."""

    #: A buyer paid at the handover.
    RECEIPT = "receipt"
    #: A buyer was given money back.
    REFUND = "refund"
    #: Somebody without an order paid at the counter, or (below zero) was given it back.
    COUNTER = "counter"
    #: Change for the first buyers, which stays with the clerk.
    CHANGE = "change"
    #: Anything else, put in or taken out by hand, with a note.
    HAND = "hand"


class TillStatus(StrEnum):
    """How far a till is."""

    OPEN = "open"
    #: Counted and closed; some of it has to go to the bank.
    COUNTED = "counted"
    #: Counted and closed, and nothing beyond its change is left in it.
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Cash:
    """The sums of one till.

    change: what of its entries is change for buyers.  expected: all its entries.  counted: None while it is open.
    deposited: what was brought to the bank.
    """

    change: int
    expected: int
    counted: int | None = None
    deposited: int = 0

    @property
    def inside(self) -> int:
        """What is in it now, as far as is known; below zero where a clerk gave out of their own pocket."""
        return (self.expected if self.counted is None else self.counted) - self.deposited

    @property
    def undeposited(self) -> int:
        """What of it has to go to the bank: all but the change."""
        return max(0, self.inside - self.change)

    @property
    def kept_as_change(self) -> int:
        """What of it stays for the next buyers."""
        return max(0, min(self.inside, self.change))

    @property
    def difference(self) -> int:
        """How much more was counted than expected; nothing while it is open."""
        return 0 if self.counted is None else self.counted - self.expected

    @property
    def status(self) -> TillStatus:
        """Follows from the sums."""
        if self.counted is None:
            return TillStatus.OPEN
        return TillStatus.COUNTED if self.undeposited else TillStatus.DONE


def is_overdue(day: date, today: date) -> bool:
    """Whether undeposited cash of `day` stands out `today`."""
    return today - day > TIME_TO_DEPOSIT
