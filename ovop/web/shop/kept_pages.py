"""Whole pages kept as they were rendered, and given again only while they are true.

A page is kept under the change stamp of the rows it shows, the minute in which it was made (it says "3 jam lalu", and
lots go off), the address, and all that it shows of the visitor.  When any of these differs, it is rendered anew.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from flask import Flask, Response, current_app, render_template, request, session
from markupsafe import Markup

from ovop.db import db
from ovop.db.stamp import Stamp, change_stamp
from ovop.kernel import days
from ovop.web.language import current_language
from ovop.web.market import current_market
from ovop.web.security import csrf_field
from ovop.web.shop.kept import current_basket

T = TypeVar("T")

_PAGES, _ROWS = "ovop.kept_pages", "ovop.kept_rows"
#: Bytes of rendered pages kept in one process.
ROOM = 8 * 2**20
#: Where a page's form gets its token: the only part of a kept page that is each visitor's own.
FORM_TOKEN = Markup("<!--form-token-->")


class KeptPages:
    """Rendered pages by what they were made from; those asked for longest ago go first when there is no room."""

    def __init__(self, room: int = ROOM) -> None:
        self._pages: OrderedDict[Any, bytes] = OrderedDict()
        self._room, self._used = room, 0
        self._guard = threading.Lock()

    def find(self, key: Any) -> bytes | None:
        """The page kept under `key`, if there is one."""
        with self._guard:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def keep(self, key: Any, page: bytes) -> None:
        """`page` is found under `key` until it has to make room; one larger than an eighth of the room is not kept."""
        if len(page) > self._room // 8:
            return
        with self._guard:
            self._used += len(page) - len(self._pages.pop(key, b""))
            self._pages[key] = page
            while self._used > self._room:
                _, gone = self._pages.popitem(last=False)
                self._used -= len(gone)


def kept_page(template: str, facts: Callable[[Stamp], dict[str, Any]]) -> Response:
    """The page of `template` with what `facts` finds, from memory when nothing that it shows has changed.

    facts: reads what the page shows; gets the stamp that was read before.  Raises: whatever `facts` raises.
    """
    stamp = change_stamp(db.session())
    if "_flashes" in session:  # said once, to this visitor alone
        return _headed(_filled(_rendered(template, facts, stamp)))
    key = _key(template, stamp)
    tag = hashlib.blake2b(repr((key, session.get("csrf_token"))).encode(), digest_size=12).hexdigest()
    if request.if_none_match.contains_weak(tag):
        return _headed(Response(status=304), tag)
    kept: KeptPages = current_app.extensions[_PAGES]
    page = kept.find(key)
    if page is None:
        page = _rendered(template, facts, stamp)
        kept.keep(key, page)
    return _headed(_filled(page), tag)


def kept_rows(name: str, stamp: Stamp, read: Callable[[], T]) -> T:
    """What `read` reads, from memory when nothing but stock has changed since, and on the same day."""
    rows: dict[str, tuple[tuple[int, date], Any]] = current_app.extensions[_ROWS]
    version = stamp.slow, days.today()
    known = rows.get(name)
    if known is None or known[0] != version:
        known = rows[name] = version, read()
    value: T = known[1]
    return value


def _key(template: str, stamp: Stamp) -> tuple[Any, ...]:
    """All that the page depends on but the form's token."""
    basket = current_basket()
    return (
        template,
        request.host_url,
        request.full_path,
        current_language(),
        current_market().is_demo,
        (basket.count, basket.estimate),
        days.now().replace(second=0),
        stamp,
    )


def _rendered(template: str, facts: Callable[[Stamp], dict[str, Any]], stamp: Stamp) -> bytes:
    return render_template(template, form_token=FORM_TOKEN, **facts(stamp)).encode()


def _filled(page: bytes) -> Response:
    """The page with this visitor's token in its forms."""
    place = FORM_TOKEN.encode()
    if place in page:
        page = page.replace(place, csrf_field().encode())
    return Response(page, mimetype="text/html")


def _headed(response: Response, tag: str | None = None) -> Response:
    """Browsers may keep the page, and ask each time whether it is still the one."""
    response.headers["Cache-Control"] = "private, no-cache"
    if tag is not None:
        response.set_etag(tag, weak=True)
    return response


def register(app: Flask) -> None:
    """`app` keeps pages from now on."""
    app.extensions[_PAGES] = KeptPages()
    app.extensions[_ROWS] = {}
