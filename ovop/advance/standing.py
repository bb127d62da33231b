"""Making and changing standing listings, by their co-operative."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.accounts.rules import Actor, cooperative_of, require_member
from ovop.advance.errors import ListingEnded
from ovop.advance.models import StandingDay, StandingListing
from ovop.advance.rules import Standing, check_standing
from ovop.catalogue.models import Product
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound


def stand(session: Session, new: Standing, actor: Actor, now: datetime) -> int:
    """`new` is offered on its days from now on; answers the listing's id.

    One that is just so already is that one: sent twice, it stands once.  Raises: Invalid, Forbidden.
    """
    cooperative_id = cooperative_of(actor)
    _check(session, new, cooperative_id)
    columns = _columns(new)
    session.execute(select(Cooperative.id).where(Cooperative.id == cooperative_id).with_for_update())
    same = session.scalar(
        select(StandingListing.id)
        .filter_by(cooperative_id=cooperative_id, ended_at=None, **columns)
        .order_by(StandingListing.id)
        .limit(1)
    )
    if same is not None:
        return same
    listing = StandingListing(cooperative_id=cooperative_id, actor_id=actor.id, created_at=now, **columns)
    session.add(listing)
    session.flush()
    return listing.id


def change(session: Session, listing_id: int, new: Standing, actor: Actor) -> None:
    """Days that are not on sale yet will be as `new` says; those that are stay as they are.

    Raises: Invalid, NotFound, Forbidden, ListingEnded.
    """
    listing = _lock_own(session, listing_id, actor)
    _check(session, new, listing.cooperative_id)
    for name, value in _columns(new).items():
        setattr(listing, name, value)
    listing.actor_id = actor.id


def pause(session: Session, listing_id: int, until: date | None, actor: Actor, now: datetime) -> None:
    """No day is opened, or none before `until`; what is on sale already stays.

    Raises: Invalid, NotFound, Forbidden, ListingEnded.
    """
    listing = _lock_own(session, listing_id, actor)
    if until is not None and until <= days.day_of(now):
        raise Invalid({"until": "in-the-past"})
    listing.is_paused, listing.resumes_on, listing.actor_id = True, until, actor.id


def resume(session: Session, listing_id: int, actor: Actor) -> None:
    """Days are opened again.  Raises: NotFound, Forbidden, ListingEnded."""
    listing = _lock_own(session, listing_id, actor)
    listing.is_paused, listing.resumes_on, listing.actor_id = False, None, actor.id


def end(session: Session, listing_id: int, actor: Actor, now: datetime) -> None:
    """No further day is opened, ever.  Said again, nothing changes.  Raises: NotFound, Forbidden."""
    try:
        listing = _lock_own(session, listing_id, actor)
    except ListingEnded:
        return
    listing.ended_at, listing.actor_id = now, actor.id


def skip(session: Session, listing_id: int, day: date, actor: Actor, now: datetime) -> None:
    """That one day is left out; one that is on sale already stays so.  Raises: Invalid, NotFound, Forbidden, …."""
    listing = _lock_own(session, listing_id, actor)
    if day < days.day_of(now) or str(day.isoweekday()) not in listing.weekdays:
        raise Invalid({"day": "unknown"})
    if session.get(StandingDay, (listing_id, day)) is None:
        session.add(StandingDay(listing_id=listing_id, day=day, catch_id=None, at=now))


def unskip(session: Session, listing_id: int, day: date, actor: Actor) -> None:
    """That day is opened after all, when its time comes.  Raises: NotFound, Forbidden, ListingEnded."""
    _lock_own(session, listing_id, actor)
    session.execute(
        delete(StandingDay).where(
            StandingDay.listing_id == listing_id, StandingDay.day == day, StandingDay.catch_id.is_(None)
        )
    )


def _check(session: Session, new: Standing, cooperative_id: int) -> None:
    check_standing(new)
    product = select(Product.id).where(
        Product.id == new.product_id, Product.cooperative_id == cooperative_id, Product.is_active.is_(True)
    )
    if session.scalar(product) is None:
        raise Invalid({"product": "unknown"})


def _columns(new: Standing) -> dict[str, object]:
    return {name: getattr(new, name) for name in Standing.__slots__} | {"weekdays": "".join(sorted(new.weekdays))}


def _lock_own(session: Session, listing_id: int, actor: Actor) -> StandingListing:
    """The listing, locked, when it is of `actor`'s co-operative and goes on."""
    cooperative_of(actor)
    listing = session.scalars(
        select(StandingListing).where(StandingListing.id == listing_id).with_for_update()
    ).one_or_none()
    if listing is None:
        raise NotFound()
    require_member(actor, listing.cooperative_id)
    if listing.ended_at is not None:
        raise ListingEnded()
    return listing
