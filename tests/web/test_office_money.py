"""The office's pages of what co-operatives are owed: read, approved by two, taken to the bank, noted, sent back."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import update

from ovop.accounts.bank_accounts import BankAccount
from ovop.accounts.models import Cooperative
from ovop.accounts.rules import Actor
from ovop.db import write
from ovop.settlement.rules import SettlementStatus
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market, sales, settlements
from tests.make.pages import Page
from tests.make.shares import refund
from tests.make.statements import recorded

EVIL = BankAccount("=HYPERLINK(1)", "0012345678", "@SUM(1)")


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def office(app: APIFlask) -> tuple[Actor, Actor]:
    return settlements.office()


@pytest.fixture
def browser(client: FlaskClient, office: tuple[Actor, Actor]) -> FlaskClient:
    """Bu Rina's."""
    accounts.sign_in(client, office[0])
    return client


def see(client: FlaskClient, path: str, status: int = 200) -> Page:
    page = Page(client.get(path))
    assert page.status == status, path
    assert len(set(page.ids)) == len(page.ids), f"{path}: doubled ids"
    return page


def owed(seller: market.Shop, clock: Clock, amount: int = 40_000) -> int:
    """The id of a statement of `amount`, drawn now, a week later."""
    settlements.by_card(seller, amount)
    clock.forward(days=7)
    (settlement_id,) = settlements.draw(seller)
    return settlement_id


def approve(client: FlaskClient, settlement_id: int) -> Page:
    """The button is pressed, with what stands on the page."""
    page = see(client, f"/dinas/uang/{settlement_id}")
    data = {name: page.value(name) or "" for name in ("bank", "number", "holder")}
    return Page(client.post(f"/dinas/uang/{settlement_id}/setujui", data=data, follow_redirects=True))


def test_nothing_is_owed_yet(browser: FlaskClient) -> None:
    page = see(browser, "/dinas/uang")
    assert page.all("figure") == ["Rp 0"]
    assert "Belum ada rekap" in page.words
    assert "Tidak ada yang perlu ditransfer" in see(browser, "/dinas/uang/transfer").words


def test_the_list_says_what_is_owed_and_where_it_stands(
    browser: FlaskClient, seller: market.Shop, clock: Clock, office: tuple[Actor, Actor]
) -> None:
    settlements.set_account(seller)
    settlement_id = owed(seller, clock)
    settlements.by_card(seller, 7_000)
    page = see(browser, "/dinas/uang")
    assert page.all("figure") == ["Rp 47.000"]
    assert "Perlu disetujui 1 rekap Rp 40.000" in page.words
    assert "Belum masuk rekap pesanan dari masa yang masih berjalan Rp 7.000" in page.words
    assert f"/dinas/uang/{settlement_id}" in page.links
    settlements.approve(settlement_id, office[0])
    settlements.approve(settlement_id, office[1])
    assert "Siap ditransfer 1 rekap Rp 40.000" in see(browser, "/dinas/uang").words
    assert "Belum ada rekap" in see(browser, "/dinas/uang?state=waiting").words
    assert f"/dinas/uang/{settlement_id}" in see(browser, "/dinas/uang?state=approved").links
    settlements.pay(settlement_id, office[0])
    page = see(browser, f"/dinas/uang?cooperative={seller.id}&state=paid")
    assert page.all("figure") == ["Rp 7.000"]
    assert f"/dinas/uang/{settlement_id}" in page.links
    assert market.broken() == []


def test_the_list_goes_on_in_pages(browser: FlaskClient, app: APIFlask, clock: Clock) -> None:
    sellers = [market.shop(f"koperasi-{number:02d}") for number in range(32)]
    for seller in sellers:
        settlements.booked(seller.id, 1000)
    clock.forward(days=7)
    ids = [settlements.draw(seller)[0] for seller in sellers]
    first = see(browser, "/dinas/uang")
    listed = [link for link in first.links if link.startswith("/dinas/uang/") and link.rsplit("/", 1)[1].isdigit()]
    assert len(listed) == 30
    (more,) = [link for link in first.links if "before=" in link]
    second = see(browser, more)
    assert {f"/dinas/uang/{found}" for found in ids[:2]} <= set(second.links)
    with recorded() as statements:
        browser.get("/dinas/uang")
    assert len(statements) <= 8


