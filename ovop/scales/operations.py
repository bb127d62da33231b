"""Keeping a co-operative's scales, and noting which one somebody weighs on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.accounts.rules import Actor, cooperative_of, require_member
from ovop.db.session import engine_of
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.kernel.quantity import within
from ovop.scales.models import LastScale, Scale, ScaleVerification
from ovop.scales.rules import NewScale, check_verification, scale_name


def add_scale(session: Session, new: NewScale, actor: Actor, now: datetime) -> int:
    """`actor`'s co-operative has that scale, verified as far as is said; its id.  Raises: Invalid, Forbidden."""
    cooperative_id = _lock_list(session, actor)
    _check_capacity(new.capacity)
    scale = Scale(
        cooperative_id=cooperative_id,
        name=_free_name(session, cooperative_id, new.name),
        capacity_grams=new.capacity,
        created_at=now,
    )
    session.add(scale)
    session.flush()
    if new.verified_until is not None:
        _verify(session, scale, new.verified_until, new.reference, actor, now)
    return scale.id


def change_scale(session: Session, scale_id: int, name: str, capacity: int | None, actor: Actor) -> None:
    """The scale is called so, on orders weighed before too.  capacity: grams.  Raises: Invalid, NotFound, Forbidden."""
    cooperative_id = _lock_list(session, actor)
    scale = _own_scale(session, scale_id, actor)
    _check_capacity(capacity)
    scale.name, scale.capacity_grams = _free_name(session, cooperative_id, name, but=scale_id), capacity


def record_verification(
    session: Session, scale_id: int, verified_until: date, reference: str, actor: Actor, now: datetime
) -> None:
    """The scale is verified to the end of that day (Asia/Jakarta); what was said before stays in its history.

    Said again, nothing changes.  Raises: Invalid, NotFound, Forbidden.
    """
    _lock_list(session, actor)
    scale = _own_scale(session, scale_id, actor)
    _verify(session, scale, verified_until, reference, actor, now)


def employ_scale(session: Session, scale_id: int, actor: Actor, *, is_active: bool) -> None:
    """The scale is offered for weighing, or no longer; orders keep it.  Raises: NotFound, Forbidden."""
    _lock_list(session, actor)
    _own_scale(session, scale_id, actor).is_active = is_active


@dataclass(frozen=True, slots=True)
class Used:
    """A scale as it stood when an order was weighed on it."""

    id: int
    verified_until: date | None


def use_scale(session: Session, scale_id: int, actor: Actor) -> Used:
    """How the scale stands that `actor` weighs on.

    A retired one may be used: where there is no signal nobody has heard of it yet.
    Raises: Invalid unless it is their co-operative's.
    """
    row = session.execute(
        select(Scale.id, Scale.verified_until).where(
            Scale.id == scale_id, Scale.cooperative_id == cooperative_of(actor)
        )
    ).one_or_none()
    if row is None:
        raise Invalid({"scale": "unknown"})
    return Used(row.id, row.verified_until)


def remember_scale(session: Session, scale_id: int, actor: Actor) -> None:
    """It is the scale that `actor` used last; locks their own row, after everything else."""
    dialect = postgresql if engine_of(session).dialect.name == "postgresql" else sqlite
    first = dialect.insert(LastScale).values(account_id=actor.id, scale_id=scale_id)
    session.execute(
        first.on_conflict_do_update(
            index_elements=["account_id"],
            set_={"scale_id": scale_id},
            where=LastScale.scale_id != scale_id,
        )
    )


def _verify(session: Session, scale: Scale, verified_until: date, reference: str, actor: Actor, now: datetime) -> None:
    reference = " ".join(reference.split())
    check_verification(verified_until, reference, days.day_of(now))
    latest = session.execute(
        select(ScaleVerification.verified_until, ScaleVerification.reference)
        .where(ScaleVerification.scale_id == scale.id)
        .order_by(ScaleVerification.id.desc())
        .limit(1)
    ).one_or_none()
    if latest is not None and tuple(latest) == (verified_until, reference):
        return
    said = {"verified_until": verified_until, "reference": reference, "actor_id": actor.id, "at": now}
    session.execute(insert(ScaleVerification).values(scale_id=scale.id, **said))
    session.execute(update(Scale).where(Scale.id == scale.id).values(verified_until=verified_until))


def _check_capacity(capacity: int | None) -> None:
    if capacity is not None:
        within(capacity, "capacity")


def _lock_list(session: Session, actor: Actor) -> int:
    """`actor`'s co-operative, whose list changes one after the other; orders of it go on meanwhile."""
    own = Cooperative.id == cooperative_of(actor)
    return session.scalars(select(Cooperative.id).where(own).with_for_update(key_share=True)).one()


def _own_scale(session: Session, scale_id: int, actor: Actor) -> Scale:
    scale = session.get(Scale, scale_id, populate_existing=True)
    if scale is None:
        raise NotFound()
    require_member(actor, scale.cooperative_id)
    return scale


def _free_name(session: Session, cooperative_id: int, typed: str, *, but: int | None = None) -> str:
    names = session.execute(select(Scale.id, Scale.name).where(Scale.cooperative_id == cooperative_id))
    return scale_name(typed, [row.name for row in names if row.id != but])
