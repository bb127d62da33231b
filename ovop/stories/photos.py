"""A story's photos in its draft: added with words for those who do not see them, put in order, taken away."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor
from ovop.kernel.errors import Invalid, NotFound
from ovop.stock.flows import StoredPhoto
from ovop.stock.photo_rules import PhotoStep, moved
from ovop.stories.drafting import changed, clear_later, finish_later, lock_own_story, place
from ovop.stories.models import StoryPhoto
from ovop.stories.rules import LONGEST_ALT, MOST_PHOTOS, Change, read_line


def add_photo(session: Session, photo: StoredPhoto, alt: str, actor: Actor, now: datetime) -> int:
    """The stored picture is the draft's last photo, once; its id.  Raises: Invalid, Forbidden."""
    alt = read_line(alt, LONGEST_ALT, field="alt", required=True)
    story = lock_own_story(session, actor)
    drafted = _drafted(session, story.village_code)
    for photo_id, key in drafted.items():
        if key == photo.key:
            return photo_id
    if len(drafted) >= MOST_PHOTOS:
        raise Invalid({"photo": "too-many"})
    photo_id = session.execute(
        insert(StoryPhoto)
        .values(
            village_code=story.village_code,
            key=photo.key,
            width=photo.width,
            height=photo.height,
            credit=photo.credit,
            alt=alt,
            created_at=now,
        )
        .returning(StoryPhoto.id)
    ).scalar_one()
    place(session, StoryPhoto, [*drafted, photo_id])
    finish_later(session, photo.key, photo.width, now)
    changed(session, story, Change.PHOTO_ADDED, actor, now, words=alt)
    return photo_id


def change_photo(session: Session, photo_id: int, alt: str, actor: Actor, now: datetime) -> None:
    """The draft's photo has those words; the public page keeps its own.  Raises: Invalid, NotFound, Forbidden."""
    story = lock_own_story(session, actor)
    photo = _get(session, story.village_code, photo_id)
    alt = read_line(alt, LONGEST_ALT, field="alt", required=True)
    if photo.alt == alt:
        return
    if photo.public_position is None:
        photo.alt = alt
    else:
        copied = ("village_code", "key", "width", "height", "credit", "has_avif", "tiny", "position", "created_at")
        session.add(StoryPhoto(alt=alt, **{name: getattr(photo, name) for name in copied}))
        photo.position = None
    changed(session, story, Change.PHOTO_CHANGED, actor, now, words=alt)


def remove_photo(session: Session, photo_id: int, actor: Actor, now: datetime) -> None:
    """The draft is without the photo; its files go when the public page is too.  Raises: NotFound, Forbidden."""
    story = lock_own_story(session, actor)
    photo = _get(session, story.village_code, photo_id)
    words = photo.alt
    if photo.public_position is None:
        drop_photo(session, photo, now)
    else:
        photo.position = None
    changed(session, story, Change.PHOTO_REMOVED, actor, now, words=words)


def move_photo(session: Session, photo_id: int, step: PhotoStep, actor: Actor, now: datetime) -> None:
    """The photo stands first, or one place earlier or later, in the draft.  Raises: NotFound, Forbidden."""
    story = lock_own_story(session, actor)
    before = list(_drafted(session, story.village_code))
    if photo_id not in before:
        raise NotFound()
    after = moved(before, photo_id, step)
    if after != before:
        place(session, StoryPhoto, after)
        changed(session, story, Change.ARRANGED, actor, now)


def drop_photo(session: Session, photo: StoryPhoto, now: datetime) -> None:
    """The row is gone, and its files follow unless another row has them."""
    clear_later(session, photo.key, photo.width, now, now)
    session.execute(delete(StoryPhoto).where(StoryPhoto.id == photo.id))


def finish_photos(session: Session, key: str, tiny: str, *, has_avif: bool) -> None:
    """All photos with the picture `key` have their placeholder and, as told, AVIF files."""
    session.execute(update(StoryPhoto).where(StoryPhoto.key == key).values(tiny=tiny, has_avif=has_avif))


def _get(session: Session, village_code: str, photo_id: int) -> StoryPhoto:
    photo = session.get(StoryPhoto, photo_id)
    if photo is None or photo.village_code != village_code or photo.position is None:
        raise NotFound()
    return photo


def _drafted(session: Session, village_code: str) -> dict[int, str]:
    """Keys of the draft's photos, by id, in their order."""
    rows = session.execute(
        select(StoryPhoto.id, StoryPhoto.key)
        .where(StoryPhoto.village_code == village_code, StoryPhoto.position.is_not(None))
        .order_by(StoryPhoto.position, StoryPhoto.id)
    )
    return {row.id: row.key for row in rows}
