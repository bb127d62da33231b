"""Pictures of people in villages' stories: handed out each time to those who may see them now, and kept by nobody.

So somebody who takes their consent back is gone from every page at once, and from what lies between it and its reader.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, request, url_for

from ovop.kernel.errors import NotFound
from ovop.outside.media import content_type_of, storage
from ovop.outside.pictures import widths_of
from ovop.stock.flows import file_names
from ovop.stories.rows import PersonRow
from ovop.web.photos import Picture

#: They stand small on a page.
_WIDEST = 640


def public_portrait(person: PersonRow, village_code: str) -> Picture | None:
    """The picture as the village's page shows it; none without one."""
    return _portrait(
        person, lambda name: url_for("shop.person_photo", code=village_code, person_id=person.id, name=name)
    )


def draft_portrait(person: PersonRow) -> Picture | None:
    """The picture as the village's own co-operatives see it; none without one."""
    return _portrait(person, lambda name: url_for("cooperative.person_photo", person_id=person.id, name=name))


def send_portrait(person: PersonRow | None, name: str) -> Response:
    """That file of the person's picture.  Raises: NotFound, Unavailable."""
    if person is None or person.photo_key is None or name not in file_names(person.width):
        raise NotFound()
    answer = Response(storage().get(f"{person.photo_key}/{name}"), content_type=content_type_of(name))
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Security-Policy"] = "default-src 'none'"
    answer.set_etag(person.photo_key.rpartition("/")[2])
    answer.make_conditional(request)
    return answer


def _portrait(person: PersonRow, address: Callable[[str], str]) -> Picture | None:
    if person.photo_key is None:
        return None
    steps = widths_of(person.width)
    steps = [step for step in steps if step <= _WIDEST] or steps[:1]
    kinds = ("avif", "webp") if person.has_avif else ("webp",)

    def srcset(ending: str) -> str:
        return ", ".join(f"{address(f'{step}.{ending}')} {step}w" for step in steps)

    return Picture(
        url=address(f"{steps[0]}.jpg"),
        width=person.width,
        height=person.height,
        srcset=srcset("jpg"),
        sources=tuple((f"image/{kind}", srcset(kind)) for kind in kinds),
        credit="",
    )


def register(app: Flask) -> None:
    """Templates have the filters `public_portrait` and `draft_portrait`."""
    app.jinja_env.filters["public_portrait"] = public_portrait
    app.jinja_env.filters["draft_portrait"] = draft_portrait
