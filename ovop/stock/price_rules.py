"""Prices that step down by themselves in a lot's last hours: when, to what, and what is asked at an instant.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ovop.kernel.errors import Invalid
from ovop.kernel.money import LARGEST_PRICE

#: Steps of one rule; hours before the end; per cent of the price.
MOST_STEPS, MOST_HOURS, MOST_PERCENT = 2, 72, 90
#: Stepped prices are whole so many rupiah, from the second number on, below it the last.
_COARSE, _COARSE_FROM, _FINE = 500, 10_000, 100


class RuleKind(StrEnum):
    """Whether a price steps down."""

    ON = "on"
    OFF = "off"
    #: A lot's own answer: as its co-operative does.
    FOLLOW = "follow"


@dataclass(frozen=True, slots=True)
class Step:
    """So many hours before the last pickup the price is so many per cent lower."""

    hours: int
    percent: int


@dataclass(frozen=True, slots=True)
class PriceRule:
    """How a price steps down: later steps lower it further; `floor` is rupiah per unit that none goes below."""

    steps: tuple[Step, ...] = ()
    floor: int = 0


@dataclass(frozen=True, slots=True)
class PriceStep:
    """From this instant on, whole minutes, so many rupiah per unit are asked."""

    at: datetime
    price: int


#: What a new rule is filled in with.
PROPOSED = PriceRule((Step(6, 10), Step(3, 25)))


def check_rule(rule: PriceRule) -> None:
    """Returns when `rule` can be kept.  Raises: Invalid naming each field at fault (``hours_1``, ``percent_2``, …)."""
    errors: dict[str, str] = {}
    if not 1 <= len(rule.steps) <= MOST_STEPS:
        errors["hours_1"] = "required"
    for place, step in enumerate(rule.steps, start=1):
        if not 1 <= step.hours <= MOST_HOURS:
            errors[f"hours_{place}"] = "too-small" if step.hours < 1 else "too-large"
        if not 1 <= step.percent <= MOST_PERCENT:
            errors[f"percent_{place}"] = "too-small" if step.percent < 1 else "too-large"
    for place, (before, step) in enumerate(zip(rule.steps, rule.steps[1:], strict=False), start=2):
        if step.hours >= before.hours:
            errors.setdefault(f"hours_{place}", "not-later")
        if step.percent <= before.percent:
            errors.setdefault(f"percent_{place}", "not-lower")
    if not 0 <= rule.floor <= LARGEST_PRICE:
        errors["floor"] = "too-large" if rule.floor > 0 else "too-small"
    if errors:
        raise Invalid(errors)


def lowered(price: int, percent: int) -> int:
    """`price` less so many per cent, to the nearest 500 rupiah from 10.000 on, else 100; halves up, in integers."""
    unit = _COARSE if price >= _COARSE_FROM else _FINE
    return (2 * price * (100 - percent) + 100 * unit) // (200 * unit) * unit


def steps_of(
    rule: PriceRule | None, price: int, ends_at: datetime, priced_at: datetime, *, paid: int | None = None
) -> tuple[PriceStep, ...]:
    """When and to what `price` steps down, soonest first; each step lower than what stood before it.

    ends_at: the last pickup.  priced_at: when somebody set the price, which then stands: only later steps lower it.
    paid: what the fishers were paid per unit, below which nothing is sold.
    """
    if rule is None:
        return ()
    least = max(rule.floor, paid or 0, 1)
    found: list[PriceStep] = []
    standing = price
    for step in rule.steps:
        at = (ends_at - timedelta(hours=step.hours)).replace(second=0, microsecond=0)
        to = max(lowered(price, step.percent), least)
        if at > priced_at and to < standing:
            found.append(PriceStep(at, to))
            standing = to
    return tuple(found)


def price_at(price: int, steps: Sequence[PriceStep], now: datetime) -> int:
    """What is asked at `now` for goods whose price is `price` before its `steps`."""
    return next((step.price for step in reversed(steps) if step.at <= now), price)
