"""Reviews: who may say what until when, and how it is read.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ovop.kernel.errors import Invalid
from ovop.reviews.errors import RatingOver

#: How long after the handover a buyer may rate, and how long after that they may change it.
TIME_TO_RATE, TIME_TO_CHANGE = timedelta(days=60), timedelta(days=14)
LEAST, MOST = 1, 5
LONGEST_TEXT, LONGEST_ANSWER, LONGEST_REASON = 600, 600, 300


class Step(StrEnum):
    """What can happen to a review."""

    WRITTEN = "written"
    CHANGED = "changed"
    ANSWERED = "answered"
    HIDDEN = "hidden"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Given:
    """A rating from 1 to 5, and the words with it, which may be none."""

    rating: int
    text: str = ""


def read_given(rating: str, text: str, product_id: int) -> Given | None:
    """What was filled in for a product; None when nothing was.

    Raises: Invalid naming `rating_…` when there are words alone or no such rating, `text_…` when they are too many.
    """
    words = read_words(text, LONGEST_TEXT, f"text_{product_id}")
    if not rating:
        if words:
            raise Invalid({f"rating_{product_id}": "no-rating"})
        return None
    if rating not in [str(number) for number in range(LEAST, MOST + 1)]:
        raise Invalid({f"rating_{product_id}": "unknown"})
    return Given(int(rating), words)


def read_words(text: str, longest: int, field: str, *, required: bool = False) -> str:
    """`text` on one line, without what cannot be printed.  Raises: Invalid."""
    words = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if len(words) > longest:
        raise Invalid({field: "too-long"})
    if required and not words:
        raise Invalid({field: "required"})
    return words


def may_rate_until(collected_at: datetime) -> datetime:
    """Until when an order's goods can be rated for the first time."""
    return collected_at + TIME_TO_RATE


def may_change_until(created_at: datetime) -> datetime:
    """Until when a review can be changed by whoever wrote it."""
    return created_at + TIME_TO_CHANGE


def check_first(collected_at: datetime, now: datetime) -> None:
    """Raises RatingOver when goods collected then are not rated any more."""
    if now > may_rate_until(collected_at):
        raise RatingOver("too-late")


def check_change(created_at: datetime, now: datetime) -> None:
    """Raises RatingOver when a review written then stays as it is."""
    if now > may_change_until(created_at):
        raise RatingOver("fixed")


def initial_of(name: str) -> str:
    """``S.``: how others read a buyer's name; nothing when there is no letter in it, as after they have left."""
    letter = next((letter for letter in name if letter.isalpha()), "")
    return f"{letter.upper()}." if letter else ""
