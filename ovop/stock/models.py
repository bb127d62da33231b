"""Lots on sale, every movement of their stock, and their photos."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false, text
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
        CheckConstraint(
            "handling IN ('live', 'iced', 'uniced', 'chilled', 'frozen', 'ambient')",
            name="handling",
        ),
        CheckConstraint("(first_step_at IS NULL) = (first_step_price IS NULL)", name="first_step"),
        CheckConstraint("(second_step_at IS NULL) = (second_step_price IS NULL)", name="second_step"),
        Index("ix_catch_on_sale", "is_withdrawn", "landed_at", "id"),
        # The few that wait to be counted, among all that ever were.
        Index(
            "ix_catch_planned",
            "cooperative_id",
            "landed_at",
            sqlite_where=text("is_planned"),
            postgresql_where=text("is_planned"),
        ),
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
    #: Before its steps; what is asked at an instant is `pricing.asked_at`.
    unit_price: Mapped[int] = mapped_column(Id)
    landing_price: Mapped[int | None] = mapped_column(Id)
    landed_at: Mapped[datetime] = mapped_column(Instant, index=True)
    best_before: Mapped[datetime] = mapped_column(Instant, index=True)
    grade: Mapped[str | None] = mapped_column(String(40))
    #: A code of `ovop.catalogue.rules.GEARS`, or what a program calls it.
    gear: Mapped[str | None] = mapped_column(String(40))
    #: Which waters or which district, never the ground itself; see `ovop.catalogue.areas`.
    fishing_area: Mapped[str | None] = mapped_column(String(80))
    vessel_name: Mapped[str | None] = mapped_column(String(60))
    vessel_registration: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: Not offered any more, for whatever reason; orders of it stand unless it was recalled.
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    #: When it was called back because it may harm whoever eats it, and why, as buyers are told.
    recalled_at: Mapped[datetime | None] = mapped_column(Instant)
    recall_reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
    #: Offered before it was landed, and not counted since: `caught` is what is hoped for.
    is_planned: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(Instant)
    handling: Mapped[str] = mapped_column(String(8), default="iced", server_default="iced")
    #: When the last time at a pickup point ends that fits it, as far ahead as such times are made.
    last_pickup_at: Mapped[datetime | None] = mapped_column(Instant)
    #: When somebody set the price; none for since it was listed.
    priced_at: Mapped[datetime | None] = mapped_column(Instant)
    #: From when on which lower price is asked, by the rule in force for it.
    first_step_at: Mapped[datetime | None] = mapped_column(Instant)
    first_step_price: Mapped[int | None] = mapped_column(Id)
    second_step_at: Mapped[datetime | None] = mapped_column(Instant)
    second_step_price: Mapped[int | None] = mapped_column(Id)
    #: What who orders much pays per unit, by its product's breaks; see `ovop.stock.break_prices`.
    price_breaks: Mapped[str] = mapped_column(String(80), default="", server_default="")


class PriceRuleChange(Base):
    """How prices of a co-operative's lots, or of one lot, step down was decided; the last one is in force.

    Never altered.  `floor`: rupiah per unit that no step goes below, 0 for none.
    """

    __tablename__ = "price_rule_change"
    __table_args__ = (
        CheckConstraint("kind IN ('on', 'off') OR (kind = 'follow' AND catch_id IS NOT NULL)", name="kind"),
        CheckConstraint("(kind = 'on') = (first_hours IS NOT NULL AND first_percent IS NOT NULL)", name="first"),
        CheckConstraint("(second_hours IS NULL) = (second_percent IS NULL)", name="second"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    catch_id: Mapped[int | None] = mapped_column(ForeignKey("catch.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    first_hours: Mapped[int | None]
    first_percent: Mapped[int | None]
    second_hours: Mapped[int | None]
    second_percent: Mapped[int | None]
    floor: Mapped[int] = mapped_column(Id, default=0)
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class PriceChange(Base):
    """What was asked for a lot from then on, how it would step down, and what who orders much pays; never altered.

    Rupiah per unit.  `cause`: listed, priced by hand, another rule, other breaks, or other times of pickup.
    """

    __tablename__ = "price_change"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    catch_id: Mapped[int] = mapped_column(ForeignKey("catch.id"), index=True)
    cause: Mapped[str] = mapped_column(String(8))
    unit_price: Mapped[int] = mapped_column(Id)
    first_step_at: Mapped[datetime | None] = mapped_column(Instant)
    first_step_price: Mapped[int | None] = mapped_column(Id)
    second_step_at: Mapped[datetime | None] = mapped_column(Instant)
    second_step_price: Mapped[int | None] = mapped_column(Id)
    price_breaks: Mapped[str] = mapped_column(String(80), default="", server_default="")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class Movement(Base):
    """One change of a lot's stock, never altered or deleted.  `quantity` > 0; `kind` says from where to where.

    cause: of a recorded loss, why.  reverses_id: the loss that it takes back.
    """

    __tablename__ = "movement"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index("uq_movement_reverses_id", "reverses_id", unique=True),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    catch_id: Mapped[int] = mapped_column(ForeignKey("catch.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    quantity: Mapped[int] = mapped_column(Id)
    order_number: Mapped[str | None] = mapped_column(ForeignKey("order.number"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(Instant)
    cause: Mapped[str | None] = mapped_column(String(12))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("movement.id"))


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
