"""Money that co-operatives give back of their own accord."""

from __future__ import annotations

import pytest
from apiflask import APIFlask

from ovop.accounts.errors import KeyReused
from ovop.complaints.errors import AnswerFirst
from ovop.complaints.flows import give_back_once
from ovop.complaints.queries import list_goodwill
from ovop.db import db
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid, NotFound
from ovop.ordering.errors import WrongStatus
from ovop.payment.rules import Method
from tests.conftest import Clock
from tests.make import market
from tests.make.complaints import Bought, bought


@pytest.fixture
def order(app: APIFlask) -> Bought:
    return bought(app)


def give(order: Bought, amount: int, words: str = "Salah timbang", key: str = "k") -> None:
    give_back_once(order.number, amount, words, order.seller.clerk, key, days.now())


@pytest.mark.parametrize("method", [Method.CASH, Method.QRIS, Method.DEMO])
def test_it_goes_back_the_way_it_was_paid_once_for_each_form(app: APIFlask, clock: Clock, method: Method) -> None:
    order = bought(app, method)
    clock.forward(days=3)
    give(order, 5_000)
    give(order, 5_000)
    give(order, 2_000, key="lain")
    order.work()
    assert order.money == (7_000, 7_000 if method.is_card else 0)
    assert [(row.amount, row.text) for row in list_goodwill(db.session(), order.number)] == [
        (5_000, "Salah timbang"),
        (2_000, "Salah timbang"),
    ]
    assert sum("mengembalikan Rp" in subject.replace("\xa0", " ") for subject in order.mails()) >= 2
    assert market.broken() == []


def test_never_more_than_is_left_and_never_without_a_reason(order: Bought) -> None:
    give(order, 30_000)
    for amount, words in ((10_001, "x"), (0, "x"), (-5, "x"), (1_000, " "), (1_000, "x" * 1001)):
        with pytest.raises(Invalid):
            give(order, amount, words, key=f"{amount}")
    with pytest.raises(KeyReused):
        give(order, 10_000)
    assert order.money[0] == 30_000


def test_whoever_complained_is_answered_first(order: Bought) -> None:
    order.complain()
    with pytest.raises(AnswerFirst):
        give(order, 1_000)
    order.withdraw()
    give(order, 1_000)
    assert order.money[0] == 1_000
    assert market.broken() == []


def test_an_offer_that_ran_out_is_carried_out_before_more_is_given(order: Bought, clock: Clock) -> None:
    order.complain()
    order.offer(30_000)
    clock.forward(days=7)
    with pytest.raises(Invalid):
        give(order, 20_000)
    give(order, 10_000)
    assert order.money[0] == 40_000
    assert order.read().refunded == 30_000
    assert market.broken() == []


def test_after_goodwill_a_complaint_can_still_be_made_about_the_rest(order: Bought) -> None:
    give(order, 30_000)
    order.complain()
    with pytest.raises(Invalid):
        order.offer(10_001)
    order.give_all_back()
    assert order.money[0] == 40_000
    assert order.read().refunded == 10_000
    assert market.broken() == []


def test_it_is_the_co_operatives_own_and_of_collected_orders(order: Bought) -> None:
    other = market.shop("lontar", "36.04.13.2007")
    with pytest.raises(NotFound):
        give_back_once(order.number, 1_000, "x", other.clerk, "k", days.now())
    for actor in (order.buyer, order.office):
        with pytest.raises(Forbidden):
            give_back_once(order.number, 1_000, "x", actor, "k", days.now())
    waiting = market.order(order.buyer, order.seller, {market.catch(order.seller): 500})
    with pytest.raises(WrongStatus):
        give_back_once(waiting.number, 1_000, "x", order.seller.clerk, "k", days.now())
