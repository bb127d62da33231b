"""Without any webhook: news that is asked for, payments that are looked at again by themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
import stripe
from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import card_flows, watching
from ovop.ordering.rows import CheckoutRow
from ovop.payment.models import ProviderNotice
from ovop.payment.rules import Method
from tests.make import market
from tests.make.cards import LOOKS, NEWS, Cards
from tests.stripe_server import Fault


@pytest.mark.parametrize("without", [NEWS, LOOKS])
def test_a_payment_is_found_by_either_way_alone(
    cards: Cards, buyer: Actor, checkout: CheckoutRow, without: str
) -> None:
    cards.without = (without,)
    cards.server.pay(cards.begin(buyer, checkout))
    cards.work()
    assert cards.statuses(checkout) == ["confirmed", "confirmed"]


@pytest.mark.parametrize("without", [NEWS, LOOKS])
def test_what_banks_and_people_do_is_found_by_either_way_alone(
    cards: Cards, api: stripe.StripeClient, collected: CheckoutRow, without: str
) -> None:
    cards.pass_time(hours=1)
    cards.without = (without,)
    cards.server.dispute(cards.intent(collected))
    cards.pass_time(hours=2)
    assert cards.sums(collected) == ("refunded", 132_000, 120_000, 0, 120_000)


def looks(cards: Cards, checkout: CheckoutRow) -> int:
    return len(cards.server.calls(f"GET /v1/checkout/sessions/{cards.reference(checkout)}"))


def test_a_page_that_nobody_pays_on_is_asked_about_ever_less_often_and_then_no_more(
    cards: Cards, buyer: Actor, checkout: CheckoutRow
) -> None:
    cards.without = (NEWS,)
    cards.begin(buyer, checkout)
    asked = []
    for _ in range(35):
        before = looks(cards, checkout)
        cards.work()
        asked.append(looks(cards, checkout) - before)
    assert asked[:4] == [1, 1, 1, 1]
    assert 8 <= sum(asked) <= 18
    assert cards.statuses(checkout) == ["expired", "expired"]
    assert cards.payment(checkout).look_again_at is None
    before = looks(cards, checkout)
    cards.pass_time(hours=2)
    assert looks(cards, checkout) == before


def test_money_that_is_held_is_looked_at_several_times_a_day_and_money_taken_for_months(
    cards: Cards, paid: CheckoutRow, seller: market.Shop, other: market.Shop
) -> None:
    def waits() -> timedelta:
        again = cards.payment(paid).look_again_at
        assert again is not None
        return again - cards.clock.now

    cards.without = (NEWS,)
    cards.clock.forward(days=4)
    cards.work(seconds=0)
    assert waits() == timedelta(hours=6)
    for which, shop in enumerate((seller, other)):
        cards.weigh(paid, which, shop, (2000, 1000)[which])
    cards.work(hours=7)
    cards.clock.forward(days=96)
    cards.work(seconds=0)
    assert timedelta(days=24) < waits() < timedelta(days=26)
    cards.clock.forward(days=110)
    cards.work(seconds=0)
    assert cards.payment(paid).look_again_at is None


def test_news_is_asked_for_from_where_it_was_read_to_however_long_nobody_asked(
    cards: Cards, collected: CheckoutRow
) -> None:
    cards.pass_time(hours=1)
    cards.without = (LOOKS,)
    dispute = cards.server.dispute(cards.intent(collected))  # whose notice is lost: the market is down
    cards.clock.forward(days=3)
    cards.server.win(dispute)
    [newest] = cards.server.events("charge.dispute.funds_reinstated")
    cards.server.deliver(newest, cards.post, at=days.now())
    cards.server.dispute(cards.intent(collected))
    cards.clock.forward(days=2)
    cards.work()
    told = {event.id for event in cards.server.events() if event.type.startswith("charge.dispute")}
    db.session.rollback()
    known = set(db.session.scalars(select(ProviderNotice.id)))
    updated = {event.id for event in cards.server.events("charge.dispute.updated")}
    assert told - updated <= known
    assert cards.sums(collected) == ("refunded", 132_000, 120_000, 0, 120_000)


def test_news_that_is_known_is_not_written_again(
    cards: Cards, paid: CheckoutRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards.work()

    def never(*_: object) -> bool:
        raise AssertionError

    monkeypatch.setattr(watching, "take_notice", never)
    card_flows.fetch_news(days.now())
    assert watching.find_read_until(db.session(), Method.STRIPE) is not None


def test_many_notices_are_told_apart_in_parcels(cards: Cards) -> None:
    ids = [f"evt_{number}" for number in range(1200)]

    def keep(session: Session) -> None:
        now = days.now()
        session.add_all(ProviderNotice(id=name, kind="x", created_at=now, received_at=now) for name in ids[::2])

    write(keep)
    assert watching.known_notices(db.session(), ids) == set(ids[::2])


def test_payments_without_an_answer_do_not_hold_up_the_others(
    cards: Cards, buyer: Actor, seller: market.Shop, catch: int
) -> None:
    cards.without = (NEWS,)
    first = cards.order(buyer, {seller: {catch: 1000}}, slot=4)
    second = cards.order(buyer, {seller: {catch: 1000}}, slot=5)
    for checkout in (first, second):
        cards.server.pay(cards.begin(buyer, checkout))
    broken = cards.reference(first)
    cards.server.fail_next(f"GET /v1/checkout/sessions/{broken}", Fault.BROKEN)
    cards.work()
    assert cards.statuses(first) + cards.statuses(second) == ["awaiting_payment", "confirmed"]
    cards.pass_time(minutes=12)
    assert cards.statuses(first) == ["confirmed"]


def test_a_stripe_that_is_away_is_left_alone_after_a_few_tries(
    cards: Cards, buyer: Actor, seller: market.Shop, catch: int
) -> None:
    cards.without = (NEWS,)
    checkouts = [cards.order(buyer, {seller: {catch: 500}}, slot=slot) for slot in range(6)]
    for checkout in checkouts:
        cards.begin(buyer, checkout)
    before = len(cards.server.calls())
    cards.server.fail_next("GET /v1/checkout/sessions/*", Fault.AWAY, times=100)
    cards.work()
    assert len(cards.server.calls()) - before == 2 * card_flows.MOST_UNANSWERED  # the library tries each twice
    cards.server.calm()
    cards.pass_time(minutes=40)


def test_notices_are_forgotten_when_nobody_tells_of_them_any_more(cards: Cards, paid: CheckoutRow) -> None:
    cards.deliver()
    db.session.rollback()
    assert db.session.scalars(select(ProviderNotice.id)).all()
    cards.cancel(paid)
    cards.work(days=59)
    assert db.session.scalars(select(ProviderNotice.id)).all()
    cards.clock.forward(days=2)
    write(watching.forget_notices, days.now() - timedelta(days=60))
    db.session.rollback()
    kept = db.session.scalars(select(ProviderNotice.received_at)).all()
    assert all(received_at > days.now() - timedelta(days=3) for received_at in kept)
