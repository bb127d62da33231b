"""Smaller answers: pages and JSON leave compressed where the reader understands it; assets bring their own forms.

What was compressed lately is remembered by its content: a catalogue that did not change costs a hash, not a
compression.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable

import brotli
from flask import Flask, Response, request

#: Less than this fits the first packets either way.
SMALLEST = 600
#: Past this an answer is a download whose time is the reader's line, not ours.
LARGEST = 2_000_000
_KINDS = {
    "text/html",
    "text/plain",
    "text/csv",
    "text/calendar",
    "application/json",
    "application/problem+json",
    "application/geo+json",
    "application/manifest+json",
    "image/svg+xml",
}
#: The levels at which another percent less costs more time than it saves on a slow line.
_CODECS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=4)),
    "gzip": lambda body: gzip.compress(body, compresslevel=4, mtime=0),
}


class _Remembered:
    """The last compressed bodies, by what they were made of."""

    def __init__(self, most: int = 64) -> None:
        self._bodies: OrderedDict[tuple[str, bytes], bytes] = OrderedDict()
        self._most = most
        self._guard = threading.Lock()

    def compressed(self, codec: str, body: bytes) -> bytes:
        """`body` in that encoding."""
        key = (codec, hashlib.sha256(body).digest())
        with self._guard:
            found = self._bodies.get(key)
            if found is not None:
                self._bodies.move_to_end(key)
                return found
        made = _CODECS[codec](body)
        with self._guard:
            self._bodies[key] = made
            if len(self._bodies) > self._most:
                self._bodies.popitem(last=False)
        return made


_remembered = _Remembered()


def register(app: Flask) -> None:
    """Compresses what `app` answers.  Registered before everything else, so that it acts after everything else."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if not _is_worth_it(response):
        return response
    response.vary.add("Accept-Encoding")
    accepted = request.accept_encodings
    codec = next((name for name in _CODECS if accepted[name]), None)
    if codec is None:
        return response
    response.set_data(_remembered.compressed(codec, response.get_data()))
    response.headers["Content-Encoding"] = codec
    etag, is_weak = response.get_etag()
    if etag is not None and not is_weak:
        response.set_etag(etag, weak=True)  # the same page in other bytes
    return response


def _is_worth_it(response: Response) -> bool:
    """Whether the whole answer is at hand, is text, and gets noticeably smaller."""
    if response.is_streamed or response.direct_passthrough or "Content-Encoding" in response.headers:
        return False
    if response.status_code < 200 or response.status_code in (204, 206, 304) or response.mimetype not in _KINDS:
        return False
    return SMALLEST <= (response.calculate_content_length() or 0) <= LARGEST
