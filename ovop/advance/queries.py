"""Reading what is sold ahead: harvests to come, who would get what, and listings with their next days."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account
from ovop.accounts.rules import Actor, cooperative_of, require_member
from ovop.advance.claims import Waiting, gone_of, waiting_for
from ovop.advance.models import HarvestCount, StandingDay, StandingListing
from ovop.advance.opening import days_with_slots, pause_of, standing_of
from ovop.advance.rules import Pause, Standing, days_ahead, share_out
from ovop.catalogue.models import Product
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from ovop.ordering.models import Order, OrderLine
from ovop.ordering.rules import OPEN
from ovop.stock.models import Catch

#: How far ahead a listing's days are shown; a day that is opened earlier than this is shown from then on.
SHOWN_AHEAD = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class Harvest:
    """A lot that waits to be counted.  Grams or pieces; orders: how many open ones wait for it."""

    id: int
    name: str
    measure: str
    unit: str
    planned: int
    ordered: int
    orders: int
    landed_at: datetime

    def is_due(self, now: datetime) -> bool:
        """Whether its time has come."""
        return self.landed_at <= now


def harvests(session: Session, cooperative_id: int, now: datetime, limit: int = 60) -> list[Harvest]:
    """Lots of a co-operative that wait to be counted, by landing.  One query."""
    orders = (
        select(func.count())
        .select_from(OrderLine)
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.catch_id == Catch.id, Order.status.in_([status.value for status in OPEN]))
        .correlate(Catch)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Catch.id,
            Catch.name,
            Catch.measure,
            Catch.unit,
            Catch.caught.label("planned"),
            (Catch.held + Catch.sold).label("ordered"),
            orders.label("orders"),
            Catch.landed_at,
        )
        .where(
            Catch.cooperative_id == cooperative_id,
            Catch.is_planned.is_(True),
            Catch.is_withdrawn.is_(False),
            Catch.best_before > now,
        )
        .order_by(Catch.landed_at, Catch.id)
        .limit(limit)
    )
    return [Harvest(**row._mapping) for row in rows]


@dataclass(frozen=True, slots=True)
class CountRow:
    """What was counted once, by whom."""

    expected: int
    quantity: int
    by: str | None
    at: datetime


def counts_of(session: Session, catch_id: int) -> list[CountRow]:
    """What was counted of a lot, latest first.  One query."""
    rows = session.execute(
        select(HarvestCount.expected, HarvestCount.quantity, Account.name.label("by"), HarvestCount.at)
        .outerjoin(Account, Account.id == HarvestCount.actor_id)
        .where(HarvestCount.catch_id == catch_id)
        .order_by(HarvestCount.id.desc())
    )
    return [CountRow(**row._mapping) for row in rows]


@dataclass(frozen=True, slots=True)
class Part:
    """What an order would get of a lot.  Grams or pieces; is_all: it has nothing else."""

    number: str
    quantity: int
    given: int
    is_all: bool


@dataclass(frozen=True, slots=True)
class Forecast:
    """What counting so much would do.  full: orders that get all they asked for; left: goods that nobody ordered.

    least: less cannot be counted, since it is packed, sold or lost already.
    """

    quantity: int
    full: int
    partly: tuple[Part, ...]
    nothing: tuple[Part, ...]
    left: int
    least: int

    @property
    def is_possible(self) -> bool:
        """Whether it can be so."""
        return self.quantity >= self.least

    @property
    def cancelled(self) -> int:
        """How many orders would be cancelled."""
        return sum(part.is_all for part in self.nothing)


def foresee(session: Session, catch_id: int, quantity: int, actor: Actor) -> Forecast:
    """What `counting.count_harvest` would do now, of a lot of `actor`'s co-operative.  Two queries.

    Raises: NotFound, Forbidden.
    """
    cooperative_of(actor)
    catch = session.get(Catch, catch_id, populate_existing=True)
    if catch is None:
        raise NotFound()
    require_member(actor, catch.cooperative_id)
    waiting = waiting_for(session, catch_id)
    least = gone_of(catch, waiting)
    given = share_out(max(0, quantity - least), [line.claim for line in waiting])
    parts = [_part(line, given[line.line_id]) for line in waiting]
    return Forecast(
        quantity=quantity,
        full=sum(part.given == part.quantity for part in parts),
        partly=tuple(part for part in parts if 0 < part.given < part.quantity),
        nothing=tuple(part for part in parts if not part.given),
        left=max(0, quantity - least - sum(given.values())),
        least=least,
    )


def _part(line: Waiting, given: int) -> Part:
    return Part(line.number, line.quantity, given, is_all=not line.others_held)


class DayState(StrEnum):
    """Where a day of a standing listing stands."""

    OPEN = "open"
    WAITING = "waiting"
    SKIPPED = "skipped"
    PAUSED = "paused"
    NO_SLOT = "no_slot"


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of a standing listing; catch: the lot that it opened; opens_on: when it will."""

    day: date
    state: DayState
    catch: int | None
    opens_on: date


