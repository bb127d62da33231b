"""Certificates of products that end soon or have ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ovop.catalogue.labels import TIME_TO_RENEW, Permit, PermitState
from ovop.catalogue.models import Product


class PermitKind(StrEnum):
    """What a certificate is for."""

    PIRT = "pirt"
    HALAL = "halal"


@dataclass(frozen=True, slots=True)
class PermitToRenew:
    """A certificate of a product that is sold, about which something has to be done."""

    product_id: int
    product: str
    kind: PermitKind
    until: date
    state: PermitState


def permits_to_renew(
    session: Session, cooperative_id: int, today: date, *, product_id: int | None = None
) -> list[PermitToRenew]:
    """Those of a co-operative's active products, or of one, that end within TIME_TO_RENEW; the first first.  One query.

    today: the day in Asia/Jakarta.
    """
    latest = today + TIME_TO_RENEW
    which = [Product.cooperative_id == cooperative_id, Product.is_active.is_(True)]
    if product_id is not None:
        which.append(Product.id == product_id)
    rows = session.execute(
        select(Product.id, Product.name, Product.pirt, Product.pirt_until, Product.halal, Product.halal_until).where(
            *which, or_(Product.pirt_until <= latest, Product.halal_until <= latest)
        )
    )
    found = [
        PermitToRenew(row.id, row.name, kind, permit.until, permit.state_on(today))
        for row in rows
        for kind, permit in (
            (PermitKind.PIRT, Permit(row.pirt, row.pirt_until)),
            (PermitKind.HALAL, Permit(row.halal, row.halal_until)),
        )
        if permit.until is not None and permit.until <= latest
    ]
    return sorted(found, key=lambda permit: (permit.until, permit.product_id))
