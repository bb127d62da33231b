"""Handing over: scan or type the code, take the money, done."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ovop.accounts.models import Role
from ovop.accounts.queries import get_cooperative
from ovop.db import db
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.kernel.ids import read_number
from ovop.ordering import flows
from ovop.ordering.contacts import contacts_of
from ovop.ordering.errors import Locked, WrongCode, WrongStatus
from ovop.ordering.queries import get_order, ready_together
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OrderStatus
from ovop.ordering.slip import read_slip, read_slips
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.handing_several import several_page, wrong_words
from ovop.web.refusals import field_errors, sentence
from ovop.web.scans import find_scan

_NOT_OURS: Callable[[], str] = lambda: _("Tidak ada pesanan koperasi ini dengan nomor itu.")  # noqa: E731


@blueprint.get("/serah")
@requires(Role.COOPERATIVE)
def find_handover() -> ResponseReturnValue:
    """Which order is to be handed over: scanned, or by its number."""
    return _find_page()


@blueprint.post("/serah")
@requires(Role.COOPERATIVE)
def read_handover() -> ResponseReturnValue:
    """The order that was scanned, its code filled in; several where several were; or the one whose number was typed.

    The code travels in the form and never in an address, where logs would keep it.
    """
    typed = request.form.get("text", "")
    if not typed.strip():
        return _find_page(_("Pindai kodenya, atau tulis nomor pesanannya."), typed, 422)
    slips, slip = read_slips(typed), read_slip(typed)
    if len(slips) > 1:
        return several_page(slips) or _find_page(_NOT_OURS(), typed, 422)
    actor, _cooperative_id = clerk()
    number = slip[0] if slip else read_number(typed)[:40]
    try:
        order = get_order(db.session(), number, actor, days.now())
    except NotFound:
        return _find_page(_NOT_OURS(), typed, 422)
    if slip is None or order.status is not OrderStatus.READY:
        return redirect(url_for("cooperative.hand_over", number=order.number))
    return _handover_page(order, code=slip[1])


@blueprint.get("/pesanan/<number>/serah")
@requires(Role.COOPERATIVE)
def hand_over(number: str) -> ResponseReturnValue:
    """What is due, and the field for the code; an order that is not ready is shown instead."""
    actor, _cooperative_id = clerk()
    order = get_order(db.session(), number, actor, days.now())
    if order.status is not OrderStatus.READY:
        return redirect(url_for("cooperative.order", number=number))
    return _handover_page(order)


@blueprint.post("/pesanan/<number>/serah")
@requires(Role.COOPERATIVE)
def complete_handover(number: str) -> ResponseReturnValue:
    """The order is collected, or the page comes back and says why not; or it opens again with the buyer's others."""
    actor, _cooperative_id = clerk()
    now = days.now()
    order = get_order(db.session(), number, actor, now)
    typed = request.form.get("code", "").strip()
    slips, slip = read_slips(typed), read_slip(typed)
    code = slip[1] if slip else typed
    if len(slips) > 1 or "together" in request.form:
        found = several_page(slips if len(slips) > 1 else {order.number: code})
        return found or _handover_page(order, error=_NOT_OURS(), status=422)
    if slip and slip[0] != order.number:
        return _handover_page(order, error=_("Kode itu milik pesanan %(number)s.", number=slip[0]), status=422)
    if not code:
        return _handover_page(order, error=_("Isi dulu kode ambilnya."), status=422)
    try:
        flows.hand_over(number, code, request.form.get("reference", "").strip(), actor, now)
    except (WrongCode, Locked) as error:
        return _handover_page(order, code=code, error=wrong_words(error, number), status=error.status)
    except Invalid as error:
        return _handover_page(order, code=code, errors=field_errors(error), status=422)
    except WrongStatus as error:
        flash(sentence(error), "warning")
        return redirect(url_for("cooperative.order", number=number))
    return redirect(url_for("cooperative.order", number=number, done=1))


def _find_page(error: str | None = None, typed: str = "", status: int = 200) -> ResponseReturnValue:
    return page("find_handover.html", status, error=error, typed=typed, place="today")


def _handover_page(
    order: OrderRow,
    *,
    code: str = "",
    error: str | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    actor, _cooperative_id = clerk()
    now = days.now()
    return page(
        "handover.html",
        status,
        order=order,
        code=code,
        reference=request.form.get("reference", ""),
        errors={**(errors or {}), **({"code": error} if error else {})},
        contact=contacts_of(db.session(), [order], actor, now).get(order.number),
        scan=find_scan(order, get_cooperative(db.session(), order.cooperative_id).qris_payload),
        others=[other for other in ready_together(db.session(), order, actor, now) if other.number != order.number],
        place="today",
    )
