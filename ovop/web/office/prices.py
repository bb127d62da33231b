"""Prices that moved from one week to the next, of all co-operatives: what somebody should ask about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Response, request, url_for

from ovop.accounts.models import Role
from ovop.db import reading
from ovop.prices.queries import Cell, last_counted, list_cells, quotes
from ovop.prices.rules import Period, moves
from ovop.web.access import requires
from ovop.web.office.area import blueprint, page

#: Thresholds that are offered, in per cent; the first where nothing else is asked for.
LEAST = (20, 10, 30, 50)
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Moved:
    """A kind of goods that became dearer or cheaper, and the orders of both weeks."""

    cell: Cell
    before: int
    change: float
    orders: str
    orders_before: str


@blueprint.get("/harga")
@requires(Role.OFFICE)
def prices() -> Response:
    """What changed by at least so many per cent between the last two weeks that are over."""
    session = reading()
    asked = request.args.get("least", type=int)
    least = asked if asked in LEAST else LEAST[0]
    week = last_counted(session, Period.WEEK)
    cells = list_cells(session, Period.WEEK, week - _WEEK, week, fewest=1) if week else []
    now = {cell.kind: cell for cell in cells if cell.first == week}
    before = {cell.kind: cell for cell in cells if cell.first != week}
    found = [
        Moved(now[move.kind], move.before, move.change, _orders(now[move.kind]), _orders(before[move.kind]))
        for move in moves(quotes(list(before.values())), quotes(list(now.values())), least)
    ]
    return page(
        "prices.html",
        place="sales",
        week=week,
        last=Period.WEEK.last(week) if week else None,
        least=least,
        choices=sorted(LEAST),
        moved=found,
        compared=len(now.keys() & before.keys()),
    )


def _orders(cell: Cell) -> str:
    """The orders whose lines the cell counts."""
    span: dict[str, Any] = {"from": cell.first, "to": Period.WEEK.last(cell.first)}
    return url_for("office.sold_orders", species=cell.species_code, form=cell.form, **span)
