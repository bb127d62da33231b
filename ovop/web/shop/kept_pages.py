"""Whole pages kept as they were rendered, and given again only while they are true.

A page is kept under its address, the minute in which it was made (it says "3 jam lalu", and lots go off), all that it
shows of the visitor, and the change stamp.  With another stamp the facts are read; when they come out the same (the
change was somewhere else in the market), the page is the same, and only otherwise rendered anew.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sized
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar, cast

from flask import Flask, Response, current_app, render_template, request, session
from markupsafe import Markup, escape
from sqlalchemy.exc import DBAPIError

from ovop.db import db
from ovop.db.stamp import Stamp, change_stamp, stamp_of
from ovop.kernel import days
from ovop.web import front
from ovop.web.front import this_minute as this_minute
from ovop.web.holes import Fillings, Holed
from ovop.web.language import LANGUAGES, current_language, path_in, site_root
from ovop.web.market import current_market
from ovop.web.security import csrf_field
from ovop.web.shop.kept import current_basket

T = TypeVar("T")
P = TypeVar("P", bound=Sized)
Facts = dict[str, Hashable]

_PAGES, _PARTS, _ROWS = "ovop.kept_pages", "ovop.kept_parts", "ovop.kept_rows"
#: Bytes of rendered pages kept in one process.
ROOM = 4 * 2**20
#: Bytes that the rows of a page take, and those of a part: most parts are a card.
_ROWS_OF_A_PAGE, _ROWS_OF_A_PART = 45_000, 2_500
#: Where a page's form gets its token: the only part of a kept page that is each visitor's own.
FORM_TOKEN = Markup("<!--form-token-->")
#: Where a page names itself in another language: the only part that repeats the address as it was typed.
_PATHS = {language: Markup("<!--path-in-{}-->").format(language) for language in LANGUAGES}
_HOLES = [mark.encode() for mark in (FORM_TOKEN, *_PATHS.values())]


@dataclass(frozen=True, slots=True)
class Page:
    """A rendered page and the facts that it shows."""

    text: Holed
    facts: Facts

    def __len__(self) -> int:
        return len(self.text)


class Kept(Generic[P]):
    """What was rendered, by what it was made from; that asked for longest ago goes first when there is no room."""

    def __init__(self, room: int = ROOM, beside: int = 0) -> None:
        """beside: bytes that what it was made from takes beside each of them, about."""
        self._pages: OrderedDict[Hashable, P] = OrderedDict()
        self._room, self._beside, self._used = room, beside, 0
        self._guard = threading.Lock()

    def find(self, key: Hashable) -> P | None:
        """The page kept under `key`, if there is one."""
        with self._guard:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def keep(self, key: Hashable, page: P) -> None:
        """`page` is found under `key` until it has to make room; one larger than an eighth of the room is not kept."""
        if len(page) > self._room // 8:
            return
        with self._guard:
            before = self._pages.pop(key, None)
            self._used += self._weight(page) - (0 if before is None else self._weight(before))
            self._pages[key] = page
            while self._used > self._room:
                _, gone = self._pages.popitem(last=False)
                self._used -= self._weight(gone)

    def _weight(self, page: P) -> int:
        return len(page) + self._beside


class KeptPages(Kept[bytes]):
    """Pages, or parts of them, without holes."""


def kept_page(template: str, facts: Callable[[Stamp], Facts]) -> Response:
    """The page of `template` with what `facts` finds, from memory when nothing that it shows has changed.

    facts: reads what the page shows beside the address, in rows that can be compared; gets the stamp that was read
    before; knows of the request nothing but its address.  Raises: whatever `facts` raises.
    """
    stamp, read = _reading(facts)
    if "_flashes" in session:  # said once, to this visitor alone
        return _headed(_answer(_rendered(template, read()), _fillings()))
    key = _key(template)
    asked = key, request.query_string, stamp
    tag = hashlib.blake2b(repr((asked, session.get("csrf_token"))).encode(), digest_size=12).hexdigest()
    if request.if_none_match.contains_weak(tag):
        return _headed(Response(status=304), tag)
    if "near" in request.args:  # where somebody stands is forgotten with the answer
        return _headed(_answer(_rendered(template, read()), _fillings()), tag)
    kept: Kept[Page] = current_app.extensions[_PAGES]
    page = kept.find(asked)
    if page is None:
        page = _page(kept, key, template, read())
        kept.keep(asked, page)
    fillings = _fillings()
    source = front.Source(_later(facts), page.facts)
    request.environ[front.OFFERED] = front.Offered(stamp, source, page.text, fillings, FORM_TOKEN.encode())
    return _headed(_answer(page.text, fillings), tag)


def _reading(facts: Callable[[Stamp], Facts]) -> tuple[Stamp, Callable[[], Facts]]:
    """The stamp under which rows are read, and their reading; done already where the front has just done it."""
    done: front.Found | None = request.environ.get(front.FOUND)
    if done is not None and done.minute == this_minute():
        return done.stamp, lambda: cast(Facts, done.facts)
    stamp = _stamp()
    return stamp, lambda: facts(stamp)


def _later(facts: Callable[[Stamp], Facts]) -> Callable[[Stamp], Facts]:
    """`facts` for this request's address, for when the request is over."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    address = {name: value for name, value in request.environ.items() if _is_of_the_address(name, value)}

    def read(stamp: Stamp) -> Facts:
        with app.app_context(), app.request_context(dict(address)):  # nothing of whoever asks now is seen here
            return facts(stamp)

    return read


