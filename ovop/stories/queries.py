"""Reading stories: columns for a village's page, the draft, the history, the office's list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account, Cooperative
from ovop.db.nested import nested
from ovop.kernel.errors import NotFound
from ovop.stories.models import Story, StoryEvent, StoryPerson, StoryPhoto
from ovop.stories.rows import Draft, DraftPerson, EventRow, ListedStory, PersonRow, StoryPhotoRow, StoryRow
from ovop.stories.rules import Change, Words
from ovop.villages.models import District, Village

_PHOTO = [getattr(StoryPhoto, name) for name in StoryPhotoRow.__slots__]
_PERSON = [getattr(StoryPerson, name) for name in PersonRow.__slots__]


def story_columns() -> tuple[ColumnElement[Any], ...]:
    """Columns of a statement over villages that `story_of` reads: what the public may see of each one's story."""
    is_shown = Story.village_code == Village.code, Story.published_version > 0, Story.hidden_at.is_(None)
    stories = select(Story.title, Story.text).where(*is_shown)
    photos = (
        select(*_PHOTO)
        .join(Story, Story.village_code == StoryPhoto.village_code)
        .where(*is_shown, StoryPhoto.public_position.is_not(None))
        .order_by(StoryPhoto.public_position, StoryPhoto.id)
    )
    people = (
        select(*_PERSON)
        .join(Story, Story.village_code == StoryPerson.village_code)
        .where(*is_shown, _may_be_shown())
        .order_by(StoryPerson.public_position, StoryPerson.id)
    )
    return (
        nested(stories.correlate(Village), "stories"),
        nested(photos.correlate(Village), "story_photos"),
        nested(people.correlate(Village), "story_people"),
    )


def story_of(stories: list[Mapping[str, Any]], photos: Any, people: Any) -> StoryRow | None:
    """The story in a row with `story_columns`; none where the public sees none."""
    if not stories:
        return None
    words = Words(stories[0]["title"], stories[0]["text"])
    shown = tuple(StoryPhotoRow(**_truly(photo)) for photo in photos)
    told_of = tuple(PersonRow(**_truly(person)) for person in people)
    if not (words.text or shown or told_of):
        return None
    return StoryRow(words.title, words.paragraphs, shown, told_of)


def get_draft(session: Session, village_code: str) -> Draft:
    """What the village's co-operatives work on, an empty one where nobody has begun.  Three queries."""
    story = session.execute(select(*Story.__table__.columns).where(Story.village_code == village_code)).one_or_none()
    if story is None:
        return Draft(village_code, "", "", 0, 0, 0, None, None, "")
    photos = session.execute(
        select(*_PHOTO)
        .where(StoryPhoto.village_code == village_code, StoryPhoto.position.is_not(None))
        .order_by(StoryPhoto.position, StoryPhoto.id)
    )
    people = session.execute(
        _people().where(StoryPerson.village_code == village_code).order_by(StoryPerson.position, StoryPerson.id)
    ).all()
    drafted = [row for row in people if row.position is not None]
    known = {row.who for row in drafted}
    return Draft(
        village_code,
        story.draft_title,
        story.draft_text,
        story.version,
        story.text_version,
        story.published_version,
        story.published_at,
        story.hidden_at,
        story.hidden_reason,
        tuple(StoryPhotoRow(*row) for row in photos),
        tuple(map(_draft_person, drafted)),
        tuple(_draft_person(row) for row in people if row.position is None and row.who not in known),
    )


def find_public_person(session: Session, village_code: str, person_id: int) -> PersonRow | None:
    """That person, when the public may see them now."""
    row = session.execute(
        select(*_PERSON)
        .join(Story, Story.village_code == StoryPerson.village_code)
        .where(
            StoryPerson.id == person_id,
            StoryPerson.village_code == village_code,
            Story.published_version > 0,
            Story.hidden_at.is_(None),
            _may_be_shown(),
        )
    ).one_or_none()
    return PersonRow(*row) if row else None


