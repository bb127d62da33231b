"""Checkouts: a whole purchase, over one or several co-operatives."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ovop.accounts.rules import Actor
from ovop.api.v1.schemas.fields import Answer, Body, Instant, Key, Line, Quantity
from ovop.api.v1.schemas.orders import Order, order_of
from ovop.ordering.requests import MOST_LINES, CheckoutRequest, WantedLine, WantedPickup
from ovop.ordering.rows import CheckoutRow
from ovop.ordering.rules import CheckoutStatus
from ovop.payment.rules import Method, PaymentStatus


class LineBody(Body):
    """So much of a catch."""

    catch: Key
    quantity: Quantity


class PickupBody(Body):
    """The slot in which one co-operative's goods are collected."""

    cooperative: Key
    slot: Key


class CheckoutBody(Body):
    """What is bought, where it is collected, how it is paid."""

    lines: list[LineBody] = Field(min_length=1, max_length=MOST_LINES)
    pickups: list[PickupBody] = Field(min_length=1, max_length=MOST_LINES)
    payment: Method
    note: Line = Field(default="", max_length=300, description="For the co-operative.")

    def as_request(self) -> CheckoutRequest:
        """What ordering takes."""
        return CheckoutRequest(
            lines=tuple(WantedLine(line.catch, line.quantity) for line in self.lines),
            pickups=tuple(WantedPickup(pickup.cooperative, pickup.slot) for pickup in self.pickups),
            payment=self.payment,
            note=self.note,
        )


class CheckoutPayment(Answer):
    """How a checkout is paid.  redirect_url: where the buyer pays by card, while that can still be done."""

    method: Method
    status: PaymentStatus
    redirect_url: str | None


class Checkout(Answer):
    """A purchase with its orders, one for each co-operative; a co-operative sees its own alone, and sums of it."""

    id: str
    status: CheckoutStatus
    total: int
    currency: Literal["IDR"] = "IDR"
    expires_at: Instant | None
    payment: CheckoutPayment
    orders: list[Order]


def checkout_of(row: CheckoutRow, actor: Actor, redirect_url: str | None) -> Checkout:
    """The checkout as `actor` is shown it."""
    return Checkout(
        id=row.id,
        status=row.status,
        total=row.total,
        expires_at=row.expires_at,
        payment=CheckoutPayment(method=row.method, status=row.payment_status, redirect_url=redirect_url),
        orders=[order_of(order, actor) for order in row.orders],
    )
