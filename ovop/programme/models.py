"""Proposals of flagships, papers, criteria in versions, readiness in the eyes of two people, certificates."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class Proposal(Base):
    """A co-operative asks that its village stand for a product, and what the office decided.  Never deleted.

    decided_on: the day that the decision bears; decided_at: when it was noted here.
    """

    __tablename__ = "flagship_proposal"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'agreed', 'refused', 'withdrawn')", name="status"),
        CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(status = 'agreed') = (flagship_id IS NOT NULL)", name="flagship"),
        CheckConstraint(
            "status NOT IN ('agreed', 'refused')"
            " OR (decided_on IS NOT NULL AND decision_number <> '' AND decision_reason <> '')",
            name="reasoned",
        ),
        Index(
            "uq_flagship_proposal_open",
            "cooperative_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"), index=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    reasons: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_on: Mapped[date | None]
    decision_number: Mapped[str] = mapped_column(String(80), default="", server_default="")
    decision_reason: Mapped[str] = mapped_column(String(600), default="", server_default="")
    flagship_id: Mapped[int | None] = mapped_column(ForeignKey("flagship.id"))


class Paper(Base):
    """A file of a product's dossier: evidence for a criterion, or the decision by which stars were given.

    kind: a criterion, or ``stars``.  key: where it lies; only the office and its co-operative get it.
    """

    __tablename__ = "programme_paper"
    __table_args__ = (
        CheckConstraint("ending IN ('pdf', 'jpg') AND size > 0", name="file"),
        CheckConstraint("(kind = 'stars') = (stars_id IS NOT NULL)", name="stars"),
        # The same file twice, as when a form is sent again, is one paper.
        Index(
            "uq_programme_paper_once",
            "product_id",
            "kind",
            "sha256",
            unique=True,
            sqlite_where=text("removed_at IS NULL AND stars_id IS NULL"),
            postgresql_where=text("removed_at IS NULL AND stars_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    stars_id: Mapped[int | None] = mapped_column(ForeignKey("stars.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(80), index=True)
    ending: Mapped[str] = mapped_column(String(4))
    #: Bytes.
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    added_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    added_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)


class CriteriaVersion(Base):
    """A set of criteria from a day on; never altered: a change is the next version."""

    __tablename__ = "programme_criteria"

    version: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    note: Mapped[str] = mapped_column(String(300), default="", server_default="")
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)


class CriterionRow(Base):
    """One criterion of a version; threshold: months, rupiah or percent, 0 where there is none."""

    __tablename__ = "programme_criterion"
    __table_args__ = (CheckConstraint("points > 0 AND threshold >= 0", name="worth"),)

    version: Mapped[int] = mapped_column(ForeignKey("programme_criteria.version"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    points: Mapped[int]
    threshold: Mapped[int] = mapped_column(Id)
    is_required: Mapped[bool]


class Readiness(Base):
    """How ready a product is by the criteria of one version, as somebody of the office found and another confirmed.

    criteria_version: 0 is the set that the market comes with.
    """

    __tablename__ = "readiness"
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'confirmed', 'refused')", name="status"),
        CheckConstraint(
            "(status = 'waiting') = (decided_by IS NULL) AND (status = 'waiting') = (decided_at IS NULL)",
            name="decided",
        ),
        CheckConstraint("decided_by IS NULL OR decided_by <> made_by", name="two_people"),
        CheckConstraint("status <> 'refused' OR words <> ''", name="words"),
        CheckConstraint("points BETWEEN 0 AND most_points", name="points"),
        Index(
            "uq_readiness_waiting",
            "product_id",
            unique=True,
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    criteria_version: Mapped[int] = mapped_column(Id)
    points: Mapped[int]
    most_points: Mapped[int]
    is_ready: Mapped[bool]
    as_of: Mapped[date]
    status: Mapped[str] = mapped_column(String(10))
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    words: Mapped[str] = mapped_column(String(600), default="", server_default="")


class ReadinessItem(Base):
    """One criterion as it was found: with its worth then, its number, and how many papers stood behind it.

    value, base: 9 of 12 months, 4 repeat buyers of 20; base 0 where there is none.
    """

    __tablename__ = "readiness_item"

    readiness_id: Mapped[int] = mapped_column(ForeignKey("readiness.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    points: Mapped[int]
    threshold: Mapped[int] = mapped_column(Id)
    is_required: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10))
    why: Mapped[str] = mapped_column(String(20), default="", server_default="")
    value: Mapped[int] = mapped_column(Id)
    base: Mapped[int] = mapped_column(Id)
    number: Mapped[str] = mapped_column(String(40), default="", server_default="")
    until: Mapped[date | None]
    papers: Mapped[int]


class Certificate(Base):
    """A printed certificate: names as they were when it was issued; `code` is what its QR code leads to."""

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint("(withdrawn_on IS NULL) = (withdrawn_reason = '')", name="withdrawn"),
        CheckConstraint("expires_on > issued_on", name="time"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(14), unique=True)
    readiness_id: Mapped[int] = mapped_column(ForeignKey("readiness.id"), unique=True)
    flagship_id: Mapped[int] = mapped_column(ForeignKey("flagship.id"), index=True)
    stars_id: Mapped[int | None] = mapped_column(ForeignKey("stars.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    product_name: Mapped[str] = mapped_column(String(80))
    cooperative_name: Mapped[str] = mapped_column(String(120))
    village_name: Mapped[str] = mapped_column(String(80))
    district_name: Mapped[str] = mapped_column(String(80))
    number: Mapped[str] = mapped_column(String(80))
    issued_on: Mapped[date]
    expires_on: Mapped[date]
    issued_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    withdrawn_on: Mapped[date | None]
    withdrawn_reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
