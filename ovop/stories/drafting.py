"""What every change of a story begins and ends with: whose it is, its lock, its place in the history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.accounts.rules import Actor, cooperative_of
from ovop.kernel.errors import Forbidden
from ovop.outside.queue import enqueue
from ovop.stories.models import Story, StoryEvent, StoryPerson, StoryPhoto
from ovop.stories.rules import Change

#: The outbox's jobs about a story's pictures, and the one that tells its writers what the office did.
FINISH_STORY_PHOTO_JOB = "finish-story-photo"
CLEAR_STORY_PHOTO_JOB = "clear-story-photo"
STORY_LETTER_JOB = "story-letter"


def village_of(session: Session, actor: Actor | None) -> str:
    """The village whose story `actor` may draft: that of their co-operative, while it is active.  Raises: Forbidden."""
    wanted = select(Cooperative.village_code).where(
        Cooperative.id == cooperative_of(actor), Cooperative.is_active.is_(True)
    )
    code = session.scalar(wanted)
    if code is None:
        raise Forbidden(reason="role")
    return code


def lock_story(session: Session, village_code: str) -> Story:
    """The village's story, an empty one where there was none, which nobody else changes now."""
    story = session.get(Story, village_code, with_for_update=True)
    if story is None:
        story = Story(village_code=village_code, version=0, text_version=0, published_version=0)
        session.add(story)
        session.flush()
    return story


def lock_own_story(session: Session, actor: Actor | None) -> Story:
    """As `lock_story`, of `actor`'s village.  Raises: Forbidden."""
    return lock_story(session, village_of(session, actor))


def changed(
    session: Session,
    story: Story,
    kind: Change,
    actor: Actor,
    now: datetime,
    *,
    who: str | None = None,
    words: str = "",
) -> None:
    """The draft is another version than before, and the history says why."""
    story.version += 1
    session.flush()
    remember(session, story.village_code, kind, actor, now, who=who, words=words)


def remember(
    session: Session,
    village_code: str,
    kind: Change,
    actor: Actor,
    now: datetime,
    *,
    who: str | None = None,
    words: str = "",
    title: str = "",
    text: str = "",
) -> int:
    """The history has one more entry; its id."""
    values = {
        "village_code": village_code,
        "kind": kind.value,
        "actor_id": actor.id,
        "who": who,
        "words": words,
        "title": title,
        "text": text,
        "at": now,
    }
    return session.execute(insert(StoryEvent).values(values).returning(StoryEvent.id)).scalar_one()


def place(session: Session, model: type[StoryPhoto | StoryPerson], order: Sequence[int]) -> None:
    """The draft shows those rows in that order."""
    for position, row_id in enumerate(order):
        session.execute(update(model).where(model.id == row_id).values(position=position))


def finish_later(session: Session, key: str, width: int, now: datetime) -> None:
    """What is slow to make of the picture is made after the commit, once."""
    enqueue(session, FINISH_STORY_PHOTO_JOB, {"key": key, "width": width}, now=now, key=f"finish-story-photo:{key}")


def clear_later(session: Session, key: str, width: int, now: datetime, run_at: datetime) -> None:
    """The picture's files go then, unless some story still has it."""
    enqueue(session, CLEAR_STORY_PHOTO_JOB, {"key": key, "width": width}, now=now, run_at=run_at)
