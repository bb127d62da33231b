"""Lists: newest first, by pages, within bounds of time.  docs.stripe.com/api/pagination."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .errors import StripeError
from .records import Json


def page(things: Iterable[Any], given: Json, address: str, **wanted: Any) -> Json:
    """A list object of the page that was asked for.  wanted: field values; those that are None do not matter."""
    rows = [thing for thing in reversed(list(things)) if _fits(thing, given.get("created", {}), wanted)]
    rows = _cut(rows, given)
    limit = given.get("limit", 10)
    shown = rows[-limit:] if "ending_before" in given else rows[:limit]
    return {
        "object": "list",
        "data": [thing.shown() for thing in shown],
        "has_more": len(rows) > limit,
        "url": address,
    }


def _fits(thing: Any, created: dict[str, int], wanted: Json) -> bool:
    bounds = {"gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__}
    return all(bounds[name](thing.created, moment) for name, moment in created.items()) and all(
        getattr(thing, name) == value for name, value in wanted.items() if value is not None
    )


def _cut(rows: list[Any], given: Json) -> list[Any]:
    """The rows after or before the one that is named."""
    if "starting_after" in given and "ending_before" in given:
        raise StripeError("You may only specify one of these parameters: starting_after, ending_before.")
    for name in ("starting_after", "ending_before"):
        if name in given:
            places = [number for number, row in enumerate(rows) if row.id == given[name]]
            if not places:
                raise StripeError(f"No such object: '{given[name]}'", code="resource_missing", param=name)
            return rows[places[0] + 1 :] if name == "starting_after" else rows[: places[0]]
    return rows
