"""Complaints as the co-operative answers them, and money that it still has to give back with its own hands."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.complaints import operations
from ovop.complaints.errors import WrongTurn
from ovop.complaints.queries import get_complaint, get_photo_key, list_complaints, list_owed
from ovop.complaints.rules import LONGEST_TEXT
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.money import parse_rupiah
from ovop.ordering.refunding import record_payout
from ovop.web.access import requires
from ovop.web.addresses import read_id
from ovop.web.complaint_photos import send_photo
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.formats import rupiah
from ovop.web.language import gettext as _
from ovop.web.refusals import field_errors, sentence

PER_PAGE = 20


@blueprint.get("/keluhan")
@requires(Role.COOPERATIVE)
def complaints() -> ResponseReturnValue:
    """All complaints, newest first, and what still has to be given back."""
    actor, cooperative_id = clerk()
    before = read_id(request.args.get("before"))
    found = list_complaints(db.session(), days.now(), cooperative_id=cooperative_id, before=before, limit=PER_PAGE + 1)
    return page(
        "complaints.html",
        found=found[:PER_PAGE],
        following=found[PER_PAGE - 1].id if len(found) > PER_PAGE else None,
        owed=list_owed(db.session(), actor),
        place="packing",
    )


@blueprint.get("/pesanan/<number>/keluhan")
@requires(Role.COOPERATIVE)
def complaint(number: str) -> ResponseReturnValue:
    """One complaint with its photos, and the answers that are possible."""
    return _page(number, {}, {})


@blueprint.post("/pesanan/<number>/keluhan")
@requires(Role.COOPERATIVE)
def answer_complaint(number: str) -> ResponseReturnValue:
    """Money back is offered, or declined with words; overtaken, the page shows what has become of it."""
    actor, _cooperative_id = clerk()
    now = days.now()
    found = get_complaint(db.session(), number, actor, now)
    form = request.form
    words = form.get("words", "")
    try:
        match form.get("answer"):
            case "full":
                write(operations.offer, number, found.left, words, actor, now)
            case "part":
                amount = parse_rupiah(form.get("amount", ""), field="amount")
                write(operations.offer, number, amount, words, actor, now)
            case "decline":
                write(operations.decline, number, words, actor, now)
            case _:
                raise Invalid({"answer": "required"})
    except Invalid as error:
        return _page(number, form, field_errors(error), 422)
    except WrongTurn as error:
        flash(sentence(error), "warning")
    else:
        flash(_("Jawabanmu sudah dikirim ke pembeli."), "good")
    return redirect(url_for("cooperative.complaint", number=number))


@blueprint.post("/pesanan/<number>/kembalikan")
@requires(Role.COOPERATIVE)
def pay_back(number: str) -> ResponseReturnValue:
    """The clerk has given the buyer what was agreed; pressed twice it is one."""
    actor, _cooperative_id = clerk()
    try:
        amount = write(record_payout, number, request.form.get("reference", "").strip(), actor, days.now())
    except Invalid as error:
        flash(" ".join(field_errors(error).values()), "warning")
    else:
        if amount:
            flash(_("%(amount)s tercatat sudah dikembalikan.", amount=rupiah(amount)), "good")
    return redirect(url_for("cooperative.complaints"))


@blueprint.get("/pesanan/<number>/keluhan/<id:photo_id>.jpg")
@requires(Role.COOPERATIVE)
def complaint_photo(number: str, photo_id: int) -> Response:
    """A photo of a complaint about the co-operative's own order."""
    actor, _cooperative_id = clerk()
    return send_photo(get_photo_key(db.session(), photo_id, number, actor))


def _page(number: str, typed: Mapping[str, str], errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    actor, _cooperative_id = clerk()
    found = get_complaint(db.session(), number, actor, days.now())
    return page(
        "complaint.html", status, complaint=found, typed=typed, errors=errors, longest=LONGEST_TEXT, place="packing"
    )
