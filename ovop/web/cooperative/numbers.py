"""What the co-operative's own sales say: how they go, at what price, to whom, what went wrong, what ran out."""

from __future__ import annotations

from datetime import timedelta

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from ovop.accounts.models import Role
from ovop.db import db
from ovop.kernel import days
from ovop.sales.own import get_own_figures
from ovop.sales.rules import Span, change
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.formats import rupiah
from ovop.web.times import short_date

#: Days that are looked at together, up to today; the first where nothing else is asked for.
WINDOWS = (30, 7, 90)
_DAY = timedelta(days=1)


@blueprint.get("/angka")
@requires(Role.COOPERATIVE)
def numbers() -> ResponseReturnValue:
    """The last week, month or quarter, beside as many days before it."""
    _actor, cooperative_id = clerk()
    asked = request.args.get("days", type=int)
    window = asked if asked in WINDOWS else WINDOWS[0]
    today = days.today()
    figures = get_own_figures(db.session(), cooperative_id, Span(today - (window - 1) * _DAY, today))
    return page(
        "numbers.html",
        figures=figures,
        window=window,
        windows=sorted(WINDOWS),
        change=change(figures.sums.revenue, figures.before.revenue),
        rows=[(short_date(day), revenue, rupiah(revenue)) for day, revenue in figures.days],
        lasted=lasted,
        place="money",
    )


def lasted(time: timedelta) -> str:
    """How long something took, as it is said: whole hours up to two days, then days."""
    hours = max(1, round(time / timedelta(hours=1)))
    if hours < 48:
        return ngettext("%(num)s jam", "%(num)s jam", hours)
    return ngettext("%(num)s hari", "%(num)s hari", round(hours / 24))
