"""Shares passed on to co-operatives' own accounts with Stripe, over real HTTP: each once, and back on a refund."""

from __future__ import annotations

from dataclasses import replace

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from ovop.accounts.bank_accounts import find_provider_account
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden
from ovop.ordering import flows, operations
from ovop.ordering.rows import CheckoutRow
from ovop.outside.models import OutboxJob
from ovop.payment.errors import ProviderAway
from ovop.settlement import transfer_flows
from ovop.settlement.models import Transfer
from ovop.settlement.queries import owed_now
from ovop.settlement.rules import SettlementStatus
from tests.make import accounts, market, settlements
from tests.make.cards import Cards
from tests.make.pages import Page
from tests.make.shares import refund
from tests.stripe_server import Fault, visit

BACK = "http://market.test/koperasi/profil/rekening"


@pytest.fixture
def connect(cards: Cards, app: APIFlask) -> Cards:
    """The market passes shares on, less 2.5 %."""
    app.config["OVOP"] = replace(app.config["OVOP"], stripe_connect=True, commission_basis_points=250)
    return cards


@pytest.fixture
def seller(connect: Cards) -> market.Shop:
    """A co-operative that has signed up."""
    seller = market.shop()
    transfer_flows.begin_sign_up(seller.clerk, BACK)
    connect.server.onboard(account_of(seller))
    return seller


def account_of(seller: market.Shop) -> str:
    found = find_provider_account(db.session(), seller.id)
    db.session.rollback()
    assert found is not None
    return found


def paid(cards: Cards, *sellers: market.Shop) -> CheckoutRow:
    """A kilogram of each for 40,000, weighed."""
    buyer = accounts.buyer()
    checkout = cards.order(buyer, {each: {market.catch(each, unit_price=40_000): 1000} for each in sellers})
    cards.server.pay(cards.begin(buyer, checkout))
    cards.work()
    clerks = {each.id: each.clerk for each in sellers}
    for order in checkout.orders:
        clerk = clerks[order.cooperative_id]
        write(operations.weigh_order, order.number, {order.lines[0].catch: 1000}, clerk, days.now())
    return checkout


def collect(checkout: CheckoutRow, seller: market.Shop) -> str:
    """The seller's order of it is handed over; its number."""
    order = next(order for order in checkout.orders if order.cooperative_id == seller.id)
    flows.hand_over(order.number, order.pickup_code, "", seller.clerk, days.now())
    return order.number


def sold(cards: Cards, seller: market.Shop) -> str:
    """An order for 40,000, handed over, and the worker has worked."""
    checkout = paid(cards, seller)
    cards.work()
    number = collect(checkout, seller)
    cards.work()
    return number


def held(cards: Cards, account: str) -> int:
    """Rupiah on a co-operative's account with Stripe, usable or not yet."""
    return sum(cards.server.world.balance(account)) // 100


def transfers() -> dict[str, tuple[int, int]]:
    db.session.rollback()
    return {row.order_number: (row.amount, row.reversed) for row in db.session.scalars(select(Transfer))}


def dead() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxJob.last_error).where(OutboxJob.dead_at.is_not(None))))


def test_a_co_operative_signs_up_and_is_the_same_account_when_it_comes_again(connect: Cards) -> None:
    seller = market.shop()
    link = transfer_flows.begin_sign_up(seller.clerk, BACK)
    assert link is not None
    account = account_of(seller)
    receiver = transfer_flows.find_receiver(seller.id)
    assert receiver is not None
    assert (receiver.may_receive, receiver.has_told_all) == (False, False)
    assert visit(link, done="yes")[0] == BACK
    receiver = transfer_flows.find_receiver(seller.id)
    assert receiver is not None
    assert (receiver.may_receive, receiver.has_told_all) == (True, True)
    transfer_flows.begin_sign_up(seller.clerk, BACK)
    assert account_of(seller) == account
    assert connect.server.world.accounts[account].metadata == {"cooperative": str(seller.id)}
    with pytest.raises(Forbidden):
        transfer_flows.begin_sign_up(replace(seller.clerk, is_manager=False), BACK)


