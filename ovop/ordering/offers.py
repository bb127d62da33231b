"""Reading what baskets and the pages after them need to know of lots."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from ovop.accounts.models import Cooperative
from ovop.catalogue.label_rows import PHOTO_COLUMNS, photo_of
from ovop.catalogue.models import Product, Species
from ovop.kernel.quantity import Measure
from ovop.ordering.offer import Offer, OfferPhoto
from ovop.stock.break_prices import break_prices_in, still_lower
from ovop.stock.models import Catch, CatchPhoto
from ovop.stock.pricing import asked_at
from ovop.villages.models import Village

_OFFER_COLUMNS = (
    Catch.id,
    Catch.name,
    Catch.form,
    Species.category,
    Species.name_id.label("species_name"),
    Catch.measure,
    Catch.unit,
    Catch.available,
    Catch.landed_at,
    Catch.best_before,
    (Catch.is_withdrawn | ~Cooperative.is_active).label("is_withdrawn"),
    Catch.is_planned,
    Catch.price_breaks,
    Cooperative.id.label("cooperative_id"),
    Cooperative.name.label("cooperative_name"),
    Village.name.label("village_name"),
    Cooperative.allows_cash,
    Cooperative.qris_payload.is_not(None).label("has_qris"),
)
_PHOTO_COLUMNS = tuple(getattr(CatchPhoto, field.name) for field in fields(OfferPhoto))
#: What stands in where a lot has no photo.
_OWN_PHOTO_COLUMNS = tuple(getattr(Product, name) for name in PHOTO_COLUMNS)


def offers(session: Session, catches: Collection[int], now: datetime) -> dict[int, Offer]:
    """The lots with these ids as they are at `now`, by id, on sale or not; others are left out.  One query."""
    if not catches:
        return {}
    other = aliased(CatchPhoto)
    first_photo = (
        select(other.id)
        .where(other.catch_id == Catch.id, other.removed_at.is_(None))
        .order_by(other.position, other.id)
        .limit(1)
        .correlate(Catch)
        .scalar_subquery()
    )
    rows = session.execute(
        select(*_OFFER_COLUMNS, asked_at(now).label("unit_price"), *_PHOTO_COLUMNS, *_OWN_PHOTO_COLUMNS)
        .join(Product, Product.id == Catch.product_id)
        .join(Species, Species.code == Catch.species_code)
        .join(Cooperative, Cooperative.id == Catch.cooperative_id)
        .join(Village, Village.code == Catch.village_code)
        .outerjoin(CatchPhoto, CatchPhoto.id == first_photo)
        .where(Catch.id.in_(catches))
    )
    return {row.id: _offer(row) for row in rows}


def _offer(row: Row[*tuple[Any, ...]]) -> Offer:
    values = dict(row._mapping)
    first = [values.pop(column.key) for column in _PHOTO_COLUMNS]
    for name in PHOTO_COLUMNS:
        values.pop(name)
    photo = OfferPhoto(*first) if first[0] is not None else None
    if photo is None and (own := photo_of(row)) is not None:
        photo = OfferPhoto(own.key, own.width, own.height, own.credit, own.has_avif, own.tiny)
    values["measure"] = Measure(values["measure"])
    breaks = break_prices_in(values.pop("price_breaks"))
    return Offer(**values, photo=photo, breaks=still_lower(breaks, row.unit_price))
