"""Complaints from the first word to the last, on each way to pay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apiflask import APIFlask

from ovop.accounts.models import Account
from ovop.accounts.rules import Actor
from ovop.complaints import flows, operations
from ovop.complaints.errors import AlreadyComplained, TooLate, WrongTurn
from ovop.complaints.queries import find_complaint, find_owed, list_owed
from ovop.complaints.rules import ComplaintStatus, Step
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid, NotFound
from ovop.ordering.errors import WrongStatus
from ovop.ordering.refunding import record_payout
from ovop.payment.rules import Method
from tests import databases
from tests.conftest import Clock
from tests.make import accounts, market
from tests.make.complaints import Bought, bought


@pytest.fixture
def order(app: APIFlask) -> Bought:
    return bought(app)


def test_a_complaint_is_made_once_within_a_day_by_whoever_collected(order: Bought, clock: Clock) -> None:
    stranger = accounts.buyer("lain@contoh.id")
    for actor in (stranger, order.seller.clerk, order.office):
        with pytest.raises(NotFound):
            write(operations.open_complaint, order.number, "x", [], actor, days.now())
    clock.forward(hours=24)
    order.complain()
    with pytest.raises(AlreadyComplained):
        order.complain()
    assert order.status is ComplaintStatus.OPEN
    assert find_complaint(db.session(), order.number, stranger, days.now()) is None
    assert market.broken() == []


def test_after_a_day_it_is_too_late_and_before_collection_too_early(order: Bought, clock: Clock) -> None:
    waiting = market.order(order.buyer, order.seller, {market.catch(order.seller): 500})
    with pytest.raises(WrongStatus):
        operations.check_may_complain(db.session(), waiting.number, order.buyer, days.now())
    clock.forward(hours=24, seconds=1)
    with pytest.raises(TooLate):
        operations.check_may_complain(db.session(), order.number, order.buyer, days.now())
    with pytest.raises(TooLate):
        order.complain()


@pytest.mark.parametrize(("text", "reason"), [("", "required"), ("  \n", "required"), ("x" * 1001, "too-long")])
def test_words_are_needed_and_limited(order: Bought, text: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        order.complain(text)
    assert refused.value.errors == {"text": reason}
    assert databases.count("complaint") == 0


@pytest.mark.parametrize("method", [Method.CASH, Method.QRIS, Method.DEMO])
def test_an_accepted_offer_goes_back_the_way_it_was_paid(app: APIFlask, method: Method) -> None:
    order = bought(app, method)
    order.complain()
    order.offer(15_000)
    assert order.money == (0, 0)
    order.accept()
    order.work()
    assert order.status is ComplaintStatus.CLOSED
    if method.is_card:
        assert order.money == (15_000, 15_000)
        assert find_owed(db.session(), order.number) is None
    else:
        assert order.money == (15_000, 0)
        [owed] = list_owed(db.session(), order.seller.clerk)
        assert (owed.number, owed.amount, owed.after) == (order.number, 15_000, 0)
        assert write(record_payout, order.number, "", order.seller.clerk, days.now()) == 15_000
        assert list_owed(db.session(), order.seller.clerk) == []
        assert order.money == (15_000, 15_000)
    assert market.broken() == []


def test_all_can_be_given_back_at_once_from_every_point(app: APIFlask) -> None:
    order = bought(app)
    order.complain()
    order.give_all_back()
    assert (order.status, order.read().refunded, order.money[0]) == (ComplaintStatus.CLOSED, 40_000, 40_000)
    order.give_all_back()  # tapped twice
    assert databases.count("complaint_event") == 2
    with pytest.raises(WrongTurn):
        order.give_all_back("Sekali lagi")
    other = bought(app)
    other.complain()
    other.offer(10_000)
    other.escalate()
    other.give_all_back()
    assert (other.status, other.money[0]) == (ComplaintStatus.CLOSED, 40_000)
    with pytest.raises(WrongTurn):
        other.rule(5_000)
    assert market.broken() == []


def test_an_offer_can_be_raised_and_gains_no_time_by_it(order: Bought, clock: Clock) -> None:
    order.complain()
    order.offer(1_500)
    until = order.read().answer_by
    clock.forward(days=3)
    for amount in (1_000, 40_001):
        with pytest.raises(Invalid):
            order.offer(amount)
    order.offer(15_000, "Salah ketik")
    assert (order.read().offered, order.read().answer_by) == (15_000, until)
    order.accept()
    assert order.money[0] == 15_000


def test_a_refusal_can_be_taken_to_the_office_which_decides(order: Bought) -> None:
    order.complain()
    with pytest.raises(Invalid):
        order.decline(" ")
    order.decline("Ikannya segar saat diserahkan")
    order.escalate("Ada fotonya")
    with pytest.raises(Forbidden):
        write(operations.rule, order.number, 40_000, "x", order.seller.clerk, days.now())
    with pytest.raises(Invalid):
        order.rule(40_001)
    with pytest.raises(Invalid):
        order.rule(10_000, "")
    order.rule(40_000)
    assert order.money[0] == 40_000
    steps = order.read(order.office).steps
    assert [step.step for step in steps] == ["opened", "decline", "escalate", "rule"]
    assert [step.role for step in steps] == ["buyer", "cooperative", "buyer", "office"]
    assert market.broken() == []


def test_the_office_may_find_for_the_co_operative(order: Bought) -> None:
    order.complain()
    order.decline()
    order.escalate()
    order.rule(0, "Tidak ada tanda rusak")
    assert (order.status, order.money, order.read().refunded) == (ComplaintStatus.CLOSED, (0, 0), 0)
    assert market.broken() == []


@pytest.mark.parametrize("act", ["complain", "offer", "decline", "escalate"])
def test_the_buyer_may_let_it_be_at_any_point(order: Bought, act: str) -> None:
    order.complain()
    if act != "complain":
        order.offer(5_000) if act == "offer" else order.decline()
    if act == "escalate":
        order.escalate()
    order.withdraw()
    order.withdraw()  # tapped twice
    assert (order.status, order.money) == (ComplaintStatus.CLOSED, (0, 0))
    with pytest.raises(AlreadyComplained):
        order.complain()


@pytest.mark.parametrize(
    ("offered", "wait", "status", "agreed", "step"),
    [
        (None, timedelta(hours=48), ComplaintStatus.WITH_OFFICE, 0, Step.HAND_ON),
        (10_000, timedelta(days=7), ComplaintStatus.CLOSED, 10_000, Step.CARRY_OUT),
        (0, timedelta(days=7), ComplaintStatus.CLOSED, 0, Step.LAPSE),
    ],
)
def test_a_turn_let_pass_is_over_for_readers_and_writers_before_the_worker_wakes(
    order: Bought, clock: Clock, offered: int | None, wait: timedelta, status: ComplaintStatus, agreed: int, step: Step
) -> None:
    order.complain()
    if offered:
        order.offer(offered)
    elif offered == 0:
        order.decline()
    clock.now += wait
    seen = order.read()
    assert (seen.status, seen.refunded, seen.left, seen.overdue) == (status, agreed, 40_000 - agreed, step)
    with pytest.raises(WrongTurn):
        order.offer(15_000)
    flows.take_overdue(days.now())
    flows.take_overdue(days.now())
    seen = order.read()
    assert (seen.status, seen.refunded, seen.left, seen.overdue) == (status, agreed, 40_000 - agreed, None)
    assert seen.steps[-1].step == step
    assert order.money[0] == agreed
    assert market.broken() == []


def test_a_minute_before_its_end_a_turn_is_still_a_turn(order: Bought, clock: Clock) -> None:
    order.complain()
    clock.forward(hours=47, minutes=59)
    flows.take_overdue(days.now())
    order.decline()
    clock.forward(days=6, hours=23, minutes=59)
    flows.take_overdue(days.now())
    order.escalate()
    assert order.status is ComplaintStatus.WITH_OFFICE


def test_the_same_step_sent_again_is_one(order: Bought) -> None:
    order.complain()
    for act in (lambda: order.offer(10_000), order.accept):
        act()
        act()
    assert [step.step for step in order.read().steps] == ["opened", "offer", "accept"]
    assert order.money[0] == 10_000


def test_the_office_can_decide_once(order: Bought) -> None:
    order.complain()
    order.decline()
    order.escalate()
    order.rule(5_000)
    order.rule(5_000)
    with pytest.raises(WrongTurn):
        order.rule(6_000)
    assert order.money[0] == 5_000


def test_members_of_another_co_operative_and_other_buyers_have_no_part_in_it(order: Bought) -> None:
    order.complain()
    other = market.shop("lontar", "36.04.13.2007")
    stranger = accounts.buyer("lain@contoh.id")
    for act in (operations.offer, operations.decline, operations.give_all_back):
        amount = (1_000,) if act is operations.offer else ()
        with pytest.raises(NotFound):
            write(act, order.number, *amount, "x", other.clerk, days.now())
        with pytest.raises(Forbidden):
            write(act, order.number, *amount, "x", order.buyer, days.now())
    for buyer_act in (operations.accept, operations.withdraw):
        for actor in (stranger, order.seller.clerk, order.office):
            with pytest.raises(NotFound):
                write(buyer_act, order.number, actor, days.now())


def test_nobody_answers_their_own_complaint(order: Bought) -> None:
    order.complain()

    def join(session: object) -> None:
        account = session.get(Account, order.buyer.id)  # type: ignore[attr-defined]
        account.role, account.cooperative_id = "cooperative", order.seller.id

    write(join)
    turned = Actor(order.buyer.id, order.seller.clerk.role, order.seller.id)
    with pytest.raises(Forbidden):
        write(operations.give_all_back, order.number, "", turned, days.now())
    assert order.money == (0, 0)
