"""Orders of two co-operatives at one point: one room for both, each its own to hand over, and what outlasts the end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.ordering import flows, operations, paying
from ovop.ordering.queries import ready_together
from ovop.ordering.requests import CheckoutRequest, WantedLine, WantedPickup
from ovop.ordering.rules import OrderStatus
from ovop.ordering.slot_queries import left_at, orders_in_slot, slot_loads
from ovop.outside.models import OutboxJob
from ovop.payment.rules import EventKind, Method
from ovop.pickup.errors import SlotFull, SlotUnsuitable
from ovop.pickup.models import Slot
from ovop.pickup.operations import change_point
from ovop.pickup.rules import Hours, PointChanges
from ovop.pickup.use_letters import POINT_LETTER_JOB
from tests.conftest import Clock
from tests.make import accounts, market, sharing
from tests.make.market import Shop

#: Two orders at a time: the third finds it full, whoever's the others are.
NARROW = tuple(Hours(weekday, market.time(8), market.time(18), 2) for weekday in range(1, 8))


@pytest.fixture
def owner(app: APIFlask) -> Shop:
    return market.shop(hours=NARROW)


@pytest.fixture
def guest(app: APIFlask, owner: Shop) -> Shop:
    """A neighbour that hands over at the owner's point too."""
    found = market.shop("lontar", "36.04.13.2007")
    sharing.shared(owner, found)
    return found


@pytest.fixture
def buyer(app: APIFlask) -> Actor:
    return accounts.buyer()


def there(owner: Shop) -> int:
    """The first slot at the owner's point."""
    return market.slots(owner)[0].id


def booked(slot: int) -> int:
    return db.session.get_one(Slot, slot, populate_existing=True).booked


def at_their_point(owner: Shop, guest: Shop, buyer: Actor) -> tuple[int, str]:
    """An order of the guest's goods at the owner's point; answers the lot and the number."""
    lot = market.catch(guest)
    return lot, market.order(buyer, guest, {lot: 1000}, slot=there(owner)).number


def hand_over(seller: Shop, lot: int, number: str, buyer: Actor) -> None:
    write(operations.weigh_order, number, {lot: 1000}, seller.clerk, days.now())
    flows.hand_over(number, market.read(number, buyer).pickup_code, "", seller.clerk, days.now())


def test_both_goods_of_one_basket_can_be_collected_at_one_time(owner: Shop, guest: Shop, buyer: Actor) -> None:
    lots = market.catch(owner), market.catch(guest)
    slot = there(owner)
    request = CheckoutRequest(
        tuple(WantedLine(lot, 1000) for lot in lots),
        (WantedPickup(owner.id, slot), WantedPickup(guest.id, slot)),
        Method.CASH,
    )
    checkout = market.check_out(buyer, request)
    assert booked(slot) == 2
    assert {(order.cooperative_id, order.pickup.host) for order in checkout.orders} == {
        (owner.id, None),
        (guest.id, "Koperasi Tengkurak"),
    }
    assert {order.pickup.point_id for order in checkout.orders} == {owner.point}
    for seller, lot in ((owner, lots[0]), (guest, lots[1])):
        [mine] = orders_in_slot(db.session(), slot, seller.clerk, days.now())
        [load] = slot_loads(db.session(), seller.id, days.today(), days.today())
        assert (mine.cooperative_id, load.slot_id, load.to_weigh) == (seller.id, slot, 1)
        hand_over(seller, lot, mine.number, buyer)
    assert market.broken() == []


def test_the_room_is_one_whoever_comes_first(owner: Shop, guest: Shop, buyer: Actor) -> None:
    lot, theirs = market.catch(owner), market.catch(guest)
    slot = there(owner)
    market.order(buyer, guest, {theirs: 1000}, slot=slot)
    market.order(buyer, owner, {lot: 1000}, slot=slot)
    for seller, goods in ((owner, lot), (guest, theirs)):
        with pytest.raises(SlotFull):
            market.order(buyer, seller, {goods: 1000}, slot=slot)
    assert booked(slot) == 2


def test_neither_weighs_hands_over_or_reads_the_others(owner: Shop, guest: Shop, buyer: Actor) -> None:
    lot, number = at_their_point(owner, guest, buyer)
    code = market.read(number, buyer).pickup_code
    with pytest.raises(NotFound):
        write(operations.weigh_order, number, {lot: 1000}, owner.clerk, days.now())
    with pytest.raises(NotFound):
        flows.hand_over(number, code, "", owner.clerk, days.now())
    with pytest.raises(NotFound):
        market.read(number, owner.clerk)
    assert slot_loads(db.session(), owner.id, days.today(), days.today()) == []


