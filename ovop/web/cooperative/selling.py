"""Putting a lot on sale in under half a minute: one tap, one number, one photo; the rest is as it was last time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ovop.accounts.errors import KeyReused
from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.catalogue.areas import AREAS
from ovop.catalogue.rules import GEARS
from ovop.db import db
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.kernel.ids import new_id
from ovop.kernel.money import parse_rupiah
from ovop.kernel.quantity import parse_quantity
from ovop.pickup.use_queries import count_points
from ovop.stock.flows import list_catch_once
from ovop.stock.photo_rules import MOST_PHOTOS
from ovop.stock.queries import LotRow, get_lot
from ovop.stock.rules import NewCatch, check_new_catch
from ovop.web.access import requires
from ovop.web.addresses import read_id
from ovop.web.arriving_photos import photo_words, refusal_words
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.kept_photos import Arrived, read_photos, seal
from ovop.web.cooperative.slips import Slip, find_slip, read_meant
from ovop.web.cooperative.steps import after_step, was_stepped
from ovop.web.cooperative.tiles import Tile, tiles_of
from ovop.web.formats import NBSP, quantity, rupiah, typed_quantity
from ovop.web.goods import gear_name
from ovop.web.photos import picture_of
from ovop.web.refusals import field_errors
from ovop.web.typed import Reading, has_decimal_point, parse_moment, typed_moment

#: What makes a request the same request, however often it comes.
ASKED = (
    "product quantity unit_price when landed_at keep best_before grade grade_choice gear fishing_area "
    "landing_price note vessel_name vessel_registration handling meant_quantity meant_unit_price"
).split()
#: "Just now" and "two hours ago" need no typing.
_HOURS_AGO = {"now": 0, "2": 2}


@dataclass(frozen=True, slots=True)
class Sale:
    """The selling form as it stands: what was typed, what is wrong with it, what has to be asked, the photos so far.

    is_chosen: the product was chosen before the form was opened, so the others need not be in sight.
    """

    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    slips: dict[str, Slip] = field(default_factory=dict)
    photos: Arrived = Arrived()  # noqa: RUF009 - frozen
    is_chosen: bool = False


@blueprint.get("/jual")
@requires(Role.COOPERATIVE)
def sell() -> ResponseReturnValue:
    """The form, filled in as last time; after a sale, what was just sold and a way to take it back."""
    actor, cooperative_id = clerk()
    now = days.now()
    tiles = tiles_of(db.session(), cooperative_id, now)
    if not tiles:
        return page("sell_nothing.html", place="sell")
    like, sold = (_own_lot(request.args.get(name), actor) for name in ("like", "sold"))
    wanted = like.product_id if like else read_id(request.args.get("product"))
    tile = next((tile for tile in tiles if tile.id == wanted), tiles[0])
    typed = _defaults(tile, now) | (_as(like) if like and like.product_id == tile.id else {})
    return _page(tiles, tile, Sale(typed, is_chosen=tile.id == wanted and not sold), sold=sold)


@blueprint.post("/jual")
@requires(Role.COOPERATIVE)
def put_on_sale() -> ResponseReturnValue:
    """The lot is on sale, once however often this was sent; or the form comes back with all that was typed."""
    actor, cooperative_id = clerk()
    now = days.now()
    tiles = tiles_of(db.session(), cooperative_id, now)
    tile = next((tile for tile in tiles if tile.id == read_id(request.form.get("product"))), None)
    reading, typed = Reading(), request.form.to_dict()
    photos = read_photos(reading, actor, now)
    if not tiles:
        return page("sell_nothing.html", place="sell")
    if tile is None:
        reading.refuse("product", "unknown")
        return _page(tiles, None, Sale(typed, field_errors(Invalid(reading.errors)), photos=photos), status=422)
    if "choose" in request.form:
        typed = {**_defaults(tile, now), "quantity": reading.text("quantity")}
        return _page(tiles, tile, Sale(typed, photos=photos))
    if was_stepped("quantity", "unit_price"):
        typed = after_step(after_step(typed, "quantity", tile.measure, tile.usual_quantity), "unit_price", None)
        return _page(tiles, tile, Sale(typed, photos=photos))
    if (sale := _with_stale_price(tiles, tile, photos)) is not None:
        return _page(tiles, tile, sale, status=422)
    try:
        new = read_sale(reading, tile, now)
        slips = _slips(tile, new)
        if slips:
            words = {name: slip.words for name, slip in slips.items()}
            return _page(tiles, tile, Sale(typed, words, slips, photos), status=422)
        asked = [request.form.get(name, "") for name in ASKED]
        catch_id, _is_replay = list_catch_once(new, asked, actor, request.form.get("key", ""), now, photos.kept)
    except Invalid as error:
        return _page(tiles, tile, Sale(typed, field_errors(error), photos=photos), status=422)
    except KeyReused as error:
        # Back from the next page and sent again with another amount: a further lot, or the same one mistyped?
        again = {"form": _("Hasil dari isian ini sudah dijual tadi. Kalau ini hasil lain, tekan sekali lagi.")}
        return _page(tiles, tile, Sale(typed, again, photos=photos), status=error.status)
    return redirect(url_for("cooperative.sell", sold=catch_id, product=tile.id))


def read_sale(reading: Reading, tile: Tile, now: datetime, entered_at: datetime | None = None) -> NewCatch:
    """The lot that the form describes.  Raises: Invalid with all that is wrong.

    entered_at: when it was filled in, where that is not now: "just now" was then.
    """
    amount = read_meant("quantity") or reading.take(
        parse_quantity, "quantity", 1, tile.measure, decimal_point=has_decimal_point()
    )
    price = read_meant("unit_price") or reading.take(parse_rupiah, "unit_price", 1)
    landed_at = _landed_at(reading, entered_at or now)
    handling = next((each for each, _hours in tile.handlings if each == reading.text("handling")), None)
    best_before = landed_at + tile.keeps_as(handling)
    if reading.text("keep") == "other":
        best_before = reading.take(parse_moment, "best_before", best_before)
    paid = reading.take(parse_rupiah, "landing_price", 1) if reading.text("landing_price") else None
    gear = reading.text("gear") or None
    if gear is not None and gear not in GEARS:
        reading.refuse("gear", "unknown")
    new = NewCatch(
        product_id=tile.id,
        quantity=int(amount),
        unit_price=int(price),
        landed_at=landed_at,
        best_before=best_before,
        grade=reading.text("grade_choice") or reading.text("grade") or None,
        gear=gear,
        fishing_area=reading.text("fishing_area") or None,
        vessel_name=reading.text("vessel_name") or None,
        vessel_registration=reading.text("vessel_registration") or None,
        landing_price=paid,
        note=reading.text("note"),
        handling=handling,
    )
    try:
        check_new_catch(new, now)
    except Invalid as error:
        for name, reason in error.errors.items():
            reading.refuse(name, reason)
    reading.finish()
    return new


def _landed_at(reading: Reading, now: datetime) -> datetime:
    when = reading.text("when")
    if when in _HOURS_AGO:
        return now - timedelta(hours=_HOURS_AGO[when])
    return reading.take(parse_moment, "landed_at", now)


def _slips(tile: Tile, new: NewCatch) -> dict[str, Slip]:
    """What has to be asked: an amount or a price that is far from the product's habit."""

    def amount(value: int) -> str:
        return quantity(value, tile.measure, tile.unit)

    found = {
        "quantity": find_slip("quantity", new.quantity, tile.usual_quantity, amount),
        "unit_price": find_slip("unit_price", new.unit_price, tile.usual_price, rupiah),
    }
    return {name: slip for name, slip in found.items() if slip is not None}


