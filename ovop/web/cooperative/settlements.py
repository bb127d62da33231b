"""What the market owes the co-operative: its statements, and where it wants to be paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.bank_accounts import find_bank_account
from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.payment import providers
from ovop.payment.errors import ProviderAway, ProviderRefused
from ovop.payment.providers.base import Receiver
from ovop.settlement import operations, queries
from ovop.settlement.lines import order_lines
from ovop.settlement.transfer_flows import begin_sign_up, find_receiver
from ovop.web import statements
from ovop.web.access import requires
from ovop.web.addresses import read_id
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.language import gettext as _
from ovop.web.language import public_origin, site_root
from ovop.web.refusals import field_errors
from ovop.web.statement_files import statement_file

ORDERS, STATEMENTS = 30, 20
#: Offered while typing; any other can be typed.
BANKS = ("BRI", "Bank Mandiri", "BNI", "BCA", "BSI", "Bank bjb", "Bank Banten", "BTN")


@blueprint.get("/uang/rekap")
@requires(Role.COOPERATIVE)
def settlements() -> Response:
    """What the co-operative is owed now, and its statements, newest first."""
    _actor, cooperative_id = clerk()
    session, before = db.session(), read_id(request.args.get("before"))
    found = queries.list_statements(session, cooperative_id=cooperative_id, before=before, limit=STATEMENTS)
    owed = queries.owed_now(session, cooperative_id)
    return page(
        "settlements.html",
        statements=found[:STATEMENTS],
        next=found[STATEMENTS - 1].id if len(found) > STATEMENTS else None,
        is_first=before is None,
        owed=owed,
        uncounted=owed - queries.open_sum(queries.status_sums(session, cooperative_id)),
        account=find_bank_account(session, cooperative_id),
        words=statements,
        place="money",
    )


@blueprint.get("/uang/rekap/<id:settlement_id>")
@requires(Role.COOPERATIVE)
def settlement(settlement_id: int) -> Response:
    """One statement with its orders."""
    _actor, cooperative_id = clerk()
    session, after = db.session(), read_id(request.args.get("after")) or 0
    found = queries.get_statement(session, settlement_id, cooperative_id)
    lines = order_lines(session, settlement_id, after=after, limit=ORDERS)
    return page(
        "settlement.html",
        statement=found,
        lines=lines[:ORDERS],
        next=lines[ORDERS - 1].place if len(lines) > ORDERS else None,
        is_first=not after,
        words=statements,
        place="money",
    )


@blueprint.get("/uang/rekap/<id:settlement_id>.<any(pdf, csv, xlsx):ending>")
@requires(Role.COOPERATIVE)
def settlement_file(settlement_id: int, ending: str) -> Response:
    """The whole statement as a file."""
    _actor, cooperative_id = clerk()
    return statement_file(settlement_id, ending, cooperative_id)


@blueprint.get("/profil/rekening")
@requires(Role.COOPERATIVE)
def bank_account() -> Response:
    """Where the market pays what it owes, to be changed by managers."""
    _actor, cooperative_id = clerk()
    account = find_bank_account(db.session(), cooperative_id)
    typed = (
        {"bank_name": account.bank, "bank_account": account.number, "bank_holder": account.holder} if account else {}
    )
    return _bank_page(typed, {})


@blueprint.post("/profil/rekening")
@requires(Role.COOPERATIVE)
def save_bank_account() -> ResponseReturnValue:
    """The market pays to that account from the next approval on."""
    actor, _cooperative_id = clerk()
    bank, number, holder = (request.form.get(name, "") for name in ("bank_name", "bank_account", "bank_holder"))
    try:
        write(operations.change_bank_account, bank, number, holder, actor, days.now())
    except Invalid as error:
        return _bank_page(request.form, field_errors(error), 422)
    flash(_("Tersimpan. Uang yang belum disetujui dinas ditransfer ke rekening ini."), "good")
    return redirect(url_for("cooperative.bank_account"))


def _bank_page(typed: Mapping[str, str], errors: dict[str, str], status: int = 200) -> Response:
    actor, cooperative_id = clerk()
    return page(
        "bank_account.html",
        status,
        typed=typed,
        errors=errors,
        banks=BANKS,
        changes=queries.bank_changes(db.session(), cooperative_id),
        account=find_bank_account(db.session(), cooperative_id),
        may_change=actor.is_manager,
        connection=_connection(cooperative_id),
        words=statements,
        place="money",
    )


@blueprint.post("/profil/rekening/kartu")
@requires(Role.COOPERATIVE)
def sign_up_with_provider() -> ResponseReturnValue:
    """On to the card provider's own pages, where a manager tells it about the co-operative; back, where none are."""
    actor, _cooperative_id = clerk()
    back_to = public_origin() + url_for("cooperative.bank_account").removeprefix(site_root())
    try:
        address = begin_sign_up(actor, back_to)
    except (ProviderAway, ProviderRefused):
        flash(_("Penyedia kartu sedang tidak menjawab. Coba lagi sebentar lagi."), "error")
        return redirect(url_for("cooperative.bank_account"))
    return redirect(address or url_for("cooperative.bank_account"))


@dataclass(frozen=True, slots=True)
class Connection:
    """How the co-operative stands with the card provider; `is_away` when it did not say."""

    receiver: Receiver | None
    is_away: bool = False


def _connection(cooperative_id: int) -> Connection | None:
    """None where this market passes no shares on."""
    if providers.transfers() is None:
        return None
    try:
        return Connection(find_receiver(cooperative_id))
    except ProviderAway:
        return Connection(None, is_away=True)
