"""Who brought what of a lot: one field for each fisher, their sum shown while it is typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.quantity import Measure, parse_quantity
from ovop.shares.operations import record_parts
from ovop.shares.queries import LotPart, list_part_events, parts_to_fill
from ovop.shares.rules import part_field
from ovop.stock.queries import LotRow, get_lot
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.formats import quantity, typed_quantity
from ovop.web.refusals import field_errors
from ovop.web.typed import Reading, has_decimal_point


@dataclass(frozen=True, slots=True)
class Field:
    """A fisher's field: its name, whose it is, what stands in it, what is wrong with it."""

    name: str
    fisher: str
    typed: str
    error: str | None


@blueprint.get("/stok/<id:catch_id>/nelayan")
@requires(Role.COOPERATIVE)
def parts(catch_id: int) -> ResponseReturnValue:
    """The fishers with what each of them brought."""
    return _page(catch_id, {}, {})


@blueprint.post("/stok/<id:catch_id>/nelayan")
@requires(Role.COOPERATIVE)
def save_parts(catch_id: int) -> ResponseReturnValue:
    """Each fisher whose field was sent brought what stands in it; an empty field is nothing."""
    actor, cooperative_id = clerk()
    lot = get_lot(db.session(), catch_id, actor)
    rows = parts_to_fill(db.session(), catch_id, cooperative_id)
    reading = Reading()
    try:
        brought = {row.fisher_id: _read(reading, row, lot) for row in rows if part_field(row.fisher_id) in request.form}
        reading.finish()
        write(record_parts, catch_id, brought, actor, days.now())
    except Invalid as error:
        errors = field_errors(error)
        if "parts" in errors:
            errors["parts"] = _too_much(lot, sum(brought.values()))
        return _page(catch_id, request.form, errors, 422)
    flash(_("Tersimpan: siapa yang membawa %(name)s.", name=lot.name), "good")
    return redirect(url_for("cooperative.lot", catch_id=catch_id))


def _read(reading: Reading, row: LotPart, lot: LotRow) -> int:
    name = part_field(row.fisher_id)
    if reading.text(name).strip("0,. ") == "":
        return 0
    return reading.take(parse_quantity, name, 0, Measure(lot.measure), decimal_point=has_decimal_point())


def _too_much(lot: LotRow, brought: int) -> str:
    return _(
        "Jumlahnya %(brought)s, padahal hasilnya %(caught)s. Kurangi salah satunya.",
        brought=quantity(brought, lot.measure, lot.unit),
        caught=quantity(lot.caught, lot.measure, lot.unit),
    )


def _page(catch_id: int, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> ResponseReturnValue:
    actor, cooperative_id = clerk()
    lot = get_lot(db.session(), catch_id, actor)
    rows = parts_to_fill(db.session(), catch_id, cooperative_id)
    return page(
        "lot_parts.html",
        status,
        lot=lot,
        fields=[_field(row, lot, typed, errors) for row in rows],
        brought=_sum(rows),
        errors=errors,
        events=list_part_events(db.session(), catch_id),
        place="stock",
    )


def _field(row: LotPart, lot: LotRow, typed: Mapping[str, str], errors: Mapping[str, str]) -> Field:
    name = part_field(row.fisher_id)
    kept = typed_quantity(row.quantity, lot.measure) if row.quantity else ""
    return Field(name, row.name, typed.get(name, kept), errors.get(name))


def _sum(rows: Sequence[LotPart]) -> int:
    return sum(row.quantity for row in rows)
