"""Taking back what was done a moment ago, from whichever page the clerk is on."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Conflict
from ovop.stock import undoing as stock
from ovop.stock.queries import get_lot
from ovop.undo.errors import TooLateToUndo
from ovop.undo.operations import Undoer, take_back
from ovop.undo.queries import get_step
from ovop.undo.rules import Deed
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk
from ovop.web.cooperative.deeds import undone_words

#: What takes each deed back.
HOW: dict[Deed, Undoer] = {
    Deed.LISTED: stock.unlist,
    Deed.CHANGED: stock.unchange,
    Deed.STOCK_CHANGED: stock.restock,
    Deed.SOLD_OUT: stock.restock,
    Deed.ENDED: stock.resume,
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
        return redirect(_place_of(step.deed, step.subject_id, actor))
    return redirect(url_for("cooperative.lot", catch_id=step.subject_id))


def _place_of(deed: Deed, subject_id: int, actor: Actor) -> str:
    """Where somebody goes on who has taken that back."""
    if deed is Deed.LISTED:
        return url_for("cooperative.sell", product=get_lot(db.session(), subject_id, actor).product_id)
    return url_for("cooperative.lot", catch_id=subject_id)