def _is_of_the_address(name: str, value: object) -> bool:
    return isinstance(value, str) and (name == "HTTP_HOST" or not name.startswith(("HTTP_", "REMOTE_")))


def _stamp() -> Stamp:
    """The stamp under which rows can now be read."""
    if db.session.registry.has() and db.session().in_transaction():
        return change_stamp(db.session())
    try:
        return stamp_of(db.engine)
    except DBAPIError:  # the database was restarted: the session's connection is checked before it is used
        return change_stamp(db.session())


def _page(kept: Kept[Page], key: tuple[Hashable, ...], template: str, found: Facts) -> Page:
    """The page with these facts, rendered unless they are those of before."""
    same = (key, tuple(found.items()))
    page = kept.find(same)
    if page is None:
        page = Page(_rendered(template, found), found)
        kept.keep(same, page)
    return page


def kept_part(template: str, macro: str, *arguments: Hashable) -> Markup:
    """What a macro makes of its arguments, from memory when it made it of equal ones in this language and minute.

    So a page on which one lot in twenty-four has changed costs one card.
    """
    parts: KeptPages = current_app.extensions[_PARTS]
    key = (template, macro, arguments, current_language(), site_root(), this_minute())
    made = parts.find(key)
    if made is None:
        module = current_app.jinja_env.get_template(template).module
        made = str(getattr(module, macro)(*arguments)).encode()
        parts.keep(key, made)
    return Markup(made.decode())  # noqa: S704 - what the macro made is markup


def kept_rows(name: str, stamp: Stamp, read: Callable[[], T]) -> T:
    """What `read` reads, from memory when nothing but stock has changed since, and on the same day."""
    rows: dict[str, tuple[tuple[int, date], Any]] = current_app.extensions[_ROWS]
    version = stamp.slow, days.today()
    known = rows.get(name)
    if known is None or known[0] != version:
        known = rows[name] = version, read()
    value: T = known[1]
    return value


def _key(template: str) -> tuple[Hashable, ...]:
    """All that the page depends on but its facts, which hold what the query asks for, and what `_filled` fills in."""
    return (
        template,
        request.scheme,
        request.host,
        request.script_root,
        request.path,
        current_language(),
        current_market().is_demo,
        _visitor(),
        this_minute(),
    )


def _visitor() -> tuple[int, int]:
    """What a page shows of who looks at it: how much is in the basket."""
    if "basket" not in session:
        return 0, 0
    basket = current_basket()
    return basket.count, basket.estimate


def _rendered(template: str, found: Facts) -> Holed:
    text = render_template(template, form_token=FORM_TOKEN, path_in=_PATHS.__getitem__, **found)
    return Holed(text.encode(), _HOLES)


def _fillings() -> dict[bytes, bytes]:
    """What the address at hand puts into a page's holes."""
    return {mark.encode(): escape(path_in(language)).encode() for language, mark in _PATHS.items()}


def _answer(page: Holed, fillings: Fillings) -> Response:
    """The page with its own address in its links and this visitor's token in its forms."""
    if page.has(FORM_TOKEN.encode()):
        fillings = {**fillings, FORM_TOKEN.encode(): csrf_field().encode()}
    if not request.accept_encodings["gzip"]:
        return Response(page.plain(fillings), mimetype="text/html")
    response = Response(page.gzip(fillings), mimetype="text/html", headers={"Content-Encoding": "gzip"})
    response.vary.add("Accept-Encoding")
    return response


def _headed(response: Response, tag: str | None = None) -> Response:
    """Browsers may keep the page, and ask each time whether it is still the one."""
    response.headers["Cache-Control"] = "private, no-cache"
    if tag is not None:
        response.set_etag(tag, weak=True)
    return response


def register(app: Flask) -> None:
    """`app` keeps pages from now on; templates have `kept_part`."""
    app.extensions[_PAGES] = Kept[Page](beside=_ROWS_OF_A_PAGE)
    app.extensions[_PARTS] = KeptPages(beside=_ROWS_OF_A_PART)
    app.jinja_env.globals["kept_part"] = kept_part
    app.extensions[_ROWS] = {}
