"""What is asked for a lot at an instant, by one expression; and keeping its steps and breaks true.

A lot's row holds its price and its steps with their instants: nothing has to be done when one comes, and whoever
reads or orders at that instant finds the same.  The steps follow from the rule in force, the price and the last pickup;
what who orders much pays, from the price and its product's breaks.  Both are written anew whenever one of these
changes, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import BindParameter, ColumnElement, Row, and_, case, func, insert, literal, or_, select
from sqlalchemy.orm import Session

from ovop.catalogue.models import Product
from ovop.catalogue.price_breaks import PriceBreak, breaks_in
from ovop.db.types import Instant
from ovop.stock.break_prices import BreakPrice, as_text, break_prices, break_prices_in
from ovop.stock.models import Catch, PriceChange, PriceRuleChange
from ovop.stock.price_rules import PriceRule, PriceStep, RuleKind, Step, steps_of

STEP_COLUMNS = ("first_step_at", "first_step_price", "second_step_at", "second_step_price")
#: What is remembered of a lot's price beside itself.
PLAN_COLUMNS = (*STEP_COLUMNS, "price_breaks")


class PriceCause(StrEnum):
    """Why another price, or another plan of steps, holds for a lot."""

    LISTED = "listed"
    PRICED = "priced"
    RULE = "rule"
    BREAKS = "breaks"
    #: The last time at a pickup point that fits it is another.
    TIMES = "times"


class Stepped(Protocol):
    """A row with the columns of a lot's steps."""

    @property
    def first_step_at(self) -> datetime | None: ...
    @property
    def first_step_price(self) -> int | None: ...
    @property
    def second_step_at(self) -> datetime | None: ...
    @property
    def second_step_price(self) -> int | None: ...


def asked_at(now: datetime | BindParameter[Any]) -> ColumnElement[int]:
    """What is asked for a lot at `now`, rupiah per unit: the one expression by which prices are shown and charged."""
    at = literal(now, Instant) if isinstance(now, datetime) else now
    return case(
        (Catch.second_step_at <= at, Catch.second_step_price),
        (Catch.first_step_at <= at, Catch.first_step_price),
        else_=Catch.unit_price,
    )


def steps_in(row: Stepped) -> tuple[PriceStep, ...]:
    """The steps that a row holds."""
    pairs = ((row.first_step_at, row.first_step_price), (row.second_step_at, row.second_step_price))
    return tuple(PriceStep(at, price) for at, price in pairs if at is not None and price is not None)


def rule_of(row: PriceRuleChange | Row[Any] | None) -> PriceRule | None:
    """The rule that a decision made; none when prices stay."""
    if row is None or row.kind != RuleKind.ON:
        return None
    pairs = ((row.first_hours, row.first_percent), (row.second_hours, row.second_percent))
    return PriceRule(tuple(Step(hours, percent) for hours, percent in pairs if hours and percent), row.floor)


def rules_in_force(session: Session, catches: Sequence[Catch]) -> dict[int, PriceRule | None]:
    """The rule in force for each of these lots, by id: its own, else its co-operative's.  One query."""
    own = PriceRuleChange.catch_id.in_([catch.id for catch in catches])
    whole = and_(
        PriceRuleChange.catch_id.is_(None),
        PriceRuleChange.cooperative_id.in_({catch.cooperative_id for catch in catches}),
    )
    last = (
        select(func.max(PriceRuleChange.id))
        .where(or_(own, whole))
        .group_by(PriceRuleChange.catch_id, PriceRuleChange.cooperative_id)
    )
    found = session.scalars(select(PriceRuleChange).where(PriceRuleChange.id.in_(last))).all()
    of_lots = {row.catch_id: row for row in found if row.catch_id is not None}
    of_all = {row.cooperative_id: row for row in found if row.catch_id is None}

    def decided(catch: Catch) -> PriceRuleChange | None:
        mine = of_lots.get(catch.id)
        return of_all.get(catch.cooperative_id) if mine is None or mine.kind == RuleKind.FOLLOW else mine

    return {catch.id: rule_of(decided(catch)) for catch in catches}


def planned(catch: Catch, rule: PriceRule | None) -> tuple[PriceStep, ...]:
    """The steps that a lot must have under `rule`."""
    ends_at = catch.last_pickup_at or catch.best_before
    return steps_of(rule, catch.unit_price, ends_at, catch.priced_at or catch.created_at, paid=catch.landing_price)


def product_breaks(session: Session, catches: Sequence[Catch]) -> dict[int, tuple[PriceBreak, ...]]:
    """The price breaks of these lots' products, by product.  One query."""
    rows = session.execute(
        select(Product.id, Product.price_breaks).where(Product.id.in_({catch.product_id for catch in catches}))
    )
    return {row.id: breaks_in(row.price_breaks) for row in rows}


def planned_breaks(catch: Catch, breaks: Sequence[PriceBreak]) -> tuple[BreakPrice, ...]:
    """What who orders much of a lot must pay under its product's `breaks`."""
    return break_prices(breaks, catch.unit_price, paid=catch.landing_price)


def replan(
    session: Session, catches: Sequence[Catch], cause: PriceCause, now: datetime, actor_id: int | None = None
) -> None:
    """These lots, which are locked, have the steps and breaks that follow from what holds now; changes are remembered.

    A lot that was listed or priced is remembered whether it has any or not.
    """
    rules = rules_in_force(session, catches) if catches else {}
    of_products = product_breaks(session, catches) if catches else {}
    changed = []
    for catch in catches:
        steps = planned(catch, rules[catch.id])
        breaks = planned_breaks(catch, of_products[catch.product_id])
        is_other = steps != steps_in(catch) or breaks != break_prices_in(catch.price_breaks)
        if is_other or cause in (PriceCause.LISTED, PriceCause.PRICED):
            _write(catch, steps)
            catch.price_breaks = as_text(breaks)
            changed.append(catch)
    session.flush()
    if changed:
        session.execute(
            insert(PriceChange),
            [
                {
                    "catch_id": catch.id,
                    "cause": cause.value,
                    "unit_price": catch.unit_price,
                    **{name: getattr(catch, name) for name in PLAN_COLUMNS},
                    "actor_id": actor_id,
                    "at": now,
                }
                for catch in changed
            ],
        )


def _write(catch: Catch, steps: tuple[PriceStep, ...]) -> None:
    first, second = [*steps, None, None][:2]
    catch.first_step_at, catch.first_step_price = (first.at, first.price) if first else (None, None)
    catch.second_step_at, catch.second_step_price = (second.at, second.price) if second else (None, None)
