"""One Village One Product as a programme: where it stands, what flagships brought, whom to nominate, what to decide."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db, reading, write
from ovop.kernel import days
from ovop.kernel.errors import Conflict, Invalid
from ovop.programme import ranking
from ovop.programme.operations import Decision, decide
from ovop.programme.queries import get_proposal, list_proposals
from ovop.programme.ranking import held_by_year
from ovop.programme.rules import LONGEST_NUMBER, LONGEST_WORDS, ProposalStatus
from ovop.programme.standing import get_standing, list_effects, list_nominees, list_stars
from ovop.web.access import requires, signed_in
from ovop.web.addresses import read_id
from ovop.web.language import gettext as _
from ovop.web.office.area import blueprint, page
from ovop.web.refusals import field_errors, sentence
from ovop.web.typed import Reading, parse_day

PER_PAGE = 20
#: How far the stars' table reaches back.
YEARS = 6
#: Nominees on the first page; all of them are one link away.
FIRST_NOMINEES = 5


@blueprint.get("/unggulan")
@requires(Role.OFFICE)
def programme() -> Response:
    """How far the villages are, what waits for somebody, stars over the years, who comes next."""
    session, today = reading(), days.today()
    years = range(today.year - YEARS + 1, today.year + 1)
    return page(
        "programme.html",
        place="villages",
        standing=get_standing(session, today),
        held=held_by_year(list_stars(session), years),
        nominees=list_nominees(session, today).ranked[:FIRST_NOMINEES],
        today=today,
        me=signed_in().id,
    )


@blueprint.get("/unggulan/dampak")
@requires(Role.OFFICE)
def programme_effects() -> Response:
    """What share of its village's sales each flagship had before and since."""
    return page(
        "programme_effects.html",
        place="villages",
        effects=list_effects(reading(), days.today()),
        fewest_days=ranking.FEWEST_DAYS,
        most_days=ranking.DAYS,
    )


@blueprint.get("/unggulan/calon")
@requires(Role.OFFICE)
def programme_nominees() -> Response:
    """Villages without a flagship, ranked, with all numbers that the ranking is made from."""
    return page(
        "programme_nominees.html", place="villages", nominees=list_nominees(reading(), days.today()), terms=ranking
    )


@blueprint.get("/unggulan/usulan")
@requires(Role.OFFICE)
def proposals() -> Response:
    """Everything that was ever proposed, newest first."""
    before = read_id(request.args.get("before"))
    found = list_proposals(db.session(), before=before, limit=PER_PAGE + 1)
    return page(
        "proposals.html",
        place="villages",
        found=found[:PER_PAGE],
        following=found[PER_PAGE - 1].id if len(found) > PER_PAGE else None,
    )


@blueprint.get("/unggulan/usulan/<id:proposal_id>")
@requires(Role.OFFICE)
def proposal(proposal_id: int) -> Response:
    """One proposal with its reasons, and the decision or the form for it."""
    return _proposal_page(proposal_id, {"decided_on": days.today().isoformat()}, {})


@blueprint.post("/unggulan/usulan/<id:proposal_id>")
@requires(Role.OFFICE)
def decide_proposal(proposal_id: int) -> ResponseReturnValue:
    """The office has decided; overtaken, the page shows what was decided."""
    form, typed = request.form, Reading()
    get_proposal(db.session(), proposal_id)
    answer = form.get("answer", "")
    if answer not in ("agree", "refuse"):
        typed.refuse("answer", "required")
    on = typed.take(parse_day, "decided_on", days.today())
    for field in ("reason", "decision_number"):
        if not typed.text(field):
            typed.refuse(field, "required")
    decision = Decision(answer == "agree", form.get("reason", ""), form.get("decision_number", ""), on)
    try:
        typed.finish()
        write(decide, proposal_id, decision, signed_in(), days.now())
    except Invalid as error:
        return _proposal_page(proposal_id, form, field_errors(error), 422)
    except Conflict as error:
        flash(sentence(error), "warning")
    else:
        flash(_("Keputusan tersimpan. Koperasinya melihatnya di halaman produk unggulan."), "good")
    return redirect(url_for("office.proposal", proposal_id=proposal_id))


def _proposal_page(
    proposal_id: int, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> Response:
    found = get_proposal(db.session(), proposal_id)
    answer = page(
        "proposal.html",
        place="villages",
        proposal=found,
        is_open=found.status is ProposalStatus.OPEN,
        typed=typed,
        errors=errors,
        longest={"reason": LONGEST_WORDS, "number": LONGEST_NUMBER},
        today=days.today(),
    )
    answer.status_code = status
    return answer
