"""Which days a standing listing opens, and who gets what of a harvest that is smaller than was hoped.  Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.money import price_within
from ovop.kernel.quantity import within

#: A day opens this many days before it at most: buyers do not plan their fish further ahead, and slots are made for 28.
FURTHEST_OPENING = 14
#: Two years, as for any lot.
LONGEST_KEEPING = 730 * 24
#: A line for which less than this part of what was ordered is left gets nothing: nobody travels for a handful.
WORTH_COMING = 10


@dataclass(frozen=True, slots=True)
class Standing:
    """What is offered on the same weekdays again and again.  Grams or pieces; rupiah per kg or piece.

    weekdays: digits, 1 is Monday.  lands_at: clock time in Asia/Jakarta.
    """

    product_id: int
    weekdays: str
    quantity: int
    unit_price: int
    opens_days_before: int
    lands_at: time
    keeps_hours: int

    def lands_on(self, day: date) -> datetime:
        """The instant at which that day's harvest is there."""
        return days.at(day, self.lands_at)

    @property
    def keeps(self) -> timedelta:
        """How long after landing it is best."""
        return timedelta(hours=self.keeps_hours)


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that are left out: all from now on, or those before `until`."""

    until: date | None = None

    def covers(self, day: date) -> bool:
        """Whether that day is left out."""
        return self.until is None or day < self.until


def check_standing(new: Standing) -> None:
    """Raises Invalid, naming each field that cannot be right."""
    errors: dict[str, str] = {}
    for field, value, check in (("quantity", new.quantity, within), ("unit_price", new.unit_price, price_within)):
        try:
            check(value, field)
        except Invalid as error:
            errors |= error.errors
    if not new.weekdays:
        errors["weekdays"] = "required"
    elif not set(new.weekdays) <= set("1234567") or len(set(new.weekdays)) != len(new.weekdays):
        errors["weekdays"] = "unknown"
    if not 1 <= new.opens_days_before <= FURTHEST_OPENING:
        errors["opens_days_before"] = "too-small" if new.opens_days_before < 1 else "too-large"
    if not 1 <= new.keeps_hours <= LONGEST_KEEPING:
        errors["keeps"] = "too-small" if new.keeps_hours < 1 else "too-large"
    if errors:
        raise Invalid(errors)


def days_ahead(standing: Standing, first: date, last: date) -> Iterator[date]:
    """Its days from `first` to `last`, both counted."""
    day = first
    while day <= last:
        if str(day.isoweekday()) in standing.weekdays:
            yield day
        day += timedelta(days=1)


def days_to_open(standing: Standing, now: datetime, done: Collection[date], pause: Pause | None) -> list[date]:
    """Days that are to be on sale at `now` and are not yet: begun to be offered, not landed, not `done`, not paused.

    It does not matter when or how often this is asked: what was missed is opened late, what is over never.
    """
    today = days.day_of(now)
    return [
        day
        for day in days_ahead(standing, today, today + timedelta(days=standing.opens_days_before))
        if standing.lands_on(day) > now and day not in done and (pause is None or not pause.covers(day))
    ]


@dataclass(frozen=True, slots=True)
class Claim:
    """A line that waits for its part of a harvest, in grams or pieces as ordered."""

    line_id: int
    quantity: int


def share_out(there: int, claims: Sequence[Claim]) -> dict[int, int]:
    """What each line gets of `there`, by line: all that it asks for, served in the order of `claims`.

    The one that cannot be served in full gets what is left, unless that is less than a tenth of what it asks for: then
    it gets nothing and the next one is served from it.
    """
    given: dict[int, int] = {}
    left = there
    for claim in claims:
        part = min(claim.quantity, left)
        given[claim.line_id] = part if part * WORTH_COMING >= claim.quantity else 0
        left -= given[claim.line_id]
    return given
