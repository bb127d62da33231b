"""Counting a planned lot: what becomes of its orders; every test ends with what `verify` finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from apiflask import APIFlask

from ovop.accounts.rules import Actor
from ovop.advance import counting, flows
from ovop.advance.errors import NotPlanned
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.ordering import card_flows, operations, paying
from ovop.ordering import flows as ordering
from ovop.ordering.errors import NothingWeighed, OverMaximum
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OrderStatus
from ovop.outside.models import OutboxJob
from ovop.payment.rules import EventKind, Method, PaymentStatus
from ovop.shares.operations import record_parts
from ovop.stock.errors import NotOnSale
from ovop.stock.models import Catch
from ovop.stock.operations import change_stock, withdraw_catch
from ovop.undo.errors import ChangedSince
from tests.conftest import Clock
from tests.make import accounts, advance, market, shares
from tests.make.market import Shop


@pytest.fixture
def shop(app: APIFlask) -> Shop:
    return market.shop()


@pytest.fixture(autouse=True)
def nothing_is_broken(app: APIFlask) -> Iterator[None]:
    yield
    db.session.rollback()
    assert market.broken() == []


def ordered(shop: Shop, catch: int, quantity: int, method: Method = Method.CASH, **more: int) -> tuple[Actor, OrderRow]:
    """An order of somebody new, for the first slot that fits; `more` are further lots."""
    buyer = accounts.buyer(f"pembeli{len(db.session.query(OutboxJob).all())}-{catch}-{quantity}@contoh.id")
    lines = {catch: quantity} | {int(key[1:]): value for key, value in more.items()}
    return buyer, market.order(buyer, shop, lines, method, advance.after(shop, catch))


def letters(kind: str) -> list[str]:
    """Orders to which letters of that kind go."""
    db.session.rollback()
    jobs = db.session.query(OutboxJob).filter(OutboxJob.kind == "letter").order_by(OutboxJob.id)
    return [job.payload["order"] for job in jobs if job.payload["letter"] == kind]


def count(shop: Shop, catch: int, quantity: int) -> int:
    return flows.count_harvest(catch, quantity, shop.clerk, days.now())


def test_what_is_planned_can_be_ordered_until_its_time_and_then_waits(shop: Shop, clock: Clock) -> None:
    catch = advance.planned(shop)
    slot = advance.after(shop, catch)
    assert db.session.get_one(Catch, catch).is_planned
    ordered(shop, catch, 1_000)
    clock.forward(hours=3)
    with pytest.raises(NotOnSale):
        market.order(accounts.buyer(), shop, {catch: 1_000}, slot=slot)
    count(shop, catch, 10_000)
    assert market.order(accounts.buyer("lain@contoh.id"), shop, {catch: 1_000}).status is OrderStatus.CONFIRMED


def test_what_lands_within_the_hour_is_not_planned(shop: Shop) -> None:
    assert not db.session.get_one(Catch, advance.planned(shop, hours=1)).is_planned
    with pytest.raises(NotPlanned):
        count(shop, market.catch(shop), 5_000)


def test_more_than_planned_is_on_sale(shop: Shop) -> None:
    catch = advance.planned(shop)
    _buyer, order = ordered(shop, catch, 4_000)
    assert count(shop, catch, 12_500) == 0
    assert advance.stock(catch) == (12_500, 8_500, 4_000, 0, 0)
    assert letters("allotted") == []
    assert market.read(order.number, shop.clerk).lines[0].allotted is None


def test_less_than_planned_first_takes_what_nobody_ordered(shop: Shop) -> None:
    catch = advance.planned(shop)
    ordered(shop, catch, 4_000)
    count(shop, catch, 5_000)
    assert advance.stock(catch) == (5_000, 1_000, 4_000, 0, 0)
    assert letters("allotted") == letters("cancelled") == []


def test_the_first_get_theirs_one_a_part_and_the_last_nothing(shop: Shop) -> None:
    catch = advance.planned(shop)
    (_one, full), (buyer, partly), (_three, nothing) = (
        ordered(shop, catch, amount) for amount in (4_000, 4_000, 2_000)
    )
    assert count(shop, catch, 6_500) == 1
    assert advance.stock(catch) == (6_500, 0, 6_500, 0, 0)
    assert letters("allotted") == [partly.number]
    assert letters("cancelled") == [nothing.number]
    cut = market.read(partly.number, buyer)
    assert (cut.lines[0].quantity, cut.lines[0].allotted, cut.total) == (4_000, 2_500, partly.total)
    gone = market.read(nothing.number, shop.clerk)
    assert (gone.status, gone.history[-1].reason) == (OrderStatus.CANCELLED, counting.NOTHING_LEFT)
    assert market.read(full.number, shop.clerk).lines[0].allotted is None


def test_a_part_is_weighed_as_a_part(shop: Shop) -> None:
    catch = advance.planned(shop)
    ordered(shop, catch, 6_000)
    buyer, order = ordered(shop, catch, 4_000)
    count(shop, catch, 8_500)
    with pytest.raises(OverMaximum) as refused:
        write(operations.weigh_order, order.number, {catch: 2_751}, shop.clerk, days.now())
    assert refused.value.facts["maximum"] == 2_750
    write(operations.weigh_order, order.number, {catch: 2_400}, shop.clerk, days.now())
    assert advance.stock(catch) == (8_500, 100, 8_400, 0, 0)
    assert letters("short") == [order.number]
    ordering.hand_over(order.number, market.read(order.number, buyer).pickup_code, "", shop.clerk, days.now())
    assert market.read(order.number, buyer).total == 72_000
    assert advance.stock(catch) == (8_500, 100, 6_000, 2_400, 0)


def test_an_order_with_other_goods_keeps_them_and_a_line_of_nothing(shop: Shop) -> None:
    catch, other = advance.planned(shop), market.catch(shop)
    ordered(shop, catch, 6_000)
    buyer, order = ordered(shop, catch, 4_000, **{f"c{other}": 1_000})
    assert count(shop, catch, 6_000) == 0
    assert [line.allotted for line in market.read(order.number, buyer).lines] == [0, None]
    assert letters("allotted") == [order.number]
    with pytest.raises(NothingWeighed):
        write(operations.weigh_order, order.number, {catch: 0, other: 0}, shop.clerk, days.now())
    write(operations.weigh_order, order.number, {catch: 0, other: 1_000}, shop.clerk, days.now())
    assert advance.stock(catch) == (6_000, 0, 6_000, 0, 0)


def test_nothing_at_all_cancels_everything_and_ends_the_lot(shop: Shop) -> None:
    catch = advance.planned(shop)
    buyer, order = ordered(shop, catch, 4_000)
    assert count(shop, catch, 0) == 1
    assert advance.stock(catch) == (0, 0, 0, 0, 0)
    assert db.session.get_one(Catch, catch).is_withdrawn
    assert market.read(order.number, buyer).status is OrderStatus.CANCELLED
    with pytest.raises(NotPlanned):
        count(shop, catch, 5_000)


def test_counted_twice_is_counted_once_and_a_mistyped_number_is_set_right(shop: Shop) -> None:
    catch = advance.planned(shop)
    buyer, order = ordered(shop, catch, 4_000)
    count(shop, catch, 1_000)
    count(shop, catch, 1_000)
    assert letters("allotted") == [order.number]
    count(shop, catch, 10_000)
    assert advance.stock(catch) == (10_000, 6_000, 4_000, 0, 0)
    assert market.read(order.number, buyer).lines[0].allotted is None
    assert letters("allotted") == [order.number] * 2, "told once for each change"


def test_a_card_counts_from_when_it_was_paid_and_unpaid_ones_come_last(shop: Shop) -> None:
    catch = advance.planned(shop)
    late, unpaid = accounts.buyer("a@contoh.id"), accounts.buyer("b@contoh.id")
    slot = advance.after(shop, catch)
    waiting = market.check_out(unpaid, market.wanted(shop, {catch: 2_000}, Method.DEMO, slot))
    paid = market.check_out(late, market.wanted(shop, {catch: 4_000}, Method.DEMO, slot))
    _cash, cash = ordered(shop, catch, 4_000)
    market.pay(late, paid.id)
    assert [line.number for line in counting.waiting_for(db.session(), catch)] == [
        cash.number,
        paid.orders[0].number,
        waiting.orders[0].number,
    ]


def test_a_card_whose_order_gets_nothing_is_charged_nothing(shop: Shop) -> None:
    catch = advance.planned(shop)
    ordered(shop, catch, 6_000)
    buyer = accounts.buyer("kartu@contoh.id")
    checkout = market.check_out(buyer, market.wanted(shop, {catch: 4_000}, Method.DEMO, advance.after(shop, catch)))
    market.pay(buyer, checkout.id)
    assert count(shop, catch, 6_200) == 1
    card_flows.settle({"checkout": checkout.id}, days.now())
    order = market.read(checkout.orders[0].number, buyer)
    assert (order.status, order.payment_status) == (OrderStatus.CANCELLED, PaymentStatus.VOID)
    assert advance.stock(catch) == (6_200, 200, 6_000, 0, 0)


def test_an_unpaid_order_that_gets_nothing_takes_no_money_that_comes_later(shop: Shop) -> None:
    catch = advance.planned(shop)
    ordered(shop, catch, 6_000)
    buyer = accounts.buyer("kartu@contoh.id")
    checkout = market.check_out(buyer, market.wanted(shop, {catch: 4_000}, Method.DEMO, advance.after(shop, catch)))
    assert count(shop, catch, 6_000) == 1
    payment = checkout.orders[0].payment_id
    ordering.apply_payment_event(payment, EventKind.AUTHORISED, checkout.maximum, f"{payment}:authorised", days.now())
    assert market.read(checkout.orders[0].number, buyer).status is OrderStatus.CANCELLED


def test_an_expired_part_that_is_paid_late_buys_anew_of_what_is_left(shop: Shop, clock: Clock) -> None:
    catch = advance.planned(shop)
    ordered(shop, catch, 6_000)
    buyer = accounts.buyer("kartu@contoh.id")
    checkout = market.check_out(buyer, market.wanted(shop, {catch: 4_000}, Method.DEMO, advance.after(shop, catch)))
    count(shop, catch, 8_000)
    assert advance.stock(catch) == (8_000, 0, 8_000, 0, 0)
    clock.forward(minutes=31)
    write(paying.expire_checkout, checkout.id, days.now())
    count(shop, catch, 10_000)
    payment = checkout.orders[0].payment_id
    ordering.apply_payment_event(payment, EventKind.AUTHORISED, checkout.maximum, f"{payment}:authorised", days.now())
    order = market.read(checkout.orders[0].number, buyer)
    assert (order.status, order.lines[0].allotted) == (OrderStatus.CONFIRMED, None)
    assert advance.stock(catch) == (10_000, 0, 10_000, 0, 0)


def test_what_is_packed_sold_or_lost_stays(shop: Shop, clock: Clock) -> None:
    catch = advance.planned(shop)
    _first, early = ordered(shop, catch, 4_000)
    _second, late = ordered(shop, catch, 4_000)
    write(operations.weigh_order, late.number, {catch: 4_000}, shop.clerk, days.now())
    with pytest.raises(Invalid) as refused:
        count(shop, catch, 3_999)
    assert refused.value.errors == {"quantity": "less-than-gone"}
    assert count(shop, catch, 4_100) == 1, "less than a tenth of what the first one wants"
    assert market.read(early.number, shop.clerk).status is OrderStatus.CANCELLED
    assert advance.stock(catch) == (4_100, 100, 4_000, 0, 0)


def test_less_of_a_plan_is_no_loss(shop: Shop) -> None:
    catch = advance.planned(shop)
    write(change_stock, catch, -2_000, "Kolam dua belum siap", shop.clerk, days.now())
    assert advance.stock(catch) == (8_000, 8_000, 0, 0, 0)
    write(withdraw_catch, catch, "Batal panen", shop.clerk, days.now())
    assert advance.stock(catch) == (0, 0, 0, 0, 0)


def test_what_is_not_there_yet_cannot_be_lost(shop: Shop) -> None:
    catch = advance.planned(shop)
    _buyer, order = ordered(shop, catch, 4_000)
    write(operations.cancel_order, order.number, shop.clerk, days.now(), "coba", restock=False)
    assert advance.stock(catch) == (10_000, 10_000, 0, 0, 0)


def test_what_fishers_are_named_for_cannot_be_counted_away(shop: Shop) -> None:
    catch = advance.planned(shop)
    write(record_parts, catch, {shares.fisher(shop, "Pak Udin"): 6_000}, shop.clerk, days.now())
    with pytest.raises(ChangedSince):
        count(shop, catch, 5_000)
    count(shop, catch, 0)
    assert advance.stock(catch) == (0, 0, 0, 0, 0), "of nothing they brought nothing"


def test_only_its_own_co_operative_counts(shop: Shop) -> None:
    catch = advance.planned(shop)
    other = market.shop("lontar", "36.04.13.2007")
    with pytest.raises(NotFound):
        count(other, catch, 5_000)


def test_killed_between_counting_and_cancelling_the_outbox_goes_on(shop: Shop) -> None:
    catch = advance.planned(shop)
    numbers = [ordered(shop, catch, 2_000)[1].number for _ in range(4)]
    write(counting.count_harvest, catch, 2_000, shop.clerk, days.now())
    assert advance.stock(catch) == (2_000, 0, 2_000, 0, 0)
    job = db.session.query(OutboxJob).filter(OutboxJob.kind == counting.CANCEL_EMPTY_JOB).one()
    write(counting.cancel_when_empty, numbers[1], shop.clerk.id, days.now())  # as far as it came
    assert flows.cancel_empty(job.payload, days.now()) == 2
    assert flows.cancel_empty(job.payload, days.now()) == 0
    assert [market.read(number, shop.clerk).status.value for number in numbers] == ["confirmed"] + ["cancelled"] * 3


def test_counted_up_again_before_the_job_came_cancels_nobody(shop: Shop) -> None:
    catch = advance.planned(shop)
    _buyer, order = ordered(shop, catch, 2_000)
    write(counting.count_harvest, catch, 100, shop.clerk, days.now())
    write(counting.count_harvest, catch, 2_000, shop.clerk, days.now())
    assert flows.cancel_empty({"catch": catch, "actor": shop.clerk.id}, days.now()) == 0
    assert market.read(order.number, shop.clerk).status is OrderStatus.CONFIRMED


def test_a_reminder_goes_out_once_when_the_time_has_come(shop: Shop, clock: Clock) -> None:
    catch = advance.planned(shop)
    ordered(shop, catch, 2_000)
    assert flows.remind(days.now()) == 0
    clock.forward(hours=4)
    assert flows.remind(days.now()) == flows.remind(days.now() + timedelta(minutes=5)) == 1
    assert db.session.query(OutboxJob).filter(OutboxJob.kind == "remind-to-count").count() == 1
