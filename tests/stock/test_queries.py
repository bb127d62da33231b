"""What a co-operative reads of its lots."""

from __future__ import annotations

from datetime import timedelta

from apiflask import APIFlask

from ovop.db import db, write
from ovop.kernel import days
from ovop.stock import operations, photos
from ovop.stock.queries import Shelf, count_lots, faces_of, list_lots, list_movements, sellable_of
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
        write(photos.add_photo, shown, key, 640, 480, seller.clerk, days.now())
    faces = faces_of(db.session(), [plain, shown])
    assert (faces[plain].category, faces[plain].photo) == ("shrimp", None)
    assert faces[shown].photo is not None
    assert faces[shown].photo.key == "catch/one"
    assert faces_of(db.session(), []) == {}
