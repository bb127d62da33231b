"""Photos of a lot: sent, put in order, taken away and put back."""

from __future__ import annotations

import hashlib
from contextlib import suppress

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.stock.flows import keep_photo, store_photo
from ovop.stock.photo_rules import MOST_PHOTOS, PhotoStep
from ovop.stock.photos import add_photo, arrange_photos, move_photo, remove_photo, restore_photo
from ovop.stock.queries import get_lot
from ovop.web.access import requires
from ovop.web.addresses import read_id
from ovop.web.arriving_photos import RefusedPhoto, has_files, refusal_words, take_each
from ovop.web.cooperative.area import blueprint, clerk
from ovop.web.cooperative.kept_photos import opened_photos, seal
from ovop.web.cooperative.stock import lot_page, returned
from ovop.web.photos import picture_of
from ovop.web.refusals import reason, sentence


@blueprint.post("/foto")
@requires(Role.COOPERATIVE)
def keep_one_photo() -> ResponseReturnValue:
    """For scripts: the photo is kept for a form that names it under the seal in the answer; a refusal is in words."""
    actor, _cooperative_id = clerk()
    kept: list[dict[str, str]] = []

    def keep(data: bytes) -> None:
        photo = keep_photo(data, days.now())
        kept.append({"kept": seal(photo, actor), "url": picture_of(photo).url})

    refused = take_each(keep, 1)
    if kept:
        return jsonify(kept[0]), 201
    if refused and refused[0].reason == "photo-not-kept":
        return jsonify(words=reason("photo-not-kept")), 503
    return jsonify(words=reason(refused[0].reason if refused else "required")), 422


@blueprint.post("/stok/<id:catch_id>/foto")
@requires(Role.COOPERATIVE)
def add_lot_photos(catch_id: int) -> ResponseReturnValue:
    """The lot has the photos that came, each once however often they are sent; a refused one stops no other."""
    actor, _cooperative_id = clerk()
    get_lot(db.session(), catch_id, actor)
    key, now = request.form.get("key", ""), days.now()
    refused = []
    kept = opened_photos(actor)
    for photo in kept:
        try:
            write(add_photo, catch_id, photo.key, photo.width, photo.height, actor, now)
        except Invalid as error:
            refused.append(RefusedPhoto("", error.errors["photo"]))

    def store(data: bytes) -> None:
        content = hashlib.sha256(data).hexdigest()[:16]
        store_photo(catch_id, data, actor, now, f"{key[:40]}-{content}")

    refused += take_each(store, MOST_PHOTOS)
    if refused:
        return lot_page(catch_id, returned("photo", {"photo": refusal_words(refused)}))
    if not kept and not has_files():
        return lot_page(catch_id, returned("photo", {"photo": reason("required")}))
    flash(_("Foto sudah dipasang."), "good")
    return _back(catch_id)


@blueprint.post("/stok/<id:catch_id>/foto/<id:photo_id>/geser")
@requires(Role.COOPERATIVE)
def move_lot_photo(catch_id: int, photo_id: int) -> ResponseReturnValue:
    """The photo stands first, or one place earlier or later."""
    actor, _cooperative_id = clerk()
    get_lot(db.session(), catch_id, actor)
    try:
        step = PhotoStep(request.form.get("to", ""))
    except ValueError:
        raise Invalid({"to": "unknown"}) from None
    write(move_photo, catch_id, photo_id, step, actor)
    return _back(catch_id)


@blueprint.post("/stok/<id:catch_id>/foto/urutan")
@requires(Role.COOPERATIVE)
def arrange_lot_photos(catch_id: int) -> ResponseReturnValue:
    """The photos stand in the order in which a script names them."""
    actor, _cooperative_id = clerk()
    named = (read_id(typed) for typed in request.form.get("order", "").split(",", MOST_PHOTOS))
    write(arrange_photos, catch_id, [photo_id for photo_id in named if photo_id is not None], actor)
    return _back(catch_id)


@blueprint.post("/stok/<id:catch_id>/foto/<id:photo_id>/hapus")
@requires(Role.COOPERATIVE)
def remove_lot_photo(catch_id: int, photo_id: int) -> ResponseReturnValue:
    """The lot no longer shows that photo; for a minute the page offers to put it back."""
    actor, _cooperative_id = clerk()
    get_lot(db.session(), catch_id, actor)
    with suppress(NotFound):  # tapped twice
        write(remove_photo, catch_id, photo_id, actor, days.now())
    return _back(catch_id, removed=photo_id)


@blueprint.post("/stok/<id:catch_id>/foto/<id:photo_id>/kembali")
@requires(Role.COOPERATIVE)
def restore_lot_photo(catch_id: int, photo_id: int) -> ResponseReturnValue:
    """A photo that was taken away within the last minute is back where it was."""
    actor, _cooperative_id = clerk()
    get_lot(db.session(), catch_id, actor)
    try:
        write(restore_photo, catch_id, photo_id, actor, days.now())
    except NotFound:
        flash(_("Sudah lewat satu menit, jadi fotonya tidak bisa dikembalikan lagi."), "warning")
    except Invalid as error:
        flash(sentence(error), "warning")
    return _back(catch_id)


def _back(catch_id: int, removed: int | None = None) -> ResponseReturnValue:
    return redirect(url_for("cooperative.lot", catch_id=catch_id, removed=removed, _anchor="photos"))
