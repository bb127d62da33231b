"""The list of fishers, who brought what of a lot, and sharing out, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import text

from ovop.accounts.operations import change_rates
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid, NotFound
from ovop.ordering.rows import OrderRow
from ovop.payment.rules import Method
from ovop.shares.errors import AlreadyShared, NotOver
from ovop.shares.operations import (
    add_fisher,
    close_sharing,
    employ_fisher,
    record_parts,
    rename_fisher,
    reopen_sharing,
)
from ovop.shares.queries import list_fishers, list_part_events, list_sharings, parts_to_fill
from ovop.shares.rows import Statement
from ovop.shares.rules import LotMoney
from ovop.shares.statements import get_statement
from ovop.stock.operations import change_stock
from tests.conftest import Clock
from tests.make import accounts, market, sales, shares
from tests.make.statements import recorded

#: The clock of the tests starts on this Monday.
MONDAY = date(2026, 1, 5)
SUNDAY = MONDAY + timedelta(days=6)


@pytest.fixture
def shop(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def commission(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> int:
    """The market keeps 2.5 %."""
    settings = replace(app.config["OVOP"], commission_basis_points=250)
    monkeypatch.setitem(app.config, "OVOP", settings)
    return 250


def statement(shop: market.Shop, first: date = MONDAY, last: date = SUNDAY) -> Statement:
    found = get_statement(db.session(), shop.id, first, last)
    db.session.rollback()
    return found


def dues(shop: market.Shop, points: int) -> None:
    write(change_rates, shop.clerk, tax_number="", tax_points=0, dues_points=points)


def refusal(change: Callable[..., object], *args: object) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        write(change, *args)
    return refused.value.errors


def test_the_list_keeps_each_name_once_whatever_its_letters(shop: market.Shop) -> None:
    udin = shares.fisher(shop, "  Pak   Udin ")
    shares.fisher(shop, "Bu Saripah")
    assert refusal(add_fisher, "pak UDIN", shop.clerk, days.now()) == {"name": "name-taken"}
    assert refusal(add_fisher, " ", shop.clerk, days.now()) == {"name": "required"}
    assert refusal(rename_fisher, udin, "BU SARIPAH", shop.clerk) == {"name": "name-taken"}
    write(rename_fisher, udin, "Pak UDIN", shop.clerk)
    assert [(fisher.name, fisher.lots) for fisher in list_fishers(db.session(), shop.id)] == [
        ("Bu Saripah", 0),
        ("Pak UDIN", 0),
    ]


def test_two_cooperatives_may_have_fishers_of_one_name(shop: market.Shop) -> None:
    other = market.shop("lontar", sales.LONTAR)
    shares.fisher(shop, "Pak Udin")
    assert shares.fisher(other, "Pak Udin")


def test_nobody_else_touches_the_list(shop: market.Shop) -> None:
    udin = shares.fisher(shop, "Pak Udin")
    other = market.shop("lontar", sales.LONTAR)
    with pytest.raises(NotFound):
        write(rename_fisher, udin, "Pak Jaya", other.clerk)
    with pytest.raises(NotFound):
        write(employ_fisher, udin, other.clerk, is_active=False)
    with pytest.raises(Forbidden):
        write(add_fisher, "Pak Jaya", accounts.buyer(), days.now())


def test_who_no_longer_fishes_keeps_what_they_brought(shop: market.Shop) -> None:
    udin, ipah = shares.fisher(shop, "Pak Udin"), shares.fisher(shop, "Bu Ipah")
    before, after = market.catch(shop), market.catch(shop)
    shares.parts(shop, before, {udin: 4_000})
    write(employ_fisher, udin, shop.clerk, is_active=False)
    offered = [(part.fisher_id, part.quantity) for part in parts_to_fill(db.session(), before, shop.id)]
    assert offered == [(ipah, 0), (udin, 4_000)]
    assert [part.fisher_id for part in parts_to_fill(db.session(), after, shop.id)] == [ipah]


def test_parts_are_remembered_with_who_said_so(shop: market.Shop, clock: Clock) -> None:
    udin, ipah = shares.fisher(shop, "Pak Udin"), shares.fisher(shop, "Bu Ipah")
    catch = market.catch(shop, 10_000)
    shares.parts(shop, catch, {udin: 6_000, ipah: 3_000})
    shares.parts(shop, catch, {udin: 6_000, ipah: 3_000})
    clock.forward(hours=1)
    shares.parts(shop, catch, {ipah: 0, udin: 7_500})
    events = [(event.name, event.quantity, event.by) for event in list_part_events(db.session(), catch)]
    assert sorted(events[:2]) == [("Bu Ipah", 0, "Pak Jaya"), ("Pak Udin", 7_500, "Pak Jaya")]
    assert sorted(events[2:]) == [("Bu Ipah", 3_000, "Pak Jaya"), ("Pak Udin", 6_000, "Pak Jaya")]
    kept = {part.fisher_id: part.quantity for part in parts_to_fill(db.session(), catch, shop.id)}
    assert kept == {udin: 7_500, ipah: 0}
    assert market.broken() == []


def test_parts_are_said_of_some_fishers_at_a_time_and_never_exceed_the_lot(shop: market.Shop) -> None:
    udin, ipah = shares.fisher(shop, "Pak Udin"), shares.fisher(shop, "Bu Ipah")
    catch = market.catch(shop, 10_000)
    shares.parts(shop, catch, {udin: 6_000})
    now = days.now()
    assert refusal(record_parts, catch, {ipah: 4_001}, shop.clerk, now) == {"parts": "more-than-caught"}
    shares.parts(shop, catch, {ipah: 4_000})
    assert refusal(record_parts, catch, {udin: 6_001}, shop.clerk, now) == {"parts": "more-than-caught"}
    write(change_stock, catch, 500, "Salah timbang", shop.clerk, now)
    shares.parts(shop, catch, {udin: 6_500})
    assert market.broken() == []


def test_parts_are_for_own_lots_and_own_fishers(shop: market.Shop) -> None:
    other = market.shop("lontar", sales.LONTAR)
    udin, stranger = shares.fisher(shop, "Pak Udin"), shares.fisher(other, "Pak Amin")
    catch = market.catch(shop, 10_000)
    now = days.now()
    assert refusal(record_parts, catch, {stranger: 100}, shop.clerk, now) == {f"part_{stranger}": "unknown"}
    with pytest.raises(NotFound):
        write(record_parts, catch, {udin: 100}, other.clerk, now)
    with pytest.raises(NotFound):
        write(record_parts, 999, {udin: 100}, shop.clerk, now)
    with pytest.raises(Forbidden):
        write(record_parts, catch, {udin: 100}, accounts.buyer(), now)


def week_of(shop: market.Shop, buyer: Actor) -> tuple[int, int, OrderRow]:
    """Two fishers brought ten kilos and one of them half of four; 1.5 and 1 kg of them are sold on Monday."""
    udin, ipah = shares.fisher(shop, "Pak Udin"), shares.fisher(shop, "Bu Ipah")
    prawns, milkfish = market.catch(shop, 10_000, 145_000), market.catch(shop, 4_000, 32_000)
    shares.parts(shop, prawns, {udin: 6_000, ipah: 4_000})
    shares.parts(shop, milkfish, {udin: 2_000})
    return udin, ipah, sales.sale(buyer, shop, {prawns: 1_500, milkfish: 1_000})


def test_a_week_is_shared_by_what_each_brought_less_commission_and_dues(
    shop: market.Shop, clock: Clock, commission: int
) -> None:
    dues(shop, 500)
    udin, ipah, order = week_of(shop, accounts.buyer())
    assert order.total == 217_500 + 32_000
    found = statement(shop)
    assert found.money == LotMoney(249_500, 0, 6_238)
    assert [(lot.name, lot.money.received) for lot in found.lots] == [("Udang windu", 212_062), ("Udang windu", 31_200)]
    by_id = {share.fisher.id: share for share in found.fishers}
    assert [share.fisher.name for share in found.fishers] == ["Bu Ipah", "Pak Udin"]
    assert by_id[udin].amount == 127_237 + 15_600
    assert by_id[ipah].amount == 84_825
    assert (by_id[udin].dues, by_id[ipah].dues) == (7_142, 4_241)
    assert (found.own, found.dues, found.net) == (15_600, 11_383, 216_279)
    assert found.net + found.dues + found.own == found.money.received
    assert market.broken() == []


def test_a_refund_counts_in_the_week_in_which_it_was_agreed(shop: market.Shop, clock: Clock, commission: int) -> None:
    _udin, _ipah, order = week_of(shop, accounts.buyer())
    before = statement(shop)
    clock.forward(days=8)
    shares.refund(order.number, 50_000)
    assert statement(shop).money == before.money
    after = statement(shop, SUNDAY + timedelta(days=1), SUNDAY + timedelta(days=7))
    assert after.money == LotMoney(0, 50_000, -1_250)
    assert all(share.net < 0 for share in after.fishers)
    assert after.net + after.dues + after.own == -48_750
    whole = statement(shop, MONDAY, SUNDAY + timedelta(days=7))
    assert whole.money.received == before.money.received - 48_750
    assert market.broken() == []


def test_two_refunds_in_two_weeks_follow_each_other(shop: market.Shop, clock: Clock, commission: int) -> None:
    _udin, _ipah, order = week_of(shop, accounts.buyer())
    shares.refund(order.number, 33_333)
    clock.forward(days=7)
    shares.refund(order.number, order.total - 33_333)
    first = statement(shop)
    second = statement(shop, SUNDAY + timedelta(days=1), SUNDAY + timedelta(days=7))
    assert first.money.refunded == 33_333
    assert second.money.refunded == order.total - 33_333
    assert first.money + second.money == LotMoney(order.total, order.total, 0)
    for lot in first.lots:
        again = next(other for other in second.lots if other.id == lot.id)
        assert (lot.money + again.money).received == 0


def test_only_what_was_collected_on_the_days_counts(shop: market.Shop, clock: Clock) -> None:
    buyer, catch = accounts.buyer(), market.catch(shop, best_before=days.now() + timedelta(days=9))
    last_minute = days.end_of(MONDAY) - timedelta(seconds=1)
    sales.sale(buyer, shop, {catch: 1_000}, at=last_minute)
    sales.sale(buyer, shop, {catch: 2_000}, at=days.end_of(MONDAY))
    market.order(buyer, shop, {catch: 500})
    assert statement(shop, MONDAY, MONDAY).money.sold == 37_500
    assert statement(shop, MONDAY + timedelta(days=1), SUNDAY).money.sold == 75_000
    assert statement(shop, MONDAY - timedelta(days=7), MONDAY - timedelta(days=1)).lots == ()


def test_another_cooperatives_orders_do_not_count(shop: market.Shop) -> None:
    other = market.shop("lontar", sales.LONTAR)
    sales.sale(accounts.buyer(), other, {market.catch(other): 1_000})
    assert statement(shop).lots == ()


def test_a_card_order_counts_like_any_other(shop: market.Shop) -> None:
    udin, catch = shares.fisher(shop, "Pak Udin"), market.catch(shop, 2_000)
    shares.parts(shop, catch, {udin: 2_000})
    order = sales.sale(accounts.buyer(), shop, {catch: 1_000}, method=Method.DEMO)
    shares.refund(order.number, 7_500)
    assert [share.net for share in statement(shop).fishers] == [30_000]


def test_what_was_shared_out_stays_whatever_is_said_later(shop: market.Shop, clock: Clock, commission: int) -> None:
    dues(shop, 500)
    udin, ipah, order = week_of(shop, accounts.buyer())
    before = statement(shop)
    clock.forward(days=7)
    sharing = write(close_sharing, MONDAY, SUNDAY, shop.clerk, days.now())
    assert write(close_sharing, MONDAY, SUNDAY, shop.clerk, days.now()) == sharing
    shares.parts(shop, before.lots[0].id, {udin: 1_000, ipah: 9_000})
    write(change_stock, before.lots[1].id, 500, "Salah timbang", shop.clerk, days.now())
    dues(shop, 1_000)
    shares.refund(order.number, 10_000)
    after = statement(shop)
    assert (after.lots, after.fishers, after.dues_basis_points) == (before.lots, before.fishers, 500)
    assert after.sharing is not None
    assert after.sharing.received == before.money.received
    assert [found.id for found in list_sharings(db.session(), shop.id)] == [sharing]
    assert market.broken() == []


def test_days_that_are_not_over_are_not_shared_out(shop: market.Shop, clock: Clock) -> None:
    with pytest.raises(NotOver):
        write(close_sharing, MONDAY, MONDAY, shop.clerk, days.now())
    clock.now = days.end_of(MONDAY)
    with pytest.raises(NotOver):
        write(close_sharing, MONDAY, MONDAY, shop.clerk, days.now())
    clock.forward(minutes=10)
    assert write(close_sharing, MONDAY, MONDAY, shop.clerk, days.now())


def test_no_day_is_shared_out_twice(shop: market.Shop, clock: Clock) -> None:
    clock.forward(days=14)
    sharing = write(close_sharing, MONDAY, SUNDAY, shop.clerk, days.now())
    for first, last in ((SUNDAY, SUNDAY), (MONDAY - timedelta(days=3), MONDAY), (MONDAY, SUNDAY + timedelta(days=1))):
        with pytest.raises(AlreadyShared):
            write(close_sharing, first, last, shop.clerk, days.now())
    write(reopen_sharing, sharing, shop.clerk, days.now())
    write(reopen_sharing, sharing, shop.clerk, days.now())
    assert list_sharings(db.session(), shop.id) == []
    assert write(close_sharing, MONDAY, SUNDAY + timedelta(days=1), shop.clerk, days.now()) != sharing


def test_reopened_days_are_counted_anew(shop: market.Shop, clock: Clock) -> None:
    udin, ipah, _order = week_of(shop, accounts.buyer())
    clock.forward(days=7)
    sharing = write(close_sharing, MONDAY, SUNDAY, shop.clerk, days.now())
    lot = statement(shop).lots[1]
    shares.parts(shop, lot.id, {udin: 2_000, ipah: 2_000})
    assert statement(shop).own == 16_000
    write(reopen_sharing, sharing, shop.clerk, days.now())
    assert statement(shop).own == 0
    write(close_sharing, MONDAY, SUNDAY, shop.clerk, days.now())
    assert statement(shop).own == 0
    assert market.broken() == []


def test_sharing_is_the_cooperatives_own(shop: market.Shop, clock: Clock) -> None:
    other = market.shop("lontar", sales.LONTAR)
    clock.forward(days=7)
    sharing = write(close_sharing, MONDAY, SUNDAY, shop.clerk, days.now())
    with pytest.raises(NotFound):
        write(reopen_sharing, sharing, other.clerk, days.now())
    for other_role in (accounts.official(), replace(shop.clerk, is_manager=False)):
        with pytest.raises(Forbidden):
            write(close_sharing, MONDAY, SUNDAY, other_role, days.now())
        with pytest.raises(Forbidden):
            write(reopen_sharing, sharing, other_role, days.now())


def test_a_statement_asks_as_often_for_much_as_for_little(shop: market.Shop, clock: Clock, commission: int) -> None:
    buyer = accounts.buyer()
    _udin, _ipah, order = week_of(shop, buyer)
    shares.refund(order.number, 10_000)
    with recorded() as few:
        statement(shop)
    for number in range(6):
        fisher, catch = shares.fisher(shop, f"Nelayan {number}"), market.catch(shop)
        shares.parts(shop, catch, {fisher: 1_000})
        shares.refund(sales.sale(buyer, shop, {catch: 1_000}).number, 1_000)
    with recorded() as many:
        statement(shop)
    assert len(few) == len(many) <= 8
    clock.forward(days=7)
    write(close_sharing, MONDAY, SUNDAY, shop.clerk, days.now())
    with recorded() as shared:
        statement(shop)
    assert len(shared) <= 4


def test_nothing_about_shares_is_deleted(shop: market.Shop, clock: Clock) -> None:
    week_of(shop, accounts.buyer())
    clock.forward(days=7)
    sharing = write(close_sharing, MONDAY, SUNDAY, shop.clerk, days.now())
    write(reopen_sharing, sharing, shop.clerk, days.now())
    kept = db.session.execute(text("SELECT reopened_by FROM sharing")).scalar_one()
    assert kept == shop.clerk.id
    assert db.session.execute(text("SELECT count(*) FROM shared_lot")).scalar_one() == 2
