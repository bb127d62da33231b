"""Paying through Stripe's page: confirmed once, whatever happens between the page and the market."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import card_flows, flows, paying
from ovop.ordering.errors import WrongStatus
from ovop.ordering.models import Checkout
from ovop.ordering.rows import CheckoutRow
from ovop.payment import providers
from ovop.payment.errors import MethodNotAllowed
from ovop.payment.providers.base import Opening
from ovop.payment.providers.stripe import StripeProvider
from ovop.payment.rules import STRIPE_MAXIMUM, Method
from ovop.stock.operations import change_stock
from tests.make import accounts, market
from tests.make.cards import Cards
from tests.stripe_server import Fault
from tests.stripe_server import cards as numbers


def test_a_card_is_held_captured_once_and_the_differences_go_back(
    cards: Cards, paid: CheckoutRow, seller: market.Shop, other: market.Shop
) -> None:
    assert cards.statuses(paid) == ["confirmed", "confirmed"]
    assert cards.sums(paid) == ("authorised", 132_000, 0, 0, 0)
    cards.weigh(paid, 0, seller, 1900)
    cards.work()
    assert cards.sums(paid) == ("paid", 132_000, 76_000 + 44_000, 0, 0)
    cards.weigh(paid, 1, other, 1050)
    cards.work()
    assert cards.sums(paid) == ("partly_refunded", 132_000, 120_000, 2_000, 0)
    cards.hand_over(paid, 0, seller)
    cards.hand_over(paid, 1, other)
    cards.work()
    assert cards.sums(paid) == ("partly_refunded", 132_000, 120_000, 2_000, 0)
    assert len(cards.server.calls("POST /v1/refunds")) == 1
    assert cards.letters() == ["confirmed", "confirmed", "ready", "ready"]


def test_whoever_looks_at_stripe_finds_the_orders_and_the_way_back(
    cards: Cards, buyer: Actor, checkout: CheckoutRow
) -> None:
    session = cards.begin(buyer, checkout)
    row = cards.server.world.sessions[session]
    orders = ", ".join(order.number for order in checkout.orders)
    assert row.metadata == {
        "payment": checkout.orders[0].payment_id,
        "checkout": checkout.id,
        "orders": orders,
        "page": "http://market.test/id",
    }
    assert row.client_reference_id == checkout.id
    assert row.locale == "id"
    assert (row.amount_total, row.currency) == (13_200_000, "idr")
    cards.server.pay(session)
    intent = cards.server.world.intents[cards.intent(checkout)]
    assert intent.metadata == row.metadata
    assert intent.description == f"Pesanan {orders}"


def test_every_call_that_changes_something_has_a_key(
    cards: Cards, paid: CheckoutRow, seller: market.Shop, other: market.Shop
) -> None:
    cards.weigh(paid, 0, seller, 1900)
    cards.work()
    cards.cancel(paid, 1)
    cards.work()
    changing = [call for call in cards.server.calls() if call.call.startswith("POST")]
    assert len(changing) == 3
    assert all(call.key for call in changing)
    assert len({call.key for call in changing}) == 3


# The page that the buyer comes back to


def back(client: FlaskClient, checkout: CheckoutRow, how: str) -> TestResponse:
    return client.get(f"/pesanan/belanja/{checkout.id}?back={how}", follow_redirects=True)


def test_whoever_comes_back_sees_it_without_any_webhook(
    cards: Cards, client: FlaskClient, buyer: Actor, checkout: CheckoutRow
) -> None:
    cards.server.pay(cards.begin(buyer, checkout))
    accounts.sign_in(client, buyer)
    page = back(client, checkout, "paid")
    assert "Pembayaranmu berhasil. Paling banyak Rp 132.000 ditahan" in page.text.replace("\xa0", " ")
    assert cards.statuses(checkout) == ["confirmed", "confirmed"]
    assert "Pembayaranmu berhasil" not in client.get(f"/pesanan/belanja/{checkout.id}").text


def test_whoever_gives_up_is_told_that_nothing_is_lost(
    cards: Cards, client: FlaskClient, buyer: Actor, checkout: CheckoutRow
) -> None:
    session = cards.begin(buyer, checkout)
    accounts.sign_in(client, buyer)
    assert "Barang dan tempatmu masih ditahan untukmu" in back(client, checkout, "unpaid").text
    cards.server.pay(session, numbers.NO_FUNDS)
    assert "Kartu tadi ditolak" in back(client, checkout, "unpaid").text


@pytest.mark.parametrize("fault", [Fault.AWAY, Fault.REFUSED, Fault.BROKEN, Fault.RATE_LIMITED])
def test_whoever_comes_back_while_stripe_is_away_is_not_frightened(
    cards: Cards, client: FlaskClient, buyer: Actor, checkout: CheckoutRow, fault: Fault
) -> None:
    cards.server.pay(cards.begin(buyer, checkout))
    cards.server.fail_next("GET /v1/checkout/sessions/*", fault)
    accounts.sign_in(client, buyer)
    assert "Pembayaranmu sedang dipastikan" in back(client, checkout, "paid").text
    assert len(cards.server.calls("GET /v1/checkout/sessions/" + cards.reference(checkout))) == 1
    cards.work()
    assert cards.statuses(checkout) == ["confirmed", "confirmed"]


def test_a_slow_stripe_holds_the_page_up_for_a_moment_only(
    cards: Cards, client: FlaskClient, buyer: Actor, checkout: CheckoutRow
) -> None:
    import time

    cards.server.pay(cards.begin(buyer, checkout))
    cards.server.fail_next("GET /v1/checkout/sessions/*", Fault.SLOW, seconds=4)
    accounts.sign_in(client, buyer)
    begun = time.monotonic()
    assert "Pembayaranmu sedang dipastikan" in back(client, checkout, "paid").text
    assert time.monotonic() - begun < 3.5
    cards.work()


def test_one_order_alone_leads_to_its_own_page(
    cards: Cards, client: FlaskClient, buyer: Actor, seller: market.Shop, catch: int
) -> None:
    checkout = cards.order(buyer, {seller: {catch: 1000}})
    cards.server.pay(cards.begin(buyer, checkout))
    accounts.sign_in(client, buyer)
    answer = client.get(f"/pesanan/belanja/{checkout.id}?back=paid")
    assert answer.location == f"/pesanan/{checkout.orders[0].number}"
    assert "Pembayaranmu berhasil" in client.get(answer.location).text


# One page, and no second payment


def test_a_second_visit_leads_to_the_same_page_and_none_after_paying(
    cards: Cards, buyer: Actor, checkout: CheckoutRow
) -> None:
    session = cards.begin(buyer, checkout)
    assert cards.begin(buyer, checkout) == session
    assert cards.begin(buyer, checkout, "en") == session
    cards.server.pay(session)
    with pytest.raises(WrongStatus):
        cards.begin(buyer, checkout)
    assert cards.statuses(checkout) == ["confirmed", "confirmed"]  # the market has heard of it by the way
    assert len(cards.server.books()) == 1


def test_a_page_that_was_closed_at_stripe_is_followed_by_another(
    cards: Cards, buyer: Actor, checkout: CheckoutRow
) -> None:
    first = cards.begin(buyer, checkout)
    StripeProvider(cards.server.secret, cards.server.url).close(first)
    second = cards.begin(buyer, checkout)
    assert second != first
    assert cards.reference(checkout) == second
    cards.server.pay(second)
    cards.work()
    assert cards.statuses(checkout) == ["confirmed", "confirmed"]


def losing(step: str, times: int = 1) -> Callable[[pytest.MonkeyPatch], None]:
    """The power goes before that step of the paying is written down, so often."""

    def prepare(patch: pytest.MonkeyPatch) -> None:
        original, left = getattr(paying, step), [times]

        def lost(*args: object) -> object:
            if left[0]:
                left[0] -= 1
                raise KeyboardInterrupt
            return original(*args)

        patch.setattr(paying, step, lost)

    return prepare


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_page_that_was_opened_and_forgotten_is_found_again(
    cards: Cards, buyer: Actor, checkout: CheckoutRow, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    losing("remember_page")(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        cards.begin(buyer, checkout, "id")
    assert cards.payment(checkout).provider_reference is None
    session = cards.begin(buyer, checkout, language)
    assert [book.session for book in cards.server.books()] == [session]


def test_two_tabs_at_once_end_on_one_page(
    cards: Cards, buyer: Actor, checkout: CheckoutRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other tab has asked for a page, in another language, between this one's request and its note."""
    begin = StripeProvider.begin
    others: list[str] = []

    def interrupted(self: StripeProvider, opening: Opening) -> tuple[str, str]:
        mine = begin(self, opening)
        if not others:
            others.append(cards.second_page(checkout))
            write(paying.remember_page, opening, others[0], days.now())
        return mine

    monkeypatch.setattr(StripeProvider, "begin", interrupted)
    assert cards.begin(buyer, checkout) == others[0]
    assert [book.status for book in cards.server.books()] == ["expired", "open"]


