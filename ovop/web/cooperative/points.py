"""Pickup points: where, when, for how many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ovop.accounts.errors import KeyReused
from ovop.accounts.idempotency import check_key, fingerprint, once
from ovop.accounts.models import Role
from ovop.accounts.rules import Actor, cooperative_of, require_member
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.kernel.geo import Place
from ovop.kernel.ids import new_id
from ovop.pickup.errors import CapacityBelowBookings
from ovop.pickup.operations import add_point, change_point
from ovop.pickup.queries import PointRow, get_point, get_slot, list_points, list_slots
from ovop.pickup.rules import PointChanges
from ovop.pickup.use_queries import UseRow, list_uses, may_use
from ovop.pickup.use_rules import UseStatus
from ovop.villages.shapes import project
from ovop.web.access import requires
from ovop.web.charts import LEVELS, MAPS, Chart
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.pin import Doubt, doubt_words, home_of, where_words
from ovop.web.cooperative.point_form import (
    FIELDS,
    PointForm,
    is_draft,
    read_form,
    sent_form,
    sure_of,
    with_errors,
)
from ovop.web.cooperative.week import FIRST_ROW, MOST_ROWS, rows_of
from ovop.web.refusals import sentence
from ovop.web.shop.words import lasting
from ovop.web.times import span

#: How long one slot lasts and how long before it orders close, to choose from; minutes.
SLOT_MINUTES, DEADLINES = (30, 60, 90, 120, 180), (0, 30, 60, 120, 240, 720, 1440, 2880)


@blueprint.get("/titik")
@requires(Role.COOPERATIVE)
def points() -> ResponseReturnValue:
    """The co-operative's points, retired ones at the end, and neighbours' that it uses or is offered."""
    _actor, cooperative_id = clerk()
    session = db.session()
    found = list_points(session, cooperative_id, with_retired=True)
    uses = list_uses(session, cooperative_id)
    guests = {point.id: [u.guest_name for u in uses if _is_shared(u, point.id)] for point in found}
    return page(
        "points.html",
        points=sorted(found, key=lambda point: not point.is_active),
        guests=guests,
        hosted=[use for use in uses if use.guest_id == cooperative_id and use.status is not UseStatus.OVER],
        waiting=[use for use in uses if use.waits_for == cooperative_id],
        weeks={point.id: rows_of(point.hours) for point in found},
        place="today",
    )


@blueprint.get("/titik/baru")
@requires(Role.COOPERATIVE)
def new_point() -> ResponseReturnValue:
    """The form for a further point; its pin starts in the middle of the village."""
    _actor, cooperative_id = clerk()
    typed = {"slot_minutes": "60", "deadline_minutes": "120"}
    return _page(None, PointForm(typed, Chart(home_of(cooperative_id).place, len(LEVELS) - 1), [FIRST_ROW]))


@blueprint.post("/titik/baru")
@requires(Role.COOPERATIVE)
def save_new_point() -> ResponseReturnValue:
    """The point takes orders for the coming weeks; or the form comes back, with a place found or what is wrong."""
    actor, cooperative_id = clerk()
    now = days.now()
    form = sent_form()
    if is_draft():
        return _page(None, form)
    new, form = read_form(form, home_of(cooperative_id))
    if new is None:
        return _page(None, form)
    asked = fingerprint("add-point", [request.form.get(name, "") for name in FIELDS] + [repr(new.hours)])
    try:
        key = check_key(request.form.get("key", ""))
        made, _is_replay = write(once, actor.id, key, asked, now, lambda session: add_point(session, new, actor, now))
    except Invalid as error:
        return _page(None, with_errors(form, error))
    except KeyReused as error:
        return _page(None, replace(form, errors={"request": sentence(error)}, status=error.status))
    flash(_("%(name)s siap menerima pesanan.", name=new.name.strip()), "good")
    return redirect(url_for("cooperative.point_slots", point_id=made))


@blueprint.get("/titik/<id:point_id>")
@requires(Role.COOPERATIVE)
def point(point_id: int) -> ResponseReturnValue:
    """The form of a point."""
    actor, _cooperative_id = clerk()
    found = own_point(point_id, actor)
    typed = {name: str(getattr(found, name)) for name in FIELDS}
    chart = Chart(Place(found.latitude, found.longitude), len(LEVELS) - 1)
    return _page(found, PointForm(typed, chart, rows_of(found.hours) or [FIRST_ROW]))


@blueprint.post("/titik/<id:point_id>")
@requires(Role.COOPERATIVE)
def save_point(point_id: int) -> ResponseReturnValue:
    """The point is as typed; slots without orders follow its new hours, booked ones stay as promised."""
    actor, cooperative_id = clerk()
    found = own_point(point_id, actor)
    form = sent_form()
    if is_draft():
        return _page(found, form)
    new, form = read_form(form, home_of(cooperative_id), Place(found.latitude, found.longitude))
    if new is None:
        return _page(found, form)
    changes = PointChanges(
        name=new.name.strip(),
        latitude=new.latitude,
        longitude=new.longitude,
        address=new.address,
        hours=new.hours,
        slot_minutes=new.slot_minutes,
        deadline_minutes=new.deadline_minutes,
    )
    try:
        write(change_point, point_id, changes, actor, days.now())
    except Invalid as error:
        return _page(found, with_errors(form, error))
    except CapacityBelowBookings as error:
        return _page(found, replace(form, errors={"hours": _below_bookings(error)}, status=error.status))
    flash(_("%(name)s tersimpan.", name=new.name.strip()), "good")
    return redirect(url_for("cooperative.points"))


@blueprint.post("/titik/<id:point_id>/pakai")
@requires(Role.COOPERATIVE)
def use_point(point_id: int) -> ResponseReturnValue:
    """The point takes orders again, or no more; orders made for it stand."""
    actor, _cooperative_id = clerk()
    found = own_point(point_id, actor)
    is_active = request.form.get("active") == "1"
    write(change_point, point_id, PointChanges(is_active=is_active), actor, days.now())
    words = _("%(name)s menerima pesanan lagi.") if is_active else _("%(name)s tidak menerima pesanan baru lagi.")
    flash(words % {"name": found.name}, "good")
    return redirect(url_for("cooperative.points"))


def _is_shared(use: UseRow, point_id: int) -> bool:
    return use.point_id == point_id and use.status is UseStatus.AGREED


def used_point(point_id: int, actor: Actor) -> PointRow:
    """A point where the actor's co-operative hands over: its own, or a neighbour's by consent.  Raises: NotFound."""
    found = get_point(db.session(), point_id)
    if not may_use(db.session(), point_id, cooperative_of(actor)):
        raise NotFound()
    return found


def own_point(point_id: int, actor: Actor) -> PointRow:
    """A point of the actor's co-operative.  Raises: NotFound."""
    found = get_point(db.session(), point_id)
    require_member(actor, found.cooperative_id)
    return found


