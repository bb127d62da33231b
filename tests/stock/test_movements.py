"""Stock moves by conditional updates: as told, or not at all, and every movement is written down."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from ovop.stock.errors import NotOnSale, OutOfStock
from ovop.stock.models import Catch, Movement
from ovop.stock.movements import HeldCatch, Move, hold, move, record
from ovop.stock.operations import withdraw_catch
from ovop.stock.rules import MovementKind as K
from tests.conftest import Clock
from tests.make import market


@pytest.fixture
def shop(app: APIFlask) -> market.Shop:
    return market.shop()


def lot(catch: int) -> tuple[int, int, int, int, int]:
    """caught, available, held, sold, lost."""
    db.session.rollback()
    row = db.session.get_one(Catch, catch, populate_existing=True)
    return row.caught, row.available, row.held, row.sold, row.lost


def test_each_kind_moves_its_parts(shop: market.Shop) -> None:
    catch = market.catch(shop, 10_000)
    steps = [
        (Move(catch, K.HOLD, 4000), (10_000, 6000, 4000, 0, 0)),
        (Move(catch, K.RELEASE, 500), (10_000, 6500, 3500, 0, 0)),
        (Move(catch, K.SELL, 2000), (10_000, 6500, 1500, 2000, 0)),
        (Move(catch, K.LOSE_HELD, 700), (10_000, 6500, 800, 2000, 700)),
        (Move(catch, K.LOSE, 6500), (10_000, 0, 800, 2000, 7200)),
        (Move(catch, K.FOUND, 1), (10_001, 1, 800, 2000, 7200)),
        (Move(catch, K.SELL, 800), (10_001, 1, 0, 2800, 7200)),
    ]
    for step, after in steps:
        write(move, [step], days.now())
        assert lot(catch) == after


@pytest.mark.parametrize("step", [(K.HOLD, 1001), (K.LOSE, 1001), (K.RELEASE, 1), (K.SELL, 1), (K.LOSE_HELD, 1)])
def test_what_is_not_there_does_not_move(shop: market.Shop, step: tuple[K, int]) -> None:
    catch, other = market.catch(shop, 1000), market.catch(shop, 1000)
    with pytest.raises(OutOfStock) as refused:
        write(move, [Move(other, K.LOSE, 10), Move(catch, *step)], days.now())
    assert refused.value.facts == {"catch": catch, "available": 1000}
    assert lot(catch) == lot(other) == (1000, 1000, 0, 0, 0)
    with pytest.raises(NotFound) as unknown:
        write(move, [Move(10**6, K.LOSE, 1)], days.now())
    assert unknown.value.facts == {"catch": 10**6}


def test_a_movement_is_written_with_all_that_is_known_of_it(shop: market.Shop) -> None:
    catch = market.catch(shop, 1000)
    write(move, [Move(catch, K.LOSE, 10), Move(catch, K.LOSE, 0)], days.now(), actor_id=shop.clerk.id, reason="r" * 201)
    write(move, [Move(catch, K.FOUND, 5)], days.now())
    write(record, [Move(catch, K.LOSE, 0)], days.now())
    rows = db.session.scalars(select(Movement).where(Movement.kind != "caught").order_by(Movement.id)).all()
    assert [(row.catch_id, row.kind, row.quantity, row.order_number, row.actor_id, row.reason) for row in rows] == [
        (catch, "lose", 10, None, shop.clerk.id, "r" * 200),
        (catch, "found", 5, None, None, ""),
    ]
    assert {row.at for row in rows} == {days.now()}


def test_a_hold_answers_the_lots_as_they_are(shop: market.Shop) -> None:
    first, second = market.catch(shop, 1000), market.catch(shop, 2000, 50_000)
    held = write(hold, {second: 2000, first: 300}, days.now())
    assert set(held) == {first, second}
    for catch, row in held.items():
        stored = db.session.get_one(Catch, catch)
        assert asdict(row) == {name: getattr(stored, name) for name in HeldCatch.__slots__}
    assert lot(first) == (1000, 700, 300, 0, 0)
    assert lot(second) == (2000, 0, 2000, 0, 0)


def test_what_cannot_be_held_says_why(shop: market.Shop, clock: Clock) -> None:
    few, gone = market.catch(shop, 1000), market.catch(shop, 1000)
    old = market.catch(shop, 1000, best_before=days.now() + timedelta(hours=1))
    write(withdraw_catch, gone, "bau", shop.clerk, days.now())
    clock.forward(minutes=59, seconds=59)
    write(hold, {old: 1}, days.now())
    clock.forward(seconds=1)
    cases = {
        few: (OutOfStock, 1001, {"catch": few, "available": 1000}),
        gone: (NotOnSale, 1, {"catch": gone}),
        old: (NotOnSale, 1, {"catch": old}),
        10**6: (NotFound, 1, {"catch": 10**6}),
    }
    for catch, (kind, quantity, facts) in cases.items():
        with pytest.raises(kind) as refused:  # type: ignore[var-annotated]
            write(hold, {few: 1, catch: quantity}, days.now())
        assert refused.value.facts == facts
    assert lot(few) == (1000, 1000, 0, 0, 0)