def test_a_checkout_that_expires_while_its_page_is_opened_is_not_paid(
    cards: Cards, buyer: Actor, checkout: CheckoutRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = StripeProvider.begin

    def slowly(self: StripeProvider, opening: Opening) -> tuple[str, str]:
        made = begin(self, opening)
        cards.clock.forward(minutes=31)
        flows.expire_due(days.now())
        return made

    monkeypatch.setattr(StripeProvider, "begin", slowly)
    with pytest.raises(WrongStatus) as refused:
        cards.begin(buyer, checkout)
    assert refused.value.facts == {"order_status": "expired"}
    cards.work()
    assert cards.server.book(cards.reference(checkout)).status == "expired"


@pytest.mark.parametrize("heard", ["webhook", "asked"])
def test_a_second_payment_goes_back_and_its_buyer_is_told(
    cards: Cards, buyer: Actor, paid: CheckoutRow, heard: str
) -> None:
    again = cards.second_page(paid)
    cards.server.pay(again)
    if heard == "webhook":
        assert set(cards.deliver()) == {200}
    cards.work()
    assert cards.server.book(again).status == "canceled"
    assert cards.sums(paid) == ("authorised", 132_000, 0, 0, 0)
    [(amount, note)] = cards.notes(paid)
    assert amount == 132_000
    assert note == f"paid-twice: {cards.server.book(again).intent}"
    assert cards.letters() == ["confirmed", "confirmed", "paid_twice"]


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.BROKEN_AFTER, Fault.BROKEN, Fault.AWAY])
def test_a_second_payment_goes_back_once_whatever_answers_are_lost(
    cards: Cards, paid: CheckoutRow, api: object, fault: Fault
) -> None:
    again = cards.second_page(paid)
    cards.server.pay(again)
    intent = cards.server.book(again).intent
    api.v1.payment_intents.capture(intent)  # type: ignore[attr-defined]  # by a person, who thought it was the first
    cards.server.fail_next("POST /v1/refunds", fault, times=2)
    for _ in range(4):
        cards.work()
    assert cards.server.book(again).refunded == 132_000
    assert len(cards.server.world.refunds) == 1
    assert [amount for amount, _note in cards.notes(paid)] == [132_000]
    assert cards.sums(paid) == ("authorised", 132_000, 0, 0, 0)


