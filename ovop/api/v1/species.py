"""Species that the market knows."""

from __future__ import annotations

from ovop.api.v1.area import blueprint
from ovop.api.v1.schemas.pages import slice_of
from ovop.api.v1.schemas.species import SpeciesPage, SpeciesQuery, species_of
from ovop.catalogue.queries import find_species
from ovop.db import reading


@blueprint.get("/species")
@blueprint.input(SpeciesQuery, location="query", arg_name="query")
@blueprint.output(SpeciesPage)
def list_species(query: SpeciesQuery) -> SpeciesPage:
    """Species, by Indonesian name."""
    rows = find_species(reading(), query.q)
    return SpeciesPage(
        items=[species_of(row) for row in slice_of(rows, query)],
        total=len(rows),
        page=query.page,
        per_page=query.per_page,
    )
