"""Where am I?  From a name, an address or the phone's position to a point that distances start from."""

from __future__ import annotations

from flask import Response, current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.accounts.saved_places import OwnPlace, own_places
from ovop.db import db
from ovop.kernel.geo import Place
from ovop.outside.geocoder import Finding, find_places, read_point
from ovop.villages.gazetteer import gazetteer
from ovop.villages.shapes import on_map
from ovop.web.access import current_actor
from ovop.web.language import current_language
from ovop.web.shop.area import blueprint
from ovop.web.shop.filters import read_filter

#: Longer text names no place.
LONGEST = 200
#: Where a found place leads: a page that understands ``near``, by the name that the address gives it.
TARGETS = {"pasar": "shop.catalogue", "peta": "shop.map"}


@blueprint.get("/cari-tempat")
def find_place() -> ResponseReturnValue:
    """Places that the text may mean, each a link to what is near it; the phone's own position goes straight on."""
    typed = request.args.get("dekat", "").strip()[:LONGEST]
    target = request.args.get("ke", "pasar")
    target = target if target in TARGETS else "pasar"
    kept = read_filter(request.args).hidden("near", "max_km", "sort")
    here = _position()
    if here is not None and on_map(here):
        return _private(make_response(redirect(_near(target, here, kept))))
    finding = _find(typed) if typed else Finding(())
    found = [(answer, _near(target, answer.place, kept)) for answer in finding.places]
    page = render_template(
        "shop/places.html",
        typed=typed,
        finding=finding,
        found=found,
        kept=kept,
        target=target,
        is_away=here is not None,
        own=[(own.name, _near(target, own.place, kept)) for own in saved_places()],
    )
    return _private(make_response(page))


@blueprint.get("/cari-tempat/saran")
def offer_places() -> Response:
    """Names of places that begin like what is being typed, for a script; from the market's own list, so at once."""
    typed = request.args.get("dekat", "").strip()[:LONGEST]
    found = gazetteer().find(typed) if len(typed) > 1 and read_point(typed, on_map) is None else []
    return _private(jsonify([answer.name for answer in found]))


def saved_places() -> list[OwnPlace]:
    """What the buyer who asks has kept."""
    actor = current_actor()
    return own_places(db.session(), actor.id) if actor is not None and actor.role is Role.BUYER else []


def _find(typed: str) -> Finding:
    server = current_app.config["OVOP"].geocoder_url
    return find_places(typed, gazetteer=gazetteer(), server=server, within=on_map, language=current_language())


def _position() -> Place | None:
    """Where the phone says it is; an address made by hand may have the two swapped."""
    found = read_point(f"{request.args.get('lat', '')},{request.args.get('lng', '')}", on_map)
    return found.place if found else None


def _near(target: str, near: Place, kept: dict[str, str]) -> str:
    """Address of the target with distances from `near`, to about ten metres: an address needs nobody's door."""
    parameters = kept if target == "pasar" else {}
    return url_for(TARGETS[target], near=f"{near.latitude:.4f},{near.longitude:.4f}", **parameters)  # type: ignore[arg-type]


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