@pytest.mark.parametrize("is_first_known", [True, False])
def test_money_on_a_page_that_the_market_lost_sight_of_counts_all_the_same(
    cards: Cards, buyer: Actor, checkout: CheckoutRow, is_first_known: bool
) -> None:
    first = cards.begin(buyer, checkout) if is_first_known else None
    lost = cards.second_page(checkout)
    cards.server.pay(lost)
    cards.work()
    assert cards.statuses(checkout) == ["confirmed", "confirmed"]
    assert cards.reference(checkout) == lost
    assert cards.sums(checkout) == ("authorised", 132_000, 0, 0, 0)
    if first:
        assert cards.server.book(first).status == "expired"
    assert cards.notes(checkout) == []


def test_of_two_pages_paid_at_once_one_counts(cards: Cards, buyer: Actor, checkout: CheckoutRow) -> None:
    first, second = cards.begin(buyer, checkout), cards.second_page(checkout)
    cards.server.pay(second)
    cards.server.pay(first)
    cards.work()
    assert cards.statuses(checkout) == ["confirmed", "confirmed"]
    assert sorted(cards.server.book(one).status for one in (first, second)) == ["canceled", "requires_capture"]
    assert cards.sums(checkout)[:2] == ("authorised", 132_000)
    assert len(cards.notes(checkout)) == 1


def test_another_sum_than_was_asked_for_confirms_nothing_and_is_kept_for_a_person(
    cards: Cards, buyer: Actor, checkout: CheckoutRow
) -> None:
    wrong = cards.second_page(checkout, 100_000)
    cards.server.pay(wrong)
    cards.work()
    cards.work()
    assert cards.statuses(checkout) == ["awaiting_payment", "awaiting_payment"]
    assert cards.payment(checkout).status == "pending"
    assert cards.notes(checkout) == [(100_000, "other-sum: instead of 132000")]
    [difference] = cards.differences()
    assert difference.payment_id == checkout.orders[0].payment_id  # type: ignore[attr-defined]
    cards.pass_time(days=8)  # nobody did anything: the hold ends by itself
    assert cards.server.book(wrong).status == "canceled"


