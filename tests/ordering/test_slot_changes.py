"""A buyer collects elsewhere or later: both places, the goods and the money afterwards, and all that is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ovop.accounts.errors import KeyReused
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.ordering import flows, operations
from ovop.ordering.errors import WrongStatus
from ovop.ordering.rows import OrderRow
from ovop.ordering.slot_changes import change_slot, change_slot_once, slot_changes_of
from ovop.ordering.slot_choices import spots_instead
from ovop.outside.models import OutboxJob
from ovop.payment.models import LedgerEntry
from ovop.payment.rules import Method
from ovop.pickup.errors import PlaceKept, SlotFull, SlotUnsuitable
from ovop.pickup.models import Slot
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def siti(app: APIFlask) -> Actor:
    return accounts.buyer()


@pytest.fixture
def order(siti: Actor, seller: market.Shop) -> OrderRow:
    """Two kilos for Monday at ten; ordered until nine."""
    return market.order(siti, seller, {market.catch(seller): 2000})


def to(order: OrderRow, slot: int, buyer: Actor) -> bool:
    return write(change_slot, order.number, slot, buyer, days.now())


def booked(slot: int) -> tuple[int, int]:
    db.session.rollback()
    found = db.session.get_one(Slot, slot)
    return found.booked, found.booked_grams


def test_both_places_move_and_nothing_else_does(order: OrderRow, siti: Actor, seller: market.Shop) -> None:
    before = db.session.scalars(select(LedgerEntry.id)).all()
    new = market.slots(seller)[3].id
    assert to(order, new, siti)
    moved = market.read(order.number, siti)
    assert moved.pickup.slot_id == new
    assert (booked(order.pickup.slot_id), booked(new)) == ((0, 0), (1, 2000))
    assert (moved.status, moved.total, moved.lines, moved.history) == (
        order.status,
        order.total,
        order.lines,
        order.history,
    )
    assert db.session.scalars(select(LedgerEntry.id)).all() == before
    assert not market.broken()


def test_its_history_says_from_where_to_where_and_when(
    order: OrderRow, siti: Actor, seller: market.Shop, clock: Clock
) -> None:
    slots = market.slots(seller)
    to(order, slots[3].id, siti)
    clock.forward(minutes=5)
    to(order, slots[1].id, siti)
    changes = slot_changes_of(db.session(), order.number)
    assert [(change.from_starts_at, change.to_starts_at) for change in changes] == [
        (slots[0].starts_at, slots[3].starts_at),
        (slots[3].starts_at, slots[1].starts_at),
    ]
    assert changes[1].at == days.now()
    assert not market.broken()


def test_both_sides_are_told_of_each_change_once(order: OrderRow, siti: Actor, seller: market.Shop) -> None:
    to(order, market.slots(seller)[3].id, siti)
    to(order, market.slots(seller)[3].id, siti)
    letters = [job["letter"] for job in db.session.scalars(select(OutboxJob.payload)) if "letter" in job]
    assert sorted(letters) == ["confirmed", "moved", "moved_member"]


def test_to_where_it_is_already_nothing_changes(order: OrderRow, siti: Actor) -> None:
    assert not to(order, order.pickup.slot_id, siti)
    assert count("slot_change") == 0


def test_the_same_form_twice_is_one_change_and_another_with_its_key_is_refused(
    order: OrderRow, siti: Actor, seller: market.Shop
) -> None:
    slots = market.slots(seller)
    once = order.number, slots[2].id, siti, "k", days.now()
    assert write(change_slot_once, *once) == (slots[2].id, False)
    to(order, slots[4].id, siti)
    assert write(change_slot_once, *once) == (slots[2].id, True)
    assert market.read(order.number, siti).pickup.slot_id == slots[4].id
    with pytest.raises(KeyReused):
        write(change_slot_once, order.number, slots[1].id, siti, "k", days.now())
    with pytest.raises(Invalid):
        write(change_slot_once, order.number, slots[1].id, siti, "", days.now())


def test_another_point_of_the_same_co_operative_will_do(order: OrderRow, siti: Actor, seller: market.Shop) -> None:
    shore = market.point(seller.clerk, name="Balai desa")
    there = market.slots(market.Shop(seller.id, seller.clerk, seller.product, shore))[0]
    to(order, there.id, siti)
    assert market.read(order.number, siti).pickup.point_name == "Balai desa"
    assert not market.broken()


def test_other_peoples_orders_and_other_sellers_slots_are_not_there(
    order: OrderRow, siti: Actor, seller: market.Shop
) -> None:
    other = market.shop("lontar", "36.04.13.2007")
    new = market.slots(seller)[1].id
    for number, slot, actor in (
        (order.number, new, accounts.buyer("budi@contoh.id", "Budi")),
        (order.number, new, seller.clerk),
        (order.number, market.slots(other)[1].id, siti),
        (order.number, 10**12, siti),
        ("S-2601-000000", new, siti),
    ):
        with pytest.raises(NotFound):
            write(change_slot, number, slot, actor, days.now())
    assert booked(order.pickup.slot_id) == (1, 2000)


def test_a_full_slot_is_refused_and_the_old_place_kept(siti: Actor) -> None:
    seller = market.shop(hours=tuple(market.Hours(day, market.time(8), market.time(18), 1) for day in range(1, 8)))
    lot = market.catch(seller)
    first, second = (market.order(siti, seller, {lot: 500}, slot=slot.id) for slot in market.slots(seller)[:2])
    for order, slot in ((first, second.pickup.slot_id), (second, first.pickup.slot_id)):
        with pytest.raises(SlotFull):
            to(order, slot, siti)
    assert market.read(first.number, siti).pickup == first.pickup
    assert not market.broken()


def test_a_cold_box_without_room_is_full(siti: Actor) -> None:
    hours = tuple(market.Hours(day, market.time(8), market.time(18), 9, 3000) for day in range(1, 8))
    seller = market.shop(hours=hours)
    lot = market.catch(seller)
    slots = market.slots(seller)
    market.order(siti, seller, {lot: 2000}, slot=slots[1].id)
    order = market.order(siti, seller, {lot: 1001})
    with pytest.raises(SlotFull):
        to(order, slots[1].id, siti)
    assert [time.barred for time in spots_instead(db.session(), order, days.now())[0].times][:2] == ["yours", "no-room"]


def test_every_line_has_to_fit_the_new_slot(siti: Actor, seller: market.Shop) -> None:
    short = market.catch(seller, best_before=days.now() + timedelta(hours=4))
    late = market.catch(
        seller, landed_at=days.now() + timedelta(minutes=90), best_before=days.now() + timedelta(days=2)
    )
    slots = market.slots(seller)
    order = market.order(siti, seller, {short: 500, late: 500}, slot=slots[1].id)
    for slot in (slots[0], slots[3]):
        with pytest.raises(SlotUnsuitable):
            to(order, slot.id, siti)
    assert to(order, slots[2].id, siti)
    assert not market.broken()


def test_it_is_possible_until_the_old_slots_deadline(
    order: OrderRow, siti: Actor, seller: market.Shop, clock: Clock
) -> None:
    later = market.slots(seller)[4].id
    assert spots_instead(db.session(), order, days.now())
    clock.forward(seconds=1)
    with pytest.raises(PlaceKept) as refused:
        to(order, later, siti)
    assert refused.value.facts["reason"] == "deadline-passed"
    assert spots_instead(db.session(), order, days.now()) == ()


def test_it_is_possible_until_the_new_slots_deadline(siti: Actor, seller: market.Shop, clock: Clock) -> None:
    slots = market.slots(seller)
    order = market.order(siti, seller, {market.catch(seller): 500}, slot=slots[5].id)
    clock.forward(hours=2, seconds=1)
    with pytest.raises(SlotUnsuitable):
        to(order, slots[2].id, siti)
    assert to(order, slots[3].id, siti)


def test_out_of_a_closed_slot_there_is_no_way_and_into_one_neither(
    order: OrderRow, siti: Actor, seller: market.Shop
) -> None:
    slots = market.slots(seller)
    flows.close_slot(slots[2].id, "badai", seller.clerk, days.now())
    with pytest.raises(SlotUnsuitable):
        to(order, slots[2].id, siti)
    flows.close_slot(slots[0].id, "badai", seller.clerk, days.now())
    with pytest.raises(WrongStatus):
        to(order, slots[1].id, siti)
    assert not market.broken()


def test_packed_goods_stay_at_their_point_on_their_day(order: OrderRow, siti: Actor, seller: market.Shop) -> None:
    shore = market.Shop(seller.id, seller.clerk, seller.product, market.point(seller.clerk, name="Balai desa"))
    slots = market.slots(seller)
    tomorrow = next(slot for slot in slots if days.day_of(slot.starts_at) > days.today())
    write(operations.weigh_order, order.number, {order.lines[0].catch: 1900}, seller.clerk, days.now())
    for slot in (tomorrow, market.slots(shore)[1]):
        with pytest.raises(PlaceKept) as refused:
            to(order, slot.id, siti)
        assert refused.value.facts["reason"] == "weighed"
    spots = spots_instead(db.session(), market.read(order.number, siti), days.now())
    assert [(spot.point.name, len(spot.days)) for spot in spots] == [("Dermaga", 1)]
    assert to(order, slots[4].id, siti)
    moved = market.read(order.number, siti)
    assert (moved.status, moved.total) == ("ready", 71_300)
    assert not market.broken()


def test_only_what_is_paid_for_and_still_to_come_can_move(siti: Actor, seller: market.Shop) -> None:
    lot, new = market.catch(seller), market.slots(seller)[2].id
    unpaid = market.order(siti, seller, {lot: 500}, Method.DEMO)
    cancelled = market.order(siti, seller, {lot: 500})
    write(operations.cancel_order, cancelled.number, siti, days.now())
    for order in (unpaid, cancelled):
        with pytest.raises(WrongStatus):
            to(order, new, siti)
    market.pay(siti, unpaid.checkout_id)
    assert to(unpaid, new, siti)
    assert not market.broken()


def test_cancelled_afterwards_it_gives_back_the_new_place(order: OrderRow, siti: Actor, seller: market.Shop) -> None:
    new = market.slots(seller)[2].id
    to(order, new, siti)
    write(operations.cancel_order, order.number, siti, days.now())
    assert booked(new) == (0, 0)
    assert not market.broken()
