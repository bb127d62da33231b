"""Complaints as the co-operative answers them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.complaints import operations
from ovop.complaints.errors import WrongTurn
from ovop.complaints.queries import count_complaints, find_owed, get_complaint, get_photo, list_complaints, list_owed
from ovop.complaints.rules import LONGEST_TEXT, ComplaintStatus
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.money import parse_amount
from ovop.ordering.contacts import contacts_of
from ovop.ordering.queries import get_order
from ovop.web.access import requires
from ovop.web.addresses import read_id
from ovop.web.complaint_photos import send_photo
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.language import gettext as _
from ovop.web.refusals import field_errors, sentence

PER_PAGE = 20
#: Shares of the whole that are offered with one tap, in percent.
SHARES = (25, 50, 75)


@blueprint.get("/keluhan")
@requires(Role.COOPERATIVE)
def complaints() -> ResponseReturnValue:
    """Complaints, newest first: those that wait for an answer, or all; and what still has to be given back."""
    actor, cooperative_id = clerk()
    now, session = days.now(), db.session()
    waiting = count_complaints(session, ComplaintStatus.OPEN, now, cooperative_id)
    shows_all = "semua" in request.args or not waiting
    found = list_complaints(
        session,
        now,
        cooperative_id=cooperative_id,
        at=() if shows_all else (ComplaintStatus.OPEN,),
        before=read_id(request.args.get("before")),
        limit=PER_PAGE + 1,
    )
    return page(
        "complaints.html",
        found=found[:PER_PAGE],
        following=found[PER_PAGE - 1].id if len(found) > PER_PAGE else None,
        waiting=waiting,
        shows_all=shows_all,
        owed=list_owed(session, actor),
        place="today",
    )


@blueprint.get("/pesanan/<number>/keluhan")
@requires(Role.COOPERATIVE)
def complaint(number: str) -> ResponseReturnValue:
    """One complaint with its photos, and the answers that are possible."""
    return _page(number, {}, {})


@blueprint.post("/pesanan/<number>/keluhan")
@requires(Role.COOPERATIVE)
def answer_complaint(number: str) -> ResponseReturnValue:
    """Money back is given or offered, or refused with words; overtaken, the page shows what has become of it."""
    actor, _cooperative_id = clerk()
    now, form = days.now(), request.form
    answer, words = form.get("answer", ""), form.get("words", "")
    try:
        match answer:
            case "full":
                write(operations.give_all_back, number, words, actor, now)
            case "decline":
                write(operations.decline, number, words, actor, now)
            case "part":
                amount = parse_amount(form.get("amount", ""), field="amount")
                write(operations.offer, number, amount, words, actor, now)
            case _ if answer.isdecimal():  # one of the amounts to choose from
                write(operations.offer, number, parse_amount(answer, field="answer"), words, actor, now)
            case _:
                raise Invalid({"answer": "required"})
    except Invalid as error:
        return _page(number, form, field_errors(error), 422)
    except WrongTurn as error:
        flash(sentence(error), "warning")
    else:
        flash(_("Jawabanmu sudah dikirim ke pembeli."), "good")
    return redirect(url_for("cooperative.complaint", number=number))


@blueprint.get("/pesanan/<number>/keluhan/<id:photo_id>.jpg")
@requires(Role.COOPERATIVE)
def complaint_photo(number: str, photo_id: int) -> Response:
    """A photo of a complaint about the co-operative's own order."""
    actor, _cooperative_id = clerk()
    return send_photo(get_photo(db.session(), photo_id, number, actor), is_small="small" in request.args)


def _page(number: str, typed: Mapping[str, str], errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    actor, _cooperative_id = clerk()
    now, session = days.now(), db.session()
    found = get_complaint(session, number, actor, now)
    order = get_order(session, number, actor, now)
    return page(
        "complaint.html",
        status,
        complaint=found,
        contact=contacts_of(session, [order], actor, now).get(number),
        owed=find_owed(session, number),
        shares=_shares(found.left, found.offered),
        typed=typed,
        errors=errors,
        longest=LONGEST_TEXT,
        place="today",
    )


def _shares(left: int, offered: int | None) -> list[tuple[int, int]]:
    """Parts of what is left to choose from, in percent and whole thousands of rupiah, above what stands already."""
    parts = ((share, left * share // 100 // 1000 * 1000) for share in SHARES)
    return [(share, amount) for share, amount in parts if amount > (offered or 0)]
