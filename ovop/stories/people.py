"""The people of a story: told of, shown only with consent that somebody noted, and gone when they take it back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor, require_role
from ovop.kernel.errors import Invalid, NotFound
from ovop.kernel.ids import CHANCE, Chance, new_id
from ovop.stock.flows import StoredPhoto
from ovop.stock.photo_rules import PhotoStep, moved
from ovop.stories.drafting import changed, clear_later, finish_later, lock_own_story, lock_story, place, village_of
from ovop.stories.models import Story, StoryEvent, StoryPerson, StoryPhoto
from ovop.stories.photos import drop_photo
from ovop.stories.rules import MOST_PEOPLE, Change, NewPerson, Words, names_any, without_names

_NOBODY = {"name": "", "role": "", "words": "", "photo_key": None, "width": 0, "height": 0, "has_avif": False}
_NO_CONSENT = {"consented_by": "", "consented_on": None, "consent_way": "", "noted_by": None, "noted_at": None}


def add_person(
    session: Session, new: NewPerson, photo: StoredPhoto | None, actor: Actor, now: datetime, chance: Chance = CHANCE
) -> int:
    """The draft tells of one more person; the row's id.  Raises: Invalid, Forbidden."""
    story = lock_own_story(session, actor)
    drafted = _drafted(session, story.village_code)
    if len(drafted) >= MOST_PEOPLE:
        raise Invalid({"name": "too-many"})
    person = StoryPerson(
        village_code=story.village_code, who=new_id(now, chance).lower(), position=len(drafted), created_at=now
    )
    _fill(person, new, actor, now)
    _picture(session, person, photo, now)
    session.add(person)
    changed(session, story, Change.PERSON_ADDED, actor, now, who=person.who)
    if new.consent:
        changed(session, story, Change.CONSENT_NOTED, actor, now, who=person.who)
    return person.id


def change_person(
    session: Session,
    person_id: int,
    new: NewPerson,
    photo: StoredPhoto | None,
    actor: Actor,
    now: datetime,
    *,
    keeps_photo: bool = True,
) -> int:
    """The draft tells so of the person; the public page keeps what it shows.  Answers the row's id.

    photo: replaces the one before.  keeps_photo: else there is none any more.  Raises: Invalid, NotFound, Forbidden.
    """
    story = lock_own_story(session, actor)
    person = _get(session, story.village_code, person_id)
    had_consent = person.consented_on is not None
    if person.public_position is not None:
        copied = ("village_code", "who", "photo_key", "width", "height", "has_avif", "position", "created_at")
        draft = StoryPerson(**{name: getattr(person, name) for name in copied})
        person.position = None
        session.add(draft)
        person = draft
    _fill(person, new, actor, now)
    if photo is not None or not keeps_photo:
        if person.photo_key is not None:
            clear_later(session, person.photo_key, person.width, now, now)
        person.photo_key, person.width, person.height, person.has_avif = None, 0, 0, False
        _picture(session, person, photo, now)
    changed(session, story, Change.PERSON_CHANGED, actor, now, who=person.who)
    if new.consent and not had_consent:
        changed(session, story, Change.CONSENT_NOTED, actor, now, who=person.who)
    return person.id


def remove_person(session: Session, person_id: int, actor: Actor, now: datetime) -> None:
    """The draft tells of the person no more.  Raises: NotFound, Forbidden."""
    story = lock_own_story(session, actor)
    person = _get(session, story.village_code, person_id)
    who = person.who
    if person.public_position is None:
        drop_person(session, person, now)
    else:
        person.position = None
    changed(session, story, Change.PERSON_REMOVED, actor, now, who=who)


def move_person(session: Session, person_id: int, step: PhotoStep, actor: Actor, now: datetime) -> None:
    """The person stands first, or one place earlier or later, in the draft.  Raises: NotFound, Forbidden."""
    story = lock_own_story(session, actor)
    before = _drafted(session, story.village_code)
    if person_id not in before:
        raise NotFound()
    after = moved(before, person_id, step)
    if after != before:
        place(session, StoryPerson, after)
        changed(session, story, Change.ARRANGED, actor, now)


