"""Buyers' reviews as the office sees them: hidden with a reason, shown again, each with its history."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.reviews import operations
from ovop.reviews.queries import get_review, list_all, list_events
from ovop.reviews.rules import LONGEST_REASON
from ovop.web.access import requires, signed_in
from ovop.web.addresses import read_id
from ovop.web.language import gettext as _
from ovop.web.office.area import blueprint, page
from ovop.web.refusals import field_errors

PER_PAGE = 20


@blueprint.get("/penilaian")
@requires(Role.OFFICE)
def reviews() -> Response:
    """All reviews, newest first, or those that are hidden."""
    hidden = "sembunyi" in request.args
    found = list_all(db.session(), hidden=hidden, before=read_id(request.args.get("before")), limit=PER_PAGE + 1)
    return page(
        "reviews.html",
        place="villages",
        found=found[:PER_PAGE],
        following=found[PER_PAGE - 1].id if len(found) > PER_PAGE else None,
        hidden=hidden,
    )


@blueprint.get("/penilaian/<id:review_id>")
@requires(Role.OFFICE)
def review(review_id: int) -> Response:
    """One review with its history."""
    return _page(review_id, "", {})


@blueprint.post("/penilaian/<id:review_id>/sembunyi")
@requires(Role.OFFICE)
def hide_review(review_id: int) -> ResponseReturnValue:
    """Nobody reads the review any more, and it does not count; both sides are told why."""
    reason = request.form.get("reason", "")
    try:
        write(operations.hide_review, review_id, reason, signed_in(), days.now())
    except Invalid as error:
        return _page(review_id, reason, field_errors(error), 422)
    flash(_("Disembunyikan. Pembeli dan koperasinya dikabari, dengan alasanmu."), "good")
    return redirect(url_for("office.review", review_id=review_id))


@blueprint.post("/penilaian/<id:review_id>/tampil")
@requires(Role.OFFICE)
def show_review(review_id: int) -> ResponseReturnValue:
    """The review is read and counts again."""
    write(operations.show_review, review_id, signed_in(), days.now())
    flash(_("Tampil lagi. Pembeli dan koperasinya dikabari."), "good")
    return redirect(url_for("office.review", review_id=review_id))


def _page(review_id: int, reason: str, errors: dict[str, str], status: int = 200) -> Response:
    session = db.session()
    response = page(
        "review.html",
        place="villages",
        review=get_review(session, review_id),
        events=list_events(session, review_id),
        reason=reason,
        errors=errors,
        longest=LONGEST_REASON,
    )
    response.status_code = status
    return response
