"""Why a month cannot be closed."""

from __future__ import annotations

from datetime import date

from ovop.kernel.errors import Conflict


class MonthNotOver(Conflict):
    """Something may still be collected in it."""

    problem = "month-not-over"

    def __init__(self, month: date) -> None:
        super().__init__(month=month.isoformat()[:7])


class AlreadyClosed(Conflict):
    """It is closed, and stays as it is."""

    problem = "month-closed"

    def __init__(self, month: date) -> None:
        super().__init__(month=month.isoformat()[:7])
