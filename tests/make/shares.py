"""Fishers, their parts of lots, and refunds for tests, by the operations that the market uses."""

from __future__ import annotations

from datetime import datetime

from ovop.accounts.operations import change_rates
from ovop.db import write
from ovop.kernel import days
from ovop.ordering.locks import lock_order
from ovop.ordering.refunding import agree_refund
from ovop.shares.operations import add_fisher, record_parts
from tests.make import market


def fisher(seller: market.Shop, name: str) -> int:
    """A fisher of that co-operative; answers their id."""
    return write(add_fisher, name, seller.clerk, days.now())


def parts(seller: market.Shop, catch: int, brought: dict[int, int]) -> None:
    """Each fisher brought so much of the lot."""
    write(record_parts, catch, brought, seller.clerk, days.now())


def refund(number: str, amount: int, at: datetime | None = None) -> None:
    """So much of a collected order is agreed to be given back, now or `at` an instant."""
    moment = at or days.now()

    def agree(session: object) -> None:
        checkout, order = lock_order(session, number)  # type: ignore[arg-type]
        agree_refund(session, checkout, order, amount, moment)  # type: ignore[arg-type]

    write(agree)


def taxable(seller: market.Shop, points: int) -> None:
    """The co-operative says that its prices include a tax of so many basis points."""
    write(change_rates, seller.clerk, tax_number="01.234.567.8-901.000", tax_points=points, dues_points=0)
