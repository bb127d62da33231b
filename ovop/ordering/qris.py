"""The co-operative's own QRIS for an order: beside the exact amount, or asking for it where that is allowed.  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ovop.payment.qris import Extra, MerchantCode, with_amount


@dataclass(frozen=True, slots=True)
class ToScan:
    """What a buyer's bank or wallet scans.  amount: rupiah due; amount_included: the code asks for it by itself.

    extra: what the code makes buyers pay beside it.  is_above_limit: more than one payment may carry.
    """

    payload: str
    amount: int
    amount_included: bool
    merchant_name: str
    extra: Extra
    is_above_limit: bool


def to_scan(code: MerchantCode, amount: int, *, put_amount: bool, maximum: int) -> ToScan:
    """The code for `amount` rupiah: unaltered, unless `put_amount` (QRIS_AMOUNT=on) and that much can be asked for.

    maximum: rupiah that one payment may carry (QRIS_MAXIMUM).  Source: contract, QRIS.
    """
    is_included = put_amount and 0 < amount <= maximum
    return ToScan(
        payload=with_amount(code, amount) if is_included else code.payload,
        amount=amount,
        amount_included=is_included,
        merchant_name=code.merchant_name,
        extra=code.extra,
        is_above_limit=amount > maximum,
    )
