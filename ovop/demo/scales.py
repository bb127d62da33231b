"""The demo's scales: each verified year after year, here in time, there late, one not at all.

Chance hangs on the co-operative and the order's number, so that scales change nothing that the market's own chance
decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor
from ovop.kernel import days
from ovop.ordering.models import Order
from ovop.scales.models import LastScale
from ovop.scales.operations import add_scale, record_verification
from ovop.scales.rules import NewScale

_YEAR = timedelta(days=365)
#: Of a hundred orders so many are weighed on the first scale.
_FIRST = 0.85
#: Of a hundred co-operatives so many have a second scale; of a hundred verifications so many are renewed late.
_SECOND, _LATE = 0.6, 0.3
#: The clerk's own second scale was forgotten so long ago: there is something to see.
_FORGOTTEN = timedelta(days=9)


@dataclass(frozen=True, slots=True)
class Verified:
    """What was entered at an instant: the verification holds to the end of `until` (Asia/Jakarta)."""

    at: datetime
    until: date
    reference: str


@dataclass(frozen=True, slots=True)
class PlacedScale:
    """A scale with its verifications, by time; the first is that with which it was added."""

    id: int
    verified: tuple[Verified, ...]

    def until(self, moment: datetime) -> date:
        """To which day it was verified as far as was known at `moment`."""
        return max((said for said in self.verified if said.at <= moment), key=lambda said: said.at).until


def add_scales(
    session: Session, slug: str, clerk: Actor, opened_at: datetime, now: datetime, *, is_own: bool
) -> tuple[PlacedScale, ...]:
    """The co-operative has one scale or two, as they were verified when it began.  is_own: the demo's clerk's."""
    chance = Random(f"scales of {slug}")
    names = ["Duduk 1"] + (["Gantung"] if is_own or chance.random() < _SECOND else [])
    placed = []
    for name in names:
        forgotten = days.day_of(now) - _FORGOTTEN if is_own and name != names[0] else None
        verified = tuple(_verifications(chance, opened_at, now, forgotten))
        new = NewScale(name, 30_000 if name == names[0] else 50_000, verified[0].until, verified[0].reference)
        placed.append(PlacedScale(add_scale(session, new, clerk, opened_at), verified))
    return tuple(placed)


def scale_of(scales: tuple[PlacedScale, ...], number: str) -> PlacedScale:
    """What the order of that number is weighed on."""
    first, *others = scales
    return first if not others or Random(f"scale of {number}").random() < _FIRST else others[0]


def verify_again(session: Session, scales: tuple[PlacedScale, ...], clerk: Actor) -> None:
    """Every verification after the first was entered when it was."""
    for scale in scales:
        for said in scale.verified[1:]:
            record_verification(session, scale.id, said.until, said.reference, clerk, said.at)


def remember_scales(session: Session, clerks: dict[int, Actor]) -> None:
    """Each clerk, by co-operative, used last what their latest order was weighed on."""
    latest = func.row_number().over(
        partition_by=Order.cooperative_id, order_by=(Order.weighed_at.desc(), Order.id.desc())
    )
    weighed = select(Order.cooperative_id, Order.scale_id, latest.label("place")).where(Order.scale_id.is_not(None))
    used = weighed.subquery()
    rows = session.execute(select(used.c.cooperative_id, used.c.scale_id).where(used.c.place == 1)).all()
    if rows:
        session.execute(
            insert(LastScale),
            [{"account_id": clerks[row.cooperative_id].id, "scale_id": row.scale_id} for row in rows],
        )


def _verifications(chance: Random, opened_at: datetime, now: datetime, forgotten: date | None) -> Iterator[Verified]:
    """From the beginning up to `now`; none after one that ended on the day `forgotten`."""
    at, opened_on = opened_at, days.day_of(opened_at)
    until = forgotten or opened_on + timedelta(days=chance.randrange(40, 340))
    while True:
        yield Verified(at, until, f"CONTOH-{chance.randrange(1000):03d}/{(until - _YEAR).year}")
        late = chance.randrange(2, 30) if chance.random() < _LATE else -chance.randrange(2, 25)
        renewed_on = max(until + timedelta(days=late), opened_on + timedelta(days=1))
        at, until = days.at(renewed_on, time(10)), renewed_on + _YEAR
        if at > now or forgotten is not None:
            return
