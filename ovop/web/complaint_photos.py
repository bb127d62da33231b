"""Handing out a complaint's photo to somebody whom it concerns."""

from __future__ import annotations

from flask import Flask, Response

from ovop.outside.media import content_type_of, storage
from ovop.web.complaint_words import complaint_status, complaint_step, next_for_buyer, next_for_cooperative


def send_photo(key: str) -> Response:
    """The photo, kept nowhere on the way.  Raises: NotFound, Unavailable."""
    answer = Response(storage().get(key), content_type=content_type_of(key))
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'"
    return answer


def register(app: Flask) -> None:
    """Templates word complaints by filters."""
    for words in (complaint_status, complaint_step, next_for_buyer, next_for_cooperative):
        app.jinja_env.filters[words.__name__] = words
