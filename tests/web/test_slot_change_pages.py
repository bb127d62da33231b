"""Changing the time of an order on its page, and all that tells of it afterwards."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import operations
from ovop.ordering.post import LETTER_JOB
from ovop.ordering.rows import OrderRow
from ovop.outside import mail
from ovop.outside.models import OutboxJob
from ovop.wiring import JOBS
from tests.conftest import Clock
from tests.make import accounts, market
from tests.make.pages import Page


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def siti(client: FlaskClient) -> Actor:
    actor = accounts.buyer()
    accounts.sign_in(client, actor)
    return actor


@pytest.fixture
def order(siti: Actor, seller: market.Shop) -> OrderRow:
    return market.order(siti, seller, {market.catch(seller): 2000})


def form(client: FlaskClient, order: OrderRow, slot: int) -> dict[str, str]:
    page = Page(client.get(f"/pesanan/{order.number}/jadwal"))
    return {"slot": str(slot), "key": page.value("key") or ""}


def test_the_order_goes_to_the_time_that_is_chosen(client: FlaskClient, order: OrderRow, seller: market.Shop) -> None:
    assert f"/pesanan/{order.number}/jadwal" in Page(client.get(f"/pesanan/{order.number}")).links
    slots = market.slots(seller)
    page = Page(client.get(f"/pesanan/{order.number}/jadwal"))
    options = page.options("slot")
    assert not options[str(slots[0].id)]
    assert options[str(slots[3].id)]
    assert "Jadwalmu sekarang" in page.words
    sent = form(client, order, slots[3].id)
    for _twice in range(2):
        answer = client.post(f"/pesanan/{order.number}/jadwal", data=sent)
        assert answer.location == f"/pesanan/{order.number}"
    page = Page(client.get(answer.location))
    assert "Jadwalmu sekarang Sen 5 Jan 13.00–14.00 di Dermaga." in page.words
    assert page.words.count("Jadwal pindah ke Hari ini 13.00–14.00, Dermaga") == 1


def test_the_calendars_entry_moves_rather_than_doubles(
    client: FlaskClient, order: OrderRow, seller: market.Shop
) -> None:
    address = f"/pesanan/{order.number}/jadwal.ics"
    before = client.get(address).text
    client.post(f"/pesanan/{order.number}/jadwal", data=form(client, order, market.slots(seller)[3].id))
    after = client.get(address).text

    def line(text: str, name: str) -> str:
        return next(line for line in text.split("\r\n") if line.startswith(name))

    assert line(before, "UID:") == line(after, "UID:")
    assert (line(before, "SEQUENCE:"), line(after, "SEQUENCE:")) == ("SEQUENCE:0", "SEQUENCE:1")
    assert line(after, "DTSTART;") == "DTSTART;TZID=Asia/Jakarta:20260105T130000"
    client.post(f"/pesanan/{order.number}/batal")
    gone = client.get(address).text
    assert (line(gone, "SEQUENCE:"), line(gone, "STATUS:")) == ("SEQUENCE:2", "STATUS:CANCELLED")


def test_what_cannot_be_is_said_and_the_old_time_stays(
    client: FlaskClient, order: OrderRow, seller: market.Shop, clock: Clock
) -> None:
    address = f"/pesanan/{order.number}/jadwal"
    for data, status in (({}, 422), ({"slot": "x"}, 422), ({"slot": "9" * 15, "key": "k"}, 422)):
        answer = client.post(address, data=data)
        assert (answer.status_code, "Pilih jadwal yang baru." in answer.text) == (status, True)
    later = form(client, order, market.slots(seller)[3].id)
    clock.forward(minutes=1)
    answer = Page(client.post(address, data=later))
    assert answer.status == 409
    assert "Batas waktu memindah jadwal ini sudah lewat." in answer.words
    page = Page(client.get(address))
    assert "tidak bisa dipindah lagi" in page.words
    assert address not in Page(client.get(f"/pesanan/{order.number}")).links
    assert "Hari ini 10.00–11.00 WIB" in Page(client.get(f"/pesanan/{order.number}")).words


def test_a_slot_that_has_filled_up_meanwhile_is_said(client: FlaskClient, siti: Actor) -> None:
    seller = market.shop(hours=tuple(market.Hours(day, market.time(8), market.time(18), 1) for day in range(1, 8)))
    lot = market.catch(seller)
    order = market.order(siti, seller, {lot: 500})
    wanted = market.slots(seller)[1].id
    data = form(client, order, wanted)
    market.order(accounts.buyer("budi@contoh.id", "Budi"), seller, {lot: 500}, slot=wanted)
    answer = Page(client.post(f"/pesanan/{order.number}/jadwal", data=data))
    assert answer.status == 409
    assert "Jadwal itu baru saja penuh." in answer.words
    assert not market.broken()


def test_strangers_do_not_find_it(client: FlaskClient, order: OrderRow) -> None:
    accounts.sign_in(client, accounts.buyer("budi@contoh.id", "Budi"))
    for method in ("GET", "POST"):
        data = {"slot": str(order.pickup.slot_id + 1), "key": "k"}
        assert client.open(f"/pesanan/{order.number}/jadwal", method=method, data=data).status_code == 404


def test_both_sides_read_of_it(client: FlaskClient, order: OrderRow, seller: market.Shop) -> None:
    client.post(f"/pesanan/{order.number}/jadwal", data=form(client, order, market.slots(seller)[3].id))
    for job in db.session.scalars(select(OutboxJob).where(OutboxJob.kind == LETTER_JOB)).all():
        JOBS[LETTER_JOB](job.payload, days.now())
    db.session.rollback()
    mails = db.session.scalars(select(OutboxJob.payload).where(OutboxJob.kind == mail.KIND)).all()
    told = {letter["subject"]: letter for letter in mails}
    mine = told[f"Jadwal ambil pesanan {order.number} sudah pindah"]
    theirs = told[f"Pembeli memindah jadwal pesanan {order.number}"]
    assert (mine["to"], theirs["to"]) == ("siti@contoh.id", "tengkurak@contoh.id")
    for letter in (mine, theirs):
        assert "13.00–14.00 WIB" in letter["text"].replace("\N{NO-BREAK SPACE}", " ")
        assert order.pickup_code not in letter["text"]


def test_the_co_operatives_page_has_the_new_time(client: FlaskClient, order: OrderRow, seller: market.Shop) -> None:
    client.post(f"/pesanan/{order.number}/jadwal", data=form(client, order, market.slots(seller)[3].id))
    accounts.sign_in(client, seller.clerk)
    page = Page(client.get(f"/koperasi/pesanan/{order.number}"))
    assert "Hari ini 13.00–14.00" in page.words
    assert "Jadwal pindah ke Hari ini 13.00–14.00, Dermaga" in page.words


def test_who_watches_the_page_is_sent_only_what_is_news(
    client: FlaskClient, order: OrderRow, seller: market.Shop
) -> None:
    address = f"/pesanan/{order.number}"
    for _once_the_font_is_made in range(20):  # a market's first pages may come before it
        tag = client.get(address).headers["ETag"]
        unchanged = client.get(address, headers={"If-None-Match": tag})
        if unchanged.status_code == 304:
            break
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    write(operations.weigh_order, order.number, {order.lines[0].catch: 1900}, seller.clerk, days.now())
    changed = client.get(address, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["Cache-Control"] == "no-store"


def test_the_order_has_a_map_of_its_point(client: FlaskClient, order: OrderRow) -> None:
    assert 'aria-label="Peta Dermaga"' in client.get(f"/pesanan/{order.number}").text
