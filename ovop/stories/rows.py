"""What a story looks like as rows: to the public, and to those who write it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ovop.stories.rules import Change


@dataclass(frozen=True, slots=True)
class StoryPhotoRow:
    """A photo; `key` names its files, the size is that of the largest, in pixels."""

    id: int
    key: str
    width: int
    height: int
    alt: str
    credit: str
    has_avif: bool
    tiny: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody of the village.  photo_key: none without a photo."""

    id: int
    name: str
    role: str
    words: str
    photo_key: str | None
    width: int
    height: int
    has_avif: bool


@dataclass(frozen=True, slots=True)
class StoryRow:
    """A story as somebody reads it."""

    title: str
    paragraphs: tuple[str, ...]
    photos: tuple[StoryPhotoRow, ...]
    people: tuple[PersonRow, ...]


@dataclass(frozen=True, slots=True)
class DraftPerson:
    """Somebody in the draft; noted_by: who wrote down that they agreed.  is_public: as they are here."""

    row: PersonRow
    consented_by: str
    consented_on: date | None
    consent_way: str
    noted_by: str | None
    noted_at: datetime | None
    is_public: bool

    @property
    def has_consent(self) -> bool:
        """Whether they can be shown."""
        return self.consented_on is not None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a village's co-operatives work on.

    leaving: people who are on the public page and no more in the draft.
    """

    village_code: str
    title: str
    text: str
    version: int
    text_version: int
    published_version: int
    published_at: datetime | None
    hidden_at: datetime | None
    hidden_reason: str
    photos: tuple[StoryPhotoRow, ...] = ()
    people: tuple[DraftPerson, ...] = ()
    leaving: tuple[DraftPerson, ...] = ()

    @property
    def has_news(self) -> bool:
        """Whether publishing would change anything."""
        return self.version != self.published_version

    @property
    def as_story(self) -> StoryRow:
        """What the public would see if it were published now."""
        return StoryRow(
            self.title,
            tuple(self.text.split("\n\n")) if self.text else (),
            self.photos,
            tuple(person.row for person in self.people if person.has_consent),
        )


@dataclass(frozen=True, slots=True)
class EventRow:
    """An entry of the history; by: who, cooperative: for whom they worked, empty for the office's people."""

    id: int
    kind: Change
    by: str
    cooperative: str
    person: str
    words: str
    title: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ListedStory:
    """A published story in the office's list."""

    village_code: str
    village: str
    district: str
    title: str
    published_at: datetime
    hidden_at: datetime | None
    people: int
