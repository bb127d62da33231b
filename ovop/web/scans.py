"""The QRIS of an order as pages show it: to the buyer, and on the clerk's phone held out to the buyer."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from markupsafe import Markup

from ovop.ordering.qris import ToScan, to_scan
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OrderStatus
from ovop.payment.merchant import find_merchant
from ovop.payment.rules import Method, PaymentStatus
from ovop.web.qr import qr_svg


@dataclass(frozen=True, slots=True)
class Scan:
    """What is scanned, and its drawing.  maximum: rupiah that one payment may carry."""

    code: ToScan
    drawing: Markup
    maximum: int


def find_scan(order: OrderRow, merchant_payload: str | None) -> Scan | None:
    """The code to pay `order` with, once it is certain how much is due; none when it is paid, or in another way."""
    is_due = order.status is OrderStatus.READY and order.payment_status is PaymentStatus.PENDING
    return scan_for(order.total, merchant_payload) if order.method is Method.QRIS and is_due else None


def scan_for(amount: int, merchant_payload: str | None) -> Scan | None:
    """The code to pay `amount` rupiah with.  One that cannot be read is none: paying at the counter still works."""
    merchant = find_merchant(merchant_payload)
    if merchant is None:
        return None
    settings = current_app.config["OVOP"]
    code = to_scan(merchant, amount, put_amount=settings.qris_amount, maximum=settings.qris_maximum)
    return Scan(code, qr_svg(code.payload), settings.qris_maximum)
