"""Prices that step down by themselves: what is shown is what is charged, whoever sleeps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from ovop.db import db, write
from ovop.discovery.queries import find_catches, get_catch
from ovop.discovery.rules import CatchFilter, Sort
from ovop.kernel import days
from ovop.kernel.errors import Forbidden
from ovop.ordering.offers import offers
from ovop.pickup.last_times import last_times
from ovop.pickup.operations import close
from ovop.stock.models import PriceChange
from ovop.stock.operations import change_catch, withdraw_catch
from ovop.stock.price_changes import set_lot_rule, set_rule
from ovop.stock.price_rules import PROPOSED, PriceRule, RuleKind, Step
from ovop.stock.queries import get_lot
from ovop.stock.rules import CatchChanges
from tests.conftest import Clock
from tests.make import accounts, api, market

#: The clock stands at 09.00; the point is open until 18.00, orders until an hour ahead.
TODAY = timedelta(hours=10)


@pytest.fixture
def shop(app: APIFlask) -> market.Shop:
    """A co-operative whose prices step down by 10 and 25 per cent."""
    seller = market.shop()
    write(set_rule, PROPOSED, seller.clerk, days.now())
    return seller


def short_lived(shop: market.Shop, unit_price: int = 40_000) -> int:
    """A lot whose last pickup ends at 18.00 today: its price steps down at 12.00 and 15.00."""
    return market.catch(shop, unit_price=unit_price, best_before=days.now() + TODAY)


def asked(catch: int) -> set[int]:
    """What catalogue, lot page, basket and clerk say is asked now."""
    session, now = db.session(), days.now()
    (card,) = [card for card in find_catches(session, CatchFilter(), now).items if card.id == catch]
    lot = get_catch(session, catch, now).card
    assert (card.full_price, lot.full_price) == (card.full_price,) * 2
    return {card.unit_price, lot.unit_price, offers(session, [catch], now)[catch].unit_price}


def test_every_page_and_order_goes_by_the_hour_without_any_worker(shop: market.Shop, clock: Clock) -> None:
    lot, siti = short_lived(shop), accounts.buyer()
    for forward, price in ((0, 40_000), (3, 36_000), (3, 30_000)):
        clock.forward(hours=forward)
        assert asked(lot) == {price}
        assert get_lot(db.session(), lot, shop.clerk).asked_at(days.now()) == price
        order = market.order(siti, shop, {lot: 1000})
        assert (order.lines[0].unit_price, order.estimate) == (price, price)
    assert market.broken() == []


def test_cheapest_first_goes_by_what_is_asked_now(shop: market.Shop, clock: Clock) -> None:
    steady, falling = market.catch(shop, unit_price=38_000), short_lived(shop)
    wanted = CatchFilter(sort=Sort.PRICE)
    assert [card.id for card in find_catches(db.session(), wanted, days.now()).items] == [steady, falling]
    clock.forward(hours=4)
    assert [card.id for card in find_catches(db.session(), wanted, days.now()).items] == [falling, steady]


def test_programs_see_and_set_what_is_asked(shop: market.Shop, client: FlaskClient, clock: Clock) -> None:
    lot = short_lived(shop)
    clock.forward(hours=4)
    program = api.program(client, shop.clerk)
    assert program.get(f"/catches/{lot}").get_json()["unit_price"] == 36_000
    assert program.patch(f"/catches/{lot}", {"unit_price": 39_000}).get_json()["unit_price"] == 39_000
    clock.forward(hours=2)
    assert program.get("/catches").get_json()["items"][0]["unit_price"] == 29_500
    assert market.broken() == []


def test_a_kept_page_is_not_given_again_at_an_old_price(shop: market.Shop, client: FlaskClient, clock: Clock) -> None:
    lot = short_lived(shop)
    clock.forward(hours=2, minutes=59, seconds=30)
    for path in (f"/hasil/{lot}", "/"):
        assert "Rp40.000" in client.get(path).get_data(as_text=True).replace("\xa0", "")
    clock.forward(seconds=30)
    for path in (f"/hasil/{lot}", "/"):
        text = client.get(path).get_data(as_text=True).replace("\xa0", "")
        assert "Rp36.000" in text, path


def test_steps_count_from_the_last_pickup_and_follow_it(shop: market.Shop, clock: Clock) -> None:
    lot = market.catch(shop, unit_price=40_000, best_before=days.now() + timedelta(hours=30))  # tomorrow, 15.00
    found = get_lot(db.session(), lot, shop.clerk)
    assert found.last_pickup_at == days.now() + timedelta(hours=30)
    times = last_times(db.session(), [lot], days.now())[lot]
    assert (times.pickup_at, times.order_at) == (found.last_pickup_at, found.last_pickup_at - timedelta(hours=2))
    last = next(slot for slot in market.slots(shop) if slot.ends_at == times.pickup_at)
    write(close, last.id, "badai", shop.clerk, days.now())
    moved = get_lot(db.session(), lot, shop.clerk)
    assert moved.last_pickup_at == times.pickup_at - timedelta(hours=1)
    assert moved.steps[0].at == moved.last_pickup_at - timedelta(hours=6)
    db.session.rollback()
    write(change_catch, lot, CatchChanges(best_before=days.now() + timedelta(hours=4)), shop.clerk, days.now())
    assert get_lot(db.session(), lot, shop.clerk).steps[0].at == days.now() + timedelta(hours=1)
    assert market.broken() == []


def test_a_lot_may_answer_for_itself_and_go_back(shop: market.Shop, clock: Clock) -> None:
    lot = short_lived(shop)
    clock.forward(hours=4)
    own = PriceRule((Step(6, 50),), floor=22_000)
    for kind, rule, price in (
        (RuleKind.OFF, None, 40_000),
        (RuleKind.ON, own, 22_000),
        (RuleKind.FOLLOW, None, 36_000),
    ):
        write(set_lot_rule, lot, kind, rule, shop.clerk, days.now())
        assert asked(lot) == {price}
        clock.forward(minutes=1)
    write(set_lot_rule, lot, RuleKind.ON, own, shop.clerk, days.now())
    write(set_rule, None, shop.clerk, days.now())
    assert asked(lot) == {22_000}
    assert market.broken() == []


def test_what_was_asked_when_is_remembered_with_who_decided(shop: market.Shop, clock: Clock) -> None:
    lot = short_lived(shop)
    clock.forward(minutes=5)
    write(change_catch, lot, CatchChanges(unit_price=44_000), shop.clerk, days.now())
    write(change_catch, lot, CatchChanges(note="sedikit lagi"), shop.clerk, days.now())
    write(set_rule, None, shop.clerk, days.now())
    rows = db.session.scalars(select(PriceChange).where(PriceChange.catch_id == lot).order_by(PriceChange.id)).all()
    assert [(row.cause, row.unit_price, row.first_step_price, row.actor_id) for row in rows] == [
        ("listed", 40_000, 36_000, shop.clerk.id),
        ("priced", 44_000, 39_500, shop.clerk.id),
        ("rule", 44_000, None, shop.clerk.id),
    ]


def test_rules_are_the_managers_and_leave_what_has_ended_alone(shop: market.Shop, clock: Clock) -> None:
    gone = short_lived(shop)
    write(withdraw_catch, gone, "rusak", shop.clerk, days.now())
    assistant = accounts.member(shop.id, "asisten@contoh.id")
    with pytest.raises(Forbidden):
        write(set_rule, None, assistant.__class__(assistant.id, assistant.role, shop.id), days.now())
    write(set_rule, None, shop.clerk, days.now())
    assert get_lot(db.session(), gone, shop.clerk).steps != ()
    assert market.broken() == []
