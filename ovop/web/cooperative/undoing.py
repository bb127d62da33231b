"""Taking back what was done a moment ago, from whichever page the clerk is on."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ovop.accounts.models import Role
from ovop.catalogue.operations import unchange_product
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Conflict
from ovop.shares.landing import unland
from ovop.stock import undoing as stock
from ovop.stock.queries import get_lot
from ovop.undo.errors import TooLateToUndo
from ovop.undo.operations import Undoer, take_back
from ovop.undo.queries import get_step
from ovop.undo.rules import Deed
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk
from ovop.web.cooperative.deeds import undone_words

OF_PRODUCTS = (Deed.PRODUCT_CHANGED, Deed.PRODUCT_RETIRED, Deed.PRODUCT_REVIVED)
#: What takes each deed back.
HOW: dict[Deed, Undoer] = {
    Deed.LISTED: stock.unlist,
    Deed.LANDED: unland,
    Deed.CHANGED: stock.unchange,
    Deed.STOCK_CHANGED: stock.restock,
    Deed.SOLD_OUT: stock.restock,
    Deed.ENDED: stock.resume,
    **dict.fromkeys(OF_PRODUCTS, unchange_product),
}


@blueprint.post("/urungkan/<id:step_id>")
@requires(Role.COOPERATIVE)
def undo(step_id: int) -> ResponseReturnValue:
    """It is as if the clerk had not done it; or a sentence says why that cannot be any more."""
    actor, _cooperative_id = clerk()
    step = get_step(db.session(), step_id, actor)
    try:
        write(take_back, step_id, HOW, actor, days.now())
    except TooLateToUndo:
        flash(_("Sudah lewat satu menit, jadi tidak bisa diurungkan lagi. Ubah di sini."), "warning")
    except Conflict:
        flash(_("%(name)s sudah dipesan atau diubah lagi, jadi ubah di sini.", name=step.facts["name"]), "warning")
    else:
        flash(undone_words(step.deed, step.facts), "good")
        if step.deed is Deed.LISTED:
            product = get_lot(db.session(), step.subject_id, actor).product_id
            return redirect(url_for("cooperative.sell", product=product))
    if step.deed is Deed.LANDED:
        return redirect(url_for("cooperative.stock"))
    if step.deed in OF_PRODUCTS:
        return redirect(url_for("cooperative.product", product_id=step.subject_id))
    return redirect(url_for("cooperative.lot", catch_id=step.subject_id))
