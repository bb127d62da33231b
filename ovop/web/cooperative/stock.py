"""The co-operative's lots: what is left of each, and setting it right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ovop.accounts.errors import KeyReused
from ovop.accounts.models import Role
from ovop.advance.queries import counts_of
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.ids import new_id
from ovop.kernel.money import parse_rupiah
from ovop.kernel.quantity import Measure, parse_quantity
from ovop.pickup.last_times import last_times
from ovop.shares.queries import parts_to_fill
from ovop.stock.errors import NotOnSale, OutOfStock
from ovop.stock.flows import change_stock_once
from ovop.stock.operations import change_catch, sell_out, withdraw_catch
from ovop.stock.photo_rules import MOST_PHOTOS
from ovop.stock.price_history import last_rule, lot_rule, price_history
from ovop.stock.queries import LotRow, Shelf, can_come_back, count_lots, get_lot, list_lots, list_movements
from ovop.stock.rules import CatchChanges
from ovop.web.access import requires
from ovop.web.addresses import read_id
from ovop.web.arriving_photos import photo_words
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.loss_words import cause_name
from ovop.web.cooperative.rule_fields import typed_rule
from ovop.web.cooperative.slips import Slip, find_slip, read_meant
from ovop.web.cooperative.steps import after_step, price_step, was_stepped
from ovop.web.formats import NBSP, quantity, rupiah, typed_quantity
from ovop.web.refusals import field_errors, reason, sentence
from ovop.web.typed import Reading, has_decimal_point, parse_moment, typed_moment

_PER_PAGE = 30
_MOVEMENTS = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """One of a lot's forms that came back: which, what was typed, what is wrong with it, what has to be asked."""

    form: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    slip: Slip | None = None
    status: int = 200


@blueprint.get("/stok")
@requires(Role.COOPERATIVE)
def stock() -> ResponseReturnValue:
    """Lots on sale, or those that have ended; newest first."""
    _actor, cooperative_id = clerk()
    now = days.now()
    shelf = Shelf.ENDED if request.args.get("shelf") == Shelf.ENDED else Shelf.ON_SALE
    before = read_id(request.args.get("before"))
    lots = list_lots(db.session(), cooperative_id, shelf, now, before=before, limit=_PER_PAGE + 1)
    more = len(lots) > _PER_PAGE
    return page(
        "stock.html",
        lots=lots[:_PER_PAGE],
        times=last_times(db.session(), [lot.id for lot in lots[:_PER_PAGE]], now) if shelf is Shelf.ON_SALE else {},
        counts=count_lots(db.session(), cooperative_id, now),
        shelf=shelf,
        following=url_for("cooperative.stock", shelf=shelf, before=lots[_PER_PAGE - 1].id) if more else None,
        back_to_start=url_for("cooperative.stock", shelf=shelf) if before else None,
        now=now,
        place="stock",
    )


@blueprint.get("/stok/<id:catch_id>")
@requires(Role.COOPERATIVE)
def lot(catch_id: int) -> ResponseReturnValue:
    """One lot: stock, price, photos, and every movement."""
    opened = request.args.get("open", "")
    return lot_page(
        catch_id, Asked(opened, {"direction": request.args.get("direction", "")} if opened == "stock" else {})
    )


@blueprint.post("/stok/<id:catch_id>")
@requires(Role.COOPERATIVE)
def change_lot(catch_id: int) -> ResponseReturnValue:
    """Price, best-before and note are as typed; orders keep what they were made at."""
    actor, _cooperative_id = clerk()
    now = days.now()
    found = get_lot(db.session(), catch_id, actor)
    if was_stepped("unit_price"):
        return lot_page(catch_id, Asked("change", after_step(request.form, "unit_price", None)))
    reading = Reading()
    try:
        price = read_meant("unit_price") or reading.take(parse_rupiah, "unit_price", 1)
        best_before = reading.take(parse_moment, "best_before", found.best_before)
        reading.finish()
        if (slip := find_slip("unit_price", price, found.unit_price, rupiah)) is not None:
            return lot_page(catch_id, returned("change", {"unit_price": slip.words}, slip))
        # The field shows minutes: left alone, the lot keeps its seconds, even when its time has passed.
        is_changed = typed_moment(best_before) != typed_moment(found.best_before)
        changes = CatchChanges(
            price if price != found.unit_price else None, best_before if is_changed else None, reading.text("note")
        )
        if not write(change_catch, catch_id, changes, actor, now):
            flash(_("Tidak ada yang berubah."))
    except Invalid as error:
        return lot_page(catch_id, returned("change", field_errors(error)))
    return redirect(url_for("cooperative.lot", catch_id=catch_id))


