"""Browsers that take messages, and people's choices."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, true
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class PushDevice(Base):
    """A browser in which its owner allowed messages.  endpoint_hash: SHA-256 of the address, which may be long.

    One row for a browser: whoever signs in there next takes it over.
    """

    __tablename__ = "push_device"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    endpoint: Mapped[str] = mapped_column(Text)
    endpoint_hash: Mapped[str] = mapped_column(String(64), unique=True)
    p256dh: Mapped[str] = mapped_column(String(120))
    auth: Mapped[str] = mapped_column(String(40))
    #: What the browser calls itself, shortened to what its owner knows it by.
    label: Mapped[str] = mapped_column(String(40), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)


class NoticeChoice(Base):
    """What an account chose to hear of; without a row everything, as `rules.Choices` has it."""

    __tablename__ = "notice_choice"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    news_by_mail: Mapped[bool] = mapped_column(default=True, server_default=true())
    orders_by_push: Mapped[bool] = mapped_column(default=True, server_default=true())
    news_by_push: Mapped[bool] = mapped_column(default=True, server_default=true())
    changed_at: Mapped[datetime] = mapped_column(Instant)