def booked_ahead(point_id: int) -> int:
    """Orders in the coming slots of a point."""
    now = days.now()
    today = days.day_of(now)
    slots = list_slots(db.session(), point_id, today, today + timedelta(days=28), now)
    return sum(slot.capacity - slot.free for slot in slots if not slot.is_closed)


def _below_bookings(error: CapacityBelowBookings) -> str:
    """Which slot is in the way."""
    slot = get_slot(db.session(), int(str(error.facts["slot"])))
    return _(
        "%(slot)s sudah punya %(booked)s pesanan. Beri tempat paling sedikit sebanyak itu.",
        slot=span(slot.starts_at, slot.ends_at),
        booked=error.facts["booked"],
    )


def _page(found: PointRow | None, form: PointForm) -> ResponseReturnValue:
    chart = form.chart
    _actor, cooperative_id = clerk()
    home = home_of(cooperative_id)
    doubt = form.doubt
    if doubt is None and chart.place == home.place and found is None:
        doubt = Doubt.START
    return page(
        "point.html",
        form.status,
        point=found,
        form=form,
        typed=form.typed,
        errors=form.errors,
        chart=chart,
        pin=project(chart.place) if chart.place else None,
        where=where_words(chart.place, home) if chart.place else None,
        doubt=doubt_words(doubt, chart.place, home) if doubt and chart.place else None,
        sure=sure_of(chart.place) if form.doubt and chart.place else None,
        maps=MAPS,
        slot_minutes=_choices(SLOT_MINUTES, form.typed.get("slot_minutes", ""), lasting),
        deadlines=_choices(DEADLINES, form.typed.get("deadline_minutes", ""), _before),
        most_rows=MOST_ROWS,
        booked=booked_ahead(found.id) if found else 0,
        key=new_id(days.now()),
        place="today",
    )


def _choices(offered: tuple[int, ...], chosen: str, write: Callable[[int], str]) -> list[tuple[int, str]]:
    """Minutes to choose from in words, with whatever another program set here."""
    own = [int(chosen)] if chosen.isascii() and chosen.isdigit() and len(chosen) < 6 else []
    return [(minutes, write(minutes)) for minutes in sorted({*offered, *own})]


def _before(minutes: int) -> str:
    return _("%(lasting)s sebelum jadwalnya mulai", lasting=lasting(minutes)) if minutes else _("saat jadwalnya mulai")
