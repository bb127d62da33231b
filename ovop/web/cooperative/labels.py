"""Labels for boxes: a lot's code as a QR that any phone opens, to be printed on A4 sheets or on a roll."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db
from ovop.stock.queries import get_lot
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.qr import lot_address, qr_svg

#: Papers by the name that an address has for them, with how many labels are asked for at first: a sheet, or one.
PAPERS = {"8": 8, "21": 21, "58": 1}
MOST = 105


@blueprint.get("/stok/<id:catch_id>/label")
@requires(Role.COOPERATIVE)
def label(catch_id: int) -> ResponseReturnValue:
    """The lot's label, as many times as asked for, on the paper asked for."""
    actor, _cooperative_id = clerk()
    lot = get_lot(db.session(), catch_id, actor)
    address = lot_address(lot.lot_code)
    wanted = request.args.get("ukuran", "")
    paper = wanted if wanted in PAPERS else next(iter(PAPERS))
    copies = request.args.get("jumlah", PAPERS[paper], type=int)
    return page(
        "label.html",
        lot=lot,
        address=address,
        drawing=qr_svg(address),
        copies=min(max(copies, 1), MOST),
        most=MOST,
        paper=paper,
        papers=[(name, url_for("cooperative.label", catch_id=catch_id, ukuran=name)) for name in PAPERS],
        place="stock",
    )
