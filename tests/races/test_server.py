"""What several people do at once, through the real server: each request wins, or is refused by a documented name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import count

import pytest
from sqlalchemy import func, select, update

from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import flows
from ovop.ordering.models import Checkout, Order
from ovop.stock.models import Catch
from tests.make import accounts, market
from tests.races import servers
from tests.races.callers import Program, Reply, at_once, browser, hidden, program

pytestmark = pytest.mark.server
_numbers = count(1)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def everything(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Market]:
    """One running market for all tests of this module; each brings co-operatives and buyers of its own."""
    with servers.market(request.param, tmp_path_factory.mktemp(f"races_{request.param}")) as running:
        with running.app.app_context():
            accounts.official()  # nobody makes a demo of a market that has an account
        running.start()
        yield running


@pytest.fixture
def running(everything: servers.Market) -> Iterator[servers.Market]:
    """The market, with its database in reach; after each test nothing in it is broken."""
    with everything.app.app_context():
        yield everything
        db.session.rollback()
        assert market.broken() == []


def shop(places: int = 100, village: str = accounts.TENGKURAK) -> market.Shop:
    """A co-operative of this test's own, with that many places in each slot."""
    hours = tuple(market.Hours(day, market.time(0), market.time(23), places) for day in range(1, 8))
    return market.shop(f"races-{next(_numbers)}", village, hours)


def slot(seller: market.Shop) -> int:
    """A slot whose deadline is not now."""
    return market.slots(seller)[2].id


def buyers(number: int) -> list[Actor]:
    return [accounts.buyer(f"r{next(_numbers)}@contoh.id") for _ in range(number)]


def programs(running: servers.Market, actors: Sequence[Actor]) -> list[Program]:
    return [program(running.port, actor) for actor in actors]


def basket(*parts: tuple[market.Shop, int, int], payment: str = "cash") -> dict[str, object]:
    """A checkout's body: so much of a catch of each of those sellers."""
    return {
        "lines": [{"catch": catch, "quantity": quantity} for _seller, catch, quantity in parts],
        "pickups": [{"cooperative": seller.id, "slot": slot(seller)} for seller, _catch, _quantity in parts],
        "payment": payment,
    }


def outcomes(replies: Sequence[Reply]) -> Counter[str]:
    return Counter(reply.outcome for reply in replies)


def lot(catch: int) -> Catch:
    db.session.rollback()
    return db.session.get_one(Catch, catch)


def checkouts_of(buyer: Actor) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Checkout.buyer_id == buyer.id)) or 0


def ordered(running: servers.Market, buyer: Actor, seller: market.Shop, catch: int) -> dict[str, object]:
    """An order for a kilogram, as the API shows it to its buyer."""
    reply = program(running.port, buyer).post("/checkouts", basket((seller, catch, 1000)), f"order-{next(_numbers)}")
    assert reply.outcome == "201"
    order: dict[str, object] = reply.json["orders"][0]
    return order


def test_sixty_four_buyers_share_the_last_ten_kilograms(running: servers.Market) -> None:
    one, two = shop(village="36.04.13.2007"), shop(village="36.04.12.2009")
    first, second = market.catch(one, quantity=10_000), market.catch(two, quantity=10_000)
    there, back = ((one, first, 1000), (two, second, 1000)), ((two, second, 1000), (one, first, 1000))
    bodies = [basket(*there), basket(*back)]
    callers = programs(running, buyers(64))
    replies = at_once(
        [partial(each.post, "/checkouts", bodies[number % 2], "last") for number, each in enumerate(callers)]
    )
    assert outcomes(replies) == {"201": 10, "out-of-stock": 54}
    assert [(lot(catch).available, lot(catch).held) for catch in (first, second)] == [(0, 10_000)] * 2
    refused = next(reply for reply in replies if reply.status == 409)
    assert refused.json["available"] == 0
    assert refused.json["catch"] in (first, second)


def test_the_last_place_of_a_slot_is_taken_once(running: servers.Market) -> None:
    seller = shop(places=3)
    catch = market.catch(seller, quantity=100_000)
    callers = programs(running, buyers(10))
    body = basket((seller, catch, 1000))
    for early in callers[:2]:
        assert early.post("/checkouts", body, "early").status == 201
    replies = at_once([partial(each.post, "/checkouts", body, "late") for each in callers[2:]])
    assert outcomes(replies) == {"201": 1, "slot-full": 7}
    assert lot(catch).held == 3000


def test_one_key_thirty_two_times_at_once_is_one_checkout(running: servers.Market) -> None:
    seller = shop()
    catch = market.catch(seller, quantity=1000)
    (buyer,) = buyers(1)
    caller, body = program(running.port, buyer), basket((seller, catch, 1000))
    replies = at_once([partial(caller.post, "/checkouts", body, "same") for _ in range(32)])
    answered = [reply for reply in replies if reply.status == 201]
    assert sum("Idempotent-Replayed" not in reply.headers for reply in answered) == 1
    assert len({reply.body for reply in answered}) == 1
    assert set(outcomes(replies)) <= {"201", "conflict"}
    assert checkouts_of(buyer) == 1
    assert caller.post("/checkouts", body, "same").body == answered[0].body
    assert caller.post("/checkouts", basket((seller, catch, 500)), "same").outcome == "key-reused"


