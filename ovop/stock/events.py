"""What stock announces to those whom it may not import."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ovop.accounts.rules import Actor
from ovop.kernel.events import Event


@dataclass(frozen=True, slots=True)
class LotTimed(Event):
    """A lot, locked, has a landing and a best-before that it had not before."""

    catch_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CatchListed(Event):
    """A lot is on sale: landed, or a harvest that can be ordered ahead."""

    catch_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CaughtLess(Event):
    """A lot was entered or planned too large, and is corrected; `caught`: what is left of it, 0 when it never was."""

    catch_id: int
    caught: int
    actor: Actor
    now: datetime
