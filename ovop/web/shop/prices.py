"""What fish costs, for everybody: this week's prices, one kind over time, and the index of the basket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import render_template
from sqlalchemy.orm import Session

from ovop.db import reading
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from ovop.prices.queries import Cell, get_index, last_counted, list_cells, quotes
from ovop.prices.rules import IndexPoint, Period, moves
from ovop.web.formats import number, rupiah
from ovop.web.language import current_language
from ovop.web.shop.area import blueprint
from ovop.web.times import short_date, short_month

#: How far back the prices of one kind are shown: half a year of weeks, or two years of months where weeks tell little.
BACK = {Period.WEEK: timedelta(weeks=26), Period.MONTH: timedelta(days=730)}


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of goods; change: by what part its median rose since the period before, where it was told then."""

    cell: Cell
    change: float | None


@blueprint.get("/harga")
def prices() -> str:
    """The prices of the last week that is over, else of the last month, each beside the period before."""
    session = reading()
    period, now, before = _newest(session)
    changes = {move.kind: move.change for move in moves(quotes(before), quotes(now))}
    return render_template(
        "shop/prices.html",
        by_month=period is Period.MONTH,
        first=now[0].first if now else None,
        last=period.last(now[0].first) if now else None,
        lines=[Line(cell, changes.get(cell.kind)) for cell in now],
        index_rows=index_rows(get_index(session)),
        name=species_name,
    )


@blueprint.get("/harga/<species>/<form>")
def price(species: str, form: str) -> str:
    """One kind of goods, week by week, or month by month where more of these can be told."""
    session, today, kind = reading(), days.today(), (species.upper(), form)
    told = {period: list_cells(session, period, today - back, today, kind=kind) for period, back in BACK.items()}
    period, cells = max(told.items(), key=lambda item: len(item[1]))
    if not cells:
        raise NotFound()
    name_of = short_month if period is Period.MONTH else short_date
    return render_template(
        "shop/price.html",
        cells=cells,
        newest=cells[-1],
        by_month=period is Period.MONTH,
        last=period.last,
        rows=[(name_of(cell.first), cell.median, rupiah(cell.median)) for cell in cells],
        name=species_name,
    )


def _newest(session: Session) -> tuple[Period, list[Cell], list[Cell]]:
    """The shortest period whose last one has prices, these, and those of the one before."""
    period = Period.WEEK
    for period in (Period.WEEK, Period.MONTH):
        first = last_counted(session, period)
        if first is None:
            continue
        cells = list_cells(session, period, period.start(first - timedelta(days=1)), first)
        now = [cell for cell in cells if cell.first == first]
        if now:
            return period, now, [cell for cell in cells if cell.first != first]
    return period, [], []


def species_name(cell: Cell) -> str:
    """What the species is called in the language of the page."""
    return cell.name_id if current_language() == "id" else cell.name_en


def index_rows(points: list[IndexPoint]) -> list[tuple[str, float, str]]:
    """The months that have a value: name, points, and these in words."""
    return [
        (short_month(point.month), point.value / 10, index_words(point.value))
        for point in points
        if point.value is not None
    ]


def index_words(value: int) -> str:
    """``103,4``."""
    return number(value / 10, 1, trim=False)
