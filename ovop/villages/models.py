"""Official areas and islands."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base


class District(Base):
    """Kecamatan; `code` as in ``36.04.05``, the label's place in degrees."""

    __tablename__ = "district"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    label_latitude: Mapped[float]
    label_longitude: Mapped[float]
    area_km2: Mapped[float]
    is_coastal: Mapped[bool]


class Village(Base):
    """Desa; `code` as in ``36.04.13.2007``, its middle in degrees (no jetty, no office)."""

    __tablename__ = "village"
    __table_args__ = (CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="place"),)

    code: Mapped[str] = mapped_column(String(13), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), index=True)
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), index=True)
    latitude: Mapped[float]
    longitude: Mapped[float]
    is_coastal: Mapped[bool]
    touches_sea: Mapped[bool]
    area_km2: Mapped[float]


class Island(Base):
    """Island of the regency with the village that it belongs to."""

    __tablename__ = "island"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    latitude: Mapped[float]
    longitude: Mapped[float]
    is_inhabited: Mapped[bool]
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"))
