"""Calling a lot back: sale stops, open orders end, everybody who bought of it is told, whatever is cut off or fails."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ovop import wiring
from ovop.accounts.models import Account
from ovop.accounts.rules import Actor
from ovop.counter import operations as counter
from ovop.counter.rules import WalkIn
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid, NotFound
from ovop.ordering import flows as ordering
from ovop.ordering import operations
from ovop.ordering.errors import WrongStatus
from ovop.ordering.models import Order
from ovop.outside import outbox_queries
from ovop.outside.models import OutboxJob
from ovop.payment import providers
from ovop.payment.models import Payment
from ovop.payment.rules import Method
from ovop.recall import flows
from ovop.recall import operations as recalls
from ovop.recall.models import Recall, RecallBuyer
from ovop.recall.queries import find_recall, list_buyers, list_recalls, look_ahead
from ovop.recall.rules import Reached
from ovop.stock.errors import NotOnSale, OutOfStock, Recalled
from ovop.stock.models import Catch, Movement
from ovop.stock.operations import change_stock, withdraw_catch
from ovop.worker import Worker
from tests.conftest import Clock
from tests.make import accounts, market
from tests.make.providers import Moody

WHY = "Kadar histamin terlalu tinggi"


@pytest.fixture
def shop(app: APIFlask) -> market.Shop:
    return market.shop(hours=tuple(market.Hours(day, market.time(8), market.time(18), 500) for day in range(1, 8)))


@pytest.fixture(autouse=True)
def nothing_is_broken(app: APIFlask) -> Iterator[None]:
    yield
    db.session.rollback()
    assert market.broken() == []


def work(app: APIFlask, clock: Clock, hours: int = 30) -> None:
    """The worker goes on until nothing waits, with a look every ten minutes."""
    for _look in range(hours * 6):
        Worker(app, wiring.JOBS, wiring.DUTIES).drain()
        if not outbox_queries.list_pending(db.session()):
            return
        clock.forward(minutes=10)
    raise AssertionError(outbox_queries.list_pending(db.session()))


def lot(catch: int) -> tuple[int, int, int, int]:
    """available, held, sold, lost of a lot."""
    db.session.rollback()
    row = db.session.get_one(Catch, catch, populate_existing=True)
    return row.available, row.held, row.sold, row.lost


def collected(shop: market.Shop, buyer: Actor, catch: int, quantity: int = 1000) -> str:
    """An order of it that its buyer has taken home; answers its number."""
    order = market.order(buyer, shop, {catch: quantity})
    write(operations.weigh_order, order.number, {catch: quantity}, shop.clerk, days.now())
    ordering.hand_over(order.number, order.pickup_code, "", shop.clerk, days.now())
    return order.number


def mails(app: APIFlask) -> list[tuple[str, str, str]]:
    """To whom mails about recalls left, their subject and text."""
    db.session.rollback()
    sent = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in (app.config["OVOP"].instance_path / "outbox").glob("*.eml")
    ]
    done = select(OutboxJob.payload["to"].as_string()).where(
        OutboxJob.key.like("mail:recall:%"), OutboxJob.done_at.is_not(None)
    )
    readers = set(db.session.scalars(done))
    return sorted(
        (mail["To"], mail["Subject"], str(mail.get_body(("plain",)).get_content()))  # type: ignore[union-attr]
        for mail in sent
        if mail["To"] in readers and "ditarik" in mail["Subject"]
    )


@pytest.fixture
def outbox(app: APIFlask) -> None:
    folder = app.config["OVOP"].instance_path / "outbox"
    for path in folder.glob("*.eml"):
        path.unlink()


def test_what_is_open_ends_and_what_is_home_is_told(
    app: APIFlask, clock: Clock, shop: market.Shop, outbox: None
) -> None:
    bad, good = market.catch(shop), market.catch(shop)
    siti, budi, ani = (accounts.buyer(f"{name}@contoh.id", name.title()) for name in ("siti", "budi", "ani"))
    home = collected(shop, siti, bad)
    waiting = market.order(siti, shop, {bad: 500, good: 700})
    packed = market.order(budi, shop, {bad: 1500, good: 300})
    write(operations.weigh_order, packed.number, {bad: 1400, good: 300}, shop.clerk, days.now())
    other = market.order(ani, shop, {good: 500})
    assert (look_ahead(db.session(), catch_id=bad).open, look_ahead(db.session(), catch_id=bad).collected) == (2, 1)
    recall_id = flows.recall(bad, f"  {WHY} \n", shop.clerk, days.now())
    assert lot(bad) == (0, 0, 1000, 9000)
    assert lot(good) == (9200, 500, 0, 300)  # what was packed beside it is lost, what was only ordered is not
    for number, buyer in ((waiting.number, siti), (packed.number, budi)):
        order = market.read(number, buyer)
        assert (order.status, order.history[-1].reason) == ("cancelled", f"Ditarik demi keamanan pangan: {WHY}")
    assert market.read(home, siti).status == "collected"
    assert market.read(other.number, ani).status == "confirmed"
    work(app, clock)
    told = mails(app)
    assert [to for to, _subject, _text in told] == ["budi@contoh.id", "siti@contoh.id"]
    (_to, subject, text) = told[1]
    assert subject == "Jangan dimakan: Udang windu ditarik"
    for words in (home, waiting.number, WHY, "puskesmas"):
        assert words in text
    assert "puskesmas" not in told[0][2]  # has none of it at home
    letters = db.session.scalars(select(OutboxJob.payload["letter"].as_string()).where(OutboxJob.kind == "letter"))
    assert "cancelled" not in set(letters)
    row = find_recall(db.session(), bad)
    assert row is not None
    assert row.done_at is not None
    assert (row.id, row.cancelled, row.collected, row.buyers, row.reached) == (recall_id, 2, 1, 2, 2)


def test_sale_stops_at_once_and_for_good(app: APIFlask, shop: market.Shop) -> None:
    catch = market.catch(shop)
    buyer = accounts.buyer()
    request = market.wanted(shop, {catch: 1000})
    flows.recall(catch, WHY, shop.clerk, days.now())
    with pytest.raises(NotOnSale):
        market.check_out(buyer, request)
    with pytest.raises(Recalled):
        write(change_stock, catch, 500, "ketemu", shop.clerk, days.now())
    with pytest.raises(OutOfStock):
        write(change_stock, catch, -500, "dibuang", shop.clerk, days.now())
    assert lot(catch) == (0, 0, 0, 10_000)


def test_nothing_of_it_is_handed_over_even_before_its_orders_are_cancelled(app: APIFlask, shop: market.Shop) -> None:
    catch = market.catch(shop)
    buyer = accounts.buyer()
    ready, more, less = (market.order(buyer, shop, {catch: 1000}) for _ in range(3))
    write(operations.weigh_order, ready.number, {catch: 1000}, shop.clerk, days.now())
    recall_id = write(recalls.recall, catch, WHY, shop.clerk, days.now())
    with pytest.raises(Recalled):
        ordering.hand_over(ready.number, ready.pickup_code, "", shop.clerk, days.now())
    with pytest.raises(Recalled):
        write(operations.weigh_order, more.number, {catch: 1050}, shop.clerk, days.now())
    write(operations.cancel_order, less.number, buyer, days.now())
    assert lot(catch) == (0, 2000, 0, 8000)
    flows.finish_recall({"recall": recall_id}, days.now())
    assert lot(catch) == (0, 0, 0, 10_000)
    assert market.read(less.number, buyer).history[-1].reason == ""
    assert db.session.scalar(select(RecallBuyer.buyer_id)) == buyer.id


@pytest.mark.parametrize("before", ["ended", "sold-out", "spoilt"])
def test_a_lot_that_is_no_longer_on_sale_can_be_called_back(
    app: APIFlask, clock: Clock, shop: market.Shop, before: str
) -> None:
    catch = market.catch(shop, 2000)
    buyer = accounts.buyer()
    number = collected(shop, buyer, catch, 2000 if before == "sold-out" else 1000)
    if before == "ended":
        write(withdraw_catch, catch, "habis", shop.clerk, days.now())
    if before == "spoilt":
        clock.forward(days=30)
    flows.recall(catch, WHY, shop.clerk, days.now())
    left = 0 if before == "sold-out" else 1000
    assert lot(catch) == (0, 0, 2000 - left, left)
    row = find_recall(db.session(), catch)
    assert row is not None
    assert (row.collected, row.cancelled) == (1, 0)
    assert market.read(number, buyer).status == "collected"


def test_twice_is_once(app: APIFlask, clock: Clock, shop: market.Shop, outbox: None) -> None:
    catch = market.catch(shop)
    buyer = accounts.buyer()
    collected(shop, buyer, catch)
    market.order(buyer, shop, {catch: 1000})
    first = flows.recall(catch, WHY, shop.clerk, days.now())
    moves = db.session.scalars(select(Movement.id)).all()
    assert flows.recall(catch, "lain lagi", accounts.official(), days.now()) == first
    work(app, clock)
    flows.finish_recall({"recall": first}, days.now())
    work(app, clock)
    assert db.session.scalars(select(Movement.id)).all() == moves
    assert db.session.get_one(Catch, catch).recall_reason == WHY
    assert [to for to, _subject, _text in mails(app)] == ["siti@contoh.id"]


def test_only_its_co_operative_and_the_office_may_and_they_say_why(app: APIFlask, shop: market.Shop) -> None:
    catch = market.catch(shop)
    stranger = market.shop("lontar", "36.04.13.2007")
    for reason, code in (("  ", "required"), ("x" * 301, "too-long")):
        with pytest.raises(Invalid) as refused:
            flows.recall(catch, reason, shop.clerk, days.now())
        assert refused.value.errors == {"reason": code}
    with pytest.raises(NotFound):
        flows.recall(catch, WHY, stranger.clerk, days.now())
    with pytest.raises(Forbidden):
        flows.recall(catch, WHY, accounts.buyer(), days.now())
    with pytest.raises(NotFound):
        flows.recall(catch + 1000, WHY, shop.clerk, days.now())
    assert lot(catch) == (10_000, 0, 0, 0)
    flows.recall(catch, WHY, accounts.official(), days.now())
    assert [(row.by_office, row.lot_code) for row in list_recalls(db.session())] == [
        (True, db.session.get_one(Catch, catch).lot_code)
    ]


def test_the_office_tells_the_co_operative_and_of_goods_sold_without_an_order(
    app: APIFlask, clock: Clock, shop: market.Shop, outbox: None
) -> None:
    catch = market.catch(shop)
    collected(shop, accounts.buyer(), catch)
    write(counter.sell, WalkIn(catch, 2_000, 37_500, Method.CASH), shop.clerk, days.now())
    flows.recall(catch, WHY, accounts.official(), days.now())
    work(app, clock)
    keys = select(OutboxJob.payload["to"].as_string()).where(OutboxJob.key.like("mail:recall%"))
    assert sorted(db.session.scalars(keys)) == ["siti@contoh.id", "tengkurak@contoh.id"]
    row = find_recall(db.session(), catch)
    assert row is not None
    assert (row.buyers, row.at_counter) == (1, 2_000)
    files = (app.config["OVOP"].instance_path / "outbox").glob("*.eml")
    texts = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
    told = [str(mail.get_body(("plain",)).get_content()) for mail in texts if mail["To"] == "tengkurak@contoh.id"]  # type: ignore[union-attr]
    assert [WHY in text for text in told] == [True]


def test_the_list_says_who_was_reached_and_forgets_whom_after_thirty_days(
    app: APIFlask, clock: Clock, shop: market.Shop
) -> None:
    catch = market.catch(shop, best_before=days.now() + timedelta(days=60))
    siti = accounts.buyer("siti@contoh.id", "Siti Aminah", "+6281234567890")
    budi = accounts.buyer(None, "Budi", "+6281298765432")
    numbers = [collected(shop, siti, catch), collected(shop, budi, catch)]
    recall_id = flows.recall(catch, WHY, shop.clerk, days.now())
    states = {row.name: row.reached for row in list_buyers(db.session(), recall_id, shop.clerk, days.now())}
    assert states == {"Siti Aminah": Reached.ON_ITS_WAY, "Budi": Reached.NO_ADDRESS}
    work(app, clock)
    first, second = list_buyers(db.session(), recall_id, shop.clerk, days.now())
    assert (first.name, first.phone, first.reached) == ("Budi", "+6281298765432", Reached.NO_ADDRESS)
    assert (second.reached, [order.number for order in second.orders]) == (Reached.MAILED, numbers[:1])
    write(recalls.note_reached, recall_id, first.id, shop.clerk, days.now(), is_reached=True)
    assert {row.reached for row in list_buyers(db.session(), recall_id, shop.clerk, days.now())} == {
        Reached.SPOKEN,
        Reached.MAILED,
    }
    write(recalls.note_reached, recall_id, first.id, shop.clerk, days.now(), is_reached=False)
    with pytest.raises(NotFound):
        write(
            recalls.note_reached,
            recall_id,
            first.id,
            market.shop("lontar", "36.04.13.2007").clerk,
            days.now(),
            is_reached=True,
        )
    clock.forward(days=31)
    Worker(app, wiring.JOBS, wiring.DUTIES).drain()
    assert db.session.scalar(select(OutboxJob.id).where(OutboxJob.key.like("mail:recall:%"))) is None
    rows = list_buyers(db.session(), recall_id, shop.clerk, days.now())
    assert [(row.name, row.phone, row.reached) for row in rows] == [
        (None, None, Reached.NO_ADDRESS),
        (None, None, Reached.MAILED),
    ]


def test_a_letter_that_no_host_takes_shows_as_failed(app: APIFlask, clock: Clock, shop: market.Shop) -> None:
    catch = market.catch(shop)
    collected(shop, accounts.buyer(), catch)
    recall_id = flows.recall(catch, WHY, shop.clerk, days.now())
    Worker(app, wiring.JOBS, wiring.DUTIES).drain()
    write(
        lambda session: session.execute(
            OutboxJob.__table__.update()
            .where(OutboxJob.key.like("mail:recall:%"))
            .values(done_at=None, dead_at=days.now())
        )
    )
    write(lambda session: session.execute(RecallBuyer.__table__.update().values(mailed_at=None)))
    (row,) = list_buyers(db.session(), recall_id, shop.clerk, days.now())
    assert row.reached is Reached.FAILED


# Two hundred orders, a card provider that fails, a power cut


#: Two hundred orders on SQLite; on PostgreSQL, where each takes a process and its time, enough to be cut off twice.
BUYERS = {"sqlite": 50, "postgresql": 15}


@pytest.fixture
def provider(app: APIFlask) -> Iterator[Moody]:
    moody = Moody()
    providers.register(app, {Method.DEMO: moody})
    yield moody
    providers.register(app, {})


def fill(shop: market.Shop, catch: int, buyers: int) -> None:
    """Of each buyer four orders: two by card, of which some are captured, and two in cash, one of them collected."""
    slot = market.slots(shop)[2].id
    for number in range(buyers):
        buyer = accounts.buyer(f"b{number}@contoh.id")
        for turn, method in enumerate((Method.CASH, Method.DEMO, Method.CASH, Method.DEMO)):
            checkout = market.check_out(buyer, market.wanted(shop, {catch: 1000}, method, slot))
            order = checkout.orders[0]
            if method is Method.DEMO:
                market.pay(buyer, checkout.id)
            if (turn == 1 and number % 2) or turn == 2:
                write(operations.weigh_order, order.number, {catch: 950}, shop.clerk, days.now())
            if turn == 2:
                ordering.hand_over(order.number, order.pickup_code, "", shop.clerk, days.now())


class PowerCut(BaseException):
    """What no handler catches."""


def test_two_hundred_orders_end_and_all_are_told_once_though_cut_off_twice_and_the_provider_fails(
    app: APIFlask,
    clock: Clock,
    shop: market.Shop,
    provider: Moody,
    outbox: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    catch = market.catch(shop, 500_000, best_before=days.now() + timedelta(days=6))
    buyers = BUYERS[db.engine.dialect.name]
    fill(shop, catch, buyers)
    work(app, clock)
    chance = random.Random(36)
    provider.mood = lambda: chance.choice([True, False, None, False])
    left = buyers // 2 + 1
    give_back = operations.give_back

    def until_the_cut(*args: object, **options: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise PowerCut
        give_back(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(operations, "give_back", until_the_cut)
    with pytest.raises(PowerCut):
        flows.recall(catch, WHY, shop.clerk, days.now())
    db.session.rollback()
    assert Counter(db.session.scalars(select(Order.status)))["cancelled"] == buyers // 2
    assert market.broken() == []
    left = buyers
    with pytest.raises(PowerCut):
        work(app, clock)  # and cut off again, now the worker
    db.session.rollback()
    clock.forward(minutes=6)
    work(app, clock)
    assert min(provider.asked["void lost"], provider.asked["refund lost"]) > 1
    db.session.rollback()
    assert Counter(db.session.scalars(select(Order.status))) == {"cancelled": 3 * buyers, "collected": buyers}
    assert lot(catch) == (0, 0, 950 * buyers, 500_000 - 950 * buyers)
    assert Counter(db.session.scalars(select(Payment.status))) == {
        "void": 3 * buyers - buyers // 2,
        "refunded": buyers // 2,
        "paid": buyers,
    }
    everybody = sorted(db.session.scalars(select(Account.email).where(Account.role == "buyer")))
    assert [to for to, _subject, _text in mails(app)] == everybody
    assert db.session.scalars(select(Recall.done_at)).one() is not None
    assert outbox_queries.list_dead(db.session()) == []


def test_who_acts_while_a_lot_is_called_back_is_neither_cancelled_twice_nor_forgotten(
    app: APIFlask, shop: market.Shop
) -> None:
    catch = market.catch(shop)
    buyer = accounts.buyer()
    first = market.order(buyer, shop, {catch: 1000})
    recall_id = write(recalls.recall, catch, WHY, shop.clerk, days.now())
    write(recalls.list_concerned, recall_id, days.now())
    write(operations.cancel_order, first.number, buyer, days.now())
    assert write(recalls.cancel_concerned, recall_id, first.number, days.now()) == 0
    flows.finish_recall({"recall": recall_id}, days.now())
    assert [event.status for event in market.read(first.number, buyer).history] == ["confirmed", "cancelled"]
    with pytest.raises(WrongStatus):
        write(operations.cancel_order, first.number, buyer, days.now())
