"""Collecting an order at another time, or at another of its co-operative's points."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.errors import KeyReused
from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.kernel.ids import new_id
from ovop.ordering.errors import WrongStatus
from ovop.ordering.queries import get_order
from ovop.ordering.slot_changes import change_slot_once
from ovop.ordering.slot_choices import spots_instead
from ovop.pickup.errors import PlaceKept, SlotFull, SlotUnsuitable
from ovop.web.access import requires, signed_in
from ovop.web.account.area import private
from ovop.web.addresses import read_id
from ovop.web.language import gettext as _
from ovop.web.refusals import sentence
from ovop.web.shop.area import blueprint
from ovop.web.times import day, hours

#: Days offered, as when the place was first chosen.
MOST_DAYS = 14


@blueprint.get("/pesanan/<number>/jadwal")
@requires(Role.BUYER)
def change_slot(number: str) -> ResponseReturnValue:
    """The places and times to which the order can still go."""
    return _page(number, None)


@blueprint.post("/pesanan/<number>/jadwal")
@requires(Role.BUYER)
def change_slot_now(number: str) -> ResponseReturnValue:
    """The order is collected then and there, once however often it is sent; or the page again, saying why not."""
    actor, form = signed_in(), request.form
    slot = read_id(form.get("slot"))
    if slot is None:
        return _page(number, _("Pilih jadwal yang baru."), 422)
    try:
        write(change_slot_once, number, slot, actor, form.get("key", ""), days.now())
    except SlotFull:
        return _page(number, _("Jadwal itu baru saja penuh. Pilih yang lain; jadwalmu yang lama masih berlaku."), 409)
    except SlotUnsuitable:
        return _page(number, _("Jadwal itu tidak bisa lagi. Pilih yang lain; jadwalmu yang lama masih berlaku."), 409)
    except (PlaceKept, WrongStatus, KeyReused) as error:
        return _page(number, sentence(error), error.status)
    except NotFound as error:
        if "slot" not in error.facts:  # the order itself
            raise
        return _page(number, _("Pilih jadwal yang baru."), 422)
    except Invalid as error:
        return _page(number, sentence(error), error.status)
    pickup = get_order(db.session(), number, actor, days.now()).pickup
    when = f"{day(pickup.starts_at)} {hours(pickup.starts_at, pickup.ends_at)}"
    flash(_("Jadwalmu sekarang %(when)s di %(point)s.", when=when, point=pickup.point_name), "good")
    return redirect(url_for("shop.order", number=number))


def _page(number: str, error: str | None, status: int = 200) -> ResponseReturnValue:
    session, now = db.session(), days.now()
    order = get_order(session, number, signed_in(), now)
    page = render_template(
        "shop/change_slot.html",
        order=order,
        spots=spots_instead(session, order, now),
        most_days=MOST_DAYS,
        key=new_id(now),
        error=error,
    )
    return private(page, status)
