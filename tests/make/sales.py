"""Sales for tests: orders brought all the way to the handover by the real core, and a plain recount of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from ovop.accounts.rules import Actor
from ovop.db import write
from ovop.kernel import days
from ovop.ordering import flows
from ovop.ordering.operations import weigh_order
from ovop.ordering.rows import LineRow, OrderRow
from ovop.payment.rules import Method
from tests.make import accounts, market

TENGKURAK, LONTAR, KAMASAN = accounts.TENGKURAK, "36.04.13.2007", "36.04.31.2011"


def collect(order: OrderRow, clerk: Actor, weights: dict[int, int] | None = None, at: datetime | None = None) -> None:
    """The order is weighed (as ordered unless said otherwise) and handed over, now or `at` an instant."""
    moment = at or days.now()
    ordered = {line.catch: line.quantity for line in order.lines}
    write(weigh_order, order.number, ordered | (weights or {}), clerk, moment)
    flows.hand_over(order.number, order.pickup_code, "", clerk, moment)


def sale(
    buyer: Actor,
    seller: market.Shop,
    lines: dict[int, int],
    *,
    weights: dict[int, int] | None = None,
    method: Method = Method.CASH,
    at: datetime | None = None,
) -> OrderRow:
    """An order that was placed now and collected now or `at` an instant, as it then stands."""
    order = market.order(buyer, seller, lines, method)
    if method.is_card:
        market.pay(buyer, order.checkout_id)
    collect(order, seller.clerk, weights, at)
    return market.read(order.number, buyer)


@dataclass(frozen=True)
class Sold:
    """A collected order with one of its lines, for counting by hand."""

    day: date
    order: OrderRow
    line: LineRow


def recount(
    orders: Iterable[OrderRow], key: Callable[[Sold], Hashable] = lambda _sold: None
) -> dict[Hashable, tuple[int, int, int, int, int]]:
    """Orders, buyers, grams, pieces, rupiah of every `key`, from nothing but the orders as their buyers read them."""
    every = [
        Sold(days.day_of(order.collected_at), order, line)
        for order in orders
        if order.collected_at is not None
        for line in order.lines
        if line.final_quantity
    ]
    groups: dict[Hashable, list[Sold]] = {}
    for sold in every:
        groups.setdefault(key(sold), []).append(sold)
    return {
        value: (
            len({one.order.number for one in group}),
            len({one.order.buyer_id for one in group}),
            sum(one.line.final_quantity or 0 for one in group if one.line.measure == "weight"),
            sum(one.line.final_quantity or 0 for one in group if one.line.measure == "count"),
            sum(one.line.final_amount or 0 for one in group),
        )
        for value, group in groups.items()
    }
