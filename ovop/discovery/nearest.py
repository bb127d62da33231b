"""Pickup points by distance: boxes that the index on latitude and longitude answers, geodesics for what they hold."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.discovery.rules import FURTHEST_KM
from ovop.kernel.geo import Box, Place, box_around, distance_km
from ovop.pickup.models import PickupPoint, PointUse
from ovop.pickup.use_queries import IS_OPEN

#: Kilometres on each side of the first box, and by how much each further one is wider.
FIRST_KM, WIDER = 1.0, 3.0
#: Of one co-operative's points, how many are asked whether they have a time for a lot: the nearest.
PER_SELLER = 6


@dataclass(frozen=True, slots=True)
class NearPoint:
    """A pickup point in use, with the co-operative whose it is; degrees."""

    id: int
    name: str
    cooperative_id: int
    cooperative_name: str
    latitude: float
    longitude: float
    address: str

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(self.latitude, self.longitude)


def nearest_points(
    session: Session,
    near: Place,
    *,
    max_km: float | None = None,
    limit: int = 20,
    cooperative_id: int | None = None,
) -> list[tuple[NearPoint, float]]:
    """The points in use nearest to `near`, each with its geodesic distance in km, nearest first (then by id).

    Looks into ever wider boxes until enough points are certainly the nearest, so the number of points elsewhere
    does not matter.
    """
    furthest = min(max_km, FURTHEST_KM) if max_km is not None else FURTHEST_KM
    km = min(FIRST_KM, furthest)
    while True:
        found = _within(session, near, km, cooperative_id, limit)
        if len(found) >= limit or km >= furthest:
            return found[:limit]
        # Few or none: the next box is wider, at once as wide as it has to be when the market is small.
        km = min(km * WIDER, furthest)


def _within(
    session: Session, near: Place, km: float, cooperative_id: int | None, limit: int
) -> list[tuple[NearPoint, float]]:
    """Points up to `km` away, nearest first; all of them, or at least the `limit` nearest."""
    wanted = _points().where(_in_box(box_around(near, km)))
    if cooperative_id is not None:
        wanted = wanted.join(PointUse, _is_used_by(cooperative_id))
    points = [NearPoint(**row._mapping) for row in session.execute(wanted)]
    return [(point, d) for point, d in _by_distance(near, points, limit) if d <= km]


def _by_distance(near: Place, points: list[NearPoint], limit: int) -> list[tuple[NearPoint, float]]:
    """The `limit` nearest with exact distances: geodesics only for those that a plane does not rule out."""
    roughly = sorted((_roughly(near, point.place), point.id, point) for point in points)
    if len(roughly) > limit:
        bound = roughly[limit - 1][0] * (1 + 2 * _ROUGHNESS)
        roughly = [entry for entry in roughly if entry[0] <= bound]
    exact = sorted((distance_km(near, point.place), number, point) for _, number, point in roughly)
    return [(point, km) for km, _, point in exact]


#: How far a distance in the plane may be from the geodesic, as a share, within FURTHEST_KM and away from the poles.
_ROUGHNESS = 0.02


def _roughly(a: Place, b: Place) -> float:
    """Distance in km on a plane through both: quick, and right to `_ROUGHNESS`."""
    east = (b.longitude - a.longitude) * math.cos(math.radians((a.latitude + b.latitude) / 2)) * 111.32
    return math.hypot(east, (b.latitude - a.latitude) * 110.8)


def list_points(session: Session, cooperative_id: int | None = None, *, limit: int = 100) -> list[NearPoint]:
    """Points in use by co-operative and name, at most `limit`; one query."""
    wanted = _points().order_by(Cooperative.name, PickupPoint.name, PickupPoint.id).limit(limit)
    if cooperative_id is not None:
        wanted = wanted.join(PointUse, _is_used_by(cooperative_id))
    return [NearPoint(**row._mapping) for row in session.execute(wanted)]


def points_of_each(session: Session, near: Place, max_km: float | None = None) -> dict[int, tuple[NearPoint, float]]:
    """Of each co-operative the PER_SELLER points nearest to `near` where it hands over, by id, with km; one query.

    Only those within `max_km`, where that is given.
    """
    squeeze = math.cos(math.radians(near.latitude))
    values: dict[str, float] = {"latitude": near.latitude, "longitude": near.longitude, "squeeze": squeeze}
    if max_km is not None:
        values |= asdict(box_around(near, max_km))
    rows = session.connection().execute(_nearest_of_each(is_bounded=max_km is not None), values)
    points = {row.id: NearPoint(**row._mapping) for row in rows}  # one that several share comes for each of them
    found = {number: (point, distance_km(near, point.place)) for number, point in points.items()}
    return {number: (point, km) for number, (point, km) in found.items() if max_km is None or km <= max_km}


@lru_cache(maxsize=2)
def _nearest_of_each(*, is_bounded: bool) -> Select[*tuple[Any, ...]]:
    """Each co-operative's few points that are nearest on a plane: the geodesic decides between them.

    The place and, where it is bounded, the box are parameters: building a statement takes longer than running it.
    """
    north = PickupPoint.latitude - bindparam("latitude", type_=Float)
    east = (PickupPoint.longitude - bindparam("longitude", type_=Float)) * bindparam("squeeze", type_=Float)
    order = func.row_number().over(
        partition_by=PointUse.cooperative_id, order_by=(north * north + east * east, PickupPoint.id)
    )
    candidates = (
        _points()
        .join(PointUse, and_(PointUse.point_id == PickupPoint.id, IS_OPEN))
        .add_columns(order.label("place_in_row"))
    )
    if is_bounded:
        south, north_end, west, east_end = (bindparam(name, type_=Float) for name in ("south", "north", "west", "east"))
        candidates = candidates.where(
            PickupPoint.latitude.between(south, north_end), PickupPoint.longitude.between(west, east_end)
        )
    ranked = candidates.subquery()
    columns = [ranked.c[name] for name in NearPoint.__dataclass_fields__]
    return select(*columns).where(ranked.c.place_in_row <= PER_SELLER)


def _is_used_by(cooperative_id: int) -> ColumnElement[bool]:
    return and_(PointUse.point_id == PickupPoint.id, PointUse.cooperative_id == cooperative_id, IS_OPEN)


def _points() -> Select[*tuple[Any, ...]]:
    return (
        select(
            PickupPoint.id,
            PickupPoint.name,
            PickupPoint.cooperative_id,
            Cooperative.name.label("cooperative_name"),
            PickupPoint.latitude,
            PickupPoint.longitude,
            PickupPoint.address,
        )
        .join(Cooperative, Cooperative.id == PickupPoint.cooperative_id)
        .where(PickupPoint.is_active.is_(True), Cooperative.is_active.is_(True))
    )


def _in_box(box: Box) -> ColumnElement[bool]:
    return and_(PickupPoint.latitude.between(box.south, box.north), PickupPoint.longitude.between(box.west, box.east))
