"""What settling refuses."""

from __future__ import annotations

from ovop.kernel.errors import Conflict


class WrongStep(Conflict):
    """The statement is not in a state that this step can follow."""

    problem = "settlement-wrong-step"

    def __init__(self, status: str, step: str) -> None:
        super().__init__(status=status, step=step)


class SamePerson(Conflict):
    """Whoever approved a statement first cannot be the second: it takes two."""

    problem = "settlement-same-person"


class NoBankAccount(Conflict):
    """The co-operative has not said where it wants to be paid."""

    problem = "settlement-no-bank-account"


class BankAccountChanged(Conflict):
    """The account is another than the one that was looked at when approving."""

    problem = "settlement-bank-account-changed"
