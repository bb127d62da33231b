"""Lots called back for food safety, as the office follows them and calls one back itself.  Nothing of who bought."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.kernel.ids import read_lot_code
from ovop.recall import flows
from ovop.recall.queries import find_recall, list_recalls, look_ahead
from ovop.stock.rules import LONGEST_RECALL_REASON
from ovop.web.access import requires, signed_in
from ovop.web.addresses import read_id
from ovop.web.language import gettext as _
from ovop.web.office.area import blueprint, page
from ovop.web.refusals import sentence

PER_PAGE = 20


@blueprint.get("/penarikan")
@requires(Role.OFFICE)
def recalls() -> ResponseReturnValue:
    """All recalls, newest first, with how far each is; a lot's code leads to that lot."""
    typed = request.args.get("kode", "").strip()
    if typed:
        try:
            ahead = look_ahead(db.session(), lot_code=read_lot_code(typed)[:24])
        except NotFound:
            return _list_page(typed, _("Tidak ada lot dengan kode itu. Lihat labelnya, seperti LON-260105-7K3M."), 404)
        return redirect(url_for("office.recall", lot_code=ahead.lot_code))
    return _list_page()


@blueprint.get("/penarikan/<lot_code>")
@requires(Role.OFFICE)
def recall(lot_code: str) -> Response:
    """One lot: what calling it back would do, or how far its recall is."""
    return _lot_page(lot_code)


@blueprint.post("/penarikan/<lot_code>")
@requires(Role.OFFICE)
def recall_lot(lot_code: str) -> ResponseReturnValue:
    """The office calls the lot back; sent twice it stays so."""
    ahead = look_ahead(db.session(), lot_code=lot_code[:24])
    try:
        flows.recall(ahead.catch_id, request.form.get("reason", ""), signed_in(), days.now())
    except Invalid as error:
        return _lot_page(lot_code, sentence(error), 422)
    flash(_("%(name)s ditarik. Semua pembelinya dikabari.", name=ahead.name), "good")
    return redirect(url_for("office.recall", lot_code=lot_code))


def _list_page(typed: str = "", error: str | None = None, status: int = 200) -> Response:
    before = read_id(request.args.get("before"))
    found = list_recalls(db.session(), before=before, limit=PER_PAGE + 1)
    answer = page(
        "recalls.html",
        place="villages",
        found=found[:PER_PAGE],
        following=found[PER_PAGE - 1].id if len(found) > PER_PAGE else None,
        typed=typed,
        error=error,
    )
    answer.status_code = status
    return answer


def _lot_page(lot_code: str, error: str | None = None, status: int = 200) -> Response:
    ahead = look_ahead(db.session(), lot_code=lot_code[:24])
    answer = page(
        "recall.html",
        place="villages",
        ahead=ahead,
        recall=find_recall(db.session(), ahead.catch_id),
        typed=request.form.get("reason", ""),
        error=error,
        longest=LONGEST_RECALL_REASON,
    )
    answer.status_code = status
    return answer