# Declined, late, too little


def test_after_a_decline_another_card_pays(cards: Cards, buyer: Actor, checkout: CheckoutRow) -> None:
    session = cards.begin(buyer, checkout)
    for card in (numbers.DECLINED, numbers.NO_FUNDS):
        cards.server.pay(session, card)
        cards.work()
        assert cards.payment(checkout).status == "failed"
    assert cards.statuses(checkout) == ["awaiting_payment", "awaiting_payment"]
    cards.server.pay(session)
    cards.work()
    assert cards.statuses(checkout) == ["confirmed", "confirmed"]
    assert cards.sums(checkout) == ("authorised", 132_000, 0, 0, 0)


def test_a_checkout_that_expires_can_no_longer_be_paid(cards: Cards, buyer: Actor, checkout: CheckoutRow) -> None:
    session = cards.begin(buyer, checkout)
    cards.pass_time(minutes=31)
    assert cards.statuses(checkout) == ["expired", "expired"]
    assert cards.sums(checkout) == ("void", 0, 0, 0, 0)
    assert cards.server.pay(session) == "expired"


def test_who_has_paid_does_not_expire_however_slow_the_news(cards: Cards, buyer: Actor, checkout: CheckoutRow) -> None:
    cards.server.pay(cards.begin(buyer, checkout))
    cards.clock.forward(minutes=31)
    flows.expire_due(days.now())
    assert cards.statuses(checkout) == ["confirmed", "confirmed"]


def test_a_checkout_expires_although_stripe_does_not_answer(cards: Cards, buyer: Actor, checkout: CheckoutRow) -> None:
    session = cards.begin(buyer, checkout)
    cards.server.pay(session)
    cards.clock.forward(minutes=31)
    with cards.server.down():
        assert flows.expire_due(days.now()) == 1
    cards.work()
    assert cards.statuses(checkout) == ["confirmed", "confirmed"]  # the goods could still be had


def paid_late(cards: Cards, buyer: Actor, checkout: CheckoutRow) -> str:
    """The buyer pays right after the checkout has expired, and before its page is closed."""
    session = cards.begin(buyer, checkout)
    cards.clock.forward(minutes=31)
    flows.expire_due(days.now())
    assert cards.statuses(checkout) == ["expired", "expired"]
    cards.server.pay(session)
    return session


def test_a_payment_at_the_last_moment_revives_what_can_still_be_had(
    cards: Cards, buyer: Actor, checkout: CheckoutRow
) -> None:
    paid_late(cards, buyer, checkout)
    cards.work()
    assert cards.statuses(checkout) == ["confirmed", "confirmed"]
    assert cards.sums(checkout) == ("authorised", 132_000, 0, 0, 0)


def test_a_late_payment_for_fish_that_is_gone_is_let_go_in_full_and_its_buyer_is_told(
    cards: Cards, client: FlaskClient, buyer: Actor, checkout: CheckoutRow, seller: market.Shop, catch: int
) -> None:
    session = paid_late(cards, buyer, checkout)
    write(change_stock, catch, -9000, "dijual di tempat", seller.clerk, days.now())
    cards.work()
    assert cards.statuses(checkout) == ["expired", "expired"]
    assert cards.sums(checkout) == ("void", 132_000, 0, 0, 0)
    assert cards.server.book(session).status == "canceled"
    assert cards.letters() == ["expired", "expired", "paid_late"]
    accounts.sign_in(client, buyer)
    words = "Uang yang ditahan di kartumu dilepas seluruhnya"
    assert words in back(client, checkout, "paid").text
    assert words in client.get(f"/pesanan/{checkout.orders[0].number}").text


def test_a_checkout_cancelled_while_its_buyer_pays_is_let_go(cards: Cards, buyer: Actor, checkout: CheckoutRow) -> None:
    cards.server.pay(cards.begin(buyer, checkout))
    cards.cancel(checkout)
    cards.work()
    assert cards.statuses(checkout) == ["cancelled", "cancelled"]
    assert cards.sums(checkout) == ("void", 132_000, 0, 0, 0)


def test_a_checkout_cancelled_before_paying_can_no_longer_be_paid(
    cards: Cards, buyer: Actor, checkout: CheckoutRow
) -> None:
    session = cards.begin(buyer, checkout)
    cards.cancel(checkout)
    cards.work()
    assert cards.server.pay(session) == "expired"


