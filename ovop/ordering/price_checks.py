"""An order is at the price that was asked for as much when it was placed, held against all that the lot ever had."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop.kernel.checks import Check, Finding, finding
from ovop.ordering.models import Order, OrderLine
from ovop.stock.asked_prices import Plan, prices_between
from ovop.stock.break_prices import break_prices_in
from ovop.stock.models import PriceChange
from ovop.stock.pricing import steps_in

#: An order's time is taken before it waits for its turn, and so is a price's: within this they may pass each other.
_IN_TURN = timedelta(minutes=1)


def _as_asked(session: Session) -> Finding:
    counted = session.scalar(
        select(func.count()).select_from(OrderLine).where(OrderLine.catch_id.in_(select(PriceChange.catch_id)))
    )

    def broken() -> Iterator[str]:
        changes = groupby(
            session.scalars(
                select(PriceChange).order_by(PriceChange.catch_id, PriceChange.id).execution_options(yield_per=2000)
            ),
            key=lambda change: change.catch_id,
        )
        catch_id, plans = -1, list[Plan]()
        lines = session.execute(
            select(OrderLine.catch_id, OrderLine.unit_price, OrderLine.quantity, Order.number, Order.created_at)
            .join(Order, Order.id == OrderLine.order_id)
            .where(OrderLine.catch_id.in_(select(PriceChange.catch_id)))
            .order_by(OrderLine.catch_id, OrderLine.id)
            .execution_options(yield_per=2000)
        )
        for line in lines:
            while catch_id != line.catch_id:
                catch_id, found = next(changes)
                plans = [_plan(change) for change in found]
            if line.created_at < plans[0].since:
                continue  # the lot is from before prices were remembered
            asked = prices_between(plans, line.created_at - _IN_TURN, line.created_at + _IN_TURN, line.quantity)
            if line.unit_price not in asked:
                yield f"order {line.number}: catch {catch_id} at {line.unit_price}, asked was {sorted(asked)}"

    return finding(counted or 0, broken())


def _plan(change: PriceChange) -> Plan:
    return Plan(change.at, change.unit_price, steps_in(change), break_prices_in(change.price_breaks))


CHECKS = (Check("every order is at the price that was asked when it was placed", "lines", _as_asked),)
