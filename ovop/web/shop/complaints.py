"""A buyer's complaint: made, followed, answered."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.complaints import flows, operations
from ovop.complaints.errors import AlreadyComplained, TooLate, WrongTurn
from ovop.complaints.queries import find_complaint, get_photo_key
from ovop.complaints.rules import LONGEST_TEXT, MOST_PHOTOS, may_complain_until
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid, Unavailable
from ovop.ordering.errors import WrongStatus
from ovop.ordering.queries import get_order
from ovop.web.access import requires, signed_in
from ovop.web.account.area import private
from ovop.web.complaint_photos import send_photo
from ovop.web.language import gettext as _
from ovop.web.refusals import field_errors, reason, sentence
from ovop.web.shop.area import blueprint


@blueprint.get("/pesanan/<number>/keluhan")
@requires(Role.BUYER)
def complaint(number: str) -> ResponseReturnValue:
    """The complaint as it stands, or the form for one while it is possible."""
    return _page(number, {}, {})


@blueprint.post("/pesanan/<number>/keluhan")
@requires(Role.BUYER)
def complain(number: str) -> ResponseReturnValue:
    """The complaint is made, with its photos; sent twice it is one."""
    actor, now = signed_in(), days.now()
    files = [file for file in request.files.getlist("photo") if file.filename]
    text = request.form.get("text", "")
    try:
        flows.complain(number, text, [file.read() for file in files], actor, now)
    except AlreadyComplained:
        return redirect(url_for("shop.complaint", number=number))
    except Invalid as error:
        return _page(number, {"text": text}, field_errors(error), 422)
    except Unavailable as error:
        return _page(number, {"text": text}, {"photo": reason("photo-not-kept")}, error.status)
    except (TooLate, WrongStatus) as error:
        return _page(number, {"text": text}, {"form": sentence(error)}, error.status)
    flash(_("Keluhanmu sudah sampai ke koperasi."), "good")
    return redirect(url_for("shop.complaint", number=number))


@blueprint.post("/pesanan/<number>/keluhan/jawab")
@requires(Role.BUYER)
def answer_complaint(number: str) -> ResponseReturnValue:
    """The buyer takes the offer, asks the office, or lets it be; too late, the page shows what has become of it."""
    actor, now = signed_in(), days.now()
    words = request.form.get("words", "")
    try:
        match request.form.get("answer"):
            case "accept":
                write(operations.accept, number, actor, now)
            case "escalate":
                write(operations.escalate, number, words, actor, now)
            case "withdraw":
                write(operations.withdraw, number, actor, now)
            case _:
                raise Invalid({"answer": "required"})
    except Invalid as error:
        return _page(number, {"words": words}, field_errors(error), 422)
    except WrongTurn as error:
        flash(sentence(error), "warning")
    else:
        flash(_("Tersimpan."), "good")
    return redirect(url_for("shop.complaint", number=number))


@blueprint.get("/pesanan/<number>/keluhan/<id:photo_id>.jpg")
@requires(Role.BUYER)
def complaint_photo(number: str, photo_id: int) -> Response:
    """A photo of the buyer's own complaint."""
    return send_photo(get_photo_key(db.session(), photo_id, number, signed_in()))


def _page(number: str, typed: Mapping[str, str], errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    actor, now = signed_in(), days.now()
    order = get_order(db.session(), number, actor, now)
    until = may_complain_until(order.collected_at) if order.collected_at else None
    text = render_template(
        "shop/complaint.html",
        order=order,
        complaint=find_complaint(db.session(), number, actor, now),
        until=until,
        is_possible=until is not None and now <= until,
        typed=typed,
        errors=errors,
        most_photos=MOST_PHOTOS,
        longest=LONGEST_TEXT,
    )
    return private(text, status)
