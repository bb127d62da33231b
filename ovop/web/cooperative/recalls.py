"""Calling a lot back for food safety, and the list of everybody who bought of it, to be told and ticked off."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.recall import flows, operations
from ovop.recall.queries import find_recall, list_buyers, look_ahead
from ovop.stock.queries import get_lot
from ovop.stock.rules import LONGEST_RECALL_REASON
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.language import gettext as _
from ovop.web.refusals import sentence


@blueprint.get("/stok/<id:catch_id>/penarikan")
@requires(Role.COOPERATIVE)
def recall(catch_id: int) -> ResponseReturnValue:
    """What calling the lot back would do, and the question why; once it was, whom it concerns."""
    actor, _cooperative_id = clerk()
    lot = get_lot(db.session(), catch_id, actor)
    found = find_recall(db.session(), catch_id)
    if found is None:
        return _recall_page(catch_id)
    return page(
        "recalled.html",
        lot=lot,
        recall=found,
        buyers=list_buyers(db.session(), found.id, actor, days.now()),
        printed_at=days.now(),
        place="stock",
    )


@blueprint.post("/stok/<id:catch_id>/penarikan")
@requires(Role.COOPERATIVE)
def recall_lot(catch_id: int) -> ResponseReturnValue:
    """The lot is called back; sent twice it stays so."""
    actor, _cooperative_id = clerk()
    lot = get_lot(db.session(), catch_id, actor)
    try:
        flows.recall(catch_id, request.form.get("reason", ""), actor, days.now())
    except Invalid as error:
        return _recall_page(catch_id, sentence(error), 422)
    flash(_("%(name)s ditarik. Semua pembelinya dikabari.", name=lot.name), "good")
    return redirect(url_for("cooperative.recall", catch_id=catch_id))


@blueprint.post("/stok/<id:catch_id>/penarikan/<id:buyer_row>")
@requires(Role.COOPERATIVE)
def note_reached(catch_id: int, buyer_row: int) -> ResponseReturnValue:
    """Somebody has spoken with that buyer, or has not after all."""
    actor, _cooperative_id = clerk()
    get_lot(db.session(), catch_id, actor)
    found = find_recall(db.session(), catch_id)
    if found is not None:
        is_reached = request.form.get("reached") == "1"
        write(operations.note_reached, found.id, buyer_row, actor, days.now(), is_reached=is_reached)
    return redirect(url_for("cooperative.recall", catch_id=catch_id) + f"#buyer-{buyer_row}")


def _recall_page(catch_id: int, error: str | None = None, status: int = 200) -> ResponseReturnValue:
    return page(
        "recall.html",
        status,
        ahead=look_ahead(db.session(), catch_id=catch_id),
        typed=request.form.get("reason", ""),
        error=error,
        longest=LONGEST_RECALL_REASON,
        place="stock",
    )
