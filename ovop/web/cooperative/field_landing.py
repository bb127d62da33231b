"""What a helper weighed fisher by fisher where there was no signal, taken from the phone's queue as it was entered."""

from __future__ import annotations

from datetime import datetime

from flask import request

from ovop.accounts.errors import KeyReused
from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid, Unavailable
from ovop.shares.landing import land_once
from ovop.stock.flows import StoredPhoto, keep_photo
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk
from ovop.web.cooperative.field import Told, age, answered
from ovop.web.cooperative.landing_form import (
    Landing,
    exact_price,
    exact_quantity,
    read_prices,
    read_weighings,
    row_numbers,
)
from ovop.web.cooperative.landing_words import Complaints, sold_words
from ovop.web.cooperative.tiles import tiles_of
from ovop.web.language import gettext as _


@blueprint.post("/lapangan/nelayan")
@requires(Role.COOPERATIVE)
@answered
def take_landing() -> str:
    """A lot of each product is on sale with its fishers' parts, landed as long before it arrives here as was said."""
    actor, cooperative_id = clerk()
    now = days.now()
    tiles = {tile.id: tile for tile in tiles_of(db.session(), cooperative_id, now)}
    landing = read_weighings(tiles, row_numbers(), exact_quantity)
    read_prices(landing, exact_price)
    try:
        landing.reading.finish()
        lots = landing.lots(tiles, now - age(), _photos(landing, now))
        write(land_once, lots, landing.asked, actor, request.form.get("key", ""), now)
    except Invalid as error:
        complaints = Complaints(db.session(), cooperative_id, landing.lines.values())
        raise Told(complaints.all(error.errors)) from error
    except KeyReused as error:
        words = _("Catatan ini sudah masuk tadi, sebelum diperbaiki. Periksa di Stok, lalu kosongkan catatan ini.")
        raise Told(words) from error
    return sold_words(landing.heaps, tiles)


def _photos(landing: Landing, now: datetime) -> dict[int, StoredPhoto]:
    """The photos that came along, stored, by product.  Raises: Invalid naming the product's photo."""
    db.session.rollback()  # making the files takes its time, and no read should stay open for it
    kept = {}
    for heap in landing.heaps:
        file = request.files.get(f"photo_{heap.product_id}")
        if file is None or not file.filename:
            continue
        try:
            kept[heap.product_id] = keep_photo(file.read(), now)
        except Invalid as error:
            raise Invalid({f"photo_{heap.product_id}": error.errors["photo"]}) from error
        except Unavailable:
            raise Invalid({f"photo_{heap.product_id}": "photo-not-kept"}) from None
    return kept
