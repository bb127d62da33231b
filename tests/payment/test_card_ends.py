"""What ends card money from outside: holds that run out, banks, and people at Stripe's own pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
import stripe
from flask.testing import FlaskClient
from sqlalchemy import select

from ovop.accounts.rules import Actor
from ovop.db import db
from ovop.ordering.models import Order
from ovop.ordering.rows import CheckoutRow
from ovop.ordering.rules import CardReason
from ovop.stock.models import Catch
from tests.make import accounts, market
from tests.make.cards import Cards
from tests.stripe_server import cards as numbers


def reasons(checkout: CheckoutRow, buyer: Actor) -> list[str]:
    return [market.read(order.number, buyer).history[-1].reason for order in checkout.orders]


# The hold


def test_a_hold_that_ends_cancels_what_was_waiting_and_its_buyer_is_told(
    cards: Cards, client: FlaskClient, buyer: Actor, paid: CheckoutRow
) -> None:
    cards.clock.forward(days=7, seconds=1)
    cards.work()
    assert cards.statuses(paid) == ["cancelled", "cancelled"]
    assert reasons(paid, buyer) == [CardReason.LET_GO] * 2
    assert cards.sums(paid) == ("void", 132_000, 0, 0, 0)
    assert cards.letters() == ["confirmed", "confirmed", "cancelled", "cancelled"]
    accounts.sign_in(client, buyer)
    page = client.get(f"/pesanan/{paid.orders[0].number}").text
    assert "Alasannya: Uang di kartu tidak lagi ditahan untuk pesanan ini" in page
    assert "The money on the card is no longer held" in client.get(f"/en/pesanan/{paid.orders[0].number}").text


@pytest.mark.parametrize(("before", "captured"), [(timedelta(seconds=1), 0), (timedelta(), 132_000)])
def test_a_hold_is_captured_a_day_before_it_ends_and_not_sooner(
    cards: Cards, paid: CheckoutRow, before: timedelta, captured: int
) -> None:
    ends_at = cards.payment(paid).capture_before
    assert ends_at is not None
    assert ends_at - cards.clock.now > timedelta(days=6)
    cards.clock.now = ends_at - timedelta(days=1) - before
    cards.work(seconds=0)
    assert cards.payment(paid).captured == captured
    assert cards.statuses(paid) == ["confirmed", "confirmed"]


def test_what_was_captured_before_it_was_weighed_comes_down_to_what_it_weighs(
    cards: Cards, buyer: Actor, paid: CheckoutRow, seller: market.Shop
) -> None:
    cards.clock.forward(days=6)
    cards.work()
    assert cards.sums(paid) == ("paid", 132_000, 132_000, 0, 0)
    cards.weigh(paid, 0, seller, 1900)
    cards.work()
    assert cards.sums(paid) == ("partly_refunded", 132_000, 132_000, 12_000, 0)
    cards.cancel(paid, 1)
    cards.work()
    assert cards.sums(paid) == ("partly_refunded", 132_000, 132_000, 56_000, 0)


def test_a_hold_let_go_by_hand_at_stripe_cancels(
    cards: Cards, api: stripe.StripeClient, buyer: Actor, paid: CheckoutRow
) -> None:
    api.v1.payment_intents.cancel(cards.intent(paid))
    cards.work()
    assert cards.statuses(paid) == ["cancelled", "cancelled"]
    assert reasons(paid, buyer) == [CardReason.LET_GO] * 2


def test_fish_that_left_before_its_money_was_taken_is_on_record_for_a_person(
    cards: Cards, client: FlaskClient, api: stripe.StripeClient, paid: CheckoutRow, seller: market.Shop
) -> None:
    cards.weigh(paid, 0, seller, 2000)
    cards.hand_over(paid, 0, seller)
    api.v1.payment_intents.cancel(cards.intent(paid))  # before the worker came to it
    cards.work()
    assert cards.statuses(paid) == ["collected", "cancelled"]
    assert cards.sums(paid) == ("void", 132_000, 0, 0, 0)
    assert cards.notes(paid) == [(80_000, "goods-gone")]
    accounts.sign_in(client, accounts.official())
    page = client.get("/dinas/cocokkan-kartu").text
    assert "Barang sudah diserahkan, tetapi uangnya lepas" in page
    assert paid.orders[0].number in page


# The bank


def test_a_dispute_before_anything_was_handed_over_cancels_it(
    cards: Cards, client: FlaskClient, paid: CheckoutRow, seller: market.Shop, buyer: Actor, catch: int
) -> None:
    cards.weigh(paid, 0, seller, 2000)
    cards.work()
    dispute = cards.server.dispute(cards.intent(paid))
    cards.work()
    assert cards.statuses(paid) == ["cancelled", "cancelled"]
    assert reasons(paid, buyer) == [CardReason.TAKEN_BACK] * 2
    assert cards.sums(paid) == ("refunded", 132_000, 124_000, 0, 124_000)
    db.session.rollback()
    assert db.session.get_one(Catch, catch).available == 10_000  # on sale again
    accounts.sign_in(client, buyer)
    assert "Uangnya sudah ditarik bankmu" in client.get(f"/pesanan/{paid.orders[0].number}").text
    cards.server.win(dispute)
    cards.work()  # the money is back with the market, which owes nothing for it: it goes to the buyer
    assert cards.sums(paid) == ("refunded", 132_000, 124_000, 124_000, 0)
    assert cards.given_up() == []


def test_a_dispute_that_is_lost_before_the_handover_stays_with_the_buyer(
    cards: Cards, paid: CheckoutRow, seller: market.Shop
) -> None:
    cards.weigh(paid, 0, seller, 2000)
    cards.work()
    dispute = cards.server.dispute(cards.intent(paid))
    cards.work()
    cards.server.lose(dispute)
    cards.pass_time(hours=1)
    assert cards.sums(paid) == ("refunded", 132_000, 124_000, 0, 124_000)
    assert cards.server.calls("POST /v1/refunds") == []


@pytest.mark.parametrize("is_won", [True, False])
def test_a_dispute_after_the_handover_leaves_the_sale(cards: Cards, collected: CheckoutRow, is_won: bool) -> None:
    dispute = cards.server.dispute(cards.intent(collected))
    cards.work()
    assert cards.statuses(collected) == ["collected", "collected"]
    assert cards.sums(collected) == ("refunded", 132_000, 120_000, 0, 120_000)
    (cards.server.win if is_won else cards.server.lose)(dispute)
    cards.work()
    assert cards.sums(collected)[2:] == (120_000, 0, 0 if is_won else 120_000)


def test_a_dispute_between_two_handovers_ends_the_one_that_is_open(
    cards: Cards, paid: CheckoutRow, seller: market.Shop, other: market.Shop
) -> None:
    cards.weigh(paid, 0, seller, 2000)
    cards.hand_over(paid, 0, seller)
    cards.weigh(paid, 1, other, 1000)
    cards.work()
    dispute = cards.server.dispute(cards.intent(paid))
    cards.work()
    assert cards.statuses(paid) == ["collected", "cancelled"]
    cards.server.win(dispute)
    cards.work()
    assert cards.sums(paid) == ("partly_refunded", 132_000, 120_000, 40_000, 0)


def test_a_dispute_about_a_part_waits_for_its_end_before_the_rest_goes_back(
    cards: Cards, paid: CheckoutRow, seller: market.Shop
) -> None:
    cards.weigh(paid, 0, seller, 2000)
    cards.work()
    dispute = cards.server.dispute(cards.intent(paid), 24_000)
    cards.work()
    assert cards.statuses(paid) == ["cancelled", "cancelled"]
    assert cards.sums(paid) == ("partly_refunded", 132_000, 124_000, 0, 24_000)
    assert cards.given_up()  # Stripe refunds nothing meanwhile: for a person to see
    assert all("charge_disputed" in words for words in cards.given_up())
    cards.server.win(dispute)
    cards.work()
    assert cards.sums(paid) == ("refunded", 132_000, 124_000, 124_000, 0)


def test_a_bank_that_takes_more_than_is_left_is_believed_as_far_as_there_was_money(
    cards: Cards, paid: CheckoutRow, seller: market.Shop
) -> None:
    cards.weigh(paid, 0, seller, 2000)
    cards.work()
    cards.cancel(paid, 1)
    cards.work()
    dispute = cards.server.dispute(cards.intent(paid), 124_000)
    cards.work()
    payment = cards.payment(paid)
    assert (payment.captured, payment.refunded, payment.disputed) == (124_000, 44_000, 80_000)
    assert cards.notes(paid) == [(44_000, "beyond")]
    cards.server.win(dispute)
    cards.work()
    assert cards.sums(paid) == ("refunded", 132_000, 124_000, 124_000, 0)


def test_a_card_that_is_disputed_as_soon_as_it_is_captured(
    cards: Cards, buyer: Actor, checkout: CheckoutRow, seller: market.Shop
) -> None:
    cards.server.pay(cards.begin(buyer, checkout), numbers.FRAUDULENT)
    cards.work()
    assert cards.statuses(checkout) == ["confirmed", "confirmed"]
    cards.weigh(checkout, 0, seller, 2000)
    cards.work()
    cards.work()
    assert cards.statuses(checkout) == ["cancelled", "cancelled"]
    assert cards.sums(checkout) == ("refunded", 132_000, 124_000, 0, 124_000)


# People at Stripe's pages


def refunded(checkout: CheckoutRow) -> list[int]:
    db.session.rollback()
    rows = db.session.scalars(select(Order.refunded).where(Order.checkout_id == checkout.id).order_by(Order.id))
    return list(rows)


def test_a_part_given_back_by_hand_after_the_handover_counts_as_agreed(
    cards: Cards, api: stripe.StripeClient, collected: CheckoutRow
) -> None:
    api.v1.refunds.create({"payment_intent": cards.intent(collected), "amount": 1_500_000})
    cards.work()
    assert cards.sums(collected) == ("partly_refunded", 132_000, 120_000, 15_000, 0)
    assert refunded(collected) == [15_000, 0]
    api.v1.refunds.create({"payment_intent": cards.intent(collected), "amount": 7_000_000})
    cards.work()
    assert cards.sums(collected)[2:] == (120_000, 85_000, 0)
    assert refunded(collected) == [80_000, 5_000]


@pytest.mark.parametrize(
    ("amount", "statuses", "back"),
    [
        (124_000, ["cancelled", "cancelled"], 124_000),
        (44_000, ["ready", "cancelled"], 44_000),
        (80_000, ["cancelled", "confirmed"], 80_000),
        (10_000, ["ready", "cancelled"], 44_000),
        (50_000, ["cancelled", "confirmed"], 80_000),
        (90_000, ["cancelled", "cancelled"], 124_000),
    ],
)
def test_money_given_back_by_hand_before_the_handover_ends_as_few_orders_as_it_can(
    cards: Cards,
    api: stripe.StripeClient,
    buyer: Actor,
    checkout: CheckoutRow,
    seller: market.Shop,
    amount: int,
    statuses: list[str],
    back: int,
) -> None:
    cards.server.pay(cards.begin(buyer, checkout), numbers.AT_ONCE)
    cards.work()
    cards.weigh(checkout, 0, seller, 2000)
    cards.work()
    api.v1.refunds.create({"payment_intent": cards.intent(checkout), "amount": amount * 100})
    cards.work()
    assert cards.statuses(checkout) == statuses
    assert cards.sums(checkout)[2:] == (124_000, back, 0)
    assert CardReason.GIVEN_BACK in reasons(checkout, buyer)


def test_all_captured_by_hand_at_stripe_is_taken_note_of(
    cards: Cards, api: stripe.StripeClient, paid: CheckoutRow, seller: market.Shop, other: market.Shop
) -> None:
    api.v1.payment_intents.capture(cards.intent(paid))
    cards.work()
    assert cards.sums(paid) == ("paid", 132_000, 132_000, 0, 0)
    cards.weigh(paid, 0, seller, 2000)
    cards.weigh(paid, 1, other, 1000)
    cards.work()
    assert cards.sums(paid) == ("partly_refunded", 132_000, 132_000, 12_000, 0)


def test_too_little_captured_by_hand_is_not_asked_for_again(
    cards: Cards, api: stripe.StripeClient, paid: CheckoutRow, buyer: Actor
) -> None:
    api.v1.payment_intents.capture(cards.intent(paid), {"amount_to_capture": 5_000_000})
    cards.work()
    assert cards.statuses(paid) == ["cancelled", "confirmed"]  # a card is captured once: the rest has no money
    assert reasons(paid, buyer)[0] == CardReason.LET_GO
    cards.pass_time(days=3)  # until the balance covers the refund
    assert cards.sums(paid)[2:] == (50_000, 6_000, 0)


# Refunds that come back


def given_back(cards: Cards, buyer: Actor, checkout: CheckoutRow, seller: market.Shop) -> None:
    cards.server.pay(cards.begin(buyer, checkout), numbers.AT_ONCE)
    cards.work()
    cards.weigh(checkout, 0, seller, 2000)
    cards.work()
    cards.cancel(checkout, 1)
    cards.work()
    assert cards.sums(checkout)[2:] == (124_000, 44_000, 0)


def test_a_refund_that_comes_back_is_made_again(
    cards: Cards, buyer: Actor, checkout: CheckoutRow, seller: market.Shop
) -> None:
    given_back(cards, buyer, checkout, seller)
    cards.server.fail_refund(next(iter(cards.server.world.refunds)))
    cards.work()
    assert cards.sums(checkout)[2:] == (124_000, 44_000, 0)
    assert len(cards.server.world.refunds) == 2


def test_a_card_that_takes_no_refund_is_left_to_a_person(
    cards: Cards, buyer: Actor, checkout: CheckoutRow, seller: market.Shop
) -> None:
    given_back(cards, buyer, checkout, seller)
    for _ in range(2):
        cards.server.fail_refund(list(cards.server.world.refunds)[-1])
        cards.work()
    assert cards.sums(checkout)[2:] == (124_000, 0, 0)
    assert len(cards.server.world.refunds) == 2
    assert cards.given_up() == [f"refunds of checkout {checkout.id} keep coming back: pay 44000 another way"]
