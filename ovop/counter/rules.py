"""What is sold at the counter, and what it comes to.  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ovop.kernel.errors import Invalid
from ovop.kernel.money import Rupiah, line_amount, price_within
from ovop.kernel.quantity import Measure, within
from ovop.payment.rules import Method

LONGEST_REFERENCE, LONGEST_REASON = 80, 200
#: How somebody without an account can pay.
METHODS = (Method.CASH, Method.QRIS)


@dataclass(frozen=True, slots=True)
class WalkIn:
    """What somebody at the counter buys of a lot: grams or pieces, rupiah per unit, how it was paid.

    reference: what the bank or wallet calls the payment, where it was noted.
    """

    catch_id: int
    quantity: int
    unit_price: int
    method: Method
    reference: str = ""


def amount_of(quantity: int, unit_price: int, measure: Measure) -> Rupiah:
    """What it comes to, rounded as every line is.  Raises: Invalid for nothing, too much, or what is worth nothing."""
    amount = line_amount(price_within(unit_price), within(quantity), measure)
    if amount == 0:
        raise Invalid({"quantity": "too-small"})
    return amount


def check_walk_in(wanted: WalkIn) -> None:
    """Returns when it can be paid so.  Raises: Invalid."""
    if wanted.method not in METHODS:
        raise Invalid({"method": "unknown"})
    if len(wanted.reference) > LONGEST_REFERENCE:
        raise Invalid({"reference": "too-long"})


def sale_code(cooperative_id: int, number: int) -> str:
    """What a receipt is called: ``012-T000045``, no other's in the market."""
    return f"{cooperative_id:03d}-T{number:06d}"
