"""What reading an order gives: frozen, complete, the same from placing it and from the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ovop.kernel.money import line_amount
from ovop.kernel.quantity import Measure
from ovop.ordering.rules import CheckoutStatus, OrderStatus
from ovop.payment.rules import Method, PaymentStatus


@dataclass(frozen=True, slots=True)
class LineRow:
    """Grams or pieces; rupiah.  `final_*` are None until weighed; allotted: what a harvest left of it, where less."""

    catch: int
    name: str
    form: str
    species_code: str
    measure: str
    unit: str
    quantity: int
    unit_price: int
    amount: int
    maximum: int
    final_quantity: int | None
    final_amount: int | None
    allotted: int | None = None

    @property
    def promised(self) -> int:
        """What is to be packed of it: as ordered, unless a harvest brought less."""
        return self.quantity if self.allotted is None else self.allotted

    @property
    def expected(self) -> int:
        """What that comes to, rupiah."""
        return line_amount(self.unit_price, self.promised, Measure(self.measure))


@dataclass(frozen=True, slots=True)
class PickupRow:
    """Where and when; degrees, instants.  host: the neighbour whose point it is, where it is not the seller's own."""

    point_id: int
    point_name: str
    address: str
    latitude: float
    longitude: float
    slot_id: int
    starts_at: datetime
    ends_at: datetime
    host: str | None


@dataclass(frozen=True, slots=True)
class EventRow:
    """A step of an order's life."""

    status: OrderStatus
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UsedScale:
    """What an order was weighed on, and until when (day in Asia/Jakarta) that was verified then; None: nobody knew."""

    name: str
    verified_until: date | None


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order.  `pickup_code` is for its buyer's eyes; whoever shows an order asks whether that is who looks."""

    id: int
    number: str
    checkout_id: str
    status: OrderStatus
    buyer_id: int
    cooperative_id: int
    cooperative_name: str
    village_code: str
    village_name: str
    pickup: PickupRow
    lines: tuple[LineRow, ...]
    estimate: int
    maximum: int
    total: int
    method: Method
    payment_id: str
    payment_status: PaymentStatus
    pickup_code: str
    note: str
    reference: str
    receipt_number: int | None
    tax_basis_points: int
    refunded: int
    created_at: datetime
    expires_at: datetime | None
    weighed_at: datetime | None
    collected_at: datetime | None
    history: tuple[EventRow, ...]
    #: None where it is not weighed yet, or nobody said on what.
    scale: UsedScale | None = None


@dataclass(frozen=True, slots=True)
class CheckoutRow:
    """A checkout with its orders, as the buyer listed their pickups."""

    id: str
    status: CheckoutStatus
    buyer_id: int
    total: int
    maximum: int
    method: Method
    payment_status: PaymentStatus
    expires_at: datetime | None
    created_at: datetime
    orders: tuple[OrderRow, ...]
