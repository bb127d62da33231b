"""Villages as pages and programs show them: what each stands for, who sells there, what is on sale."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, bindparam, exists, func, literal_column, or_, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.catalogue.models import Flagship, Product, Stars
from ovop.catalogue.queries import flagships
from ovop.db.nested import nested
from ovop.db.types import Instant
from ovop.discovery.rules import Page, VillageFilter
from ovop.discovery.village_rows import VillageDetail, VillageRow, detail_of, village_of
from ovop.kernel.days import day_of
from ovop.kernel.errors import NotFound
from ovop.pickup.models import PickupPoint, PointUse
from ovop.pickup.use_queries import IS_OPEN
from ovop.stock.models import Catch
from ovop.stories.queries import story_columns
from ovop.villages.gazetteer import gazetteer
from ovop.villages.models import District, Village

Statement = Select[*tuple[Any, ...]]


def list_villages(session: Session, wanted: VillageFilter, now: datetime) -> Page[VillageRow]:
    """The villages that are `wanted`: those that sell first, then by name; one query, two beyond the last page."""
    found = gazetteer().village_codes(wanted.q) if wanted.q else []
    page, total = _list(bool(wanted.q), wanted.district is not None, wanted.active)
    values = {
        "now": now,
        "today": day_of(now),
        "codes": found,
        "district": wanted.district,
        "limit": wanted.per_page,
        "offset": (wanted.page - 1) * wanted.per_page,
    }
    rows = session.execute(page, values).all()
    count = rows[0].total if rows else 0
    if not rows and wanted.page > 1:
        count = session.scalar(total, values) or 0
    return Page(tuple(map(village_of, rows)), count, wanted.page, wanted.per_page)


def flagship_strip(session: Session, now: datetime, limit: int) -> tuple[VillageRow, ...]:
    """Villages that sell and have a flagship, for the front page: those with more stars first; one query."""
    return tuple(village_of(row) for row in session.execute(_strip(), {"today": day_of(now), "limit": limit}))


def get_village(session: Session, code: str, now: datetime) -> VillageDetail:
    """One village with its story; one query.  Raises: NotFound."""
    row = session.connection().execute(_detail(), {"today": day_of(now), "code": code}).one_or_none()
    if row is None:
        raise NotFound()
    return detail_of(row)


def list_districts(session: Session) -> tuple[tuple[str, str], ...]:
    """Code and name of every district, by name."""
    rows = session.execute(select(District.code, District.name).order_by(District.name))
    return tuple((row.code, row.name) for row in rows)


@lru_cache(maxsize=16)
def _list(by_words: bool, by_district: bool, active: bool | None) -> tuple[Statement, Select[int]]:
    """A page of villages with `total`, and the statement for the total alone."""
    conditions: list[ColumnElement[bool]] = []
    if by_words:
        conditions.append(Village.code.in_(bindparam("codes", expanding=True)))
    if by_district:
        conditions.append(Village.district_code == bindparam("district"))
    if active is not None:
        conditions.append(_is_active() if active else ~_is_active())
    total = select(func.count()).select_from(Village).where(*conditions)
    page = (
        _counted(_villages())
        .add_columns(total.scalar_subquery().label("total"))
        .where(*conditions)
        .order_by(_is_active().desc(), Village.name, Village.code)
        .limit(bindparam("limit", type_=Integer))
        .offset(bindparam("offset", type_=Integer))
    )
    return page, total


@lru_cache(maxsize=1)
def _strip() -> Statement:
    stars = literal_column("honour.stars_level", Integer)
    return (
        _villages()
        .where(literal_column("honour.product_id").is_not(None), _is_active())
        .order_by(func.coalesce(stars, 0).desc(), Village.name, Village.code)
        .limit(bindparam("limit", type_=Integer))
    )


@lru_cache(maxsize=1)
def _detail() -> Statement:
    return (
        _villages()
        .add_columns(Village.area_km2, Village.touches_sea, _sellers(), _points(), _periods(), _awards())
        .add_columns(*story_columns())
        .where(Village.code == bindparam("code"))
    )


def _villages() -> Statement:
    """Villages with all that `VillageRow` holds but `on_sale`, on ``today``."""
    honour = flagships(bindparam("today", type_=Date)).subquery("honour")
    return (
        select(
            Village.code,
            Village.name,
            Village.district_code,
            District.name.label("district"),
            Village.latitude,
            Village.longitude,
            Village.is_coastal,
            _cooperatives(),
            *(column.label(f"honour_{column.key}") for column in honour.columns),
        )
        .select_from(Village)
        .join(District, District.code == Village.district_code)
        .outerjoin(honour, honour.c.village_code == Village.code)
    )


def _counted(villages: Statement) -> Statement:
    """`villages` with `on_sale`, how many of each one's lots can be ordered at ``now``."""
    lots = (
        select(Catch.village_code, func.count().label("lots"))
        .where(
            Catch.is_withdrawn.is_(False),
            Catch.best_before > bindparam("now", type_=Instant),
            Catch.available > 0,
            or_(Catch.is_planned.is_(False), Catch.landed_at > bindparam("now", type_=Instant)),
        )
        .group_by(Catch.village_code)
        .subquery("lots")
    )
    counted = villages.outerjoin(lots, lots.c.village_code == Village.code)
    return counted.add_columns(func.coalesce(lots.c.lots, 0).label("on_sale"))


