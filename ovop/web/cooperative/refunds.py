"""Money given back: of the co-operative's own accord, and what it has given back with its own hands."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.complaints.errors import AnswerFirst
from ovop.complaints.flows import give_back_once
from ovop.complaints.queries import find_owed
from ovop.complaints.rules import LONGEST_TEXT
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.ids import new_id
from ovop.kernel.money import parse_amount
from ovop.ordering.contacts import contacts_of
from ovop.ordering.errors import WrongStatus
from ovop.ordering.queries import get_order
from ovop.ordering.refunding import LONGEST_REFERENCE, PayoutWay, record_payout
from ovop.ordering.rules import OrderStatus
from ovop.payment.rules import Method
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.formats import rupiah
from ovop.web.language import gettext as _
from ovop.web.refusals import field_errors, sentence
from ovop.web.typed import Reading


@blueprint.get("/pesanan/<number>/uang-kembali")
@requires(Role.COOPERATIVE)
def refund(number: str) -> ResponseReturnValue:
    """How much of a collected order is given back, and why; a page that leads here may propose both."""
    proposed = {name: request.args.get(name, "")[:LONGEST_TEXT] for name in ("amount", "words")}
    return _refund_page(number, {"key": new_id(days.now()), **proposed}, {})


@blueprint.post("/pesanan/<number>/uang-kembali")
@requires(Role.COOPERATIVE)
def give_back(number: str) -> ResponseReturnValue:
    """The amount is given back, once however often the form is sent; the buyer is told."""
    actor, _cooperative_id = clerk()
    form = request.form
    reading = Reading()
    amount = reading.take(parse_amount, "amount", 0, field="amount")
    if not reading.text("words"):
        reading.refuse("words", "required")
    try:
        reading.finish()
        give_back_once(number, amount, form.get("words", ""), actor, form.get("key", ""), days.now())
    except Invalid as error:
        return _refund_page(number, form, field_errors(error), 422)
    except AnswerFirst as error:
        flash(sentence(error), "warning")
        return redirect(url_for("cooperative.complaint", number=number))
    flash(_("%(amount)s dikembalikan ke pembeli. Pembeli dikabari.", amount=rupiah(amount)), "good")
    owes = find_owed(db.session(), number) is not None
    return redirect(url_for("cooperative.payout" if owes else "cooperative.order", number=number))


@blueprint.get("/pesanan/<number>/dikembalikan")
@requires(Role.COOPERATIVE)
def payout(number: str) -> ResponseReturnValue:
    """What has to be given back with the co-operative's own hands, and how it was."""
    return _payout_page(number, {}, {})


@blueprint.post("/pesanan/<number>/dikembalikan")
@requires(Role.COOPERATIVE)
def pay_back(number: str) -> ResponseReturnValue:
    """The buyer has what was agreed; sent twice it is one."""
    actor, _cooperative_id = clerk()
    form = request.form
    try:
        way = PayoutWay(form.get("way", ""))
        after = int(form.get("after", ""))
    except ValueError:
        return _payout_page(number, form, field_errors(Invalid({"way": "required"})), 422)
    try:
        reference = form.get("reference", "").strip()
        amount = write(record_payout, number, reference, actor, days.now(), way=way, after=after)
    except Invalid as error:
        return _payout_page(number, form, field_errors(error), 422)
    if amount:
        flash(_("%(amount)s tercatat sudah dikembalikan. Pembeli dikabari.", amount=rupiah(amount)), "good")
    return redirect(url_for("cooperative.complaints"))


def _refund_page(
    number: str, typed: Mapping[str, str], errors: dict[str, str], status: int = 200
) -> ResponseReturnValue:
    actor, _cooperative_id = clerk()
    order = get_order(db.session(), number, actor, days.now())
    if order.status is not OrderStatus.COLLECTED:
        raise WrongStatus(order.status)
    return page(
        "refund.html",
        status,
        order=order,
        left=order.total - order.refunded,
        typed=typed,
        errors=errors,
        longest=LONGEST_TEXT,
        place="today",
    )


def _payout_page(
    number: str, typed: Mapping[str, str], errors: dict[str, str], status: int = 200
) -> ResponseReturnValue:
    actor, _cooperative_id = clerk()
    now, session = days.now(), db.session()
    order = get_order(session, number, actor, now)
    owed = find_owed(session, number)
    if owed is None:
        return redirect(url_for("cooperative.order", number=number))
    usual = PayoutWay.CASH if order.method is Method.CASH else PayoutWay.TRANSFER
    return page(
        "payout.html",
        status,
        order=order,
        owed=owed,
        contact=contacts_of(session, [order], actor, now).get(number),
        typed={"way": usual.value, **typed},
        errors=errors,
        longest=LONGEST_REFERENCE,
        place="today",
    )
