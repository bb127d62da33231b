"""Card money through Stripe, over real HTTP: whatever goes wrong, both sides end with the same sums."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import charging, flows, operations
from ovop.ordering.errors import WrongStatus
from ovop.ordering.models import Order
from ovop.ordering.rows import CheckoutRow
from ovop.outside.models import OutboxJob
from ovop.payment.errors import MethodNotAllowed, ProviderAway
from ovop.payment.models import PaymentEvent, ProviderNotice
from ovop.stock.operations import change_stock
from tests.make import accounts, market
from tests.make.cards import Cards
from tests.stripe_server import Fault
from tests.stripe_server import cards as numbers

KILO = 40_000


@pytest.fixture
def seller(cards: Cards) -> market.Shop:
    return market.shop()


@pytest.fixture
def other(cards: Cards) -> market.Shop:
    return market.shop("lontar", "36.04.13.2007")


@pytest.fixture
def buyer(cards: Cards) -> Actor:
    return accounts.buyer()


@pytest.fixture
def catch(seller: market.Shop) -> int:
    return market.catch(seller, unit_price=KILO)


@pytest.fixture
def checkout(cards: Cards, buyer: Actor, seller: market.Shop, catch: int, other: market.Shop) -> CheckoutRow:
    """Two kilograms of one co-operative and one of another: 132,000 at most."""
    return cards.order(buyer, {seller: {catch: 2000}, other: {market.catch(other, unit_price=KILO): 1000}})


@pytest.fixture
def paid(cards: Cards, buyer: Actor, checkout: CheckoutRow) -> CheckoutRow:
    """… and paid."""
    cards.server.pay(cards.begin(buyer, checkout))
    cards.work()
    return checkout


def statuses(checkout: CheckoutRow) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Order.status).where(Order.checkout_id == checkout.id).order_by(Order.id)))


def weigh(checkout: CheckoutRow, which: int, shop: market.Shop, grams: int) -> None:
    order = checkout.orders[which]
    write(operations.weigh_order, order.number, {order.lines[0].catch: grams}, shop.clerk, days.now())


def hand_over(checkout: CheckoutRow, which: int, shop: market.Shop) -> None:
    order = checkout.orders[which]
    flows.hand_over(order.number, order.pickup_code, "", shop.clerk, days.now())


def test_a_card_is_held_captured_once_and_the_differences_go_back(
    cards: Cards, paid: CheckoutRow, seller: market.Shop, other: market.Shop
) -> None:
    assert statuses(paid) == ["confirmed", "confirmed"]
    assert cards.sums(paid) == ("authorised", 132_000, 0, 0, 0)
    weigh(paid, 0, seller, 1900)
    cards.work()
    assert cards.sums(paid) == ("paid", 132_000, 120_000, 0, 0)
    weigh(paid, 1, other, 1050)
    cards.work()
    assert cards.sums(paid) == ("partly_refunded", 132_000, 120_000, 2_000, 0)
    hand_over(paid, 0, seller)
    hand_over(paid, 1, other)
    cards.work()
    assert cards.sums(paid) == ("partly_refunded", 132_000, 120_000, 2_000, 0)
    assert len(cards.server.calls("POST /v1/refunds")) == 1


def test_whoever_looks_at_stripe_finds_the_order_and_back(cards: Cards, buyer: Actor, checkout: CheckoutRow) -> None:
    session = cards.begin(buyer, checkout)
    row = cards.server.world.sessions[session]
    orders = ", ".join(order.number for order in checkout.orders)
    assert row.metadata == {"payment": checkout.orders[0].payment_id, "checkout": checkout.id, "orders": orders}
    cards.server.pay(session)
    intent = cards.server.world.intents[str(cards.server.book(session).intent)]
    assert intent.metadata == row.metadata
    assert orders in str(intent.description)


def test_a_webhook_confirms_at_once(cards: Cards, buyer: Actor, checkout: CheckoutRow) -> None:
    cards.server.pay(cards.begin(buyer, checkout))
    assert set(cards.deliver()) == {200}
    cards.work()
    assert statuses(checkout) == ["confirmed", "confirmed"]
    assert cards.sums(checkout) == ("authorised", 132_000, 0, 0, 0)


def test_whoever_comes_back_from_paying_sees_it_without_any_webhook(
    cards: Cards, client: FlaskClient, buyer: Actor, checkout: CheckoutRow
) -> None:
    cards.server.pay(cards.begin(buyer, checkout))
    accounts.sign_in(client, buyer)
    page = client.get(f"/pesanan/belanja/{checkout.id}?paid=1")
    assert page.status_code == 200
    assert statuses(checkout) == ["confirmed", "confirmed"]


@pytest.mark.parametrize("fault", [Fault.AWAY, Fault.REFUSED, Fault.BROKEN])
def test_whoever_comes_back_while_stripe_is_away_is_not_frightened(
    cards: Cards, client: FlaskClient, buyer: Actor, checkout: CheckoutRow, fault: Fault
) -> None:
    cards.server.pay(cards.begin(buyer, checkout))
    cards.server.fail_next("GET /v1/checkout/sessions/*", fault, times=3)
    accounts.sign_in(client, buyer)
    page = client.get(f"/pesanan/belanja/{checkout.id}?paid=1")
    assert "sedang dipastikan" in page.text
    cards.server.calm()
    cards.work()
    assert statuses(checkout) == ["confirmed", "confirmed"]


def test_a_second_visit_leads_to_the_same_page_and_none_after_paying(
    cards: Cards, buyer: Actor, checkout: CheckoutRow
) -> None:
    session = cards.begin(buyer, checkout)
    assert cards.begin(buyer, checkout) == session
    cards.server.pay(session)
    with pytest.raises(WrongStatus):
        cards.begin(buyer, checkout)
    assert statuses(checkout) == ["confirmed", "confirmed"]  # the market has heard of it by the way
    assert len(cards.server.books()) == 1


def test_after_a_decline_another_card_pays(cards: Cards, buyer: Actor, checkout: CheckoutRow) -> None:
    session = cards.begin(buyer, checkout)
    cards.server.pay(session, numbers.DECLINED)
    cards.work()
    assert cards.payment(checkout).status == "failed"
    assert statuses(checkout) == ["awaiting_payment", "awaiting_payment"]
    cards.server.pay(session)
    cards.work()
    assert statuses(checkout) == ["confirmed", "confirmed"]
    assert cards.sums(checkout) == ("authorised", 132_000, 0, 0, 0)


def test_a_checkout_that_expires_can_no_longer_be_paid(cards: Cards, buyer: Actor, checkout: CheckoutRow) -> None:
    session = cards.begin(buyer, checkout)
    cards.pass_time(minutes=31)
    assert statuses(checkout) == ["expired", "expired"]
    assert cards.server.book(session).status == "expired"


def test_a_payment_at_the_last_moment_revives_what_can_still_be_had(
    cards: Cards, buyer: Actor, checkout: CheckoutRow
) -> None:
    session = cards.begin(buyer, checkout)
    cards.clock.forward(minutes=31)
    flows.expire_due(days.now())
    assert statuses(checkout) == ["expired", "expired"]
    cards.server.pay(session)
    cards.work()
    assert statuses(checkout) == ["confirmed", "confirmed"]
    assert cards.sums(checkout) == ("authorised", 132_000, 0, 0, 0)


def test_a_late_payment_for_fish_that_is_gone_is_let_go_in_full(
    cards: Cards, buyer: Actor, checkout: CheckoutRow, seller: market.Shop, catch: int
) -> None:
    session = cards.begin(buyer, checkout)
    cards.clock.forward(minutes=31)
    flows.expire_due(days.now())
    write(change_stock, catch, -9000, "dijual di tempat", seller.clerk, days.now())
    cards.server.pay(session)
    cards.work()
    assert statuses(checkout) == ["expired", "expired"]
    assert cards.sums(checkout) == ("void", 132_000, 0, 0, 0)
    assert cards.server.book(session).status == "canceled"


def test_a_checkout_cancelled_while_its_buyer_pays_is_let_go(cards: Cards, buyer: Actor, checkout: CheckoutRow) -> None:
    session = cards.begin(buyer, checkout)
    cards.server.pay(session)
    for order in checkout.orders:
        write(operations.cancel_order, order.number, buyer, days.now())
    cards.work()
    assert statuses(checkout) == ["cancelled", "cancelled"]
    assert cards.server.book(session).status == "canceled"
    assert cards.payment(checkout).status == "void"


def test_a_second_payment_for_the_same_checkout_goes_back(
    cards: Cards, api: object, buyer: Actor, paid: CheckoutRow
) -> None:
    first = cards.server.world.sessions[cards.reference(paid)]
    again = api.v1.checkout.sessions.create(  # type: ignore[attr-defined]
        {
            "mode": "payment",
            "line_items": [
                {
                    "price_data": {"currency": "idr", "unit_amount": 13_200_000, "product_data": {"name": "x"}},
                    "quantity": 1,
                }
            ],
            "payment_intent_data": {"capture_method": "manual", "metadata": first.metadata},
            "metadata": first.metadata,
            "success_url": "http://market.test/back",
        }
    )
    cards.server.pay(again.id)
    cards.work()
    assert cards.server.book(again.id).status == "canceled"
    assert cards.sums(paid) == ("authorised", 132_000, 0, 0, 0)
    db.session.rollback()
    notes = db.session.scalars(select(PaymentEvent.note).where(PaymentEvent.kind == "mismatch")).all()
    assert len(notes) == 1
    assert "second payment" in notes[0]


def test_a_hold_that_ends_cancels_what_was_waiting(cards: Cards, paid: CheckoutRow) -> None:
    cards.clock.forward(days=7, seconds=1)
    cards.server.advance(timedelta())
    cards.work()
    assert statuses(paid) == ["cancelled", "cancelled"]
    assert cards.payment(paid).status == "void"
    assert market.read(paid.orders[0].number, accounts_of(paid)).history[-1].reason == charging.HOLD_ENDED


def accounts_of(checkout: CheckoutRow) -> Actor:
    from ovop.accounts.models import Role

    return Actor(checkout.buyer_id, Role.BUYER)


@pytest.mark.parametrize(("early_by", "captured"), [(2, 0), (0, 132_000)])
def test_a_hold_is_captured_a_day_before_it_ends(cards: Cards, paid: CheckoutRow, early_by: int, captured: int) -> None:
    ends_at = cards.payment(paid).capture_before
    assert ends_at is not None
    cards.clock.now = ends_at - timedelta(days=1, minutes=early_by + 1)
    cards.work()
    assert cards.payment(paid).captured == captured
    assert statuses(paid) == ["confirmed", "confirmed"]
    if captured:
        assert cards.sums(paid) == ("paid", 132_000, 132_000, 0, 0)


def test_a_dispute_before_anything_was_handed_over_cancels_it(
    cards: Cards, paid: CheckoutRow, seller: market.Shop, buyer: Actor
) -> None:
    weigh(paid, 0, seller, 2000)
    cards.work()
    dispute = cards.server.dispute(str(cards.server.book(cards.reference(paid)).intent))
    cards.work()
    assert statuses(paid) == ["cancelled", "cancelled"]
    assert cards.sums(paid) == ("refunded", 132_000, 124_000, 0, 124_000)
    cards.server.win(dispute)
    cards.work()  # the money is back with the market, which owes nothing for it: it goes to the buyer
    assert cards.sums(paid) == ("refunded", 132_000, 124_000, 124_000, 0)


@pytest.mark.parametrize("is_won", [True, False])
def test_a_dispute_after_the_handover_leaves_the_sale(
    cards: Cards, paid: CheckoutRow, seller: market.Shop, other: market.Shop, is_won: bool
) -> None:
    weigh(paid, 0, seller, 2000)
    weigh(paid, 1, other, 1000)
    hand_over(paid, 0, seller)
    hand_over(paid, 1, other)
    cards.work()
    dispute = cards.server.dispute(str(cards.server.book(cards.reference(paid)).intent))
    cards.work()
    assert statuses(paid) == ["collected", "collected"]
    sums = cards.sums(paid)
    assert sums[0] == "refunded"
    assert sums[4] == 120_000
    (cards.server.win if is_won else cards.server.lose)(dispute)
    cards.work()
    assert cards.sums(paid)[4] == (0 if is_won else 120_000)


def test_a_part_given_back_by_hand_at_stripe_counts_as_agreed(
    cards: Cards, api: object, paid: CheckoutRow, seller: market.Shop, other: market.Shop
) -> None:
    weigh(paid, 0, seller, 2000)
    weigh(paid, 1, other, 1000)
    hand_over(paid, 0, seller)
    hand_over(paid, 1, other)
    cards.work()
    intent = cards.server.book(cards.reference(paid)).intent
    api.v1.refunds.create({"payment_intent": intent, "amount": 1_500_000})  # type: ignore[attr-defined]
    cards.work()
    assert cards.sums(paid)[2:] == (120_000, 15_000, 0)
    db.session.rollback()
    refunded = select(Order.refunded).where(Order.checkout_id == paid.id).order_by(Order.id)
    assert list(db.session.scalars(refunded)) == [15_000, 0]


def test_all_given_back_by_hand_before_the_handover_cancels(
    cards: Cards, api: object, paid: CheckoutRow, seller: market.Shop
) -> None:
    weigh(paid, 0, seller, 2000)
    cards.work()
    intent = cards.server.book(cards.reference(paid)).intent
    api.v1.refunds.create({"payment_intent": intent})  # type: ignore[attr-defined]
    cards.work()
    assert statuses(paid) == ["cancelled", "cancelled"]
    assert cards.sums(paid) == ("refunded", 132_000, 124_000, 124_000, 0)


def test_a_hold_let_go_by_hand_at_stripe_cancels(cards: Cards, api: object, paid: CheckoutRow) -> None:
    api.v1.payment_intents.cancel(cards.server.book(cards.reference(paid)).intent)  # type: ignore[attr-defined]
    cards.work()
    assert statuses(paid) == ["cancelled", "cancelled"]
    assert cards.payment(paid).status == "void"


def test_a_refund_that_comes_back_is_made_again(
    cards: Cards, checkout: CheckoutRow, seller: market.Shop, buyer: Actor
) -> None:
    cards.server.pay(cards.begin(buyer, checkout), numbers.AT_ONCE)
    cards.work()
    weigh(checkout, 0, seller, 2000)
    cards.work()
    write(operations.cancel_order, checkout.orders[1].number, buyer, days.now())
    cards.work()
    assert cards.sums(checkout)[2:] == (124_000, 44_000, 0)
    [refund] = list(cards.server.world.refunds)
    cards.server.fail_refund(refund)
    cards.work()
    assert cards.sums(checkout)[2:] == (124_000, 44_000, 0)
    assert len(cards.server.world.refunds) == 2


FAULTS = [Fault.REFUSED, Fault.LOST, Fault.BROKEN, Fault.BROKEN_AFTER, Fault.AWAY, Fault.RATE_LIMITED]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    "call", ["POST /v1/checkout/sessions", "GET /v1/checkout/sessions/*", "POST /v1/payment_intents/*/capture",
             "POST /v1/payment_intents/*/cancel", "POST /v1/refunds", "GET /v1/events"]
)  # fmt: skip
def test_a_fault_in_any_call_ends_with_the_same_sums(
    cards: Cards, buyer: Actor, checkout: CheckoutRow, seller: market.Shop, call: str, fault: Fault
) -> None:
    def insist(act: Callable[[], object]) -> None:
        for _ in range(6):
            try:
                act()
            except ProviderAway:
                cards.clock.forward(minutes=1)
            else:
                return
        raise AssertionError(call)

    cards.server.fail_next(call, fault, times=2)
    insist(lambda: cards.begin(buyer, checkout))
    is_orphaned = fault is Fault.BROKEN_AFTER and call == "POST /v1/checkout/sessions"
    assert len(cards.server.books()) == (3 if is_orphaned else 1)  # pages whose address nobody was ever told
    cards.server.pay(cards.reference(checkout))
    cards.pass_time(minutes=40)
    assert statuses(checkout) == ["confirmed", "confirmed"]
    if "cancel" in call:
        for order in checkout.orders:
            write(operations.cancel_order, order.number, buyer, days.now())
        cards.pass_time(hours=1)
        assert cards.sums(checkout) == ("void", 132_000, 0, 0, 0)
        assert cards.server.book(cards.reference(checkout)).status == "canceled"
        return
    weigh(checkout, 0, seller, 2000)
    cards.pass_time(hours=1)
    write(operations.cancel_order, checkout.orders[1].number, buyer, days.now())
    cards.pass_time(hours=1)
    assert cards.sums(checkout) == ("partly_refunded", 132_000, 124_000, 44_000, 0)
    dead = select(OutboxJob.kind).where(OutboxJob.dead_at.is_not(None))
    assert db.session.scalars(dead).all() == []


def test_stripe_away_for_an_hour_delays_and_loses_nothing(
    cards: Cards, paid: CheckoutRow, seller: market.Shop, buyer: Actor
) -> None:
    with cards.server.down():
        weigh(paid, 0, seller, 2000)
        write(operations.cancel_order, paid.orders[1].number, buyer, days.now())
        with pytest.raises(ProviderAway):
            cards.begin(buyer, cards.order(buyer, {seller: {paid.orders[0].lines[0].catch: 1000}}))
        for _ in range(4):
            cards.clock.forward(minutes=15)
            cards.work()
        assert cards.payment(paid).captured == 0
    cards.pass_time(hours=3)
    assert cards.sums(paid) == ("paid", 132_000, 80_000, 0, 0)


def test_less_than_stripe_takes_is_refused_before_anything_is_held(
    cards: Cards, buyer: Actor, seller: market.Shop
) -> None:
    cheap = market.catch(seller, unit_price=5_000)
    with pytest.raises(MethodNotAllowed) as refused:
        cards.order(buyer, {seller: {cheap: 1000}})
    assert refused.value.facts == {"method": "stripe", "reason": "below-minimum"}


def test_without_a_key_there_is_no_stripe(cards: Cards, buyer: Actor, seller: market.Shop, catch: int) -> None:
    from dataclasses import replace

    cards.app.config["OVOP"] = replace(cards.app.config["OVOP"], stripe_secret_key=None)
    with pytest.raises(MethodNotAllowed):
        cards.order(buyer, {seller: {catch: 1000}})
    assert cards.post(b"{}", {}) == 404


def test_nothing_secret_is_kept_or_logged(
    cards: Cards, buyer: Actor, checkout: CheckoutRow, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="ovop")
    session = cards.begin(buyer, checkout)
    cards.server.pay(session, numbers.DECLINED)
    cards.server.fail_next("GET /v1/checkout/sessions/*", Fault.BROKEN)
    cards.server.pay(session)
    cards.deliver()
    cards.work()
    cards.work()
    kept = "".join(str(tuple(row)) for table in db.metadata.sorted_tables for row in db.session.execute(select(table)))
    said = "".join(str(record.__dict__) for record in caplog.records)
    for secret in (cards.server.secret, cards.server.webhook_secret, numbers.VISA.number):
        assert secret not in said
        assert secret not in kept


class TestDeliveries:
    """What Stripe delivers, and what only looks like it."""

    def notices(self) -> int:
        db.session.rollback()
        return len(db.session.scalars(select(ProviderNotice.id)).all())

    def test_a_replay_is_taken_once(self, cards: Cards, buyer: Actor, checkout: CheckoutRow) -> None:
        cards.server.pay(cards.begin(buyer, checkout))
        first = cards.deliver()
        taken = self.notices()
        assert cards.deliver() == first
        assert self.notices() == taken
        jobs = db.session.scalars(select(OutboxJob.id).where(OutboxJob.kind == charging.LOOK_JOB)).all()
        assert len(jobs) == taken

    @pytest.mark.parametrize("seed", range(4))
    def test_any_order_and_some_twice_end_the_same(
        self, cards: Cards, buyer: Actor, checkout: CheckoutRow, seller: market.Shop, seed: int
    ) -> None:
        from datetime import UTC, datetime

        session = cards.begin(buyer, checkout)
        cards.server.pay(session, numbers.NO_FUNDS)
        cards.server.pay(session)
        cards.work()
        weigh(checkout, 0, seller, 2000)
        cards.work()
        cards.server.dispute(str(cards.server.book(session).intent))
        events = cards.server.events()

        def post(body: bytes, headers: dict[str, str]) -> int:
            return cards.post(body, headers)

        import random

        dice = random.Random(seed)
        queue = events * 2
        dice.shuffle(queue)
        assert {cards.server.deliver(event, post, at=datetime.now(UTC)) for event in queue} == {200}
        cards.work()
        assert cards.sums(checkout) == ("refunded", 132_000, 124_000, 0, 124_000)

    @pytest.mark.parametrize(
        "how",
        [
            {"secret": "whsec_another"},
            {"at": days.now() - timedelta(seconds=301)},
            {"account": "acct_foreign"},
            {"livemode": True},
        ],
    )
    def test_what_is_not_signed_fresh_and_ours_is_refused_and_logged(
        self, cards: Cards, paid: CheckoutRow, how: dict[str, object], caplog: pytest.LogCaptureFixture
    ) -> None:
        before = self.notices()
        assert set(cards.deliver("checkout.session.completed", **how)) == {400}
        assert self.notices() == before
        assert [record for record in caplog.records if record.message == "card provider's notice refused"]

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"id": 1}', b"\xff\xfe", b"{}" * 1000])
    def test_what_is_no_event_is_refused(self, cards: Cards, body: bytes) -> None:
        import time

        from tests.stripe_server.webhooks import signature

        signed = {"Stripe-Signature": signature(body, cards.server.webhook_secret, int(time.time()))}
        assert cards.post(body, signed) == 400
        assert cards.post(body, {}) == 400
        assert cards.post(body, {"Stripe-Signature": "t=1,v1=x"}) == 400

    def test_kinds_that_mean_nothing_here_are_taken_and_ignored(
        self, cards: Cards, api: object, paid: CheckoutRow
    ) -> None:
        before = self.notices()
        api.v1.accounts.create({})  # type: ignore[attr-defined]
        for event in cards.server.events():
            if event.type.startswith("account"):
                assert cards.server.deliver(event, cards.post, at=days.now()) in (200, 400)
        assert self.notices() == before