def test_cancelling_against_weighing_is_one_or_one_after_the_other(running: servers.Market) -> None:
    seller = shop()
    (buyer,) = buyers(1)
    mine, clerk = program(running.port, buyer), program(running.port, seller.clerk)
    for _round in range(6):
        catch = market.catch(seller)
        number = ordered(running, buyer, seller, catch)["number"]
        weights = {"lines": [{"catch": catch, "quantity": 1050}]}
        replies = at_once(
            [
                partial(clerk.post, f"/orders/{number}/weigh", weights),
                partial(mine.post, f"/orders/{number}/cancel", {}),
                partial(clerk.post, f"/orders/{number}/cancel", {}),
            ]
        )
        steps = [event["status"] for event in mine.get(f"/orders/{number}").json["history"]]
        assert steps in (["confirmed", "cancelled"], ["confirmed", "ready", "cancelled"])
        assert outcomes(replies) == {"200": len(steps) - 1, "wrong-status": 4 - len(steps)}
        assert lot(catch).available == 10_000


def test_two_clerks_on_one_order_weigh_and_hand_it_over_once(running: servers.Market) -> None:
    seller = shop()
    (buyer,) = buyers(1)
    colleague = accounts.member(seller.id, f"r{next(_numbers)}@contoh.id")
    clerks = programs(running, [seller.clerk, colleague])
    catch = market.catch(seller)
    order = ordered(running, buyer, seller, catch)
    path = f"/orders/{order['number']}"

    def weigh(clerk: Program, grams: int) -> Reply:
        return clerk.post(f"{path}/weigh", {"lines": [{"catch": catch, "quantity": grams}]})

    weighed = at_once([partial(weigh, clerks[0], 900), partial(weigh, clerks[1], 950)])
    assert outcomes(weighed) == {"200": 1, "wrong-status": 1}
    final = next(reply.json["lines"][0]["final_quantity"] for reply in weighed if reply.status == 200)
    handed = at_once(
        [partial(clerks[n % 2].post, f"{path}/handover", {"code": order["pickup_code"]}) for n in range(8)]
    )
    assert outcomes(handed) == {"200": 1, "wrong-status": 7}
    assert (lot(catch).sold, lot(catch).held) == (final, 0)


def test_wrong_codes_at_once_lock_the_order(running: servers.Market) -> None:
    seller = shop()
    (buyer,) = buyers(1)
    clerk = program(running.port, seller.clerk)
    catch = market.catch(seller)
    number = ordered(running, buyer, seller, catch)["number"]
    clerk.post(f"/orders/{number}/weigh", {"lines": [{"catch": catch, "quantity": 1000}]})
    replies = at_once([partial(clerk.post, f"/orders/{number}/handover", {"code": "x"}) for _ in range(12)])
    assert outcomes(replies) == {"wrong-code": 5, "locked": 7}
    assert {reply.status for reply in replies if reply.outcome == "locked"} == {429}


def test_expiry_against_a_late_payment_ends_confirmed_where_goods_can_be_had(running: servers.Market) -> None:
    seller = shop()
    (buyer,) = buyers(1)
    visitor = browser(running.port, running.app, buyer)
    for _round in range(4):
        catch = market.catch(seller, quantity=1000)
        body = basket((seller, catch, 1000), payment="demo")
        checkout = program(running.port, buyer).post("/checkouts", body, f"card-{catch}").json
        db.session.rollback()
        payment = db.session.execute(select(Order.payment_id).where(Order.checkout_id == checkout["id"])).scalar_one()
        form = hidden(visitor.get(f"/demo-bayar/{payment}")) | {"outcome": "pay"}
        past = update(Checkout).where(Checkout.id == checkout["id"]).values(expires_at=days.now())
        write(lambda session, past=past: session.execute(past))

        def expire() -> int:
            with running.app.app_context():
                return flows.expire_due(days.now())

        paid = [partial(visitor.tap, f"/demo-bayar/{payment}", form) for _ in range(3)]
        results = at_once([expire, *paid, expire])
        assert all(not isinstance(result, Reply) or result.status < 400 for result in results)
        order = program(running.port, buyer).get(f"/orders/{checkout['orders'][0]['number']}").json
        assert (order["status"], order["payment"]["status"]) == ("confirmed", "authorised")
        assert lot(catch).held == 1000


def test_a_lot_tapped_eight_times_is_on_sale_once(running: servers.Market) -> None:
    seller = shop()
    clerk = browser(running.port, running.app, seller.clerk)
    form = hidden(clerk.get("/koperasi/jual")) | {
        "product": seller.product,
        "quantity": "12 kg",
        "unit_price": "38000",
        "when": "now",
        "keep": "auto",
    }
    replies = at_once([partial(clerk.tap, "/koperasi/jual", form) for _ in range(8)])
    assert {reply.status for reply in replies} == {302}
    assert len({reply.headers["Location"] for reply in replies}) == 1
    db.session.rollback()
    lots = db.session.scalars(select(Catch.caught).where(Catch.cooperative_id == seller.id)).all()
    assert lots == [12_000]


def test_a_basket_ordered_eight_times_is_one_checkout(running: servers.Market) -> None:
    seller = shop()
    catch = market.catch(seller, quantity=1000)
    (buyer,) = buyers(1)
    visitor = browser(running.port, running.app, buyer)
    token = {"csrf_token": hidden(visitor.get(f"/belanja/tambah?catch={catch}"))["csrf_token"]}
    assert visitor.post("/belanja/tambah", {"catch": catch, "quantity": "1 kg"} | token).status == 302
    chosen = {f"point_{seller.id}": seller.point, f"slot_{seller.id}_{seller.point}": slot(seller)}
    assert visitor.post("/ambil", chosen | token).headers["Location"] == "/bayar"
    form = hidden(visitor.get("/bayar")) | {"payment": "cash"}
    replies = at_once([partial(visitor.tap, "/bayar", form) for _ in range(8)])
    assert {reply.status for reply in replies} == {302}
    assert len({reply.headers["Location"] for reply in replies}) == 1
    assert checkouts_of(buyer) == 1
    assert lot(catch).held == 1000
