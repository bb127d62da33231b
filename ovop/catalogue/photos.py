"""A product's own photo: one, shown where a lot has none.  Files are the stock's (`ovop.stock.flows`)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor
from ovop.catalogue.models import Product
from ovop.catalogue.operations import lock_own_product
from ovop.undo.facts import columns_of
from ovop.undo.operations import note
from ovop.undo.rules import Deed

_COLUMNS = ("photo_key", "photo_width", "photo_height", "photo_has_avif", "photo_tiny")


def set_photo(
    session: Session, product_id: int, key: str, size: tuple[int, int] | None, actor: Actor, now: datetime
) -> tuple[str, int] | None:
    """The stored picture `key` is the product's photo, or none is; size: of its largest file, in pixels.

    Answers key and width of the one before, whose files the caller clears away, if there was another.
    Raises: NotFound, Forbidden.
    """
    product = lock_own_product(session, product_id, actor)
    if product.photo_key == key:
        return None
    before = columns_of(product, _COLUMNS)
    product.photo_key, product.photo_has_avif, product.photo_tiny = key, False, ""
    product.photo_width, product.photo_height = size or (None, None)
    session.flush()
    # What follows of a picture, smaller files and a placeholder, is no change that somebody made.
    facts = {"name": product.name, "before": before, "after": {"photo_key": key}}
    note(session, Deed.PRODUCT_CHANGED, product_id, facts, actor, now)
    return (before["photo_key"], before["photo_width"]) if before["photo_key"] else None


def finish_photo(session: Session, key: str, tiny: str, *, has_avif: bool) -> bool:
    """Products with the picture `key` have its placeholder and, as told, AVIF files; false when there are none."""
    finished = session.execute(
        update(Product)
        .where(Product.photo_key == key)
        .values(photo_tiny=tiny, photo_has_avif=has_avif)
        .returning(Product.id)
    )
    return finished.first() is not None


def is_used(session: Session, key: str) -> bool:
    """Whether any product shows the picture `key`."""
    return session.execute(select(1).where(Product.photo_key == key).limit(1)).first() is not None
