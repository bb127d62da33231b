"""What is followed, by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, literal, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.catalogue.models import Product, Species
from ovop.follow.rules import FollowKind
from ovop.kernel.errors import NotFound
from ovop.stock.models import Catch
from ovop.stock.rules import is_offered
from ovop.villages.models import Village


@dataclass(frozen=True, slots=True)
class Target:
    """Something that can be followed.  name_en: where it has one; of: whose product it is, where a village lies."""

    kind: FollowKind
    key: str
    name: str
    name_en: str
    of: str = ""


def get_target(session: Session, kind: str, key: str) -> Target:
    """What is followed under these names.  Raises: NotFound when there is no such thing, or it sells no more."""
    if kind in tuple(FollowKind):
        for target in targets_of(session, [(FollowKind(kind), key)]).values():
            return target
    raise NotFound()


def targets_of(session: Session, wanted: Iterable[tuple[FollowKind, str]]) -> dict[tuple[FollowKind, str], Target]:
    """Those of `wanted` that there are; one query for each kind among them."""
    keys: dict[FollowKind, list[str]] = {}
    for kind, key in wanted:
        keys.setdefault(kind, []).append(key)
    found = {}
    for kind, named in keys.items():
        for row in session.execute(_named(kind, named)):
            found[kind, str(row.key)] = Target(kind, str(row.key), row.name, row.name_en, row.of)
    return found


def targets_of_product(session: Session, product_id: int) -> list[Target]:
    """The product, its species, village and co-operative: what somebody who looks at it may want to follow."""
    row = session.execute(
        select(Product.species_code, Product.cooperative_id, Cooperative.village_code)
        .join(Cooperative, Cooperative.id == Product.cooperative_id)
        .where(Product.id == product_id)
    ).one_or_none()
    if row is None:
        return []
    wanted = [
        (FollowKind.PRODUCT, str(product_id)),
        (FollowKind.SPECIES, row.species_code),
        (FollowKind.VILLAGE, row.village_code),
        (FollowKind.COOPERATIVE, str(row.cooperative_id)),
    ]
    found = targets_of(session, wanted)
    return [found[key] for key in wanted if key in found]


def targets_of_lot(lot: Catch) -> list[tuple[FollowKind, str]]:
    """By which follows the lot is news."""
    return [
        (FollowKind.SPECIES, lot.species_code),
        (FollowKind.PRODUCT, str(lot.product_id)),
        (FollowKind.VILLAGE, lot.village_code),
        (FollowKind.COOPERATIVE, str(lot.cooperative_id)),
    ]


def can_be_ordered(lot: Catch, now: datetime) -> bool:
    """Whether the lot is offered, and not all of it is spoken for."""
    return lot.available > 0 and is_offered(
        is_withdrawn=lot.is_withdrawn,
        is_planned=lot.is_planned,
        landed_at=lot.landed_at,
        best_before=lot.best_before,
        now=now,
    )


def _named(kind: FollowKind, keys: list[str]) -> Select[*tuple[Any, ...]]:
    ids = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19]
    match kind:
        case FollowKind.SPECIES:
            return select(
                Species.code.label("key"), Species.name_id.label("name"), Species.name_en, literal("").label("of")
            ).where(Species.code.in_(keys))
        case FollowKind.PRODUCT:
            return (
                select(
                    Product.id.label("key"),
                    Product.name,
                    Product.name.label("name_en"),
                    Cooperative.name.label("of"),
                )
                .join(Cooperative, Cooperative.id == Product.cooperative_id)
                .where(Product.id.in_(ids))
            )
        case FollowKind.VILLAGE:
            return select(
                Village.code.label("key"), Village.name, Village.name.label("name_en"), literal("").label("of")
            ).where(Village.code.in_(keys))
        case FollowKind.COOPERATIVE:
            return (
                select(
                    Cooperative.id.label("key"),
                    Cooperative.name,
                    Cooperative.name.label("name_en"),
                    Village.name.label("of"),
                )
                .join(Village, Village.code == Cooperative.village_code)
                .where(Cooperative.id.in_(ids))
            )
