"""Messages to browsers: with the change, once for each browser, with nothing of a person, and no more when ended."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.notices.models import NoticeChoice, PushDevice
from ovop.notices.operations import choose, forget_other_devices, keep_device
from ovop.notices.queries import devices_of
from ovop.notices.rules import MOST_DEVICES, Choices
from ovop.ordering import departures
from ovop.ordering.operations import cancel_order
from ovop.outside.models import OutboxJob
from tests.conftest import Clock
from tests.make import accounts, market
from tests.make.follows import count, follows, no_mails, work
from tests.make.push import Browser, PushService, service


@pytest.fixture
def push(app: APIFlask) -> Iterator[PushService]:
    no_mails()
    with service(app) as running:
        yield running


def allow(actor: Actor, browser: Browser, clock: Clock) -> int:
    """The buyer allows messages in that browser."""
    return write(keep_device, actor, browser.subscription, "Chrome, Android", clock.now)


def test_an_orders_changes_reach_every_browser_of_its_buyer(app: APIFlask, clock: Clock, push: PushService) -> None:
    siti, seller = accounts.buyer(), market.shop()
    phone, laptop, other = push.browser(), push.browser(), push.browser()
    allow(siti, phone, clock)
    allow(siti, laptop, clock)
    allow(accounts.buyer("budi@contoh.id", "Budi"), other, clock)
    order = market.order(siti, seller, {market.catch(seller): 1000})
    work(app)
    [notice] = push.notices(phone)
    assert notice == {
        "title": f"Pesanan {order.number} sudah masuk",
        "body": "Ketuk untuk melihat pesananmu.",
        "path": f"pesanan/{order.number}",
        "tag": f"order-{order.number}",
    }
    write(cancel_order, order.number, siti, clock.now)
    work(app)
    assert [len(push.read(browser)) for browser in (phone, laptop, other)] == [2, 2, 0]
    said = b" ".join(push.read(laptop)).decode()
    assert not any(word in said for word in ("Siti", "siti@", "Dermaga", order.pickup_code))


def test_a_buyer_with_a_phone_number_alone_is_told_too(app: APIFlask, clock: Clock, push: PushService) -> None:
    siti, seller, phone = accounts.buyer(None, phone="+6281234567890"), market.shop(), push.browser()
    allow(siti, phone, clock)
    market.order(siti, seller, {market.catch(seller): 1000})
    work(app)
    assert len(push.read(phone)) == 1


def test_news_of_what_is_followed_comes_as_one_message(app: APIFlask, clock: Clock, push: PushService) -> None:
    siti, seller, phone = accounts.buyer(None, phone="+6281234567890"), market.shop(), push.browser()
    allow(siti, phone, clock)
    follows(siti, "species", "GIT", "at_once")
    lot = market.catch(seller)
    work(app)
    clock.forward(minutes=2)
    work(app)
    [notice] = push.notices(phone)
    assert (notice["title"], notice["path"]) == ("Udang windu baru dijual", f"hasil/{lot}")


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(app: APIFlask, clock: Clock, push: PushService, status: int) -> None:
    siti, seller = accounts.buyer(), market.shop()
    allow(siti, push.browser(), clock)
    push.answer = status
    market.order(siti, seller, {market.catch(seller): 1000})
    work(app)
    assert count(PushDevice) == 0
    assert count(OutboxJob, OutboxJob.dead_at.is_not(None)) == 0


def test_a_service_that_is_away_is_tried_again(app: APIFlask, clock: Clock, push: PushService) -> None:
    siti, seller, phone = accounts.buyer(), market.shop(), push.browser()
    allow(siti, phone, clock)
    market.order(siti, seller, {market.catch(seller): 1000})
    push.answer = 503
    work(app)
    push.answer = 201
    clock.forward(minutes=1)
    work(app)
    work(app)
    assert len(push.read(phone)) == 2
    assert count(PushDevice) == 1


def test_who_chose_otherwise_is_left_alone(app: APIFlask, clock: Clock, push: PushService) -> None:
    siti, seller, phone = accounts.buyer(), market.shop(), push.browser()
    allow(siti, phone, clock)
    write(choose, siti.id, Choices(orders_by_push=False), clock.now)
    market.order(siti, seller, {market.catch(seller): 1000})
    work(app)
    assert push.posts == []


def test_a_browser_is_whoevers_signed_in_last(app: APIFlask, clock: Clock, push: PushService) -> None:
    siti, budi, phone = accounts.buyer(), accounts.buyer("budi@contoh.id", "Budi"), push.browser()
    seller = market.shop()
    allow(siti, phone, clock)
    market.order(siti, seller, {market.catch(seller): 1000})
    allow(budi, phone, clock)
    work(app)
    assert push.posts == []
    assert (len(devices_of(db.session(), siti.id)), len(devices_of(db.session(), budi.id))) == (0, 1)


def test_an_account_keeps_only_its_latest_browsers(app: APIFlask, clock: Clock, push: PushService) -> None:
    siti = accounts.buyer()
    ids = []
    for _ in range(MOST_DEVICES + 2):
        clock.forward(minutes=1)
        ids.append(allow(siti, push.browser(), clock))
    assert [device.id for device in devices_of(db.session(), siti.id)] == ids[:1:-1]
    write(forget_other_devices, siti.id, ids[-1])
    assert [device.id for device in devices_of(db.session(), siti.id)] == ids[-1:]


def test_nothing_is_left_of_who_leaves_and_what_is_left_is_found(
    app: APIFlask, clock: Clock, push: PushService
) -> None:
    siti, budi = accounts.buyer(), accounts.buyer("budi@contoh.id", "Budi")
    allow(siti, push.browser(), clock)
    write(choose, siti.id, Choices(news_by_mail=False), clock.now)
    write(departures.leave, siti, clock.now)
    assert count(PushDevice) == count(NoticeChoice) == 0
    allow(budi, push.browser(), clock)
    db.session.execute(PushDevice.__table__.update().values(account_id=siti.id))  # type: ignore[attr-defined]
    db.session.commit()
    assert [line.partition(":")[0] for line in market.broken()] == [
        "no browser and no choice is left of a deleted account"
    ]


def test_the_page_lets_a_browser_in_and_out(
    app: APIFlask, client: FlaskClient, clock: Clock, push: PushService
) -> None:
    siti, phone = accounts.buyer(), push.browser()
    accounts.sign_in(client, siti)
    wanted = phone.subscription
    data = {"endpoint": wanted.endpoint, "p256dh": wanted.p256dh, "auth": wanted.auth}
    agent = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"}
    for _ in range(2):
        assert client.post("/akun/kabar/perangkat", data=data, headers=agent).status_code == 204
    assert [device.label for device in devices_of(db.session(), siti.id)] == ["Chrome, Android"]
    assert client.post("/akun/kabar/perangkat", data=data | {"endpoint": "http://10.0.0.1/x"}).status_code == 422
    page = client.get("/akun/kabar").get_data(as_text=True)
    assert "Perangkat ini" in page
    client.post("/keluar")
    assert count(PushDevice) == 0


def test_signing_out_elsewhere_ends_messages_elsewhere(
    app: APIFlask, client: FlaskClient, clock: Clock, push: PushService
) -> None:
    siti = accounts.buyer()
    accounts.sign_in(client, siti)
    allow(siti, push.browser(), clock)
    here = push.browser().subscription
    client.post("/akun/kabar/perangkat", data={"endpoint": here.endpoint, "p256dh": here.p256dh, "auth": here.auth})
    assert count(PushDevice) == 2
    client.post("/akun/keluar-semua")
    assert db.session.scalars(select(PushDevice.endpoint)).all() == [here.endpoint]


def test_nobody_takes_away_anothers_browser(
    app: APIFlask, client: FlaskClient, clock: Clock, push: PushService
) -> None:
    theirs = allow(accounts.buyer("budi@contoh.id", "Budi"), push.browser(), clock)
    accounts.sign_in(client, accounts.buyer())
    client.post(f"/akun/kabar/perangkat/{theirs}/hapus")
    assert count(PushDevice) == 1
