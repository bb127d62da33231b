"""What counters sold without an order: a figure of its own beside the sales, never in them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ovop.counter.models import CounterSale
from ovop.counter.queries import CounterSum, counter_sums
from ovop.sales.queries import EVERYTHING, Scope, within
from ovop.sales.rules import Span


def counter_figures(session: Session, span: Span, scope: Scope = EVERYTHING) -> CounterSum:
    """Sales at the counter in `span`, less those undone in it.  One query."""
    return counter_sums(session, *within(scope, CounterSale.__table__.c), first=span.first, last=span.last)
