"""Species."""

from __future__ import annotations

from pydantic import Field

from ovop.api.v1.schemas.fields import Answer, Line
from ovop.api.v1.schemas.pages import Page, PageQuery
from ovop.catalogue.queries import SpeciesRow


class SpeciesQuery(PageQuery):
    """Which species."""

    q: Line = Field(default="", max_length=200, description="Code or any name; slips of typing are forgiven.")


class Species(Answer):
    """A species; `code` is FAO's ASFIS 3-alpha code."""

    code: str
    scientific_name: str
    name_id: str
    name_en: str
    category: str


class SpeciesPage(Page[Species]):
    """Species by Indonesian name."""


def species_of(row: SpeciesRow) -> Species:
    """The species as it is shown."""
    return Species(
        code=row.code,
        scientific_name=row.scientific_name,
        name_id=row.name_id,
        name_en=row.name_en,
        category=row.category,
    )
