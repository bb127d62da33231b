"""What lots bring and how it is shared out among those who brought them, exact to the rupiah.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.money import commission_on, spread
from ovop.kernel.quantity import LARGEST_QUANTITY

#: A day's handovers are all written down so long after it has ended.
SETTLES = timedelta(minutes=10)
#: Longer than any account that a co-operative gives its members.
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Refund:
    """What of a collected order was agreed to be given back, and what of it the market gives up.  Rupiah.

    counts: whether it was agreed in the days that are asked about; others only come before it.
    """

    amount: int
    commission: int
    counts: bool


@dataclass(frozen=True, slots=True)
class SoldOrder:
    """A collected order: pairs of lot and final amount, the market's part of all, refunds as they were agreed.

    counts: whether it was collected in the days that are asked about.
    """

    lines: tuple[tuple[int, int], ...]
    commission: int
    counts: bool
    refunds: tuple[Refund, ...] = ()


@dataclass(frozen=True, slots=True)
class LotMoney:
    """What a lot brought: sold at the scales' amounts, given back to buyers, kept by the market.  Rupiah."""

    sold: int = 0
    refunded: int = 0
    commission: int = 0

    @property
    def received(self) -> int:
        """What is left for those who brought it; below zero when more was given back than sold."""
        return self.sold - self.refunded - self.commission

    def __add__(self, other: LotMoney) -> LotMoney:
        return LotMoney(self.sold + other.sold, self.refunded + other.refunded, self.commission + other.commission)


def money_of_lots(orders: Iterable[SoldOrder]) -> dict[int, LotMoney]:
    """What each lot brought in the days that are asked about; lots of which nothing counts are left out.

    Commission is spread over an order's lines by their amounts, a refund over what is left of each line: what is given
    back of a line is never more than it brought, and given back in whole it comes to nothing.
    """
    found: dict[int, LotMoney] = {}
    for order in orders:
        for catch, money in _moneys_of(order):
            found[catch] = found.get(catch, LotMoney()) + money
    return found


def _moneys_of(order: SoldOrder) -> Iterable[tuple[int, LotMoney]]:
    catches = [catch for catch, _amount in order.lines]
    amounts = [amount for _catch, amount in order.lines]
    commissions = spread(order.commission, amounts)
    if order.counts:
        for catch, amount, commission in zip(catches, amounts, commissions, strict=True):
            yield catch, LotMoney(sold=amount, commission=commission)
    for refund in order.refunds:
        back, given_up = spread(refund.amount, amounts), spread(refund.commission, commissions)
        amounts, commissions = _without(amounts, back), _without(commissions, given_up)
        if refund.counts:
            for catch, amount, commission in zip(catches, back, given_up, strict=True):
                yield catch, LotMoney(refunded=amount, commission=-commission)


def _without(whole: Sequence[int], taken: Sequence[int]) -> list[int]:
    return [before - less for before, less in zip(whole, taken, strict=True)]


def share_lot(received: int, caught: int, parts: Mapping[int, int]) -> dict[int, int]:
    """What of `received` rupiah each fisher is due, by id; the rest is the co-operative's own.

    parts: grams or pieces by fisher, of `caught` in all; what nobody is named for is the co-operative's own.
    """
    fishers = sorted(parts)
    own = max(0, caught - sum(parts.values()))
    shares = spread(received, [*(parts[fisher] for fisher in fishers), own])
    return dict(zip(fishers, shares, strict=False))


def dues_on(amount: int, basis_points: int) -> int:
    """What the co-operative keeps of a member's share, to the nearest rupiah; of a share below zero it gives back."""
    return commission_on(amount, basis_points) if amount >= 0 else -commission_on(-amount, basis_points)


def check_parts(parts: Mapping[int, int], known: Iterable[int], others: int, caught: int) -> None:
    """Returns when fishers may have brought these `parts` of a lot of which `caught` was caught.

    parts: grams or pieces by fisher, 0 for nothing.  known: the co-operative's fishers.  others: what fishers brought
    who are not in `parts`.  Raises: Invalid naming each part at fault, or `parts` when they are too much together.
    """
    fishers = set(known)
    errors = {part_field(fisher): "unknown" for fisher in parts if fisher not in fishers}
    for fisher, quantity in parts.items():
        if not 0 <= quantity <= LARGEST_QUANTITY:
            errors.setdefault(part_field(fisher), "too-small" if quantity < 0 else "too-large")
    if not errors and others + sum(parts.values()) > caught:
        errors["parts"] = "more-than-caught"
    if errors:
        raise Invalid(errors)


def part_field(fisher: int) -> str:
    """What a fisher's part is called in forms and refusals."""
    return f"part_{fisher}"


def check_period(first: date, last: date) -> None:
    """Returns when days may be asked about.  Raises: Invalid."""
    if last < first:
        raise Invalid({"to": "before-start"})
    if (last - first).days >= MOST_DAYS:
        raise Invalid({"to": "too-wide"})


def has_ended(last: date, now: datetime) -> bool:
    """Whether nothing can be sold any more on a day, so that what it brought may be shared out."""
    return now >= days.end_of(last) + SETTLES
