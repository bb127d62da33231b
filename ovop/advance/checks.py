"""Invariants of selling ahead, from the rows alone."""

from __future__ import annotations

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from ovop.advance.models import HarvestCount, StandingDay, StandingListing
from ovop.kernel import days
from ovop.kernel.checks import Check, Finding, finding
from ovop.ordering.models import OrderLine
from ovop.stock.models import Catch


def _counted(session: Session) -> Finding:
    """A lot that was counted is planned no more."""
    rows = session.execute(
        select(Catch.id)
        .where(Catch.id.in_(select(HarvestCount.catch_id)), Catch.is_planned.is_(True))
        .order_by(Catch.id)
    )
    counted = session.scalar(select(func.count(HarvestCount.catch_id.distinct()))) or 0
    return finding(counted, (f"catch {row.id}: counted, and still planned" for row in rows))


def _allotted(session: Session) -> Finding:
    """What a line is allotted comes from a count of its lot, and no more than it + 10 % is weighed in."""
    counted = exists().where(HarvestCount.catch_id == OrderLine.catch_id)
    rows = session.execute(
        select(OrderLine.id, OrderLine.allotted, OrderLine.final_quantity).where(
            OrderLine.allotted.is_not(None),
            or_(~counted, OrderLine.final_quantity * 10 > OrderLine.allotted * 11),
        )
    )
    total = session.scalar(select(func.count()).select_from(OrderLine).where(OrderLine.allotted.is_not(None))) or 0
    return finding(
        total,
        (f"line {row.id}: {row.allotted} allotted, {row.final_quantity} weighed, or never counted" for row in rows),
    )


def _opened(session: Session) -> Finding:
    """What a standing listing opened is a lot of its product, landing on that day."""
    rows = session.execute(
        select(StandingDay.listing_id, StandingDay.day, Catch.id, Catch.landed_at)
        .join(StandingListing, StandingListing.id == StandingDay.listing_id)
        .join(Catch, Catch.id == StandingDay.catch_id)
        .where(Catch.cooperative_id == StandingListing.cooperative_id)
    ).all()
    strangers = session.execute(
        select(StandingDay.listing_id, StandingDay.day, Catch.id)
        .join(StandingListing, StandingListing.id == StandingDay.listing_id)
        .join(Catch, Catch.id == StandingDay.catch_id)
        .where(Catch.cooperative_id != StandingListing.cooperative_id)
    ).all()
    wrong = [row for row in rows if days.day_of(row.landed_at) != row.day]
    return finding(
        len(rows) + len(strangers),
        (f"listing {row.listing_id}: on {row.day} it opened catch {row.id}" for row in [*wrong, *strangers]),
    )


CHECKS = (
    Check("every harvest that was counted is planned no more", "harvests", _counted),
    Check("every allotment is of a counted harvest, and kept to", "lines", _allotted),
    Check("every standing listing opened lots of its own, on their days", "days", _opened),
)
