"""Letters about complaints: to whom, of what, once, and none of what is old."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

import pytest
from apiflask import APIFlask

from ovop.accounts.models import Account
from ovop.complaints import flows
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering.refunding import PayoutWay, record_payout
from ovop.payment.rules import Method
from tests.conftest import Clock
from tests.make.complaints import Bought, bought


@pytest.fixture
def order(app: APIFlask) -> Bought:
    for path in sent(app):
        path.unlink()
    return bought(app)


def sent(app: APIFlask) -> list[Path]:
    return list((Path(app.instance_path) / "outbox").glob("*.eml"))


def letters(order: Bought) -> list[tuple[str, str, str]]:
    """What has left since last asked: address, subject, text."""
    order.work()
    found = []
    for path in sorted(sent(order.app)):
        mail = cast(EmailMessage, message_from_bytes(path.read_bytes(), policy=default))
        body = mail.get_body(("plain",))
        assert body is not None
        found.append((str(mail["To"]), str(mail["Subject"]), body.get_content().replace("\xa0", " ")))
        path.unlink()
    return sorted(found)


def about_complaint(order: Bought) -> dict[str, tuple[str, str]]:
    """Subject and text by the letter's side: ``buyer`` or ``member``."""
    buyer = db.session.get(Account, order.buyer.id)
    assert buyer is not None
    return {
        "buyer" if to == buyer.email else "member": (subject, text)
        for to, subject, text in letters(order)
        if "eluhan" in subject
    }


def test_each_step_is_told_to_the_buyer_and_to_the_co_operative_what_others_did(order: Bought) -> None:
    letters(order)
    order.complain("Dua ekor lembek")
    told = about_complaint(order)
    assert set(told) == {"buyer", "member"}
    assert "Keluhan masuk" in told["member"][0]
    assert "“Dua ekor lembek”" in told["member"][1]
    assert "Jawab paling lambat Rab 7 Jan" in told["member"][1]
    order.offer(15_000, "Maaf, kami ganti")
    told = about_complaint(order)
    assert set(told) == {"buyer"}
    subject, text = told["buyer"]
    assert "Rp 15.000" in subject.replace("\xa0", " ")
    assert "“Maaf, kami ganti”" in text
    assert "diam sampai Sen 12 Jan" in text
    order.offer(20_000, "Kami tambah")
    assert "Rp 20.000" in about_complaint(order)["buyer"][1]
    order.escalate("Kurang")
    assert set(about_complaint(order)) == {"buyer", "member"}
    order.rule(30_000, "Terbukti")
    told = about_complaint(order)
    assert "30.000" in told["member"][1]
    assert "langsung kepadamu" in told["buyer"][1]
    assert letters(order) == []


def test_what_was_overtaken_is_not_told_any_more(order: Bought) -> None:
    letters(order)
    order.complain()
    order.offer(15_000)
    order.accept()
    told = about_complaint(order)
    assert {side: "menerima" in subject for side, (subject, _text) in told.items()} == {"buyer": True, "member": True}


def test_what_the_market_does_itself_is_told_to_both(order: Bought, clock: Clock) -> None:
    order.complain()
    letters(order)
    clock.forward(hours=48)
    flows.take_overdue(days.now())
    told = about_complaint(order)
    assert set(told) == {"buyer", "member"}
    assert all("dinas yang memutuskan" in subject for subject, _text in told.values())


def test_letters_speak_their_readers_language(order: Bought) -> None:
    def to_english(session: object) -> None:
        session.get(Account, order.buyer.id).language = "en"  # type: ignore[attr-defined]

    write(to_english)
    letters(order)
    order.complain()
    order.work()
    [(subject, text)] = [(subject, text) for _to, subject, text in letters(order) if "omplaint" in subject]
    assert "eluhan" not in subject + text


def test_the_buyer_is_told_of_money_given_back_by_hand_each_time(app: APIFlask) -> None:
    order = bought(app, Method.QRIS)
    for amount, key in ((5_000, "satu"), (2_000, "dua")):
        flows.give_back_once(order.number, amount, "Salah timbang", order.seller.clerk, key, days.now())
        letters(order)
        pay = {"way": PayoutWay.TRANSFER, "after": None}
        write(record_payout, order.number, "BCA 1", order.seller.clerk, days.now(), **pay)
        [(_to, subject, text)] = letters(order)
        assert "sudah dikembalikan" in subject
        assert "Koperasi" in text


def test_nobody_is_written_to_who_has_left(order: Bought) -> None:
    letters(order)
    order.complain()

    def forget(session: object) -> None:
        account = session.get(Account, order.buyer.id)  # type: ignore[attr-defined]
        account.email, account.deleted_at = None, days.now()

    write(forget)
    assert set(about_complaint(order)) == {"member"}
