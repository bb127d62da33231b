"""Choosing where and when each co-operative's goods are collected: nearest first, with the map beside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ovop.db import db
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.geo import Place, parse_place, place
from ovop.ordering.basket import Contents
from ovop.ordering.choices import Choice, choice_for
from ovop.ordering.gathering import gather, place_of
from ovop.outside.geocoder import find_places
from ovop.pickup.queries import fitting_slots
from ovop.villages.gazetteer import gazetteer
from ovop.villages.ground import leads_over_sea
from ovop.villages.shapes import CREDIT, View, on_map, project, unproject, view_around
from ovop.web.addresses import read_id
from ovop.web.language import current_language
from ovop.web.language import gettext as _
from ovop.web.shop.area import blueprint
from ovop.web.shop.basket import contents
from ovop.web.shop.kept import chosen_slots, keep_slots
from ovop.web.shop.places import saved_places

#: Days offered: goods that keep for months have slots for weeks.
MOST_DAYS = 14
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: Narrowest map in map units: nearer, the coast would be a few straight lines.
NARROWEST = 220


@dataclass(frozen=True, slots=True)
class Near:
    """Where the buyer says they are, in their words; `place` is None when that is not known here."""

    words: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Chart:
    """The map beside the list, wide enough for every spot; `pins` and `me` in map units, pins in the list's order."""

    view: View
    pins: tuple[tuple[float, float], ...]
    me: tuple[float, float] | None
    north_west: Place
    south_east: Place
    credit: str = CREDIT


@blueprint.get("/ambil")
def choose_pickup() -> ResponseReturnValue:
    """Places and times for what is in the basket."""
    now_in_it = contents()
    if not now_in_it.can_be_ordered:
        return redirect(url_for("shop.basket"))
    return _page(now_in_it, {})


@blueprint.post("/ambil")
def keep_pickup() -> ResponseReturnValue:
    """The slots are chosen, and paying is next; or the page again, saying for whom a time is missing."""
    now_in_it = contents()
    if not now_in_it.can_be_ordered:
        return redirect(url_for("shop.basket"))
    chosen, errors = dict[int, int](), dict[int, str]()
    for choice in choices(now_in_it, None):
        cooperative = choice.part.cooperative_id
        point = read_id(request.form.get(f"point_{cooperative}"))
        slot = read_id(request.form.get(f"slot_{cooperative}_{point}"))
        found = choice.find(slot)
        if found is None:
            errors[cooperative] = (
                _("Pilih tempat dan jamnya.") if slot is None else _("Jam itu baru saja penuh. Pilih jam lain.")
            )
        else:
            chosen[cooperative] = found[1].id
    keep_slots(chosen)
    if errors:
        return _page(now_in_it, errors, 422)
    return redirect(url_for("shop.pay"))


def choices(now_in_it: Contents, near: Place | None) -> list[Choice]:
    """What can be chosen for each part of the basket.  Two queries, whatever is in it."""
    catches = [line.catch for line in now_in_it.lines]
    now = days.now()
    offered = fitting_slots(db.session(), catches, now)
    until = now + timedelta(days=MOST_DAYS)
    return [choice_for(part, offered.get(part.cooperative_id, ()), near, until) for part in now_in_it.parts]


def _page(now_in_it: Contents, errors: dict[int, str], status: int = 200) -> ResponseReturnValue:
    near = _near()
    found = choices(now_in_it, near.place)
    if near.words and near.place is None:
        flash(_("Tempat itu belum ketemu. Coba nama desa atau kecamatan."), "warning")
    page = render_template(
        "shop/pickup.html",
        choices=found,
        near=near,
        own=saved_places(),
        is_over_sea=near.place is not None and any(_is_over_sea(choice, near.place) for choice in found),
        tour=gather(found, near.place) if len(found) > 1 else None,
        charts=[_chart(choice, near.place) for choice in found],
        letters=LETTERS,
        chosen=chosen_slots(),
        errors=errors,
        most_days=MOST_DAYS,
    )
    return page, status


def _near() -> Near:
    """Where the buyer is: measured by the phone, given in degrees by another page, or typed."""
    latitude, longitude = request.values.get("lat", ""), request.values.get("lng", "")
    given, typed = request.values.get("near", ""), request.values.get("dekat", "").strip()[:200]
    try:
        if latitude and longitude:
            return Near(_("tempatmu sekarang"), place(latitude, longitude))
        if given and not typed:
            return _given(parse_place(given))
    except Invalid:
        return Near("", None)
    if not typed:
        return Near("", None)
    server = current_app.config["OVOP"].geocoder_url
    finding = find_places(typed, gazetteer=gazetteer(), server=server, within=on_map, language=current_language())
    if not finding.places:
        return Near(typed, None)
    return Near(finding.places[0].name, finding.places[0].place)


def _is_over_sea(choice: Choice, near: Place) -> bool:
    """Whether sea lies before the nearest spot."""
    return bool(choice.spots) and leads_over_sea(near, place_of(choice.spots[0].point))


def _given(near: Place) -> Near:
    """A place in degrees, by the name under which the buyer has kept it."""
    own = (own.name for own in saved_places() if own.place == near)
    return Near(next(own, _("tempatmu")), near)


def _chart(choice: Choice, near: Place | None) -> Chart:
    spots = [Place(spot.point.latitude, spot.point.longitude) for spot in choice.spots]
    view = view_around([*spots, near] if near is not None else spots, least=NARROWEST)
    return Chart(
        view,
        tuple(project(spot) for spot in spots),
        project(near) if near is not None and on_map(near) else None,
        north_west=unproject(view.x, view.y),
        south_east=unproject(view.x + view.width, view.y + view.height),
    )
