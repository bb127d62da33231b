"""Ways to pay for a basket: which can be chosen, and why others cannot.  Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from ovop.ordering.basket import Contents
from ovop.ordering.errors import CashNotAllowed
from ovop.ordering.offer import Offer
from ovop.ordering.rules import Standing, check_cash
from ovop.payment.rules import STRIPE_MAXIMUM, Method


class Unpayable(StrEnum):
    """Why a way to pay that exists cannot be chosen."""

    NO_CASH_HERE = "no-cash-here"
    NO_SHOWS = "no-shows"
    OPEN_ORDERS = "open-orders"
    NO_QRIS_HERE = "no-qris-here"
    ABOVE_QRIS_LIMIT = "above-qris-limit"
    BELOW_CARD_MINIMUM = "below-card-minimum"
    ABOVE_CARD_LIMIT = "above-card-limit"


@dataclass(frozen=True, slots=True)
class Way:
    """A way to pay; `unpayable` is None when it can be chosen; `sellers` are the co-operatives that rule it out."""

    method: Method
    unpayable: Unpayable | None = None
    sellers: tuple[str, ...] = ()


def ways_to_pay(
    contents: Contents, standing: Standing, *, cards: Collection[Method], qris_maximum: int, card_minimum: int
) -> tuple[Way, ...]:
    """Every way, in the order in which pages show them.  cards: the card providers of this market.

    qris_maximum: rupiah that one QRIS payment may carry; each co-operative is paid by its own.
    card_minimum: rupiah below which Stripe takes no card.
    """
    sellers = {part.cooperative_id: part.lines[0].offer for part in contents.parts}
    largest = max((part.maximum for part in contents.parts), default=0)
    return (
        _qris(tuple(sellers.values()), largest, qris_maximum),
        _cash(tuple(sellers.values()), standing),
        *(_card(method, contents.maximum, card_minimum) for method in (Method.STRIPE, Method.DEMO) if method in cards),
    )


def _card(method: Method, maximum: int, card_minimum: int) -> Way:
    if method is Method.STRIPE and maximum < card_minimum:
        return Way(method, Unpayable.BELOW_CARD_MINIMUM)
    if method is Method.STRIPE and maximum > STRIPE_MAXIMUM:
        return Way(method, Unpayable.ABOVE_CARD_LIMIT)
    return Way(method)


def _qris(sellers: tuple[Offer, ...], largest: int, qris_maximum: int) -> Way:
    without = tuple(seller.cooperative_name for seller in sellers if not seller.has_qris)
    if without:
        return Way(Method.QRIS, Unpayable.NO_QRIS_HERE, without)
    return Way(Method.QRIS, Unpayable.ABOVE_QRIS_LIMIT if largest > qris_maximum else None)


def _cash(sellers: tuple[Offer, ...], standing: Standing) -> Way:
    without = tuple(seller.cooperative_name for seller in sellers if not seller.allows_cash)
    try:
        check_cash(standing, allowed_by_all=not without)
    except CashNotAllowed as error:
        reason = str(error.facts["reason"])
        return Way(Method.CASH, Unpayable.NO_CASH_HERE if reason == "cooperative" else Unpayable(reason), without)
    return Way(Method.CASH)
