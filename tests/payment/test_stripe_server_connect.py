"""The tests' own Stripe: accounts of others, and money that goes to them and comes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.stripe_server import basket, cards, refusal_of, visit


def account(api: Any, **more: Any) -> str:
    """A connected account that asked to receive transfers."""
    asked = {"type": "express", "country": "ID", "capabilities": {"transfers": {"requested": True}}}
    return str(api.v1.accounts.create(asked | more).id)


@pytest.fixture
def ready(server: Any, api: Any) -> str:
    """A connected account that may receive transfers."""
    name = account(api, metadata={"cooperative": "7"})
    server.onboard(name)
    return name


def transfer(api: Any, to: str, rupiah: int, **more: Any) -> Any:
    return api.v1.transfers.create({"amount": rupiah * 100, "currency": "idr", "destination": to, **more})


def captured(server: Any, api: Any, card: cards.Card = cards.VISA) -> str:
    """The charge of a payment of Rp100,000 that is captured."""
    session = api.v1.checkout.sessions.create(basket())
    server.pay(session.id, card)
    return str(api.v1.payment_intents.capture(server.book(session.id).intent).latest_charge)


def available(api: Any, account: str | None = None) -> int:
    """What may be used of a balance, in rupiah."""
    options = {"stripe_account": account} if account else {}
    return int(api.v1.balance.retrieve({}, options).available[0].amount) // 100


LINK = {
    "type": "account_onboarding",
    "refresh_url": "http://market.test/lagi",
    "return_url": "http://market.test/selesai",
}


def test_an_account_signs_up_by_a_link_that_is_good_once(server, api):
    name = account(api)
    assert not api.v1.accounts.retrieve(name).details_submitted
    link = api.v1.account_links.create({"account": name, **LINK})
    assert visit(link.url)[0] == link.url
    assert visit(link.url, done="yes")[0] == "http://market.test/selesai"
    seen = api.v1.accounts.retrieve(name)
    assert (seen.details_submitted, seen.capabilities.transfers) == (True, "active")
    assert [(event.type, event.account) for event in server.events()] == [("account.updated", name)]
    assert api.v1.events.list().data == []  # it is the account's event, not the platform's
    assert visit(link.url)[0] == "http://market.test/lagi"


def test_a_link_is_over_after_minutes(server, api):
    link = api.v1.account_links.create({"account": account(api), **LINK})
    server.advance(timedelta(minutes=5))
    assert visit(link.url)[0] == "http://market.test/lagi"


def test_a_link_is_for_an_account_that_is_there(api):
    assert refusal_of(lambda: api.v1.account_links.create({"account": "acct_none", **LINK}))[3] == "account"
    update = {"account": account(api), **LINK, "type": "account_update"}
    assert refusal_of(lambda: api.v1.account_links.create(update))[3] == "type"


def test_money_goes_to_an_account_that_may_receive_it(server, api, ready):
    server.top_up(100_000)
    sent = transfer(api, ready, 80_000, transfer_group="T1", metadata={"order": "O1"})
    assert (sent.amount, sent.destination, sent.reversed) == (8_000_000, ready, False)
    assert (available(api), available(api, ready)) == (20_000, 80_000)
    assert [row.id for row in api.v1.transfers.list({"transfer_group": "T1"})] == [sent.id]
    assert [event.type for event in server.events("transfer.created")] == ["transfer.created"]


def test_money_goes_to_no_other(server, api):
    server.top_up(100_000)
    assert refusal_of(lambda: transfer(api, "acct_none", 1_000))[3] == "destination"
    name = account(api)
    assert refusal_of(lambda: transfer(api, name, 1_000))[2] == "insufficient_capabilities_for_transfer"
    server.onboard(name, disabled_reason="under_review")
    assert refusal_of(lambda: transfer(api, name, 1_000))[2] == "insufficient_capabilities_for_transfer"
    never_asked = account(api, capabilities={})
    server.onboard(never_asked)
    assert refusal_of(lambda: transfer(api, never_asked, 1_000))[2] == "insufficient_capabilities_for_transfer"


def test_the_available_balance_must_cover_a_transfer(server, api, ready):
    captured(server, api)
    assert available(api) == 0
    assert refusal_of(lambda: transfer(api, ready, 50_000))[2] == "balance_insufficient"
    server.advance(timedelta(days=2))
    assert available(api) == 100_000
    transfer(api, ready, 50_000)
    captured(server, api, cards.AT_ONCE)
    assert available(api) == 150_000


def test_a_transfer_of_a_charge_goes_at_once_and_within_it(server, api, ready):
    charge = captured(server, api)
    transfer(api, ready, 60_000, source_transaction=charge)
    assert (available(api), available(api, ready)) == (0, 0)
    too_much = refusal_of(lambda: transfer(api, ready, 40_001, source_transaction=charge))
    assert too_much[2] == "balance_insufficient"
    transfer(api, ready, 40_000, source_transaction=charge)
    server.advance(timedelta(days=2))
    assert (available(api), available(api, ready)) == (0, 100_000)


def test_a_transfer_comes_back_in_parts_and_never_beyond_what_it_was(server, api, ready):
    server.top_up(100_000)
    sent = transfer(api, ready, 80_000)
    reverse = api.v1.transfers.reversals.create
    assert reverse(sent.id, {"amount": 3_000_000}).amount == 3_000_000
    assert refusal_of(lambda: reverse(sent.id, {"amount": 5_000_001}))[3] == "amount"
    assert reverse(sent.id).amount == 5_000_000
    assert refusal_of(lambda: reverse(sent.id))[0] == 400
    seen = api.v1.transfers.retrieve(sent.id)
    assert (seen.amount_reversed, seen.reversed, len(seen.reversals.data)) == (8_000_000, True, 2)
    assert (available(api), available(api, ready)) == (100_000, 0)
    assert len(server.events("transfer.reversed")) == 2


def test_an_account_gives_back_only_what_it_has(server, api, ready):
    server.top_up(100_000)
    sent = transfer(api, ready, 80_000)
    server.pay_out(ready, 60_000)
    assert refusal_of(lambda: api.v1.transfers.reversals.create(sent.id))[2] == "balance_insufficient"
    assert api.v1.transfers.reversals.create(sent.id, {"amount": 2_000_000}).amount == 2_000_000


def test_no_call_is_made_for_an_account_that_is_not_connected(api, ready):
    foreign = {"stripe_account": "acct_foreign"}
    assert refusal_of(lambda: api.v1.balance.retrieve({}, foreign)) == (
        403,
        "invalid_request_error",
        "account_invalid",
        None,
    )
    assert available(api, ready) == 0


def test_balances_follow_from_their_transactions(server, api, ready):
    charge = captured(server, api, cards.AT_ONCE)
    api.v1.refunds.create({"charge": charge, "amount": 1_000_000})
    server.win(server.dispute(charge))
    transfer(api, ready, 50_000, source_transaction=charge)
    rows = api.v1.balance_transactions.list()
    assert [(row.type, row.net // 100) for row in rows] == [
        ("transfer", -50_000),
        ("adjustment", 90_000),
        ("adjustment", -90_000),
        ("refund", -10_000),
        ("charge", 100_000),
    ]
    balance = api.v1.balance.retrieve()
    assert balance.available[0].amount + balance.pending[0].amount == sum(row.net for row in rows) == 4_000_000
