"""The front: public pages that did not change, given again before the application wakes up.

Only to visitors who bring nothing that could make a page theirs: no cookie, no token.  A kept answer is given in the
minute for which it was made, while the rows that it shows are the same: because their change stamp is, which one tiny
query tells, or because reading them again finds the same.  Everything else goes through to the application.
In front because most of an unchanged page's cost would be the way to it.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_etags, remove_entity_headers, unquote_etag

from ovop.db import db
from ovop.db.stamp import Stamp, stamp_of
from ovop.kernel import days
from ovop.kernel.errors import Refused
from ovop.web import operations, security
from ovop.web.holes import Fillings, Holed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Where in the environment a page says how it may be given again, and finds what was read for it on the way.
OFFERED, FOUND = "ovop.offered", "ovop.found"
#: Bytes that the answers kept in one process may take; what one takes beside its texts, the rows that it shows above
#: all; the longest key.
ROOM, BESIDE, LONGEST_KEY = 4 * 2**20, 45_000, 1_000

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
class Source:
    """What a page shows beside its address, and how to read it anew."""

    read: Callable[[Stamp], object]
    facts: object


@dataclass(frozen=True, slots=True)
class Found:
    """What was read anew and came out different; `stamp` was read before."""

    stamp: Stamp
    minute: datetime
    facts: object


@dataclass(frozen=True, slots=True)
class Offered:
    """What a page tells of itself: the stamp read before its rows, its text, and what fills all holes but `token`'s."""

    stamp: Stamp
    source: Source
    page: Holed
    fillings: Fillings
    token: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """A page whose form gets another token for every new visitor.

    attributes: what ends the cookie that the token belongs to; is_packed: it is for browsers that read gzip.
    """

    tokens: security.Tokens
    offered: Offered
    attributes: str
    is_packed: bool

    def greeting(self) -> tuple[Headers, bytes]:
        """The page with a token that nobody else gets, and the headers that go with it."""
        cookie, field = self.tokens.new()
        fillings = {**self.offered.fillings, self.offered.token: field.encode()}
        body = self.offered.page.gzip(fillings) if self.is_packed else self.offered.page.plain(fillings)
        return [("Content-Length", str(len(body))), ("Set-Cookie", f"{cookie};{self.attributes}")], body


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer and while it is true; `headers` lack the request's own id, `tag` is the bare ETag.

    form: given instead of `body` where there is one.
    """

    stamp: Stamp
    source: Source
    minute: datetime
    endpoint: str
    headers: Headers
    tag: str | None
    body: bytes
    form: Form | None = None

    def is_known(self, asked: str) -> bool:
        """Whether somebody who sends this If-None-Match has it already."""
        return self.tag is not None and parse_etags(asked).contains_weak(self.tag)

    def said(self, asked: str | None) -> tuple[str, Headers, bytes]:
        """Status, headers and body for somebody who sends that If-None-Match, if any."""
        if self.form is not None:
            own, body = self.form.greeting()
            return "200 OK", self.headers + own, body
        if asked is None or not self.is_known(asked):
            return "200 OK", self.headers, self.body
        headers = list(self.headers)
        remove_entity_headers(headers)
        return "304 NOT MODIFIED", headers, b""


class Front:
    """The application with its front."""

    def __init__(self, app: Flask, engine: Engine) -> None:
        self._app = app
        self._behind: WSGIApplication = app.wsgi_app
        self._engine = engine
        self._answers = Answers()
        self._tokens = security.Tokens(app)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        begun = time.perf_counter()
        key = _key(environ)
        if key is None:
            return self._behind(environ, start_response)
        answer = self._answers.find(key)
        if answer is None or not self._is_true(key, answer, environ):
            return self._through(key, environ, start_response)
        name = security.name_request(environ.get("HTTP_X_REQUEST_ID", ""))
        status, headers, body = answer.said(environ.get("HTTP_IF_NONE_MATCH"))
        start_response(status, [*headers, (security.REQUEST_ID, name)])
        operations.record(self._app, answer.endpoint, "GET", int(status[:3]), time.perf_counter() - begun, name)
        return [body]

    def _is_true(self, key: Key, answer: Answer, environ: WSGIEnvironment) -> bool:
        """Whether `answer` would come out the same now; what has been read for it and differs goes on."""
        minute = this_minute()
        if answer.minute != minute:
            return False
        try:
            stamp = stamp_of(self._engine)
            if answer.stamp == stamp:
                return True
            facts = answer.source.read(stamp)
        except (SQLAlchemyError, HTTPException, Refused):
            return False  # the application has the words for what is away or gone
        if facts != answer.source.facts:
            environ[FOUND] = Found(stamp, minute, facts)
            return False
        self._answers.renew(key, answer, stamp)  # the change was somewhere else in the market
        return True

    def _through(self, key: Key, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """What the application answers, kept when it says that it may be."""
        minute = this_minute()
        head: list[Any] = ["", []]

        def note(status: str, headers: Headers, *rest: Any) -> Any:
            head[:] = [status, headers]
            return start_response(status, headers, *rest)

        answered = self._behind(environ, note)
        offered: Offered | None = environ.get(OFFERED)
        status, headers = head
        if offered is None or not _is_whole_page(status, headers):
            return answered
        body = _whole(answered)
        endpoint = str(environ.get(operations.ENDPOINT))
        answer = Answer(offered.stamp, offered.source, minute, endpoint, *_without_id(headers), body)
        shared = self._shared(answer, offered)
        if shared is not None:
            self._answers.keep(key, shared)
        return [body]

    def _shared(self, answer: Answer, offered: Offered) -> Answer | None:
        """The answer with nothing of its visitor; none when there is more of them in it than a form's token."""
        cookies = [value for name, value in answer.headers if name.lower() == "set-cookie"]
        has_form = offered.page.has(offered.token)
        if not cookies and not has_form:
            return answer
        packing = [value for name, value in answer.headers if name.lower() == "content-encoding"]
        if not has_form or len(cookies) != 1 or not self._tokens.is_all_of(cookies[0]) or packing not in ([], ["gzip"]):
            return None
        own = {"set-cookie", "content-length", "etag"}
        headers = [(name, value) for name, value in answer.headers if name.lower() not in own]
        form = Form(self._tokens, offered, cookies[0].partition(";")[2], is_packed=bool(packing))
        return replace(answer, headers=headers, tag=None, body=b"", form=form)


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

    def renew(self, key: Key, answer: Answer, stamp: Stamp) -> None:
        """`answer` is true under that stamp as well, if it is still kept."""
        with self._guard:
            if self._answers.get(key) is answer:
                self._answers[key] = replace(answer, stamp=stamp)

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


def _is_whole_page(status: str, headers: Headers) -> bool:
    """Whether it is one, and depends on nothing that the key leaves out."""
    varied = {word.strip().lower() for name, value in headers if name.lower() == "vary" for word in value.split(",")}
    return status.startswith("200 ") and varied <= _VARY


def _without_id(headers: Headers) -> tuple[Headers, str | None]:
    """The headers that another request gets as well, and the answer's ETag."""
    kept = [(name, value) for name, value in headers if name != security.REQUEST_ID]
    tags = [unquote_etag(value)[0] for name, value in kept if name.lower() == "etag"]
    return kept, tags[0] if tags else None


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
    page = len(answer.form.offered.page) if answer.form else 0
    return len(answer.body) + page + texts + BESIDE
