"""Which lots are on sale, narrowed and ordered as asked: the statements behind every list of lots.

Building a statement takes longer than running it, so each shape of question is built once and gets its values as
parameters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute

from ovop.accounts.models import Cooperative
from ovop.catalogue.models import Species
from ovop.db.types import Instant
from ovop.discovery.collecting import fits
from ovop.discovery.rows import card_columns, card_joins
from ovop.discovery.rules import CatchFilter, Sort
from ovop.discovery.search import matching_products
from ovop.kernel import days
from ovop.pickup.models import PickupPoint, PointUse, Slot
from ovop.pickup.use_queries import IS_OPEN, is_used_by
from ovop.stock.models import Catch
from ovop.stock.pricing import asked_at

_NOW = bindparam("now", type_=Instant)
_THE_DAY = bindparam("day_starts", type_=Instant), bindparam("day_ends", type_=Instant)
#: Where lots of unknown distance stand when sorted by it: after all others.
BEYOND_KM = 1e9


@dataclass(frozen=True, slots=True)
class Shape:
    """What a question about the offer consists of, without its values.

    narrowing: names of the fields that narrow.  has_km: distances are given.  is_bounded: lots without are left out.
    is_counted: to the last, rather than up to ``most``.
    walks_back: look for the newest by walking back from now, among the landed alone (see `queries`).
    """

    dialect: str
    narrowing: frozenset[str]
    sort: Sort
    has_km: bool
    is_bounded: bool
    is_counted: bool
    walks_back: bool = False


def shape_of(wanted: CatchFilter, dialect: str) -> Shape:
    """The shape of the question `wanted` for a database."""
    fields = ("q", "village", "district", "cooperative", "species", "form", "category", "in_stock", "pickup_day")
    narrowing = frozenset(name for name in fields if getattr(wanted, name))
    has_km = wanted.near is not None
    is_bounded = has_km and wanted.max_km is not None
    sort = Sort.NEWEST if wanted.sort is Sort.DISTANCE and not has_km else wanted.sort
    return Shape(dialect, narrowing, sort, has_km, is_bounded, is_counted=wanted.count_up_to is None)


def parameters_of(
    wanted: CatchFilter, now: datetime, *, words: str | None, km: Mapping[int, float] | None
) -> dict[str, Any]:
    """The values for a statement of the shape of `wanted`.

    words: in the database's own language (see `search`).  km: distance by point.
    """
    values: dict[str, Any] = {
        "now": now,
        "words": words,
        "village": wanted.village,
        "district": wanted.district and f"{wanted.district}.%",
        "cooperative": wanted.cooperative,
        "species": wanted.species,
        "form": wanted.form,
        "categories": [kind.value for kind in wanted.categories],
        "max_km": wanted.max_km,
        "most": wanted.count_up_to,
        "limit": wanted.per_page,
        "offset": (wanted.page - 1) * wanted.per_page,
    }
    if wanted.pickup_day is not None:
        values["day_starts"] = days.start_of(wanted.pickup_day)
        values["day_ends"] = days.end_of(wanted.pickup_day)
    if km is not None:
        values["distances"] = json.dumps({f"p{number}": distance for number, distance in km.items()})
    return values


def _is_on_sale(shape: Shape) -> ColumnElement[bool]:
    """Not withdrawn, not past its best at ``now``, and of a co-operative that sells; sold out or not.

    Nor planned for a time that has come, and not counted yet.
    """
    resting = select(Cooperative.id).where(Cooperative.is_active.is_(False))
    selling = or_(~exists(resting), Catch.cooperative_id.not_in(resting))  # the first settles it, nearly always
    if shape.walks_back:
        best_before = beside_index(Catch.best_before, shape.dialect)
        landed = and_(Catch.landed_at <= _NOW, Catch.is_planned.is_(False))
        return and_(Catch.is_withdrawn.is_(False), best_before > _NOW, selling, landed)
    open_ = or_(Catch.is_planned.is_(False), Catch.landed_at > _NOW)
    return and_(Catch.is_withdrawn.is_(False), Catch.best_before > _NOW, selling, open_)


def beside_index(column: InstrumentedAttribute[Any], dialect: str) -> ColumnElement[Any]:
    """`column`, out of the sight of SQLite's planner: without statistics that would follow an index on it through
    a whole history rather than look at what is on sale now.  A unary plus does that."""
    if dialect != "sqlite":
        return column.expression
    return literal_column(f"+catch.{column.key}", column.type)


@lru_cache(maxsize=512)
def cards_on_page(shape: Shape, *, is_numbered: bool = False) -> Select[*tuple[Any, ...]]:
    """The cards on the page that is asked for, with `total`: how many there are on all pages.

    `point_id`: the nearest point with a time for the lot, where distances are given.
    is_numbered: with `place` on the page, for whoever joins them to something.
    """
    total = total_of(shape).scalar_subquery().label("total")
    km = distance_of(shape) if shape.sort is Sort.DISTANCE else cast(null(), Float)
    ids = _ids_on_page(shape).add_columns(km.label("km"), total).subquery("chosen")
    point = _nearest_point(shape) if shape.has_km else cast(null(), Integer)
    cards = select(*card_columns(), point.label("point_id"), ids.c.total).select_from(ids)
    cards = cards.join(Catch, Catch.id == ids.c.id)
    order = _order(shape, ids.c.km)
    if is_numbered:
        cards = cards.add_columns(func.row_number().over(order_by=order).label("place"))
    return card_joins(cards).order_by(*order)


@lru_cache(maxsize=512)
def _ids_on_page(shape: Shape) -> Select[int]:
    """Ids of the lots on the page that is asked for, in order."""
    return (
        select(Catch.id)
        .where(*conditions_of(shape))
        .order_by(*_order(shape, distance_of(shape)))
        .limit(bindparam("limit", type_=Integer))
        .offset(bindparam("offset", type_=Integer))
    )


@lru_cache(maxsize=512)
def total_of(shape: Shape) -> Select[int]:
    """How many lots there are on all pages; one more than ``most`` stands for all beyond it."""
    conditions = conditions_of(replace(shape, walks_back=False))
    if shape.is_counted:
        return select(func.count()).select_from(Catch).where(*conditions)
    some = select(Catch.id).where(*conditions).limit(bindparam("most", type_=Integer) + 1)
    return select(func.count()).select_from(some.subquery("counted"))


def conditions_of(shape: Shape) -> list[ColumnElement[bool]]:
    """What a lot must be."""
    # Villages and products have an index for just this question (migration 0002); walking back must not take it.
    village, product = (
        beside_index(column, shape.dialect) if shape.walks_back else column.expression
        for column in (Catch.village_code, Catch.product_id)
    )
    equal = {
        "village": village,
        "cooperative": beside_index(Catch.cooperative_id, shape.dialect),
        "species": beside_index(Catch.species_code, shape.dialect),
        "form": beside_index(Catch.form, shape.dialect),
    }
    parts = [_is_on_sale(shape)]
    parts += [column == bindparam(name, type_=column.type) for name, column in equal.items() if name in shape.narrowing]
    if "in_stock" in shape.narrowing:
        parts.append(Catch.available > 0)
    if "district" in shape.narrowing:
        codes = beside_index(Catch.village_code, shape.dialect)
        parts.append(codes.like(bindparam("district", type_=Text)))  # codes nest: 36.04.13.2007
    if "category" in shape.narrowing:
        kinds = select(Species.code).where(Species.category.in_(bindparam("categories", expanding=True)))
        parts.append(beside_index(Catch.species_code, shape.dialect).in_(kinds))
    if "q" in shape.narrowing:
        parts.append(product.in_(matching_products(shape.dialect)))
    if "pickup_day" in shape.narrowing:
        parts.append(has_slot_on(*_THE_DAY))
    if shape.is_bounded:
        parts.append(distance_of(shape) <= bindparam("max_km", type_=Float))
    return parts


def has_slot_on(starts: ColumnElement[Any], ends: ColumnElement[Any]) -> ColumnElement[bool]:
    """A slot that fits the lot is free between those instants."""
    return exists(
        select(Slot.id)
        .join(PickupPoint, PickupPoint.id == Slot.point_id)
        .join(PointUse, is_used_by(Catch.cooperative_id))
        .where(
            Slot.starts_at >= starts,
            Slot.starts_at < ends,
            fits(Catch.landed_at, Catch.best_before, _NOW),
        )
        .correlate(Catch)
    )


def distance_of(shape: Shape) -> ColumnElement[Any]:
    """Kilometres to the nearest point where a lot can be collected; NULL where there is none, or none is known."""
    if not shape.has_km:
        return cast(null(), Float)
    nearest = _fitting_points(shape).with_only_columns(func.min(_km(shape)), maintain_column_froms=True)
    return nearest.scalar_subquery()


def _nearest_point(shape: Shape) -> ColumnElement[Any]:
    """Id of that point, or NULL."""
    return _fitting_points(shape).order_by(_km(shape), PickupPoint.id).limit(1).scalar_subquery()


def _fitting_points(shape: Shape) -> Select[int]:
    """The points of known distance at which a slot that fits the lot is free."""
    has_time = exists(
        select(Slot.id)
        .where(Slot.point_id == PickupPoint.id, fits(Catch.landed_at, Catch.best_before, _NOW))
        .correlate(Catch, PickupPoint)
    )
    return (
        select(PickupPoint.id)
        .join(PointUse, and_(PointUse.point_id == PickupPoint.id, IS_OPEN))
        .where(PointUse.cooperative_id == Catch.cooperative_id, _km(shape).is_not(None), has_time)
        .correlate(Catch)
    )


def _km(shape: Shape) -> ColumnElement[Any]:
    """Kilometres of a point, looked up in the one parameter ``distances``; NULL where it is not there."""
    given: Any = bindparam("distances", type_=Text)
    if shape.dialect != "sqlite":
        given = cast(given, JSONB)
    return cast(given.op("->>", precedence=20)(literal_column("'p'", Text) + cast(PickupPoint.id, Text)), Float)


def _order(shape: Shape, km: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """The order asked for, made total by id; lots of unknown distance come last."""
    match shape.sort:
        case Sort.PRICE:
            return [asked_at(_NOW).asc(), Catch.landed_at.desc(), Catch.id.desc()]
        case Sort.DISTANCE:
            return [func.coalesce(km, BEYOND_KM).asc(), Catch.landed_at.desc(), Catch.id.desc()]
        case Sort.NEWEST if shape.walks_back:
            return [Catch.landed_at.desc(), Catch.id.desc()]
        case Sort.NEWEST:
            # What has landed, latest first; then what is still to come, soonest first.
            coming = case((Catch.landed_at > _NOW, Catch.landed_at))
            return [coming.is_not(None).asc(), coming.asc(), Catch.landed_at.desc(), Catch.id.desc()]
