"""Villages: all of them as list and map, and each one's One Village One Product story."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from flask import Response, request

from ovop.db import db
from ovop.db.stamp import Stamp
from ovop.discovery.queries import find_catches
from ovop.discovery.rules import CatchFilter, VillageFilter
from ovop.discovery.village_rows import VillageDetail, VillageRow
from ovop.discovery.villages import get_village, list_districts, list_villages
from ovop.kernel import days
from ovop.kernel.geo import Place
from ovop.villages import shapes
from ovop.web.language import gettext as _
from ovop.web.shop.area import blueprint
from ovop.web.shop.filters import COUNTED, read_village_filter
from ovop.web.shop.kept_pages import kept_page, kept_rows

#: Lots shown on a village's page; the catalogue has the rest.
LOTS = 24


@dataclass(frozen=True, slots=True)
class Mark:
    """A named point of a map, in map units; `code` leads to the village."""

    x: float
    y: float
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The map of a village: its outline in that of its neighbours, its pickup points, names around it."""

    view: shapes.View
    outline: str
    neighbours: tuple[str, ...]
    labels: tuple[shapes.Label, ...]
    name: Mark
    points: tuple[Mark, ...]
    credit: str = shapes.CREDIT


@blueprint.get("/desa")
def villages() -> Response:
    """The villages, those that sell first, with a map of them."""
    return kept_page("shop/villages.html", lambda stamp: _list_facts(*read_village_filter(request.args), stamp))


@blueprint.get("/desa/<code>")
def village(code: str) -> Response:
    """One village: what it stands for, who sells there, what is on sale and what is coming."""
    return kept_page("shop/village.html", lambda stamp: _village_facts(code, stamp))


def _list_facts(wanted: VillageFilter, left_out: tuple[str, ...], stamp: Stamp) -> dict[str, Hashable]:
    session, now = db.session(), days.now()
    found = list_villages(session, wanted, now)
    view = shapes.view_of(wanted.district) if wanted.district in shapes.district_paths() else shapes.WHOLE
    active = kept_rows("active villages", stamp, lambda: _active(now))
    return {
        "wanted": wanted,
        "left_out": left_out,
        "found": found,
        "marks": tuple(_mark(row) for row in active),
        "districts": kept_rows("districts", stamp, lambda: list_districts(session)),
        "view": view,
        "labels": shapes.labels(view),
        "credit": shapes.CREDIT,
    }


def _active(now: datetime) -> tuple[VillageRow, ...]:
    return list_villages(db.session(), VillageFilter(active=True, per_page=400), now).items


def _village_facts(code: str, stamp: Stamp) -> dict[str, Hashable]:
    session, now = db.session(), days.now()
    detail = get_village(session, code, now)
    wanted = CatchFilter(village=code, in_stock=True, per_page=LOTS, count_up_to=COUNTED)
    lots = find_catches(session, wanted, now, slow=stamp.slow)
    return {
        "detail": detail,
        "village": detail.village,
        "total": lots.total,
        "on_sale": tuple(lot for lot in lots.items if lot.landed_at <= now),
        "coming": tuple(lot for lot in lots.items if lot.landed_at > now),
        "around": surroundings(detail),
        "journey": tuple(journey(detail)),
    }


def surroundings(detail: VillageDetail) -> Surroundings:
    """The map around a village."""
    village = detail.village
    near = shapes.village_paths(village.district_code)
    view = shapes.view_of(village.code)
    points = tuple(_point(point.place, point.name) for point in detail.points)
    return Surroundings(
        view=view,
        outline=near.pop(village.code),
        neighbours=tuple(near.values()),
        labels=shapes.labels(view),
        name=_mark(village),
        points=tuple(point for point in points if view.holds(point.x, point.y)),
    )


def journey(detail: VillageDetail) -> list[tuple[int, str]]:
    """What the village stood for and the stars that it was given, by year, newest first."""
    steps: list[tuple[int, str]] = []
    for period, former in zip_longest(detail.periods, detail.periods[1:]):
        words = _("%(product)s menjadi unggulan pertama.", product=period.name)
        if former is not None:
            words = _("%(product)s menjadi unggulan, menggantikan %(former)s.", product=period.name, former=former.name)
        steps.append((period.decided_on.year, words))
    for award in detail.awards:
        giver = {"product": award.product, "level": award.level, "issuer": award.issuer}
        steps.append((award.year, _("%(product)s mendapat bintang %(level)s dari %(issuer)s.", **giver)))
    return sorted(steps, key=lambda step: -step[0])


def _mark(village: VillageRow) -> Mark:
    return _point(village.place, village.name, village.code)


def _point(place: Place, name: str, code: str = "") -> Mark:
    x, y = shapes.project(place)
    return Mark(x, y, name, code)