def _with_stale_price(tiles: list[Tile], tile: Tile, photos: Arrived) -> Sale | None:
    """Without a script, another product leaves the first one's price in the field: it is replaced and shown again."""
    before = next((other for other in tiles if other.id == read_id(request.form.get("price_for"))), tile)
    typed = request.form.get("unit_price", "").strip()
    if before is tile or not typed or typed != before.words["price"] or typed == tile.words["price"]:
        return None
    words = _("Produknya berganti, jadi harganya juga. Periksa, lalu jual.")
    return Sale({**request.form.to_dict(), "unit_price": tile.words["price"]}, {"unit_price": words}, photos=photos)


def _own_lot(number: str | None, actor: Actor) -> LotRow | None:
    wanted = read_id(number)
    try:
        return get_lot(db.session(), wanted, actor) if wanted else None
    except NotFound:
        return None


def _as(lot: LotRow) -> dict[str, str]:
    """The form as that lot was listed, but for how much of it there was."""
    return {
        "unit_price": _typed_rupiah(lot.unit_price),
        "landing_price": _typed_rupiah(lot.landing_price) if lot.landing_price else "",
        "gear": lot.gear or "",
        "fishing_area": lot.fishing_area or "",
        "vessel_name": lot.vessel_name or "",
        "vessel_registration": lot.vessel_registration or "",
        "grade": lot.grade or "",
        "note": lot.note,
    }


def _typed_rupiah(amount: int) -> str:
    return rupiah(amount).replace(NBSP, " ")


def _defaults(tile: Tile, now: datetime) -> dict[str, str]:
    return {
        "unit_price": tile.words["price"],
        "when": "now",
        "landed_at": typed_moment(now),
        "keep": "auto",
        "best_before": typed_moment(now + tile.keeps),
        **{name: tile.words[name] for name in ("gear", "fishing_area", "grade")},
    }


def _page(
    tiles: list[Tile], tile: Tile | None, sale: Sale, *, sold: LotRow | None = None, status: int = 200
) -> ResponseReturnValue:
    actor, cooperative_id = clerk()
    now = days.now()
    typed = {**sale.typed}
    for name, meant in (("quantity", read_meant("quantity")), ("unit_price", read_meant("unit_price"))):
        if meant is not None and tile is not None:
            typed[name] = typed_quantity(meant, tile.measure) if name == "quantity" else _typed_rupiah(meant)
    return page(
        "sell.html",
        status,
        tiles=tiles,
        tile=tile or tiles[0],
        plain={str(each.id): each.as_plain() for each in tiles},
        chosen=tile.id if tile else None,
        typed=typed,
        is_chosen=sale.is_chosen,
        errors=sale.errors | ({"photo": refusal_words(sale.photos.refused)} if sale.photos.refused else {}),
        slips=sale.slips,
        most_photos=MOST_PHOTOS,
        photo_words=photo_words(),
        kept_photos=[(seal(photo, actor), picture_of(photo)) for photo in sale.photos.kept],
        key=new_id(now),
        gears=sorted(((code, gear_name(code)) for code in GEARS), key=lambda pair: pair[1]),
        areas=[area.words for area in AREAS],
        points=count_points(db.session(), cooperative_id),
        best_before=now + (tile or tiles[0]).keeps,
        sold=sold,
        now=now,
        place="sell",
    )
