"""Villages of the regency."""

from __future__ import annotations

from ovop.api.v1.area import blueprint
from ovop.api.v1.schemas.villages import Village, VillagePage, VillageQuery, village_of
from ovop.db import reading
from ovop.discovery import villages
from ovop.kernel import days


@blueprint.get("/villages")
@blueprint.input(VillageQuery, location="query", arg_name="query")
@blueprint.output(VillagePage)
def list_villages(query: VillageQuery) -> VillagePage:
    """Villages: those where somebody sells first, then by name."""
    districts = villages.list_districts(reading()) if query.district else []
    found = villages.list_villages(reading(), query.as_filter(districts), days.now())
    return VillagePage(
        items=[village_of(row) for row in found.items], total=found.total, page=query.page, per_page=query.per_page
    )


@blueprint.get("/villages/<code>")
@blueprint.output(Village)
def show_village(code: str) -> Village:
    """A village, by its official code such as 36.04.13.2011."""
    return village_of(villages.get_village(reading(), code, days.now()).village)
