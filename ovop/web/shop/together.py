"""Several orders that are ready at one point: one code to show for all of them."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db
from ovop.kernel import days
from ovop.ordering.queries import get_order, ready_together
from ovop.ordering.slip import MOST_SLIPS, write_slips
from ovop.web.access import requires, signed_in
from ovop.web.account.area import private
from ovop.web.qr import qr_svg
from ovop.web.shop.area import blueprint


@blueprint.get("/pesanan/<number>/ambil-semua")
@requires(Role.BUYER)
def collect_all(number: str) -> ResponseReturnValue:
    """The codes of the order and of all that can be taken along with it, as one; the order itself where it is alone.

    Of more than one scan can hold, the first.
    """
    actor, now = signed_in(), days.now()
    order = get_order(db.session(), number, actor, now)
    together = ready_together(db.session(), order, actor, now)[:MOST_SLIPS]
    if len(together) < 2:
        return redirect(url_for("shop.order", number=number))
    page = render_template(
        "shop/collect_all.html",
        order=order,
        together=together,
        slips=qr_svg(write_slips((each.number, each.pickup_code) for each in together)),
        cash=sum(each.total for each in together if each.method == "cash"),
        qris=sum(each.total for each in together if each.method == "qris"),
    )
    return private(page)
