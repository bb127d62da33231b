"""A point's coming slots, and closing one: no boats, no ice, a storm."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor, require_member
from ovop.db import db
from ovop.kernel import days
from ovop.ordering import flows
from ovop.ordering.rules import OPEN
from ovop.ordering.slot_queries import open_by_cooperative, orders_in_slot
from ovop.pickup.queries import SlotRow, get_point, get_slot, list_slots
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.packing import having
from ovop.web.cooperative.points import used_point
from ovop.web.refusals import reason
from ovop.web.times import span

_DAYS = 7
_LONGEST_REASON = 200


@blueprint.get("/titik/<id:point_id>/jadwal")
@requires(Role.COOPERATIVE)
def point_slots(point_id: int) -> ResponseReturnValue:
    """The slots of the coming days, and how full each is, by everybody's orders."""
    actor, cooperative_id = clerk()
    found = used_point(point_id, actor)
    now = days.now()
    today = days.day_of(now)
    slots = list_slots(db.session(), point_id, today, today + timedelta(days=_DAYS - 1), now)
    by_day = groupby(slots, key=lambda slot: days.day_of(slot.starts_at))
    return page(
        "point_slots.html",
        point=found,
        is_own=found.cooperative_id == cooperative_id,
        by_day=[(day, list(of_day)) for day, of_day in by_day],
        now=now,
        place="today",
    )


@blueprint.get("/jadwal/<id:slot_id>/tutup")
@requires(Role.COOPERATIVE)
def close_slot(slot_id: int) -> ResponseReturnValue:
    """What closing would do, and the question why; a slot that is closed or over is shown instead."""
    actor, _cooperative_id = clerk()
    found = closable_slot(slot_id, actor)
    if found.is_closed or found.ends_at <= days.now():
        return redirect(url_for("cooperative.slot", slot_id=slot_id))
    return _close_page(found)


@blueprint.post("/jadwal/<id:slot_id>/tutup")
@requires(Role.COOPERATIVE)
def close_slot_now(slot_id: int) -> ResponseReturnValue:
    """The slot is closed, its orders cancelled, their buyers told; sent twice it stays so."""
    actor, _cooperative_id = clerk()
    found = closable_slot(slot_id, actor)
    typed = request.form.get("reason", "").strip()
    if not typed or len(typed) > _LONGEST_REASON:
        words = _("Tulis alasannya; pembeli ikut membacanya.") if not typed else reason("too-long")
        return _close_page(found, words, 422)
    if found.ends_at <= days.now():
        flash(_("Jadwal itu sudah lewat."), "warning")
        return redirect(url_for("cooperative.slot", slot_id=slot_id))
    cancelled = flows.close_slot(slot_id, typed, actor, days.now())
    words = _("%(slot)s ditutup.", slot=span(found.starts_at, found.ends_at))
    if cancelled:
        told = ngettext(
            "%(num)s pesanan dibatalkan, pembelinya dikabari.",
            "%(num)s pesanan dibatalkan, pembelinya dikabari.",
            cancelled,
        )
        words += " " + told
    flash(words, "good")
    return redirect(url_for("cooperative.slot", slot_id=slot_id))


def closable_slot(slot_id: int, actor: Actor) -> SlotRow:
    """A slot at a point of the actor's co-operative: its guests close nothing.  Raises: NotFound."""
    found = get_slot(db.session(), slot_id)
    require_member(actor, found.cooperative_id)
    return found


def _close_page(found: SlotRow, error: str | None = None, status: int = 200) -> ResponseReturnValue:
    actor, _cooperative_id = clerk()
    orders = having(orders_in_slot(db.session(), found.id, actor, days.now()), *OPEN)
    return page(
        "close_slot.html",
        status,
        slot=found,
        point=get_point(db.session(), found.point_id),
        orders=orders,
        others=sum(open_by_cooperative(db.session(), found.id).values()) - len(orders),
        typed=request.form.get("reason", ""),
        error=error,
        place="today",
    )
