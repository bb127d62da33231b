"""Opening the days of standing listings: each day once, whoever runs it and however late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.advance.models import StandingDay, StandingListing
from ovop.advance.rules import Pause, Standing, days_to_open
from ovop.kernel import days
from ovop.kernel.ids import CHANCE, Chance
from ovop.pickup.queries import coming_slots
from ovop.pickup.rules import misfit
from ovop.stock.operations import list_for
from ovop.stock.rules import IN_SIGHT, NewCatch


def listings_to_open(session: Session) -> Sequence[int]:
    """Ids of the standing listings that go on, of co-operatives that sell."""
    return session.scalars(
        select(StandingListing.id)
        .join(Cooperative, Cooperative.id == StandingListing.cooperative_id)
        .where(StandingListing.ended_at.is_(None), Cooperative.is_active.is_(True))
        .order_by(StandingListing.id)
    ).all()


def open_days(session: Session, listing_id: int, now: datetime, chance: Chance = CHANCE) -> int:
    """The listing's days that are due are on sale, each as one lot; answers how many were opened now.

    The listing is locked, so that two workers open a day once.  A day waits for as long as no slot fits it.
    Raises: Invalid when such a lot cannot be sold, as of a product that is sold no more.
    """
    listing = session.scalars(select(StandingListing).where(StandingListing.id == listing_id).with_for_update()).one()
    if listing.ended_at is not None:
        return 0
    standing = standing_of(listing)
    done = set(
        session.scalars(
            select(StandingDay.day).where(StandingDay.listing_id == listing_id, StandingDay.day >= days.day_of(now))
        )
    )
    # A lot that lands within the hour would not count as planned any more.
    due = days_to_open(standing, now + IN_SIGHT, done, pause_of(listing))
    fitting = days_with_slots(session, listing.cooperative_id, standing, due, now) if due else set()
    for day in sorted(fitting):
        catch_id = list_for(session, listing.cooperative_id, _lot(standing, day), now, chance=chance)
        session.add(StandingDay(listing_id=listing_id, day=day, catch_id=catch_id, at=now))
    session.flush()
    return len(fitting)


def days_with_slots(
    session: Session, cooperative_id: int, standing: Standing, wanted: Sequence[date], now: datetime
) -> set[date]:
    """Those of `wanted` whose harvest fits some slot that can still be ordered for.  One query."""
    lives = {day: (standing.lands_on(day), standing.lands_on(day) + standing.keeps) for day in wanted}
    if not lives:
        return set()
    slots = coming_slots(session, [cooperative_id], now, max(best_before for _landed_at, best_before in lives.values()))
    return {
        day
        for day, (landed_at, best_before) in lives.items()
        if any(
            misfit(
                starts_at=option.slot.starts_at,
                ends_at=option.slot.ends_at,
                deadline_at=option.slot.deadline_at,
                is_closed=option.slot.is_closed,
                landed_at=landed_at,
                best_before=best_before,
                now=now,
            )
            is None
            for option in slots
        )
    }


def standing_of(listing: StandingListing) -> Standing:
    """What the row says is offered."""
    return Standing(**{name: getattr(listing, name) for name in Standing.__slots__})


def pause_of(listing: StandingListing) -> Pause | None:
    """The pause that the row is in."""
    return Pause(listing.resumes_on) if listing.is_paused else None


def _lot(standing: Standing, day: date) -> NewCatch:
    landed_at = standing.lands_on(day)
    return NewCatch(standing.product_id, standing.quantity, standing.unit_price, landed_at, landed_at + standing.keeps)
