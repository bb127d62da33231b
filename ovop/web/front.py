"""The front: public pages that did not change, given again before the application wakes up.

Only to visitors who bring nothing that could make a page theirs: no cookie, no token.  A kept answer is given while
the rows that it shows are the same (its change stamp) and the minute is; one tiny query tells.  Everything else goes
through to the application.  In front because most of an unchanged page's cost would be the way to it.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import parse_etags, remove_entity_headers, unquote_etag

from ovop.db import db
from ovop.db.stamp import Stamp, stamp_of
from ovop.kernel import days
from ovop.web import operations, security

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Where a page says under which stamp it may be given again.
KEPT_UNDER = "ovop.kept_under"
#: Bytes that the answers kept in one process may take; what one takes beside its texts; the longest key.
ROOM, BESIDE, LONGEST_KEY = 3 * 2**20, 3_000, 1_000

#: What of a request makes its answer somebody's own, or a part of one.
_OWN = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_RANGE")
#: All of any other request that an answer depends on; the language is in its path.
_SHARED = (
    "wsgi.url_scheme HTTP_HOST HTTP_X_FORWARDED_HOST HTTP_X_FORWARDED_PROTO SCRIPT_NAME PATH_INFO QUERY_STRING"
    " HTTP_ACCEPT_ENCODING"
).split()
#: What answers may say that they vary by: the first makes the key, the second is never there.
_VARY = {"accept-encoding", "cookie"}

Key = tuple[str, ...]
Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer and while it is true; `headers` lack the request's own id, `tag` is the bare ETag."""

    stamp: Stamp
    minute: datetime
    endpoint: str
    headers: Headers
    tag: str | None
    body: bytes

    def is_known(self, asked: str) -> bool:
        """Whether somebody who sends this If-None-Match has it already."""
        return self.tag is not None and parse_etags(asked).contains_weak(self.tag)


class Front:
    """The application with its front."""

    def __init__(self, app: Flask, engine: Engine) -> None:
        self._app = app
        self._behind: WSGIApplication = app.wsgi_app
        self._engine = engine
        self._answers = Answers()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        begun = time.perf_counter()
        key = _key(environ)
        if key is None:
            return self._behind(environ, start_response)
        answer = self._answers.find(key)
        if answer is None or not self._is_true(answer):
            return self._through(key, environ, start_response)
        name = security.name_request(environ.get("HTTP_X_REQUEST_ID", ""))
        status, headers, body = _said(answer, environ.get("HTTP_IF_NONE_MATCH"))
        start_response("304 NOT MODIFIED" if status == 304 else "200 OK", [*headers, (security.REQUEST_ID, name)])
        operations.record(self._app, answer.endpoint, "GET", status, time.perf_counter() - begun, name)
        return [body]

    def _is_true(self, answer: Answer) -> bool:
        """Whether `answer` would come out the same now."""
        try:
            return answer.minute == this_minute() and answer.stamp == stamp_of(self._engine)
        except SQLAlchemyError:
            return False  # the application has the words for a database that is away

    def _through(self, key: Key, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """What the application answers, kept when it says that it may be."""
        minute = this_minute()
        head: list[Any] = ["", []]

        def note(status: str, headers: Headers, *rest: Any) -> Any:
            head[:] = [status, headers]
            return start_response(status, headers, *rest)

        answered = self._behind(environ, note)
        stamp = environ.get(KEPT_UNDER)
        if stamp is None or not _is_shared(*head):
            return answered
        body = _whole(answered)
        endpoint = str(environ.get(operations.ENDPOINT))
        self._answers.keep(key, Answer(stamp, minute, endpoint, *_without_id(head[1]), body))
        return [body]


class Answers:
    """Answers by key; those asked for longest ago go first when there is no room."""

    def __init__(self, room: int = ROOM) -> None:
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._room, self._used = room, 0
        self._guard = threading.Lock()

    def find(self, key: Key) -> Answer | None:
        """The answer kept under `key`, true or not any more."""
        with self._guard:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer

    def keep(self, key: Key, answer: Answer) -> None:
        """`answer` is found under `key` until it has to make room; one larger than an eighth of it is not kept."""
        if _weight(key, answer) > self._room // 8:
            return
        with self._guard:
            before = self._answers.pop(key, None)
            self._used += _weight(key, answer) - (_weight(key, before) if before else 0)
            self._answers[key] = answer
            while self._used > self._room:
                gone = self._answers.popitem(last=False)
                self._used -= _weight(*gone)


def register(app: Flask) -> None:
    """Puts the front before `app`, outside of everything that wraps it."""
    with app.app_context():
        engine = db.engine
    app.wsgi_app = Front(app, engine)  # type: ignore[method-assign]


def this_minute() -> datetime:
    """The present, to the minute: as exact as a kept page is."""
    return days.now().replace(second=0)


def _key(environ: WSGIEnvironment) -> Key | None:
    """All that tells one anonymous request from another; none when it is not anonymous or asks for something odd."""
    if environ["REQUEST_METHOD"] != "GET":
        return None
    for name in _OWN:
        if name in environ:
            return None
    key = tuple([environ.get(name, "") for name in _SHARED])
    return key if sum(map(len, key)) <= LONGEST_KEY else None


def _is_shared(status: str, headers: Headers) -> bool:
    """Whether the answer is a whole page with nothing in it for one visitor alone."""
    varied = {word.strip().lower() for name, value in headers if name.lower() == "vary" for word in value.split(",")}
    is_own = any(name.lower() == "set-cookie" for name, _ in headers)
    return status.startswith("200 ") and not is_own and varied <= _VARY


def _without_id(headers: Headers) -> tuple[Headers, str | None]:
    """The headers that another request gets as well, and the answer's ETag."""
    kept = [(name, value) for name, value in headers if name != security.REQUEST_ID]
    tags = [unquote_etag(value)[0] for name, value in kept if name.lower() == "etag"]
    return kept, tags[0] if tags else None


def _said(answer: Answer, asked: str | None) -> tuple[int, Sequence[tuple[str, str]], bytes]:
    """What is said to somebody who sends that If-None-Match, if any."""
    if asked is None or not answer.is_known(asked):
        return 200, answer.headers, answer.body
    headers = list(answer.headers)
    remove_entity_headers(headers)
    return 304, headers, b""


def _whole(answered: Iterable[bytes]) -> bytes:
    try:
        return b"".join(answered)
    finally:
        close = getattr(answered, "close", None)
        if close is not None:
            close()


def _weight(key: Key, answer: Answer) -> int:
    """About how many bytes of memory the answer takes."""
    texts = sum(map(len, key)) + sum(len(name) + len(value) for name, value in answer.headers)
    return len(answer.body) + texts + BESIDE
