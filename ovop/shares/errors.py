"""What sharing out refuses."""

from __future__ import annotations

from datetime import date

from ovop.kernel.errors import Conflict


class AlreadyShared(Conflict):
    """Some of the days were shared out before, as part of other days."""

    problem = "already-shared"

    def __init__(self, first: date, last: date) -> None:
        super().__init__(first=first.isoformat(), last=last.isoformat())
        self.first, self.last = first, last


class NotOver(Conflict):
    """The days are not over yet: more may be sold on them."""

    problem = "not-over"