def find_public_people(session: Session, village_code: str) -> tuple[PersonRow, ...]:
    """Who is on the village's page, whether or not the office hides it."""
    rows = session.execute(
        select(*_PERSON)
        .where(StoryPerson.village_code == village_code, _may_be_shown())
        .order_by(StoryPerson.public_position, StoryPerson.id)
    )
    return tuple(PersonRow(*row) for row in rows)


def get_person(session: Session, village_code: str, person_id: int) -> DraftPerson:
    """That person of the village, in the draft or on the page.  Raises: NotFound."""
    row = session.execute(
        _people().where(StoryPerson.village_code == village_code, StoryPerson.id == person_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    return _draft_person(row)


def is_picture_used(session: Session, key: str) -> bool:
    """Whether any story has the picture `key`."""
    in_photos = select(StoryPhoto.id).where(StoryPhoto.key == key)
    of_people = select(StoryPerson.id).where(StoryPerson.photo_key == key)
    return session.scalar(select(or_(in_photos.exists(), of_people.exists()))) is True


def list_events(session: Session, village_code: str, *, before: int | None = None, limit: int = 30) -> list[EventRow]:
    """The story's history, newest first, older than entry `before`."""
    named = (
        select(func.max(StoryPerson.name)).where(StoryPerson.who == StoryEvent.who).correlate(StoryEvent)
    ).scalar_subquery()
    wanted = [StoryEvent.village_code == village_code]
    if before is not None:
        wanted.append(StoryEvent.id < before)
    rows = session.execute(
        select(
            StoryEvent.id,
            StoryEvent.kind,
            Account.name.label("by"),
            Cooperative.name.label("cooperative"),
            named.label("person"),
            StoryEvent.words,
            StoryEvent.title,
            StoryEvent.text,
            StoryEvent.at,
        )
        .outerjoin(Account, Account.id == StoryEvent.actor_id)
        .outerjoin(Cooperative, Cooperative.id == Account.cooperative_id)
        .where(*wanted)
        .order_by(StoryEvent.id.desc())
        .limit(limit)
    )
    return [
        EventRow(row.id, Change(row.kind), row.by or "", row.cooperative or "", row.person or "", *row[5:])
        for row in rows
    ]


def list_stories(session: Session, *, page: int = 1, per_page: int = 50) -> tuple[list[ListedStory], bool]:
    """Published stories, the latest first, and whether there are more.  One query."""
    people = (
        select(func.count())
        .select_from(StoryPerson)
        .where(StoryPerson.village_code == Story.village_code, _may_be_shown())
        .correlate(Story)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Story.village_code,
            Village.name,
            District.name.label("district"),
            Story.title,
            Story.published_at,
            Story.hidden_at,
            people,
        )
        .join(Village, Village.code == Story.village_code)
        .join(District, District.code == Village.district_code)
        .where(Story.published_version > 0)
        .order_by(Story.published_at.desc(), Story.village_code)
        .limit(per_page + 1)
        .offset((page - 1) * per_page)
    ).all()
    return [ListedStory(*row) for row in rows[:per_page]], len(rows) > per_page


def _may_be_shown() -> ColumnElement[bool]:
    """The constraint says the same: nobody is public who has not agreed."""
    return StoryPerson.public_position.is_not(None) & StoryPerson.consented_on.is_not(None)


def _people() -> Select[*tuple[Any, ...]]:
    return (
        select(
            *_PERSON,
            StoryPerson.who,
            StoryPerson.position,
            StoryPerson.public_position,
            StoryPerson.consented_by,
            StoryPerson.consented_on,
            StoryPerson.consent_way,
            Account.name.label("noted_by_name"),
            StoryPerson.noted_at,
        )
        .outerjoin(Account, Account.id == StoryPerson.noted_by)
        .where(StoryPerson.withdrawn_at.is_(None))
    )


def _draft_person(row: Any) -> DraftPerson:
    return DraftPerson(
        PersonRow(*row[: len(_PERSON)]),
        row.consented_by,
        row.consented_on,
        row.consent_way,
        row.noted_by_name,
        row.noted_at,
        row.public_position is not None,
    )


def _truly(row: Mapping[str, Any]) -> dict[str, Any]:
    """`row` with its flag as one: SQLite's JSON has numbers for it."""
    return {**row, "has_avif": bool(row["has_avif"])}
