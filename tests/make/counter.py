"""Sales at the counter and losses for tests."""

from __future__ import annotations

from ovop.counter.operations import sell
from ovop.counter.rules import WalkIn
from ovop.db import write
from ovop.kernel import days
from ovop.payment.rules import Method
from ovop.stock.losses import record_loss
from ovop.stock.rules import LossCause
from tests.make import market


def walk_in(shop: market.Shop, lot: int, quantity: int = 100) -> int:
    """So much of the lot is sold in cash at 37.500; the sale's id."""
    return write(sell, WalkIn(lot, quantity, 37_500, Method.CASH), shop.clerk, days.now())


def loss(shop: market.Shop, lot: int, quantity: int = 100) -> int:
    """So much of the lot is spoilt; the movement's id."""
    return write(record_loss, lot, quantity, LossCause.SPOILT, "", shop.clerk, days.now())
