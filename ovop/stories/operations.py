"""A story's text and its way to the public page: drafted by members, published by managers, hidden by the office."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor, require_manager, require_role
from ovop.kernel.errors import Invalid, NotFound
from ovop.outside.queue import enqueue
from ovop.stories.drafting import STORY_LETTER_JOB, changed, lock_own_story, lock_story, remember
from ovop.stories.errors import StoryChanged
from ovop.stories.models import Story, StoryPerson, StoryPhoto
from ovop.stories.people import drop_person
from ovop.stories.photos import drop_photo
from ovop.stories.rules import LONGEST_REASON, Change, Words, read_line


def save_words(session: Session, words: Words, seen: int, actor: Actor, now: datetime) -> None:
    """The draft has that title and text.

    seen: the text version that the writer began with.  Raises: StoryChanged when there is a newer one, Forbidden.
    """
    story = lock_own_story(session, actor)
    if (story.draft_title, story.draft_text) == (words.title, words.text):
        return
    if story.text_version != seen:
        raise StoryChanged()
    story.draft_title, story.draft_text = words.title, words.text
    changed(session, story, Change.TEXT, actor, now)
    story.text_version = story.version


def publish(session: Session, seen: int, actor: Actor, now: datetime) -> bool:
    """The public page shows the draft; false when it did already.  People without consent stay unseen.

    seen: the version that was looked at.  Raises: StoryChanged when there is a newer one, Forbidden unless a manager,
    Invalid when there is nothing to show.
    """
    require_manager(actor)
    story = lock_own_story(session, actor)
    if story.version == story.published_version:
        return False
    if story.version != seen:
        raise StoryChanged()
    photos = _publish_photos(session, story.village_code, now)
    people = _publish_people(session, story.village_code, now)
    if not (story.draft_text or photos or people or story.published_version):
        raise Invalid({"text": "required"})
    story.title, story.text = story.draft_title, story.draft_text
    story.published_version, story.published_at = story.version, now
    session.flush()
    remember(session, story.village_code, Change.PUBLISHED, actor, now, title=story.title, text=story.text)
    return True


def hide_story(session: Session, village_code: str, reason: str, actor: Actor, now: datetime) -> None:
    """The public page is without the story, and its co-operatives are told why.

    Raises: Invalid, NotFound, Forbidden.
    """
    require_role(actor, Role.OFFICE)
    reason = read_line(reason, LONGEST_REASON, field="reason", required=True)
    story = _published(session, village_code)
    if story.hidden_at is not None:
        return
    story.hidden_at, story.hidden_reason = now, reason
    session.flush()
    _tell(session, remember(session, village_code, Change.HIDDEN, actor, now, words=reason), now)


def show_story(session: Session, village_code: str, actor: Actor, now: datetime) -> None:
    """The public page shows the story again, and its co-operatives are told.  Raises: NotFound, Forbidden."""
    require_role(actor, Role.OFFICE)
    story = _published(session, village_code)
    if story.hidden_at is None:
        return
    story.hidden_at, story.hidden_reason = None, ""
    session.flush()
    _tell(session, remember(session, village_code, Change.SHOWN, actor, now), now)


def _published(session: Session, village_code: str) -> Story:
    if session.get(Story, village_code) is None:
        raise NotFound()
    story = lock_story(session, village_code)
    if not story.published_version:
        raise NotFound()
    return story


def _publish_photos(session: Session, village_code: str, now: datetime) -> int:
    """The public page has the draft's photos; how many."""
    photos = session.scalars(select(StoryPhoto).where(StoryPhoto.village_code == village_code)).all()
    for photo in photos:
        photo.public_position = photo.position
        if photo.position is None:
            drop_photo(session, photo, now)
    return sum(photo.position is not None for photo in photos)


def _publish_people(session: Session, village_code: str, now: datetime) -> int:
    """The public page has those of the draft's people who have agreed; how many."""
    shown = 0
    for person in session.scalars(
        select(StoryPerson).where(StoryPerson.village_code == village_code, StoryPerson.withdrawn_at.is_(None))
    ).all():
        person.public_position = person.position if person.consented_on is not None else None
        shown += person.public_position is not None
        if person.position is None:
            drop_person(session, person, now)
    return shown


def _tell(session: Session, event_id: int, now: datetime) -> None:
    enqueue(session, STORY_LETTER_JOB, {"event": event_id}, now=now, key=f"{STORY_LETTER_JOB}:{event_id}")
