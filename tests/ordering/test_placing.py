"""Placing a checkout: what is answered is what is stored, and every refusal names what is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from apiflask import APIFlask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ovop.accounts.errors import KeyReused
from ovop.accounts.models import Cooperative, RememberedAnswer
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.ordering.errors import CashNotAllowed
from ovop.ordering.models import Checkout, Order
from ovop.ordering.placing import place_checkout
from ovop.ordering.requests import CheckoutRequest, WantedLine, WantedPickup
from ovop.ordering.rows import CheckoutRow
from ovop.outside.models import OutboxJob
from ovop.payment.models import Payment
from ovop.payment.rules import Method
from ovop.pickup.errors import SlotFull, SlotUnsuitable
from ovop.pickup.models import PickupPoint, Slot
from ovop.stock.errors import NotOnSale, OutOfStock
from ovop.stock.models import Catch
from ovop.stock.operations import withdraw_catch
from tests.conftest import Clock
from tests.make import accounts, market
from tests.make.market import Shop

QRIS_MAXIMUM = 200_000
LIMITS = {"qris_maximum": QRIS_MAXIMUM, "card_minimum": 15_000}


@pytest.fixture
def shops(app: APIFlask) -> tuple[Shop, Shop]:
    return market.shop("lontar", "36.04.13.2007"), market.shop("domas", "36.04.12.2009")


@pytest.fixture
def buyer(app: APIFlask) -> Actor:
    return accounts.buyer()


def placed(request: CheckoutRequest, buyer: Actor, key: str = "key") -> CheckoutRow:
    """The row that is worded for the answer."""
    rows: list[CheckoutRow] = []

    def word(row: CheckoutRow) -> str:
        rows.append(row)
        return f"checkout {row.id}"

    answer, is_replay = write(
        place_checkout,
        request,
        buyer,
        key,
        days.now(),
        word=word,
        qris_maximum=QRIS_MAXIMUM,
        card_minimum=15_000,
        chance=Random(36),
    )
    assert not is_replay
    assert (answer.status, answer.body) == (201, f"checkout {rows[-1].id}")
    return rows[-1]


def both(shops: tuple[Shop, Shop], method: Method) -> CheckoutRequest:
    """Goods by weight and by piece of two co-operatives, in slots of their own."""
    one, two = shops
    satay = market.product(two.id, "Sate bandeng", "MIL", "count", "piece", "processed")
    lines = (
        WantedLine(market.catch(two, 40, 45_000, product=satay), 12),
        WantedLine(market.catch(one), 1500),
        WantedLine(market.catch(two, unit_price=32_000), 700),
    )
    pickups = (WantedPickup(two.id, market.slots(two)[3].id), WantedPickup(one.id, market.slots(one)[1].id))
    return CheckoutRequest(lines, pickups, method, "Tolong dibungkus es")


@pytest.mark.parametrize("method", [Method.CASH, Method.DEMO])
def test_what_is_answered_is_what_is_stored(shops: tuple[Shop, Shop], buyer: Actor, method: Method) -> None:
    told = placed(both(shops, method), buyer)
    read = market.queries.get_checkout(db.session(), told.id, buyer, days.now())
    ids = {order.number: order.id for order in read.orders}
    assert replace(told, orders=tuple(replace(order, id=ids[order.number]) for order in told.orders)) == read
    assert [order.cooperative_id for order in told.orders] == [shops[1].id, shops[0].id]


@pytest.mark.parametrize("method", [Method.CASH, Method.DEMO])
def test_a_card_pays_for_all_and_waits_other_ways_to_pay_are_each_orders_own(
    shops: tuple[Shop, Shop], buyer: Actor, method: Method
) -> None:
    told = placed(both(shops, method), buyer)
    is_card = method.is_card
    assert told.status == ("awaiting_payment" if is_card else "confirmed")
    assert told.expires_at == (days.now() + timedelta(minutes=30) if is_card else None)
    payments = {payment.id: payment for payment in db.session.scalars(select(Payment))}
    assert {order.payment_id for order in told.orders} == set(payments)
    assert len(payments) == (1 if is_card else 2)
    for payment_id, payment in payments.items():
        maxima = [order.maximum for order in told.orders if order.payment_id == payment_id]
        assert (payment.maximum, payment.status, payment.method) == (sum(maxima), "pending", method)
        assert (payment.authorised, payment.captured, payment.refunded) == (0, 0, 0)
        assert payment.created_at == days.now()
    jobs = db.session.scalars(select(OutboxJob.payload).where(OutboxJob.kind == "letter")).all()
    letters = [] if is_card else [("confirmed", order.number) for order in told.orders]
    assert [(job["letter"], job["order"]) for job in jobs] == letters


def test_sums_and_room_are_those_of_the_lines(shops: tuple[Shop, Shop], buyer: Actor) -> None:
    told = placed(both(shops, Method.CASH), buyer)
    domas, lontar = told.orders
    assert [(line.quantity, line.amount, line.maximum) for line in domas.lines] == [
        (12, 540_000, 585_000),
        (700, 22_400, 24_600),
    ]
    assert (domas.estimate, domas.maximum, domas.total) == (562_400, 609_600, 562_400)
    assert (lontar.estimate, lontar.maximum, lontar.total) == (56_300, 61_900, 56_300)
    assert (told.total, told.maximum) == (562_400 + 56_300, 609_600 + 61_900)
    grams = {order.number: order.grams for order in db.session.scalars(select(Order))}
    assert grams == {domas.number: 700, lontar.number: 1500}
    booked = {slot.id: slot.booked_grams for slot in db.session.scalars(select(Slot).where(Slot.booked > 0))}
    assert booked == {domas.pickup.slot_id: 700, lontar.pickup.slot_id: 1500}


def test_the_answer_is_kept_under_the_key_with_its_moment(shops: tuple[Shop, Shop], buyer: Actor) -> None:
    told = placed(both(shops, Method.CASH), buyer, "my key")
    [kept] = db.session.scalars(select(RememberedAnswer))
    assert (kept.account_id, kept.key, kept.status, kept.at) == (buyer.id, "my key", 201, days.now())
    assert kept.body == f"checkout {told.id}"


def test_a_repeat_finds_the_answer_before_it_takes_anything(shops: tuple[Shop, Shop], buyer: Actor) -> None:
    request = both(shops, Method.CASH)
    told = placed(request, buyer)
    held = sum(db.session.scalars(select(Catch.held)))
    again = write(
        place_checkout,
        request,
        buyer,
        "key",
        days.now(),
        word=lambda row: "never",
        qris_maximum=QRIS_MAXIMUM,
        card_minimum=0,
    )
    assert (again[0].body, again[1]) == (f"checkout {told.id}", True)
    assert sum(db.session.scalars(select(Catch.held))) == held
    with pytest.raises(KeyReused):
        placed(replace(request, note="lain"), buyer)
    joko = accounts.buyer("joko@contoh.id")
    write(
        place_checkout,
        request,
        joko,
        "key",
        days.now(),
        word=lambda row: row.id,
        qris_maximum=QRIS_MAXIMUM,
        card_minimum=15_000,
    )
    assert {order.buyer_id for order in db.session.scalars(select(Order))} == {buyer.id, joko.id}


def test_pickups_and_lines_must_name_the_same_cooperatives(shops: tuple[Shop, Shop], buyer: Actor) -> None:
    one, two = shops
    catch, other = market.catch(one), market.catch(two)
    mine, theirs = (WantedPickup(shop.id, market.slots(shop)[0].id) for shop in shops)
    cases = {
        "missing": CheckoutRequest((WantedLine(catch, 1000), WantedLine(other, 1000)), (mine,), Method.CASH),
        "not-needed": CheckoutRequest((WantedLine(catch, 1000),), (mine, theirs), Method.CASH),
        "unknown": CheckoutRequest((WantedLine(catch, 1000),), (WantedPickup(one.id, theirs.slot),), Method.CASH),
    }
    for reason, request in cases.items():
        with pytest.raises(Invalid) as refused:
            placed(request, buyer)
        assert refused.value.errors == {"pickups": reason}


@pytest.mark.parametrize("table", [PickupPoint, Cooperative])
def test_who_has_stopped_takes_no_orders(shops: tuple[Shop, Shop], buyer: Actor, table: type) -> None:
    seller = shops[0]
    request = market.wanted(seller, {market.catch(seller): 1000})
    write(lambda session: session.execute(update(table).values(is_active=False)))
    with pytest.raises(Invalid) as refused:
        placed(request, buyer)
    assert refused.value.errors == {"pickups": "unknown"}


def test_cash_needs_every_cooperative_to_take_it(shops: tuple[Shop, Shop], buyer: Actor) -> None:
    request = both(shops, Method.CASH)
    no_cash = update(Cooperative).where(Cooperative.id == shops[0].id).values(allows_cash=False)
    write(lambda session: session.execute(no_cash))
    with pytest.raises(CashNotAllowed) as refused:
        placed(request, buyer)
    assert refused.value.facts == {"reason": "cooperative"}
    assert placed(replace(request, payment=Method.DEMO), buyer).status == "awaiting_payment"


def test_qris_needs_every_cooperatives_code_and_keeps_to_its_limit_order_by_order(
    shops: tuple[Shop, Shop], buyer: Actor
) -> None:
    one, two = shops
    request = CheckoutRequest(
        (WantedLine(market.catch(one, unit_price=100_000), 1000), WantedLine(market.catch(two), 1000)),
        tuple(WantedPickup(shop.id, market.slots(shop)[0].id) for shop in shops),
        Method.QRIS,
    )

    def give_code(session: Session, shop: Shop) -> None:
        session.execute(update(Cooperative).where(Cooperative.id == shop.id).values(qris_payload="x"))

    write(give_code, one)
    with pytest.raises(market.flows.MethodNotAllowed) as refused:
        placed(request, buyer)
    assert refused.value.facts == {"method": "qris", "reason": "no-code"}
    write(give_code, two)
    dearer = replace(request, lines=(replace(request.lines[0], quantity=1819), request.lines[1]))
    with pytest.raises(market.flows.MethodNotAllowed) as refused:
        placed(dearer, buyer)  # a maximum of 200 100
    assert refused.value.facts == {"method": "qris", "reason": "limit"}
    just = replace(request, lines=(replace(request.lines[0], quantity=1818), request.lines[1]))
    assert placed(just, buyer).orders[0].maximum == QRIS_MAXIMUM


def test_every_refusal_names_the_lot_or_the_slot(shops: tuple[Shop, Shop], buyer: Actor, clock: Clock) -> None:
    seller = shops[0]
    catch, gone = market.catch(seller, quantity=1000), market.catch(seller)
    late = market.catch(seller, landed_at=days.now() + timedelta(days=1), best_before=days.now() + timedelta(days=3))
    slot = market.slots(seller)[0].id
    write(withdraw_catch, gone, "bau", seller.clerk, days.now())
    with pytest.raises(OutOfStock) as few:
        placed(market.wanted(seller, {catch: 1001}), buyer)
    assert few.value.facts == {"catch": catch, "available": 1000}
    with pytest.raises(NotOnSale) as withdrawn:
        placed(market.wanted(seller, {gone: 1000}), buyer)
    assert withdrawn.value.facts == {"catch": gone}
    with pytest.raises(NotFound) as unknown:
        placed(market.wanted(seller, {10**6: 1000}), buyer)
    assert unknown.value.facts == {"catch": 10**6}
    with pytest.raises(SlotUnsuitable) as early:
        placed(market.wanted(seller, {late: 1000}, slot=slot), buyer)
    assert early.value.facts == {"slot": slot, "reason": "before-landing", "catch": late}
    write(lambda session: session.execute(update(Slot).where(Slot.id == slot).values(capacity=1)))
    placed(market.wanted(seller, {catch: 500}, slot=slot), buyer, "first")
    with pytest.raises(SlotFull) as full:
        placed(market.wanted(seller, {catch: 500}, slot=slot), buyer, "second")
    assert full.value.facts == {"slot": slot}
    request = market.wanted(seller, {catch: 500}, slot=market.slots(seller)[1].id)
    clock.forward(hours=2, seconds=1)
    with pytest.raises(SlotUnsuitable) as passed:
        placed(request, buyer, "third")
    assert passed.value.facts == {"slot": request.pickups[0].slot, "reason": "deadline-passed"}
    assert db.session.get_one(Catch, catch).held == 500


def test_a_lot_may_be_ordered_to_its_last_moment_and_a_slot_to_its_deadline(
    shops: tuple[Shop, Shop], buyer: Actor, clock: Clock
) -> None:
    seller = shops[0]
    slot = market.slots(seller)[0]
    catch = market.catch(seller, best_before=slot.ends_at)
    clock.now = days.to_local(slot.deadline_at)
    assert placed(market.wanted(seller, {catch: 1000}, slot=slot.id), buyer).status == "confirmed"


def test_the_same_chance_gives_the_same_names_and_otherwise_all_differ(shops: tuple[Shop, Shop], buyer: Actor) -> None:
    told = placed(both(shops, Method.CASH), buyer)
    names = [told.id, *[order.payment_id for order in told.orders], *[order.number for order in told.orders]]
    assert len(set(names)) == 5
    assert all(order.pickup_code.isdigit() and len(order.pickup_code) == 6 for order in told.orders)
    assert db.session.scalars(select(Checkout.created_at)).one() == days.now()
