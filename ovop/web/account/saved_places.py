"""The places that a buyer keeps: named, tapped on a map or found by name, changed, and let go."""

from __future__ import annotations

from flask import Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.errors import KeyReused
from ovop.accounts.idempotency import check_key, fingerprint, once
from ovop.accounts.models import Role
from ovop.accounts.saved_places import MOST_PLACES, OwnPlace, change_place, forget_place, keep_place, own_places
from ovop.accounts.saved_places import get_own_place as get_place
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.geo import Place, parse_place
from ovop.kernel.ids import new_id
from ovop.outside.geocoder import Finding, find_places
from ovop.villages.gazetteer import gazetteer
from ovop.villages.queries import nearest_village
from ovop.villages.shapes import on_map, project
from ovop.web.access import requires, signed_in
from ovop.web.account.area import blueprint, private
from ovop.web.charts import LEVELS, MAPS, Chart, answer_chart, is_about_the_map, sent_chart
from ovop.web.language import current_language
from ovop.web.language import gettext as _
from ovop.web.refusals import field_errors, sentence


@blueprint.get("/akun/tempat")
@requires(Role.BUYER)
def places() -> ResponseReturnValue:
    """All of them."""
    found = own_places(db.session(), signed_in().id)
    return private(render_template("account/places.html", places=found, most=MOST_PLACES))


@blueprint.get("/akun/tempat/baru")
@requires(Role.BUYER)
def new_place() -> ResponseReturnValue:
    """The form for a further one; where the buyer comes from a place, its pin stands there."""
    try:
        near: Place | None = parse_place(request.args["near"]) if "near" in request.args else None
    except Invalid:
        near = None
    return _page(None, Chart(near, len(LEVELS) - 1) if near and on_map(near) else Chart(None, 0))


@blueprint.post("/akun/tempat/baru")
@requires(Role.BUYER)
def keep_new_place() -> ResponseReturnValue:
    """The place is kept; or the form comes back, with the map moved or what is wrong."""
    chart, finding = _sent()
    if is_about_the_map():
        return _page(None, chart, finding)
    actor, now, name = signed_in(), days.now(), request.form.get("name", "")
    try:
        where = _placed(chart)
        key = check_key(request.form.get("key", ""))
        asked = fingerprint("keep-place", [name, where.latitude, where.longitude])
        write(once, actor.id, key, asked, now, lambda session: keep_place(session, actor, name, where, now))
    except Invalid as error:
        return _page(None, chart, errors=field_errors(error), status=422)
    except KeyReused as error:
        return _page(None, chart, errors={"request": sentence(error)}, status=error.status)
    flash(_("Tersimpan."), "good")
    return redirect(url_for("account.places"))


@blueprint.get("/akun/tempat/<id:place_id>")
@requires(Role.BUYER)
def place(place_id: int) -> ResponseReturnValue:
    """The form of one."""
    own = get_place(db.session(), signed_in().id, place_id)
    return _page(own, Chart(own.place, len(LEVELS) - 1))


@blueprint.post("/akun/tempat/<id:place_id>")
@requires(Role.BUYER)
def change_own_place(place_id: int) -> ResponseReturnValue:
    """The place is as typed and tapped."""
    actor = signed_in()
    own = get_place(db.session(), actor.id, place_id)
    chart, finding = _sent()
    if is_about_the_map():
        return _page(own, chart, finding)
    try:
        write(change_place, actor, place_id, request.form.get("name", ""), _placed(chart))
    except Invalid as error:
        return _page(own, chart, errors=field_errors(error), status=422)
    flash(_("Tersimpan."), "good")
    return redirect(url_for("account.places"))


@blueprint.post("/akun/tempat/<id:place_id>/hapus")
@requires(Role.BUYER)
def forget_own_place(place_id: int) -> ResponseReturnValue:
    """The place is gone."""
    write(forget_place, signed_in(), place_id)
    flash(_("Tempat itu sudah dihapus."), "good")
    return redirect(url_for("account.places"))


@blueprint.get("/akun/tempat/peta.svg")
@requires(Role.BUYER)
def place_chart() -> Response:
    """A part of the map that is tapped on."""
    return answer_chart()


@blueprint.get("/akun/tempat/letak")
@requires(Role.BUYER)
def place_words() -> Response:
    """Where the pin at ``at`` stands, in words, for a script that has just moved it."""
    try:
        where = parse_place(request.args.get("at", ""), field="at")
    except Invalid:
        return Response(status=400)
    answer = jsonify(where=_where(where), doubt="" if on_map(where) else _("Tempat itu di luar peta kami"))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _sent() -> tuple[Chart, Finding | None]:
    """The map of the form as it was sent, and what a search found."""
    typed = request.form.to_dict()
    chart, words = sent_chart(typed), typed.get("where", "").strip()[:200]
    if "find" not in typed or not words:
        return chart, None
    server = current_app.config["OVOP"].geocoder_url
    finding = find_places(words, gazetteer=gazetteer(), server=server, within=on_map, language=current_language())
    if len(finding.places) == 1:
        chart = Chart(finding.places[0].place, len(LEVELS) - 1)
    return chart, finding


def _placed(chart: Chart) -> Place:
    """Where the pin stands.  Raises: Invalid when nowhere on the map."""
    if chart.place is None:
        raise Invalid({"place": "not-a-place"})
    return chart.place


def _where(place: Place) -> str:
    """Where the pin stands, as one would tell a neighbour."""
    near = nearest_village(db.session(), place)
    return _("Dekat %(near)s, Kecamatan %(district)s.", near=near.name, district=near.district_name)


def _page(
    own: OwnPlace | None,
    chart: Chart,
    finding: Finding | None = None,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    page = render_template(
        "account/place.html",
        own=own,
        chart=chart,
        finding=finding,
        typed=request.form,
        errors=errors or {},
        pin=project(chart.place) if chart.place else None,
        where=_where(chart.place) if chart.place else "",
        maps=MAPS,
        key=request.form.get("key") or new_id(days.now()),
    )
    return private(page, status)
