"""Ordering again what was ordered before: what is still on sale, what has come since in its place, what is gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ovop.ordering.offer import Offer
from ovop.ordering.offers import offers
from ovop.ordering.rows import LineRow
from ovop.stock.models import Catch

#: Lots looked at, the newest of them; and how many are named in place of one that is gone.
_MOST_LOTS, _MOST_SIMILAR = 80, 3


@dataclass(frozen=True, slots=True)
class Again:
    """A line of an earlier order beside what can be had now: that lot, or a newer one of the same product.

    similar: where there is neither, lots of the same species, of the same form first.
    """

    line: LineRow
    offer: Offer | None
    similar: tuple[Offer, ...] = ()

    @property
    def quantity(self) -> int:
        """What can be put into a basket, grams or pieces: as much as then, or what is left."""
        return min(self.line.quantity, self.offer.available) if self.offer else 0

    @property
    def is_less(self) -> bool:
        """Whether less is left than was ordered then."""
        return self.offer is not None and self.quantity < self.line.quantity


def ordered_again(session: Session, lines: Collection[LineRow], now: datetime) -> tuple[Again, ...]:
    """What can be had now of each of these `lines`, in their order.  Three queries."""
    then = select(Catch.id, Catch.product_id).where(Catch.id.in_([line.catch for line in lines]))
    products = {row.id: row.product_id for row in session.execute(then)}
    is_same = Catch.product_id.in_(set(products.values()))
    is_alike = Catch.species_code.in_({line.species_code for line in lines})
    rows = session.execute(
        select(Catch.id, Catch.product_id, Catch.species_code)
        .where(
            or_(is_same, is_alike),
            Catch.is_withdrawn.is_(False),
            Catch.best_before > now,
            or_(Catch.is_planned.is_(False), Catch.landed_at > now),
            Catch.available > 0,
        )
        .order_by(is_same.desc(), Catch.landed_at.desc(), Catch.id.desc())
        .limit(_MOST_LOTS)
    ).all()
    offered = {
        id_: offer for id_, offer in offers(session, [row.id for row in rows], now).items() if offer.is_on_sale(now)
    }

    def found(line: LineRow) -> Again:
        same = offered.get(line.catch) or _first(
            offered.get(row.id) for row in rows if row.product_id == products.get(line.catch)
        )
        if same is not None:
            return Again(line, same)
        alike = [offered[row.id] for row in rows if row.id in offered and row.species_code == line.species_code]
        return Again(line, None, tuple(sorted(alike, key=lambda offer: offer.form != line.form)[:_MOST_SIMILAR]))

    return tuple(found(line) for line in lines)


def quantities(found: Iterable[Again]) -> dict[int, tuple[Offer, int]]:
    """How much of each lot that makes, by its id: two lines may have come to the same one."""
    wanted: dict[int, tuple[Offer, int]] = {}
    for each in found:
        if each.offer is not None:
            _offer, before = wanted.get(each.offer.id, (each.offer, 0))
            wanted[each.offer.id] = each.offer, min(before + each.quantity, each.offer.available)
    return wanted


def _first(found: Iterable[Offer | None]) -> Offer | None:
    return next((offer for offer in found if offer is not None), None)
