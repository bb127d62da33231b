"""Stories of villages: what is published and what is drafted, photos, people with their consent, who changed what."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class Story(Base):
    """A village's one story, whoever of its co-operatives writes it.

    version: grows with every change of the draft; `published_version` is that which the public sees, 0 for none.
    hidden_…: the office has taken it from the page, and why.
    """

    __tablename__ = "village_story"
    __table_args__ = (
        CheckConstraint("(published_version = 0) = (published_at IS NULL)", name="published"),
        CheckConstraint("published_version BETWEEN 0 AND version AND text_version <= version", name="version"),
        CheckConstraint("(hidden_at IS NULL) = (hidden_reason = '')", name="hidden"),
    )

    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"), primary_key=True)
    title: Mapped[str] = mapped_column(String(80), default="", server_default="")
    text: Mapped[str] = mapped_column(Text, default="", server_default="")
    draft_title: Mapped[str] = mapped_column(String(80), default="", server_default="")
    draft_text: Mapped[str] = mapped_column(Text, default="", server_default="")
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    #: The version since which the draft's text has been as it is.
    text_version: Mapped[int] = mapped_column(default=0, server_default="0")
    published_version: Mapped[int] = mapped_column(default=0, server_default="0")
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    hidden_at: Mapped[datetime | None] = mapped_column(Instant)
    hidden_reason: Mapped[str] = mapped_column(String(300), default="", server_default="")


class StoryPhoto(Base):
    """A photo of a story; never altered once it is public: what changes is another row with the same files.

    position, public_position: its place in the draft and on the public page; none where it is not.
    credit: set on an illustration only.  has_avif, tiny: as of a lot's photos.
    """

    __tablename__ = "story_photo"
    __table_args__ = (CheckConstraint("alt <> ''", name="alt"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"), index=True)
    key: Mapped[str] = mapped_column(String(80), index=True)
    width: Mapped[int]
    height: Mapped[int]
    alt: Mapped[str] = mapped_column(String(160))
    credit: Mapped[str] = mapped_column(String(300), default="", server_default="")
    has_avif: Mapped[bool] = mapped_column(default=False, server_default=false())
    tiny: Mapped[str] = mapped_column(String(200), default="", server_default="")
    position: Mapped[int | None]
    public_position: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(Instant)


class StoryPerson(Base):
    """Somebody of the village, or what is left when they took their consent back: that they did, and nothing of them.

    who: the same for all rows of one person: the one that is public, and what the draft makes of it.
    key: of their photo, which only those get who may see it now; none without one.
    """

    __tablename__ = "story_person"
    __table_args__ = (
        CheckConstraint(
            "(consented_on IS NULL) = (consented_by = '') AND (consented_on IS NULL) = (consent_way = '')"
            " AND (consented_on IS NULL) = (noted_by IS NULL) AND (consented_on IS NULL) = (noted_at IS NULL)",
            name="consent",
        ),
        CheckConstraint("public_position IS NULL OR consented_on IS NOT NULL", name="shown"),
        CheckConstraint(
            "withdrawn_at IS NULL OR (name = '' AND role = '' AND words = '' AND photo_key IS NULL"
            " AND consented_on IS NULL AND position IS NULL AND public_position IS NULL)",
            name="withdrawn",
        ),
        CheckConstraint("withdrawn_at IS NOT NULL OR name <> ''", name="named"),
        Index("ix_story_person_who", "who"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"), index=True)
    who: Mapped[str] = mapped_column(String(26))
    name: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(60))
    words: Mapped[str] = mapped_column(String(280))
    photo_key: Mapped[str | None] = mapped_column(String(80), index=True)
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    has_avif: Mapped[bool] = mapped_column(default=False, server_default=false())
    position: Mapped[int | None]
    public_position: Mapped[int | None]
    consented_by: Mapped[str] = mapped_column(String(60), default="", server_default="")
    consented_on: Mapped[date | None]
    consent_way: Mapped[str] = mapped_column(String(8), default="", server_default="")
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    noted_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)


class StoryEvent(Base):
    """Who changed what.  `words`: the office's reason, or what a photo shows; title, text: what was published.

    who: whom it was about; their name is known as long as they are.
    """

    __tablename__ = "story_event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    who: Mapped[str | None] = mapped_column(String(26))
    words: Mapped[str] = mapped_column(String(300), default="", server_default="")
    title: Mapped[str] = mapped_column(String(80), default="", server_default="")
    text: Mapped[str] = mapped_column(Text, default="", server_default="")
    at: Mapped[datetime] = mapped_column(Instant)
