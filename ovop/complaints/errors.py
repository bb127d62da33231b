"""What complaints refuse."""

from __future__ import annotations

from ovop.kernel.errors import Conflict


class WrongTurn(Conflict):
    """The complaint is not at the point that this step needs."""

    problem = "wrong-turn"

    def __init__(self, status: str) -> None:
        super().__init__(status=status)


class TooLate(Conflict):
    """More than a day has passed since the handover."""

    problem = "too-late"


class AnswerFirst(Conflict):
    """There is a complaint about this order that has not come to its end."""

    problem = "answer-first"


class AlreadyComplained(Conflict):
    """There is a complaint about this order."""

    problem = "already-complained"
