"""Checks every invariant of the market against the rows that it follows from.  Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ovop.advance import checks as advance
from ovop.catalogue import checks as catalogue
from ovop.closing import checks as closing
from ovop.complaints import checks as complaints
from ovop.counter import checks as counter
from ovop.db.session import db
from ovop.follow import checks as follow
from ovop.kernel.checks import Check, Finding
from ovop.notices import checks as notices
from ovop.ordering import checks as ordering
from ovop.ordering import price_checks as ordered_prices
from ovop.payment import checks as payment
from ovop.pickup import checks as pickup
from ovop.prices import checks as counted_prices
from ovop.programme import checks as programme
from ovop.recall import checks as recall
from ovop.reported import checks as reported
from ovop.reviews import checks as reviews
from ovop.sales import checks as sales
from ovop.scales import checks as scales
from ovop.settlement import checks as settlement
from ovop.shares import checks as shares
from ovop.stock import checks as stock
from ovop.stock import price_checks as prices
from ovop.stories import checks as stories
from ovop.till import checks as till

#: A capability with a new invariant adds it to its own `checks` and, once, to this line.
CHECKS: tuple[Check, ...] = (
    *stock.CHECKS,
    *stories.CHECKS,
    *prices.CHECKS,
    *pickup.CHECKS,
    *ordering.CHECKS,
    *ordered_prices.CHECKS,
    *payment.CHECKS,
    *recall.CHECKS,
    *advance.CHECKS,
    *notices.CHECKS,
    *follow.CHECKS,
    *till.CHECKS,
    *counter.CHECKS,
    *complaints.CHECKS,
    *reviews.CHECKS,
    *settlement.CHECKS,
    *shares.CHECKS,
    *sales.CHECKS,
    *closing.CHECKS,
    *counted_prices.CHECKS,
    *reported.CHECKS,
    *catalogue.CHECKS,
    *scales.CHECKS,
    *programme.CHECKS,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """An invariant and what was found of it."""

    check: Check
    finding: Finding

    @property
    def is_kept(self) -> bool:
        """Whether no row breaks it."""
        return self.finding.broken == 0


def verify() -> Iterator[Verdict]:
    """A verdict for each invariant, all on one state of the database, however busy the market is meanwhile."""
    engine = db.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(engine) as session:
        yield from verify_in(session)


def verify_in(session: Session) -> Iterator[Verdict]:
    """As `verify`, on what `session` sees."""
    for check in CHECKS:
        yield Verdict(check, check.look(session))