def test_a_statement_shows_what_it_is_made_of(browser: FlaskClient, seller: market.Shop, clock: Clock) -> None:
    lot = market.catch(seller, unit_price=40_000)
    cash = sales.sale(accounts.buyer(), seller, {lot: 1000})
    card = settlements.by_card(seller, 30_000)
    refund(card.number, 5_000)
    clock.forward(days=7)
    (settlement_id,) = settlements.draw(seller)
    page = see(browser, f"/dinas/uang/{settlement_id}")
    assert page.all("figure") == ["Rp 25.000"]
    for words in (
        "Penjualan Rp 70.000",
        "Dikembalikan ke pembeli −Rp 5.000",
        "Sudah diterima koperasi sendiri, tunai dan QRIS −Rp 40.000",
        "Ditransfer ke koperasi Rp 25.000",
        "2 pesanan",
        "Rekap 5–11 Jan 2026",
    ):
        assert words in page.words
    for order in (cash, card):
        assert f"/dinas/penjualan/pesanan/{order.number}" in page.links
    rows = page.all("tr")
    assert any(
        row.split() == [card.number, "25.000", "Sen", "5", "Jan", "Kartu", "contoh", "30.000", "−5.000"] for row in rows
    )
    assert "contoh.id" not in page.words


def test_orders_of_a_statement_go_on_in_pages(browser: FlaskClient, seller: market.Shop, clock: Clock) -> None:
    for number in range(55):
        settlements.booked(seller.id, 1000 + number)
    clock.forward(days=7)
    (settlement_id,) = settlements.draw(seller)
    # Without an order they are one line: the statement shows no more than it can say.
    assert len(see(browser, f"/dinas/uang/{settlement_id}").all("tr")) == 3


def test_two_people_approve_and_each_is_told_what_comes_next(
    browser: FlaskClient, seller: market.Shop, clock: Clock, office: tuple[Actor, Actor]
) -> None:
    settlements.set_account(seller)
    settlement_id = owed(seller, clock)
    page = see(browser, f"/dinas/uang/{settlement_id}")
    assert "Persetujuan pertama dari dua." in page.words
    assert "Transfer pertama ke koperasi ini." in page.words
    page = approve(browser, settlement_id)
    assert "Kamu menyetujui rekap ini." in page.words
    assert "Kamu sudah menyetujui. Perlu satu orang lain dari dinas." in page.words
    assert "bank" not in page.fields
    again = browser.post(
        f"/dinas/uang/{settlement_id}/setujui",
        data={"bank": "Bank Contoh", "number": "0012345678", "holder": "KUB Tengkurak"},
        follow_redirects=True,
    )
    assert "Kamu sudah menyetujui rekap ini. Perlu satu orang lain dari dinas." in Page(again).words
    accounts.sign_in(browser, office[1])
    page = approve(browser, settlement_id)
    assert "/dinas/uang/transfer" in page.links
    assert settlements.read(settlement_id).row.status is SettlementStatus.APPROVED


def test_without_an_account_the_page_says_so_and_offers_nothing_to_press(
    browser: FlaskClient, seller: market.Shop, clock: Clock
) -> None:
    settlement_id = owed(seller, clock)
    page = see(browser, f"/dinas/uang/{settlement_id}")
    assert "Koperasi ini belum mengisi rekeningnya" in page.words
    assert "bank" not in page.fields
    forced = browser.post(f"/dinas/uang/{settlement_id}/setujui", data={}, follow_redirects=True)
    assert "belum mengisi rekeningnya" in " ".join(Page(forced).all("banner"))
    assert settlements.read(settlement_id).row.status is SettlementStatus.DRAWN


def test_an_account_that_changed_since_the_last_payment_is_hard_to_miss(
    browser: FlaskClient, seller: market.Shop, clock: Clock, office: tuple[Actor, Actor]
) -> None:
    settlements.booked(seller.id, 1000)
    clock.forward(days=7)
    settlements.pay(settlements.approved(seller, *office), office[0])
    settlements.set_account(seller, BankAccount("Bank Lain", "99998888", "Siapa Saja"))
    settlement_id = owed(seller, clock)
    page = see(browser, f"/dinas/uang/{settlement_id}")
    (warning,) = page.all("banner")
    assert "Rekeningnya lain dari yang terakhir dibayar." in warning
    assert "Bank Contoh 0012345678, KUB Tengkurak" in warning
    assert "Rekening diisi Pak Jaya, " in page.words
    stale = {"bank": "Bank Contoh", "number": "0012345678", "holder": "KUB Tengkurak"}
    answer = browser.post(f"/dinas/uang/{settlement_id}/setujui", data=stale, follow_redirects=True)
    assert "Rekening koperasi baru saja berubah." in Page(answer).words
    approve(browser, settlement_id)
    settlements.approve(settlement_id, office[1])
    assert "Rekening baru" in see(browser, "/dinas/uang/transfer").all("tag")
    settlements.set_account(seller)
    assert "Rekening sudah diganti" in see(browser, "/dinas/uang/transfer").all("tag")
    assert "Sesudah disetujui, koperasi mengganti rekeningnya" in see(browser, f"/dinas/uang/{settlement_id}").words


