"""The field page: selling, weighing and handing over where there is no signal.

The page works from what it keeps on the phone, and puts what was done into a queue there.  The three addresses below
take the queue's entries when there is signal again: each carries a key, so that one sent twice counts once, and each is
answered in words for whoever did it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from flask import Response, current_app, jsonify, make_response, request
from flask_wtf.csrf import generate_csrf

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound, Refused
from ovop.ordering import repeats
from ovop.ordering.errors import WrongStatus
from ovop.ordering.queries import get_order
from ovop.ordering.rules import OrderStatus
from ovop.stock.flows import list_catch_once
from ovop.web.access import requires
from ovop.web.addresses import read_id
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.field_data import field_data
from ovop.web.cooperative.field_words import field_words
from ovop.web.cooperative.kept_photos import read_photos
from ovop.web.cooperative.selling import ASKED, read_sale
from ovop.web.cooperative.tiles import tiles_of
from ovop.web.formats import quantity, rupiah
from ovop.web.language import gettext as _
from ovop.web.refusals import field_errors, sentence
from ovop.web.scale_words import used_words
from ovop.web.typed import Reading

_MOST_DIGITS = 12
#: Fish that was entered longer ago than this is not what the queue is for.
_OLDEST = timedelta(days=3)


class Told(Exception):
    """A refusal that is in words already."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def answered(take: Callable[[], str]) -> Callable[[], Response]:
    """Makes JSON of what `take` says was done, and of a refusal: the queue shows either and never guesses."""

    @wraps(take)
    def view() -> Response:
        try:
            return jsonify(outcome="done", words=take())
        except Told as error:
            refused = jsonify(outcome="refused", words=error.words)
        except Invalid as error:
            said = " ".join(dict.fromkeys(field_errors(error).values()))
            refused = jsonify(outcome="refused", words=said or sentence(error))
        except WrongStatus as error:
            refused = jsonify(outcome="refused", words=_overtaken(request.form.get("number", ""), error))
        except Refused as error:
            if error.status >= 500:
                raise  # not now: the queue keeps it
            refused = jsonify(outcome="refused", words=sentence(error))
        refused.status_code = 409
        return refused

    return view


@blueprint.get("/lapangan")
@requires(Role.COOPERATIVE)
def field() -> Response:
    """The page itself: words and forms, nothing of any order, so that a phone may keep it."""
    return page("field.html", words=field_words(), place="today")


@blueprint.get("/lapangan/data")
@requires(Role.COOPERATIVE)
def field_snapshot() -> Response:
    """What the phone keeps, and the token under which its queue may be sent."""
    actor, _cooperative_id = clerk()
    response = make_response(jsonify(csrf=generate_csrf(), **field_data(db.session(), actor, days.now())))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/lapangan/jual")
@requires(Role.COOPERATIVE)
@answered
def take_listing() -> str:
    """A lot is on sale as it was entered on the phone, with the time that was noted there."""
    actor, cooperative_id = clerk()
    now = days.now()
    reading = Reading()
    tile = next(
        (tile for tile in tiles_of(db.session(), cooperative_id, now) if str(tile.id) == reading.text("product")), None
    )
    if tile is None:
        raise Invalid({"product": "unknown"})
    photos = read_photos(reading, actor, now).kept
    new = read_sale(reading, tile, now, now - age())
    asked = [request.form.get(name, "") for name in ASKED]
    list_catch_once(new, asked, actor, reading.text("key"), now, photos)
    return _(
        "%(name)s %(quantity)s sudah dijual.", name=tile.name, quantity=quantity(new.quantity, tile.measure, tile.unit)
    )


@blueprint.post("/lapangan/timbang")
@requires(Role.COOPERATIVE)
@answered
def take_weights() -> str:
    """An order is ready at the weights that were noted on the phone."""
    actor, _cooperative_id = clerk()
    number, now = request.form.get("number", ""), days.now()
    scale, key = read_id(request.form.get("scale")), request.form.get("key", "")
    write(repeats.weigh_once, number, _weights(), actor, key, now, scale_id=scale)
    order = get_order(db.session(), number, actor, now)
    said = _("%(number)s siap: %(amount)s.", number=number, amount=rupiah(order.total))
    note = used_words(order.scale, order.weighed_at)
    return f"{said} {order.scale.name}: {note}." if order.scale and note else said


@blueprint.post("/lapangan/serah")
@requires(Role.COOPERATIVE)
@answered
def take_handover() -> str:
    """An order is collected by the code that was typed on the phone."""
    actor, _cooperative_id = clerk()
    form, now = request.form, days.now()
    number, code, reference = (form.get(name, "").strip() for name in ("number", "code", "reference"))
    points = current_app.config["OVOP"].commission_basis_points
    write(repeats.hand_over_once, number, code, reference, actor, form.get("key", ""), now, points).check()
    return _("%(number)s sudah diserahkan.", number=number)


def age() -> timedelta:
    """How long ago the entry was made, as the phone measured it: its clock may be wrong, but runs evenly."""
    typed = request.form.get("age", "0")
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS):
        raise Invalid({"landed_at": "not-a-time"})
    age = timedelta(seconds=int(typed))
    if age > _OLDEST:
        raise Invalid({"landed_at": "in-the-past"})
    return age


def _weights() -> dict[int, int]:
    """Grams or pieces by catch, from fields ``weight_<catch>``.  Raises: Invalid."""
    weights = {}
    for name, value in request.form.items():
        catch = name.removeprefix("weight_")
        if catch == name:
            continue
        if not all(text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS for text in (catch, value)):
            raise Invalid({"weight": "not-a-weight"})
        weights[int(catch)] = int(value)
    return weights


def _overtaken(number: str, error: WrongStatus) -> str:
    """Why a step came too late, by what has become of the order meanwhile."""
    actor, _cooperative_id = clerk()
    try:
        order = get_order(db.session(), number, actor, days.now())
    except NotFound:
        return sentence(error)
    match order.status:
        case OrderStatus.CANCELLED:
            return _("Pesanan %(number)s sudah dibatalkan. Jangan diserahkan.", number=number)
        case OrderStatus.COLLECTED:
            return _("Pesanan %(number)s sudah diserahkan sebelumnya.", number=number)
        case OrderStatus.READY:
            return _(
                "Pesanan %(number)s sudah ditimbang sebelumnya: %(total)s.", number=number, total=rupiah(order.total)
            )
        case OrderStatus.NO_SHOW:
            return _("Pesanan %(number)s sudah dicatat tidak diambil.", number=number)
        case OrderStatus.CONFIRMED:
            return _("Pesanan %(number)s belum ditimbang.", number=number)
        case _:
            return sentence(error)
