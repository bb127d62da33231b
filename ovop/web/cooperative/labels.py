"""Labels for boxes: a lot's code as a QR that any phone opens, to be printed."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db
from ovop.stock.queries import get_lot
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.qr import lot_address, qr_svg

#: Labels on one A4 sheet.
SHEETS = (1, 8, 21)


@blueprint.get("/stok/<id:catch_id>/label")
@requires(Role.COOPERATIVE)
def label(catch_id: int) -> ResponseReturnValue:
    """The lot's label, once or on a sheet of several."""
    actor, _cooperative_id = clerk()
    lot = get_lot(db.session(), catch_id, actor)
    wanted = request.args.get("copies", SHEETS[0], type=int)
    return page(
        "label.html",
        lot=lot,
        address=lot_address(lot.lot_code),
        drawing=qr_svg(lot_address(lot.lot_code)),
        copies=wanted if wanted in SHEETS else SHEETS[0],
        sheets=SHEETS,
        place="stock",
    )
