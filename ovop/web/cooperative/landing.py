"""What several fishers brought, on a page that needs no script: rows to fill in, then a price for each product.

The same on a phone without signal is the field page's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ovop.accounts.errors import KeyReused
from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid, Unavailable
from ovop.kernel.ids import new_id
from ovop.shares.landing import land_once
from ovop.shares.landing_rules import MOST_LINES, Bringer, Newcomer
from ovop.shares.queries import fishers_by_id, list_fishers, usual_parts
from ovop.stock.flows import TIME_TO_USE, StoredPhoto, keep_photo
from ovop.web.access import requires
from ovop.web.addresses import read_id
from ovop.web.arriving_photos import Seals
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.landing_form import (
    Landing,
    read_prices,
    read_weighings,
    row_numbers,
    typed_price,
    typed_quantity_of,
)
from ovop.web.cooperative.landing_words import Complaints
from ovop.web.cooperative.slips import Slip, find_slip
from ovop.web.cooperative.tiles import Tile, tiles_of
from ovop.web.formats import quantity, rupiah
from ovop.web.photos import Picture, picture_of
from ovop.web.typed import Reading, parse_moment, typed_moment

_FEW, _MORE = 10, 5
_HABIT = timedelta(days=60)
_SEALS = Seals("landed-photo", TIME_TO_USE - timedelta(hours=1))


@dataclass(slots=True)
class Form:
    """The form as it comes back: what is wrong with it or has to be asked, by field, and the photos so far."""

    landing: Landing
    errors: dict[str, str] = field(default_factory=dict)
    slips: dict[str, Slip] = field(default_factory=dict)
    photos: dict[int, StoredPhoto] = field(default_factory=dict)


@blueprint.get("/hasil-nelayan")
@requires(Role.COOPERATIVE)
def landing() -> ResponseReturnValue:
    """Empty rows."""
    return _page(_tiles(), Form(Landing(Reading())))


@blueprint.post("/hasil-nelayan")
@requires(Role.COOPERATIVE)
def take_in() -> ResponseReturnValue:
    """More rows, or the sums with their prices to fill in, or, once those are there, the lots on sale."""
    _actor, cooperative_id = clerk()
    tiles = _tiles()
    form = Form(read_weighings(tiles, row_numbers(), typed_quantity_of))
    if "more" in request.form:
        return _page(tiles, form)
    try:
        if "sell" in request.form:
            return _sell(form, tiles)
        form.landing.reading.finish()
    except Invalid as error:
        form.errors |= _beside(error, form.landing, cooperative_id)
    except KeyReused:
        form.errors["form"] = _("Isian ini sudah masuk tadi dengan angka lain. Periksa dulu di Stok.")
    return _page(tiles, form, 422 if form.errors else 200)


def _sell(form: Form, tiles: Mapping[int, Tile]) -> ResponseReturnValue:
    """The lots are on sale, unless something has to be asked first.  Raises: Invalid, KeyReused."""
    actor, cooperative_id = clerk()
    now, landing = days.now(), form.landing
    read_prices(landing, typed_price)
    form.photos = _photos(landing, actor, now)
    landed_at = landing.reading.take(parse_moment, "landed_at", now)
    landing.reading.finish()
    form.slips = _slips(landing, tiles, cooperative_id, now)
    if form.slips:
        again = _("Kalau memang begitu, tekan Jual sekarang sekali lagi.")
        form.errors |= {name: f"{slip.words} {again}" for name, slip in form.slips.items()}
        return _page(tiles, form, 422)
    lots = landing.lots(tiles, landed_at, form.photos)
    write(land_once, lots, landing.asked, actor, request.form.get("key", ""), now)
    return redirect(url_for("cooperative.stock"))


def _tiles() -> dict[int, Tile]:
    _actor, cooperative_id = clerk()
    return {tile.id: tile for tile in tiles_of(db.session(), cooperative_id, days.now())}


def _photos(landing: Landing, actor: Actor, now: datetime) -> dict[int, StoredPhoto]:
    """The photos under seals and those that came now, by product; what is wrong with one stands beside its field."""
    kept = {int(product): StoredPhoto(*facts) for product, *facts in _SEALS.opened(actor)}
    db.session.rollback()  # making the files takes its time, and no read should stay open for it
    for heap in landing.heaps:
        name = f"photo_{heap.product_id}"
        file = request.files.get(name)
        if file is None or not file.filename:
            continue
        try:
            kept[heap.product_id] = keep_photo(file.read(), now)
        except Invalid as error:
            landing.reading.refuse(name, error.errors["photo"])
        except Unavailable:
            landing.reading.refuse(name, "photo-not-kept")
    return kept


def _slips(landing: Landing, tiles: Mapping[int, Tile], cooperative_id: int, now: datetime) -> dict[str, Slip]:
    """Weights far from what one fisher usually brings, and prices far from the usual."""
    usual = usual_parts(db.session(), cooperative_id, now - _HABIT)
    found = {}
    for row, line in landing.lines.items():
        if tile := tiles.get(line.product_id):
            name, known = f"amount_{row}", usual.get(tile.id)
            found[name] = find_slip(name, line.quantity, known, _amounts(tile))
    for product_id, price in landing.prices.items():
        if tile := tiles.get(product_id):
            found[f"price_{product_id}"] = find_slip(f"price_{product_id}", price, tile.usual_price, rupiah)
    return {name: slip for name, slip in found.items() if slip is not None}


def _amounts(tile: Tile) -> Callable[[int], str]:
    return lambda value: quantity(value, tile.measure, tile.unit)


def _beside(error: Invalid, landing: Landing, cooperative_id: int) -> dict[str, str]:
    """What is wrong, by the field of the form beside which it stands; what has no field stands above it."""
    complaints = Complaints(db.session(), cooperative_id, landing.lines.values())
    beside: dict[str, str] = {}
    for name, code in error.errors.items():
        for place in _places(name, landing) or ["form"]:
            said = complaints.words(name, code)
            beside[place] = f"{beside[place]} {said}" if place in beside else said
    return beside


def _places(name: str, landing: Landing) -> list[str]:
    """The fields of the form that `name`, a field of `land` or of the form itself, is about."""
    kind, _blank, about = name.rpartition("_")
    match kind:
        case "fisher":
            return [f"who_{row}" for row, line in landing.lines.items() if line.bringer == read_id(about)]
        case "newcomer":
            return [
                f"name_{row}"
                for row, line in landing.lines.items()
                if isinstance(line.bringer, Newcomer) and line.bringer.identity == about
            ]
        case "product":
            return [f"what_{row}" for row, line in landing.lines.items() if line.product_id == read_id(about)]
        case "unit_price":
            return [f"price_{about}"]
        case "landed_at" | "best_before":
            return ["landed_at"]
        case "who" | "name" | "what" | "amount" | "price" | "photo":
            return [name]
        case _:
            return ["landed_at"] if name == "landed_at" else []


def _page(tiles: Mapping[int, Tile], form: Form, status: int = 200) -> ResponseReturnValue:
    actor, cooperative_id = clerk()
    now = days.now()
    rows = row_numbers() or range(1, _FEW + 1)
    if "more" in request.form:
        rows = [*rows, *range(max(rows) + 1, max(rows) + 1 + _MORE)]
    return page(
        "landing.html",
        status,
        rows=rows[:MOST_LINES],
        can_grow=len(rows) < MOST_LINES,
        fishers=[(fisher.id, fisher.name) for fisher in list_fishers(db.session(), cooperative_id) if fisher.is_active],
        products=[(tile.id, tile.name) for tile in tiles.values()],
        heaps=[(heap, tiles[heap.product_id]) for heap in form.landing.heaps if heap.product_id in tiles],
        names=dict(_names(form.landing, cooperative_id)),
        typed=request.form,
        errors=form.errors,
        sure={name: slip.value for name, slip in form.slips.items()},
        kept={product: _shown(product, photo, actor) for product, photo in form.photos.items()},
        landed_at=request.form.get("landed_at") or typed_moment(now),
        key=request.form.get("key") or new_id(now),
        place="sell",
    )


def _shown(product_id: int, photo: StoredPhoto, actor: Actor) -> tuple[str, Picture]:
    return _SEALS.seal(actor, product_id, photo.key, photo.width, photo.height), picture_of(photo)


def _names(landing: Landing, cooperative_id: int) -> Iterator[tuple[Bringer, str]]:
    """What those who brought something are called."""
    listed = fishers_by_id(db.session(), cooperative_id) if landing.heaps else {}
    for bringer in {bringer for heap in landing.heaps for bringer in heap.parts}:
        if isinstance(bringer, Newcomer):
            yield bringer, bringer.name
        elif bringer in listed:
            yield bringer, listed[bringer].name
