"""Selling at the counter: weigh, show the sum, take the money; the sales of some days, each with its receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.errors import KeyReused
from ovop.accounts.models import Role
from ovop.accounts.queries import get_cooperative
from ovop.counter import operations, queries
from ovop.counter.flows import sell_once
from ovop.counter.rules import WalkIn, amount_of
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.ids import new_id
from ovop.kernel.money import parse_rupiah
from ovop.kernel.quantity import Measure, parse_quantity
from ovop.payment.errors import MethodNotAllowed
from ovop.payment.rules import Method
from ovop.stock.errors import NotOnSale, OutOfStock
from ovop.stock.queries import LotRow, get_lot
from ovop.web.access import requires
from ovop.web.addresses import read_id
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.walk_in_receipts import nota_of_sale
from ovop.web.formats import NBSP, quantity, rupiah, typed_quantity
from ovop.web.language import gettext as _
from ovop.web.refusals import field_errors, sentence
from ovop.web.scans import scan_for
from ovop.web.typed import has_decimal_point, parse_day

_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Weighed:
    """What lies on the scale, at which price, and what it comes to."""

    quantity: int
    unit_price: int
    amount: int


@blueprint.route("/stok/<id:catch_id>/di-tempat", methods=["GET", "POST"])
@requires(Role.COOPERATIVE)
def sell_at_counter(catch_id: int) -> ResponseReturnValue:
    """First weight and price, then the sum beside the ways to pay it; paid, it is sold once, however often sent."""
    actor, _cooperative_id = clerk()
    lot = get_lot(db.session(), catch_id, actor)
    if request.method == "GET" and "quantity" not in request.args:
        return _weigh_page(lot, {})
    try:
        weighed = _read(lot)
    except Invalid as error:
        return _weigh_page(lot, field_errors(error), 422)
    if "method" in request.form:
        return _sell(lot, weighed)  # sent again it finds its sale, whatever is left by now
    if not _is_open(lot):
        return _weigh_page(lot, {})
    if weighed.quantity > lot.available:
        return _weigh_page(lot, _too_little(lot, OutOfStock(catch_id, lot.available)), 422)
    return _pay_page(lot, weighed, {})


def _sell(lot: LotRow, weighed: Weighed) -> ResponseReturnValue:
    actor, _cooperative_id = clerk()
    points = current_app.config["OVOP"].commission_basis_points
    method = Method(request.form["method"]) if request.form["method"] in set(Method) else Method.STRIPE
    reference = request.form.get("reference", "").strip()
    wanted = WalkIn(lot.id, weighed.quantity, weighed.unit_price, method, reference)
    try:
        sale_id, _is_repeat = sell_once(
            wanted, actor, request.form.get("key", ""), days.now(), commission_points=points
        )
    except Invalid as error:
        return _pay_page(lot, weighed, field_errors(error), 422)
    except OutOfStock as error:
        return _weigh_page(lot, _too_little(lot, error), 422)
    except (NotOnSale, MethodNotAllowed, KeyReused) as error:
        return _pay_page(lot, weighed, {"form": _refusal(error)}, error.status)
    return redirect(url_for("cooperative.counter_sale", sale_id=sale_id))


@blueprint.get("/di-tempat")
@requires(Role.COOPERATIVE)
def counter_sales() -> ResponseReturnValue:
    """Sales of some days, today's unless the address says otherwise, and what they come to."""
    _actor, cooperative_id = clerk()
    first, last = asked_days()
    before = read_id(request.args.get("before"))
    found = queries.list_sales(db.session(), cooperative_id, first, last, before=before, limit=_PER_PAGE)
    (sums,) = queries.counter_sums_between(db.session(), cooperative_id, [(first, last)])
    more = found[_PER_PAGE - 1].id if len(found) > _PER_PAGE else None
    span: dict[str, Any] = {"from": first.isoformat(), "to": last.isoformat()}
    return page(
        "counter_sales.html",
        sales=found[:_PER_PAGE],
        sums=sums,
        first=first,
        last=last,
        following=url_for("cooperative.counter_sales", before=more, **span) if more else None,
        place="money",
    )


