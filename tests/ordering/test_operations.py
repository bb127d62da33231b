"""Orders from basket to handover, on both databases; every test ends with what `verify` finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from apiflask import APIFlask

from ovop.accounts.errors import KeyReused
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid, NotFound
from ovop.ordering import card_flows, flows, operations, queries
from ovop.ordering.errors import (
    CashNotAllowed,
    Locked,
    NothingWeighed,
    OverMaximum,
    TooEarly,
    WrongCode,
    WrongStatus,
)
from ovop.ordering.requests import CheckoutRequest, WantedLine, WantedPickup
from ovop.ordering.rules import OrderStatus
from ovop.payment.errors import MethodNotAllowed
from ovop.payment.rules import EventKind, Method, PaymentStatus
from ovop.pickup.errors import SlotFull, SlotUnsuitable
from ovop.pickup.models import Slot
from ovop.stock.errors import NotOnSale, OutOfStock
from ovop.stock.models import Catch
from ovop.stock.operations import withdraw_catch
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market
from tests.make.market import Shop


@pytest.fixture
def shop(app: APIFlask) -> Shop:
    return market.shop()


@pytest.fixture
def buyer(app: APIFlask) -> Actor:
    return accounts.buyer()


@pytest.fixture(autouse=True)
def nothing_is_broken(app: APIFlask) -> Iterator[None]:
    yield
    db.session.rollback()
    assert market.broken() == []


def lot(catch: int) -> tuple[int, int, int, int]:
    """available, held, sold, lost of a lot."""
    db.session.rollback()
    row = db.session.get_one(Catch, catch, populate_existing=True)
    return row.available, row.held, row.sold, row.lost


def booked(slot: int) -> int:
    db.session.rollback()
    return db.session.get_one(Slot, slot, populate_existing=True).booked


def test_the_whole_story_in_cash(shop: Shop, buyer: Actor) -> None:
    catch = market.catch(shop)
    order = market.order(buyer, shop, {catch: 1500})
    assert (order.estimate, order.maximum, order.total) == (56_300, 61_900, 56_300)
    assert order.status is OrderStatus.CONFIRMED
    assert lot(catch) == (8500, 1500, 0, 0)
    assert booked(order.pickup.slot_id) == 1

    write(operations.weigh_order, order.number, {catch: 1480}, shop.clerk, days.now())
    weighed = market.read(order.number, buyer)
    assert (weighed.status, weighed.total, weighed.payment_status) == ("ready", 55_500, "pending")
    assert lot(catch) == (8520, 1480, 0, 0)

    flows.hand_over(order.number, order.pickup_code, "", shop.clerk, days.now())
    collected = market.read(order.number, buyer)
    assert (collected.status, collected.payment_status) == ("collected", "paid")
    assert [event.status for event in collected.history] == ["confirmed", "ready", "collected"]
    assert lot(catch) == (8520, 0, 1480, 0)
    assert booked(order.pickup.slot_id) == 1


def test_the_whole_story_by_card_over_two_cooperatives(app: APIFlask, buyer: Actor) -> None:
    one, two = market.shop("lontar", "36.04.13.2007"), market.shop("domas", "36.04.12.2009")
    first, second = market.catch(one), market.catch(two, unit_price=32_000)
    request = CheckoutRequest(
        (WantedLine(first, 1000), WantedLine(second, 2000)),
        tuple(WantedPickup(shop.id, market.slots(shop)[0].id) for shop in (one, two)),
        Method.DEMO,
    )
    checkout = market.check_out(buyer, request)
    assert checkout.status == "awaiting_payment"
    assert checkout.maximum == 41_300 + 70_400
    payment = market.pay(buyer, checkout.id)
    numbers = {order.cooperative_id: order.number for order in checkout.orders}
    assert market.read(numbers[one.id], buyer).status == "confirmed"

    write(operations.weigh_order, numbers[one.id], {first: 900}, one.clerk, days.now())
    card_flows.settle({"checkout": checkout.id}, days.now())
    after_first = queries.get_checkout(db.session(), checkout.id, buyer, days.now())
    assert after_first.payment_status is PaymentStatus.PAID  # 33 800 final + 70 400 maximum of the rest

    write(operations.weigh_order, numbers[two.id], {second: 2100}, two.clerk, days.now())
    card_flows.settle({"checkout": checkout.id}, days.now())
    card_flows.settle({"checkout": checkout.id}, days.now())
    assert sums(payment) == (111_700, 33_800 + 70_400, 70_400 - 67_200)

    write(operations.cancel_order, numbers[two.id], buyer, days.now())
    card_flows.settle({"checkout": checkout.id}, days.now())
    assert sums(payment) == (111_700, 104_200, 70_400)
    code = next(order.pickup_code for order in checkout.orders if order.cooperative_id == one.id)
    flows.hand_over(numbers[one.id], code, "", one.clerk, days.now())
    assert market.read(numbers[one.id], buyer).payment_status is PaymentStatus.PAID
    assert market.read(numbers[two.id], buyer).payment_status is PaymentStatus.REFUNDED


def sums(payment: str) -> tuple[int, int, int]:
    from ovop.payment.models import Payment

    db.session.rollback()
    row = db.session.get_one(Payment, payment, populate_existing=True)
    return row.authorised, row.captured, row.refunded


def test_the_same_key_gives_the_same_answer_and_changes_nothing_more(shop: Shop, buyer: Actor) -> None:
    catch = market.catch(shop)
    request = market.wanted(shop, {catch: 1000})
    first = flows.check_out(request, buyer, "key", days.now(), lambda row: row.id)
    again = flows.check_out(request, buyer, "key", days.now(), lambda _row: "another wording")
    assert not first.is_replay
    assert again.is_replay
    assert again.answer == first.answer
    assert count("order") == 1
    with pytest.raises(KeyReused):
        flows.check_out(market.wanted(shop, {catch: 2000}), buyer, "key", days.now(), lambda row: row.id)
    other = accounts.buyer("joko@contoh.id")
    assert not flows.check_out(request, other, "key", days.now(), lambda row: row.id).is_replay
    assert lot(catch) == (8000, 2000, 0, 0)


def test_a_refused_checkout_takes_nothing_of_anybody(app: APIFlask, buyer: Actor) -> None:
    one, two = market.shop("lontar", "36.04.13.2007"), market.shop("domas", "36.04.12.2009")
    first, second = market.catch(one), market.catch(two, quantity=500)
    request = CheckoutRequest(
        (WantedLine(first, 1000), WantedLine(second, 501)),
        tuple(WantedPickup(shop.id, market.slots(shop)[0].id) for shop in (one, two)),
        Method.CASH,
    )
    with pytest.raises(OutOfStock) as refused:
        market.check_out(buyer, request)
    assert refused.value.facts == {"catch": second, "available": 500}
    assert lot(first) == (10_000, 0, 0, 0)
    assert count("checkout") == count("payment") == count("remembered_answer") == 0


@pytest.mark.parametrize("case", ["withdrawn", "past-best", "unknown"])
def test_what_is_not_on_sale_cannot_be_ordered(shop: Shop, buyer: Actor, clock: Clock, case: str) -> None:
    catch = market.catch(shop, best_before=days.now() + timedelta(hours=8))
    request = market.wanted(shop, {catch: 1000}, slot=market.slots(shop)[0].id)
    if case == "withdrawn":
        write(withdraw_catch, catch, "bau", shop.clerk, days.now())
    elif case == "past-best":
        clock.forward(hours=8)
    else:
        request = market.wanted(shop, {catch + 99: 1000})
    with pytest.raises((NotOnSale, NotFound)):
        market.check_out(buyer, request)


def test_a_line_worth_nothing_is_refused(shop: Shop, buyer: Actor) -> None:
    catch = market.catch(shop)
    with pytest.raises(Invalid) as refused:
        market.order(buyer, shop, {catch: 1})
    assert refused.value.errors == {"lines": "too-small"}
    assert lot(catch) == (10_000, 0, 0, 0)


@pytest.mark.parametrize(
    ("landed", "best_before"), [(timedelta(hours=30), timedelta(hours=60)), (timedelta(), timedelta(hours=2))]
)
def test_slots_must_fit_the_goods(shop: Shop, buyer: Actor, landed: timedelta, best_before: timedelta) -> None:
    now = days.now()
    catch = market.catch(shop, landed_at=now + landed, best_before=now + best_before)
    slot = market.slots(shop)[3].id
    with pytest.raises(SlotUnsuitable) as refused:
        market.order(buyer, shop, {catch: 1000}, slot=slot)
    assert refused.value.facts["slot"] == slot
    assert booked(slot) == 0


def test_a_passed_deadline_and_a_closed_slot_take_no_orders(shop: Shop, buyer: Actor, clock: Clock) -> None:
    catch = market.catch(shop)
    first, second = (slot.id for slot in market.slots(shop)[:2])
    flows.close_slot(second, "ombak besar", shop.clerk, days.now())
    with pytest.raises(SlotUnsuitable):
        market.order(buyer, shop, {catch: 1000}, slot=second)
    request = market.wanted(shop, {catch: 1000}, slot=first)
    clock.forward(hours=1, seconds=1)
    with pytest.raises(SlotUnsuitable):
        market.check_out(buyer, request)


def test_forged_pickups_are_refused(app: APIFlask, buyer: Actor) -> None:
    one, two = market.shop("lontar", "36.04.13.2007"), market.shop("domas", "36.04.12.2009")
    catch = market.catch(one)
    mine, other = market.slots(one)[0].id, market.slots(two)[0].id
    for pickups in (
        (WantedPickup(one.id, other),),
        (WantedPickup(two.id, other),),
        (WantedPickup(one.id, 10**9),),
        (WantedPickup(one.id, mine), WantedPickup(two.id, other)),
        (WantedPickup(one.id, mine), WantedPickup(one.id, mine)),
        (),
    ):
        with pytest.raises(Invalid) as refused:
            market.check_out(buyer, CheckoutRequest((WantedLine(catch, 1000),), pickups, Method.CASH))
        assert set(refused.value.errors) == {"pickups"}
    assert booked(mine) == booked(other) == 0


def test_a_slot_takes_as_many_orders_as_it_has_places(app: APIFlask, buyer: Actor) -> None:
    hours = tuple(market.Hours(day, market.time(8), market.time(18), 2, 2500) for day in range(1, 8))
    shop = market.shop(hours=hours)
    catch = market.catch(shop)
    slot = market.slots(shop)[0].id
    first = market.order(buyer, shop, {catch: 1000}, slot=slot)
    with pytest.raises(SlotFull):
        market.order(buyer, shop, {catch: 1600}, slot=slot)  # a place is free, the cold box is not
    second = market.order(buyer, shop, {catch: 1500}, slot=slot)
    with pytest.raises(SlotFull):
        market.order(accounts.buyer("joko@contoh.id"), shop, {catch: 100}, slot=slot)
    write(operations.cancel_order, first.number, buyer, days.now())
    assert booked(slot) == 1
    with pytest.raises(WrongStatus):
        write(operations.cancel_order, first.number, buyer, days.now())
    assert booked(slot) == 1
    write(operations.cancel_order, second.number, shop.clerk, days.now())
    assert booked(slot) == 0


def test_only_buyers_order_and_only_parties_act(shop: Shop, buyer: Actor) -> None:
    catch = market.catch(shop)
    for other in (shop.clerk, accounts.official()):
        with pytest.raises(Forbidden):
            market.order(other, shop, {catch: 1000})
    order = market.order(buyer, shop, {catch: 1000})
    stranger = accounts.buyer("joko@contoh.id")
    neighbour = market.shop("domas", "36.04.12.2009").clerk
    for nosy in (stranger, neighbour):
        with pytest.raises(NotFound):
            market.read(order.number, nosy)
        with pytest.raises(NotFound):
            write(operations.cancel_order, order.number, nosy, days.now())
    with pytest.raises(NotFound):
        write(operations.weigh_order, order.number, {catch: 1000}, neighbour, days.now())
    with pytest.raises(Forbidden):
        write(operations.weigh_order, order.number, {catch: 1000}, buyer, days.now())
    office = accounts.official(email="lain@contoh.id")
    assert market.read(order.number, office).number == order.number
    with pytest.raises(NotFound):
        write(operations.cancel_order, order.number, office, days.now())


def test_cash_is_refused_after_three_open_orders_or_two_no_shows(shop: Shop, buyer: Actor, clock: Clock) -> None:
    catch = market.catch(shop, best_before=days.now() + timedelta(days=40))
    orders = [market.order(buyer, shop, {catch: 100}) for _ in range(3)]
    with pytest.raises(CashNotAllowed) as refused:
        market.order(buyer, shop, {catch: 100})
    assert refused.value.facts == {"reason": "open-orders"}
    assert market.order(buyer, shop, {catch: 100}, Method.DEMO).status == "awaiting_payment"
    with pytest.raises(TooEarly):
        write(operations.mark_no_show, orders[0].number, shop.clerk, days.now())
    clock.now = days.to_local(orders[0].pickup.ends_at)
    for order in orders[:2]:
        write(operations.mark_no_show, order.number, shop.clerk, days.now())
    write(operations.cancel_order, orders[2].number, buyer, days.now())
    with pytest.raises(CashNotAllowed) as refused:
        market.order(buyer, shop, {catch: 100})
    assert refused.value.facts == {"reason": "no-shows"}
    assert lot(catch)[2:] == (0, 0)
    clock.forward(days=91)
    fresh = market.catch(shop)
    flows.extend_slots(days.now())
    assert market.order(buyer, shop, {fresh: 100}).status == "confirmed"


def test_qris_needs_a_code_and_has_a_limit(shop: Shop, buyer: Actor) -> None:
    from sqlalchemy import update

    from ovop.accounts.models import Cooperative

    catch = market.catch(shop, quantity=1_000_000)
    with pytest.raises(MethodNotAllowed) as refused:
        market.order(buyer, shop, {catch: 1000}, Method.QRIS)
    assert refused.value.facts["reason"] == "no-code"
    write(lambda session: session.execute(update(Cooperative).values(qris_payload="x")))
    with pytest.raises(MethodNotAllowed) as refused:
        market.order(buyer, shop, {catch: 300_000}, Method.QRIS)
    assert refused.value.facts["reason"] == "limit"
    assert market.order(buyer, shop, {catch: 1000}, Method.QRIS).payment_status == "pending"


@pytest.mark.parametrize("restock", [True, False])
@pytest.mark.parametrize("is_weighed", [True, False])
def test_a_cancelled_order_gives_its_goods_back_once_or_loses_them(
    shop: Shop, buyer: Actor, restock: bool, is_weighed: bool
) -> None:
    catch = market.catch(shop)
    order = market.order(buyer, shop, {catch: 3000})
    held = 2900 if is_weighed else 3000
    if is_weighed:
        write(operations.weigh_order, order.number, {catch: held}, shop.clerk, days.now())
    write(operations.cancel_order, order.number, shop.clerk, days.now(), "rusak", restock=restock)
    assert lot(catch) == ((10_000, 0, 0, 0) if restock else (10_000 - held, 0, 0, held))
    with pytest.raises(WrongStatus):
        write(operations.cancel_order, order.number, buyer, days.now())
    assert market.read(order.number, buyer).payment_status == "void"


def test_a_buyer_cannot_have_goods_booked_as_lost(shop: Shop, buyer: Actor) -> None:
    catch = market.catch(shop)
    order = market.order(buyer, shop, {catch: 3000})
    write(operations.cancel_order, order.number, buyer, days.now(), restock=False)
    assert lot(catch) == (10_000, 0, 0, 0)


@pytest.mark.parametrize("how", ["past-best", "withdrawn"])
def test_spoiled_goods_never_return_to_sale(shop: Shop, buyer: Actor, clock: Clock, how: str) -> None:
    catch = market.catch(shop, best_before=days.now() + timedelta(hours=8))
    order = market.order(buyer, shop, {catch: 3000})
    if how == "past-best":
        clock.forward(hours=8)
        write(operations.mark_no_show, order.number, shop.clerk, days.now())
        assert lot(catch) == (7000, 0, 0, 3000)
    else:
        write(withdraw_catch, catch, "bau", shop.clerk, days.now())
        write(operations.cancel_order, order.number, buyer, days.now())
        assert lot(catch) == (0, 0, 0, 10_000)


def test_weighing_more_than_is_left_is_refused_and_changes_nothing(shop: Shop, buyer: Actor) -> None:
    catch = market.catch(shop, quantity=1550)
    order = market.order(buyer, shop, {catch: 1500})
    with pytest.raises(OutOfStock):
        write(operations.weigh_order, order.number, {catch: 1551}, shop.clerk, days.now())
    with pytest.raises(OverMaximum):
        write(operations.weigh_order, order.number, {catch: 1651}, shop.clerk, days.now())
    with pytest.raises(NothingWeighed):
        write(operations.weigh_order, order.number, {catch: 0}, shop.clerk, days.now())
    for weights in ({}, {catch + 1: 1500}, {catch: 1500, catch + 1: 1}, {catch: -1}):
        with pytest.raises(Invalid):
            write(operations.weigh_order, order.number, weights, shop.clerk, days.now())
    assert market.read(order.number, buyer).status == "confirmed"
    write(operations.weigh_order, order.number, {catch: 1550}, shop.clerk, days.now())
    assert lot(catch) == (0, 1550, 0, 0)
    with pytest.raises(WrongStatus):
        write(operations.weigh_order, order.number, {catch: 1500}, shop.clerk, days.now())


def test_pieces_and_weights_are_weighed_together_and_a_line_may_be_missing(shop: Shop, buyer: Actor) -> None:
    shrimp = market.catch(shop)
    satay = market.catch(
        shop, 40, 45_000, product=market.product(shop.id, "Sate bandeng", "MIL", "count", "piece", "processed")
    )
    order = market.order(buyer, shop, {shrimp: 1000, satay: 12})
    write(operations.weigh_order, order.number, {shrimp: 0, satay: 13}, shop.clerk, days.now())
    flows.hand_over(order.number, order.pickup_code, "", shop.clerk, days.now())
    assert market.read(order.number, buyer).total == 13 * 45_000
    assert lot(shrimp) == (10_000, 0, 0, 0)
    assert lot(satay) == (27, 0, 13, 0)


def test_five_wrong_codes_lock_the_order_for_a_quarter_of_an_hour(shop: Shop, buyer: Actor, clock: Clock) -> None:
    catch = market.catch(shop)
    order = market.order(buyer, shop, {catch: 1000})
    with pytest.raises(WrongStatus):
        flows.hand_over(order.number, order.pickup_code, "", shop.clerk, days.now())
    write(operations.weigh_order, order.number, {catch: 1000}, shop.clerk, days.now())
    wrong = f"{(int(order.pickup_code) + 1) % 10**6:06d}"
    for code in (wrong, "", "ikan", f"{wrong}0", "１２３４５６"):
        with pytest.raises(WrongCode):
            flows.hand_over(order.number, code, "", shop.clerk, days.now())
    with pytest.raises(Locked) as refused:
        flows.hand_over(order.number, order.pickup_code, "", shop.clerk, days.now())
    assert refused.value.facts == {"retry_after": 900}
    clock.forward(minutes=15)
    spaced = f" {order.pickup_code[:3]} {order.pickup_code[3:]} "
    flows.hand_over(order.number, spaced, "QRIS 4711", shop.clerk, days.now())
    assert market.read(order.number, shop.clerk).reference == "QRIS 4711"
    with pytest.raises(WrongStatus):
        flows.hand_over(order.number, order.pickup_code, "", shop.clerk, days.now())


def test_an_unpaid_checkout_expires_even_when_no_worker_ran(shop: Shop, buyer: Actor, clock: Clock) -> None:
    catch = market.catch(shop)
    checkout = market.check_out(buyer, market.wanted(shop, {catch: 1000}, Method.DEMO))
    clock.forward(days=1)
    seen = queries.get_checkout(db.session(), checkout.id, buyer, days.now())
    assert (seen.status, seen.orders[0].status) == ("expired", "expired")
    with pytest.raises(WrongStatus):
        flows.begin_payment(checkout.id, buyer, days.now(), "http://localhost/", "id")
    assert flows.expire_due(days.now()) == 1
    assert flows.expire_due(days.now()) == 0
    assert lot(catch) == (10_000, 0, 0, 0)
    assert booked(checkout.orders[0].pickup.slot_id) == 0


@pytest.mark.parametrize("is_sold_meanwhile", [False, True])
def test_a_late_payment_is_confirmed_where_goods_are_left_and_else_let_go(
    shop: Shop, buyer: Actor, clock: Clock, is_sold_meanwhile: bool
) -> None:
    catch = market.catch(shop, quantity=1000)
    slot = market.slots(shop)[5].id
    checkout = market.check_out(buyer, market.wanted(shop, {catch: 1000}, Method.DEMO, slot))
    flows.begin_payment(checkout.id, buyer, days.now(), "http://localhost/", "id")
    clock.forward(minutes=31)
    flows.expire_due(days.now())
    if is_sold_meanwhile:
        market.order(accounts.buyer("joko@contoh.id"), shop, {catch: 500}, slot=slot)
    payment = checkout.orders[0].payment_id
    from ovop.payment.providers import demo

    amount = write(demo.pay, f"demo_{payment}")
    assert flows.apply_payment_event(payment, EventKind.AUTHORISED, amount, "late", days.now())
    assert not flows.apply_payment_event(payment, EventKind.AUTHORISED, amount, "late", days.now())
    card_flows.settle({"checkout": checkout.id}, days.now())
    order = market.read(checkout.orders[0].number, buyer)
    if is_sold_meanwhile:
        assert (order.status, order.payment_status) == ("expired", "void")
        assert sums(payment) == (amount, 0, 0)
    else:
        assert (order.status, order.payment_status) == ("confirmed", "authorised")
        assert lot(catch) == (0, 1000, 0, 0)


def test_an_authorisation_of_another_sum_confirms_nothing(shop: Shop, buyer: Actor) -> None:
    catch = market.catch(shop)
    checkout = market.check_out(buyer, market.wanted(shop, {catch: 1000}, Method.DEMO))
    payment = checkout.orders[0].payment_id
    flows.apply_payment_event(payment, EventKind.AUTHORISED, checkout.maximum - 100, "odd", days.now())
    assert market.read(checkout.orders[0].number, buyer).status == "awaiting_payment"
    with pytest.raises(NotFound):
        flows.apply_payment_event("no-such-payment", EventKind.AUTHORISED, 1, "other", days.now())


def test_closing_a_slot_cancels_its_orders_and_gives_everything_back(shop: Shop, buyer: Actor) -> None:
    catch = market.catch(shop, quantity=100_000)
    slot, other = (slot.id for slot in market.slots(shop)[:2])
    orders = [market.order(accounts.buyer(f"b{n}@contoh.id"), shop, {catch: 1000}, slot=slot) for n in range(4)]
    paid = market.check_out(buyer, market.wanted(shop, {catch: 1000}, Method.DEMO, slot))
    market.pay(buyer, paid.id)
    stays = market.order(buyer, shop, {catch: 1000}, slot=other)
    write(operations.weigh_order, orders[0].number, {catch: 1000}, shop.clerk, days.now())
    flows.hand_over(orders[0].number, orders[0].pickup_code, "", shop.clerk, days.now())
    with pytest.raises(Invalid):
        flows.close_slot(slot, "  ", shop.clerk, days.now())
    neighbour = market.shop("domas", "36.04.12.2009").clerk
    with pytest.raises(NotFound):
        flows.close_slot(slot, "ombak", neighbour, days.now())
    assert flows.close_slot(slot, "ombak besar", shop.clerk, days.now()) == 4
    assert flows.close_slot(slot, "ombak besar", shop.clerk, days.now()) == 0
    card_flows.settle({"checkout": paid.id}, days.now())
    assert market.read(paid.orders[0].number, buyer).payment_status == "void"
    assert market.read(stays.number, buyer).status == "confirmed"
    assert market.read(orders[0].number, shop.clerk).status == "collected"
    assert lot(catch) == (98_000, 1000, 1000, 0)
    assert booked(slot) == 1


def test_a_cooperative_sees_only_its_part_of_a_checkout(app: APIFlask, buyer: Actor) -> None:
    one, two = market.shop("lontar", "36.04.13.2007"), market.shop("domas", "36.04.12.2009")
    first, second = market.catch(one), market.catch(two, unit_price=32_000)
    request = CheckoutRequest(
        (WantedLine(first, 1000), WantedLine(second, 1000)),
        tuple(WantedPickup(shop.id, market.slots(shop)[0].id) for shop in (one, two)),
        Method.CASH,
    )
    checkout = market.check_out(buyer, request)
    theirs = queries.get_checkout(db.session(), checkout.id, one.clerk, days.now())
    assert [order.cooperative_id for order in theirs.orders] == [one.id]
    assert theirs.total == 37_500
    assert queries.list_orders(db.session(), one.clerk, days.now()).total == 1
    assert queries.list_orders(db.session(), buyer, days.now()).total == 2
    with pytest.raises(NotFound):
        queries.get_checkout(db.session(), checkout.id, accounts.buyer("joko@contoh.id"), days.now())


def test_letters_wait_in_the_outbox_once_for_each_event(shop: Shop, buyer: Actor) -> None:
    from sqlalchemy import select

    from ovop.outside.models import OutboxJob

    catch = market.catch(shop)
    order = market.order(buyer, shop, {catch: 1000})
    write(operations.weigh_order, order.number, {catch: 850}, shop.clerk, days.now())
    write(operations.cancel_order, order.number, buyer, days.now())
    letters = db.session.execute(
        select(OutboxJob.payload, OutboxJob.key).where(OutboxJob.kind == "letter").order_by(OutboxJob.id)
    ).all()
    assert [row.payload["letter"] for row in letters] == ["confirmed", "short", "cancelled"]
    assert len({row.key for row in letters}) == 3
