"""What can be followed, and when its followers hear of it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum

from ovop.kernel import days

#: When the letter of the day leaves, and between which hours nobody is told anything else.  Clocks in Asia/Jakarta.
DIGEST_AT = time(6, 30)
QUIET_FROM, QUIET_UNTIL = time(21), time(5, 30)
#: A slip can be taken back for a minute, and lots that are listed one after the other share a letter.
GRACE = timedelta(minutes=2)
#: Between two letters "at once" to one person.
SPACING = timedelta(minutes=15)
#: What was listed so shortly before a letter of the day waits for the next: whoever notes it may still be at it.
CLOSING = timedelta(minutes=5)
#: A letter that leaves sooner than this takes nothing on: noting it for a batch of followers may last longer.
MARGIN = timedelta(seconds=30)
#: Things that one account may follow.
MOST_FOLLOWED = 200


class FollowKind(StrEnum):
    """What can be followed."""

    SPECIES = "species"
    PRODUCT = "product"
    VILLAGE = "village"
    COOPERATIVE = "cooperative"


class Pace(StrEnum):
    """How soon a follower hears of a lot."""

    AT_ONCE = "at_once"
    DAILY = "daily"


def next_digest(instant: datetime) -> datetime:
    """The first time after `instant` at which letters of the day leave, UTC."""
    today = days.at(days.day_of(instant), DIGEST_AT)
    return today if today > instant else days.at(days.day_of(instant) + timedelta(days=1), DIGEST_AT)


def is_quiet(instant: datetime) -> bool:
    """Whether people sleep, and nothing but letters about their own orders is sent."""
    clock = days.to_local(instant).time()
    return clock >= QUIET_FROM or clock < QUIET_UNTIL


def after_quiet(instant: datetime) -> datetime:
    """`instant`, or the end of the quiet hours that it falls into, UTC."""
    if not is_quiet(instant):
        return instant
    day = days.day_of(instant)
    if days.to_local(instant).time() >= QUIET_FROM:
        day += timedelta(days=1)
    return days.at(day, QUIET_UNTIL)


def due_at(pace: Pace, listed_at: datetime, now: datetime, last_due: datetime | None) -> datetime:
    """When a follower hears of a lot that was listed then and is noted for them `now`.

    last_due: when this follower's latest letter at this pace is or was due; one that is still to come is shared.
    What should have been told by now, since the worker slept, is told as soon as it may be.
    """
    if pace is Pace.DAILY:
        digest = next_digest(listed_at + CLOSING)
        if digest >= now + MARGIN:
            return digest
    if last_due is not None and last_due >= now + MARGIN:
        return last_due
    soonest = now + GRACE
    if pace is Pace.AT_ONCE and last_due is not None:
        soonest = max(soonest, last_due + SPACING)
    return after_quiet(soonest)


def waits_until(pace: Pace, now: datetime, last_told: datetime | None) -> datetime | None:
    """When a letter that is ready `now` may leave, if not now: its worker may have slept past its hour.

    last_told: when this follower was last told anything at this pace.
    """
    if pace is Pace.DAILY:
        told_today = last_told is not None and days.day_of(last_told) >= days.day_of(now)
        return next_digest(now) if told_today else after_quiet(now) if is_quiet(now) else None
    free = now if last_told is None else max(now, last_told + SPACING)
    wait = after_quiet(free)
    return wait if wait > now else None
