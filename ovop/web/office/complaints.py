"""Complaints as the office follows and decides them.  Nothing of who bought."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.complaints import operations
from ovop.complaints.errors import WrongTurn
from ovop.complaints.queries import get_complaint, get_photo, list_complaints
from ovop.complaints.rules import LONGEST_TEXT, ComplaintStatus
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.money import parse_amount
from ovop.web.access import requires, signed_in
from ovop.web.addresses import read_id
from ovop.web.complaint_photos import send_photo
from ovop.web.language import gettext as _
from ovop.web.office.area import blueprint, page
from ovop.web.refusals import field_errors, sentence
from ovop.web.typed import Reading

PER_PAGE = 20
#: What can be asked for, by its name in the address bar: its words, and where such complaints are.
SHOWN: dict[str, tuple[Callable[[], str], tuple[ComplaintStatus, ...]]] = {
    "office": (lambda: _("Menunggu keputusan"), (ComplaintStatus.WITH_OFFICE,)),
    "cooperative": (lambda: _("Menunggu koperasi"), (ComplaintStatus.OPEN,)),
    "buyer": (lambda: _("Menunggu pembeli"), (ComplaintStatus.OFFERED, ComplaintStatus.DECLINED)),
    "closed": (lambda: _("Selesai"), (ComplaintStatus.CLOSED,)),
}


@blueprint.get("/keluhan")
@requires(Role.OFFICE)
def complaints() -> Response:
    """Complaints, newest first, by whom they wait for: the office, unless asked otherwise."""
    shown = request.args.get("show", "")
    shown = shown if shown in SHOWN else "office"
    before = read_id(request.args.get("before"))
    found = list_complaints(db.session(), days.now(), at=SHOWN[shown][1], before=before, limit=PER_PAGE + 1)
    return page(
        "complaints.html",
        place="sales",
        shown=shown,
        choices=[(name, words()) for name, (words, _at) in SHOWN.items()],
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
    form, reading = request.form, Reading()
    match form.get("answer"):
        case "give":
            amount = reading.take(parse_amount, "amount", 0, field="amount", least=0)
        case "nothing":
            amount = 0
        case _:
            amount = 0
            reading.refuse("answer", "required")
    if not reading.text("words"):
        reading.refuse("words", "required")
    try:
        reading.finish()
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
    return send_photo(get_photo(db.session(), photo_id, number, signed_in()), is_small="small" in request.args)


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
