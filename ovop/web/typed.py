"""Reading a form: every field once, all that is wrong with it gathered, nothing thrown away."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Concatenate, ParamSpec, TypeVar

from flask import request

from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.web.language import current_language

P = ParamSpec("P")
T = TypeVar("T")

_NOTHING = re.compile(r"0+([.,]0*)?\s*[a-z.]*", re.IGNORECASE)
_CLOCK = re.compile(r"([0-9]{1,2})[:.]([0-5][0-9])(?:[:.][0-5][0-9])?")


class Reading:
    """The form of this request, being read; `errors` are reasons by field, as far as it was read."""

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}

    def text(self, name: str) -> str:
        """What was typed, without blanks around it; nothing for a field that is not there."""
        return request.form.get(name, "").strip()

    def take(
        self, parse: Callable[Concatenate[str, P], T], name: str, instead: T, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What `parse` makes of field `name`; where it refuses, its reason is kept and `instead` stands in."""
        try:
            return parse(self.text(name), *args, **kwargs)
        except Invalid as error:
            self.errors[name] = next(iter(error.errors.values()))
            return instead

    def refuse(self, name: str, reason: str) -> None:
        """`reason` stands beside field `name`, unless something does already."""
        self.errors.setdefault(name, reason)

    def finish(self) -> None:
        """Raises Invalid with all reasons when there are any."""
        if self.errors:
            raise Invalid(self.errors)


def has_decimal_point() -> bool:
    """Whether numbers on this page are typed the English way."""
    return current_language() == "en"


def is_nothing(typed: str) -> bool:
    """Whether ``0``, ``0 kg`` or the like was typed, where nought is an answer."""
    return _NOTHING.fullmatch(typed) is not None


def parse_moment(typed: str) -> datetime:
    """The instant that a field of day and time holds, clocks in Jakarta, such as ``2026-01-05T06:30``.

    Raises: Invalid.
    """
    try:
        naive = datetime.fromisoformat(typed)
    except ValueError:
        raise Invalid({"moment": "not-a-time" if typed else "required"}) from None
    if naive.tzinfo is not None or not 2000 <= naive.year <= 2100:
        raise Invalid({"moment": "not-a-time"})
    return days.at(naive.date(), naive.time())


def parse_day(typed: str) -> date:
    """The day that a field holds, such as ``2026-01-05``.  Raises: Invalid."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise Invalid({"day": "not-a-day" if typed else "required"}) from None
    if not 2000 <= day.year <= 2100:
        raise Invalid({"day": "not-a-day"})
    return day


def parse_clock(typed: str) -> time:
    """The time of day that a field holds, such as ``06:30`` or ``6.30``.  Raises: Invalid."""
    found = _CLOCK.fullmatch(typed)
    if found is None or int(found[1]) > 23:
        raise Invalid({"clock": "not-a-time" if typed else "required"})
    return time(int(found[1]), int(found[2]))


def typed_moment(instant: datetime) -> str:
    """An instant as a field of day and time holds it."""
    return days.to_local(instant).strftime("%Y-%m-%dT%H:%M")