@blueprint.get("/di-tempat/<id:sale_id>")
@requires(Role.COOPERATIVE)
def counter_sale(sale_id: int) -> ResponseReturnValue:
    """The receipt of a sale, and the way to undo it."""
    return _sale_page(sale_id, {})


@blueprint.post("/di-tempat/<id:sale_id>/batal")
@requires(Role.COOPERATIVE)
def undo_counter_sale(sale_id: int) -> ResponseReturnValue:
    """The sale was a mistake: an entry against it says so, and goods and money are as without it."""
    actor, _cooperative_id = clerk()
    try:
        write(operations.undo, sale_id, request.form.get("reason", ""), actor, days.now())
    except Invalid as error:
        return _sale_page(sale_id, field_errors(error), 422)
    flash(_("Penjualan dibatalkan. Kembalikan uangnya ke pembeli."), "good")
    return redirect(url_for("cooperative.counter_sale", sale_id=sale_id))


def asked_days() -> tuple[date, date]:
    """The days that the address names, both counted; today where it names none, or none that can be."""
    today = days.today()
    try:
        first, last = (parse_day(request.args.get(name, "")) for name in ("from", "to"))
    except Invalid:
        return today, today
    return (first, last) if first <= last else (today, today)


def _read(lot: LotRow) -> Weighed:
    """What the page, or its address, says.  Raises: Invalid."""
    values = request.values
    errors: dict[str, str] = {}
    measure = Measure(lot.measure)
    amount, price = 1, 1
    try:
        amount = int(parse_quantity(values.get("quantity", ""), measure, decimal_point=has_decimal_point()))
    except Invalid as error:
        errors |= error.errors
    try:
        price = int(parse_rupiah(values.get("unit_price", "") or str(lot.asked_at(days.now()))))
    except Invalid as error:
        errors |= error.errors
    if errors:
        raise Invalid(errors)
    return Weighed(amount, price, amount_of(amount, price, measure))


def _is_open(lot: LotRow) -> bool:
    """Whether some of it can be sold now; the sale itself asks again."""
    return not lot.is_withdrawn and lot.landed_at <= days.now() < lot.best_before and lot.available > 0


def _weigh_page(lot: LotRow, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    now = days.now()
    wanted = read_id(request.args.get("ambil"))
    proposed = min(wanted, lot.available) if wanted else None
    typed = {
        "quantity": typed_quantity(proposed, lot.measure) if proposed else "",
        "unit_price": rupiah(lot.asked_at(now)).replace(NBSP, " "),
    } | {name: value for name, value in request.values.items() if name in ("quantity", "unit_price")}
    return page(
        "counter_weigh.html",
        status,
        lot=lot,
        is_open=_is_open(lot),
        is_ahead=not lot.is_withdrawn and lot.landed_at > now,
        typed=typed,
        errors=errors,
        now=now,
        place="stock",
    )


def _pay_page(lot: LotRow, weighed: Weighed, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    seller = get_cooperative(db.session(), lot.cooperative_id)
    return page(
        "counter_pay.html",
        status,
        lot=lot,
        weighed=weighed,
        scan=scan_for(weighed.amount, seller.qris_payload),
        typed=request.form,
        errors=errors,
        key=request.form.get("key") or new_id(days.now()),
        place="stock",
    )


def _sale_page(sale_id: int, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    actor, cooperative_id = clerk()
    sale = queries.get_sale(db.session(), sale_id, actor)
    nota = nota_of_sale(sale, get_cooperative(db.session(), cooperative_id))
    return page("counter_sale.html", status, sale=sale, nota=nota, typed=request.form, errors=errors, place="stock")


def _too_little(lot: LotRow, error: OutOfStock) -> dict[str, str]:
    left = quantity(int(str(error.facts["available"])), lot.measure, lot.unit)
    return {"quantity": _("Yang belum dipesan tinggal %(left)s.", left=left)}


def _refusal(error: NotOnSale | MethodNotAllowed | KeyReused) -> str:
    if isinstance(error, NotOnSale):
        return _("Hasil ini tidak boleh dijual lagi. Catat rugi kalau masih ada sisanya.")
    if isinstance(error, KeyReused):
        return _("Isian ini sudah dipakai untuk penjualan lain. Lihat daftar penjualan, lalu mulai lagi.")
    return sentence(error)
