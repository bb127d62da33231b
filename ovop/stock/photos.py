"""A lot's photos: added, put in order, taken away, and back again for a minute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor
from ovop.catalogue import photos as products
from ovop.kernel.errors import Invalid, NotFound
from ovop.outside.queue import enqueue
from ovop.stock.models import CatchPhoto
from ovop.stock.operations import lock_own_catch
from ovop.stock.photo_rules import MOST_PHOTOS, PHOTO_COMES_BACK, PhotoStep, arranged, moved

#: The outbox's jobs about a picture: what is slow to make of it is made; one that no lot shows is cleared away.
FINISH_PHOTO_JOB = "finish-photo"
CLEAR_PHOTO_JOB = "clear-photo"


def add_photo(
    session: Session, catch_id: int, key: str, width: int, height: int, actor: Actor, now: datetime, credit: str = ""
) -> int:
    """The stored picture `key` is the lot's last photo, once; answers the photo's id.  Raises: Invalid, NotFound."""
    lock_own_catch(session, catch_id, actor)
    shown = _shown(session, catch_id)
    if key in shown.values():
        return next(photo_id for photo_id, other in shown.items() if other == key)
    if len(shown) >= MOST_PHOTOS:
        raise Invalid({"photo": "too-many"})
    last = select(func.coalesce(func.max(CatchPhoto.position), -1)).where(CatchPhoto.catch_id == catch_id)
    photo_id = session.execute(
        insert(CatchPhoto)
        .values(
            catch_id=catch_id,
            key=key,
            width=width,
            height=height,
            position=last.scalar_subquery() + 1,
            credit=credit,
            created_at=now,
        )
        .returning(CatchPhoto.id)
    ).scalar_one()
    finish_later(session, key, width, now)
    return photo_id


def remove_photo(session: Session, catch_id: int, photo_id: int, actor: Actor, now: datetime) -> None:
    """The lot no longer shows the photo; its files go when it can no longer come back.  Raises: NotFound."""
    lock_own_catch(session, catch_id, actor)
    gone = session.execute(
        update(CatchPhoto)
        .where(CatchPhoto.id == photo_id, CatchPhoto.catch_id == catch_id, CatchPhoto.removed_at.is_(None))
        .values(removed_at=now)
        .returning(CatchPhoto.key, CatchPhoto.width)
    ).one_or_none()
    if gone is None:
        raise NotFound()
    clear_later(session, gone.key, gone.width, now, now + 2 * PHOTO_COMES_BACK)


def restore_photo(session: Session, catch_id: int, photo_id: int, actor: Actor, now: datetime) -> None:
    """A photo that was taken away a moment ago is shown again where it was; one that is shown stays so.

    Raises: NotFound when its minute is over, Invalid when the lot has as many as it can have, Forbidden.
    """
    lock_own_catch(session, catch_id, actor)
    shown = _shown(session, catch_id)
    if photo_id in shown:
        return
    if len(shown) >= MOST_PHOTOS:
        raise Invalid({"photo": "too-many"})
    back = session.execute(
        update(CatchPhoto)
        .where(
            CatchPhoto.id == photo_id, CatchPhoto.catch_id == catch_id, CatchPhoto.removed_at > now - PHOTO_COMES_BACK
        )
        .values(removed_at=None)
        .returning(CatchPhoto.id)
    ).one_or_none()
    if back is None:
        raise NotFound()


def move_photo(session: Session, catch_id: int, photo_id: int, step: PhotoStep, actor: Actor) -> None:
    """The photo stands first, or one place earlier or later; at the end of the row it stays.  Raises: NotFound."""
    lock_own_catch(session, catch_id, actor)
    shown = list(_shown(session, catch_id))
    if photo_id not in shown:
        raise NotFound()
    _place(session, moved(shown, photo_id, step))


def arrange_photos(session: Session, catch_id: int, wanted: Sequence[int], actor: Actor) -> None:
    """The lot's photos stand in the order `wanted`; those not named follow as they stood, others are passed over."""
    lock_own_catch(session, catch_id, actor)
    _place(session, arranged(list(_shown(session, catch_id)), wanted))


def finish_photos(session: Session, key: str, tiny: str, *, has_avif: bool) -> bool:
    """All photos with the picture `key` have their placeholder and, as told, AVIF files; false when there are none."""
    of_products = products.finish_photo(session, key, tiny, has_avif=has_avif)
    finished = session.execute(
        update(CatchPhoto).where(CatchPhoto.key == key).values(tiny=tiny, has_avif=has_avif).returning(CatchPhoto.id)
    ).all()
    return bool(finished) or of_products


def forget_removed(session: Session, key: str, now: datetime) -> bool:
    """Photos with the picture `key` that can no longer come back are gone; true when something still shows it."""
    session.execute(delete(CatchPhoto).where(CatchPhoto.key == key, CatchPhoto.removed_at <= now - PHOTO_COMES_BACK))
    return is_used(session, key)


def is_used(session: Session, key: str) -> bool:
    """Whether any lot or product shows the picture `key`, or may show it again."""
    of_lots = session.execute(select(1).where(CatchPhoto.key == key).limit(1)).first() is not None
    return of_lots or products.is_used(session, key)


def finish_later(session: Session, key: str, width: int, now: datetime) -> None:
    """What is slow to make of the picture is made after the commit, once."""
    enqueue(session, FINISH_PHOTO_JOB, {"key": key, "width": width}, now=now, key=f"{FINISH_PHOTO_JOB}:{key}")


def clear_later(session: Session, key: str, width: int, now: datetime, run_at: datetime) -> None:
    """The picture's files go then, unless some lot shows it."""
    enqueue(session, CLEAR_PHOTO_JOB, {"key": key, "width": width}, now=now, run_at=run_at)


def _shown(session: Session, catch_id: int) -> dict[int, str]:
    """Keys of the photos that the lot shows, by id, in their order."""
    rows = session.execute(
        select(CatchPhoto.id, CatchPhoto.key)
        .where(CatchPhoto.catch_id == catch_id, CatchPhoto.removed_at.is_(None))
        .order_by(CatchPhoto.position, CatchPhoto.id)
    )
    return {row.id: row.key for row in rows}


def _place(session: Session, order: Sequence[int]) -> None:
    for position, photo_id in enumerate(order):
        session.execute(
            update(CatchPhoto)
            .where(CatchPhoto.id == photo_id, CatchPhoto.position != position)
            .values(position=position)
        )
