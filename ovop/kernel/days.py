"""Time: one clock, instants in UTC, days in Asia/Jakarta."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

JAKARTA = ZoneInfo("Asia/Jakarta")


def _system() -> datetime:
    return datetime.now(UTC)


_clock: Callable[[], datetime] = _system


def now() -> datetime:
    """The present instant, UTC, whole seconds: what is kept and what is answered are then the same."""
    return _clock().astimezone(UTC).replace(microsecond=0)


@contextmanager
def clock_at(source: datetime | Callable[[], datetime]) -> Iterator[None]:
    """While open, `now` answers `source`: an aware instant, or a function that gives one."""
    global _clock
    before = _clock
    _clock = source if callable(source) else (lambda: source)
    try:
        yield
    finally:
        _clock = before


def today() -> date:
    """The present day in Asia/Jakarta."""
    return day_of(now())


def to_local(instant: datetime) -> datetime:
    """`instant` in Asia/Jakarta."""
    return instant.astimezone(JAKARTA)


def day_of(instant: datetime) -> date:
    """The day in Asia/Jakarta on which `instant` falls."""
    return to_local(instant).date()


def at(day: date, clock: time) -> datetime:
    """The instant at which clocks in Jakarta show `clock` on `day`, in UTC."""
    return datetime.combine(day, clock, tzinfo=JAKARTA).astimezone(UTC)


def start_of(day: date) -> datetime:
    """The first instant of `day` in Asia/Jakarta, in UTC."""
    return at(day, time(0))


def end_of(day: date) -> datetime:
    """The first instant after `day` in Asia/Jakarta, in UTC."""
    return start_of(day + timedelta(days=1))


def month_start(day: date) -> date:
    """The first day of the month that `day` lies in."""
    return day.replace(day=1)


def previous_month_start(day: date) -> date:
    """The first day of the month before the one that `day` lies in."""
    return month_start(month_start(day) - timedelta(days=1))


def next_month_start(day: date) -> date:
    """The first day of the month after the one that `day` lies in."""
    return month_start(month_start(day) + timedelta(days=31))


def month_end(day: date) -> date:
    """The last day of the month that `day` lies in."""
    return next_month_start(day) - timedelta(days=1)
