"""Orders, and what is done with them."""

from __future__ import annotations

from pydantic import Field, StrictBool

from ovop.accounts.rules import Actor
from ovop.api.v1.schemas.fields import Answer, Body, Coded, Instant, Key, Line, Ref, Whole
from ovop.api.v1.schemas.pages import Page
from ovop.kernel.quantity import LARGEST_QUANTITY
from ovop.ordering.requests import MOST_LINES
from ovop.ordering.rows import LineRow, OrderRow, PickupRow
from ovop.ordering.rules import OrderStatus
from ovop.payment.rules import Method, PaymentStatus


class OrderLine(Answer):
    """A lot in an order.  Quantities in grams or pieces, money in rupiah; final_* are null until weighed."""

    catch: int
    name: str
    quantity: int
    unit_price: int
    amount: int
    final_quantity: int | None
    final_amount: int | None


class PickupPlace(Answer):
    """Where to collect; degrees."""

    id: int
    name: str
    latitude: float
    longitude: float


class PickupTime(Answer):
    """When to collect."""

    id: int
    starts_at: Instant
    ends_at: Instant


class Pickup(Answer):
    """Where and when."""

    point: PickupPlace
    slot: PickupTime


class OrderPayment(Answer):
    """How an order is paid, and how far that is."""

    method: Method
    status: PaymentStatus


class Event(Answer):
    """A step of an order's life."""

    status: OrderStatus
    at: Instant


class Order(Answer):
    """One co-operative's part of a checkout, in rupiah.  total: the estimate until weighed, then the final sum."""

    number: str
    status: OrderStatus
    cooperative: Ref
    village: Coded
    pickup: Pickup
    lines: list[OrderLine]
    estimate: int
    maximum: int = Field(description="Nobody ever pays more: the amounts at estimate + 10 %.")
    total: int
    payment: OrderPayment
    pickup_code: str | None = Field(
        default=None,
        exclude_if=lambda code: code is None,
        description="Six digits; only the buyer is shown them, others get an order without.",
    )
    history: list[Event]


class OrderPage(Page[Order]):
    """Orders, newest first."""


class CancelBody(Body):
    """Why an order is cancelled.  restock: false books the goods as lost; only the co-operative's word counts."""

    reason: Line = Field(default="", max_length=200)
    restock: StrictBool = True


class WeighedLine(Body):
    """What a line weighs, or how many pieces it has."""

    catch: Key
    quantity: Whole = Field(ge=0, le=LARGEST_QUANTITY)


class WeighBody(Body):
    """Every line of the order, weighed or counted.  scale: what it was weighed on, one of the co-operative's own."""

    lines: list[WeighedLine] = Field(min_length=1, max_length=MOST_LINES)
    scale: Key | None = None


class HandoverBody(Body):
    """The code that the buyer shows.  reference: of the payment, such as a QRIS reference number."""

    code: Line = Field(max_length=20)
    reference: Line = Field(default="", max_length=80)


class NoShowBody(Body):
    """Nothing needs to be said."""


class Qris(Answer):
    """The co-operative's own code, and what is due in rupiah.  amount_included: the code asks for it by itself."""

    payload: str
    amount: int
    amount_included: bool
    merchant_name: str


def order_of(row: OrderRow, actor: Actor) -> Order:
    """The order as `actor` is shown it."""
    return Order(
        number=row.number,
        status=row.status,
        cooperative=Ref(id=row.cooperative_id, name=row.cooperative_name),
        village=Coded(code=row.village_code, name=row.village_name),
        pickup=_pickup(row.pickup),
        lines=[_line(line) for line in row.lines],
        estimate=row.estimate,
        maximum=row.maximum,
        total=row.total,
        payment=OrderPayment(method=row.method, status=row.payment_status),
        pickup_code=row.pickup_code if actor.id == row.buyer_id else None,
        history=[Event(status=event.status, at=event.at) for event in row.history],
    )


def _pickup(row: PickupRow) -> Pickup:
    return Pickup(
        point=PickupPlace(id=row.point_id, name=row.point_name, latitude=row.latitude, longitude=row.longitude),
        slot=PickupTime(id=row.slot_id, starts_at=row.starts_at, ends_at=row.ends_at),
    )


def _line(row: LineRow) -> OrderLine:
    return OrderLine(
        catch=row.catch,
        name=row.name,
        quantity=row.quantity,
        unit_price=row.unit_price,
        amount=row.amount,
        final_quantity=row.final_quantity,
        final_amount=row.final_amount,
    )
