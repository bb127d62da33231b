"""The tests' own Stripe: what a card payment goes through, asked by the official library over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.stripe_server import basket, cards, refusal_of, visit

DAY = timedelta(days=1)


def test_a_session_is_open_and_has_no_payment_before_it_is_paid(server, api):
    session = api.v1.checkout.sessions.create(basket(client_reference_id="C1", locale="id"))
    assert session.id.startswith("cs_test_")
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert (session.amount_total, session.currency, session.client_reference_id) == (10_000_000, "idr", "C1")
    assert session.expires_at - session.created == 24 * 3600
    assert session.url.startswith(server.url)


def test_a_payment_is_authorised_captured_once_and_refunded_in_parts(server, api):
    session = api.v1.checkout.sessions.create(basket())
    assert server.pay(session.id) == "succeeded"
    session = api.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    intent = session.payment_intent
    assert (session.status, session.payment_status, session.url) == ("complete", "unpaid", None)
    assert (intent.status, intent.amount_capturable, intent.amount_received) == ("requires_capture", 10_000_000, 0)
    assert intent.metadata["payment"] == intent.latest_charge.metadata["payment"] == "P1"
    intent = api.v1.payment_intents.capture(intent.id, {"amount_to_capture": 8_000_000})
    assert (intent.status, intent.amount_capturable, intent.amount_received) == ("succeeded", 0, 8_000_000)
    assert api.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    api.v1.refunds.create({"payment_intent": intent.id, "amount": 1_000_000})
    book = server.book(session.id)
    assert (book.authorised, book.captured, book.refunded, book.disputed) == (100_000, 80_000, 10_000, 0)
    again = refusal_of(lambda: api.v1.payment_intents.capture(intent.id))
    assert again == (400, "invalid_request_error", "payment_intent_unexpected_state", None)


def paid(server: Any, api: Any, rupiah: int = 100_000, card: cards.Card = cards.VISA) -> str:
    """The intent of a session that was paid with that card."""
    session = api.v1.checkout.sessions.create(basket(rupiah))
    server.pay(session.id, card)
    return str(server.book(session.id).intent)


def test_what_a_capture_leaves_is_no_refund(server, api):
    intent = api.v1.payment_intents.capture(paid(server, api), {"amount_to_capture": 8_000_000})
    api.v1.refunds.create({"payment_intent": intent.id, "amount": 500_000})
    charge = api.v1.charges.retrieve(intent.latest_charge, {"expand": ["refunds"]})
    assert (charge.amount, charge.amount_captured, charge.amount_refunded) == (10_000_000, 8_000_000, 500_000)
    assert [refund.amount for refund in charge.refunds] == [500_000]
    assert not charge.refunded
    api.v1.refunds.create({"payment_intent": intent.id})
    assert api.v1.charges.retrieve(intent.latest_charge).refunded


def test_no_more_is_captured_than_was_authorised(server, api):
    intent = paid(server, api)
    too_much = refusal_of(lambda: api.v1.payment_intents.capture(intent, {"amount_to_capture": 10_000_001}))
    assert too_much == (400, "invalid_request_error", "amount_too_large", "amount_to_capture")
    assert api.v1.payment_intents.capture(intent).amount_received == 10_000_000


def test_a_cancelled_authorisation_is_let_go_and_can_not_be_captured(server, api):
    intent = paid(server, api)
    cancelled = api.v1.payment_intents.cancel(intent, {"cancellation_reason": "requested_by_customer"})
    assert (cancelled.status, cancelled.cancellation_reason) == ("canceled", "requested_by_customer")
    charge = api.v1.charges.retrieve(cancelled.latest_charge)
    assert (charge.captured, charge.refunded, charge.amount_captured, charge.amount_refunded) == (False, False, 0, 0)
    assert server.events()[-1].type == "payment_intent.canceled"
    for ask in (api.v1.payment_intents.capture, api.v1.payment_intents.cancel):
        assert refusal_of(lambda ask=ask: ask(intent))[2] == "payment_intent_unexpected_state"
    assert server.book(intent).captured == server.book(intent).refunded == 0


def test_what_was_captured_can_not_be_cancelled(server, api):
    intent = paid(server, api)
    api.v1.payment_intents.capture(intent)
    assert refusal_of(lambda: api.v1.payment_intents.cancel(intent))[2] == "payment_intent_unexpected_state"


def test_an_authorisation_lapses_when_its_bank_lets_it_go(server, api):
    intent = paid(server, api)
    seen = api.v1.payment_intents.retrieve(intent, {"expand": ["latest_charge"]})
    capture_before = seen.latest_charge.payment_method_details.card.capture_before
    assert capture_before - seen.created == 7 * 24 * 3600
    server.advance(7 * DAY - timedelta(seconds=1))
    assert api.v1.payment_intents.retrieve(intent).status == "requires_capture"
    server.advance(timedelta(seconds=1))
    lapsed = api.v1.payment_intents.retrieve(intent)
    assert (lapsed.status, lapsed.cancellation_reason) == ("canceled", "expired")
    assert [event.type for event in server.events()][-2:] == ["charge.expired", "payment_intent.canceled"]


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        (cards.DECLINED, "card_declined", "generic_decline"),
        (cards.NO_FUNDS, "card_declined", "insufficient_funds"),
        (cards.EXPIRED, "expired_card", None),
    ],
)
def test_after_a_decline_another_card_may_be_tried(server, api, card, code, decline_code):
    session = api.v1.checkout.sessions.create(basket())
    assert server.pay(session.id, card) == "failed"
    seen = api.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (seen.status, seen.payment_intent.status) == ("open", "requires_payment_method")
    error = seen.payment_intent.last_payment_error
    assert (error.code, error.decline_code) == (code, decline_code)
    cancelled = refusal_of(lambda: api.v1.payment_intents.cancel(seen.payment_intent.id))
    assert cancelled[2] == "payment_intent_unexpected_state"  # the session has to be expired instead
    assert server.pay(session.id) == "succeeded"
    assert server.book(session.id).authorised == 100_000


def test_an_expired_session_takes_no_card_and_is_not_expired_again(server, api):
    session = api.v1.checkout.sessions.create(basket())
    server.pay(session.id, cards.DECLINED)
    assert api.v1.checkout.sessions.expire(session.id).status == "expired"
    assert server.pay(session.id) == "expired"
    assert server.book(session.id).status == "canceled"
    assert refusal_of(lambda: api.v1.checkout.sessions.expire(session.id))[0] == 400


def test_a_paid_session_is_not_expired_and_not_paid_twice(server, api):
    session = api.v1.checkout.sessions.create(basket())
    server.pay(session.id)
    assert server.pay(session.id) == "complete"
    assert refusal_of(lambda: api.v1.checkout.sessions.expire(session.id))[0] == 400
    assert len(server.events("payment_intent.created")) == 1


def test_a_session_expires_at_its_time(server, api, clock):
    in_an_hour = int(clock.now.timestamp()) + 3600
    session = api.v1.checkout.sessions.create(basket(expires_at=in_an_hour))
    clock.forward(minutes=59)
    assert api.v1.checkout.sessions.retrieve(session.id).status == "open"
    clock.forward(minutes=1)
    assert server.pay(session.id) == "expired"
    assert [event.type for event in server.events()] == ["checkout.session.expired"]


@pytest.mark.parametrize(("after", "is_taken"), [(1799, False), (1800, True), (86_400, True), (86_401, False)])
def test_a_session_lasts_from_half_an_hour_to_a_day(server, api, clock, after, is_taken):
    ask = basket(expires_at=int(clock.now.timestamp()) + after)
    if is_taken:
        api.v1.checkout.sessions.create(ask)
    else:
        assert refusal_of(lambda: api.v1.checkout.sessions.create(ask))[3] == "expires_at"


@pytest.mark.parametrize(
    ("sen", "code"),
    [(824_999, "amount_too_small"), (825_000, None), (999_999_999_999, None), (10**12, "parameter_invalid_integer")],
)
def test_amounts_are_worth_half_a_dollar_and_have_twelve_digits_at_most(api, sen, code):
    ask = basket()
    ask["line_items"][0]["price_data"]["unit_amount"] = sen
    if code is None:
        assert api.v1.checkout.sessions.create(ask).amount_total == sen
    else:
        assert refusal_of(lambda: api.v1.checkout.sessions.create(ask))[2] == code


def test_refunds_stay_within_what_was_captured(server, api):
    intent = paid(server, api)

    def refund(sen: int | None = None) -> Any:
        return api.v1.refunds.create({"payment_intent": intent} | ({"amount": sen} if sen else {}))

    assert refusal_of(refund)[2] == "charge_not_refundable"  # nothing is captured yet
    api.v1.payment_intents.capture(intent, {"amount_to_capture": 8_000_000})
    assert refusal_of(lambda: refund(8_000_001))[3] == "amount"
    refund(7_000_000)
    assert refusal_of(lambda: refund(1_000_001))[3] == "amount"
    assert refund().amount == 1_000_000
    assert refusal_of(refund)[2] == "charge_already_refunded"
    assert server.book(intent).refunded == 80_000


def test_a_refund_waits_for_the_balance_to_cover_it(server, api):
    intent = paid(server, api)
    api.v1.payment_intents.capture(intent)
    refund = api.v1.refunds.create({"payment_intent": intent, "amount": 1_000_000})
    assert (refund.status, refund.balance_transaction) == ("pending", None)
    charge = api.v1.charges.retrieve(refund.charge)
    assert (charge.amount_refunded, server.book(intent).refunded) == (1_000_000, 10_000)
    server.advance(2 * DAY)
    assert api.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert [event.type for event in server.events()][-2:] == ["refund.updated", "charge.refund.updated"]
    assert api.v1.refunds.create({"payment_intent": intent, "amount": 1_000_000}).status == "succeeded"


def test_a_refund_that_comes_back_can_be_made_again(server, api):
    intent = paid(server, api, card=cards.AT_ONCE)
    api.v1.payment_intents.capture(intent)
    refund = api.v1.refunds.create({"payment_intent": intent})
    server.fail_refund(refund.id)
    seen = api.v1.refunds.retrieve(refund.id)
    assert (seen.status, seen.failure_reason) == ("failed", "lost_or_stolen_card")
    assert (api.v1.charges.retrieve(refund.charge).refunded, server.book(intent).refunded) == (False, 0)
    assert api.v1.refunds.create({"payment_intent": intent}).amount == 10_000_000


def test_nothing_is_refunded_while_it_is_disputed_and_after_it_was_lost(server, api):
    intent = paid(server, api)
    api.v1.payment_intents.capture(intent)
    dispute = server.dispute(intent)
    assert api.v1.disputes.retrieve(dispute.id).status == "needs_response"
    ask = {"payment_intent": intent, "amount": 1_000_000}
    assert refusal_of(lambda: api.v1.refunds.create(ask))[2] == "charge_disputed"
    assert server.book(intent).disputed == 100_000
    server.win(dispute)
    assert server.book(intent).disputed == 0
    assert api.v1.refunds.create(ask).amount == 1_000_000
    other = server.dispute(intent)
    assert other.amount == 9_000_000
    assert api.v1.disputes.close(other.id).status == "lost"
    assert refusal_of(lambda: api.v1.refunds.create(ask))[2] == "charge_disputed"
    assert [row.id for row in api.v1.disputes.list({"payment_intent": intent})] == [other.id, dispute.id]


def test_a_buyer_who_always_disputes_does_so_once_the_money_is_taken(server, api):
    intent = paid(server, api, card=cards.FRAUDULENT)
    assert not api.v1.disputes.list().data
    api.v1.payment_intents.capture(intent)
    assert [dispute.reason for dispute in api.v1.disputes.list()] == ["fraudulent"]


def test_a_buyer_pays_on_the_page_and_comes_back(server, api):
    session = api.v1.checkout.sessions.create(basket(cancel_url="http://market.test/batal"))
    assert "Rp 100,000.00" in visit(session.url)[1]
    assert "http://market.test/batal" in visit(session.url)[1]
    assert "Your card was declined." in visit(session.url, card="4000 0000 0000 0002")[1]
    assert visit(session.url, card="4242 4242 4242 4242")[0] == f"http://market.test/kembali?s={session.id}"
    assert "all done" in visit(session.url, card="4242424242424242")[1]
    assert server.book(session.id).authorised == 100_000


def test_an_expired_page_says_so(server, api):
    session = api.v1.checkout.sessions.create(basket())
    api.v1.checkout.sessions.expire(session.id)
    assert "expired" in visit(session.url, card="4242424242424242")[1]
    assert server.book(session.id).authorised == 0
