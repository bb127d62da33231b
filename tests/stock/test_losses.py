"""Losses with their cause: recorded of what is left, taken back once, added up."""

from __future__ import annotations

import pytest
from apiflask import APIFlask

from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.stock import losses
from ovop.stock.errors import OutOfStock, Recalled
from ovop.stock.operations import change_stock, recall_catch
from ovop.stock.queries import get_lot
from ovop.stock.rules import LossCause
from tests.conftest import Clock
from tests.make import market


def record(shop: market.Shop, lot: int, quantity: int, cause: LossCause = LossCause.SPOILT, note: str = "") -> int:
    return write(losses.record_loss, lot, quantity, cause, note, shop.clerk, days.now())


def left(shop: market.Shop, lot: int) -> tuple[int, int]:
    found = get_lot(db.session(), lot, shop.clerk)
    db.session.rollback()
    return found.available, found.lost


def test_a_loss_has_a_cause_and_is_taken_back_once(app: APIFlask, clock: Clock) -> None:
    shop = market.shop()
    lot = market.catch(shop, 10_000, 40_000)
    clock.forward(days=3)  # past its best: what is left can still be written off
    loss = record(shop, lot, 4_000)
    assert left(shop, lot) == (6_000, 4_000)
    for _ in range(2):
        assert write(losses.take_back_loss, loss, "salah catat", shop.clerk, days.now()) == lot
    assert left(shop, lot) == (10_000, 0)
    found = losses.get_loss(db.session(), loss, shop.clerk)
    assert (found.cause, found.value, found.is_taken_back) == (LossCause.SPOILT, 160_000, True)
    assert market.broken() == []


def test_losses_add_up_by_cause(app: APIFlask, clock: Clock) -> None:
    shop = market.shop()
    lot = market.catch(shop, 10_000, 40_000)
    pack = market.catch(shop, 20, 15_000, product=market.product(shop.id, "Sate", "MIL", "count", "piece", "processed"))
    record(shop, lot, 1_000, LossCause.GIVEN)
    write(losses.take_back_loss, record(shop, lot, 500, LossCause.GIVEN), "salah", shop.clerk, days.now())
    record(shop, pack, 4, LossCause.OTHER, "tumpah")
    write(change_stock, lot, -250, "salah timbang", shop.clerk, days.now())
    today = days.today()
    sums = losses.loss_sums(db.session(), shop.id, today, today)
    assert [(one.cause, one.times, one.grams, one.pieces, one.value) for one in sums] == [
        (LossCause.OTHER, 1, 0, 4, 60_000),
        (LossCause.GIVEN, 1, 1_000, 0, 40_000),
        (None, 1, 250, 0, 10_000),
    ]
    listed = losses.list_losses(db.session(), shop.id, today, today)
    assert [(row.quantity, row.can_be_taken_back) for row in listed] == [
        (250, False),
        (4, True),
        (500, False),
        (500, False),
        (1_000, True),
    ]
    clock.forward(days=1)
    assert losses.loss_sums(db.session(), shop.id, days.today(), days.today()) == []


def test_a_loss_that_is_none_changes_nothing(app: APIFlask) -> None:
    shop, other = market.shop(), market.shop("lontar", "36.04.13.2007")
    lot = market.catch(shop, 1_000)
    for quantity, cause, note, refusal in (
        (1_001, LossCause.SPOILT, "", OutOfStock),
        (0, LossCause.SPOILT, "", Invalid),
        (10, LossCause.OTHER, " ", Invalid),
        (10, LossCause.SPOILT, "x" * 201, Invalid),
    ):
        with pytest.raises(refusal):
            record(shop, lot, quantity, cause, note)
    loss = record(shop, lot, 10)
    with pytest.raises(NotFound):
        write(losses.take_back_loss, loss, "bukan milikku", other.clerk, days.now())
    with pytest.raises(Invalid):
        write(losses.take_back_loss, loss, " ", shop.clerk, days.now())
    write(recall_catch, lot, "bau", shop.clerk, days.now())
    with pytest.raises(Recalled):
        write(losses.take_back_loss, loss, "salah", shop.clerk, days.now())
    assert left(shop, lot) == (0, 1_000)
