"""Villages, and what each stands for under One Village One Product."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from pydantic import Field

from ovop.api.v1.schemas.fields import Answer, Line, QueryTruth, Ref
from ovop.api.v1.schemas.pages import Page, PageQuery
from ovop.catalogue.queries import FlagshipRow
from ovop.discovery.rules import VillageFilter
from ovop.discovery.village_rows import VillageRow


class VillageQuery(PageQuery):
    """Which villages."""

    q: Line = Field(default="", max_length=200, description="A name; slips of typing are forgiven.")
    district: Line | None = Field(default=None, max_length=80, description="Code, such as 36.04.13, or name.")
    active: QueryTruth | None = Field(default=None, description="With a co-operative that sells, or without one.")

    def as_filter(self, districts: Sequence[tuple[str, str]]) -> VillageFilter:
        """What discovery takes.  districts: code and name of each; one that is none of them finds nothing."""
        return VillageFilter(
            q=self.q,
            district=_district_code(self.district, districts) if self.district else None,
            active=self.active,
            page=self.page,
            per_page=self.per_page,
        )


class Stars(Answer):
    """Stars with who gave them, when, and until when."""

    level: int
    issuer: str
    year: int
    expires_on: date | None


class Flagship(Answer):
    """The product that a village stands for, with its stars in force."""

    product: Ref
    stars: Stars | None


class Village(Answer):
    """A village by its official code; its middle in degrees."""

    code: str
    name: str
    district: str
    latitude: float
    longitude: float
    flagship: Flagship | None
    cooperatives: list[Ref]


class VillagePage(Page[Village]):
    """Villages: those where somebody sells first, then by name."""


def _district_code(given: str, districts: Sequence[tuple[str, str]]) -> str:
    bare = _bare(given)
    return next((code for code, name in districts if bare in (_bare(code), _bare(name))), given)


def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def village_of(row: VillageRow) -> Village:
    """The village as it is shown."""
    return Village(
        code=row.code,
        name=row.name,
        district=row.district,
        latitude=row.latitude,
        longitude=row.longitude,
        flagship=None if row.flagship is None else _flagship(row.flagship),
        cooperatives=[Ref(id=cooperative.id, name=cooperative.name) for cooperative in row.cooperatives],
    )


def _flagship(row: FlagshipRow) -> Flagship:
    stars = None
    if row.stars_level is not None:
        assert row.stars_issuer is not None  # the table's own constraints
        assert row.stars_year is not None
        stars = Stars(
            level=row.stars_level, issuer=row.stars_issuer, year=row.stars_year, expires_on=row.stars_expires_on
        )
    return Flagship(product=Ref(id=row.product_id, name=row.name), stars=stars)