def withdraw_consent(session: Session, person_id: int, actor: Actor, now: datetime) -> list[tuple[str, int]]:
    """Nothing of the person is left anywhere, at once; answers key and width of their pictures, whose files go too.

    Paragraphs, titles and photos that name them go as well, in the draft, on the page and in the history.
    Any member of the village's co-operatives and the office may do it.  Raises: NotFound, Forbidden.
    """
    person = session.get(StoryPerson, person_id)
    _require_near(session, actor, person)
    assert person is not None  # else it was not found
    story = lock_story(session, person.village_code)
    rows = session.scalars(select(StoryPerson).where(StoryPerson.who == person.who)).all()
    if all(row.withdrawn_at is not None for row in rows):
        return []
    names = {row.name for row in rows if row.name}
    pictures = {(row.photo_key, row.width) for row in rows if row.photo_key is not None}
    _forget_names(session, story, names, now)
    for row in rows:
        for name, value in {**_NOBODY, **_NO_CONSENT, "position": None, "public_position": None}.items():
            setattr(row, name, value)
        row.withdrawn_at = now
    for key, width in pictures:
        clear_later(session, key, width, now, now)
    changed(session, story, Change.CONSENT_WITHDRAWN, actor, now, who=person.who)
    return sorted(pictures)


def drop_person(session: Session, person: StoryPerson, now: datetime) -> None:
    """The row is gone, and its picture follows unless another row has it."""
    if person.photo_key is not None:
        clear_later(session, person.photo_key, person.width, now, now)
    session.execute(delete(StoryPerson).where(StoryPerson.id == person.id))


def finish_people(session: Session, key: str, *, has_avif: bool) -> None:
    """The people with the picture `key` have, as told, AVIF files of it."""
    session.execute(update(StoryPerson).where(StoryPerson.photo_key == key).values(has_avif=has_avif))


def _require_near(session: Session, actor: Actor | None, person: StoryPerson | None) -> None:
    member = require_role(actor, Role.COOPERATIVE, Role.OFFICE)
    if person is None or (member.role is Role.COOPERATIVE and village_of(session, member) != person.village_code):
        raise NotFound()


def _forget_names(session: Session, story: Story, names: set[str], now: datetime) -> None:
    """No word of the story, no photo of it and no entry of its history names these people."""
    public = without_names(Words(story.title, story.text), names)
    draft = without_names(Words(story.draft_title, story.draft_text), names)
    story.title, story.text = public.title, public.text
    story.draft_title, story.draft_text = draft.title, draft.text
    for photo in session.scalars(select(StoryPhoto).where(StoryPhoto.village_code == story.village_code)).all():
        if names_any(photo.alt, names):
            drop_photo(session, photo, now)
    for event in session.scalars(select(StoryEvent).where(StoryEvent.village_code == story.village_code)).all():
        kept = without_names(Words(event.title, event.text), names)
        event.title, event.text = kept.title, kept.text
        if names_any(event.words, names):
            event.words = ""


def _fill(person: StoryPerson, new: NewPerson, actor: Actor, now: datetime) -> None:
    person.name, person.role, person.words = new.name, new.role, new.words
    if new.consent is None:
        for name, value in _NO_CONSENT.items():
            setattr(person, name, value)
    else:
        person.consented_by, person.consented_on = new.consent.by, new.consent.on
        person.consent_way, person.noted_by, person.noted_at = new.consent.way.value, actor.id, now


def _picture(session: Session, person: StoryPerson, photo: StoredPhoto | None, now: datetime) -> None:
    if photo is not None:
        person.photo_key, person.width, person.height = photo.key, photo.width, photo.height
        finish_later(session, photo.key, photo.width, now)


def _get(session: Session, village_code: str, person_id: int) -> StoryPerson:
    person = session.get(StoryPerson, person_id)
    if person is None or person.village_code != village_code or person.position is None:
        raise NotFound()
    return person


def _drafted(session: Session, village_code: str) -> list[int]:
    return list(
        session.scalars(
            select(StoryPerson.id)
            .where(StoryPerson.village_code == village_code, StoryPerson.position.is_not(None))
            .order_by(StoryPerson.position, StoryPerson.id)
        )
    )
