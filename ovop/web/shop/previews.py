"""Pictures for messengers of pages that are not a village's: a lot's, and the market's for all others."""

from __future__ import annotations

import hashlib

from flask import Flask, Response, redirect, url_for
from flask.typing import ResponseReturnValue

from ovop.db import db
from ovop.discovery.queries import get_catch
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from ovop.outside.media import storage
from ovop.web.catch_picture import CatchPicture, catch_picture_of, draw_catch, draw_market
from ovop.web.language import public_origin, site_root
from ovop.web.market import NAME
from ovop.web.shop.area import blueprint
from ovop.web.shop.share import faces, kept_drawing

#: Changes whenever the market's own picture is drawn otherwise.
_MARKET = hashlib.blake2b(f"1 {NAME}".encode(), digest_size=8).hexdigest()


@blueprint.get("/hasil/<id:catch_id>/kartu-<version>.jpg")
def catch_picture(catch_id: int, version: str) -> ResponseReturnValue:
    """The picture that messengers show of the lot's page; what changed since has another address."""
    picture = catch_picture_of(get_catch(db.session(), catch_id, days.now()))
    db.session.rollback()  # drawing takes its time, and no read should stay open for it
    if version != picture.version:
        return redirect(url_for("shop.catch_picture", catch_id=catch_id, version=picture.version))
    key = "catch", str(catch_id), version
    return _jpeg(kept_drawing(key, lambda: draw_catch(picture, _photo(picture), faces())))


@blueprint.get("/kartu-<version>.jpg")
def market_picture(version: str) -> ResponseReturnValue:
    """The picture that messengers show of pages that have none of their own."""
    if version != _MARKET:
        return redirect(url_for("shop.market_picture", version=_MARKET))
    return _jpeg(kept_drawing(("market", version), lambda: draw_market(faces())))


def market_picture_url() -> str:
    """Absolute address of the market's picture, in the language of the page."""
    return absolute(url_for("shop.market_picture", version=_MARKET))


def absolute(address: str) -> str:
    """`address` with scheme and host: of this market, unless it has some."""
    return address if "://" in address else public_origin() + address.removeprefix(site_root())


def _photo(picture: CatchPicture) -> bytes | None:
    """The photo on it as a JPEG; none without one, or when its files have just gone."""
    if picture.photo_key is None:
        return None
    try:
        return storage().get(f"{picture.photo_key}/{picture.photo_width}.jpg")
    except NotFound:
        return None


def _jpeg(drawn: bytes) -> Response:
    answer = Response(drawn, mimetype="image/jpeg")
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


def register(app: Flask) -> None:
    """Templates have `absolute`, `catch_picture_of` and `market_picture_url`."""
    app.jinja_env.globals.update(
        absolute=absolute, catch_picture_of=catch_picture_of, market_picture_url=market_picture_url
    )
