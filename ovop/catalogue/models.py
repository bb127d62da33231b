"""Species, what is advised about their size, products, and One Village One Product's flagships and stars."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class Species(Base):
    """`code` is FAO ASFIS 3-alpha; two species may share an Indonesian name."""

    __tablename__ = "species"

    code: Mapped[str] = mapped_column(String(3), primary_key=True)
    scientific_name: Mapped[str] = mapped_column(String(80))
    name_id: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    other_names: Mapped[str] = mapped_column(String(200), default="")
    category: Mapped[str] = mapped_column(String(20), index=True)
    habitat: Mapped[str] = mapped_column(String(20))


class SizeAdvice(Base):
    """One sentence of a regulation on size or condition: shown as advice, never used to block (data README)."""

    __tablename__ = "size_advice"

    rule_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    species_code: Mapped[str] = mapped_column(ForeignKey("species.code"), primary_key=True)
    measure: Mapped[str] = mapped_column(String(40))
    operator: Mapped[str] = mapped_column(String(12))
    value: Mapped[float | None]
    unit: Mapped[str] = mapped_column(String(8), default="")
    condition: Mapped[str] = mapped_column(String(200), default="")
    regulation: Mapped[str] = mapped_column(String(80))
    is_in_force: Mapped[bool]


class Product(Base):
    """What a co-operative sells again and again, with what stands on its label (`ovop.catalogue.labels`)."""

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("storage IN ('ambient', 'chilled', 'frozen')", name="storage"),
        CheckConstraint("net_grams > 0", name="net_grams"),
        CheckConstraint("pirt_until IS NULL OR pirt <> ''", name="pirt"),
        CheckConstraint("halal_until IS NULL OR halal <> ''", name="halal"),
        CheckConstraint("photo_key = '' OR (photo_width > 0 AND photo_height > 0)", name="photo"),
        CheckConstraint("(measure = 'weight') = (unit = 'kg')", name="unit"),
        CheckConstraint("measure IN ('weight', 'count') AND unit IN ('kg', 'piece', 'pack')", name="measure"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    species_code: Mapped[str] = mapped_column(ForeignKey("species.code"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    form: Mapped[str] = mapped_column(String(12))
    measure: Mapped[str] = mapped_column(String(8))
    unit: Mapped[str] = mapped_column(String(8))
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    storage: Mapped[str | None] = mapped_column(String(8))
    #: The warmest it may be kept, °C.
    keep_at: Mapped[int | None]
    ingredients: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: Codes, parted by spaces.
    allergens: Mapped[str] = mapped_column(String(120), default="", server_default="")
    net_grams: Mapped[int | None] = mapped_column(Id)
    #: One a line.
    grades: Mapped[str] = mapped_column(String(400), default="", server_default="")
    #: Who orders much pays less; see `ovop.catalogue.price_breaks`.
    price_breaks: Mapped[str] = mapped_column(String(60), default="", server_default="")
    pirt: Mapped[str] = mapped_column(String(20), default="", server_default="")
    pirt_until: Mapped[date | None]
    halal: Mapped[str] = mapped_column(String(20), default="", server_default="")
    halal_until: Mapped[date | None]
    #: Stands in where a lot has no photo, and is kept as those are; none while the key is empty.
    photo_key: Mapped[str] = mapped_column(String(80), default="", server_default="", index=True)
    photo_width: Mapped[int | None]
    photo_height: Mapped[int | None]
    photo_has_avif: Mapped[bool] = mapped_column(default=False, server_default=false())
    photo_tiny: Mapped[str] = mapped_column(String(200), default="", server_default="")


class Flagship(Base):
    """The product a village stood for from a day on; at most one in force per village."""

    __tablename__ = "flagship"
    __table_args__ = (
        Index(
            "uq_flagship_in_force",
            "village_code",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    decided_on: Mapped[date]
    decision_number: Mapped[str] = mapped_column(String(80), default="")
    ended_on: Mapped[date | None]


class Stars(Base):
    """Stars that a named authority gave to a product for a time; never a bare number.

    family: which of the two programmes gave them; nothing where nobody noted it.
    """

    __tablename__ = "stars"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        CheckConstraint("(withdrawn_on IS NULL) = (withdrawn_reason = '')", name="withdrawn"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    level: Mapped[int]
    issuer: Mapped[str] = mapped_column(String(120))
    year: Mapped[int]
    expires_on: Mapped[date | None]
    decision_number: Mapped[str] = mapped_column(String(80), default="")
    family: Mapped[str] = mapped_column(String(12), default="", server_default="")
    withdrawn_on: Mapped[date | None]
    withdrawn_reason: Mapped[str] = mapped_column(String(300), default="", server_default="")


class ProductRating(Base):
    """What buyers' ratings of a product come to: how many buyers, and the sum of their 1 to 5.

    Kept by `ovop.reviews`, apart from the product, whose row says what its co-operative does.
    """

    __tablename__ = "product_rating"
    __table_args__ = (CheckConstraint("buyers >= 0 AND total BETWEEN buyers AND 5 * buyers", name="total"),)

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    buyers: Mapped[int]
    total: Mapped[int]
