"""Who is due what of a lot: tables of cases, and sums that are exact whatever the numbers."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.money import commission_on
from ovop.shares.rules import (
    LotMoney,
    Refund,
    SoldOrder,
    check_parts,
    check_period,
    dues_on,
    has_ended,
    money_of_lots,
    share_lot,
)

PRAWNS, MILKFISH = 1, 2


def test_an_order_brings_its_lots_what_the_scales_said() -> None:
    orders = [
        SoldOrder(((PRAWNS, 145_000), (MILKFISH, 32_000)), 0, counts=True),
        SoldOrder(((PRAWNS, 14_500),), 0, counts=True),
        SoldOrder(((MILKFISH, 64_000),), 0, counts=False),
    ]
    assert money_of_lots(orders) == {PRAWNS: LotMoney(159_500), MILKFISH: LotMoney(32_000)}


def test_commission_is_spread_over_the_lines_by_their_amounts() -> None:
    found = money_of_lots([SoldOrder(((PRAWNS, 60_000), (MILKFISH, 40_000)), 2_501, counts=True)])
    assert found == {PRAWNS: LotMoney(60_000, 0, 1_501), MILKFISH: LotMoney(40_000, 0, 1_000)}
    assert sum(money.received for money in found.values()) == 100_000 - 2_501


def test_a_refund_is_spread_over_what_is_left_of_each_line() -> None:
    refunds = (Refund(25_000, 625, counts=True), Refund(75_000, 1_875, counts=True))
    found = money_of_lots([SoldOrder(((PRAWNS, 60_000), (MILKFISH, 40_000)), 2_500, True, refunds)])
    assert found == {PRAWNS: LotMoney(60_000, 60_000, 0), MILKFISH: LotMoney(40_000, 40_000, 0)}


def test_a_refund_counts_when_it_was_agreed() -> None:
    order = ((PRAWNS, 60_000), (MILKFISH, 40_000))
    first = money_of_lots([SoldOrder(order, 2_500, True, ())])
    later = money_of_lots([SoldOrder(order, 2_500, False, (Refund(25_000, 625, counts=True),))])
    assert first == {PRAWNS: LotMoney(60_000, 0, 1_500), MILKFISH: LotMoney(40_000, 0, 1_000)}
    assert later == {PRAWNS: LotMoney(0, 15_000, -375), MILKFISH: LotMoney(0, 10_000, -250)}
    assert later[PRAWNS].received == -14_625


@given(
    st.lists(st.integers(0, 50_000).map(lambda hundreds: hundreds * 100), min_size=1, max_size=6).filter(any),
    st.integers(0, 5_000),
    st.lists(st.integers(1, 10_000), max_size=5),
)
def test_what_is_given_back_of_an_order_never_exceeds_what_a_lot_brought(
    amounts: list[int], points: int, wanted: list[int]
) -> None:
    left, refunds = sum(amounts), []
    for part in [*wanted, 10**9]:
        amount = min(left, part)
        if amount:
            refunds.append(
                Refund(amount, commission_on(left, points) - commission_on(left - amount, points), counts=True)
            )
            left -= amount
    lines = tuple(enumerate(amounts))
    whole = commission_on(sum(amounts), points)
    for told in range(len(refunds) + 1):
        found = money_of_lots([SoldOrder(lines, whole, True, tuple(refunds[:told]))])
        assert all(0 <= money.refunded <= money.sold and money.commission >= 0 for money in found.values())
        back = sum(refund.amount for refund in refunds[:told])
        kept = commission_on(sum(amounts) - back, points)
        assert sum(money.received for money in found.values()) == sum(amounts) - back - kept
    assert all(money.received == 0 for money in found.values()), "all was given back in the end"


@pytest.mark.parametrize(
    ("received", "caught", "parts", "shares"),
    [
        (100_000, 10_000, {7: 6_000, 8: 4_000}, {7: 60_000, 8: 40_000}),
        (100_000, 10_000, {7: 6_000}, {7: 60_000}),
        (100_000, 9_000, {7: 3_000, 8: 3_000, 9: 3_000}, {7: 33_334, 8: 33_333, 9: 33_333}),
        (-100, 9_000, {9: 3_000, 8: 3_000}, {8: -34, 9: -33}),
        (0, 9_000, {7: 1}, {7: 0}),
        (5_000, 9_000, {}, {}),
    ],
)
def test_a_lot_is_shared_by_what_each_brought(
    received: int, caught: int, parts: dict[int, int], shares: dict[int, int]
) -> None:
    assert share_lot(received, caught, parts) == shares


@given(
    st.integers(-(10**9), 10**9),
    st.dictionaries(st.integers(1, 50), st.integers(1, 10**6), max_size=12),
    st.integers(0, 10**6),
    st.integers(0, 10_000),
)
def test_shares_dues_and_the_rest_are_what_was_received(
    received: int, parts: dict[int, int], own: int, points: int
) -> None:
    caught = sum(parts.values()) + own
    if caught == 0:
        return
    shares = share_lot(received, caught, parts)
    rest = received - sum(shares.values())
    dues = {fisher: dues_on(share, points) for fisher, share in shares.items()}
    assert sum(share - dues[fisher] for fisher, share in shares.items()) + sum(dues.values()) + rest == received
    assert abs(rest) <= abs(received)
    assert rest * received >= 0
    if own == 0 and parts:
        assert rest == 0
    for fisher, share in shares.items():
        assert abs(share * caught - received * parts[fisher]) < caught


@pytest.mark.parametrize(
    ("amount", "points", "dues"),
    [
        (100_000, 250, 2_500),
        (-100_000, 250, -2_500),
        (10, 500, 1),
        (-10, 500, -1),
        (9, 500, 0),
        (77, 0, 0),
        (77, 10_000, 77),
    ],
)
def test_dues_are_the_nearest_rupiah_and_are_given_back_alike(amount: int, points: int, dues: int) -> None:
    assert dues_on(amount, points) == dues


@pytest.mark.parametrize(
    ("parts", "others", "errors"),
    [
        ({7: 6_000, 8: 4_000}, 0, {}),
        ({7: 0}, 10_000, {}),
        ({7: 6_000, 8: 4_001}, 0, {"parts": "more-than-caught"}),
        ({7: 1}, 10_000, {"parts": "more-than-caught"}),
        ({7: 1_000, 99: 1_000}, 0, {"part_99": "unknown"}),
        ({7: -1, 8: 10**12}, 0, {"part_7": "too-small", "part_8": "too-large"}),
    ],
)
def test_nobody_brings_more_than_was_caught(parts: dict[int, int], others: int, errors: dict[str, str]) -> None:
    def check() -> None:
        check_parts(parts, [7, 8], others, 10_000)

    if not errors:
        return check()
    with pytest.raises(Invalid) as refused:
        check()
    assert refused.value.errors == errors
    return None


def test_days_are_asked_about_forwards_and_for_a_year_at_most() -> None:
    check_period(date(2026, 1, 1), date(2026, 1, 1))
    check_period(date(2026, 1, 1), date(2027, 1, 1))
    with pytest.raises(Invalid, match="invalid"):
        check_period(date(2026, 1, 2), date(2026, 1, 1))
    with pytest.raises(Invalid, match="invalid"):
        check_period(date(2026, 1, 1), date(2027, 1, 2))


def test_a_day_is_over_some_minutes_after_midnight_in_jakarta() -> None:
    sunday = date(2026, 1, 4)
    assert not has_ended(sunday, datetime(2026, 1, 5, 0, 9, 59, tzinfo=days.JAKARTA))
    assert has_ended(sunday, datetime(2026, 1, 5, 0, 10, tzinfo=days.JAKARTA))
