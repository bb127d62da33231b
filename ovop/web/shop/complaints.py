"""A buyer's complaint: made, followed, answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.complaints import operations
from ovop.complaints.errors import AlreadyComplained, TooLate, WrongTurn
from ovop.complaints.flows import keep_photo
from ovop.complaints.queries import find_complaint, find_owed, get_photo, list_goodwill
from ovop.complaints.rows import KeptPhoto
from ovop.complaints.rules import LONGEST_TEXT, MOST_PHOTOS, check_text, may_complain_until
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.ordering.errors import WrongStatus
from ovop.ordering.queries import get_order
from ovop.ordering.receipts import refunds_of
from ovop.web.access import requires, signed_in
from ovop.web.account.area import private
from ovop.web.arriving_photos import photo_words, refusal_words, take_each
from ovop.web.complaint_photos import open_seal, read_photos, seal, send_photo
from ovop.web.language import gettext as _
from ovop.web.photos import Picture
from ovop.web.refusals import field_errors, reason, sentence
from ovop.web.shop.area import blueprint


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that came back: what was typed, the photos that had arrived, what is wrong."""

    text: str = ""
    photos: Sequence[KeptPhoto] = ()
    errors: dict[str, str] = field(default_factory=dict)


@blueprint.get("/pesanan/<number>/keluhan")
@requires(Role.BUYER)
def complaint(number: str) -> ResponseReturnValue:
    """The complaint as it stands, or the form for one while it is possible."""
    return _page(number, Tried())


@blueprint.post("/pesanan/<number>/keluhan")
@requires(Role.BUYER)
def complain(number: str) -> ResponseReturnValue:
    """The complaint is made, with its photos, or nothing of it is; sent twice it is one."""
    actor, now = signed_in(), days.now()
    text = request.form.get("text", "")
    try:
        operations.check_may_complain(db.session(), number, actor, now)
        db.session.rollback()  # reading photos takes its time, and no read should stay open for it
        photos, refused = read_photos(actor, number, now)
        errors = {"photo": refusal_words(refused)} if refused else {}
        try:
            check_text(text)
        except Invalid as error:
            errors |= field_errors(error)
        if errors:
            return _page(number, Tried(text, photos, errors), 422)
        write(operations.open_complaint, number, text, photos, actor, now)
    except AlreadyComplained:
        return redirect(url_for("shop.complaint", number=number))
    except (TooLate, WrongStatus) as error:
        return _page(number, Tried(text, errors={"form": sentence(error)}), error.status)
    flash(_("Keluhanmu sudah sampai ke koperasi."), "good")
    return redirect(url_for("shop.complaint", number=number))


@blueprint.post("/pesanan/<number>/keluhan/foto")
@requires(Role.BUYER)
def keep_complaint_photo(number: str) -> ResponseReturnValue:
    """For scripts: the photo is kept for a form that names it under the seal in the answer; a refusal is in words."""
    actor, now = signed_in(), days.now()
    try:
        operations.check_may_complain(db.session(), number, actor, now)
    except (AlreadyComplained, TooLate, WrongStatus) as error:
        return jsonify(words=sentence(error)), 422
    db.session.rollback()
    kept: list[KeptPhoto] = []
    refused = take_each(lambda data: kept.append(keep_photo(data, now)), 1)
    if kept:
        return jsonify(kept=seal(kept[0], actor, number)), 201
    why = refused[0].reason if refused else "required"
    return jsonify(words=reason(why)), 503 if why == "photo-not-kept" else 422


@blueprint.get("/pesanan/<number>/keluhan/foto")
@requires(Role.BUYER)
def kept_complaint_photo(number: str) -> Response:
    """A photo that is kept for the buyer's form."""
    photo = open_seal(request.args.get("kept", ""), signed_in(), number)
    if photo is None:
        raise NotFound()
    return send_photo(photo, is_small=True)


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
                said = _("Tawaran kamu terima.")
            case "escalate":
                write(operations.escalate, number, words, actor, now)
                said = _("Keluhanmu sudah diteruskan ke dinas.")
            case "withdraw":
                write(operations.withdraw, number, actor, now)
                said = _("Keluhanmu sudah dicabut.")
            case _:
                raise Invalid({"answer": "required"})
    except Invalid as error:
        return _page(number, Tried(words, errors=field_errors(error)), 422)
    except WrongTurn as error:
        flash(sentence(error), "warning")
    else:
        flash(said, "good")
    return redirect(url_for("shop.complaint", number=number))


@blueprint.get("/pesanan/<number>/keluhan/<id:photo_id>.jpg")
@requires(Role.BUYER)
def complaint_photo(number: str, photo_id: int) -> Response:
    """A photo of the buyer's own complaint."""
    return send_photo(get_photo(db.session(), photo_id, number, signed_in()), is_small="small" in request.args)


def _page(number: str, tried: Tried, status: int = 200) -> ResponseReturnValue:
    actor, now, session = signed_in(), days.now(), db.session()
    order = get_order(session, number, actor, now)
    until = may_complain_until(order.collected_at) if order.collected_at else None
    text = render_template(
        "shop/complaint.html",
        order=order,
        complaint=find_complaint(session, number, actor, now),
        refunds=refunds_of(session, order),
        goodwill=list_goodwill(session, number) if order.refunded else (),
        owed=find_owed(session, number) if order.refunded else None,
        until=until,
        is_possible=until is not None and now <= until,
        tried=tried,
        errors=tried.errors,
        kept_photos=[_kept(seal(photo, actor, number), photo, number) for photo in tried.photos],
        photo_words=photo_words(),
        most_photos=MOST_PHOTOS,
        longest=LONGEST_TEXT,
    )
    return private(text, status)


def _kept(sealed: str, photo: KeptPhoto, number: str) -> tuple[str, Picture]:
    """A photo that goes along with the form, and how the form shows it."""
    url = url_for("shop.kept_complaint_photo", number=number, kept=sealed)
    return sealed, Picture(url, photo.width, photo.height, srcset="", sources=(), credit="")
