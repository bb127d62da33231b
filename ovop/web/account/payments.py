"""What somebody paid, is yet to pay and got back, order by order."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db
from ovop.kernel import days
from ovop.ordering.payment_sums import sums_of
from ovop.ordering.queries import list_orders
from ovop.web.access import requires, signed_in
from ovop.web.account.area import blueprint, private
from ovop.web.addresses import read_id

#: Far beyond what anybody turns to.
_LAST_PAGE = 10_000


@blueprint.get("/akun/pembayaran")
@requires(Role.BUYER)
def payments() -> ResponseReturnValue:
    """Sums of this month and of what is open, and every order with its payment, newest first."""
    actor, now = signed_in(), days.now()
    page = min(read_id(request.args.get("page")) or 1, _LAST_PAGE)
    found = list_orders(db.session(), actor, now, page=page)
    sums = sums_of(db.session(), actor.id, days.start_of(days.month_start(days.day_of(now))))
    return private(render_template("account/payments.html", found=found, sums=sums, month=days.day_of(now)))
