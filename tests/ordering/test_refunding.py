"""Money given back after the handover: whatever happens in whatever order, every rupiah of the buyer is explained."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from ovop import wiring
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid, NotFound
from ovop.kernel.money import commission_on
from ovop.ordering.errors import WrongStatus
from ovop.ordering.models import Order, Payout
from ovop.ordering.refunding import LONGEST_REFERENCE, PayoutWay, record_payout
from ovop.payment.ledger import LedgerAccount
from ovop.payment.models import LedgerEntry, Payment
from ovop.payment.rules import Method, PaymentStatus
from ovop.worker import Worker
from tests import databases
from tests.make import accounts, market, shares, shopping, tills

METHODS = [Method.CASH, Method.QRIS, Method.DEMO]


@dataclass
class Sold:
    """A collected order, and what its buyer is known to have coming back."""

    number: str
    method: Method
    total: int
    agreed: int = 0
    paid_out: int = 0


def work(app: APIFlask) -> None:
    Worker(app, wiring.JOBS, []).drain()


def held(number: str) -> int:
    """Rupiah of that order's own payment that were taken and not given back."""
    db.session.rollback()
    return db.session.scalars(
        select(Payment.captured - Payment.refunded)
        .join(Order, Order.payment_id == Payment.id)
        .where(Order.number == number)
    ).one()


def booked(number: str, account: LedgerAccount) -> int:
    """What the ledger has of that order on an account."""
    return db.session.scalar(
        select(func.coalesce(func.sum(LedgerEntry.amount), 0)).where(
            LedgerEntry.order_number == number, LedgerEntry.account == account
        )
    )


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    shop = market.shop()
    shopping.with_qris(shop)
    return shop


@pytest.fixture
def commission(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two and a half percent."""
    monkeypatch.setitem(app.config, "OVOP", replace(app.config["OVOP"], commission_basis_points=250))


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_after_any_history_paid_less_given_back_is_total_less_refunded(
    app: APIFlask, commission: None, data: st.DataObject
) -> None:
    databases.wipe()
    shop = market.shop()
    shopping.with_qris(shop)
    prices = data.draw(st.lists(st.tuples(st.sampled_from(METHODS), st.integers(10, 900)), min_size=1, max_size=3))
    sold = []
    for method, hundreds in prices:
        order = tills.collected(shop, 100 * hundreds, method)
        sold.append(Sold(order.number, method, order.total))
    for _ in range(data.draw(st.integers(1, 8))):
        one = data.draw(st.sampled_from(sold))
        match data.draw(st.sampled_from(["refund", "too much", "pay out", "work"])):
            case "refund" if one.agreed < one.total:
                amount = data.draw(st.integers(1, one.total - one.agreed))
                shares.refund(one.number, amount)
                one.agreed += amount
            case "too much":
                with pytest.raises(Invalid):
                    shares.refund(one.number, one.total - one.agreed + data.draw(st.integers(1, 500)))
            case "pay out" if not one.method.is_card:
                way = data.draw(st.sampled_from(PayoutWay))
                paid = write(record_payout, one.number, "TRX 7", shop.clerk, days.now(), way=way)
                assert paid == one.agreed - one.paid_out
                one.paid_out += paid
            case "work":
                work(app)
                assert market.broken() == []
            case _:
                pass
    work(app)
    for one in sold:
        if not one.method.is_card:
            assert held(one.number) == one.total - one.paid_out
            write(record_payout, one.number, "", shop.clerk, days.now())
        assert held(one.number) == one.total - one.agreed
        assert booked(one.number, LedgerAccount.COMMISSION) == -commission_on(one.total - one.agreed, 250)
        status = market.read(one.number, shop.clerk).payment_status
        assert status is (
            PaymentStatus.PAID
            if not one.agreed
            else PaymentStatus.REFUNDED
            if one.agreed == one.total
            else PaymentStatus.PARTLY_REFUNDED
        )
    owed_to_buyers = db.session.scalar(
        select(func.sum(LedgerEntry.amount)).where(LedgerEntry.account == LedgerAccount.CUSTOMER)
    )
    assert owed_to_buyers == 0
    assert market.broken() == []


def test_commission_shrinks_to_what_it_is_on_the_rest(app: APIFlask, commission: None, seller: market.Shop) -> None:
    order = tills.collected(seller, 33_300)
    for amount in (1, 9_999, 20_000, 3_300):
        shares.refund(order.number, amount)
    assert booked(order.number, LedgerAccount.COMMISSION) == 0
    assert market.broken() == []


def test_a_payout_is_kept_with_how_and_where_to_find_it(seller: market.Shop) -> None:
    order = tills.collected(seller, 50_000, Method.QRIS)
    shares.refund(order.number, 20_000)
    write(record_payout, order.number, "BCA 123", seller.clerk, days.now(), way=PayoutWay.TRANSFER)
    payout = db.session.scalars(select(Payout)).one()
    assert (payout.way, payout.amount, payout.reference) == ("transfer", 20_000, "BCA 123")
    assert (payout.actor_id, payout.at) == (seller.clerk.id, days.now())


def test_what_was_said_before_is_not_said_of_what_was_agreed_since(seller: market.Shop) -> None:
    order = tills.collected(seller, 50_000)
    shares.refund(order.number, 20_000)

    def say(after: int) -> int:
        return write(record_payout, order.number, "", seller.clerk, days.now(), after=after)

    assert [say(0), say(0)] == [20_000, 0]
    shares.refund(order.number, 5_000)
    assert say(0) == 0  # the old form, sent again from the browser's history
    assert say(20_000) == 5_000
    assert market.broken() == []


@pytest.mark.parametrize(
    ("reference", "way", "reason"),
    [
        ("", PayoutWay.TRANSFER, "required"),
        ("  ", PayoutWay.TRANSFER, "required"),
        ("x" * (LONGEST_REFERENCE + 1), PayoutWay.CASH, "too-long"),
    ],
)
def test_a_transfer_can_be_found_again(seller: market.Shop, reference: str, way: PayoutWay, reason: str) -> None:
    order = tills.collected(seller, 50_000)
    shares.refund(order.number, 20_000)
    with pytest.raises(Invalid) as refused:
        write(record_payout, order.number, reference, seller.clerk, days.now(), way=way)
    assert refused.value.errors == {"reference": reason}
    assert held(order.number) == 50_000


def test_only_its_own_co_operative_pays_out_and_never_for_a_card(app: APIFlask, seller: market.Shop) -> None:
    order = tills.collected(seller, 50_000)
    shares.refund(order.number, 20_000)
    stranger = market.shop("lontar", "36.04.13.2007").clerk

    def pay(actor: Actor, number: str = order.number) -> int:
        return write(record_payout, number, "", actor, days.now())

    with pytest.raises(NotFound):
        pay(stranger)
    for actor in (accounts.official(), accounts.buyer("lain@contoh.id")):
        with pytest.raises(Forbidden):
            pay(actor)
    by_card = tills.collected(seller, 40_000, Method.DEMO)
    work(app)
    shares.refund(by_card.number, 1_000)
    with pytest.raises(Invalid):
        pay(seller.clerk, by_card.number)
    assert market.broken() == []


def test_nothing_is_given_back_of_what_was_not_collected(seller: market.Shop) -> None:
    order = market.order(accounts.buyer(), seller, {market.catch(seller): 1000})
    with pytest.raises(WrongStatus):
        shares.refund(order.number, 1_000)
