"""What the parts of a scope are called, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import String, cast, literal, select, union_all
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.catalogue.models import Product, Species
from ovop.sales.models import ProductTotal
from ovop.sales.queries import DISTRICT_CODE, Key, Scope
from ovop.villages.models import District, Village


@dataclass(frozen=True, slots=True)
class ScopeNames:
    """The district, village, co-operative, species and product that a scope lies in, each known or None."""

    district: Key | None = None
    village: Key | None = None
    cooperative: Key | None = None
    species: Key | None = None
    product: Key | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """Districts with a co-operative, and species that were ever sold, by name."""

    districts: Sequence[Key]
    species: Sequence[Key]


def names_of(session: Session, scope: Scope) -> ScopeNames:
    """Names for `scope`: a co-operative brings its village and district with it.  No query for everything, else two."""
    village, district = scope.village, scope.district
    cooperative = None
    if scope.cooperative_id is not None:
        row = session.execute(
            select(Cooperative.name, Cooperative.village_code).where(Cooperative.id == scope.cooperative_id)
        ).one_or_none()
        if row is not None:
            cooperative, village = Key(str(scope.cooperative_id), row.name, row.name), row.village_code
    if village is not None:
        district = village[:DISTRICT_CODE]
    selects = []
    if district is not None:
        selects.append(
            select(literal("district"), District.code, District.name, District.name).where(District.code == district)
        )
    if village is not None:
        selects.append(
            select(literal("village"), Village.code, Village.name, Village.name).where(Village.code == village)
        )
    if scope.species is not None:
        selects.append(
            select(literal("species"), Species.code, Species.name_id, Species.name_en).where(
                Species.code == scope.species
            )
        )
    if scope.product_id is not None:
        selects.append(
            select(literal("product"), cast(Product.id, String), Product.name, Product.name).where(
                Product.id == scope.product_id
            )
        )
    found = {kind: Key(*names) for kind, *names in session.execute(union_all(*selects))} if selects else {}
    return ScopeNames(
        found.get("district"), found.get("village"), cooperative, found.get("species"), found.get("product")
    )


def choices(session: Session) -> Choices:
    """What the office can narrow its figures to.  One query."""
    sold = select(ProductTotal.species_code).distinct()
    selling = select(Village.district_code).join(Cooperative, Cooperative.village_code == Village.code)
    rows = session.execute(
        union_all(
            select(literal("district").label("kind"), cast(District.code, String), District.name, District.name).where(
                District.code.in_(selling)
            ),
            select(literal("species"), Species.code, Species.name_id, Species.name_en).where(Species.code.in_(sold)),
        )
    ).all()
    by_kind: dict[str, list[Key]] = {"district": [], "species": []}
    for kind, *names in rows:
        by_kind[kind].append(Key(*names))
    return Choices(*(sorted(by_kind[kind], key=lambda key: key.name) for kind in ("district", "species")))