def test_after_the_end_what_was_ordered_is_handed_over_and_nothing_new_is_taken(
    owner: Shop, guest: Shop, buyer: Actor
) -> None:
    lot, number = at_their_point(owner, guest, buyer)
    sharing.ended(owner, guest)
    left = left_at(db.session(), owner.point, guest.id)
    assert (left.orders, left.until) == (1, market.read(number, buyer).pickup.ends_at)
    with pytest.raises(SlotUnsuitable) as refused:
        market.order(buyer, guest, {lot: 1000}, slot=there(owner))
    assert refused.value.facts["reason"] == "not-shared"
    assert [load.to_weigh for load in slot_loads(db.session(), guest.id, days.today(), days.today())] == [1]
    hand_over(guest, lot, number, buyer)
    assert market.read(number, buyer).status is OrderStatus.COLLECTED
    assert left_at(db.session(), owner.point, guest.id).orders == 0
    assert market.broken() == []


def test_what_was_never_shared_is_an_unknown_place(owner: Shop, guest: Shop, buyer: Actor) -> None:
    stranger = market.shop("cikande", "36.04.20.2001")
    with pytest.raises(Invalid) as refused:
        market.order(buyer, stranger, {market.catch(stranger): 1000}, slot=there(owner))
    assert refused.value.errors == {"pickups": "unknown"}
    # Nor does sharing work the other way round.
    with pytest.raises(Invalid):
        market.order(buyer, owner, {market.catch(owner): 1000}, slot=market.slots(guest)[0].id)


def test_a_card_paid_late_finds_the_point_no_longer_shared(
    owner: Shop, guest: Shop, buyer: Actor, clock: Clock
) -> None:
    lot = market.catch(guest)
    checkout = market.check_out(buyer, market.wanted(guest, {lot: 1000}, Method.DEMO, there(owner)))
    clock.forward(minutes=31)
    assert write(paying.expire_checkout, checkout.id, days.now())
    sharing.ended(owner, guest)
    payment = checkout.orders[0].payment_id
    flows.apply_payment_event(payment, EventKind.AUTHORISED, checkout.maximum, "late", days.now())
    assert market.read(checkout.orders[0].number, buyer).status is OrderStatus.EXPIRED


def test_the_owner_closes_a_slot_for_everybody_and_the_guest_is_told(owner: Shop, guest: Shop, buyer: Actor) -> None:
    lot, number = at_their_point(owner, guest, buyer)
    own = market.order(buyer, owner, {market.catch(owner): 1000}, slot=there(owner)).number
    slot = there(owner)
    with pytest.raises(NotFound):
        flows.close_slot(slot, "ombak", guest.clerk, days.now())
    for _time in range(2):
        flows.close_slot(slot, "ombak besar", owner.clerk, days.now())
    assert {market.read(each, buyer).status for each in (number, own)} == {OrderStatus.CANCELLED}
    wanted = select(OutboxJob.payload).where(OutboxJob.kind == POINT_LETTER_JOB)
    told = [payload for payload in db.session.scalars(wanted).all() if payload["news"] == "closed"]
    assert [(job["to"], job["orders"], job["words"]) for job in told] == [(guest.id, 1, "ombak besar")]
    assert booked(slot) == 0
    with pytest.raises(SlotUnsuitable):
        market.order(buyer, guest, {lot: 1000}, slot=slot)
    assert market.broken() == []


def test_orders_of_one_buyer_are_handed_over_together_by_each_seller_alone(
    owner: Shop, guest: Shop, buyer: Actor
) -> None:
    lot, number = at_their_point(owner, guest, buyer)
    own_lot = market.catch(owner)
    own = market.order(buyer, owner, {own_lot: 1000}, slot=there(owner))
    write(operations.weigh_order, number, {lot: 1000}, guest.clerk, days.now())
    write(operations.weigh_order, own.number, {own_lot: 1000}, owner.clerk, days.now())
    for seller, one in ((owner, own.number), (guest, number)):
        found = ready_together(db.session(), market.read(one, seller.clerk), seller.clerk, days.now())
        assert [order.number for order in found] == [one]


def test_a_retired_point_keeps_the_guests_orders_too(owner: Shop, guest: Shop, buyer: Actor) -> None:
    lot, number = at_their_point(owner, guest, buyer)
    slot = there(owner)
    write(change_point, owner.point, PointChanges(is_active=False), owner.clerk, days.now())
    with pytest.raises(Invalid):
        market.order(buyer, guest, {lot: 1000}, slot=slot)
    hand_over(guest, lot, number, buyer)
    assert market.broken() == []


def test_a_guest_with_no_point_of_its_own_sells_at_its_neighbours(owner: Shop, buyer: Actor) -> None:
    cooperative = accounts.cooperative("pulau", "Koperasi Pulau", "36.04.13.2007")
    clerk = accounts.member(cooperative, "pulau@contoh.id")
    guest = Shop(cooperative, clerk, market.product(cooperative), owner.point)
    sharing.shared(owner, guest)
    lot = market.catch(guest, best_before=days.now() + timedelta(days=2))
    order = market.order(buyer, guest, {lot: 1000})
    assert (order.pickup.point_id, order.cooperative_name) == (owner.point, "Koperasi Pulau")
