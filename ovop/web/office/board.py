"""What the first screen says, worked out of an overview."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from ovop.sales.overview import NOTHING, CooperativeRow, Overview, Sums
from ovop.sales.rules import Shown, change
from ovop.sales.visits import Limits, Reasons, Signs, reasons


@dataclass(frozen=True, slots=True)
class Against:
    """What the days that are over are held against: its days in words, its rupiah, the share of change."""

    words: str
    revenue: int
    change: float | None


@dataclass(frozen=True, slots=True)
class Visit:
    """A co-operative that somebody should see, and why."""

    cooperative: CooperativeRow
    why: Reasons


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


def visits(overview: Overview, limits: Limits, signs: Mapping[int, Signs]) -> list[Visit]:
    """Who needs a visit, whatever of their goods is looked at: those silent for longest first."""
    found: list[Visit] = []
    recent, earlier = overview.by_cooperative.get("recent", {}), overview.by_cooperative.get("earlier", {})
    for one in overview.cooperatives:
        if not one.is_active or one.last_sale_on is None:
            continue
        why = reasons(
            limits,
            (overview.today - one.last_sale_on).days,
            recent.get(one.id, NOTHING).revenue,
            earlier.get(one.id, NOTHING).revenue,
            signs.get(one.id, Signs()),
        )
        if why:
            found.append(Visit(one, why))
    return sorted(found, key=lambda visit: visit.why.weight)


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


def by_area(overview: Overview, shown: Shown) -> dict[str, int]:
    """That figure of the span, other than buyers, for each district in which somebody sells; villages of a district."""
    found: dict[str, int] = defaultdict(int)
    now = overview.by_cooperative.get("now", {})
    for one in overview.cooperatives:
        if one.is_active or one.id in now:
            code = one.village_code if overview.scope.district else one.district_code
            found[code] += getattr(now.get(one.id, NOTHING), shown, 0)
    return found


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