def test_approvals_are_taken_back_with_a_reason(
    browser: FlaskClient, seller: market.Shop, clock: Clock, office: tuple[Actor, Actor]
) -> None:
    settlements.booked(seller.id, 1000)
    clock.forward(days=7)
    settlement_id = settlements.approved(seller, *office)
    refused = Page(browser.post(f"/dinas/uang/{settlement_id}/tarik", data={"reason": ""}))
    assert refused.status == 422
    assert refused.errors == ["Isi dulu bagian ini."]
    long = "x" * 201
    refused = Page(browser.post(f"/dinas/uang/{settlement_id}/tarik", data={"reason": long}))
    assert refused.errors == ["Terlalu panjang."]
    assert refused.value("reason") == long
    page = Page(browser.post(f"/dinas/uang/{settlement_id}/tarik", data={"reason": "Salah"}, follow_redirects=True))
    assert "Bu Rina: Persetujuan ditarik: Salah" in page.words
    assert settlements.read(settlement_id).row.status is SettlementStatus.DRAWN


def test_the_list_for_the_bank_runs_no_formula_and_keeps_zeros(
    browser: FlaskClient, seller: market.Shop, clock: Clock, office: tuple[Actor, Actor]
) -> None:
    settlements.set_account(seller, EVIL)
    write(lambda session: session.execute(update(Cooperative).values(name="+Koperasi")))
    settlement_id = owed(seller, clock)
    for actor in office:
        settlements.approve(settlement_id, actor)
    answer = browser.post("/dinas/uang/transfer/berkas", data={"ending": "csv"})
    text = answer.get_data().decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(text), delimiter=";")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="transfer-2026-01-12.csv"'
    assert head[:4] == ["Bank", "Nomor rekening", "Nama pemilik rekening", "Rupiah"]
    assert row == [
        "'=HYPERLINK(1)",
        "0012345678",
        "'@SUM(1)",
        "40000",
        f"PASAR IKAN REKAP {settlement_id} SD 11012026",
        "'+Koperasi",
        str(settlement_id),
    ]
    answer = browser.post("/dinas/uang/transfer/berkas", data={"ending": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data())).active
    assert [cell.value for cell in sheet[2]][:4] == ["=HYPERLINK(1)", "0012345678", "@SUM(1)", 40000]
    assert [cell.data_type for cell in sheet[2]][:4] == ["s", "s", "s", "n"]
    assert "Diunduh Bu Rina, Sen 12 Jan 09.00 WIB" in see(browser, "/dinas/uang/transfer").words


def test_what_the_bank_paid_is_noted_for_several_at_once(
    browser: FlaskClient, app: APIFlask, clock: Clock, office: tuple[Actor, Actor]
) -> None:
    sellers = [market.shop(f"koperasi-{number}") for number in range(3)]
    for seller in sellers:
        settlements.booked(seller.id, 1000)
    clock.forward(days=7)
    ids = [settlements.approved(seller, *office) for seller in sellers]
    page = see(browser, "/dinas/uang/transfer")
    assert "3 transfer Rp 3.000" in page.words
    assert all("checked" not in box for box in page.fields["settlements"])
    data = {"settlements": [str(found) for found in ids[:2]], "paid_on": "2026-01-12", "reference": ""}
    refused = Page(browser.post("/dinas/uang/transfer/bayar", data=data))
    assert (refused.status, refused.errors) == (422, ["Isi dulu bagian ini."])
    assert [("checked" in box) for box in refused.fields["settlements"]] == [True, True, False]
    for paid_on, said in (
        ("2026-01-13", "Tanggal itu belum tiba."),
        ("2026-01-09", "Tanggal itu sebelum masa rekapnya selesai."),
        ("kemarin", "Tulis tanggal lengkap, seperti 2026-01-31."),
    ):
        refused = Page(browser.post("/dinas/uang/transfer/bayar", data=data | {"reference": "T", "paid_on": paid_on}))
        assert (refused.errors, refused.value("reference")) == ([said], "T")
    nothing = Page(browser.post("/dinas/uang/transfer/bayar", data={"paid_on": "2026-01-12", "reference": "T"}))
    assert nothing.errors == ["Centang dulu paling sedikit satu."]
    data["reference"] = "TRF-1"
    for _twice in range(2):
        done = Page(browser.post("/dinas/uang/transfer/bayar", data=data, follow_redirects=True))
        assert done.status == 200
    assert "1 transfer Rp 1.000" in done.words
    assert count("ledger_entry") == 2 * 3 + 2 * 2
    other = Page(browser.post("/dinas/uang/transfer/bayar", data=data | {"reference": "TRF-2"}, follow_redirects=True))
    assert "Rekap ini sudah berubah" in other.words
    assert market.broken() == []


