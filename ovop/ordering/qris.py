"""The co-operative's own QRIS for an order: beside the exact amount, or asking for it where that is allowed.  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ovop.payment.qris import read_merchant_code, with_amount


@dataclass(frozen=True, slots=True)
class ToScan:
    """What a buyer's bank or wallet scans.  amount: rupiah due; amount_included: the code asks for it by itself."""

    payload: str
    amount: int
    amount_included: bool
    merchant_name: str


def to_scan(merchant_payload: str, amount: int, *, put_amount: bool) -> ToScan:
    """The code for `amount` rupiah: unaltered, unless `put_amount` (QRIS_AMOUNT=on) and something is due.

    Raises: Invalid when the co-operative's code is none.  Source: contract, QRIS.
    """
    code = read_merchant_code(merchant_payload)
    is_included = put_amount and amount > 0
    return ToScan(with_amount(code, amount) if is_included else code.payload, amount, is_included, code.merchant_name)
