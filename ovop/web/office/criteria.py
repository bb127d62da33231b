"""What readiness is judged by: the criteria in force, every version before, and the form for the next."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Conflict, Invalid
from ovop.kernel.money import parse_amount
from ovop.programme.assessing import LONGEST_NOTE, set_criteria
from ovop.programme.evidence import list_criteria
from ovop.programme.rows import CriteriaRow
from ovop.programme.rules import FROM_SALES, Criterion, Rule
from ovop.web.access import requires, signed_in
from ovop.web.language import gettext as _
from ovop.web.office.area import blueprint, page
from ovop.web.refusals import field_errors, sentence
from ovop.web.typed import Reading


@blueprint.get("/unggulan/kriteria")
@requires(Role.OFFICE)
def criteria() -> Response:
    """The criteria in force in a form, and all versions."""
    versions = list_criteria(db.session())
    return _page(versions, _typed(versions[0]), {})


@blueprint.post("/unggulan/kriteria")
@requires(Role.OFFICE)
def save_criteria() -> ResponseReturnValue:
    """There is a further version; overtaken by a colleague's, that one is shown."""
    typed = Reading()
    rules = [_rule(kind, typed) for kind in Criterion if request.form.get(f"use_{kind}")]
    if not typed.text("note"):
        typed.refuse("note", "required")
    seen = typed.text("version")
    try:
        typed.finish()
        number = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1
        write(set_criteria, rules, typed.text("note"), number, signed_in(), days.now())
    except Invalid as error:
        return _page(list_criteria(db.session()), request.form, field_errors(error), 422)
    except Conflict as error:
        flash(sentence(error), "warning")
    else:
        flash(_("Kriteria baru berlaku. Penilaian yang sudah jadi memakai kriteria saat itu."), "good")
    return redirect(url_for("office.criteria"))


def _rule(kind: Criterion, typed: Reading) -> Rule:
    points = typed.take(_whole, f"points_{kind}", 1)
    threshold = typed.take(_whole, f"threshold_{kind}", 1) if kind in FROM_SALES else 0
    return Rule(kind, points, threshold, bool(request.form.get(f"required_{kind}")))


def _whole(typed: str) -> int:
    return parse_amount(typed, field="number", least=0)


def _typed(row: CriteriaRow) -> dict[str, str]:
    typed = {"version": str(row.version), "note": ""}
    for rule in row.rules:
        typed |= {
            f"use_{rule.kind}": "1",
            f"points_{rule.kind}": str(rule.points),
            f"threshold_{rule.kind}": str(rule.threshold),
            f"required_{rule.kind}": "1" if rule.is_required else "",
        }
    return typed


def _page(
    versions: list[CriteriaRow], typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> Response:
    answer = page(
        "criteria.html",
        place="villages",
        versions=versions,
        typed=typed,
        errors=errors,
        kinds=list(Criterion),
        from_sales=FROM_SALES,
        longest=LONGEST_NOTE,
    )
    answer.status_code = status
    return answer
