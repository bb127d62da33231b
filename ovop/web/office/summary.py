"""The first screen: how much, against what, where, and who needs a visit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from flask import Response

from ovop.accounts.models import Role
from ovop.db import reading
from ovop.sales.overview import NOTHING, CooperativeRow, Overview, Sums, get_overview
from ovop.sales.rules import FALLING, SILENT_DAYS, change, class_of, classes
from ovop.villages import shapes
from ovop.web.access import requires
from ovop.web.formats import short_rupiah
from ovop.web.language import gettext as _
from ovop.web.office.area import asked, blueprint, page

#: Rows of a tile's list and table; all of them are one link away.
VISITS, VILLAGES = 3, 12
#: Shades of the map, and room around the regency, in map units.
SHADES, MARGIN = 4, 8


@dataclass(frozen=True, slots=True)
class Area:
    """A district on the map: its shape and class (0 without sales, None where nobody sells)."""

    code: str
    name: str
    path: str
    kind: int | None
    revenue: int


@dataclass(frozen=True, slots=True)
class Visit:
    """A co-operative that somebody should see, and why: days of silence, or the share by which it fell."""

    cooperative: CooperativeRow
    silent_days: int | None
    fall: float | None


@dataclass(frozen=True, slots=True)
class VillageSales:
    """A village's sales of the span and of the time before."""

    code: str
    name: str
    district: str
    has_flagship: bool
    sums: Sums
    change: float | None


@blueprint.get("")
@requires(Role.OFFICE)
def summary() -> Response:
    """Four questions, answered for the chosen days."""
    wanted = asked()
    overview = get_overview(reading(), wanted.span, wanted.today)
    districts = _by_district(overview)
    bounds = classes(sums.revenue for sums in districts.values())
    return page(
        "summary.html",
        place="summary",
        asked=wanted,
        overview=overview,
        now=overview.sums("now"),
        active=sum(sums.orders > 0 for sums in overview.by_cooperative.get("now", {}).values()),
        changes=_changes(overview),
        months=_months(overview),
        areas=_areas(overview, districts, bounds),
        legend=_legend(bounds),
        view=_view(),
        credit=shapes.CREDIT,
        visits=visits(overview)[:VISITS],
        visit_count=len(visits(overview)),
        villages=village_sales(overview)[:VILLAGES],
        programme=_programme(overview),
    )


def visits(overview: Overview) -> list[Visit]:
    """Who needs a visit: those silent for long first, then those that fell most."""
    found: list[Visit] = []
    recent, earlier = overview.by_cooperative.get("recent", {}), overview.by_cooperative.get("earlier", {})
    for one in overview.cooperatives:
        if not one.is_active or one.last_sale_on is None:
            continue
        silent = (overview.today - one.last_sale_on).days
        fall = change(recent.get(one.id, NOTHING).revenue, earlier.get(one.id, NOTHING).revenue)
        if silent >= SILENT_DAYS:
            found.append(Visit(one, silent, None))
        elif fall is not None and fall <= -FALLING:
            found.append(Visit(one, None, fall))
    return sorted(found, key=lambda visit: (visit.silent_days is None, -(visit.silent_days or 0), visit.fall or 0))


def village_sales(overview: Overview) -> list[VillageSales]:
    """Villages with a co-operative, most sales first."""
    members: dict[str, list[CooperativeRow]] = defaultdict(list)
    for one in overview.cooperatives:
        members[one.village_code].append(one)
    rows = []
    for code, cooperatives in members.items():
        ids = [one.id for one in cooperatives]
        part, before = overview.sums("part", ids), overview.sums("before", ids)
        first = cooperatives[0]
        rows.append(
            VillageSales(
                code,
                first.village_name,
                first.district_name,
                first.has_flagship,
                overview.sums("now", ids),
                change(part.revenue, before.revenue),
            )
        )
    return sorted(rows, key=lambda row: (-row.sums.revenue, row.name))


def _by_district(overview: Overview) -> Mapping[str, Sums]:
    """Sums of the span for every district in which somebody sells."""
    sums: dict[str, Sums] = {}
    now = overview.by_cooperative.get("now", {})
    for one in overview.cooperatives:
        sums[one.district_code] = sums.get(one.district_code, NOTHING) + now.get(one.id, NOTHING)
    return sums


def _areas(overview: Overview, districts: Mapping[str, Sums], bounds: Sequence[int]) -> list[Area]:
    names = {one.district_code: one.district_name for one in overview.cooperatives}
    return [
        Area(code, names.get(code, ""), path, _kind(districts.get(code), bounds), districts.get(code, NOTHING).revenue)
        for code, path in shapes.district_paths().items()
    ]


def _kind(sums: Sums | None, bounds: Sequence[int]) -> int | None:
    if sums is None:
        return None
    return _shade(class_of(sums.revenue, bounds), bounds) if sums.revenue > 0 else 0


def _shade(number: int, bounds: Sequence[int]) -> int:
    """The shade of a class: few classes are spread over all shades, so that the highest is always the darkest."""
    return SHADES - (len(bounds) + 1 - number) * SHADES // (len(bounds) + 1)


@cache
def _view() -> shapes.View:
    """The part of the map that the regency fills."""
    boxes = [box for _code, box in shapes.village_boxes()]
    west, north = min(box[0] for box in boxes) - MARGIN, min(box[1] for box in boxes) - MARGIN
    east, south = max(box[0] + box[2] for box in boxes) + MARGIN, max(box[1] + box[3] for box in boxes) + MARGIN
    return shapes.View(west, north, east - west, south - north)


def _legend(bounds: Sequence[int]) -> list[tuple[str, str]]:
    """Class and words, the highest first; without sales and without sellers are told apart."""
    ends = [0, *bounds]
    rows = []
    for number, low in enumerate(ends, 1):
        if number == len(ends):
            words = _("%(amount)s ke atas", amount=short_rupiah(low)) if low else _("ada penjualan")
        else:
            words = _("sampai %(amount)s", amount=short_rupiah(ends[number]))
        rows.append((f"v{_shade(number, bounds)}", words))
    return [*reversed(rows), ("v0", _("belum laku")), ("land-key", _("belum ikut"))]


def _changes(overview: Overview) -> dict[str, float | None]:
    """By what share the days that are over differ from as much of the time before, and of a year ago."""
    part = overview.sums("part").revenue
    return {
        "before": change(part, overview.sums("before").revenue),
        "year": change(part, overview.sums("year_before").revenue),
    }


def _months(overview: Overview) -> list[tuple[date, int]]:
    """Revenue of the last seven months, the present one last."""
    months, month = [], overview.today.replace(day=1)
    for _number in range(7):
        months.append((month, overview.months.get(month, NOTHING).revenue))
        month = (month - timedelta(days=1)).replace(day=1)
    return list(reversed(months))


def _programme(overview: Overview) -> dict[str, int]:
    """Villages that sell, that have a flagship, and whose flagship has stars."""
    villages = {one.village_code: one for one in overview.cooperatives if one.is_active}
    return {
        "villages": len(villages),
        "flagships": sum(one.has_flagship for one in villages.values()),
        "stars": sum(one.has_stars for one in villages.values()),
    }
