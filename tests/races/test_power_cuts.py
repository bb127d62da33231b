"""The power goes at any moment, again and again, while people buy and sell: nothing promised is lost or double.

OVOP_POWER_CUTS says how often on each database (a few by default, hundreds before a release); OVOP_POWER_CUTS_SEED
chooses other moments.  ``-o log_cli=true -o log_cli_level=INFO`` shows the figures.
"""

from __future__ import annotations

import email
import logging
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ovop import wiring
from ovop.accounts.models import RememberedAnswer
from ovop.db import db
from ovop.kernel import days
from ovop.ordering.models import Checkout, Order
from ovop.outside import mail, outbox_queries
from ovop.outside.models import OutboxJob
from ovop.payment.models import Payment
from ovop.payment.rules import Method
from ovop.pickup.models import Slot
from ovop.stock.models import Catch
from ovop.worker import Worker
from tests.make import accounts, market
from tests.races import servers
from tests.races.callers import Away, Program, program
from tests.races.load import Goods, Load

log = logging.getLogger(__name__)
pytestmark = pytest.mark.server
CUTS = int(os.environ.get("OVOP_POWER_CUTS", "3"))
SEED = int(os.environ.get("OVOP_POWER_CUTS_SEED", "36"))


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[servers.Market]:
    with servers.market(request.param, tmp_path) as one, one.app.app_context():
        yield one


def goods(lots: int = 6) -> Goods:
    """More than anybody could buy."""
    hours = tuple(market.Hours(day, market.time(0), market.time(23), 10_000) for day in range(1, 8))
    seller = market.shop(hours=hours)
    catches = [market.catch(seller, 50_000_000, 20_000 + 700 * number) for number in range(lots)]
    return Goods(seller, catches, [slot.id for slot in market.slots(seller)[3:12]])


def test_nothing_promised_is_lost_and_nothing_is_double_however_often_the_power_goes(running: servers.Market) -> None:
    chance = random.Random(SEED)
    load = crowd(running)
    load.start()
    try:
        for _cut in range(CUTS):
            running.start(waits=chance.random() < 0.85)  # now and then it goes again while the market starts
            time.sleep(chance.uniform(0.1, 2.0))
            cut(running, chance)
            assert market.broken() == []
    finally:
        with suppress(RuntimeError):
            running.start()
        load.stop()
        running.stop()
    drain(running)
    log.info("%s: %s cuts, seed %s, %s checkouts, %s", running.kind, CUTS, SEED, len(load.placed), dict(load.counted))
    assert load.faults == []
    every_promise_is_kept(load)
    everybody_was_told_once(running)
    assert market.broken() == []


def crowd(running: servers.Market) -> Load:
    """Thirty buyers and two clerks of one co-operative, not begun."""
    sold = goods()
    clerks = [sold.seller.clerk, accounts.member(sold.seller.id, "teman@contoh.id")]
    buyers = [accounts.buyer(f"b{number}@contoh.id") for number in range(30)]
    return Load(
        sold,
        [program(running.port, actor) for actor in buyers],
        [program(running.port, actor) for actor in clerks],
        SEED,
    )


def cut(running: servers.Market, chance: random.Random) -> None:
    """All of it goes, or with several processes perhaps only a part."""
    part = chance.choice(["all", "web", "worker", "one web process"]) if running.kind == "postgresql" else "all"
    if part == "one web process":
        with suppress(IndexError, FileNotFoundError):  # while it starts there is none yet
            running.kill_one_web_process()
        return
    running.kill(web=part != "worker", worker=part != "web")


def drain(running: servers.Market) -> None:
    """All jobs have run, also those that killed workers held and those that wait for another try."""
    worker = Worker(running.app, wiring.JOBS, wiring.DUTIES)
    began = days.now()
    for step in count(1):
        with days.clock_at(began + step * timedelta(minutes=6)):
            worker.drain()
        if not outbox_queries.list_pending(db.session()):
            return
        assert step < 40, outbox_queries.list_pending(db.session())


def every_promise_is_kept(load: Load) -> None:
    """Each key that was answered has one checkout, each order is there once and in the state that was last told."""
    db.session.rollback()
    keys = db.session.scalars(select(RememberedAnswer.key).where(RememberedAnswer.key.like("buyer %"))).all()
    assert sorted(keys) == sorted(load.placed)
    assert db.session.scalar(select(func.count()).select_from(Checkout)) == len(load.placed)
    stored = {order.number: order.status for order in db.session.execute(select(Order.number, Order.status))}
    promised = [order["number"] for checkout in load.placed.values() for order in checkout["orders"]]
    assert sorted(stored) == sorted(promised)
    assert stored == load.promised


def everybody_was_told_once(running: servers.Market) -> None:
    """No job is left or dead, and each mail is one file."""
    assert outbox_queries.list_dead(db.session()) == []
    written = db.session.scalars(select(OutboxJob.payload["key"].as_string()).where(OutboxJob.kind == mail.KIND)).all()
    assert len(written) == len(set(written))
    found = [
        email.message_from_bytes(path.read_bytes())["Message-ID"]
        for path in (running.app.config["OVOP"].instance_path / "outbox").glob("*.eml")
    ]
    assert len(found) == len(set(found)) == len(written)
    log.info("%s mails", len(written))


def test_a_slot_closed_when_the_power_goes_is_closed_to_the_end(running: servers.Market) -> None:
    sold = goods(1)
    slot, (catch,) = sold.slots[0], sold.catches
    clerk = program(running.port, sold.seller.clerk)
    for number in range(20):
        buyer = accounts.buyer(f"b{number}@contoh.id")
        for method in (Method.CASH, Method.DEMO, Method.CASH, Method.DEMO):
            checkout = market.check_out(buyer, market.wanted(sold.seller, {catch: 1000}, method, slot))
            if method is Method.DEMO:
                market.pay(buyer, checkout.id)
    running.start()
    closing = threading.Thread(target=_close, args=(clerk, slot))
    closing.start()
    while cancelled() < 10:
        time.sleep(0.01)
    running.kill()
    closing.join()
    assert 10 <= cancelled() < 80
    running.start()
    until = time.monotonic() + servers.PATIENCE_SECONDS
    while cancelled() < 80 and time.monotonic() < until:
        time.sleep(0.2)
    running.stop()
    drain(running)
    assert cancelled() == 80
    assert db.session.get_one(Slot, slot).booked == 0
    assert {payment.status for payment in db.session.scalars(select(Payment))} == {"void"}
    lot = db.session.get_one(Catch, catch)
    assert lot.available == lot.caught
    everybody_was_told_once(running)
    assert market.broken() == []


def cancelled() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Order.status == "cancelled")) or 0


def _close(clerk: Program, slot: int) -> None:
    with suppress(Away):  # the power goes before the answer comes
        clerk.post(f"/slots/{slot}/close", {"reason": "ombak besar"})
