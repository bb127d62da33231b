"""Calls that create or move something: done once for each Idempotency-Key, and answered the same again."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import ClassVar

from flask import Response, request
from sqlalchemy.orm import Session

from ovop.accounts.idempotency import LONGEST_KEY, Answer, find_answer, fingerprint, remember_answer
from ovop.api.v1.access import caller
from ovop.api.v1.schemas.fields import Answer as Shown
from ovop.api.v1.schemas.fields import Body
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Refused

HEADER = "Idempotency-Key"


class BadKey(Refused):
    """The header that names a request is missing, too long, or no text.  Source: contract, Checkout request."""

    problem: ClassVar[str] = "idempotency-key"
    status: ClassVar[int] = 400

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


def find_key() -> str | None:
    """The request's Idempotency-Key, if it has one.  Raises: BadKey."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not key or not key.isprintable():
        raise BadKey("required" if not key else "not-text")
    if len(key) > LONGEST_KEY:
        raise BadKey("too-long")
    return key


def require_key() -> str:
    """The request's Idempotency-Key.  Raises: BadKey."""
    key = find_key()
    if key is None:
        raise BadKey("required")
    return key


def answer_once(body: Body, change: Callable[[Session], Shown | Refused], *, status: int = 200) -> Response:
    """The change is made, in one transaction with what it is answered; a repeat of its key gets that answer again.

    change: works on the session and answers what is shown, or a refusal that is to be told after the commit.
    Raises: what `change` raises or answers; BadKey, KeyReused.
    """
    account, key, now = caller().id, find_key(), days.now()
    request_print = fingerprint(f"{request.method} {request.path}", body.model_dump(mode="json", exclude_unset=True))

    def once(session: Session) -> tuple[Answer, bool] | Refused:
        if key is not None and (kept := find_answer(session, account, key, request_print)):
            return kept, True
        shown = change(session)
        if isinstance(shown, Refused):
            return shown
        answer = Answer(status, shown.model_dump_json())
        if key is not None:
            remember_answer(session, account, key, request_print, answer, now)
        return answer, False

    try:
        outcome = write(once)
    except Refused:
        # The same request may have been faster, and what it took is what this one now misses.
        kept = find_answer(db.session(), account, key, request_print) if key is not None else None
        if kept is None:
            raise
        outcome = kept, True
    if isinstance(outcome, Refused):
        raise outcome
    return told(*outcome)


def told(answer: Answer, is_replay: bool) -> Response:
    """The answer as a response, which says where a new thing is and whether all this had been told before."""
    response = Response(answer.body, answer.status, mimetype="application/json")
    if answer.status == 201:
        made = json.loads(answer.body)
        response.headers["Location"] = f"{request.path}/{made['id']}"
    if is_replay:
        response.headers["Idempotent-Replayed"] = "true"
    return response
