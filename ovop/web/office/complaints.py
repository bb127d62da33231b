"""Complaints that the office decides.  Nothing of who bought."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.complaints import operations
from ovop.complaints.errors import WrongTurn
from ovop.complaints.queries import get_complaint, get_photo_key, list_complaints
from ovop.complaints.rules import LONGEST_TEXT, ComplaintStatus
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.money import parse_rupiah
from ovop.web.access import requires, signed_in
from ovop.web.addresses import read_id
from ovop.web.complaint_photos import send_photo
from ovop.web.language import gettext as _
from ovop.web.office.area import blueprint, page
from ovop.web.refusals import field_errors, sentence

PER_PAGE = 20


@blueprint.get("/keluhan")
@requires(Role.OFFICE)
def complaints() -> Response:
    """Complaints, newest first: those that wait for a decision, or all."""
    shows_all = request.args.get("show") == "all"
    before = read_id(request.args.get("before"))
    waiting = None if shows_all else ComplaintStatus.WITH_OFFICE
    found = list_complaints(db.session(), days.now(), waiting=waiting, before=before, limit=PER_PAGE + 1)
    return page(
        "complaints.html",
        place="sales",
        shows_all=shows_all,
        found=found[:PER_PAGE],
        following=found[PER_PAGE - 1].id if len(found) > PER_PAGE else None,
    )


@blueprint.get("/keluhan/<number>")
@requires(Role.OFFICE)
def complaint(number: str) -> Response:
    """One complaint with all that was said, and the decision where it is the office's."""
    return _page(number, {}, {})


@blueprint.post("/keluhan/<number>")
@requires(Role.OFFICE)
def rule_on_complaint(number: str) -> ResponseReturnValue:
    """The office has decided; overtaken, the page shows what has become of it."""
    form = request.form
    try:
        typed = form.get("amount", "").strip()
        amount = 0 if form.get("answer") == "nothing" else parse_rupiah(typed, field="amount")
        write(operations.rule, number, amount, form.get("words", ""), signed_in(), days.now())
    except Invalid as error:
        return _page(number, form, field_errors(error), 422)
    except WrongTurn as error:
        flash(sentence(error), "warning")
    else:
        flash(_("Keputusan tersimpan. Pembeli dan koperasi dikabari."), "good")
    return redirect(url_for("office.complaint", number=number))


@blueprint.get("/keluhan/<number>/<id:photo_id>.jpg")
@requires(Role.OFFICE)
def complaint_photo(number: str, photo_id: int) -> Response:
    """A photo of a complaint."""
    return send_photo(get_photo_key(db.session(), photo_id, number, signed_in()))


def _page(number: str, typed: Mapping[str, str], errors: dict[str, str], status: int = 200) -> Response:
    answer = page(
        "complaint.html",
        place="sales",
        complaint=get_complaint(db.session(), number, signed_in(), days.now()),
        typed=typed,
        errors=errors,
        longest=LONGEST_TEXT,
    )
    answer.status_code = status
    return answer
