"""Weighing an order: every line on one form, one at a time where there is a script."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.money import line_amount, maximum_quantity
from ovop.kernel.quantity import Measure, looks_like_slip, meant_instead, parse_quantity
from ovop.ordering import operations
from ovop.ordering.contacts import contacts_of
from ovop.ordering.errors import NothingWeighed, WrongStatus
from ovop.ordering.queries import get_order
from ovop.ordering.rows import LineRow, OrderRow
from ovop.ordering.rules import OrderStatus
from ovop.ordering.slot_queries import orders_in_slot
from ovop.scales.queries import offer_scales
from ovop.stock.errors import OutOfStock
from ovop.stock.queries import faces_of, lot_codes_of
from ovop.web.access import requires
from ovop.web.addresses import read_id
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.packing import by_goods, having, namesakes, own_slot
from ovop.web.formats import quantity as written
from ovop.web.formats import rupiah, typed_quantity
from ovop.web.refusals import reason, sentence
from ovop.web.scale_words import seen, used_words
from ovop.web.typed import has_decimal_point, is_nothing


@dataclass(frozen=True, slots=True)
class Weighing:
    """A line on the form.  weighed: what was read, none when it cannot be read; `sure`: confirmed as meant.

    meant: what a likely slip should have been; `asks`: whether the error is a question that a tap can answer.
    """

    line: LineRow
    typed: str
    weighed: int | None = None
    sure: int | None = None
    error: str | None = None
    meant: int | None = None
    asks: bool = False

    @property
    def field(self) -> str:
        """The name of its field."""
        return f"weight_{self.line.catch}"

    @property
    def least(self) -> int:
        """Grams or pieces below which the buyer may step back."""
        return -(-self.line.promised * 9 // 10)

    @property
    def most(self) -> int:
        """Grams or pieces above which nothing may be charged."""
        return maximum_quantity(self.line.promised)


@blueprint.get("/jadwal/<id:slot_id>/timbang")
@requires(Role.COOPERATIVE)
def weigh_next(slot_id: int) -> ResponseReturnValue:
    """On to the first order of a slot that waits for the scale, else to its packing list."""
    actor, _cooperative_id = clerk()
    return _next_in(own_slot(slot_id, actor).id)


@blueprint.get("/pesanan/<number>/timbang")
@requires(Role.COOPERATIVE)
def weigh(number: str) -> ResponseReturnValue:
    """The form; an order that is past weighing is shown instead."""
    actor, _cooperative_id = clerk()
    order = get_order(db.session(), number, actor, days.now())
    if order.status is not OrderStatus.CONFIRMED:
        return redirect(url_for("cooperative.order", number=number))
    return _form(order, [Weighing(line, _proposed(line)) for line in order.lines])


@blueprint.post("/pesanan/<number>/timbang")
@requires(Role.COOPERATIVE)
def save_weights(number: str) -> ResponseReturnValue:
    """The order is ready and the next one is on the form, or this one comes back with what has to be looked at."""
    actor, _cooperative_id = clerk()
    now = days.now()
    order = get_order(db.session(), number, actor, now)
    read = [_read(line) for line in order.lines]
    if any(row.error for row in read):
        return _form(order, read, status=422)
    weights = {row.line.catch: row.weighed for row in read if row.weighed is not None}
    scale = read_id(request.form.get("scale"))
    if scale is None and offer_scales(db.session(), order.cooperative_id, actor.id).scales:
        return _form(order, read, status=422, unscaled=_("Pilih timbangan yang dipakai."))
    try:
        write(operations.weigh_order, number, weights, actor, now, scale_id=scale)
    except Invalid as error:
        return _form(order, read, status=error.status, unscaled=sentence(error))
    except WrongStatus as error:
        flash(sentence(error), "warning")
        return redirect(url_for("cooperative.order", number=number))
    except OutOfStock as error:
        return _form(order, [_short_of_stock(row, error) for row in read], status=error.status)
    except NothingWeighed as error:
        return _form(order, read, status=error.status, refusal=sentence(error))
    return _onwards(get_order(db.session(), number, actor, now))


def _onwards(order: OrderRow) -> ResponseReturnValue:
    """Says that the order is ready, and on to the next."""
    flash(_("%(number)s siap: %(amount)s.", number=order.number, amount=rupiah(order.total)), "good")
    if order.scale and (words := used_words(order.scale, order.weighed_at)):
        flash(f"{order.scale.name}: {words}.", "warning")
    return _next_in(order.pickup.slot_id)


def _next_in(slot_id: int) -> ResponseReturnValue:
    actor, _cooperative_id = clerk()
    waiting = by_goods(having(orders_in_slot(db.session(), slot_id, actor, days.now()), OrderStatus.CONFIRMED))
    if waiting:
        return redirect(url_for("cooperative.weigh", number=waiting[0].number))
    return redirect(url_for("cooperative.slot", slot_id=slot_id))


def _proposed(line: LineRow) -> str:
    """Counted goods are what was ordered until somebody counts otherwise; weight nobody can know beforehand."""
    return typed_quantity(line.promised, line.measure) if line.measure == Measure.COUNT else ""


def _read(line: LineRow) -> Weighing:
    """The line as it was typed, with what is wrong with it or has to be asked about it."""
    if not line.promised:
        return Weighing(line, "0", 0, sure=0)  # a harvest left nothing of it: nothing to ask
    meant = read_id(request.form.get(f"meant_{line.catch}"))
    typed = typed_quantity(meant, line.measure) if meant else request.form.get(f"weight_{line.catch}", "").strip()
    confirmed = request.form.getlist(f"sure_{line.catch}")
    try:
        weighed = _parse(typed, Measure(line.measure))
    except Invalid as error:
        return Weighing(line, typed, error=reason(error.errors["weight"]))
    if weighed > Weighing(line, typed).most and not looks_like_slip(weighed, line.promised):
        return Weighing(line, typed, weighed, error=_over(line))
    if str(weighed) in confirmed and weighed <= Weighing(line, typed).most:
        return Weighing(line, typed, weighed, sure=weighed)
    if weighed == 0:
        return Weighing(line, typed, weighed, error=_none_at_all(line), asks=True)
    if looks_like_slip(weighed, line.promised):
        return _ask(line, typed, weighed)
    return Weighing(line, typed, weighed)


def _parse(typed: str, measure: Measure) -> int:
    """Grams or pieces; nought is a weight here: a line may turn out to be missing.  Raises: Invalid."""
    if is_nothing(typed):
        return 0
    return parse_quantity(typed, measure, decimal_point=has_decimal_point(), field="weight")


def _ask(line: LineRow, typed: str, weighed: int) -> Weighing:
    """The question about a likely slip; what is above the maximum cannot be confirmed, only corrected."""
    meant = meant_instead(weighed, line.promised)
    shown = written(weighed, line.measure, line.unit)
    times = weighed // line.promised if weighed > line.promised else 0
    if times:
        words = _("%(weighed)s itu %(times)s kali pesanan.", weighed=shown, times=times)
    else:
        words = _("%(weighed)s jauh di bawah pesanan.", weighed=shown)
    if meant is not None:
        words += " " + _("Maksudmu %(meant)s?", meant=written(meant, line.measure, line.unit))
    return Weighing(line, typed, weighed, error=words, meant=meant, asks=not times)


def _over(line: LineRow) -> str:
    most = written(maximum_quantity(line.promised), line.measure, line.unit)
    return _(
        "Paling banyak %(most)s: pembeli tidak pernah membayar lebih. Kurangi isinya, lalu timbang lagi.", most=most
    )


def _none_at_all(line: LineRow) -> str:
    return _("%(name)s tidak ada sama sekali? Pembeli tidak membayarnya dan dikabari.", name=line.name)


def _short_of_stock(row: Weighing, error: OutOfStock) -> Weighing:
    if row.line.catch != error.facts["catch"]:
        return row
    left = int(str(error.facts["available"]))
    words = _("Menurut catatan, stoknya sudah habis di luar pesanan ini.")
    if left:
        rest = written(left, row.line.measure, row.line.unit)
        words = _("Menurut catatan, di luar pesanan ini tinggal %(left)s.", left=rest)
    words += " " + _("Kurangi isinya, atau tambah dulu stoknya.")
    return Weighing(row.line, row.typed, row.weighed, error=words)


def _form(
    order: OrderRow,
    lines: list[Weighing],
    *,
    status: int = 200,
    refusal: str | None = None,
    unscaled: str | None = None,
) -> ResponseReturnValue:
    """The form.  unscaled: what is wrong with the scale that was chosen."""
    actor, _cooperative_id = clerk()
    now = days.now()
    offer = offer_scales(db.session(), order.cooperative_id, actor.id)
    usual = offer.usual.id if offer.usual else None
    in_slot = orders_in_slot(db.session(), order.pickup.slot_id, actor, now)
    unclear = namesakes(in_slot) & {row.line.catch for row in lines}
    done = len(having(in_slot, OrderStatus.READY, OrderStatus.COLLECTED))
    return page(
        "weigh.html",
        status,
        order=order,
        lines=[row for row in lines if row.line.promised],
        refusal=refusal,
        scales=[seen(row, days.day_of(now)) for row in offer.scales],
        scale_id=read_id(request.form.get("scale")) or usual,
        unscaled=unscaled,
        faces=faces_of(db.session(), [row.line.catch for row in lines]),
        told_apart=lot_codes_of(db.session(), sorted(unclear)) if unclear else {},
        contact=contacts_of(db.session(), [order], actor, now).get(order.number),
        place_in_slot=done + 1,
        in_slot=done + len(having(in_slot, OrderStatus.CONFIRMED)),
        line_amount=line_amount,
        place="today",
    )
