"""The pickup code as large as a screen allows, and as a picture: for where there is no signal."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from ovop.ordering.queries import get_order
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OrderStatus
from ovop.ordering.slip import write_slip
from ovop.web.access import requires, signed_in
from ovop.web.account.area import private
from ovop.web.assets import asset, has_asset
from ovop.web.qr import qr_png, qr_svg
from ovop.web.shop.area import blueprint

#: States in which a code opens something.
WITH_CODE = (OrderStatus.CONFIRMED, OrderStatus.READY)
#: How long after its time a phone keeps a code that nobody asked for again.
_KEPT = timedelta(days=2)
#: What the page needs where there is no signal, whichever page had it kept.
_PARTS = ("base.css", "shop.css", "checkout.css", "js/start.js", "js/keep-code.js", "jakarta.woff2")


@blueprint.get("/pesanan/<number>/kode")
@requires(Role.BUYER)
def pickup_code(number: str) -> ResponseReturnValue:
    """Code and QR on a white screen.  The phone may keep it until a while after the order's time."""
    found = _open_order(number)
    slip = qr_svg(write_slip(found.number, found.pickup_code))
    response = private(render_template("shop/pickup_code.html", order=found, slip=slip, made_with=made_with()))
    response.headers["X-Kept-For"] = str(int((found.pickup.ends_at + _KEPT - days.now()).total_seconds()))
    return response


@blueprint.get("/pesanan/<number>/kode.png")
@requires(Role.BUYER)
def code_picture(number: str) -> ResponseReturnValue:
    """The QR of the code as a picture to keep."""
    found = _open_order(number)
    response = Response(qr_png(write_slip(found.number, found.pickup_code)), mimetype="image/png")
    response.headers["Content-Disposition"] = f'attachment; filename="ambil-{found.number}-{found.pickup_code}.png"'
    response.headers["Cache-Control"] = "no-store"
    return response


def made_with() -> list[str]:
    """Addresses of all that the code's page is made with."""
    return [asset(name) for name in _PARTS if has_asset(name)]


def _open_order(number: str) -> OrderRow:
    found = get_order(db.session(), number, signed_in(), days.now())
    if found.status not in WITH_CODE:
        raise NotFound()
    return found
