"""Complaints and the money that follows from them, on each way to pay."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from ovop import wiring
from ovop.accounts.rules import Actor
from ovop.complaints import flows, operations
from ovop.complaints.errors import AlreadyComplained, TooLate, WrongTurn
from ovop.complaints.models import Complaint
from ovop.complaints.queries import count_waiting, find_complaint, get_complaint, list_owed
from ovop.complaints.rules import ComplaintStatus
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid, NotFound
from ovop.ordering import flows as ordering
from ovop.ordering import operations as orders
from ovop.ordering.errors import WrongStatus
from ovop.ordering.refunding import record_payout
from ovop.outside.media import storage
from ovop.payment.ledger import LedgerAccount
from ovop.payment.models import LedgerEntry, Payment
from ovop.payment.rules import Method
from ovop.worker import Worker
from tests import databases
from tests.conftest import Clock
from tests.make import accounts, market
from tests.outside.odd_pictures import quarters, saved


class Bought:
    """A kilo that was collected, 40,000 rupiah."""

    def __init__(self, app: APIFlask, method: Method, email: str = "siti@contoh.id") -> None:
        self.app = app
        self.seller, self.buyer = market.shop(), accounts.buyer(email)
        catch = market.catch(self.seller, unit_price=40_000)
        order = market.order(self.buyer, self.seller, {catch: 1000}, method)
        if method.is_card:
            market.pay(self.buyer, order.checkout_id)
        write(orders.weigh_order, order.number, {catch: 1000}, self.seller.clerk, days.now())
        self.work()
        ordering.hand_over(order.number, order.pickup_code, "", self.seller.clerk, days.now())
        self.number = order.number
        self.office = accounts.official(email=f"dinas-{email}")

    def work(self) -> None:
        Worker(self.app, wiring.JOBS, []).drain()

    def complain(self, text: str = "Sudah lembek") -> int:
        return flows.complain(self.number, text, [], self.buyer, days.now())

    def seen(self, actor: Actor | None = None) -> ComplaintStatus:
        db.session.rollback()
        return get_complaint(db.session(), self.number, actor or self.buyer, days.now()).status

    def given_back(self) -> tuple[int, int]:
        """What was agreed, and what has gone back."""
        db.session.rollback()
        order = market.read(self.number, self.buyer)
        paid = db.session.scalar(select(Payment.refunded).where(Payment.id == order.payment_id)) or 0
        return order.refunded, paid


@pytest.fixture
def bought(app: APIFlask) -> Bought:
    return Bought(app, Method.CASH)


def test_a_complaint_is_made_once_within_a_day_by_whoever_collected(bought: Bought, clock: Clock) -> None:
    stranger = accounts.buyer("lain@contoh.id")
    with pytest.raises(NotFound):
        write(operations.open_complaint, bought.number, "x", [], stranger, days.now())
    clock.forward(hours=24)
    bought.complain()
    with pytest.raises(AlreadyComplained):
        bought.complain()
    assert bought.seen() is ComplaintStatus.OPEN
    assert find_complaint(db.session(), bought.number, stranger, days.now()) is None
    assert count_waiting(db.session(), bought.seller.id, ComplaintStatus.OPEN, days.now()) == 1


def test_after_a_day_it_is_too_late_and_before_collection_too_early(bought: Bought, clock: Clock) -> None:
    waiting = market.order(bought.buyer, bought.seller, {market.catch(bought.seller): 500})
    with pytest.raises(WrongStatus):
        flows.complain(waiting.number, "x", [], bought.buyer, days.now())
    clock.forward(hours=24, seconds=1)
    with pytest.raises(TooLate):
        bought.complain()


@pytest.mark.parametrize(("text", "reason"), [("", "required"), ("  \n", "required"), ("x" * 1001, "too-long")])
def test_words_are_needed_and_limited(bought: Bought, text: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        bought.complain(text)
    assert refused.value.errors == {"text": reason}
    assert databases.count("complaint") == 0


@pytest.mark.parametrize("method", [Method.CASH, Method.DEMO])
def test_an_accepted_offer_goes_back_the_way_it_was_paid(app: APIFlask, method: Method) -> None:
    bought = Bought(app, method)
    bought.complain()
    write(operations.offer, bought.number, 15_000, "Maaf", bought.seller.clerk, days.now())
    write(operations.accept, bought.number, bought.buyer, days.now())
    bought.work()
    assert bought.seen() is ComplaintStatus.CLOSED
    if method.is_card:
        assert bought.given_back() == (15_000, 15_000)
        assert list_owed(db.session(), bought.seller.clerk) == []
    else:
        assert bought.given_back() == (15_000, 0)
        [owed] = list_owed(db.session(), bought.seller.clerk)
        assert (owed.number, owed.amount) == (bought.number, 15_000)
        assert write(record_payout, bought.number, "tunai", bought.seller.clerk, days.now()) == 15_000
        assert write(record_payout, bought.number, "tunai", bought.seller.clerk, days.now()) == 0
        assert bought.given_back() == (15_000, 15_000)
    assert market.broken() == []


def test_a_refusal_can_be_taken_to_the_office_which_decides(bought: Bought) -> None:
    bought.complain()
    with pytest.raises(Invalid):
        write(operations.decline, bought.number, " ", bought.seller.clerk, days.now())
    write(operations.decline, bought.number, "Ikannya segar saat diserahkan", bought.seller.clerk, days.now())
    write(operations.escalate, bought.number, "Ada fotonya", bought.buyer, days.now())
    with pytest.raises(Forbidden):
        write(operations.rule, bought.number, 40_000, "x", bought.seller.clerk, days.now())
    with pytest.raises(Invalid):
        write(operations.rule, bought.number, 40_001, "x", bought.office, days.now())
    write(operations.rule, bought.number, 40_000, "Terbukti", bought.office, days.now())
    assert bought.given_back()[0] == 40_000
    steps = get_complaint(db.session(), bought.number, bought.office, days.now()).steps
    assert [step.step for step in steps] == ["opened", "decline", "escalate", "rule"]
    assert [step.who for step in steps] == ["buyer", "cooperative", "buyer", "office"]


@pytest.mark.parametrize(
    ("offered", "wait", "status", "agreed"),
    [
        (None, timedelta(hours=48), ComplaintStatus.WITH_OFFICE, 0),
        (10_000, timedelta(days=7), ComplaintStatus.CLOSED, 10_000),
        (0, timedelta(days=7), ComplaintStatus.CLOSED, 0),
    ],
)
def test_a_turn_let_pass_is_over_for_readers_and_writers_before_the_worker_wakes(
    bought: Bought, clock: Clock, offered: int | None, wait: timedelta, status: ComplaintStatus, agreed: int
) -> None:
    bought.complain()
    if offered:
        write(operations.offer, bought.number, offered, "", bought.seller.clerk, days.now())
    elif offered == 0:
        write(operations.decline, bought.number, "Tidak", bought.seller.clerk, days.now())
    clock.now += wait
    assert bought.seen() is status
    with pytest.raises(WrongTurn):
        write(operations.offer, bought.number, 5_000, "", bought.seller.clerk, days.now())
    flows.take_overdue(days.now())
    flows.take_overdue(days.now())
    assert bought.seen() is status
    assert bought.given_back()[0] == agreed
    assert market.broken() == []


def test_photos_are_kept_for_those_whom_they_concern_and_nobody_else(
    bought: Bought, app: APIFlask, clock: Clock
) -> None:
    data = saved(quarters())
    before = private_files()
    with pytest.raises(Invalid):
        flows.complain(bought.number, "x", [data, b"no photo"], bought.buyer, days.now())
    assert databases.count("complaint") == 0
    with pytest.raises(Invalid):
        flows.complain(bought.number, "x", [data] * 5, bought.buyer, days.now())
    flows.complain(bought.number, "x", [data, data], bought.buyer, days.now())
    kept = private_files() - before
    assert len(kept) >= 2
    for key in kept:
        assert app.test_client().get(f"/media/{key}").status_code == 404
    clock.forward(hours=2)
    bought.work()
    assert len(private_files() - before) == 2


def private_files() -> set[str]:
    return {key for key in storage().list_keys() if key.startswith("private/")}


def at_once(app: APIFlask, acts: list[Callable[[], object]]) -> list[bool]:
    """Whether each of these, run at the same time, was taken."""
    taken: list[bool] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        with app.app_context():
            start.wait()
            try:
                act()
            except (WrongTurn, AlreadyComplained):
                taken.append(False)
            else:
                taken.append(True)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(taken)


def test_of_two_answers_at_once_one_counts(app: APIFlask, bought: Bought) -> None:
    assert at_once(app, [bought.complain, bought.complain]) == [False, True]
    write(operations.offer, bought.number, 10_000, "", bought.seller.clerk, days.now())
    acts: list[Callable[[], object]] = [
        lambda: write(operations.accept, bought.number, bought.buyer, days.now()),
        lambda: write(operations.escalate, bought.number, "", bought.buyer, days.now()),
        lambda: write(operations.accept, bought.number, bought.buyer, days.now()),
    ]
    assert at_once(app, acts) == [False, False, True]
    db.session.rollback()
    assert databases.count("complaint_event") == 3
    assert bought.given_back()[0] in (0, 10_000)
    assert market.broken() == []


def test_letters_reach_buyer_and_members(bought: Bought, app: APIFlask) -> None:
    bought.complain()
    write(operations.offer, bought.number, 10_000, "", bought.seller.clerk, days.now())
    write(operations.accept, bought.number, bought.buyer, days.now())
    bought.work()
    mails = [path.read_text() for path in (Path(app.instance_path) / "outbox").glob("*.eml")]
    subjects = [line for mail in mails for line in mail.splitlines() if line.startswith("Subject:")]
    assert any("menawarkan uang kembali" in line for line in subjects)
    assert any("Ada keluhan pembeli" in line for line in subjects)
    assert any("Keluhan selesai" in line for line in subjects)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_is_agreed_every_rupiah_is_explained(app: APIFlask, clock: Clock, data: st.DataObject) -> None:
    databases.wipe()
    method = data.draw(st.sampled_from([Method.CASH, Method.DEMO]))
    bought = Bought(app, method, email="acak@contoh.id")
    bought.complain()
    amount = data.draw(st.integers(1, 40_000))
    act = data.draw(st.sampled_from(["offer", "decline", "wait"]))
    if act == "offer":
        write(operations.offer, bought.number, amount, "", bought.seller.clerk, days.now())
        if data.draw(st.booleans()):
            write(operations.accept, bought.number, bought.buyer, days.now())
    elif act == "decline":
        write(operations.decline, bought.number, "Tidak", bought.seller.clerk, days.now())
    clock.forward(days=data.draw(st.integers(0, 8)))
    flows.take_overdue(days.now())
    if bought.seen() is ComplaintStatus.WITH_OFFICE:
        write(operations.rule, bought.number, data.draw(st.integers(0, 40_000)), "Putus", bought.office, days.now())
    bought.work()
    if not method.is_card:
        write(record_payout, bought.number, "tunai", bought.seller.clerk, days.now())
    agreed, paid = bought.given_back()
    assert agreed == paid == (db.session.scalar(select(Complaint.refunded)) or 0)
    owed_to_buyer = db.session.scalar(
        select(func.sum(LedgerEntry.amount)).where(LedgerEntry.account == LedgerAccount.CUSTOMER)
    )
    assert owed_to_buyer == 0
    assert databases.count("complaint_event") >= 1
    assert market.broken() == []
