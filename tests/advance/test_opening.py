"""Standing listings on both databases: each day once, whoever opens it and however late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select, update

from ovop.accounts.models import Cooperative
from ovop.advance import flows, opening, standing
from ovop.advance.errors import ListingEnded
from ovop.advance.models import StandingDay
from ovop.catalogue.models import Product
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.pickup.operations import plan_day
from ovop.pickup.queries import list_slots
from ovop.pickup.rules import DayPlan, Hours
from ovop.stock.models import Catch
from tests.conftest import Clock
from tests.make import accounts, advance, market
from tests.make.market import Shop

FRIDAY = date(2026, 1, 9)


@pytest.fixture
def shop(app: APIFlask) -> Shop:
    return market.shop()


@pytest.fixture(autouse=True)
def nothing_is_broken(app: APIFlask) -> Iterator[None]:
    yield
    db.session.rollback()
    assert market.broken() == []


def run() -> list[date]:
    """The worker comes by; answers the days of the lots that wait to be counted."""
    flows.open_due(days.now())
    return [days.day_of(lot.landed_at) for lot in advance.opened()]


def test_a_friday_opens_on_tuesday_and_closes_when_it_lands(shop: Shop, clock: Clock) -> None:
    advance.listing(shop)
    assert run() == []
    clock.forward(days=1)
    assert run() == [FRIDAY]
    lot = advance.opened()[0]
    assert (lot.caught, lot.unit_price, lot.landed_at) == (60_000, 32_000, days.at(FRIDAY, time(5)))
    assert lot.best_before - lot.landed_at == timedelta(hours=48)
    order = market.order(accounts.buyer(), shop, {lot.id: 2_000}, slot=slot_on(shop, FRIDAY))
    assert order.lines[0].amount == 64_000


def slot_on(shop: Shop, day: date) -> int:
    return list_slots(db.session(), shop.point, day, day, days.now())[0].id


def test_every_day_is_opened_once_however_often_the_worker_comes(shop: Shop, clock: Clock) -> None:
    advance.listing(shop, "135")
    clock.forward(days=2)
    assert run() == run() == run() == [FRIDAY]
    clock.forward(days=1)
    assert run() == [FRIDAY]
    clock.forward(days=1)
    assert run() == [FRIDAY, FRIDAY + timedelta(days=3)]


def test_a_worker_that_slept_opens_what_lies_ahead_and_not_what_is_over(shop: Shop, clock: Clock) -> None:
    advance.listing(shop, "1234567", opens_days_before=2)
    clock.forward(days=7)
    assert run() == [date(2026, 1, 13), date(2026, 1, 14)]
    assert db.session.query(StandingDay).count() == 2


def test_what_lands_within_the_hour_is_left_to_the_clerk(shop: Shop, clock: Clock) -> None:
    advance.listing(shop, "1", lands_at=time(9, 45))
    assert run() == []


def test_a_day_waits_while_no_slot_fits(shop: Shop, clock: Clock) -> None:
    advance.listing(shop, "5", keeps_hours=10)
    clock.forward(days=2)
    write(plan_day, shop.point, DayPlan(FRIDAY, reason="Libur"), shop.clerk, days.now())
    assert run() == []
    opens = DayPlan(FRIDAY, Hours(5, time(7), time(9), 10))
    write(plan_day, shop.point, opens, shop.clerk, days.now())
    assert run() == [FRIDAY]


def test_paused_skipped_and_ended(shop: Shop, clock: Clock) -> None:
    listing = advance.listing(shop)
    clock.forward(days=2)
    write(standing.pause, listing, None, shop.clerk, days.now())
    assert run() == []
    with pytest.raises(Invalid):
        write(standing.pause, listing, days.today(), shop.clerk, days.now())
    write(standing.pause, listing, FRIDAY + timedelta(days=1), shop.clerk, days.now())
    assert run() == []
    write(standing.resume, listing, shop.clerk)
    write(standing.skip, listing, FRIDAY, shop.clerk, days.now())
    assert run() == []
    write(standing.unskip, listing, FRIDAY, shop.clerk)
    assert run() == [FRIDAY]
    write(standing.skip, listing, FRIDAY, shop.clerk, days.now())
    assert db.session.get_one(StandingDay, (listing, FRIDAY)).catch_id is not None, "what is on sale stays so"
    write(standing.end, listing, shop.clerk, days.now())
    write(standing.end, listing, shop.clerk, days.now())
    clock.forward(days=7)
    assert run() == [FRIDAY]
    with pytest.raises(ListingEnded):
        write(standing.resume, listing, shop.clerk)


def test_a_change_counts_for_days_that_are_not_on_sale_yet(shop: Shop, clock: Clock) -> None:
    listing = advance.listing(shop)
    clock.forward(days=2)
    run()
    write(standing.change, listing, advance.every(shop, "5", unit_price=35_000), shop.clerk)
    clock.forward(days=7)
    run()
    assert [lot.unit_price for lot in advance.opened()] == [32_000, 35_000]


def test_what_cannot_be_opened_holds_up_no_other(shop: Shop, clock: Clock) -> None:
    advance.listing(shop)
    write(lambda session: session.execute(update(Product).values(is_active=False)))
    other = market.product(shop.id, "Bandeng")
    advance.listing(shop, product_id=other)
    resting = market.shop("lontar", "36.04.13.2007")
    advance.listing(resting)
    write(
        lambda session: session.execute(update(Cooperative).where(Cooperative.id == resting.id).values(is_active=False))
    )
    clock.forward(days=2)
    assert run() == [FRIDAY]
    assert db.session.scalars(select(Catch.product_id)).all() == [other]


def test_it_is_its_own_co_operatives(shop: Shop) -> None:
    other = market.shop("lontar", "36.04.13.2007")
    with pytest.raises(Invalid):
        advance.listing(other, product_id=shop.product)
    listing = advance.listing(shop)
    with pytest.raises(NotFound):
        write(standing.end, listing, other.clerk, days.now())


def test_a_listing_is_opened_by_itself_for_whoever_asks(shop: Shop, clock: Clock) -> None:
    listing = advance.listing(shop)
    clock.forward(days=2)
    assert write(opening.open_days, listing, days.now()) == 1
    assert write(opening.open_days, listing, days.now()) == 0
