"""What the first screen says, worked out of an overview."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from ovop.sales.overview import NOTHING, CooperativeRow, Overview, Sums
from ovop.sales.rules import FALLING, SILENT_DAYS, change


@dataclass(frozen=True, slots=True)
class Against:
    """What the days that are over are held against: its days in words, its rupiah, the share of change."""

    words: str
    revenue: int
    change: float | None


@dataclass(frozen=True, slots=True)
class Visit:
    """A co-operative that somebody should see, and why: days of silence, or the share by which it fell."""

    cooperative: CooperativeRow
    silent_days: int | None
    fall: float | None


@dataclass(frozen=True, slots=True)
class VillageSales:
    """A village's sales of the span, against the time before, and when it last sold anything."""

    code: str
    name: str
    district: str
    cooperatives: tuple[CooperativeRow, ...]
    sums: Sums
    change: float | None

    @property
    def last(self) -> CooperativeRow:
        """Its co-operative that sold last."""
        return max(self.cooperatives, key=lambda one: (one.last_sale_on is not None, one.last_sale_on))


@dataclass(frozen=True, slots=True)
class Programme:
    """Of One Village One Product: villages with an active co-operative, with a flagship, with stars; those without."""

    villages: int
    flagships: int
    stars: int
    selling: int
    cooperatives: int
    without: tuple[CooperativeRow, ...]


def visits(overview: Overview) -> list[Visit]:
    """Who needs a visit: those silent for longest first, then those that fell most."""
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
        rows.append(
            VillageSales(
                code,
                cooperatives[0].village_name,
                cooperatives[0].district_name,
                tuple(cooperatives),
                overview.sums("now", ids),
                change(part.revenue, before.revenue),
            )
        )
    return sorted(rows, key=lambda row: (-row.sums.revenue, row.name))


def by_district(overview: Overview) -> Mapping[str, int]:
    """Rupiah of the span for every district in which somebody sells."""
    sold: dict[str, int] = defaultdict(int)
    now = overview.by_cooperative.get("now", {})
    for one in overview.cooperatives:
        if one.is_active or one.id in now:
            sold[one.district_code] += now.get(one.id, NOTHING).revenue
    return sold


def programme(overview: Overview) -> Programme:
    """How far the villages are."""
    active = [one for one in overview.cooperatives if one.is_active]
    villages = {one.village_code: one for one in active}
    now = overview.by_cooperative.get("now", {})
    return Programme(
        villages=len(villages),
        flagships=sum(one.has_flagship for one in villages.values()),
        stars=sum(one.has_stars for one in villages.values()),
        selling=sum(one.id in now for one in overview.cooperatives),
        cooperatives=len(active),
        without=tuple(one for one in villages.values() if not one.has_flagship),
    )
