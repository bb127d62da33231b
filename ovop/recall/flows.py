"""Calling a lot back, and finishing that: many transactions, to be gone on with wherever they were cut off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ovop.accounts.rules import Actor
from ovop.db.session import db, write
from ovop.recall import operations, queries


def recall(catch_id: int, reason: str, actor: Actor, now: datetime) -> int:
    """The lot is called back, and as far as nothing fails its orders are cancelled; answers the recall's id.

    Killed in the middle, the outbox finishes it; done again, nothing happens twice.  Raises: Invalid, NotFound,
    Forbidden.
    """
    recall_id = write(operations.recall, catch_id, reason, actor, now)
    finish_recall({"recall": recall_id}, now)
    return recall_id


def finish_recall(payload: Mapping[str, Any], now: datetime) -> None:
    """Job: every buyer is written to, and no open order holds goods of the lot.  Safe to repeat.

    One transaction lists them all, so that letters leave however long the rest takes; one cancels each order.
    """
    recall_id = payload["recall"]
    write(operations.list_concerned, recall_id, now)
    while numbers := queries.open_concerned(db.session(), recall_id):
        db.session.rollback()
        for number in numbers:
            write(operations.cancel_concerned, recall_id, number, now)
    db.session.rollback()
    write(operations.finish, recall_id, now)
