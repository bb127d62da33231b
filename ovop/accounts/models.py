"""Co-operatives, the people who sign in, their tokens, and the answers remembered for repeated requests."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class Role(StrEnum):
    """What an account may do; the values are the command line's."""

    BUYER = "buyer"
    COOPERATIVE = "cooperative"
    OFFICE = "office"
    ADMIN = "admin"


class Cooperative(Base):
    """Sells for one village."""

    __tablename__ = "cooperative"
    __table_args__ = (
        CheckConstraint("tax_basis_points BETWEEN 0 AND 10000 AND dues_basis_points BETWEEN 0 AND 10000", name="rates"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"), index=True)
    phone: Mapped[str | None] = mapped_column(String(20))
    about: Mapped[str] = mapped_column(Text, default="", server_default="")
    allows_cash: Mapped[bool] = mapped_column(default=True)
    qris_payload: Mapped[str | None] = mapped_column(String(512))
    #: Where the market pays what it owes.
    bank_name: Mapped[str] = mapped_column(String(60), default="", server_default="")
    bank_account: Mapped[str] = mapped_column(String(34), default="", server_default="")
    bank_holder: Mapped[str] = mapped_column(String(120), default="", server_default="")
    #: Of a taxable firm: its number, and the rate that its prices include; 0 where no tax is charged.
    tax_number: Mapped[str] = mapped_column(String(30), default="", server_default="")
    tax_basis_points: Mapped[int] = mapped_column(default=0, server_default="0")
    #: What it keeps of its members' shares.
    dues_basis_points: Mapped[int] = mapped_column(default=0, server_default="0")
    stripe_account: Mapped[str | None] = mapped_column(String(255), unique=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)


class Account(Base):
    """Somebody who signs in, by e-mail or Indonesian mobile number (``+628…``)."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("role IN ('buyer', 'cooperative', 'office', 'admin')", name="role"),
        CheckConstraint("(role = 'cooperative') = (cooperative_id IS NOT NULL)", name="member"),
        CheckConstraint("deleted_at IS NOT NULL OR email IS NOT NULL OR phone IS NOT NULL", name="reachable"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    phone: Mapped[str | None] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(12))
    cooperative_id: Mapped[int | None] = mapped_column(ForeignKey("cooperative.id"), index=True)
    #: Of a co-operative's member: may change its team and where its money goes.
    is_manager: Mapped[bool] = mapped_column(default=True, server_default=true())
    #: Of the office: reads what it reads, and changes nothing.
    is_guest: Mapped[bool] = mapped_column(default=False, server_default=false())
    language: Mapped[str] = mapped_column(String(2), default="id")
    #: Part of every session; changing it signs the account out everywhere.
    session_stamp: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(Instant)
    deleted_at: Mapped[datetime | None] = mapped_column(Instant)


class Invitation(Base):
    """A link that makes whoever opens it first a member of a co-operative; only its token's SHA-256 is kept.

    `ended_at`: when it was accepted or taken back.
    """

    __tablename__ = "invitation"
    __table_args__ = (CheckConstraint("accepted_by IS NULL OR ended_at IS NOT NULL", name="accepted"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    is_manager: Mapped[bool]
    invited_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class ApiToken(Base):
    """A key to the API; only its SHA-256 is kept."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class RememberedAnswer(Base):
    """The first answer to a request that carried an idempotency key, given again to its repeats."""

    __tablename__ = "remembered_answer"
    __table_args__ = (Index("ix_remembered_answer_at", "at"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    #: SHA-256 of operation and body: the same key with another body is refused.
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)


class SavedPlace(Base):
    """A place that a buyer keeps for distances to start from: personal, and gone with the account."""

    __tablename__ = "saved_place"
    __table_args__ = (
        UniqueConstraint("account_id", "name"),
        CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="place"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(String(40))
    latitude: Mapped[float]
    longitude: Mapped[float]
    created_at: Mapped[datetime] = mapped_column(Instant)
