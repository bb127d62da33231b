"""Use cases of selling ahead that take several transactions."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ovop.accounts.rules import Actor
from ovop.advance import counting, opening, reminding
from ovop.db.session import db, write
from ovop.kernel.errors import Refused

log = logging.getLogger(__name__)


def count_harvest(catch_id: int, quantity: int, actor: Actor, now: datetime) -> int:
    """The lot is counted and shared out, and orders left with nothing are cancelled; answers how many were.

    Killed in the middle, the outbox finishes it.  Raises: what `counting.count_harvest` raises.
    """
    write(counting.count_harvest, catch_id, quantity, actor, now)
    return cancel_empty({"catch": catch_id, "actor": actor.id}, now)


def cancel_empty(payload: Mapping[str, Any], now: datetime) -> int:
    """Job: no open order of the lot is left that holds nothing.  One transaction for each; safe to repeat."""
    done = 0
    while numbers := counting.empty_orders(db.session(), payload["catch"]):
        db.session.rollback()
        cancelled = sum(write(counting.cancel_when_empty, number, payload["actor"], now) for number in numbers)
        done += cancelled
        if not cancelled:
            break  # all of them were changed by somebody else meanwhile
    db.session.rollback()
    return done


def open_due(now: datetime) -> int:
    """Duty: every day that a standing listing is to offer by now is on sale; answers how many were opened.

    Each listing by itself: one that cannot be opened, such as of a product that is sold no more, holds up no other.
    """
    done = 0
    listings = opening.listings_to_open(db.session())
    db.session.rollback()
    for listing_id in listings:
        try:
            done += write(opening.open_days, listing_id, now)
        except Refused as refusal:
            log.warning("standing listing not opened", extra={"listing": listing_id, "problem": refusal.problem})
    return done


def remind(now: datetime) -> int:
    """Duty: whoever works for a co-operative is written to, once for each lot whose time has come uncounted."""
    return write(reminding.post_reminders, now)
