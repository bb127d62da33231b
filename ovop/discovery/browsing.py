"""The offer for somebody who looks around: a page of it, what else could be chosen, and ways out where nothing fits.

All of it in one statement beside the page's own rows, so that a page with filters and their counts asks no more of the
database than one without.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Label,
    Row,
    ScalarSelect,
    Select,
    bindparam,
    case,
    func,
    select,
    true,
)
from sqlalchemy.orm import Session

from ovop.catalogue.models import Species
from ovop.catalogue.rules import Category, group_of
from ovop.db.nested import nested
from ovop.db.session import engine_of
from ovop.db.types import Instant
from ovop.discovery.nearest import points_of_each
from ovop.discovery.offer import (
    Shape,
    cards_on_page,
    conditions_of,
    distance_of,
    has_slot_on,
    parameters_of,
    shape_of,
    total_of,
)
from ovop.discovery.rows import CatchCard, card_of
from ovop.discovery.rules import CatchFilter, Page
from ovop.discovery.search import expression, terms_of, vocabulary
from ovop.kernel import days
from ovop.stock.models import Catch

#: What the counts are for: each is counted with all other choices in force.
COUNTED = ("category", "form", "district")
#: All choices but what is sought.
OTHERS = "others"
#: What somebody came for: everything else is let go before these.
SOUGHT = frozenset({"q", "species", "in_stock"})
#: Days, from today, of which it is told whether something could be collected.
DAYS_TRIED = 7


@dataclass(frozen=True, slots=True)
class Choices:
    """How many lots there would be with another group, form or district, all other choices as they are.

    sold_out: how many more there would be with those that are sold out.
    """

    category: Mapping[str, int]
    form: Mapping[str, int]
    district: Mapping[str, int]
    sold_out: int

    def __hash__(self) -> int:
        return hash((*self.category.items(), *self.form.items(), *self.district.items(), self.sold_out))


@dataclass(frozen=True, slots=True)
class WayOut:
    """What would be found without one of the choices, named as in `CatchFilter`; without several for `OTHERS`.

    day: on that day instead.  km: how far away the nearest is, where the distance is let go.
    """

    without: str
    count: int
    day: date | None = None
    km: float | None = None


@dataclass(frozen=True, slots=True)
class Browsed:
    """A page, what else could be chosen (where that was asked for), and ways out where there is nothing on it."""

    page: Page[CatchCard]
    choices: Choices | None
    ways: tuple[WayOut, ...] = ()


def browse(session: Session, wanted: CatchFilter, now: datetime, *, slow: int, with_choices: bool) -> Browsed:
    """The lots on sale that are `wanted`; two queries at most.  slow: the change stamp's part of that name."""
    dialect = engine_of(session).dialect.name
    words = None
    if wanted.q:
        terms = terms_of(wanted.q, vocabulary(session, slow))
        if not terms:  # no letter in it: nothing is called so, and nothing else is wrong
            return Browsed(Page((), 0, wanted.page, wanted.per_page), None)
        words = expression(dialect, terms)
    points = points_of_each(session, wanted.near) if wanted.near else {}
    km = {number: distance for number, (_, distance) in points.items()} if wanted.near else None
    shape = shape_of(wanted, dialect)
    values = parameters_of(wanted, now, words=words, km=km) | _days(now)
    rows = session.connection().execute(_whole(shape, with_choices), values).all()
    whole = rows[0]
    cards = tuple(card_of(row, points.get(row.point_id)) for row in rows if row.id is not None)
    is_more = wanted.count_up_to is not None and whole.whole_total > wanted.count_up_to
    total = wanted.count_up_to if is_more and wanted.count_up_to else whole.whole_total
    return Browsed(
        Page(cards, total, wanted.page, wanted.per_page, is_more=is_more),
        _choices_of(whole.choices, wanted) if with_choices else None,
        tuple(_ways_of(whole, shape, now)) if not whole.whole_total else (),
    )


def _days(now: datetime) -> dict[str, datetime]:
    """The parameters for the days that are tried."""
    first = days.day_of(now)
    return {f"day_{ahead}": days.start_of(first + timedelta(days=ahead)) for ahead in range(DAYS_TRIED + 1)}


@lru_cache(maxsize=512)
def _whole(shape: Shape, with_choices: bool) -> Select[*tuple[Any, ...]]:
    """The cards on the page, each with all that is told beside them; where there is none, one row without a card."""
    cards = cards_on_page(shape, is_numbered=True).subquery("card")
    whole = select(total_of(shape).scalar_subquery().label("whole_total")).subquery("counted")
    beside: list[ColumnElement[Any]] = [whole.c.whole_total]
    if with_choices:
        beside.append(_choices(shape))
    # Only looked for where there is nothing: neither database evaluates the branch that is not taken.
    beside += [case((whole.c.whole_total == 0, count)).label(name) for name, count in _ways(shape).items()]
    return select(*cards.c, *beside).select_from(whole.outerjoin(cards, true())).order_by(cards.c.place)