@blueprint.post("/stok/<id:catch_id>/stok")
@requires(Role.COOPERATIVE)
def change_lot_stock(catch_id: int) -> ResponseReturnValue:
    """So much more was found, or is lost, for the reason given; once, however often it is sent."""
    actor, _cooperative_id = clerk()
    found = get_lot(db.session(), catch_id, actor)
    if was_stepped("amount"):
        return lot_page(catch_id, Asked("stock", after_step(request.form, "amount", Measure(found.measure))))
    reading = Reading()
    try:
        sign = _sign(reading)
        amount = read_meant("amount") or reading.take(
            parse_quantity, "amount", 1, Measure(found.measure), decimal_point=has_decimal_point()
        )
        if not reading.text("reason"):
            reading.refuse("reason", "required")
        reading.finish()
        slip = _too_much(found, amount) if sign > 0 else None
        if slip is not None:
            return lot_page(catch_id, returned("stock", {"amount": slip.words}, slip))
        key = request.form.get("key", "")
        change_stock_once(catch_id, sign * amount, reading.text("reason"), actor, key, days.now())
    except Invalid as error:
        errors = {
            "amount" if name in ("stock_change", "quantity") else name: reason(code)
            for name, code in error.errors.items()
        }
        return lot_page(catch_id, returned("stock", errors))
    except OutOfStock as error:
        left = _written(found, int(str(error.facts["available"])))
        return lot_page(catch_id, returned("stock", {"amount": _("Yang belum dipesan tinggal %(left)s.", left=left)}))
    except KeyReused as error:
        return lot_page(catch_id, returned("stock", {"amount": sentence(error)}))
    return redirect(url_for("cooperative.lot", catch_id=catch_id))


@blueprint.post("/stok/<id:catch_id>/tarik")
@requires(Role.COOPERATIVE)
def withdraw_lot(catch_id: int) -> ResponseReturnValue:
    """The lot is off the market and what was left is booked as lost; its orders stand."""
    actor, _cooperative_id = clerk()
    try:
        write(withdraw_catch, catch_id, request.form.get("reason", ""), actor, days.now())
    except Invalid as error:
        return lot_page(catch_id, returned("withdraw", {"withdraw_reason": sentence(error)}))
    except NotOnSale:
        return redirect(url_for("cooperative.lot", catch_id=catch_id))  # tapped twice
    return redirect(url_for("cooperative.lot", catch_id=catch_id))


@blueprint.post("/stok/<id:catch_id>/habis")
@requires(Role.COOPERATIVE)
def sell_out_lot(catch_id: int) -> ResponseReturnValue:
    """The rest of the lot is gone, sold at the landing place; its orders stand."""
    actor, _cooperative_id = clerk()
    write(sell_out, catch_id, _("Habis di tempat"), actor, days.now())
    if request.form.get("from") == "stock":
        return redirect(url_for("cooperative.stock"))
    return redirect(url_for("cooperative.lot", catch_id=catch_id))


def _sign(reading: Reading) -> int:
    """Whether stock is added (1) or taken away (−1)."""
    direction = reading.text("direction")
    if direction not in ("more", "less"):
        reading.refuse("direction", "required")
    return -1 if direction == "less" else 1


def _too_much(lot: LotRow, amount: int) -> Slip | None:
    """The question about an addition many times the lot itself: less than the lot is no slip, but a small find."""
    return find_slip("amount", amount, lot.caught, lambda value: _written(lot, value)) if amount > lot.caught else None


def _written(lot: LotRow, amount: int) -> str:
    return quantity(amount, lot.measure, lot.unit)


def returned(form: str, errors: dict[str, str], slip: Slip | None = None) -> Asked:
    """The form of that name as it was sent, with what is wrong."""
    return Asked(form, request.form.to_dict(), errors, slip, 422)


def lot_page(catch_id: int, asked: Asked) -> ResponseReturnValue:
    """The lot's page, with one of its forms as it came back."""
    actor, _cooperative_id = clerk()
    now = days.now()
    found = get_lot(db.session(), catch_id, actor)
    movements = list_movements(db.session(), catch_id, before=read_id(request.args.get("before")), limit=_MOVEMENTS + 1)
    change = {
        "unit_price": rupiah(found.unit_price).replace(NBSP, " "),
        "best_before": typed_moment(found.best_before),
        "note": found.note,
    }
    removed = read_id(request.args.get("removed"))
    kind, own_rule = lot_rule(db.session(), found.cooperative_id, catch_id)
    whole_rule = last_rule(db.session(), found.cooperative_id)
    rule_typed = {"kind": kind, **typed_rule(own_rule or whole_rule)} | (
        dict(asked.typed) if asked.form == "rule" else {}
    )
    typed = {**(change if asked.form != "change" or not asked.typed else {}), **asked.typed}
    for name, meant in (("unit_price", read_meant("unit_price")), ("amount", read_meant("amount"))):
        if meant is not None:
            typed[name] = rupiah(meant) if name == "unit_price" else typed_quantity(meant, found.measure)
    return page(
        "lot.html",
        asked.status,
        lot=found,
        is_on_sale=not found.is_withdrawn and found.best_before > now,
        movements=movements[:_MOVEMENTS],
        following=movements[_MOVEMENTS - 1].id if len(movements) > _MOVEMENTS else None,
        asked=asked,
        typed=typed,
        errors=asked.errors,
        price_step=price_step(found.unit_price),
        most_photos=MOST_PHOTOS,
        photo_words=photo_words(),
        times=last_times(db.session(), [catch_id], now).get(catch_id),
        prices=price_history(db.session(), catch_id, now),
        has_rule=whole_rule is not None,
        rule_typed=rule_typed,
        cause_name=cause_name,
        was_counted=bool(counts_of(db.session(), catch_id)),
        parts=parts_to_fill(db.session(), catch_id, found.cooperative_id),
        removed_photo=removed if removed and can_come_back(db.session(), catch_id, removed, now) else None,
        key=new_id(now),
        now=now,
        place="stock",
    )
