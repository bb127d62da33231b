"""Handing over several orders of one buyer: each by its own code, the money as one sum.

Why each is a transaction of its own: docs/decisions/0014-several-orders.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ovop.accounts.models import Role
from ovop.accounts.queries import get_cooperative
from ovop.db import db
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound, Refused
from ovop.ordering import flows
from ovop.ordering.contacts import contacts_of
from ovop.ordering.errors import Locked, WrongCode
from ovop.ordering.flows import Handing
from ovop.ordering.queries import find_orders, get_code_lock, ready_together
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OrderStatus
from ovop.ordering.slip import read_slips
from ovop.payment.rules import Method
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.formats import rupiah
from ovop.web.refusals import field_errors, sentence
from ovop.web.scans import scan_for

#: More rows than anybody hands over at once.
_MOST = 40
_TAKEN = (OrderStatus.READY, OrderStatus.COLLECTED)


@dataclass(frozen=True, slots=True)
class Due:
    """Rupiah that a clerk takes in cash, sees arrive by QRIS, and has by card already."""

    cash: int
    qris: int
    card: int

    @property
    def to_take(self) -> int:
        """What has to change hands before the goods do."""
        return self.cash + self.qris


def due_of(orders: Iterable[OrderRow]) -> Due:
    """What these orders come to, by how they are paid."""
    sums = {Method.CASH: 0, Method.QRIS: 0}
    card = 0
    for order in orders:
        if order.method.is_card:
            card += order.total
        else:
            sums[order.method] += order.total
    return Due(sums[Method.CASH], sums[Method.QRIS], card)


def several_page(codes: Mapping[str, str]) -> ResponseReturnValue | None:
    """These orders and whatever else their buyer can take along, on one form; None when none of them is here.

    codes: by number, empty where the buyer has still to show it.
    """
    found = _with_others(codes)
    return _form(found, codes) if found else None


@blueprint.post("/serah/bersama")
@requires(Role.COOPERATIVE)
def complete_several() -> ResponseReturnValue:
    """Every order whose code was given is collected, or the form comes back and says of each why not.

    What another scan read is filled in first.  When the orders come to another sum than was shown, it is shown.
    """
    actor, _cooperative_id = clerk()
    codes = {number: _code(number) for number in request.form.getlist("number")[:_MOST]}
    if scanned := request.form.get("scan", "").strip():
        codes |= (slips := read_slips(scanned))
        return _form(_with_others(codes), codes, error=None if slips else _("Itu bukan kode ambil."))
    given = {number: code for number, code in codes.items() if code}
    chosen = find_orders(db.session(), given, actor, days.now())
    if not chosen:
        return _form(_with_others(codes), codes, error=_("Isi paling sedikit satu kode."), status=422)
    asked = [order for order in chosen if order.status in _TAKEN]
    if request.form.get("due") != str(due_of(asked).to_take):
        words = _("Jumlahnya berubah. Terima dulu uangnya, lalu tekan sekali lagi.")
        return _form(_with_others(codes), codes, error=words, asked=asked, status=422)
    return _hand_over(chosen, codes)


@blueprint.get("/serah/selesai")
@requires(Role.COOPERATIVE)
def handed_several() -> ResponseReturnValue:
    """What was handed over together, and what was taken for it."""
    actor, _cooperative_id = clerk()
    now = days.now()
    numbers = request.args.getlist("pesanan")[:_MOST]
    found = find_orders(db.session(), numbers, actor, now)
    orders = [order for order in found if order.status is OrderStatus.COLLECTED]
    if not orders:
        raise NotFound()
    contacts = contacts_of(db.session(), orders, actor, now)
    return page(
        "handed_several.html",
        orders=orders,
        taken=_rows(due_of(orders)),
        contacts=contacts,
        place="today",
    )


def wrong_words(error: WrongCode | Locked, number: str) -> str:
    """The refusal; after a wrong code how many tries are left, or how long it is locked now."""
    actor, _cooperative_id = clerk()
    now = days.now()
    lock = get_code_lock(db.session(), number, actor, now)
    if lock.locked_until is not None:
        return sentence(Locked(int((lock.locked_until - now).total_seconds())))
    return sentence(error) + " " + _("Masih boleh dicoba %(tries)s kali.", tries=lock.tries_left)


def _hand_over(chosen: list[OrderRow], codes: Mapping[str, str]) -> ResponseReturnValue:
    actor, _cooperative_id = clerk()
    now = days.now()
    reference = request.form.get("reference", "").strip()
    handings = [
        Handing(order.number, codes[order.number], "" if order.method.is_card else reference) for order in chosen
    ]
    outcomes = flows.hand_over_each(handings, actor, now)
    after = find_orders(db.session(), [order.number for order in chosen], actor, now)
    done = [order.number for order in after if order.status is OrderStatus.COLLECTED]
    if len(done) == len(chosen):
        return redirect(url_for("cooperative.handed_several", pesanan=done))
    errors: dict[str, str] = {}
    for outcome in outcomes:
        if outcome.refusal is not None and outcome.number not in done:
            errors |= _words(outcome.refusal, outcome.number)
    return _form(_with_others(codes), codes, errors=errors, done=done, status=422)


def _words(refusal: Refused, number: str) -> dict[str, str]:
    """What stands beside a field: of an order by its number, or of the form by its name."""
    match refusal:
        case Invalid():
            return field_errors(refusal)
        case WrongCode() | Locked():
            return {number: wrong_words(refusal, number)}
        case _:
            return {number: sentence(refusal)}


def _rows(due: Due) -> list[tuple[str, str]]:
    """What there is of it, in words."""
    named = ((_("Tunai"), due.cash), (_("QRIS"), due.qris), (_("Kartu"), due.card))
    return [(name, rupiah(amount)) for name, amount in named if amount]


def _code(number: str) -> str:
    """What was typed or scanned as this order's code."""
    typed = request.form.get(f"code_{number}", "").strip()
    return read_slips(typed).get(number, typed)


