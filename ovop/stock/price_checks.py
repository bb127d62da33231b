"""Invariants of prices that step down, and of those that whoever orders much pays, from the rows alone."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from ovop.catalogue.models import Product
from ovop.kernel.checks import Check, Finding, finding
from ovop.stock.break_prices import break_prices_in
from ovop.stock.models import Catch, PriceChange, PriceRuleChange
from ovop.stock.pricing import (
    PLAN_COLUMNS,
    PriceCause,
    planned,
    planned_breaks,
    product_breaks,
    rules_in_force,
    steps_in,
)

#: Lots looked at together.
_AT_ONCE = 500


def _remembered(session: Session) -> Finding:
    """What a lot's row says of its price is what was last remembered of it."""
    last = select(func.max(PriceChange.id)).group_by(PriceChange.catch_id)
    names = ("unit_price", *PLAN_COLUMNS)
    rows = session.execute(
        select(
            Catch.id,
            *(getattr(Catch, name) for name in names),
            *(getattr(PriceChange, name).label(f"told_{name}") for name in names),
        )
        .join(PriceChange, PriceChange.catch_id == Catch.id)
        .where(PriceChange.id.in_(last))
    ).all()
    broken = (
        f"catch {row.id}: {name} is {row._mapping[name]}, remembered is {row._mapping[f'told_{name}']}"
        for row in rows
        for name in names
        if row._mapping[name] != row._mapping[f"told_{name}"]
    )
    return finding(len(rows), broken)


def _planned(session: Session) -> Finding:
    """Steps of lots that were on sale when a rule was last decided follow from it; without a rule there are none."""
    decided = (
        select(PriceRuleChange.cooperative_id, func.max(PriceRuleChange.at).label("at"))
        .group_by(PriceRuleChange.cooperative_id)
        .subquery()
    )
    wanted = (
        select(Catch)
        .outerjoin(decided, decided.c.cooperative_id == Catch.cooperative_id)
        .where(
            or_(
                and_(Catch.is_withdrawn.is_(False), Catch.best_before > decided.c.at),
                and_(decided.c.at.is_(None), Catch.first_step_at.is_not(None)),
            )
        )
        .order_by(Catch.id)
    )
    counted = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0

    def broken() -> Iterator[str]:
        for catches in session.scalars(wanted.execution_options(yield_per=_AT_ONCE)).partitions():
            rules = rules_in_force(session, catches)
            for catch in catches:
                if steps_in(catch) != planned(catch, rules[catch.id]):
                    prices = [step.price for step in steps_in(catch)]
                    yield f"catch {catch.id} steps down to {prices}, not as its rule says"

    return finding(counted, broken())


def _broken_down(session: Session) -> Finding:
    """What who orders much pays follows from the product's breaks, for lots on sale since these were last changed."""
    changed = (
        select(Catch.product_id, func.max(PriceChange.at).label("at"))
        .join(PriceChange, PriceChange.catch_id == Catch.id)
        .where(PriceChange.cause == PriceCause.BREAKS)
        .group_by(Catch.product_id)
        .subquery()
    )
    wanted = (
        select(Catch)
        .join(Product, Product.id == Catch.product_id)
        .outerjoin(changed, changed.c.product_id == Catch.product_id)
        .where(
            or_(Product.price_breaks != "", Catch.price_breaks != ""),
            Catch.is_withdrawn.is_(False),
            or_(changed.c.at.is_(None), Catch.best_before > changed.c.at),
        )
        .order_by(Catch.id)
    )
    counted = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0

    def broken() -> Iterator[str]:
        for catches in session.scalars(wanted.execution_options(yield_per=_AT_ONCE)).partitions():
            breaks = product_breaks(session, catches)
            for catch in catches:
                if break_prices_in(catch.price_breaks) != planned_breaks(catch, breaks[catch.product_id]):
                    yield f"catch {catch.id} sells much at {catch.price_breaks!r}, not as its product says"

    return finding(counted, broken())


CHECKS = (
    Check("every lot's price is the one that was last set", "lots", _remembered),
    Check("every lot's price steps down by the rule in force for it", "lots", _planned),
    Check("every lot's wholesale prices are those of its product", "lots", _broken_down),
)
