"""How sales are asked for and compared: spans of days, groups, what fell silent.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ovop.kernel.days import month_end, month_start, next_month_start, previous_month_start
from ovop.kernel.errors import Invalid

#: The longest span that may be asked for at once: five years.
LONGEST_DAYS = 5 * 366
#: Days without a sale after which somebody should visit a co-operative that sold before.
SILENT_DAYS = 14
#: A village that lost this share of its sales against the time before should be visited as well.
FALLING = 0.3

_EARLIEST, _LATEST = 2000, 2199


class Group(StrEnum):
    """What sales can be added up by; the values are the contract's, others are the pages' own."""

    DAY = "day"
    MONTH = "month"
    DISTRICT = "district"
    VILLAGE = "village"
    COOPERATIVE = "cooperative"
    SPECIES = "species"
    FORM = "form"
    PRODUCT = "product"
    FLAGSHIP = "flagship"
    METHOD = "method"
    WEEKDAY = "weekday"
    HOUR = "hour"


class Shown(StrEnum):
    """The figure that a map is coloured by."""

    REVENUE = "revenue"
    GRAMS = "grams"
    ORDERS = "orders"
    BUYERS = "buyers"


#: What the contract's `group_by` may name.
PUBLISHED = frozenset({Group.DAY, Group.MONTH, Group.DISTRICT, Group.VILLAGE, Group.SPECIES, Group.FORM})
#: What no total holds: such sales are counted line by line.
OF_LINES = frozenset({Group.PRODUCT, Group.FLAGSHIP, Group.METHOD, Group.WEEKDAY, Group.HOUR})
#: An order can count in several groups of these, since it may hold several of them.
OF_PRODUCT = frozenset({Group.SPECIES, Group.FORM})


@dataclass(frozen=True, slots=True)
class Span:
    """Days in Asia/Jakarta, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    def each(self) -> list[date]:
        """Every day of it."""
        return [self.first + timedelta(days=number) for number in range(self.days)]


class Period(StrEnum):
    """A span that the calendar knows; what is neither is `other`."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a span is fairly held against: only whole days, so never today's.

    part: the days of the span that are over; none on its first day.  before, year_before: as much of the time before
    and of the same time a year earlier.  whole: all of the time before.
    """

    part: Span | None
    before: Span | None
    year_before: Span | None
    whole: Span


