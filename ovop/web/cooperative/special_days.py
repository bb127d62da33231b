"""Days on which a point is open otherwise than every week: shut on a holiday, later in Ramadan, once on a Sunday."""

from __future__ import annotations

from datetime import date, timedelta

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.quantity import parse_count
from ovop.pickup.errors import CapacityBelowBookings
from ovop.pickup.operations import plan_day, unplan_day
from ovop.pickup.plans import holidays_between, plans_of
from ovop.pickup.rules import DayPlan, Hours
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.points import own_point
from ovop.web.language import current_language, ngettext
from ovop.web.language import gettext as _
from ovop.web.refusals import field_errors, sentence
from ovop.web.times import long_day
from ovop.web.typed import Reading, parse_clock

#: Holidays are offered for so many days ahead.
AHEAD = timedelta(days=120)


@blueprint.get("/titik/<id:point_id>/hari-khusus")
@requires(Role.COOPERATIVE)
def special_days(point_id: int) -> ResponseReturnValue:
    """The special days to come, the holidays that are offered, and a form for any other day."""
    return _page(point_id, {})


@blueprint.post("/titik/<id:point_id>/hari-khusus")
@requires(Role.COOPERATIVE)
def plan_special_day(point_id: int) -> ResponseReturnValue:
    """That day is as typed; whoever has ordered for a time that is no longer offered is named as left behind."""
    actor, _cooperative_id = clerk()
    own_point(point_id, actor)
    reading = Reading()
    try:
        plan = _read(reading)
        left = write(plan_day, point_id, plan, actor, days.now())
    except Invalid as error:
        return _page(point_id, field_errors(error), 422)
    except CapacityBelowBookings as error:
        return _page(point_id, {"capacity": sentence(error)}, error.status)
    flash(_("%(day)s sudah diatur.", day=long_day(plan.day)), "good")
    if left:
        words = ngettext(
            "%(num)s pesanan sudah ada di jam yang dihapus. Siapkan, atau tutup jadwalnya supaya pembeli dikabari.",
            "%(num)s pesanan sudah ada di jam yang dihapus. Siapkan, atau tutup jadwalnya supaya pembeli dikabari.",
            left,
        )
        flash(words, "warning")
    return redirect(url_for("cooperative.special_days", point_id=point_id))


@blueprint.post("/titik/<id:point_id>/hari-khusus/<day>/hapus")
@requires(Role.COOPERATIVE)
def unplan_special_day(point_id: int, day: str) -> ResponseReturnValue:
    """That day is as every week again."""
    actor, _cooperative_id = clerk()
    own_point(point_id, actor)
    try:
        write(unplan_day, point_id, date.fromisoformat(day), actor, days.now())
    except ValueError:
        pass  # no such day: it is as every week
    except CapacityBelowBookings as error:
        flash(sentence(error), "warning")
    return redirect(url_for("cooperative.special_days", point_id=point_id))


def _read(reading: Reading) -> DayPlan:
    """The day that the form describes.  Raises: Invalid with all that is wrong."""
    day = days.today()
    try:
        day = date.fromisoformat(reading.text("day"))
    except ValueError:
        reading.refuse("day", "not-a-time" if reading.text("day") else "required")
    hours = None
    if reading.text("open") == "1":
        opens = reading.take(parse_clock, "opens", None)
        closes = reading.take(parse_clock, "closes", None)
        capacity = reading.take(parse_count, "capacity", 1)
        if opens is not None and closes is not None:
            hours = Hours(day.isoweekday(), opens, closes, int(capacity))
    reading.finish()
    return DayPlan(day, hours, reading.text("reason"))


def _page(point_id: int, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    actor, _cooperative_id = clerk()
    point = own_point(point_id, actor)
    today = days.today()
    plans = plans_of(db.session(), point_id, today)
    taken = {plan.day for plan in plans}
    is_english = current_language() == "en"
    return page(
        "special_days.html",
        status,
        point=point,
        plans=plans,
        holidays=[
            (holiday, holiday.name_en if is_english else holiday.name_id)
            for holiday in holidays_between(today, today + AHEAD)
            if holiday.day not in taken
        ],
        typed=request.form,
        errors=errors,
        today=today,
        place="today",
    )
