"""What addresses and forms may hold, so that no page has to ask: ids that a database can keep, text without zeros."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

#: Larger ids do not fit into the tables' columns; asking for one would be a fault instead of "not here".
LARGEST_ID = 2**63 - 1


class IdConverter(IntegerConverter):
    """``<id:catch_id>`` in an address: a row's id."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=LARGEST_ID)


def read_id(typed: str | None) -> int | None:
    """The id that a form or query holds; none for what can be no row's."""
    if typed is None or not typed.isascii() or not typed.isdigit() or len(typed) > 19:
        return None
    found = int(typed)
    return found if 1 <= found <= LARGEST_ID else None


def register(app: Flask) -> None:
    """Addresses may name an ``id``; requests that no text column can keep end here."""
    app.url_map.converters["id"] = IdConverter
    app.before_request(_refuse_zeros)


def _refuse_zeros() -> None:
    if any("\0" in text for text in _texts()):
        abort(400)


def _texts() -> Iterator[str]:
    yield request.path
    for typed in (request.args, request.form):
        for name, values in typed.lists():
            yield name
            yield from values
