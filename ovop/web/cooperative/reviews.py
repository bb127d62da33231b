"""What buyers think of the co-operative's goods, and its answers."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.reviews.errors import AlreadyAnswered, ReviewHidden
from ovop.reviews.operations import answer_review as write_answer
from ovop.reviews.queries import count_unanswered, list_of_cooperative
from ovop.reviews.rules import LONGEST_ANSWER
from ovop.web.access import requires
from ovop.web.addresses import read_id
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.language import gettext as _
from ovop.web.refusals import field_errors, sentence

PER_PAGE = 20


@blueprint.get("/penilaian")
@requires(Role.COOPERATIVE)
def reviews() -> ResponseReturnValue:
    """Reviews, newest first: those that wait for an answer, or all."""
    return _page()


@blueprint.post("/penilaian/<id:review_id>/jawab")
@requires(Role.COOPERATIVE)
def answer_review(review_id: int) -> ResponseReturnValue:
    """The answer stands under the review; overtaken, the page says so."""
    actor, _cooperative_id = clerk()
    words = request.form.get("answer", "")
    try:
        write(write_answer, review_id, words, actor, days.now())
    except Invalid as error:
        return _page(review_id, words, field_errors(error), 422)
    except (AlreadyAnswered, ReviewHidden) as error:
        flash(sentence(error), "warning")
    else:
        flash(_("Jawabanmu sudah tampil, dan pembelinya dikabari."), "good")
    return redirect(url_for("cooperative.reviews"))


def _page(
    tried: int | None = None, typed: str = "", errors: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    _actor, cooperative_id = clerk()
    session = db.session()
    waiting = count_unanswered(session, cooperative_id)
    shows_all = "semua" in request.args or not waiting
    # An answer that came back stands with its review at the head of the list.
    before = tried + 1 if tried is not None else read_id(request.args.get("before"))
    found = list_of_cooperative(session, cooperative_id, unanswered=not shows_all, before=before, limit=PER_PAGE + 1)
    return page(
        "reviews.html",
        status,
        found=found[:PER_PAGE],
        following=found[PER_PAGE - 1].id if len(found) > PER_PAGE else None,
        waiting=waiting,
        shows_all=shows_all,
        tried=tried,
        typed=typed,
        errors=errors or {},
        longest=LONGEST_ANSWER,
        place="today",
    )
