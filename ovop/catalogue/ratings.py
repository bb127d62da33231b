"""What buyers' ratings of a product come to: counted by `ovop.reviews`, shown with the product."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ovop.catalogue.models import ProductRating

#: From so many buyers on their mean is shown: with fewer, one would know who thought what.
LEAST_BUYERS = 3


@dataclass(frozen=True, slots=True)
class Rating:
    """A mean that is shown.  tenths: of 1 to 5, so 46 is 4,6."""

    tenths: int
    buyers: int

    @property
    def value(self) -> float:
        """The mean, with one decimal."""
        return self.tenths / 10


def rating_of(buyers: int | None, total: int | None) -> Rating | None:
    """The mean to one decimal, halves up; None for too few buyers.  total: the sum of their 1 to 5."""
    if not buyers or total is None or buyers < LEAST_BUYERS:
        return None
    return Rating((20 * total + buyers) // (2 * buyers), buyers)


def lock_rating(session: Session, product_id: int) -> ProductRating:
    """The product's row of ratings, locked; it is there from now on."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(ProductRating).values(product_id=product_id, buyers=0, total=0).on_conflict_do_nothing()
    )
    return session.scalars(
        select(ProductRating)
        .where(ProductRating.product_id == product_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
