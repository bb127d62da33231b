"""What a co-operative reads of its lots, and what it usually sells for."""

from __future__ import annotations

from datetime import timedelta

from apiflask import APIFlask

from ovop.db import db, write
from ovop.kernel import days
from ovop.stock import operations
from ovop.stock.queries import (
    PriceRange,
    Shelf,
    count_lots,
    faces_of,
    habits,
    list_lots,
    list_movements,
    price_ranges,
    sellable_of,
)
from ovop.stock.rules import CatchChanges, MovementKind
from tests.conftest import Clock
from tests.make import accounts, market


def test_every_lot_stands_on_one_shelf(app: APIFlask, clock: Clock) -> None:
    seller = market.shop()
    old, withdrawn, sold_out, fresh = (market.catch(seller) for _ in range(4))
    write(operations.withdraw_catch, withdrawn, "rusak", seller.clerk, days.now())
    write(operations.change_stock, sold_out, -10_000, "dijual langsung", seller.clerk, days.now())
    later = CatchChanges(best_before=days.now() + timedelta(days=9))
    for lot in (sold_out, fresh):
        write(operations.change_catch, lot, later, seller.clerk, days.now())
    clock.forward(days=2)
    found = {shelf: [lot.id for lot in list_lots(db.session(), seller.id, shelf, days.now())] for shelf in Shelf}
    assert found == {Shelf.ON_SALE: [fresh, sold_out], Shelf.ENDED: [withdrawn, old]}
    assert count_lots(db.session(), seller.id, days.now()) == {Shelf.ON_SALE: 2, Shelf.ENDED: 2}
    assert sellable_of(db.session(), [old, withdrawn, sold_out, fresh], days.now()) == {sold_out, fresh}


def test_a_list_goes_on_behind_the_lot_where_it_stopped(app: APIFlask) -> None:
    seller = market.shop()
    lots = [market.catch(seller) for _ in range(5)]
    market.catch(market.shop("lontar", "36.04.13.2007"))
    read = list_lots(db.session(), seller.id, Shelf.ON_SALE, days.now(), limit=2)
    assert [lot.id for lot in read] == [lots[4], lots[3]]
    rest = list_lots(db.session(), seller.id, Shelf.ON_SALE, days.now(), before=lots[3])
    assert [lot.id for lot in rest] == [lots[2], lots[1], lots[0]]


def test_a_habit_is_the_last_lot_and_the_middle_of_the_last_five(app: APIFlask, clock: Clock) -> None:
    seller = market.shop()
    assert habits(db.session(), seller.id) == {}
    quantities = (90_000, 10_000, 20_000, 500_000, 15_000, 30_000)
    prices = (90_000, 30_000, 31_000, 32_000, 33_000, 3_000)
    for quantity, price in zip(quantities, prices, strict=True):
        last = market.catch(seller, quantity, price)
        clock.forward(days=1)
    habit = habits(db.session(), seller.id)[seller.product]
    assert (habit.last_catch, habit.last_price) == (last, 3_000)
    assert habit.last_listed_at == days.now() - timedelta(days=1)
    assert (habit.usual_quantity, habit.usual_price) == (20_000, 31_000)


def test_the_weeks_range_is_of_goods_alike_from_everyone(app: APIFlask, clock: Clock) -> None:
    seller, lontar = market.shop(), market.shop("lontar", "36.04.13.2007")
    frozen = market.product(lontar.id, "Udang beku", form="frozen")
    market.catch(lontar, unit_price=99_000)
    clock.forward(days=7)
    market.catch(seller, unit_price=40_000)
    market.catch(lontar, unit_price=36_000)
    market.catch(lontar, unit_price=1_000, product=frozen)
    taken_back = market.catch(lontar, unit_price=2_000)
    write(operations.withdraw_catch, taken_back, "salah", lontar.clerk, days.now())
    assert price_ranges(db.session(), seller.id, days.now()) == {seller.product: PriceRange(36_000, 40_000, 2)}


def test_movements_name_the_co_operatives_people_and_no_buyer(app: APIFlask) -> None:
    seller = market.shop()
    lot = market.catch(seller)
    order = market.order(accounts.buyer(name="Siti Rahasia"), seller, {lot: 1500})
    write(operations.change_stock, lot, -500, "rusak", seller.clerk, days.now())
    moved = [(row.kind, row.quantity, row.by, row.order_number) for row in list_movements(db.session(), lot)]
    assert moved == [
        (MovementKind.LOSE, 500, "Pak Jaya", None),
        (MovementKind.HOLD, 1500, None, order.number),
        (MovementKind.CATCH, 10_000, "Pak Jaya", None),
    ]


def test_a_face_is_the_first_photo_else_what_to_draw(app: APIFlask) -> None:
    seller = market.shop()
    plain, shown = market.catch(seller), market.catch(seller)
    for key in ("catch/one", "catch/two"):
        write(operations.add_photo, shown, key, 640, 480, seller.clerk, days.now())
    faces = faces_of(db.session(), [plain, shown])
    assert (faces[plain].category, faces[plain].photo) == ("shrimp", None)
    assert faces[shown].photo is not None
    assert faces[shown].photo.key == "catch/one"
    assert faces_of(db.session(), []) == {}