def _choices(shape: Shape) -> Label[Any]:
    """How many lots there are of each category, form and district, whichever of them is chosen."""
    free = replace(shape, narrowing=shape.narrowing - {*COUNTED, "in_stock"})
    columns = (
        Species.category.label("category"),
        Catch.form.label("form"),
        func.substr(Catch.village_code, 1, 8).label("district"),  # codes nest: 36.04.13.2007
        (Catch.available > 0).cast(Boolean).label("in_stock"),
    )
    rows = (
        select(*columns, func.count().label("lots"))
        .select_from(Catch)
        .join(Species, Species.code == Catch.species_code)
        .where(*conditions_of(free))
        .group_by(*columns)
    )
    return nested(rows, "choices")


def _choices_of(rows: Sequence[Mapping[str, Any]], wanted: CatchFilter) -> Choices:
    categories = {kind.value for kind in wanted.categories}
    counts: dict[str, Counter[str]] = {name: Counter() for name in COUNTED}
    sold_out = 0
    for row in rows:
        fits = {
            "category": not categories or row["category"] in categories,
            "form": wanted.form is None or row["form"] == wanted.form,
            "district": wanted.district is None or row["district"] == wanted.district,
        }
        if not row["in_stock"]:
            sold_out += row["lots"] if all(fits.values()) else 0
            if wanted.in_stock:
                continue
        for name in COUNTED:
            if all(fit for other, fit in fits.items() if other != name):
                counts[name][_named(name, row[name])] += row["lots"]
    return Choices(counts["category"], counts["form"], counts["district"], sold_out)


def _named(name: str, value: str) -> str:
    return group_of(Category(value)).value if name == "category" else value


def _ways(shape: Shape) -> dict[str, ScalarSelect[Any]]:
    """What is counted to find ways out: by each choice in force, how many there are without it."""
    ways = {name: _lots(replace(shape, narrowing=shape.narrowing - {name})) for name in sorted(shape.narrowing)}
    if shape.is_bounded:
        anywhere = replace(shape, is_bounded=False)
        ways["max_km"] = _lots(anywhere)
        nearest = select(func.min(distance_of(shape))).select_from(Catch).where(*conditions_of(anywhere))
        ways["km"] = nearest.scalar_subquery()
    if _has_others(shape):
        ways[OTHERS] = _lots(replace(shape, narrowing=shape.narrowing & SOUGHT, is_bounded=False))
    if "pickup_day" in shape.narrowing:
        any_day = replace(shape, narrowing=shape.narrowing - {"pickup_day"})
        for ahead in range(DAYS_TRIED):
            limits = (bindparam(f"day_{day}", type_=Instant) for day in (ahead, ahead + 1))
            ways[f"on_{ahead}"] = _lots(any_day, has_slot_on(*limits))
    return {f"way_{name}": count for name, count in ways.items()}


def _has_others(shape: Shape) -> bool:
    """Whether something is sought, and several choices beside it may be what is too much."""
    return bool(shape.narrowing & {"q", "species"}) and len(shape.narrowing - SOUGHT) + shape.is_bounded > 1


def _lots(shape: Shape, *more: ColumnElement[bool]) -> ScalarSelect[int]:
    conditions = conditions_of(replace(shape, walks_back=False))
    return select(func.count()).select_from(Catch).where(*conditions, *more).scalar_subquery()


def _ways_of(row: Row[*tuple[Any, ...]], shape: Shape, now: datetime) -> list[WayOut]:
    """The ways on which something is found; another day first, then the distance, then what is found most on."""
    found = {name: row._mapping[f"way_{name}"] for name in shape.narrowing}
    ways = sorted((WayOut(name, count) for name, count in found.items() if count), key=lambda way: -way.count)
    if shape.is_bounded and row.way_max_km:
        ways.insert(0, WayOut("max_km", row.way_max_km, km=row.way_km))
    if "pickup_day" in shape.narrowing:
        today = days.day_of(now)
        on = [(today + timedelta(days=ahead), row._mapping[f"way_on_{ahead}"]) for ahead in range(DAYS_TRIED)]
        ways = [WayOut("pickup_day", count, day=day) for day, count in on if count][:3] + ways
    if _has_others(shape) and row.way_others and all(way.without in SOUGHT for way in ways):
        ways.insert(0, WayOut(OTHERS, row.way_others))
    return ways