def _is_active() -> ColumnElement[bool]:
    return exists(
        select(Cooperative.id)
        .where(Cooperative.village_code == Village.code, Cooperative.is_active.is_(True))
        .correlate(Village)
    )


def _of_village() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Cooperative.village_code == Village.code, Cooperative.is_active.is_(True)


def _cooperatives() -> ColumnElement[Any]:
    rows = select(Cooperative.id, Cooperative.slug, Cooperative.name)
    return nested(rows.where(*_of_village()).order_by(Cooperative.name).correlate(Village), "cooperatives")


def _sellers() -> ColumnElement[Any]:
    rows = select(Cooperative.id, Cooperative.name, Cooperative.about)
    return nested(rows.where(*_of_village()).order_by(Cooperative.name).correlate(Village), "sellers")


def _points() -> ColumnElement[Any]:
    rows = (
        select(PickupPoint.id, PickupPoint.name, PickupPoint.address, PickupPoint.latitude, PickupPoint.longitude)
        .where(PickupPoint.is_active.is_(True), _is_used_here())
        .order_by(PickupPoint.name, PickupPoint.id)
        .limit(50)
    )
    return nested(rows.correlate(Village), "points")


def _is_used_here() -> ColumnElement[bool]:
    """A co-operative of the village hands over at the point: its own, or a neighbour's by consent."""
    return exists(
        select(PointUse.point_id)
        .join(Cooperative, Cooperative.id == PointUse.cooperative_id)
        .where(*_of_village(), PointUse.point_id == PickupPoint.id, IS_OPEN)
        .correlate(Village, PickupPoint)
    )


def _periods() -> ColumnElement[Any]:
    rows = (
        select(Product.name, Flagship.decided_on, Flagship.ended_on, Flagship.decision_number)
        .join(Product, Product.id == Flagship.product_id)
        .where(Flagship.village_code == Village.code)
        .order_by(Flagship.decided_on.desc(), Flagship.id.desc())
    )
    return nested(rows.correlate(Village), "periods")


def _awards() -> ColumnElement[Any]:
    mine = select(Flagship.product_id).where(Flagship.village_code == Village.code).correlate(Village)
    rows = (
        select(Product.name.label("product"), Stars.level, Stars.issuer, Stars.year)
        .join(Product, Product.id == Stars.product_id)
        .where(Stars.product_id.in_(mine), Stars.withdrawn_on.is_(None))
        .order_by(Stars.year.desc(), Stars.id.desc())
    )
    return nested(rows.correlate(Village), "awards")