def test_what_the_bank_sends_back_is_noted_with_its_reason(
    browser: FlaskClient, seller: market.Shop, clock: Clock, office: tuple[Actor, Actor]
) -> None:
    settlements.by_card(seller, 40_000)
    clock.forward(days=7)
    settlement_id = settlements.approved(seller, *office)
    settlements.pay(settlement_id, office[0])
    assert "Ditransfer 12 Jan 2026, nomor TRF-1." in see(browser, f"/dinas/uang/{settlement_id}").words
    answer = browser.post(f"/dinas/uang/{settlement_id}/kembali", data={"reason": "Tutup"}, follow_redirects=True)
    page = Page(answer)
    assert "Bu Rina: Dikembalikan bank: Tutup" in page.words
    assert "Bank mengembalikan uangnya dari rekening yang sama ini." in page.words
    assert "Perlu disetujui 1 rekap Rp 40.000" in see(browser, "/dinas/uang").words
    assert market.broken() == []


def test_a_statement_is_the_same_on_the_page_in_its_files_and_in_both_languages(
    browser: FlaskClient, seller: market.Shop, clock: Clock
) -> None:
    orders = [settlements.by_card(seller, amount) for amount in (10_000, 20_000, 30_000)]
    clock.forward(days=7)
    (settlement_id,) = settlements.draw(seller)
    text = browser.get(f"/dinas/uang/{settlement_id}.csv").get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["Nomor pesanan"] for row in rows] == [*(order.number for order in orders), "Jumlah"]
    assert sum(int(row["Hak koperasi"]) for row in rows[:-1]) == int(rows[-1]["Hak koperasi"]) == 60_000
    english = browser.get(f"/en/dinas/uang/{settlement_id}.csv").get_data().decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(english), delimiter=","))) == len(rows) + 1
    pdf = browser.get(f"/dinas/uang/{settlement_id}.pdf")
    assert pdf.mimetype == "application/pdf"
    assert pdf.get_data() == browser.get(f"/dinas/uang/{settlement_id}.pdf").get_data()
    assert pdf.headers["Cache-Control"] == "no-store"
    page = see(browser, f"/en/dinas/uang/{settlement_id}")
    assert "Statement 5–11 Jan 2026" in page.words
    assert "Transferred to the co-operative Rp 60,000" in page.words


def test_what_is_not_there_is_not_found(browser: FlaskClient) -> None:
    for path in ("/dinas/uang/7", "/dinas/uang/7.pdf", "/dinas/uang/7.exe", "/dinas/uang?cooperative=7"):
        assert browser.get(path).status_code == 404, path
    for path in ("/dinas/uang?state=x&before=x&cooperative=x", "/dinas/uang?before=-1"):
        assert browser.get(path).status_code == 200, path
    for path in ("setujui", "tarik", "kembali"):
        assert browser.post(f"/dinas/uang/7/{path}", data={"reason": "x"}).status_code == 404


def test_who_may_write_nothing_here_changes_nothing(client: FlaskClient, seller: market.Shop, clock: Clock) -> None:
    settlements.set_account(seller)
    settlement_id = owed(seller, clock)
    accounts.sign_in(client, seller.clerk)
    for path in (f"{settlement_id}/setujui", f"{settlement_id}/kembali", "transfer/berkas", "transfer/bayar"):
        assert client.post(f"/dinas/uang/{path}").status_code == 403
    assert len(settlements.read(settlement_id).events) == 1