def _with_others(codes: Mapping[str, str]) -> list[OrderRow]:
    """The orders named, and those ready ones that their buyer can take along, by number."""
    actor, _cooperative_id = clerk()
    now = days.now()
    named = find_orders(db.session(), codes, actor, now)
    others = ready_together(db.session(), named[0], actor, now) if named else []
    return sorted({order.number: order for order in (*others, *named)}.values(), key=lambda order: order.number)


def _form(
    orders: list[OrderRow],
    codes: Mapping[str, str],
    *,
    error: str | None = None,
    errors: Mapping[str, str] | None = None,
    done: Iterable[str] = (),
    asked: list[OrderRow] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """The form.  errors: beside an order's code by its number, or beside a field.  done: handed over just now.

    asked: whose money is to be taken; else of all orders with a code, or, while fewer than two have one, of all.
    """
    if not orders:
        flash(_("Tidak ada pesanan koperasi ini dengan nomor itu."), "warning")
        return redirect(url_for("cooperative.find_handover"))
    actor, _cooperative_id = clerk()
    ready = [order for order in orders if order.status is OrderStatus.READY]
    coded = [order for order in ready if codes.get(order.number)]
    handed = [order for order in orders if order.number in done]
    paying = asked or (coded if len(coded) > 1 or handed else ready)
    due = due_of(paying)
    payload = get_cooperative(db.session(), orders[0].cooperative_id).qris_payload
    return page(
        "handover_several.html",
        status,
        orders=sorted(orders, key=lambda order: order not in paying),
        unpaid={order.number for order in ready if order not in paying},
        codes=codes,
        error=error,
        errors=errors or {},
        handed=handed,
        taken=_rows(due_of(handed)),
        due=due,
        scan=scan_for(due.qris, payload) if due.qris else None,
        reference=request.form.get("reference", ""),
        contacts=contacts_of(db.session(), orders, actor, days.now()),
        place="today",
    )
