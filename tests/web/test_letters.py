"""Letters to buyers: true, in their language, once, and nothing slips into a header."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select, update

from ovop.accounts.models import Account
from ovop.accounts.operations import change_details
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import departures, flows, operations
from ovop.ordering.post import LETTER_JOB, Letter, post_letters
from ovop.ordering.rows import OrderRow
from ovop.outside import mail
from ovop.outside.models import OutboxJob
from ovop.payment.rules import EventKind, Method
from ovop.wiring import JOBS
from ovop.worker import Worker
from tests.conftest import Clock
from tests.make import accounts, market


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def siti(app: APIFlask) -> Actor:
    return accounts.buyer("siti@contoh.id", "Siti & Ana")


def ordered(siti: Actor, seller: market.Shop, method: Method = Method.CASH) -> OrderRow:
    return market.order(siti, seller, {market.catch(seller): 2000}, method)


def mails(letter: str | None = None) -> list[dict[str, str]]:
    """Mails in the outbox after every letter was worded."""
    for job in db.session.scalars(select(OutboxJob).where(OutboxJob.kind == LETTER_JOB)).all():
        JOBS[LETTER_JOB](job.payload, days.now())
    db.session.rollback()
    found = db.session.scalars(
        select(OutboxJob.payload).where(OutboxJob.kind == mail.KIND).order_by(OutboxJob.id)
    ).all()
    return [each for each in found if letter is None or f":{letter}:" in each["key"]]


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_confirmed_order_is_told_with_place_time_and_sums(siti: Actor, seller: market.Shop) -> None:
    order = ordered(siti, seller)
    (letter,) = mails()
    assert (letter["to"], letter["subject"]) == ("siti@contoh.id", f"Pesanan {order.number} sudah masuk")
    text = plain(letter["text"])
    assert "Halo Siti & Ana," in text
    assert "- Udang windu: 2 kg, Rp 75.000" in text
    assert "Perkiraan Rp 75.000, paling banyak Rp 82.500, dibayar sesuai timbangan" in text
    assert "Ambil: Senin, 5 Januari 2026 10.00–11.00 WIB" in text
    assert "\n\n\n" not in text
    assert "Siti &amp; Ana" in letter["html"]
    assert order.pickup_code not in text + letter["html"]  # the code is the buyer's alone, and mails travel


def weigh(order: OrderRow, seller: market.Shop, quantity: int) -> None:
    write(operations.weigh_order, order.number, {order.lines[0].catch: quantity}, seller.clerk, days.now())


def test_a_ready_order_is_told_with_its_final_amount(siti: Actor, seller: market.Shop) -> None:
    order = ordered(siti, seller)
    weigh(order, seller, 1950)
    (letter,) = mails("ready")
    assert letter["subject"] == f"Ikanmu siap diambil: pesanan {order.number}"
    assert "- Udang windu: 1,95 kg, Rp 73.100" in plain(letter["text"])
    assert "Bayar tunai Rp 73.100 saat mengambil." in plain(letter["text"])


def test_a_short_weight_is_told_with_the_way_out(siti: Actor, seller: market.Shop) -> None:
    order = ordered(siti, seller)
    weigh(order, seller, 1500)
    (letter,) = mails("short")
    assert letter["subject"] == f"Timbangannya kurang: pesanan {order.number}"
    assert "boleh membatalkan tanpa biaya" in letter["text"]
    assert mails("ready") == []


def test_a_cancelled_order_is_told_with_the_reason(siti: Actor, seller: market.Shop) -> None:
    order = ordered(siti, seller)
    write(operations.cancel_order, order.number, seller.clerk, days.now(), "ombak tinggi <3 m>")
    (letter,) = mails("cancelled")
    assert "Alasannya: ombak tinggi <3 m>" in letter["text"]
    assert "Alasannya: ombak tinggi &lt;3 m&gt;" in letter["html"]
    assert "Tidak ada yang ditagih." in letter["text"]
    assert "Ambil:" not in letter["text"]


def test_an_expired_order_is_told(app: APIFlask, siti: Actor, seller: market.Shop, clock: Clock) -> None:
    ordered(siti, seller, Method.DEMO)
    assert mails() == []  # nothing to tell before it is paid
    clock.forward(minutes=31)
    from ovop.ordering import flows

    flows.expire_due(days.now())
    (letter,) = mails()
    assert letter["subject"].startswith("Waktu bayar pesanan")


@pytest.mark.parametrize(
    ("news", "subject", "words"),
    [
        (Letter.PAID_LATE, "Payment too late, your money is released", "All the money held on your card is released"),
        (Letter.PAID_TWICE, "Paid twice, the second goes back", "The first payment counts"),
    ],
)
def test_money_that_came_for_nothing_is_told_in_its_readers_language(
    siti: Actor, seller: market.Shop, news: Letter, subject: str, words: str
) -> None:
    write(change_details, siti.id, name="Siti", language="en")
    order = ordered(siti, seller, Method.DEMO)
    write(operations.cancel_order, order.number, siti, days.now())
    write(post_letters, news, [order.number], days.now())
    (letter,) = mails(news)
    assert letter["subject"] == f"{subject}: order {order.number}"
    assert words in letter["text"]
    assert words in letter["html"]


def test_a_bank_that_took_its_money_back_is_named(siti: Actor, seller: market.Shop) -> None:
    order = ordered(siti, seller, Method.DEMO)
    flows.apply_payment_event(order.payment_id, EventKind.AUTHORISED, order.maximum, "held", days.now())
    flows.apply_payment_event(order.payment_id, EventKind.CAPTURED, order.maximum, "taken", days.now())
    flows.apply_payment_event(order.payment_id, EventKind.DISPUTED, order.maximum, "taken back", days.now())
    (letter,) = mails("cancelled")
    assert "Alasannya: Bank pemilik kartu menarik kembali pembayaran pesanan ini" in letter["text"]
    assert "Uangnya sudah ditarik bankmu" in letter["text"]


def test_a_letter_is_in_its_readers_language(siti: Actor, seller: market.Shop) -> None:
    write(change_details, siti.id, name="Siti", language="en")
    order = ordered(siti, seller)
    (letter,) = mails()
    assert letter["subject"] == f"Order {order.number} is in"
    assert "Hello Siti," in letter["text"]
    assert "Rp 75,000" in plain(letter["text"])
    assert '<html lang="en">' in letter["html"]


def test_done_twice_one_mail_leaves(siti: Actor, seller: market.Shop) -> None:
    ordered(siti, seller)
    assert len(mails()) == len(mails()) == 1


def test_news_that_is_old_is_not_told(siti: Actor, seller: market.Shop) -> None:
    """The worker slept: the order was ready, and is cancelled by now."""
    order = ordered(siti, seller)
    weigh(order, seller, 2000)
    write(operations.cancel_order, order.number, siti, days.now())
    assert [letter["subject"] for letter in mails()] == [f"Pesanan {order.number} dibatalkan"]


def test_who_has_no_address_gets_no_mail(app: APIFlask, seller: market.Shop) -> None:
    ordered(accounts.buyer(None, "Siti", "+6281234567890"), seller)
    assert mails() == []


def test_who_has_left_gets_no_mail(siti: Actor, seller: market.Shop) -> None:
    order = ordered(siti, seller)
    write(operations.cancel_order, order.number, siti, days.now())
    write(departures.leave, siti, days.now())
    assert mails() == []


def test_nothing_in_a_letter_becomes_a_header(app: APIFlask, siti: Actor, seller: market.Shop) -> None:
    """Names as they could stand in the table if they came past every check."""
    ordered(siti, seller)
    evil = "Siti\r\nBcc: x@evil.test\r\n\r\n"
    write(lambda session: session.execute(update(Account).where(Account.id == siti.id).values(name=evil)))
    mails()
    Worker(app, JOBS, []).drain()
    (file,) = sorted((app.config["OVOP"].instance_path / "outbox").glob("*.eml"))[-1:]
    head = file.read_bytes().split(b"\r\n\r\n", 1)[0]
    assert b"Bcc" not in head
    assert head.count(b"To: ") == 1


def test_a_rolled_back_order_is_told_to_nobody(siti: Actor, seller: market.Shop) -> None:
    lot = market.catch(seller, 1000)
    with pytest.raises(Exception, match="out-of-stock"):
        market.order(siti, seller, {lot: 2000})
    assert mails() == []


def test_a_payload_is_plain_and_short(siti: Actor, seller: market.Shop) -> None:
    order = ordered(siti, seller)
    job = db.session.scalars(select(OutboxJob).where(OutboxJob.kind == LETTER_JOB)).one()
    assert json.loads(json.dumps(job.payload)) == {
        "letter": "confirmed",
        "order": order.number,
        "name": f"confirmed:{order.number}",
    }
    assert job.run_at <= days.now() + timedelta(seconds=1)
