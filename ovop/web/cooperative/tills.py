"""Cash: the clerk's till of today, everybody's tills, and each till as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.accounts.rules import may_act_for
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.ids import new_id
from ovop.kernel.money import parse_amount
from ovop.till import operations, queries
from ovop.till.errors import TillClosed, TillOpen
from ovop.till.operations import Entry
from ovop.till.rules import EntryKind, TillStatus, is_overdue
from ovop.web.access import requires
from ovop.web.addresses import read_id
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.language import gettext as _
from ovop.web.refusals import field_errors, sentence
from ovop.web.typed import Reading

_PER_PAGE, _ENTRIES, _LATEST = 20, 50, 6
#: Ways in which cash moves by hand.
_IN, _OUT, _CHANGE = "in", "out", "change"

Typed = Mapping[str, str]


@blueprint.get("/kas")
@requires(Role.COOPERATIVE)
def tills() -> ResponseReturnValue:
    """The clerk's own till of today, and what everybody has not brought to the bank."""
    return _own_page({}, {})


@blueprint.post("/kas/buka")
@requires(Role.COOPERATIVE)
def open_till() -> ResponseReturnValue:
    """The clerk has a till for today; where a handover was faster, that one stays as it is."""
    actor, _cooperative_id = clerk()
    form = Reading()
    change = form.take(parse_amount, "change", 0, field="change", least=0) if form.text("change") else 0
    try:
        form.finish()
        write(operations.open_till, change, form.text("key"), actor, days.now())
    except Invalid as error:
        return _own_page(request.form, field_errors(error), 422)
    except TillOpen as error:
        flash(_("Kasmu sudah terbuka. Uang kembalian bisa ditambah di sini."), "warning")
        return redirect(url_for("cooperative.till", till_id=error.till_id))
    return redirect(url_for("cooperative.tills"))


@blueprint.get("/kas/<id:till_id>")
@requires(Role.COOPERATIVE)
def till(till_id: int) -> ResponseReturnValue:
    """One till: its sums, everything in it, and what can be done with it now."""
    return till_page(till_id, {}, {})


@blueprint.post("/kas/<id:till_id>/catat")
@requires(Role.COOPERATIVE)
def enter(till_id: int) -> ResponseReturnValue:
    """Cash went in or out by hand."""
    actor, _cooperative_id = clerk()
    form = Reading()
    try:
        entry = _read_entry(form)
        write(operations.enter_by_hand, till_id, entry, actor, days.now())
    except Invalid as error:
        return till_page(till_id, request.form, field_errors(error), 422)
    except TillClosed as error:
        flash(sentence(error), "warning")
    return redirect(url_for("cooperative.till", till_id=till_id))


@blueprint.get("/kas/semua")
@requires(Role.COOPERATIVE)
def till_list() -> ResponseReturnValue:
    """Everybody's tills: by clerk, state and day."""
    _actor, cooperative_id = clerk()
    account_id, status, span = read_id(request.args.get("clerk")), _status(), _span()
    at = _page_number()
    found = queries.list_tills(
        db.session(), cooperative_id, account_id=account_id, status=status, days=span, page=at, per_page=_PER_PAGE
    )
    pages = -(-found.total // _PER_PAGE)
    return page(
        "till_list.html",
        found=found,
        pages=pages,
        previous=_list_url(page=at - 1) if at > 1 else None,
        following=_list_url(page=at + 1) if at < pages else None,
        clerks=queries.clerks_with_tills(db.session(), cooperative_id),
        account_id=account_id,
        states=tuple(TillStatus),
        status=status,
        span=span,
        list_url=_list_url,
        **shared(),
    )


def till_page(till_id: int, typed: Typed, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    """The page of a till, with what was typed into one of its forms.  Raises: NotFound."""
    actor, _cooperative_id = clerk()
    session, at = db.session(), _page_number()
    found = queries.get_till(session, till_id, actor)
    sums = queries.sums_of(session, till_id)
    pages = -(-sum(of_kind.count for of_kind in sums) // _ENTRIES)
    return page(
        "till.html",
        status,
        till=found,
        sums={of_kind.kind.value: of_kind for of_kind in sums},
        entries=queries.entries_of(session, till_id, limit=_ENTRIES, skip=_ENTRIES * (at - 1)),
        deposits=queries.deposits_of(session, till_id),
        may_count=may_act_for(actor, found.account_id),
        at=at,
        pages=pages,
        previous=url_for("cooperative.till", till_id=till_id, page=at - 1) if at > 1 else None,
        following=url_for("cooperative.till", till_id=till_id, page=at + 1) if at < pages else None,
        typed=typed,
        errors=errors,
        **shared(),
    )


def shared() -> dict[str, object]:
    """What pages about tills have in common: the day, a key for a form, which days are overdue."""
    today = days.today()

    def overdue(day: date) -> bool:
        return is_overdue(day, today)

    return {"today": today, "overdue": overdue, "key": new_id(days.now()), "place": "money"}


def _own_page(typed: Typed, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    actor, cooperative_id = clerk()
    session, today = db.session(), days.today()
    own, last = queries.find_open_till(session, actor.id, today), queries.find_last_till(session, actor.id)
    return page(
        "tills.html",
        status,
        own=own,
        entries=queries.entries_of(session, own.id, limit=_LATEST) if own else (),
        last=last,
        uncounted=queries.uncounted_tills(session, cooperative_id, today),
        in_hand=queries.in_hand(session, cooperative_id, today),
        typed=typed,
        errors=errors,
        **shared(),
    )


def _read_entry(form: Reading) -> Entry:
    """What was typed of cash that moved by hand.  Raises: Invalid."""
    way, note = form.text("way"), form.text("note")
    amount = form.take(parse_amount, "amount", 0, field="amount")
    if way not in (_IN, _OUT, _CHANGE):
        form.refuse("way", "required")
    if way != _CHANGE and not note:
        form.refuse("note", "required")
    form.finish()
    kind = EntryKind.CHANGE if way == _CHANGE else EntryKind.HAND
    return Entry(kind, -amount if way == _OUT else amount, form.text("key"), note)


def _status() -> TillStatus | None:
    try:
        return TillStatus(request.args.get("status", ""))
    except ValueError:
        return None


def _span() -> tuple[date, date] | None:
    """First and last day as asked for, none unless both are days."""
    try:
        first, last = (date.fromisoformat(request.args.get(name, "")) for name in ("from", "to"))
    except ValueError:
        return None
    return first, last


def _page_number() -> int:
    return max(1, min(request.args.get("page", 1, type=int), 10**6))


def _list_url(**changed: object) -> str:
    """The list as it is now, but for `changed`; None takes a filter away."""
    wanted = {**request.args.to_dict(), **({"page": 1} | changed)}
    kept = {name: value for name, value in wanted.items() if value not in (None, "") and (name, value) != ("page", 1)}
    return f"{url_for('cooperative.till_list')}{'?' if kept else ''}{urlencode(kept)}"
