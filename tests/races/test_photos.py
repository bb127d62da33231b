"""Two clerks at the same lot's photos: whatever each does, every photo stands once and in a place of its own."""

from __future__ import annotations

import random

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.stock import photos, queries
from ovop.stock.models import CatchPhoto
from ovop.stock.photo_rules import MOST_PHOTOS, PhotoStep
from tests.make import market
from tests.races.test_core import at_once


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


def add(seller: market.Shop, lot: int, key: str) -> int:
    return write(photos.add_photo, lot, f"catch/{key}", 640, 480, seller.clerk, days.now())


def rows(lot: int) -> list[CatchPhoto]:
    db.session.rollback()
    wanted = select(CatchPhoto).where(CatchPhoto.catch_id == lot, CatchPhoto.removed_at.is_(None))
    return list(db.session.scalars(wanted.order_by(CatchPhoto.position)))


@pytest.mark.parametrize("seed", range(3))
def test_orders_given_at_once_end_as_one_of_them(app: APIFlask, seller: market.Shop, seed: int) -> None:
    chance = random.Random(seed)
    lot = market.catch(seller)
    ids = [add(seller, lot, key) for key in "abcde"]
    wanted = [chance.sample(ids, 5) for _ in range(8)]
    at_once(app, [lambda order=order: write(photos.arrange_photos, lot, order, seller.clerk) for order in wanted])
    assert [row.id for row in rows(lot)] in wanted
    assert [row.position for row in rows(lot)] == list(range(5))


def test_moving_adding_and_removing_at_once_loses_no_photo(app: APIFlask, seller: market.Shop) -> None:
    lot = market.catch(seller)
    ids = [add(seller, lot, key) for key in "abcd"]
    acts = [
        *[lambda photo=photo: write(photos.move_photo, lot, photo, PhotoStep.FIRST, seller.clerk) for photo in ids[1:]],
        *[lambda photo=photo: write(photos.move_photo, lot, photo, PhotoStep.LATER, seller.clerk) for photo in ids[:2]],
        lambda: write(photos.arrange_photos, lot, list(reversed(ids)), seller.clerk),
        lambda: add(seller, lot, "e"),
        lambda: add(seller, lot, "f"),
        lambda: write(photos.remove_photo, lot, ids[3], seller.clerk, days.now()),
    ]
    answers = at_once(app, acts)
    assert {type(answer) for answer in answers} <= {int, type(None), NotFound}  # moved after it was removed
    assert sorted(row.key for row in rows(lot)) == [f"catch/{key}" for key in "abcef"]
    assert len({row.position for row in rows(lot)}) == 5
    write(photos.restore_photo, lot, ids[3], seller.clerk, days.now())
    assert len(queries.photos_of(db.session(), [lot])[lot]) == 6


def test_the_last_place_goes_to_one(app: APIFlask, seller: market.Shop) -> None:
    lot = market.catch(seller)
    for key in "abcdefg":
        add(seller, lot, key)
    answers = at_once(app, [lambda key=key: add(seller, lot, key) for key in "hijklm"])
    assert sum(isinstance(answer, Invalid) for answer in answers) == 5
    assert len(rows(lot)) == MOST_PHOTOS


def test_removed_and_brought_back_by_many_at_once_it_is_there_once(app: APIFlask, seller: market.Shop) -> None:
    lot = market.catch(seller)
    photo = add(seller, lot, "a")
    write(photos.remove_photo, lot, photo, seller.clerk, days.now())
    at_once(app, [lambda: write(photos.restore_photo, lot, photo, seller.clerk, days.now()) for _ in range(6)])
    assert [row.id for row in rows(lot)] == [photo]
    answers = at_once(app, [lambda: write(photos.remove_photo, lot, photo, seller.clerk, days.now()) for _ in range(6)])
    assert sum(isinstance(answer, NotFound) for answer in answers) == 5
    assert rows(lot) == []
