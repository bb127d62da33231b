"""One lot: its page in the shop, and the public page behind the QR code on its label."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from flask import Response, jsonify, request

from ovop.db import db
from ovop.discovery.collecting import NextTime, next_times
from ovop.discovery.queries import get_catch, get_lot
from ovop.discovery.rows import CatchCard
from ovop.kernel import days
from ovop.kernel.geo import Place, distance_km
from ovop.kernel.money import line_amount, maximum_amount
from ovop.kernel.quantity import Measure
from ovop.outside.media import storage
from ovop.stock.break_prices import price_for
from ovop.web.language import public_origin
from ovop.web.shop.area import blueprint
from ovop.web.shop.basket import FIRST, STEPS_WRITTEN, step_above
from ovop.web.shop.filters import read_filter
from ovop.web.shop.kept_pages import kept_page, this_minute
from ovop.web.shop.trace import record_of

#: Points named on the page; the map shows them all.
POINTS = 4
#: Points among which the nearest are looked for.
MOST_POINTS = 40


@dataclass(frozen=True, slots=True)
class Proposal:
    """A quantity to begin with, and what it comes to: grams or pieces, rupiah."""

    quantity: int
    amount: int
    maximum: int
    step: int
    steps: str
    unit_price: int


@blueprint.get("/hasil/<id:catch_id>")
def catch(catch_id: int) -> Response:
    """The lot with its freshness, origin, price and places to collect it, and the form to order some."""
    return kept_page("shop/catch.html", lambda _stamp: _catch_facts(catch_id))


@blueprint.get("/t/<lot_code>")
def lot(lot_code: str) -> Response:
    """Where the goods under this label come from; stays when the lot is sold.  A program that asks for JSON gets it."""
    if request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json":
        return lot_record(lot_code)
    response = kept_page("shop/lot.html", lambda _stamp: _lot_facts(lot_code))
    response.vary.add("Accept")
    return response


@blueprint.get("/t/<lot_code>.json")
def lot_record(lot_code: str) -> Response:
    """The same for other systems: under the names that they know."""
    detail = get_lot(db.session(), lot_code[:24], days.now())
    origin, files = public_origin(), storage()
    photos = [origin + files.url(f"{photo.key}/{photo.width}.jpg") for photo in detail.card.photos]
    response = jsonify(record_of(detail, photos))
    response.headers["Cache-Control"] = "public, max-age=60"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.vary.add("Accept")
    return response


def _catch_facts(catch_id: int) -> dict[str, Hashable]:
    session, now = db.session(), days.now()
    detail = get_catch(session, catch_id, now)
    card, near = detail.card, read_filter(request.args).wanted.near
    times = (
        next_times(session, card.cooperative_id, card.landed_at, card.best_before, now, MOST_POINTS if near else POINTS)
        if detail.is_orderable
        else []
    )
    return {
        "detail": detail,
        "catch": card,
        "proposal": propose(card),
        "times": _nearest_first(times, near),
        "present": this_minute(),
    }


def _nearest_first(times: list[NextTime], near: Place | None) -> tuple[tuple[NextTime, float | None], ...]:
    """The points with their distances in km where the visitor said from where; else as they are."""
    if near is None:
        return tuple((time, None) for time in times)
    found = ((time, distance_km(near, Place(time.latitude, time.longitude))) for time in times)
    return tuple(sorted(found, key=lambda pair: pair[1])[:POINTS])


def _lot_facts(lot_code: str) -> dict[str, Hashable]:
    detail = get_lot(db.session(), lot_code[:24], days.now())
    return {"detail": detail, "catch": detail.card, "present": this_minute()}


def propose(card: CatchCard) -> Proposal:
    """A usual amount, or what is left of it."""
    measure = Measure(card.measure)
    quantity = max(1, min(FIRST[measure], card.available))
    unit_price = price_for(card.unit_price, card.breaks, quantity)
    return Proposal(
        quantity,
        line_amount(unit_price, quantity, measure),
        maximum_amount(unit_price, quantity, measure),
        step_above(quantity, measure),
        STEPS_WRITTEN[measure],
        unit_price,
    )
