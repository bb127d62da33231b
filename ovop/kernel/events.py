"""Announcing what happened to those whom the announcer may not import.

`wiring` says once, at the start, who follows what; an announcement then calls the followers in that order, in the
announcer's own transaction.  A follower that fails fails the whole change: nothing is logged away.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Event:
    """Base of what can be announced: a frozen dataclass of ids and plain values, named in the past tense."""

    __slots__ = ()


E = TypeVar("E", bound=Event)

_followers: dict[type[Event], tuple[Callable[[Session, Any], None], ...]] = {}


def follow(kind: type[E], *followers: Callable[[Session, E], None]) -> None:
    """From now on `followers` are called for each `kind`, in this order, in place of any that were before."""
    _followers[kind] = followers


def announce(session: Session, event: Event) -> None:
    """Every follower of this kind of event has done its part in `session`; nobody following is no fault.

    Raises: whatever a follower raises.
    """
    for follower in _followers.get(type(event), ()):
        follower(session, event)
