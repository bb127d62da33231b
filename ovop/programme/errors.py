"""What the programme's operations refuse beside bad input."""

from __future__ import annotations

from typing import ClassVar

from ovop.kernel.errors import Conflict


class AlreadyProposed(Conflict):
    """The co-operative has a proposal that waits for its decision."""

    problem: ClassVar[str] = "already-proposed"


class AlreadyDecided(Conflict):
    """Somebody else has decided, or it was withdrawn."""

    problem: ClassVar[str] = "already-decided"


class AlreadyWaiting(Conflict):
    """The product has an assessment that waits for the second person."""

    problem: ClassVar[str] = "readiness-waiting"


class SamePerson(Conflict):
    """Whoever assessed cannot confirm: it takes two."""

    problem: ClassVar[str] = "readiness-same-person"


class CriteriaChanged(Conflict):
    """There is a newer set of criteria than the one that was looked at."""

    problem: ClassVar[str] = "criteria-changed"


class NotReady(Conflict):
    """No certificate without a confirmed assessment that found the village's present flagship ready."""

    problem: ClassVar[str] = "not-ready"
