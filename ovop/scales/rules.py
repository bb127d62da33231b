"""How a scale's legal verification stands on a day, which scale a clerk is offered, what may be entered.  Pure.

Trade scales have to be verified anew every year (*tera ulang*).  Source: facts, 6 Law.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from ovop.accounts.names import parse_name
from ovop.kernel.errors import Invalid

LONGEST_NAME = 40
LONGEST_REFERENCE = 60
#: So long before its verification ends a scale's co-operative is reminded.
REMINDED = timedelta(days=30)
#: Twice the year that a verification holds: whatever lies further ahead was mistyped.
FURTHEST = timedelta(days=2 * 366)


class Tera(StrEnum):
    """How a scale's verification stands."""

    VALID = "valid"
    #: Still valid, and has to be renewed within 30 days.
    ENDING = "ending"
    EXPIRED = "expired"
    #: Nobody has entered until when it holds.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class NewScale:
    """A scale to be added.  capacity: grams that it weighs at most, if that is known.

    verified_until: the last day (Asia/Jakarta) of its verification; reference: number of the paper that says so.
    """

    name: str
    capacity: int | None = None
    verified_until: date | None = None
    reference: str = ""


def tera_on(verified_until: date | None, day: date) -> Tera:
    """How a verification that holds to the end of `verified_until` stands on `day`; both in Asia/Jakarta."""
    if verified_until is None:
        return Tera.UNKNOWN
    if day > verified_until:
        return Tera.EXPIRED
    return Tera.ENDING if verified_until - day <= REMINDED else Tera.VALID


def days_left(verified_until: date, day: date) -> int:
    """Days after `day` on which the verification still holds; below zero once it has ended."""
    return (verified_until - day).days


class Offered(Protocol):
    """What choosing needs to know of a scale."""

    @property
    def id(self) -> int:
        """Its number in the market."""


S = TypeVar("S", bound=Offered)


def usual_scale(offered: Sequence[S], last: int | None) -> S | None:
    """The scale that a clerk probably stands at: the one used `last`, else the first; none where none is offered."""
    return next((scale for scale in offered if scale.id == last), offered[0] if offered else None)


def scale_name(typed: str, taken: Sequence[str]) -> str:
    """The name meant by `typed`, which differs from those `taken` by more than capitals.  Raises: Invalid."""
    name = parse_name(typed, longest=LONGEST_NAME)
    if name.casefold() in {other.casefold() for other in taken}:
        raise Invalid({"name": "scale-name-taken"})
    return name


def check_verification(verified_until: date, reference: str, today: date) -> None:
    """Returns when that may be entered `today`; a verification that is over may, since that is what has to be known.

    Raises: Invalid.
    """
    errors = {}
    if verified_until - today > FURTHEST:
        errors["verified_until"] = "tera-too-far"
    if len(reference) > LONGEST_REFERENCE:
        errors["reference"] = "too-long"
    if errors:
        raise Invalid(errors)