def test_an_account_that_was_made_and_not_answered_for_is_found_again(connect: Cards) -> None:
    seller = market.shop()
    connect.server.fail_next("POST /v1/accounts", Fault.LOST, times=2)
    with pytest.raises(ProviderAway):
        transfer_flows.begin_sign_up(seller.clerk, BACK)
    transfer_flows.begin_sign_up(seller.clerk, BACK)
    assert len(connect.server.world.accounts) == 1


def test_a_share_is_passed_on_when_its_order_is_collected(connect: Cards, seller: market.Shop) -> None:
    number = sold(connect, seller)
    assert held(connect, account_of(seller)) == 39_000
    assert transfers() == {number: (39_000, 0)}
    assert owed_now(db.session(), seller.id) == 0
    (sent,) = connect.server.world.transfers.values()
    assert (sent.transfer_group, sent.metadata) == (number, {"order": number})
    connect.clock.forward(days=7)
    (settlement_id,) = settlements.draw(seller)
    statement = settlements.read(settlement_id)
    assert statement.figures.transferred == -39_000
    assert (statement.row.net, statement.row.status) == (0, SettlementStatus.CARRIED)


def test_each_co_operative_of_a_checkout_gets_its_own(connect: Cards, seller: market.Shop) -> None:
    other = market.shop("lontar", "36.04.13.2007")
    checkout = paid(connect, seller, other)
    connect.work()
    own, theirs = collect(checkout, seller), collect(checkout, other)
    connect.work()
    assert transfers() == {own: (39_000, 0)}
    assert theirs not in transfers()
    assert owed_now(db.session(), other.id) == 39_000
    transfer_flows.begin_sign_up(other.clerk, BACK)
    connect.server.onboard(account_of(other))
    transfer_flows.transfer_order({"order": theirs}, days.now())
    assert transfers() == {own: (39_000, 0), theirs: (39_000, 0)}
    assert held(connect, account_of(other)) == 39_000


def test_a_refund_takes_its_part_of_the_share_back(connect: Cards, seller: market.Shop) -> None:
    number = sold(connect, seller)
    refund(number, 10_000)
    connect.work()
    assert transfers() == {number: (39_000, 39_000 - 29_250)}
    assert held(connect, account_of(seller)) == 29_250
    refund(number, 30_000)
    connect.work()
    assert transfers() == {number: (39_000, 39_000)}
    assert held(connect, account_of(seller)) == 0
    assert owed_now(db.session(), seller.id) == 0


def test_who_has_not_finished_signing_up_is_paid_by_statement(connect: Cards) -> None:
    seller = market.shop()
    transfer_flows.begin_sign_up(seller.clerk, BACK)
    sold(connect, seller)
    assert transfers() == {}
    assert dead() == []
    connect.clock.forward(days=7)
    (settlement_id,) = settlements.draw(seller)
    assert settlements.read(settlement_id).row.net == 39_000


def test_what_a_statement_counts_is_not_passed_on_as_well(connect: Cards, seller: market.Shop) -> None:
    checkout = paid(connect, seller)
    connect.work()
    with connect.server.down():
        number = collect(checkout, seller)
        connect.work()
        connect.clock.forward(days=7)
        (settlement_id,) = settlements.draw(seller)
    connect.work()
    assert transfers() == {}
    assert settlements.read(settlement_id).row.net == 39_000
    transfer_flows.transfer_order({"order": number}, days.now())
    assert transfers() == {}


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.REFUSED, Fault.BROKEN, Fault.BROKEN_AFTER, Fault.AWAY])
@pytest.mark.parametrize("call", ["POST /v1/transfers", "GET /v1/transfers", "GET /v1/accounts/*"])
def test_whatever_goes_wrong_a_share_is_passed_on_once(
    connect: Cards, seller: market.Shop, fault: Fault, call: str
) -> None:
    connect.server.fail_next(call, fault, times=3)
    number = sold(connect, seller)
    connect.pass_time(hours=3)
    assert transfers() == {number: (39_000, 0)}
    assert len(connect.server.world.transfers) == 1
    assert held(connect, account_of(seller)) == 39_000


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.BROKEN, Fault.BROKEN_AFTER])
def test_whatever_goes_wrong_a_refund_takes_back_once(connect: Cards, seller: market.Shop, fault: Fault) -> None:
    number = sold(connect, seller)
    connect.server.fail_next("POST /v1/transfers/*/reversals", fault, times=3)
    refund(number, 10_000)
    connect.pass_time(hours=3)
    assert transfers() == {number: (39_000, 9_750)}
    assert held(connect, account_of(seller)) == 29_250


