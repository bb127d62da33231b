"""What belongs to a village's page outside of it: its picture for messengers, its poster, its people's pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask, Response, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ovop.db import db
from ovop.discovery.villages import get_village
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from ovop.outside.media import storage
from ovop.stories.queries import find_public_person
from ovop.web.language import PREFIXES, current_language, public_origin
from ovop.web.paper_font import paper_faces
from ovop.web.portraits import send_portrait
from ovop.web.poster import Poster, poster_pdf, steps
from ovop.web.qr import qr_svg
from ovop.web.sharing import VillageCard, card_of
from ovop.web.shop.area import blueprint
from ovop.web.shop.kept_pages import KeptPages
from ovop.web.village_picture import draw_picture

_KEPT = "ovop.kept_drawings"
#: Bytes of pictures and posters kept in one process: messengers ask for one once, then for years no more.
ROOM = 2 * 2**20


@blueprint.get("/desa/<code>/kartu-<version>.jpg")
def village_picture(code: str, version: str) -> ResponseReturnValue:
    """The picture that messengers show of the village's page; what changed since has another address."""
    card = card_of(get_village(db.session(), code, days.now()))
    db.session.rollback()  # drawing takes its time, and no read should stay open for it
    if version != card.version:
        return redirect(url_for("shop.village_picture", code=code, version=card.version))
    drawn = kept_drawing(("picture", code, version), lambda: draw_picture(card, _photo(card), faces()))
    answer = Response(drawn, mimetype="image/jpeg")
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


@blueprint.get("/desa/<code>/poster")
def poster(code: str) -> str:
    """The village's poster, to be looked at and printed."""
    detail, address = get_village(db.session(), code, days.now()), village_address(code)
    return render_template(
        "shop/poster.html", detail=detail, village=detail.village, address=address, drawing=qr_svg(address)
    )


@blueprint.get("/desa/<code>/poster.pdf")
def poster_file(code: str) -> Response:
    """The village's poster as a sheet of A4."""
    card, address = card_of(get_village(db.session(), code, days.now())), village_address(code)
    db.session.rollback()  # drawing takes its time, and no read should stay open for it
    key = "poster", code, card.version, address
    drawn = kept_drawing(key, lambda: poster_pdf(Poster(card, address, _photo(card)), faces()))
    answer = Response(drawn, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="poster-{code}.pdf"'
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/desa/<code>/orang/<id:person_id>/<name>")
def person_photo(code: str, person_id: int, name: str) -> Response:
    """A file of the picture of somebody who is on the village's page now."""
    return send_portrait(find_public_person(db.session(), code, person_id), name)


def village_address(code: str) -> str:
    """Where a poster's code leads, in the language of the poster."""
    return f"{public_origin()}{PREFIXES.get(current_language(), '')}/desa/{code}"


def _photo(card: VillageCard) -> bytes | None:
    """The photo on it as a JPEG; none without one, or when its files have just gone."""
    if card.photo_key is None:
        return None
    try:
        return storage().get(f"{card.photo_key}/{card.photo_width}.jpg")
    except NotFound:
        return None


def faces() -> dict[int, Path]:
    """The typeface's files by weight, as drawing needs them."""
    return paper_faces(Path(current_app.config["OVOP"].instance_path))


def kept_drawing(key: tuple[str, ...], draw: Callable[[], bytes]) -> bytes:
    """What `draw` draws, from memory when it was drawn before in this language."""
    kept: KeptPages = current_app.extensions[_KEPT]
    drawn = kept.find((*key, current_language()))
    if drawn is None:
        drawn = draw()
        kept.keep((*key, current_language()), drawn)
    return drawn


def register(app: Flask) -> None:
    """`app` keeps what was drawn from now on; templates have `poster_steps`."""
    app.extensions[_KEPT] = KeptPages(ROOM)
    app.jinja_env.globals["poster_steps"] = steps