def parse_groups(text: str) -> tuple[Group, ...]:
    """The groups that ``group_by`` names, each once, in the order given; none for nothing.  Raises: Invalid."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not set(names) <= PUBLISHED:
        raise Invalid({"group_by": "unknown"})
    return tuple(dict.fromkeys(Group(name) for name in names))


def parse_span(first: str | None, last: str | None, *, fields: tuple[str, str] = ("from", "to")) -> Span:
    """The span from one day to another, written ``2026-01-31``.  Raises: Invalid naming the field at fault."""
    errors = {field: reason for field, typed in zip(fields, (first, last), strict=True) if (reason := _fault(typed))}
    if errors:
        raise Invalid(errors)
    span = Span(date.fromisoformat((first or "").strip()), date.fromisoformat((last or "").strip()))
    if span.last < span.first:
        raise Invalid({fields[1]: "before-start"})
    if span.days > LONGEST_DAYS:
        raise Invalid({fields[1]: "too-wide"})
    return span


def current(period: Period, today: date) -> Span:
    """The present day, week (from Monday), month or year, up to `today`."""
    match period:
        case Period.WEEK:
            return Span(today - timedelta(days=today.weekday()), today)
        case Period.MONTH:
            return Span(month_start(today), today)
        case Period.YEAR:
            return Span(date(today.year, 1, 1), today)
        case Period.DAY | Period.OTHER:
            return Span(today, today)


def period_of(span: Span, today: date) -> Period:
    """What the calendar calls `span`: whole, or up to today."""
    for period, end in (
        (Period.DAY, span.first),
        (Period.WEEK, span.first + timedelta(days=6)),
        (Period.MONTH, month_end(span.first)),
        (Period.YEAR, date(span.first.year, 12, 31)),
    ):
        begins = current(period, span.first).first == span.first
        if begins and (span.last == end or span.first <= span.last == today < end):
            return period
    return Period.OTHER


def compare(span: Span, today: date, period: Period | None = None) -> Comparison:
    """What to hold `span` against on `today`.

    period: what it was asked for as; on its first day a month so far looks like a day.
    """
    period = period or period_of(span, today)
    whole = _time_before(span, period)
    last = min(span.last, today - timedelta(days=1))
    if last < span.first:
        return Comparison(None, None, None, whole)
    part = Span(span.first, last)
    return Comparison(part, _same_part(part, whole, period), _year_earlier(part, period), whole)


def split(span: Span, today: date) -> tuple[Span | None, list[Span]]:
    """The whole months of `span` by their first days, and what is left of it at its ends: each day once.

    A month that goes on is whole up to `today`: no sale can lie later.
    """
    first = span.first if span.first == month_start(span.first) else next_month_start(span.first)
    is_ended = span.last == month_end(span.last) or span.last >= today
    last = month_start(span.last) if is_ended else previous_month_start(span.last)
    if first > last:
        return None, [span]
    ends = [Span(span.first, first - timedelta(days=1)), Span(next_month_start(last), span.last)]
    return Span(first, last), [end for end in ends if end.first <= end.last]


def change(now: int, before: int) -> float | None:
    """By what share `now` is more than `before`; none when there is nothing to compare with."""
    return None if before == 0 else (now - before) / before


def classes(values: Iterable[int], number: int = 4) -> list[int]:
    """Lowest value of each class from the second on: quantiles of the values above zero, rounded to be read.

    At most `number` classes of about equally many values, fewer where values are few or alike; none is empty.
    """
    positive = sorted({value for value in values if value > 0})
    bounds: list[int] = []
    for step in range(1, number if positive else 0):
        bound, lowest = _rounded(positive[len(positive) * step // number]), bounds[-1] if bounds else 0
        if bound <= positive[-1] and any(lowest <= value < bound for value in positive):
            bounds.append(bound)
    return bounds


def class_of(value: int, bounds: Sequence[int]) -> int:
    """Which class `value`, above zero, falls into: 1 is the lowest."""
    return 1 + sum(value >= bound for bound in bounds)


def _fault(typed: str | None) -> str | None:
    if not typed or not typed.strip():
        return "required"
    try:
        is_day = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed.strip()) is not None
        return None if is_day and _EARLIEST <= date.fromisoformat(typed.strip()).year <= _LATEST else "not-a-day"
    except ValueError:
        return "not-a-day"


def _time_before(span: Span, period: Period) -> Span:
    """The whole time before: the month before a month; a day or week is held against the same weekdays."""
    match period:
        case Period.DAY:
            return Span(span.first - timedelta(days=7), span.first - timedelta(days=7))
        case Period.WEEK:
            return Span(span.first - timedelta(days=7), span.first - timedelta(days=1))
        case Period.MONTH:
            return Span(previous_month_start(span.first), span.first - timedelta(days=1))
        case Period.YEAR:
            return Span(date(span.first.year - 1, 1, 1), date(span.first.year - 1, 12, 31))
        case Period.OTHER:
            return Span(span.first - timedelta(days=span.days), span.first - timedelta(days=1))


def _same_part(part: Span, whole: Span, period: Period) -> Span:
    """As much of `whole` as `part` is of its own time; a finished month is held against a whole one."""
    if period is Period.YEAR:
        return _year_earlier(part, period)
    if period is Period.MONTH and part.last == month_end(part.last):
        return whole
    return Span(whole.first, min(whole.first + timedelta(days=part.days - 1), whole.last))


def _year_earlier(part: Span, period: Period) -> Span:
    """The same days a year before; days and weeks keep their weekdays, a whole month stays whole."""
    if period in (Period.DAY, Period.WEEK):
        return Span(part.first - timedelta(days=364), part.last - timedelta(days=364))
    last = _a_year_before(part.last)
    is_whole = period is Period.MONTH and part.last == month_end(part.last)
    return Span(_a_year_before(part.first), month_end(last) if is_whole else last)


def _a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _rounded(value: int) -> int:
    """`value` to two leading digits."""
    unit: int = 10 ** max(len(str(value)) - 2, 0)
    return (2 * value + unit) // (2 * unit) * unit
