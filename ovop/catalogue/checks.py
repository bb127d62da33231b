"""Invariants of the One Village One Product programme."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.catalogue.models import Flagship, Product
from ovop.kernel.checks import Check, Finding, finding


def _one_flagship(session: Session) -> Finding:
    in_force = Flagship.ended_on.is_(None)
    rows = session.execute(
        select(Flagship.village_code, func.count().label("number"))
        .where(in_force)
        .group_by(Flagship.village_code)
        .having(func.count() > 1)
    )
    counted = session.scalar(select(func.count()).select_from(Flagship).where(in_force))
    return finding(counted or 0, (f"village {row.village_code} has {row.number} flagships" for row in rows))


def _own_product(session: Session) -> Finding:
    rows = session.execute(
        select(Flagship.id, Flagship.village_code, Cooperative.village_code.label("sold_from"))
        .join(Product, Product.id == Flagship.product_id)
        .join(Cooperative, Cooperative.id == Product.cooperative_id)
        .where(Cooperative.village_code != Flagship.village_code)
    )
    return finding(
        session.scalar(select(func.count()).select_from(Flagship)) or 0,
        (f"flagship {row.id} of village {row.village_code} is sold from {row.sold_from}" for row in rows),
    )


CHECKS = (
    Check("every village has at most one flagship in force", "flagships", _one_flagship),
    Check("every flagship is a product of its own village", "flagships", _own_product),
)
