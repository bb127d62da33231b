"""What the market owes a co-operative, on its own pages; and where it wants to be paid."""

from __future__ import annotations

import csv
import io
from datetime import date, time

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from ovop.accounts.models import Account
from ovop.db import write
from ovop.kernel import days
from ovop.settlement import operations
from tests.conftest import Clock
from tests.databases import count
from tests.make import market, settlements
from tests.make.clerks import Clerk, clerk

RULES = {"bank_name": "BRI", "bank_account": "0012 3456-78", "bank_holder": "KUB  Mina"}


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


def test_nothing_is_owed_yet(jaya: Clerk) -> None:
    page = jaya.see("/koperasi/uang/rekap")
    assert page.all("figure") == ["Rp 0"]
    assert "Belum ada rekap" in page.words
    assert "/koperasi/uang/rekap" in jaya.see("/koperasi/uang").links


def test_a_clerk_sees_what_is_owed_and_how_it_was_paid(jaya: Clerk, clock: Clock) -> None:
    first, second = settlements.office()
    order = settlements.by_card(jaya.shop, 40_000)
    clock.forward(days=7)
    settlement_id = settlements.draw(jaya.shop)[0]
    settlements.by_card(jaya.shop, 9_000)
    page = jaya.see("/koperasi/uang/rekap")
    assert page.all("figure") == ["Rp 49.000"]
    assert "Di rekap yang belum ditransfer Rp 40.000 Belum masuk rekap Rp 9.000" in page.words
    assert "Koperasi belum mengisi rekening" in page.words
    settlements.set_account(jaya.shop)
    settlements.approve(settlement_id, first)
    settlements.approve(settlement_id, second)
    settlements.pay(settlement_id, first)
    page = jaya.see(f"/koperasi/uang/rekap/{settlement_id}")
    assert page.all("figure") == ["Rp 40.000"]
    assert f"/koperasi/pesanan/{order.number}" in page.links
    assert "Ditransfer 12 Jan 2026: TRF-1" in page.words
    for person in ("Bu Rina", "Pak Agus"):
        assert person not in page.words
    assert "Ditransfer 12 Jan 2026" in jaya.see("/koperasi/uang/rekap").words
    assert market.broken() == []


def test_money_that_came_back_is_told_with_its_reason(jaya: Clerk, clock: Clock) -> None:
    first, second = settlements.office()
    settlements.booked(jaya.shop.id, 1000)
    clock.forward(days=7)
    settlement_id = settlements.approved(jaya.shop, first, second)
    settlements.pay(settlement_id, first)
    write(operations.take_back, settlement_id, "Rekening ditutup", first, days.now())
    assert "Bank mengembalikan transfernya: Rekening ditutup" in jaya.see(f"/koperasi/uang/rekap/{settlement_id}").words


def test_what_comes_to_nothing_or_less_says_why(jaya: Clerk, clock: Clock) -> None:
    for share, words in ((-500, "Koperasi menerima lebih banyak daripada haknya"), (500, "sudah diterima koperasi")):
        settlements.booked(jaya.shop.id, share)
        clock.forward(days=7)
        (settlement_id,) = settlements.draw(jaya.shop)
        assert words in jaya.see(f"/koperasi/uang/rekap/{settlement_id}").words
    assert "Kekurangan dari rekap sebelumnya −Rp 500" in jaya.see(f"/koperasi/uang/rekap/{settlement_id}").words


def test_its_files_are_its_own(jaya: Clerk, clock: Clock) -> None:
    other = market.shop("lontar", "36.04.13.2007")
    for seller in (jaya.shop, other):
        settlements.by_card(seller, 40_000)
    clock.forward(days=7)
    own, theirs = settlements.draw(jaya.shop)[0], settlements.draw(other)[0]
    text = jaya.client.get(f"/koperasi/uang/rekap/{own}.csv").get_data().decode("utf-8-sig")
    assert int(list(csv.DictReader(io.StringIO(text), delimiter=";"))[-1]["Hak koperasi"]) == 40_000
    for ending in ("pdf", "csv", "xlsx"):
        assert jaya.client.get(f"/koperasi/uang/rekap/{own}.{ending}").status_code == 200
        assert jaya.client.get(f"/koperasi/uang/rekap/{theirs}.{ending}").status_code == 404
    assert jaya.client.get(f"/koperasi/uang/rekap/{theirs}").status_code == 404


def test_orders_go_on_in_pages(jaya: Clerk, clock: Clock) -> None:
    orders = []
    for number in range(32):
        orders.append(settlements.by_card(jaya.shop, 1000 + number))
        clock.forward(hours=1 if number % 8 else 16)
    clock.now = days.at(date(2026, 1, 12), time(9))
    (settlement_id,) = settlements.draw(jaya.shop)
    first = jaya.see(f"/koperasi/uang/rekap/{settlement_id}")
    assert "32 pesanan" in first.words
    (more,) = [link for link in first.links if "after=" in link]
    second = jaya.see(more)
    shown = [order.number for order in orders if f"/koperasi/pesanan/{order.number}" in second.links]
    assert shown == [order.number for order in orders[30:]]


def test_a_manager_says_where_to_pay(jaya: Clerk) -> None:
    assert "/koperasi/profil/rekening" in jaya.see("/koperasi/profil").links
    done = jaya.send("/koperasi/profil/rekening", RULES)
    assert done.location == "/koperasi/profil/rekening"
    page = jaya.see("/koperasi/profil/rekening")
    assert (page.value("bank_name"), page.value("bank_account"), page.value("bank_holder")) == (
        "BRI",
        "0012345678",
        "KUB Mina",
    )
    assert "BRI 0012345678, KUB Mina Pak Jaya, Sen 5 Jan 09.00 WIB" in page.words
    jaya.send("/koperasi/profil/rekening", RULES)
    assert count("bank_account_change") == 1
    jaya.send("/koperasi/profil/rekening", {})
    assert "Rekening dihapus" in jaya.see("/koperasi/profil/rekening").words


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"bank_account": "123"}, "Tulis nomor rekeningnya dengan 5 sampai 20 angka."),
        ({"bank_account": ""}, "Isi dulu bagian ini."),
        ({"bank_name": "B" * 61}, "Terlalu panjang."),
        ({"bank_holder": " "}, "Isi dulu bagian ini."),
    ],
)
def test_a_wrong_account_is_said_beside_its_field_and_kept(jaya: Clerk, changed: dict[str, str], said: str) -> None:
    page = jaya.send("/koperasi/profil/rekening", RULES | changed)
    assert (page.status, page.errors) == (422, [said])
    for name, typed in (RULES | changed).items():
        assert page.value(name) == typed
    assert count("bank_account_change") == 0


def test_who_is_no_manager_reads_only(jaya: Clerk) -> None:
    settlements.set_account(jaya.shop)
    write(
        lambda session: session.execute(
            update(Account).where(Account.id == jaya.shop.clerk.id).values(is_manager=False)
        )
    )
    page = jaya.see("/koperasi/profil/rekening")
    assert "bank_account" not in page.fields
    assert "0012345678" in page.words
    assert jaya.send("/koperasi/profil/rekening", RULES).status == 403
    assert count("bank_account_change") == 1
