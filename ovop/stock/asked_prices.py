"""Every price that was asked for a lot around an instant, as what is remembered of it tells.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ovop.stock.break_prices import BreakPrice, price_for
from ovop.stock.price_rules import PriceStep, price_at


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked from an instant on: a price, the steps that it would take, and what who orders much pays."""

    since: datetime
    price: int
    steps: tuple[PriceStep, ...] = ()
    breaks: tuple[BreakPrice, ...] = ()


def prices_between(plans: Sequence[Plan], first: datetime, last: datetime, quantity: int = 0) -> set[int]:
    """Every price that was asked for a line of `quantity` at some instant of that time, both ends counted.

    plans: one after the other; what was asked before the first of them is not known.
    """
    found: set[int] = set()
    ends = [*(plan.since for plan in plans[1:]), last]
    for plan, end in zip(plans, ends, strict=True):
        begun, over = max(plan.since, first), min(end, last)
        if begun <= over:
            instants = [begun, *(step.at for step in plan.steps if begun < step.at <= over)]
            asked = (price_at(plan.price, plan.steps, instant) for instant in instants)
            found |= {price_for(price, plan.breaks, quantity) for price in asked}
    return found
