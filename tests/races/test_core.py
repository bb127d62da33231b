"""What several people do at once, on real connections of both databases: each change wins or is refused by name."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Refused
from ovop.ordering import card_flows, flows, operations
from ovop.ordering.errors import WrongStatus
from ovop.ordering.post import LETTER_JOB
from ovop.ordering.requests import CheckoutRequest, WantedLine, WantedPickup
from ovop.outside.models import OutboxJob
from ovop.payment.providers import demo
from ovop.payment.rules import EventKind, Method
from ovop.recall import flows as recalling
from ovop.recall.models import RecallBuyer
from ovop.stock.models import Catch
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market


@pytest.fixture(autouse=True)
def nothing_is_broken(app: APIFlask) -> Iterator[None]:
    yield
    db.session.rollback()
    assert market.broken() == []


def at_once(app: APIFlask, acts: Sequence[Callable[[], object]]) -> list[object]:
    """Runs all of `acts` at the same moment, each on its own connection; answers results and refusals in order.

    Anything but a refusal is raised.
    """
    gate = threading.Barrier(min(len(acts), 16))

    def run(act: Callable[[], object]) -> object:
        with app.app_context():
            if gate.n_waiting < gate.parties:
                with suppress(threading.BrokenBarrierError):
                    gate.wait(timeout=5)
            try:
                return act()
            except Refused as refusal:
                return refusal
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(min(len(acts), 16)) as pool:
        return list(pool.map(run, acts))


def buyers(number: int) -> list[Actor]:
    return [accounts.buyer(f"b{n}@contoh.id") for n in range(number)]


def outcomes(results: Sequence[object]) -> Counter[str]:
    return Counter(result.problem if isinstance(result, Refused) else "done" for result in results)


@pytest.mark.parametrize(("people", "each", "winners"), [(2, 2000, 1), (20, 500, 4)])
def test_the_last_goods_are_sold_once(app: APIFlask, people: int, each: int, winners: int) -> None:
    hours = tuple(market.Hours(day, market.time(8), market.time(18), 100) for day in range(1, 8))
    shop = market.shop(hours=hours)
    everybody = buyers(people)
    for _round in range(3):
        catch = market.catch(shop, quantity=2000)
        request = market.wanted(shop, {catch: each})
        before = market.slots(shop)[0].free
        results = at_once(
            app,
            [lambda buyer=buyer: flows.check_out(request, buyer, f"{catch}", days.now(), str) for buyer in everybody],
        )
        assert outcomes(results) == {"done": winners, "out-of-stock": people - winners}
        assert market.slots(shop)[0].free == before - winners
        for number, buyer in zip(results, everybody, strict=True):
            if not isinstance(number, Refused):
                for order in market.queries.list_orders(db.session(), buyer, days.now()).items:
                    if order.status == "confirmed":
                        write(operations.cancel_order, order.number, buyer, days.now())


def test_mixed_baskets_in_opposite_orders_neither_oversell_nor_deadlock(app: APIFlask) -> None:
    hours = tuple(market.Hours(day, market.time(8), market.time(18), 100) for day in range(1, 8))
    one, two = market.shop("lontar", "36.04.13.2007", hours), market.shop("domas", "36.04.12.2009", hours)
    first, second = market.catch(one, quantity=5000), market.catch(two, quantity=5000)
    pickups = [WantedPickup(shop.id, market.slots(shop)[0].id) for shop in (one, two)]
    lines = [WantedLine(first, 500), WantedLine(second, 500)]
    requests = [
        CheckoutRequest(tuple(lines), tuple(pickups), Method.CASH),
        CheckoutRequest(tuple(reversed(lines)), tuple(reversed(pickups)), Method.CASH),
    ]
    results = at_once(
        app,
        [
            lambda buyer=buyer, number=number: flows.check_out(requests[number % 2], buyer, "k", days.now(), str)
            for number, buyer in enumerate(buyers(64))
        ],
    )
    assert outcomes(results) == {"done": 10, "out-of-stock": 54}
    assert db.session.get_one(Catch, first).available == db.session.get_one(Catch, second).available == 0


def test_the_last_place_of_a_slot_is_taken_once(app: APIFlask) -> None:
    hours = tuple(market.Hours(day, market.time(8), market.time(18), 10) for day in range(1, 8))
    shop = market.shop(hours=hours)
    catch = market.catch(shop, quantity=100_000)
    everybody = buyers(17)
    for buyer in everybody[:9]:
        market.order(buyer, shop, {catch: 1000})
    request = market.wanted(shop, {catch: 1000})
    results = at_once(
        app,
        [lambda buyer=buyer: flows.check_out(request, buyer, "last", days.now(), str) for buyer in everybody[9:]],
    )
    assert outcomes(results) == {"done": 1, "slot-full": 7}
    assert db.session.get_one(Catch, catch).available == 90_000


def test_one_key_thirty_two_times_makes_one_order(app: APIFlask) -> None:
    shop = market.shop()
    catch = market.catch(shop)
    (buyer,) = buyers(1)
    request = market.wanted(shop, {catch: 1000})
    results = at_once(
        app, [lambda: flows.check_out(request, buyer, "same", days.now(), lambda row: row.id) for _ in range(32)]
    )
    answers = {result.answer for result in results if isinstance(result, flows.Placed)}
    assert len(answers) == 1
    assert outcomes(results) == {"done": 32}
    assert sum(not result.is_replay for result in results if isinstance(result, flows.Placed)) == 1
    assert count("order") == count("payment") == 1
    assert list(db.session.scalars(select(OutboxJob.kind))).count(LETTER_JOB) == 1


def test_cancelling_and_weighing_at_once_is_one_or_the_other(app: APIFlask) -> None:
    shop = market.shop()
    (buyer,) = buyers(1)
    for _round in range(8):
        catch = market.catch(shop)
        order = market.order(buyer, shop, {catch: 1000})
        results = at_once(
            app,
            [
                lambda: write(operations.weigh_order, order.number, {catch: 1050}, shop.clerk, days.now()),
                lambda: write(operations.cancel_order, order.number, buyer, days.now()),
                lambda: write(operations.cancel_order, order.number, shop.clerk, days.now()),
            ],
        )
        steps = [event.status for event in market.read(order.number, buyer).history]
        assert steps in (["confirmed", "cancelled"], ["confirmed", "ready", "cancelled"])
        assert outcomes(results)["done"] == len(steps) - 1
        assert all(isinstance(result, WrongStatus) for result in results if isinstance(result, Refused))


def test_two_clerks_hand_one_order_over_once(app: APIFlask) -> None:
    shop = market.shop()
    (buyer,) = buyers(1)
    catch = market.catch(shop)
    order = market.order(buyer, shop, {catch: 1000})
    write(operations.weigh_order, order.number, {catch: 1000}, shop.clerk, days.now())
    results = at_once(
        app, [lambda: flows.hand_over(order.number, order.pickup_code, "", shop.clerk, days.now()) for _ in range(8)]
    )
    assert outcomes(results) == {"done": 1, "wrong-status": 7}
    assert count("ledger_entry") == 6  # received 2, earned 2, kept 2


def test_wrong_codes_at_once_are_all_counted(app: APIFlask) -> None:
    shop = market.shop()
    (buyer,) = buyers(1)
    catch = market.catch(shop)
    order = market.order(buyer, shop, {catch: 1000})
    write(operations.weigh_order, order.number, {catch: 1000}, shop.clerk, days.now())
    results = at_once(app, [lambda: flows.hand_over(order.number, "x", "", shop.clerk, days.now()) for _ in range(12)])
    assert outcomes(results) == {"wrong-code": 5, "locked": 7}


def test_expiry_against_a_late_payment_ends_in_one_of_two_ways(app: APIFlask, clock: Clock) -> None:
    shop = market.shop()
    (buyer,) = buyers(1)
    for number in range(6):
        catch = market.catch(shop, quantity=1000)
        checkout = market.check_out(buyer, market.wanted(shop, {catch: 1000}, Method.DEMO, market.slots(shop)[4].id))
        flows.begin_payment(checkout.id, buyer, days.now(), "http://localhost/", "id")
        payment = checkout.orders[0].payment_id
        amount = write(demo.pay, f"demo_{payment}")
        clock.forward(minutes=31)
        told = [
            lambda payment=payment, amount=amount, number=number: flows.apply_payment_event(
                payment, EventKind.AUTHORISED, amount, f"event-{number}", days.now()
            )
            for _ in range(3)
        ]
        at_once(app, [lambda: flows.expire_due(days.now()), *told, lambda: flows.expire_due(days.now())])
        card_flows.settle({"checkout": checkout.id}, days.now())
        order = market.read(checkout.orders[0].number, buyer)
        assert (order.status, order.payment_status) == ("confirmed", "authorised")
        clock.forward(minutes=-31)


def test_settling_at_once_moves_money_once(app: APIFlask) -> None:
    shop = market.shop()
    (buyer,) = buyers(1)
    catch = market.catch(shop)
    checkout = market.check_out(buyer, market.wanted(shop, {catch: 1000}, Method.DEMO))
    payment = market.pay(buyer, checkout.id)
    write(operations.weigh_order, checkout.orders[0].number, {catch: 900}, shop.clerk, days.now())
    at_once(app, [lambda: card_flows.settle({"checkout": checkout.id}, days.now()) for _ in range(6)])
    write(operations.cancel_order, checkout.orders[0].number, buyer, days.now())
    at_once(app, [lambda: card_flows.settle({"checkout": checkout.id}, days.now()) for _ in range(6)])
    charge = db.session.get_one(demo.DemoCharge, f"demo_{payment}")
    assert (charge.captured, charge.refunded) == (33_800, 33_800)


def test_a_recall_at_the_moment_of_orders_weighings_and_handovers_lets_nothing_slip(app: APIFlask) -> None:
    """Whatever wins, no open order keeps goods of the lot, and whoever took some home is told."""
    shop = market.shop()
    slot = market.slots(shop)[0].id
    for _round in range(2):
        catch = market.catch(shop, quantity=20_000)
        people = [accounts.buyer(f"c{catch}-{n}@contoh.id") for n in range(8)]
        request = market.wanted(shop, {catch: 1000}, slot=slot)
        to_weigh = [market.order(buyer, shop, {catch: 500}, slot=market.slots(shop)[1].id) for buyer in people[:3]]
        to_hand = [market.order(buyer, shop, {catch: 500}, slot=market.slots(shop)[2].id) for buyer in people[3:6]]
        for order in to_hand:
            write(operations.weigh_order, order.number, {catch: 500}, shop.clerk, days.now())
        acts: list[Callable[[], object]] = [
            *(
                lambda buyer=buyer: flows.check_out(request, buyer, f"r{catch}", days.now(), str)
                for buyer in people[6:]
            ),
            *(
                lambda order=order: write(operations.weigh_order, order.number, {catch: 520}, shop.clerk, days.now())
                for order in to_weigh
            ),
            *(
                lambda order=order: flows.hand_over(order.number, order.pickup_code, "", shop.clerk, days.now())
                for order in to_hand
            ),
            lambda: recalling.recall(catch, "bau", shop.clerk, days.now()),
            lambda: recalling.recall(catch, "bau", shop.clerk, days.now()),
            lambda: write(operations.cancel_order, to_weigh[0].number, people[0], days.now()),
        ]
        outcomes(at_once(app, acts))
        db.session.rollback()
        lot = db.session.get_one(Catch, catch, populate_existing=True)
        assert (lot.available, lot.held) == (0, 0)
        told = set(db.session.scalars(select(RecallBuyer.buyer_id)))
        took = {
            order.buyer_id
            for order in (market.read(order.number, shop.clerk) for order in to_hand)
            if order.status == "collected"
        }
        assert took <= told
        assert lot.sold == 500 * len(took)
