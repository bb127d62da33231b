"""Recording what was lost and why, taking it back, and what some days' losses come to."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ovop.accounts.errors import KeyReused
from ovop.accounts.idempotency import check_key, fingerprint, once
from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.ids import new_id
from ovop.kernel.quantity import Measure, parse_quantity
from ovop.stock import losses
from ovop.stock.errors import OutOfStock, Recalled
from ovop.stock.queries import get_lot
from ovop.stock.rules import LossCause
from ovop.web.access import requires
from ovop.web.addresses import read_id
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.loss_words import CAUSES, cause_name
from ovop.web.cooperative.walk_ins import asked_days
from ovop.web.formats import quantity, typed_quantity
from ovop.web.language import gettext as _
from ovop.web.refusals import field_errors, sentence
from ovop.web.typed import Reading, has_decimal_point


@blueprint.get("/stok/<id:catch_id>/rugi")
@requires(Role.COOPERATIVE)
def lose(catch_id: int) -> ResponseReturnValue:
    """How much of the lot was lost, and why."""
    return _lose_page(catch_id, {})


@blueprint.post("/stok/<id:catch_id>/rugi")
@requires(Role.COOPERATIVE)
def record_loss(catch_id: int) -> ResponseReturnValue:
    """So much is lost, once however often it is sent."""
    actor, _cooperative_id = clerk()
    lot = get_lot(db.session(), catch_id, actor)
    reading, now = Reading(), days.now()
    amount = reading.take(parse_quantity, "quantity", 1, Measure(lot.measure), decimal_point=has_decimal_point())
    cause = next((each for each in LossCause if each == reading.text("cause")), None)
    if cause is None:
        reading.refuse("cause", "required")
    note = reading.text("note")

    def record(session: Session) -> int:
        assert cause is not None
        return losses.record_loss(session, catch_id, int(amount), cause, note, actor, now)

    try:
        reading.finish()
        asked = fingerprint("record-loss", [catch_id, int(amount), cause, note])
        write(once, actor.id, check_key(reading.text("key")), asked, now, record)
    except Invalid as error:
        return _lose_page(catch_id, field_errors(error), 422)
    except OutOfStock as error:
        left = quantity(int(str(error.facts["available"])), lot.measure, lot.unit)
        return _lose_page(catch_id, {"quantity": _("Yang belum dipesan tinggal %(left)s.", left=left)}, 422)
    except KeyReused as error:
        return _lose_page(catch_id, {"quantity": sentence(error)}, error.status)
    lost = quantity(int(amount), lot.measure, lot.unit)
    flash(_("%(lost)s %(name)s dicatat rugi.", lost=lost, name=lot.name), "good")
    return redirect(url_for("cooperative.lot", catch_id=catch_id))


@blueprint.get("/rugi")
@requires(Role.COOPERATIVE)
def loss_list() -> ResponseReturnValue:
    """Losses of some days, this month's unless the address says otherwise: by cause, and one by one."""
    return _list_page({}, None)


@blueprint.post("/rugi/<id:movement_id>/batal")
@requires(Role.COOPERATIVE)
def take_back_loss(movement_id: int) -> ResponseReturnValue:
    """The loss was recorded by mistake; the goods are there again."""
    actor, _cooperative_id = clerk()
    try:
        lot = write(losses.take_back_loss, movement_id, request.form.get("reason", ""), actor, days.now())
    except Invalid as error:
        return _list_page(field_errors(error), movement_id, 422)
    except Recalled as error:
        return _list_page({"reason": sentence(error)}, movement_id, error.status)
    flash(_("Catatan rugi dibatalkan. Stoknya sudah kembali."), "good")
    return redirect(url_for("cooperative.lot", catch_id=lot))


def _lose_page(catch_id: int, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    actor, _cooperative_id = clerk()
    lot = get_lot(db.session(), catch_id, actor)
    wanted = read_id(request.args.get("ambil"))
    proposed = min(wanted or lot.available, lot.available)
    typed = {"quantity": typed_quantity(proposed, lot.measure) if proposed else ""} | request.form.to_dict()
    now = days.now()
    return page(
        "lose.html", status, lot=lot, causes=CAUSES, typed=typed, errors=errors, key=new_id(now), now=now, place="stock"
    )


def _list_page(errors: dict[str, str], asked: int | None, status: int = 200) -> ResponseReturnValue:
    _actor, cooperative_id = clerk()
    if request.args.get("from"):
        first, last = asked_days()
    else:
        first, last = days.month_start(days.today()), days.today()
    sums = losses.loss_sums(db.session(), cooperative_id, first, last)
    return page(
        "losses.html",
        status,
        sums=sums,
        total=sum(one.value for one in sums),
        rows=losses.list_losses(db.session(), cooperative_id, first, last),
        cause_name=cause_name,
        first=first,
        last=last,
        errors=errors,
        asked=asked,
        typed=request.form,
        place="stock",
    )
