"""Sales for tests: orders brought all the way to the handover by the real core."""

from __future__ import annotations

from datetime import datetime

from ovop.accounts.rules import Actor
from ovop.db import write
from ovop.kernel import days
from ovop.ordering import flows
from ovop.ordering.operations import weigh_order
from ovop.ordering.rows import OrderRow
from ovop.payment.rules import Method
from tests.make import market


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