def test_less_or_more_than_stripe_takes_is_refused_before_anything_is_held(
    cards: Cards, buyer: Actor, seller: market.Shop
) -> None:
    cheap, dear = market.catch(seller, unit_price=13_000), market.catch(seller, 10_000_000, unit_price=9_000_000)
    with pytest.raises(MethodNotAllowed) as refused:
        cards.order(buyer, {seller: {cheap: 1000}})
    assert refused.value.facts == {"method": "stripe", "reason": "below-minimum"}
    with pytest.raises(MethodNotAllowed) as refused:
        cards.order(buyer, {seller: {dear: 1_020_000}})
    assert refused.value.facts == {"method": "stripe", "reason": "limit"}
    least = cards.order(buyer, {seller: {cheap: 1049}})
    most = cards.order(buyer, {seller: {dear: 1_010_101}})
    assert (least.maximum, most.maximum) == (15_000, 9_999_999_900)
    assert most.maximum <= STRIPE_MAXIMUM
    for checkout in (least, most):
        assert cards.server.pay(cards.begin(buyer, checkout)) == "succeeded"
    cards.work()
    assert cards.statuses(least) + cards.statuses(most) == ["confirmed", "confirmed"]


def test_without_a_key_there_is_no_stripe(cards: Cards, buyer: Actor, seller: market.Shop, catch: int) -> None:
    from dataclasses import replace

    before = cards.app.config["OVOP"]
    cards.app.config["OVOP"] = replace(before, stripe_secret_key=None)
    with pytest.raises(MethodNotAllowed):
        cards.order(buyer, {seller: {catch: 1000}})
    assert Method.STRIPE not in providers.set_up()
    cards.app.config["OVOP"] = before


def test_a_wrong_key_is_for_the_operator_and_loses_nothing(
    cards: Cards, buyer: Actor, checkout: CheckoutRow, caplog: pytest.LogCaptureFixture
) -> None:
    from dataclasses import replace

    before = cards.app.config["OVOP"]
    cards.server.pay(cards.begin(buyer, checkout))
    cards.app.config["OVOP"] = replace(before, stripe_secret_key="sk_test_old")
    cards.work()
    assert cards.statuses(checkout) == ["awaiting_payment", "awaiting_payment"]
    assert "card provider does not accept the key" in caplog.messages
    cards.app.config["OVOP"] = before
    cards.pass_time(minutes=10)
    assert cards.statuses(checkout) == ["confirmed", "confirmed"]


def test_nothing_secret_is_kept_or_logged(
    cards: Cards, client: FlaskClient, buyer: Actor, checkout: CheckoutRow, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    session = cards.begin(buyer, checkout)
    cards.server.pay(session, numbers.DECLINED)
    cards.server.fail_next("GET /v1/checkout/sessions/*", Fault.BROKEN)
    cards.server.pay(session, numbers.VISA)
    accounts.sign_in(client, buyer)
    back(client, checkout, "paid")
    cards.deliver(secret="whsec_wrong")
    cards.deliver()
    cards.work()
    cards.cancel(checkout)
    cards.work()
    db.session.rollback()
    kept = "\n".join(
        repr(tuple(row)) for table in db.metadata.sorted_tables for row in db.session.execute(select(table))
    )
    said = caplog.text + "\n".join(repr(vars(record)) for record in caplog.records)
    assert session in kept
    for secret in (cards.server.secret, cards.server.webhook_secret, numbers.VISA.number, "client_secret"):
        assert secret not in said
        assert secret not in kept
    assert not re.search(r"last4|'exp_|fingerprint'|visa", kept, re.IGNORECASE)
    for of_buyer in ("siti@contoh.id", "Siti"):
        assert of_buyer not in said
        assert of_buyer not in repr(cards.server.calls())


def test_a_page_of_a_time_long_past_is_closed_and_forgotten(cards: Cards, buyer: Actor, checkout: CheckoutRow) -> None:
    cards.begin(buyer, checkout)
    past = update(Checkout).where(Checkout.id == checkout.id).values(expires_at=days.now() - timedelta(minutes=1))
    write(lambda session: session.execute(past))
    cards.work()
    assert cards.statuses(checkout) == ["expired", "expired"]
    assert cards.payment(checkout).look_again_at is None
    card_flows.close_page({"payment": checkout.orders[0].payment_id}, days.now())  # again, which does nothing
    assert cards.sums(checkout) == ("void", 0, 0, 0, 0)