@dataclass(frozen=True, slots=True)
class ListingRow:
    """A standing listing with its product and its next days."""

    id: int
    product_name: str
    measure: str
    unit: str
    standing: Standing
    pause: Pause | None
    coming: tuple[DayRow, ...]


def get_listing(session: Session, listing_id: int, actor: Actor, now: datetime) -> ListingRow:
    """A standing listing of `actor`'s co-operative that goes on.  Raises: NotFound, Forbidden."""
    found = [row for row in listings(session, cooperative_of(actor), now) if row.id == listing_id]
    if not found:
        raise NotFound()
    return found[0]


def listings(session: Session, cooperative_id: int, now: datetime) -> list[ListingRow]:
    """The standing listings of a co-operative that go on, by product.  Two queries, and one for each listing."""
    rows = session.execute(
        select(StandingListing, Product.name, Product.measure, Product.unit)
        .join(Product, Product.id == StandingListing.product_id)
        .where(StandingListing.cooperative_id == cooperative_id, StandingListing.ended_at.is_(None))
        .order_by(Product.name, StandingListing.id)
    ).all()
    done = _done(session, [row.StandingListing.id for row in rows], days.day_of(now))
    return [
        ListingRow(
            id=row.StandingListing.id,
            product_name=row.name,
            measure=row.measure,
            unit=row.unit,
            standing=standing_of(row.StandingListing),
            pause=pause_of(row.StandingListing),
            coming=_coming(session, row.StandingListing, done.get(row.StandingListing.id, {}), now),
        )
        for row in rows
    ]


def _done(session: Session, listing_ids: Collection[int], first: date) -> dict[int, dict[date, int | None]]:
    """Days that are opened (with their lot) or left out, by listing."""
    found: dict[int, dict[date, int | None]] = {}
    for row in session.execute(
        select(StandingDay.listing_id, StandingDay.day, StandingDay.catch_id).where(
            StandingDay.listing_id.in_(listing_ids), StandingDay.day >= first
        )
    ):
        found.setdefault(row.listing_id, {})[row.day] = row.catch_id
    return found


def _coming(
    session: Session, listing: StandingListing, done: Mapping[date, int | None], now: datetime
) -> tuple[DayRow, ...]:
    standing, pause = standing_of(listing), pause_of(listing)
    today = days.day_of(now)
    shown = [day for day in days_ahead(standing, today, today + SHOWN_AHEAD) if standing.lands_on(day) > now]
    fitting = days_with_slots(session, listing.cooperative_id, standing, shown, now)
    return tuple(_day(day, standing, pause, done, fitting) for day in shown)


def _day(
    day: date, standing: Standing, pause: Pause | None, done: Mapping[date, int | None], fitting: Collection[date]
) -> DayRow:
    opens_on = day - timedelta(days=standing.opens_days_before)
    if day in done:
        return DayRow(day, DayState.SKIPPED if done[day] is None else DayState.OPEN, done[day], opens_on)
    if pause is not None and pause.covers(day):
        return DayRow(day, DayState.PAUSED, None, opens_on)
    return DayRow(day, DayState.WAITING if day in fitting else DayState.NO_SLOT, None, opens_on)