def test_an_hour_without_stripe_changes_nothing_in_the_end(connect: Cards, seller: market.Shop) -> None:
    checkout = paid(connect, seller)
    with connect.server.down():
        number = collect(checkout, seller)
        connect.work()
        connect.clock.forward(hours=1)
        connect.work()
        assert transfers() == {}
    connect.pass_time(hours=3)
    assert transfers() == {number: (39_000, 0)}
    assert connect.sums(checkout)[2] == 40_000


def test_what_the_account_no_longer_has_comes_off_the_next_statement(connect: Cards, seller: market.Shop) -> None:
    number = sold(connect, seller)
    connect.server.pay_out(account_of(seller), 39_000)
    refund(number, 40_000)
    connect.work()
    (told,) = dead()
    assert number in told
    assert transfers() == {number: (39_000, 0)}
    assert owed_now(db.session(), seller.id) == -39_000
    connect.clock.forward(days=7)
    (settlement_id,) = settlements.draw(seller)
    assert settlements.read(settlement_id).row.net == -39_000


def test_off_nothing_is_asked_and_nothing_offered(cards: Cards, client: FlaskClient) -> None:
    seller = market.shop()
    assert transfer_flows.begin_sign_up(seller.clerk, BACK) is None
    sold(cards, seller)
    assert transfers() == {}
    asked = {seen.call.split("/")[2] for seen in cards.server.calls()}
    assert not asked & {"accounts", "account_links", "transfers"}
    accounts.sign_in(client, seller.clerk)
    assert "Stripe" not in Page(client.get("/koperasi/profil/rekening")).words
    assert client.post("/koperasi/profil/rekening/kartu").location == "/koperasi/profil/rekening"


def test_a_manager_signs_up_from_the_profile(connect: Cards, client: FlaskClient) -> None:
    seller = market.shop()
    accounts.sign_in(client, seller.clerk)
    page = Page(client.get("/koperasi/profil/rekening"))
    assert "Sambungkan akun Stripe" in page.words
    answer = client.post("/koperasi/profil/rekening/kartu")
    assert answer.status_code == 302
    assert answer.location.startswith(connect.server.url)
    assert connect.server.url in client.get("/koperasi/profil/rekening").headers["Content-Security-Policy"]
    assert "Lanjutkan pendaftaran" in Page(client.get("/koperasi/profil/rekening")).words
    ended = visit(answer.location, done="yes")[0]
    assert ended.endswith("/koperasi/profil/rekening")
    assert "Tersambung" in Page(client.get("/koperasi/profil/rekening")).words
    connect.server.fail_next("GET /v1/accounts/*", Fault.AWAY, times=3)
    assert "sedang tidak menjawab" in Page(client.get("/koperasi/profil/rekening")).words
    connect.server.fail_next("POST /v1/account_links", Fault.AWAY, times=3)
    again = client.post("/koperasi/profil/rekening/kartu", follow_redirects=True)
    assert "Coba lagi sebentar lagi" in Page(again).words


def test_after_a_failure_that_stripe_keeps_under_its_key_another_is_used(connect: Cards, seller: market.Shop) -> None:
    connect.server.fail_next("POST /v1/transfers", Fault.BROKEN, times=4)
    number = sold(connect, seller)
    assert transfers() == {}
    connect.pass_time(hours=1)
    assert transfers() == {number: (39_000, 0)}
    assert len(connect.server.world.transfers) == 1


def test_a_refusal_is_not_only_repeated_once_its_cause_is_gone(connect: Cards, seller: market.Shop) -> None:
    number = sold(connect, seller)
    connect.server.pay_out(account_of(seller), 39_000)
    refund(number, 40_000)
    connect.work()
    connect.server.pay_out(account_of(seller), -39_000)
    transfer_flows.transfer_order({"order": number}, days.now())
    assert transfers() == {number: (39_000, 39_000)}
    assert owed_now(db.session(), seller.id) == 0
