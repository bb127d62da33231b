"""Reading the official areas."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.kernel.errors import NotFound
from ovop.kernel.geo import Place
from ovop.villages.models import District, Village


@dataclass(frozen=True, slots=True)
class VillageName:
    """A village by name, with its district's."""

    code: str
    name: str
    district_name: str


def nearest_village(session: Session, place: Place) -> VillageName:
    """The village whose middle lies nearest to `place`: what people would call it, not whose ground it is.

    Degrees are compared as if flat, which so near the equator changes no order that matters.
    """
    north, east = Village.latitude - place.latitude, Village.longitude - place.longitude
    row = session.execute(
        select(Village.code, Village.name, District.name.label("district_name"))
        .join(District, District.code == Village.district_code)
        .order_by(north * north + east * east, Village.code)
        .limit(1)
    ).one()
    return VillageName(**row._mapping)


def village_middle(session: Session, code: str) -> Place:
    """The middle of a village.  Raises: NotFound."""
    row = session.execute(select(Village.latitude, Village.longitude).where(Village.code == code)).one_or_none()
    if row is None:
        raise NotFound()
    return Place(row.latitude, row.longitude)


def list_village_names(session: Session) -> list[VillageName]:
    """Every village of the regency, by name.  One query."""
    rows = session.execute(
        select(Village.code, Village.name, District.name.label("district"))
        .join(District, District.code == Village.district_code)
        .order_by(Village.name, Village.code)
    )
    return [VillageName(row.code, row.name, row.district) for row in rows]
