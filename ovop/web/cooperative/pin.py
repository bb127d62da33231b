"""Where a point's pin stands, in words, and when to ask whether it really stands there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask import Response, jsonify, request
from flask_babel import gettext as _

from ovop.accounts.models import Role
from ovop.accounts.queries import get_cooperative
from ovop.db import db
from ovop.kernel.errors import Invalid
from ovop.kernel.geo import Place, distance_km, parse_place
from ovop.villages.ground import Ground, ground_of
from ovop.villages.queries import nearest_village, village_middle
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk
from ovop.web.formats import distance

#: Kilometres from the middle of its own village beyond which a pin is more likely a slip than a point.
FAR_KM = 5.0
#: Nearer than this nobody can tell the middle from beside it.
_SAME_KM = 0.005


class Doubt(StrEnum):
    """Why a pin may not stand where it was meant to."""

    START = "start"
    SEA = "sea"
    OUTSIDE = "outside"
    FAR = "far"


@dataclass(frozen=True, slots=True)
class Home:
    """The co-operative's own village and its middle: where a new pin starts."""

    name: str
    place: Place


def home_of(cooperative_id: int) -> Home:
    """The village of a co-operative."""
    cooperative = get_cooperative(db.session(), cooperative_id)
    return Home(cooperative.village_name, village_middle(db.session(), cooperative.village_code))


def doubt_of(place: Place, home: Home) -> Doubt | None:
    """What speaks against the pin, the gravest first; None when nothing does."""
    if place == home.place:
        return Doubt.START
    match ground_of(place):
        case Ground.SEA:
            return Doubt.SEA
        case Ground.OTHER_LAND | Ground.BEYOND:
            return Doubt.OUTSIDE
        case Ground.VILLAGE:
            return Doubt.FAR if distance_km(place, home.place) > FAR_KM else None


def doubt_words(doubt: Doubt, place: Place, home: Home) -> str:
    """What is to be looked at again."""
    match doubt:
        case Doubt.START:
            return _("Pinnya masih di pusat Desa %(village)s, belum di titik ambilnya.", village=home.name)
        case Doubt.SEA:
            return _("Pinnya di laut. Untuk dermaga itu bisa benar.")
        case Doubt.OUTSIDE:
            return _("Pinnya di luar Kabupaten Serang.")
        case Doubt.FAR:
            km = distance(distance_km(place, home.place))
            return _("Pinnya jauh: %(km)s dari pusat Desa %(village)s.", km=km, village=home.name)


def where_words(place: Place, home: Home) -> str:
    """Where the pin stands, as one would tell a neighbour."""
    km = distance_km(place, home.place)
    if km < _SAME_KM:
        return _("Di pusat Desa %(village)s.", village=home.name)
    near = nearest_village(db.session(), place)
    return _(
        "Dekat %(near)s, Kecamatan %(district)s. %(km)s dari pusat Desa %(village)s.",
        near=near.name,
        district=near.district_name,
        km=distance(km),
        village=home.name,
    )


@blueprint.get("/peta/letak")
@requires(Role.COOPERATIVE)
def pin_words() -> Response:
    """What the form says of the pin at ``at`` (degrees, else where it starts), for a script that has just moved it."""
    _actor, cooperative_id = clerk()
    home = home_of(cooperative_id)
    try:
        place = parse_place(request.args["at"], field="at") if "at" in request.args else home.place
    except Invalid:
        return Response(status=400)
    doubt = doubt_of(place, home)
    answer = jsonify(where=where_words(place, home), doubt=doubt_words(doubt, place, home) if doubt else "")
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer
