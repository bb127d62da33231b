"""Who needs a visit: silent, falling, often weighed short, waited for in vain, complained of.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum

from ovop.kernel.errors import Invalid
from ovop.sales.rules import FALLING, SILENT_DAYS, Span, change

#: Four weeks against the four before: as many of each weekday, and no matter where a month begins.
TREND_DAYS = 28


class Sign(StrEnum):
    """Something about single orders that tells of trouble when there is much of it."""

    SHORT = "short"
    NO_SHOW = "no_shows"
    COMPLAINT = "complaints"


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on somebody should go and see: days of silence, a fall in percent, orders in the last four weeks."""

    silent: int = SILENT_DAYS
    fall: int = round(100 * FALLING)
    short: int = 3
    no_shows: int = 3
    complaints: int = 2

    @property
    def chosen(self) -> dict[str, int]:
        """Those that are not what they are when nothing is said."""
        return {name: value for name in LIMITS if (value := getattr(self, name)) != getattr(USUAL, name)}


#: The names of the limits, with the largest value that each may have; the smallest is 1.
LIMITS = {"silent": 365, "fall": 100, "short": 999, "no_shows": 999, "complaints": 999}
USUAL = Limits()
assert set(LIMITS) == {field.name for field in fields(Limits)}


@dataclass(frozen=True, slots=True)
class Signs:
    """How many orders of a co-operative were short, how many nobody came for, how many were complained of."""

    short: int = 0
    no_shows: int = 0
    complaints: int = 0


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why somebody should go: each is none where it is no reason.  fall: a negative share."""

    silent_days: int | None = None
    fall: float | None = None
    short: int | None = None
    no_shows: int | None = None
    complaints: int | None = None

    def __bool__(self) -> bool:
        """Whether there is any."""
        return any(getattr(self, name) is not None for name in self.__slots__)

    @property
    def weight(self) -> tuple[bool, int, bool, float, int]:
        """What is worst comes first: long silence, then the deepest fall, then the most trouble."""
        trouble = sum(getattr(self, sign) or 0 for sign in Sign)
        return self.silent_days is None, -(self.silent_days or 0), self.fall is None, self.fall or 0, -trouble


def parse_limits(typed: Mapping[str, str]) -> Limits:
    """The limits as typed, the usual ones for those that are left empty.  Raises: Invalid naming each at fault."""
    errors: dict[str, str] = {}
    values: dict[str, int] = {}
    for name, most in LIMITS.items():
        text = typed.get(name, "").strip()
        if not text:
            continue
        if text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= most:
            values[name] = int(text)
        else:
            errors[name] = "out-of-range"
    if errors:
        raise Invalid(errors)
    return Limits(**values)


def reasons(limits: Limits, silent_days: int, recent: int, earlier: int, signs: Signs) -> Reasons:
    """Why to visit somebody who sold for `recent` rupiah in the last four weeks and `earlier` in those before."""
    is_silent = silent_days >= limits.silent
    fall = change(recent, earlier)
    is_falling = not is_silent and fall is not None and 100 * (earlier - recent) >= limits.fall * earlier
    return Reasons(
        silent_days if is_silent else None,
        fall if is_falling else None,
        **{sign.value: count if (count := getattr(signs, sign)) >= getattr(limits, sign) else None for sign in Sign},
    )


def recent_days(today: date) -> Span:
    """The last four weeks that are over."""
    return Span(today - timedelta(days=TREND_DAYS), today - timedelta(days=1))


def earlier_days(today: date) -> Span:
    """The four weeks before those."""
    recent = recent_days(today)
    return Span(recent.first - timedelta(days=TREND_DAYS), recent.first - timedelta(days=1))
