"""Which pages there are to be found, and since when each has been as it is: for the site map.

A page has changed when anything of it was: a price by hand or by its plan, what is left, a photo, the end of its time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.catalogue.models import Flagship
from ovop.db.types import Instant
from ovop.kernel import days
from ovop.stock.models import Catch, CatchPhoto, Movement
from ovop.stories.models import Story
from ovop.villages.models import Village

#: Ids to one part: a lot stays in its part as long as it is on sale.
PART = 5_000
#: Days for which a lot that is gone still counts as a change of its village's page.
LOOKED_BACK = 30


@dataclass(frozen=True, slots=True)
class Changed:
    """A page, by the id or code in its address, and when it last changed; None where nothing says so."""

    key: int | str
    at: datetime | None


def lot_parts(session: Session, now: datetime) -> list[Changed]:
    """The parts that have lots on sale, by number, each with its last change; one query."""
    part = (Catch.id // PART).label("part")
    rows = session.execute(_changes(now, part).where(*_is_on_sale(now)).group_by(part).order_by(part))
    return [Changed(row.part, _latest(row[1:], now)) for row in rows]


def lots_of_part(session: Session, part: int, now: datetime) -> list[Changed]:
    """The lots on sale whose id lies in that part, at most PART, with the last change of each; one query."""
    own = Catch.id.between(part * PART, part * PART + PART - 1)
    rows = session.execute(_changes(now, Catch.id).where(own, *_is_on_sale(now)).group_by(Catch.id).order_by(Catch.id))
    return [Changed(row.id, _latest(row[1:], now)) for row in rows]


def selling_villages(session: Session, now: datetime) -> list[Changed]:
    """The villages whose co-operatives sell, with the last change of each one's page; four queries."""
    selling = exists(select(Cooperative.id).where(Cooperative.village_code == Village.code, Cooperative.is_active))
    codes = session.scalars(select(Village.code).where(selling).order_by(Village.code)).all()
    lately = Catch.best_before > days.start_of(days.day_of(now)) - timedelta(days=LOOKED_BACK)
    lots = session.execute(_changes(now, Catch.village_code).where(lately).group_by(Catch.village_code))
    changes = {row.village_code: [at for at in row[1:] if at is not None] for row in lots}
    told = session.execute(select(Story.village_code, Story.published_at, Story.hidden_at))
    decided = session.execute(select(Flagship.village_code, Flagship.decided_on, Flagship.ended_on))
    for code, *moments in [*told, *decided]:
        since = (at if isinstance(at, datetime) else days.start_of(at) for at in moments if at is not None)
        changes.setdefault(code, []).extend(since)
    return [Changed(code, _latest(changes.get(code, ()), now)) for code in codes]


def _changes(now: datetime, key: Any) -> Any:
    """By `key`, the latest of each kind of change of its lots; what lies ahead counts as nothing yet."""
    moved = select(func.max(Movement.at)).where(Movement.catch_id == Catch.id).correlate(Catch).scalar_subquery()
    shown = (
        select(func.max(func.coalesce(CatchPhoto.removed_at, CatchPhoto.created_at)))
        .where(CatchPhoto.catch_id == Catch.id)
        .correlate(Catch)
        .scalar_subquery()
    )
    times: list[Any] = [Catch.created_at, Catch.priced_at, Catch.recalled_at, moved, shown]
    passing = (Catch.first_step_at, Catch.second_step_at, Catch.best_before, Catch.landed_at)
    times += [case((time <= literal(now, Instant), time)) for time in passing]
    return select(key, *(func.max(time, type_=Instant) for time in times))


def _is_on_sale(now: datetime) -> list[ColumnElement[bool]]:
    active = select(Cooperative.id).where(Cooperative.is_active.is_(True))
    present = literal(now, Instant)
    return [
        Catch.is_withdrawn.is_(False),
        Catch.best_before > present,
        Catch.available > 0,
        or_(Catch.is_planned.is_(False), Catch.landed_at > present),
        Catch.cooperative_id.in_(active),
    ]


def _latest(moments: Any, now: datetime) -> datetime | None:
    return max((at for at in moments if at is not None and at <= now), default=None)
