"""Refusals about tills."""

from ovop.kernel.errors import Conflict, Invalid


class TillOpen(Conflict):
    """The clerk has an open till of today.  `till`: its id."""

    problem = "till-open"

    def __init__(self, till_id: int) -> None:
        super().__init__(till=till_id)
        self.till_id = till_id


class TillClosed(Conflict):
    """The till is counted: nothing goes into it or out of it any more."""

    problem = "till-closed"


class TillNotCounted(Conflict):
    """The till is still open: only what was counted goes to the bank."""

    problem = "till-not-counted"


class Unexplained(Invalid):
    """What was counted is not what is expected now, and nobody has said why."""

    def __init__(self, expected: int, counted: int) -> None:
        super().__init__({"explanation": "required"})
        self.expected, self.counted = expected, counted
