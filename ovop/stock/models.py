"""Lots on sale, every movement of their stock, and their photos."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class Catch(Base):
    """One landing or harvest of a product: a lot.  Quantities in grams or pieces, price in rupiah per kg or piece.

    Name, species, form, measure and unit are the product's at the time: a lot and its orders keep saying what was sold.
    """

    __tablename__ = "catch"
    __table_args__ = (
        CheckConstraint("available >= 0 AND held >= 0 AND sold >= 0 AND lost >= 0", name="stock"),
        CheckConstraint("caught = available + held + sold + lost", name="balance"),
        CheckConstraint("unit_price > 0", name="price"),
        CheckConstraint("best_before > landed_at", name="life"),
        CheckConstraint("recalled_at IS NULL OR (is_withdrawn AND available = 0)", name="recalled"),
        Index("ix_catch_on_sale", "is_withdrawn", "landed_at", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    lot_code: Mapped[str] = mapped_column(String(24), unique=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"), index=True)
    species_code: Mapped[str] = mapped_column(ForeignKey("species.code"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    form: Mapped[str] = mapped_column(String(12))
    measure: Mapped[str] = mapped_column(String(8))
    unit: Mapped[str] = mapped_column(String(8))
    caught: Mapped[int] = mapped_column(Id)
    available: Mapped[int] = mapped_column(Id)
    held: Mapped[int] = mapped_column(Id, default=0)
    sold: Mapped[int] = mapped_column(Id, default=0)
    lost: Mapped[int] = mapped_column(Id, default=0)
    unit_price: Mapped[int] = mapped_column(Id)
    landing_price: Mapped[int | None] = mapped_column(Id)
    landed_at: Mapped[datetime] = mapped_column(Instant, index=True)
    best_before: Mapped[datetime] = mapped_column(Instant, index=True)
    grade: Mapped[str | None] = mapped_column(String(40))
    #: A code of `ovop.catalogue.rules.GEARS`, or what a program calls it.
    gear: Mapped[str | None] = mapped_column(String(40))
    #: Which waters or which district, never the ground itself; see `ovop.stock.areas`.
    fishing_area: Mapped[str | None] = mapped_column(String(80))
    vessel_name: Mapped[str | None] = mapped_column(String(60))
    vessel_registration: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: Not offered any more, for whatever reason; orders of it stand unless it was recalled.
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    #: When it was called back because it may harm whoever eats it, and why, as buyers are told.
    recalled_at: Mapped[datetime | None] = mapped_column(Instant)
    recall_reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(Instant)


class Movement(Base):
    """One change of a lot's stock, never altered or deleted.  `quantity` > 0; `kind` says from where to where."""

    __tablename__ = "movement"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    catch_id: Mapped[int] = mapped_column(ForeignKey("catch.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    quantity: Mapped[int] = mapped_column(Id)
    order_number: Mapped[str | None] = mapped_column(ForeignKey("order.number"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(Instant)


class CatchPhoto(Base):
    """A photo of a lot: `key` names its variants in media storage; `credit` is set on an illustration only.

    has_avif, tiny: follow a moment later: whether AVIF files exist, and a placeholder of a few pixels (WebP, base64).
    removed_at: when it was taken away; it is shown nowhere since, and soon gone.
    """

    __tablename__ = "catch_photo"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    catch_id: Mapped[int] = mapped_column(ForeignKey("catch.id"), index=True)
    key: Mapped[str] = mapped_column(String(80))
    width: Mapped[int]
    height: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    credit: Mapped[str] = mapped_column(String(300), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    has_avif: Mapped[bool] = mapped_column(default=False, server_default=false())
    tiny: Mapped[str] = mapped_column(String(200), default="", server_default="")
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
