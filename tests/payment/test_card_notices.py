"""What Stripe delivers to /webhooks/stripe, and what only looks like it."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from ovop.accounts.rules import Actor
from ovop.db import db
from ovop.ordering.rows import CheckoutRow
from ovop.ordering.watching import LOOK_JOB
from ovop.outside.models import OutboxJob
from ovop.payment.models import ProviderNotice
from tests.make import market
from tests.make.cards import LOOKS, NEWS, Cards
from tests.stripe_server import basket, client
from tests.stripe_server import cards as numbers
from tests.stripe_server.webhooks import signature


def notices() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(ProviderNotice.id).order_by(ProviderNotice.id)))


@contextmanager
def set_up(cards: Cards, **changed: Any) -> Iterator[None]:
    """Within, these settings are others."""
    before = cards.app.config["OVOP"]
    cards.app.config["OVOP"] = replace(before, **changed)
    yield
    cards.app.config["OVOP"] = before


def test_a_delivery_confirms_at_once(cards: Cards, buyer: Actor, checkout: CheckoutRow) -> None:
    cards.without = (NEWS, LOOKS)
    cards.server.pay(cards.begin(buyer, checkout))
    assert set(cards.deliver()) == {200}
    cards.work(seconds=0)
    assert cards.statuses(checkout) == ["confirmed", "confirmed"]
    assert cards.sums(checkout) == ("authorised", 132_000, 0, 0, 0)
    assert cards.letters() == ["confirmed", "confirmed"]


def test_a_replay_is_answered_and_taken_once_and_logged(
    cards: Cards, buyer: Actor, checkout: CheckoutRow, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    cards.server.pay(cards.begin(buyer, checkout))
    for _ in range(3):
        assert set(cards.deliver()) == {200}
    taken = notices()
    jobs = db.session.scalars(select(OutboxJob.id).where(OutboxJob.kind == LOOK_JOB)).all()
    assert len(jobs) == len(taken) > 0
    assert caplog.messages.count("card provider's notice taken before") == 2 * len(taken)
    cards.work()
    assert notices() == taken  # what is asked for is the same news
    assert cards.letters() == ["confirmed", "confirmed"]


@pytest.mark.parametrize("seed", range(5))
def test_any_order_and_some_twice_end_the_same(
    cards: Cards, buyer: Actor, checkout: CheckoutRow, seller: market.Shop, seed: int
) -> None:
    session = cards.begin(buyer, checkout)
    cards.server.pay(session, numbers.NO_FUNDS)
    cards.server.pay(session)
    cards.work()
    cards.weigh(checkout, 0, seller, 2000)
    cards.work()
    cards.server.win(cards.server.dispute(cards.intent(checkout)))
    dice = random.Random(seed)
    events = cards.server.events()
    queue = [event for event in events for _ in range(dice.randint(1, 2))]
    dice.shuffle(queue)
    for event in queue:
        assert cards.server.deliver(event, cards.post, at=datetime.now(UTC)) == 200
        if dice.random() < 0.3:
            cards.work(seconds=1)
    cards.work()
    assert cards.sums(checkout)[1:] == (132_000, 124_000, 0, 0)
    assert cards.statuses(checkout) == ["ready", "confirmed"]  # the bank had thought better of it before we looked


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"secret": "whsec_another"}, "signature"),
        ({"at": datetime.now(UTC) - timedelta(seconds=305)}, "signature"),
        ({"account": "acct_foreign"}, "account"),
        ({"livemode": True}, "mode"),
    ],
)
def test_what_is_not_signed_fresh_and_ours_is_refused_and_logged_without_its_content(
    cards: Cards, paid: CheckoutRow, how: dict[str, object], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = notices()
    assert cards.deliver("checkout.session.completed", **how) == [400]
    assert notices() == before
    [record] = [record for record in caplog.records if record.message == "card provider's notice refused"]
    assert record.__dict__["reason"] == why
    assert cards.reference(paid) not in repr(vars(record))


def test_a_delivery_just_within_the_tolerance_is_taken(cards: Cards, paid: CheckoutRow) -> None:
    almost = datetime.now(UTC) - timedelta(seconds=290)
    assert cards.deliver("checkout.session.completed", at=almost) == [200]


def test_a_live_key_takes_live_events_only(cards: Cards, paid: CheckoutRow) -> None:
    with set_up(cards, stripe_secret_key="rk_live_x"):
        assert cards.deliver("checkout.session.completed") == [400]
        assert cards.deliver("checkout.session.completed", livemode=True) == [200]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"id": 1}',
        b"\xff\xfe",
        b'{"id": "evt_1", "type": "charge.captured", "created": "x", "data": {"object": {"payment_intent": "pi"}}}',
        b'{"id": "evt_1", "type": "charge.captured", "created": 1, "data": []}',
    ],
)
def test_what_is_no_event_is_refused(cards: Cards, body: bytes) -> None:
    now = int(datetime.now(UTC).timestamp())
    signed = {"Stripe-Signature": signature(body, cards.server.webhook_secret, now)}
    assert cards.post(body, signed) == 400
    assert cards.post(body, {}) == 400
    assert cards.post(body, {"Stripe-Signature": "t=1,v1=x"}) == 400
    assert notices() == []


def test_kinds_that_mean_nothing_here_are_taken_and_ignored(cards: Cards, paid: CheckoutRow) -> None:
    cards.work()
    before = notices()
    event = replace(cards.server.events()[0], type="customer.created", id="evt_unknown")
    assert cards.server.deliver(event, cards.post, at=datetime.now(UTC)) == 200
    assert notices() == before


def test_what_somebody_else_does_with_the_same_account_is_none_of_ours(cards: Cards, paid: CheckoutRow) -> None:
    theirs = client(cards.server).v1.checkout.sessions.create(
        basket(50_000, payment_intent_data={"capture_method": "manual", "metadata": {"payment": "another shop's"}})  # type: ignore[arg-type]
    )
    cards.server.pay(theirs.id)
    assert set(cards.deliver()) == {200}
    cards.work()
    assert cards.server.book(theirs.id).status == "requires_capture"
    assert cards.sums(paid) == ("authorised", 132_000, 0, 0, 0)
    assert cards.given_up() == []


@pytest.mark.parametrize("lacking", ["stripe_secret_key", "stripe_webhook_secret"])
def test_a_market_that_is_not_set_up_for_deliveries_says_so(cards: Cards, paid: CheckoutRow, lacking: str) -> None:
    with set_up(cards, **{lacking: None}):
        assert cards.deliver("checkout.session.completed") == [404]


def test_a_refusal_is_a_problem_document(cards: Cards) -> None:
    answer = cards.app.test_client().post("/webhooks/stripe", data=b"{}")
    assert (answer.status_code, answer.get_json()["type"]) == (400, "urn:ovop:problem:notice-refused")
