"""Refusals: what the market answers when it will not do a thing.

Each kind is a type with the facts a caller needs, a stable problem name (the tail of ``urn:ovop:problem:NAME``)
and the HTTP status that fits it.  Pages and the API word them, each in one handler; nothing below them does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class Refused(Exception):
    """Base of all refusals.  `facts` are plain JSON values, safe to show to whoever asked."""

    problem: ClassVar[str] = "refused"
    status: ClassVar[int] = 400

    def __init__(self, **facts: object) -> None:
        super().__init__(self.problem, facts)
        self.facts: dict[str, object] = facts


class Invalid(Refused):
    """Input that cannot be used.  `errors` maps a field's name to a reason code such as ``required``."""

    problem = "invalid"
    status = 422

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(errors=dict(errors))
        self.errors = dict(errors)


class NotFound(Refused):
    """No such thing, or none that the asker may know of."""

    problem = "not-found"
    status = 404


class Forbidden(Refused):
    """The asker is known and may not do this."""

    problem = "forbidden"
    status = 403


class Conflict(Refused):
    """The thing is not in the state that this needs."""

    problem = "conflict"
    status = 409


class Unavailable(Refused):
    """A part the market depends on does not answer now; the same request may succeed later."""

    problem = "unavailable"
    status = 503
