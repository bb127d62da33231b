"""Answers to requests that carried an idempotency key, kept so that a repeat changes nothing.

The answer is written in the transaction of the change.  Two of the same at once: the table's key lets one commit,
and `ovop.db.write` runs the other again, which then finds the answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from ovop.accounts.errors import KeyReused
from ovop.accounts.models import RememberedAnswer
from ovop.kernel.errors import Invalid

LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Answer:
    """The first answer: its HTTP status and its body as it was written."""

    status: int
    body: str


def check_key(key: str) -> str:
    """`key` itself when it can be kept: 1 to 255 characters.  Raises: Invalid.  Source: contract, Checkout request."""
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise Invalid({"idempotency_key": "too-long" if len(key) > LONGEST_KEY else "required"})
    return key


def fingerprint(operation: str, body: object) -> bytes:
    """SHA-256 of what is asked: the same for the same JSON whatever the order of its members."""
    text = json.dumps([operation, body], sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def find_answer(session: Session, account_id: int, key: str, print_of_request: bytes) -> Answer | None:
    """The answer that this account's `key` was given before, if it was.

    Raises: KeyReused when it was given to another request.  Other accounts' keys are other keys.
    """
    kept = session.execute(
        select(RememberedAnswer.fingerprint, RememberedAnswer.status, RememberedAnswer.body).where(
            RememberedAnswer.account_id == account_id, RememberedAnswer.key == key
        )
    ).one_or_none()
    if kept is None:
        return None
    if kept.fingerprint != print_of_request:
        raise KeyReused()
    return Answer(kept.status, kept.body)


def find_remembered(session: Session, account_id: int, key: str) -> Answer | None:
    """The answer that this account's `key` was given, whatever was asked: for pages, whose key names a basket."""
    row = session.execute(
        select(RememberedAnswer.status, RememberedAnswer.body).where(
            RememberedAnswer.account_id == account_id, RememberedAnswer.key == key
        )
    ).one_or_none()
    return Answer(row.status, row.body) if row else None


def remember_answer(
    session: Session, account_id: int, key: str, print_of_request: bytes, answer: Answer, now: datetime
) -> None:
    """From the commit on, the same request gets `answer` again."""
    session.execute(
        insert(RememberedAnswer).values(
            account_id=account_id,
            key=key,
            fingerprint=print_of_request,
            status=answer.status,
            body=answer.body,
            at=now,
        )
    )


def once(
    session: Session, account_id: int, key: str, print_of_request: bytes, now: datetime, do: Callable[[Session], int]
) -> tuple[int, bool]:
    """What `do` made, by its id, once for each `key`; answers (id, whether it had been made before).

    Raises: KeyReused, and whatever `do` raises.
    """
    if (before := find_answer(session, account_id, key, print_of_request)) is not None:
        return int(before.body), True
    made = do(session)
    remember_answer(session, account_id, key, print_of_request, Answer(201, str(made)), now)
    return made, False


def forget_answers(session: Session, before: datetime) -> int:
    """Answers given before that instant are gone; returns how many."""
    return session.execute(delete(RememberedAnswer).where(RememberedAnswer.at < before)).rowcount  # type: ignore[attr-defined,no-any-return]
