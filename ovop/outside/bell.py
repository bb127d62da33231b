"""The bell: tells waiting workers that a job was committed, so that it starts at once.

Only a comfort: a bell that is not heard (Redis away, another machine) delays a job until the worker's next look.
"""

from __future__ import annotations

import threading
from typing import Protocol

from flask import Flask, current_app, has_app_context
from sqlalchemy import event
from sqlalchemy.orm import Session

_MARK = "ovop_ring"
_EXTENSION = "ovop_bell"


class Bell(Protocol):
    """Wakes those who listen."""

    def ring(self) -> None:
        """Whoever listens wakes up."""

    def listen(self, ear: threading.Event) -> None:
        """From now on `ear` is set whenever the bell rings."""

    def hush(self, ear: threading.Event) -> None:
        """`ear` is no longer set."""


class LocalBell:
    """Heard within this process."""

    def __init__(self) -> None:
        self._ears: set[threading.Event] = set()

    def ring(self) -> None:
        for ear in tuple(self._ears):
            ear.set()

    def listen(self, ear: threading.Event) -> None:
        self._ears.add(ear)

    def hush(self, ear: threading.Event) -> None:
        self._ears.discard(ear)


def register(app: Flask, redis_url: str | None) -> None:
    """Hangs the bell into `app`: Redis's where it is given, otherwise the process's own."""
    if redis_url is None:
        app.extensions[_EXTENSION] = LocalBell()
        return
    from ovop.outside.redis_bell import RedisBell  # noqa: PLC0415 - a market without Redis need not pay for its client

    app.extensions[_EXTENSION] = RedisBell(redis_url)


def of(app: Flask) -> Bell:
    """The bell of `app`."""
    found: Bell = app.extensions[_EXTENSION]
    return found


def ring_after_commit(session: Session) -> None:
    """The bell rings when `session` commits, and stays still when it does not."""
    session.info[_MARK] = True


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    if not session.in_nested_transaction() and session.info.pop(_MARK, False) and has_app_context():
        of(current_app).ring()


@event.listens_for(Session, "after_rollback")
def _rolled_back(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_MARK, None)
