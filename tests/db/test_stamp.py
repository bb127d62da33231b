"""The change stamp: no change that a public page shows goes by unseen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import delete, insert, text, update

from ovop.accounts.models import Cooperative
from ovop.catalogue.models import Flagship, Product, Species, Stars
from ovop.db import db, write
from ovop.db.stamp import Stamp, change_stamp, stamp_of
from ovop.kernel import days
from ovop.pickup.models import OpeningHours, PickupPoint, PointUse, Slot
from ovop.stock.models import Catch, CatchPhoto
from ovop.stock.photos import add_photo
from ovop.stories.models import Story
from ovop.villages.models import District, Village
from tests.make import accounts, catalogue, market


def now_stamp() -> Stamp:
    db.session.rollback()
    stamp = change_stamp(db.session())
    assert stamp.slow == stamp_of(db.engine).slow
    return stamp


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    seller, office = market.shop(), accounts.official()
    sate = catalogue.product(seller.clerk, "Sate bandeng", "MIL")
    catalogue.flagship(office, sate)
    catalogue.stars(office, sate)
    lot = market.catch(seller)
    write(add_photo, lot, "catch/abc", 640, 480, seller.clerk, days.now())
    return seller


def test_while_nothing_changes_the_stamp_stays(seller: market.Shop) -> None:
    assert now_stamp().slow == now_stamp().slow
    if db.engine.dialect.name == "sqlite":  # on PostgreSQL whoever else writes on the same server changes the rest
        assert now_stamp() == stamp_of(db.engine) == now_stamp()


SLOW: list[tuple[str, Callable[[], object]]] = [
    ("village", lambda: update(Village).values(name=Village.name)),
    ("story", lambda: insert(Story).values(village_code=accounts.TENGKURAK)),
    ("district", lambda: update(District).values(area_km2=District.area_km2)),
    ("species", lambda: update(Species).values(habitat=Species.habitat)),
    ("cooperative", lambda: update(Cooperative).values(about="Nelayan")),
    ("product", lambda: update(Product).values(description="Segar")),
    ("flagship", lambda: update(Flagship).values(decision_number="1")),
    ("stars", lambda: update(Stars).values(expires_on=date(2030, 1, 1))),
    ("point", lambda: update(PickupPoint).values(address="Jl. Raya")),
    ("who hands over there", lambda: update(PointUse).values(opened_at=days.now())),
    ("hours", lambda: update(OpeningHours).values(capacity=11)),
    ("words", lambda: text("UPDATE search_document SET words = words || ' x'")),
    ("stars gone", lambda: delete(Stars)),
]
QUICK: list[tuple[str, Callable[[], object]]] = [
    ("price", lambda: update(Catch).values(unit_price=40_000)),
    ("stock", lambda: update(Catch).values(available=Catch.available - 1, lost=Catch.lost + 1)),
    ("slot", lambda: update(Slot).values(booked=1)),
    ("photo gone", lambda: delete(CatchPhoto)),
]


@pytest.mark.parametrize("change", [change for _, change in SLOW], ids=[name for name, _ in SLOW])
def test_what_seldom_changes_moves_both_parts(seller: market.Shop, change: Callable[[], object]) -> None:
    before = now_stamp()
    write(lambda session: session.execute(change()))  # type: ignore[call-overload]
    after = now_stamp()
    assert after.rows != before.rows
    assert after.slow > before.slow


@pytest.mark.parametrize("change", [change for _, change in QUICK], ids=[name for name, _ in QUICK])
def test_stock_and_slots_move_the_quick_part_alone(seller: market.Shop, change: Callable[[], object]) -> None:
    before = now_stamp()
    write(lambda session: session.execute(change()))  # type: ignore[call-overload]
    after = now_stamp()
    assert after.rows != before.rows
    assert after.slow == before.slow


def test_a_new_lot_and_an_order_change_the_stamp(seller: market.Shop) -> None:
    before = now_stamp()
    lot = market.catch(seller, best_before=days.now() + timedelta(days=3))
    listed = now_stamp()
    market.order(accounts.buyer(), seller, {lot: 1000})
    assert len({before.rows, listed.rows, now_stamp().rows}) == 3


def test_what_was_undone_does_not_change_it(seller: market.Shop) -> None:
    def fail(session: object) -> None:
        session.execute(update(Product).values(description="x"))  # type: ignore[attr-defined]
        raise RuntimeError

    before = now_stamp()
    with pytest.raises(RuntimeError):
        write(fail)
    assert now_stamp().slow == before.slow
