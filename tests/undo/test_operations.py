"""Whatever was done to a lot is taken back within its minute, once, and only while nobody has built upon it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from ovop.recall.flows import recall
from ovop.shares.operations import record_parts
from ovop.stock.models import Catch
from ovop.stock.operations import change_catch, change_stock, sell_out, withdraw_catch
from ovop.stock.price_changes import set_rule
from ovop.stock.price_rules import PROPOSED
from ovop.stock.rules import CatchChanges
from ovop.undo.errors import ChangedSince, TooLateToUndo
from ovop.undo.models import Step
from ovop.undo.operations import forget_steps, take_back
from ovop.undo.queries import find_latest
from ovop.web.cooperative.undoing import HOW
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market, shares


@pytest.fixture
def shop(app: APIFlask) -> market.Shop:
    return market.shop()


Deed = Callable[[market.Shop, int], object]

DEEDS: dict[str, Deed] = {
    "price": lambda shop, lot: write(change_catch, lot, CatchChanges(unit_price=40_000), shop.clerk, days.now()),
    "words": lambda shop, lot: write(
        change_catch, lot, CatchChanges(None, days.now() + timedelta(days=3), "dari tambak"), shop.clerk, days.now()
    ),
    "more": lambda shop, lot: write(change_stock, lot, 2_000, "Salah timbang", shop.clerk, days.now()),
    "less": lambda shop, lot: write(change_stock, lot, -2_000, "Rusak", shop.clerk, days.now()),
    "sold out": lambda shop, lot: write(sell_out, lot, "Habis di tempat", shop.clerk, days.now()),
    "ended": lambda shop, lot: write(withdraw_catch, lot, "Rusak", shop.clerk, days.now()),
}


def state(lot: int) -> tuple[object, ...]:
    db.session.rollback()
    row = db.session.get_one(Catch, lot, populate_existing=True)
    return tuple(getattr(row, column.name) for column in Catch.__table__.columns)


def last(shop: market.Shop) -> int:
    """The clerk's last deed."""
    step = find_latest(db.session(), shop.clerk, days.now())
    assert step is not None
    return step.id


def undo(shop: market.Shop, step: int) -> None:
    write(take_back, step, HOW, shop.clerk, days.now())


@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_taken_back_leaves_the_lot_as_it_was(shop: market.Shop, clock: Clock, deed: str) -> None:
    lot = market.catch(shop)
    market.order(accounts.buyer(), shop, {lot: 1_000})
    before = state(lot)
    clock.forward(seconds=1)
    DEEDS[deed](shop, lot)
    assert state(lot) != before
    step = last(shop)
    undo(shop, step)
    undo(shop, step)  # tapped twice
    assert state(lot) == before
    assert find_latest(db.session(), shop.clerk, days.now()) is None
    assert market.broken() == []


@pytest.mark.parametrize("deed", DEEDS)
def test_its_minute_is_over_a_while_after_the_offer(shop: market.Shop, clock: Clock, deed: str) -> None:
    lot = market.catch(shop)
    clock.forward(seconds=1)
    DEEDS[deed](shop, lot)
    step = last(shop)
    after = state(lot)
    clock.forward(seconds=61)
    assert find_latest(db.session(), shop.clerk, days.now()) is None
    clock.forward(seconds=30)
    with pytest.raises(TooLateToUndo):
        undo(shop, step)
    assert state(lot) == after


def test_what_was_ordered_meanwhile_stands(shop: market.Shop, clock: Clock) -> None:
    lot = market.catch(shop, 1_000)
    listed = last(shop)
    clock.forward(seconds=1)
    DEEDS["more"](shop, lot)
    more = last(shop)
    market.order(accounts.buyer(), shop, {lot: 2_500})
    for step in (listed, more):
        with pytest.raises(ChangedSince):
            undo(shop, step)
    assert market.broken() == []


def test_what_was_changed_again_stands(shop: market.Shop, clock: Clock) -> None:
    lot = market.catch(shop)
    clock.forward(seconds=1)
    DEEDS["price"](shop, lot)
    first = last(shop)
    clock.forward(seconds=1)
    write(change_catch, lot, CatchChanges(unit_price=41_000), shop.clerk, days.now())
    with pytest.raises(ChangedSince):
        undo(shop, first)
    DEEDS["ended"](shop, lot)
    ended = last(shop)
    undo(shop, ended)
    write(withdraw_catch, lot, "Rusak", shop.clerk, days.now())
    undo(shop, ended)  # of the first ending, which was taken back: the second stands
    assert db.session.scalar(select(Catch.is_withdrawn))


@pytest.mark.parametrize("deed", ["less", "sold out", "ended"])
def test_a_recalled_lot_stays_recalled(shop: market.Shop, clock: Clock, deed: str) -> None:
    lot = market.catch(shop)
    clock.forward(seconds=1)
    DEEDS[deed](shop, lot)
    step = last(shop)
    recall(lot, "Keracunan", shop.clerk, days.now())
    recalled = state(lot)
    with pytest.raises(ChangedSince):
        undo(shop, step)
    assert state(lot) == recalled
    assert market.broken() == []


def test_a_step_of_the_price_comes_back_with_it(shop: market.Shop, clock: Clock) -> None:
    write(set_rule, PROPOSED, shop.clerk, days.now())
    lot = market.catch(shop)
    before = state(lot)
    clock.forward(seconds=1)
    DEEDS["price"](shop, lot)
    undo(shop, last(shop))
    assert state(lot) == before
    assert market.broken() == []


def test_nothing_changed_is_nothing_to_take_back(shop: market.Shop, clock: Clock) -> None:
    lot = market.catch(shop)
    clock.forward(minutes=2)
    assert not write(change_catch, lot, CatchChanges(unit_price=37_500), shop.clerk, days.now())
    DEEDS["sold out"](shop, lot)
    clock.forward(minutes=2)
    DEEDS["sold out"](shop, lot)
    assert find_latest(db.session(), shop.clerk, days.now()) is None


def test_a_colleagues_deed_is_theirs(shop: market.Shop) -> None:
    lot = market.catch(shop)
    other = accounts.member(shop.id, "ani@contoh.id")
    assert find_latest(db.session(), other, days.now()) is None
    with pytest.raises(NotFound):
        write(take_back, last(shop), HOW, other, days.now())
    assert state(lot)[0] == lot


def test_a_lot_that_never_was_was_nobodys(shop: market.Shop) -> None:
    lot = market.catch(shop)
    ani, budi = (shares.fisher(shop, name) for name in ("Ani", "Budi"))
    write(record_parts, lot, {ani: 4_000, budi: 6_000}, shop.clerk, days.now())
    undo(shop, last(shop))
    assert count("catch_part") == 0
    assert market.broken() == []


def test_what_fishers_brought_is_not_taken_from_under_them(shop: market.Shop, clock: Clock) -> None:
    lot = market.catch(shop)
    clock.forward(seconds=1)
    DEEDS["more"](shop, lot)
    write(record_parts, lot, {shares.fisher(shop, "Ani"): 11_000}, shop.clerk, days.now())
    with pytest.raises(ChangedSince):
        undo(shop, last(shop))
    assert market.broken() == []


def test_deeds_are_forgotten_after_a_day(shop: market.Shop, clock: Clock) -> None:
    market.catch(shop)
    clock.forward(days=1, hours=1)
    market.catch(shop)
    assert write(forget_steps, days.now() - timedelta(days=1)) == 1
    assert count(Step.__tablename__) == 1
