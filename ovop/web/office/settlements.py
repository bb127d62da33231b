"""What each co-operative is owed: statements by state, one by one with its lines, and their approval."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.bank_accounts import BankAccount
from ovop.accounts.models import Role
from ovop.accounts.queries import get_cooperative
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Conflict, Invalid
from ovop.settlement import operations, queries
from ovop.settlement.lines import order_lines
from ovop.settlement.rows import StatusSum
from ovop.settlement.rules import OWED, Cycle, SettlementStatus
from ovop.web import statements
from ovop.web.access import requires, signed_in
from ovop.web.addresses import read_id
from ovop.web.language import gettext as _
from ovop.web.office.area import blueprint, page
from ovop.web.refusals import field_errors, sentence
from ovop.web.statement_files import statement_file

ORDERS = 50
#: What the list can be narrowed to, by the name that an address has for it; it begins with all that is or was paid.
STATES: dict[str, tuple[SettlementStatus, ...]] = {
    "waiting": (SettlementStatus.DRAWN, SettlementStatus.CHECKED, SettlementStatus.RETURNED),
    "approved": (SettlementStatus.APPROVED,),
    "paid": (SettlementStatus.PAID,),
    "carried": (SettlementStatus.CARRIED,),
}

TRANSFERRED = (*OWED, SettlementStatus.PAID)


@blueprint.get("/uang")
@requires(Role.OFFICE)
def settlements() -> Response:
    """What is owed, by where it stands, and the statements, newest first."""
    session = db.session()
    state = request.args.get("state", "")
    cooperative_id = read_id(request.args.get("cooperative"))
    before = read_id(request.args.get("before"))
    found = queries.list_statements(
        session, cooperative_id=cooperative_id, statuses=STATES.get(state, TRANSFERRED), before=before
    )
    sums = queries.status_sums(session, cooperative_id)
    owed = queries.owed_now(session, cooperative_id)
    return page(
        "settlements.html",
        place="money",
        statements=found[: queries.PAGE],
        next=found[queries.PAGE - 1].id if len(found) > queries.PAGE else None,
        is_first=before is None,
        state=state if state in STATES else "",
        cooperative=get_cooperative(session, cooperative_id) if cooperative_id else None,
        groups={name: _together(sums, statuses) for name, statuses in STATES.items()},
        owed=owed,
        uncounted=owed - queries.open_sum(sums),
        cycle=Cycle(current_app.config["OVOP"].settlement_period),
        words=statements,
    )


@blueprint.get("/uang/<id:settlement_id>")
@requires(Role.OFFICE)
def settlement(settlement_id: int) -> ResponseReturnValue:
    """One statement: what it comes to and why, who did what, and what can be done next."""
    return settlement_page(settlement_id, {}, {})


@blueprint.get("/uang/<id:settlement_id>.<any(pdf, csv, xlsx):ending>")
@requires(Role.OFFICE)
def settlement_file(settlement_id: int, ending: str) -> Response:
    """The whole statement as a file."""
    return statement_file(settlement_id, ending)


@blueprint.post("/uang/<id:settlement_id>/setujui")
@requires(Role.OFFICE)
def approve_settlement(settlement_id: int) -> ResponseReturnValue:
    """Whoever is signed in approves it, for the account that stood on their page."""
    form = request.form
    seen = BankAccount(form.get("bank", ""), form.get("number", ""), form.get("holder", ""))
    return _step(
        settlement_id,
        lambda: write(operations.approve, settlement_id, seen, signed_in(), days.now()),
        _("Kamu menyetujui rekap ini."),
    )


@blueprint.post("/uang/<id:settlement_id>/tarik")
@requires(Role.OFFICE)
def revoke_settlement(settlement_id: int) -> ResponseReturnValue:
    """Its approvals no longer count."""
    reason = request.form.get("reason", "")
    return _step(
        settlement_id,
        lambda: write(operations.revoke, settlement_id, reason, signed_in(), days.now()),
        _("Persetujuannya ditarik. Rekap ini menunggu dua persetujuan baru."),
    )


@blueprint.post("/uang/<id:settlement_id>/kembali")
@requires(Role.OFFICE)
def return_settlement(settlement_id: int) -> ResponseReturnValue:
    """The bank sent the money back."""
    reason = request.form.get("reason", "")
    return _step(
        settlement_id,
        lambda: write(operations.take_back, settlement_id, reason, signed_in(), days.now()),
        _("Dicatat: uangnya kembali, dan rekap ini menunggu dua persetujuan baru."),
    )


def settlement_page(
    settlement_id: int, typed: Mapping[str, str], errors: dict[str, str], status: int = 200
) -> ResponseReturnValue:
    """The statement's page, with what was typed into one of its forms.  Raises: NotFound."""
    session = db.session()
    found = queries.get_statement(session, settlement_id)
    after = read_id(request.args.get("after")) or 0
    lines = order_lines(session, settlement_id, after=after, limit=ORDERS)
    response = page(
        "settlement.html",
        place="money",
        statement=found,
        lines=lines[:ORDERS],
        next=lines[ORDERS - 1].place if len(lines) > ORDERS else None,
        is_first=not after,
        changes=queries.bank_changes(session, found.row.cooperative_id, limit=1),
        has_approved=found.first_approver == signed_in().id,
        typed=typed,
        errors=errors,
        words=statements,
    )
    response.status_code = status
    return response


def _together(sums: Mapping[SettlementStatus, StatusSum], statuses: tuple[SettlementStatus, ...]) -> StatusSum:
    found = [sums[status] for status in statuses if status in sums]
    return StatusSum(sum(each.count for each in found), sum(each.net for each in found))


def _step(settlement_id: int, act: Callable[[], object], done: str) -> ResponseReturnValue:
    """What came of a step: back on the statement's page, with a sentence."""
    try:
        act()
    except Invalid as error:
        return settlement_page(settlement_id, request.form, field_errors(error), 422)
    except Conflict as error:
        flash(sentence(error), "error")
    else:
        flash(done, "good")
    return redirect(url_for("office.settlement", settlement_id=settlement_id))
