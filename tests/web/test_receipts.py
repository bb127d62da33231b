"""Receipts on the screen and as files, for the buyer, the co-operative and the office."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.accounts.operations import change_cooperative
from ovop.accounts.rules import Actor
from ovop.db import write
from ovop.kernel import days
from ovop.ordering.receipts import receipt_code
from ovop.ordering.refunding import record_payout
from ovop.payment.rules import Method
from tests.conftest import Clock
from tests.make import accounts, market, sales, shares
from tests.make.pages import Page

SIZES = ("a5", "80", "58")


@pytest.fixture
def buyer(app: APIFlask) -> Actor:
    return accounts.buyer(name="Siti Nurjanah", phone="+6281234567890")


@pytest.fixture
def shop(app: APIFlask) -> market.Shop:
    return market.shop()


def see(client: FlaskClient, actor: Actor, path: str, status: int = 200) -> Page:
    accounts.sign_in(client, actor)
    page = Page(client.get(path))
    assert page.status == status, path
    return page


def file(client: FlaskClient, actor: Actor, path: str) -> bytes:
    accounts.sign_in(client, actor)
    response = client.get(path)
    assert response.status_code == 200
    assert response.mimetype == "application/pdf"
    assert response.headers["Cache-Control"] == "no-store"
    return response.data


def words_of(content: bytes, tmp_path: Path) -> str:
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("no pdftotext on this machine")
    (tmp_path / "nota.pdf").write_bytes(content)
    found = subprocess.run([reader, "-layout", str(tmp_path / "nota.pdf"), "-"], capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())


def test_a_buyer_reads_what_was_sold_and_how_it_was_paid(client: FlaskClient, shop: market.Shop, buyer: Actor) -> None:
    write(change_cooperative, shop.clerk, phone="0812 9999 1234")
    catch = market.catch(shop, unit_price=145_000)
    order = sales.sale(buyer, shop, {catch: 1_500}, weights={catch: 1_480})
    page = see(client, buyer, f"/pesanan/{order.number}/nota")
    for words in (
        f"Nota {receipt_code(shop.id, 1)}",
        "Koperasi Tengkurak",
        "Desa Tengkurak, Kecamatan Tirtayasa",
        "WhatsApp 0812-9999-1234",
        "Siti Nurjanah",
        "5 Jan 2026, 09.00 WIB",
        "Dermaga",
        "1,48 kg × Rp 145.000 / kg, pesan 1,5 kg",
        "Rp 214.600",
        "Tunai",
        "PPN tidak dipungut",
        "0853-1111-1010",
    ):
        assert words in page.words, words
    assert "Uang kembali" not in page.words


def test_order_pages_lead_to_their_receipts(client: FlaskClient, shop: market.Shop, buyer: Actor) -> None:
    order = market.order(buyer, shop, {market.catch(shop): 1_000})
    office = accounts.official()
    assert "nota" not in see(client, buyer, f"/pesanan/{order.number}").html
    see(client, buyer, f"/pesanan/{order.number}/nota", 404)
    sales.collect(order, shop.clerk)
    for actor, path in (
        (buyer, f"/pesanan/{order.number}"),
        (shop.clerk, f"/koperasi/pesanan/{order.number}"),
        (office, f"/dinas/penjualan/pesanan/{order.number}"),
    ):
        assert f'href="{path}/nota"' in see(client, actor, path).html
        page = see(client, actor, f"{path}/nota")
        for size in SIZES:
            assert f'href="{path}/nota.pdf?ukuran={size}"' in page.html


def test_the_office_learns_nothing_of_who_bought(
    client: FlaskClient, shop: market.Shop, buyer: Actor, tmp_path: Path
) -> None:
    number = sales.sale(buyer, shop, {market.catch(shop): 1_000}).number
    path, office = f"/dinas/penjualan/pesanan/{number}/nota", accounts.official()
    page = see(client, office, path)
    assert "Rp 37.500" in page.words
    written = words_of(file(client, office, f"{path}.pdf"), tmp_path)
    for text in (page.html, written):
        for secret in ("Siti", "Nurjanah", "1234567890", "1234-5678", "siti@contoh.id"):
            assert secret not in text


def test_strangers_find_no_receipt(client: FlaskClient, shop: market.Shop, buyer: Actor) -> None:
    number = sales.sale(buyer, shop, {market.catch(shop): 1_000}).number
    other = market.shop("lontar", sales.LONTAR)
    for ending in ("", ".pdf"):
        for who, path, status in (
            (accounts.buyer(f"lain{ending}@contoh.id"), f"/pesanan/{number}/nota{ending}", 404),
            (other.clerk, f"/koperasi/pesanan/{number}/nota{ending}", 404),
            (buyer, f"/koperasi/pesanan/{number}/nota{ending}", 403),
            (buyer, f"/dinas/penjualan/pesanan/{number}/nota{ending}", 403),
        ):
            assert "37.500" not in see(client, who, path, status).html


def test_a_taxable_firm_shows_the_tax_in_its_prices(client: FlaskClient, shop: market.Shop, buyer: Actor) -> None:
    shares.taxable(shop, 1100)
    number = sales.sale(buyer, shop, {market.catch(shop, unit_price=100_000): 1_000}).number
    page = see(client, buyer, f"/pesanan/{number}/nota")
    assert "NPWP 01.234.567.8-901.000" in page.words
    assert "Termasuk PPN 11 % Rp 9.910" in page.words
    assert "tidak dipungut" not in page.words
    shares.refund(number, 25_000)
    assert "Termasuk PPN 11 % Rp 7.432" in see(client, buyer, f"/pesanan/{number}/nota").words


def test_what_is_given_back_stands_below_the_sum(
    client: FlaskClient, shop: market.Shop, buyer: Actor, clock: Clock, tmp_path: Path
) -> None:
    number = sales.sale(buyer, shop, {market.catch(shop): 2_000}).number
    shares.refund(number, 10_000)
    path = f"/pesanan/{number}/nota"
    waiting = see(client, buyer, path)
    assert "Uang kembali −Rp 10.000 Disetujui 5 Jan 2026, 09.00 WIB. Menunggu pengembalian." in waiting.words
    clock.forward(hours=1)
    write(record_payout, number, "", shop.clerk, days.now())
    paid = see(client, buyer, path)
    assert "Sudah dikembalikan 5 Jan 2026, 10.00 WIB." in paid.words
    assert "Sesudah uang kembali Rp 65.000" in paid.words
    written = words_of(file(client, buyer, f"{path}.pdf"), tmp_path)
    assert "Sudah dikembalikan 5 Jan 2026, 10.00 WIB." in written
    assert "Rp 65.000" in written


def test_files_say_what_the_page_says_and_are_the_same_each_time(
    client: FlaskClient, shop: market.Shop, buyer: Actor, clock: Clock, tmp_path: Path
) -> None:
    number = sales.sale(buyer, shop, {market.catch(shop): 1_000}, method=Method.DEMO).number
    for size in SIZES:
        path = f"/pesanan/{number}/nota.pdf?ukuran={size}"
        first = file(client, buyer, path)
        clock.forward(minutes=1)
        assert file(client, buyer, path) == first
        written = words_of(first, tmp_path)
        for words in (receipt_code(shop.id, 1), "Koperasi Tengkurak", "Rp 37.500", "PPN tidak dipungut"):
            assert words in written


def test_it_speaks_english_where_it_is_asked_to(client: FlaskClient, shop: market.Shop, buyer: Actor) -> None:
    number = sales.sale(buyer, shop, {market.catch(shop): 1_000}).number
    page = see(client, buyer, f"/en/pesanan/{number}/nota")
    assert f"Receipt {receipt_code(shop.id, 1)}" in page.words
    assert "No VAT charged" in page.words


def test_a_buyer_takes_the_names_of_their_receipts_along(client: FlaskClient, shop: market.Shop, buyer: Actor) -> None:
    catch = market.catch(shop)
    numbered = sales.sale(buyer, shop, {catch: 1_000}).number
    waiting = market.order(buyer, shop, {catch: 500}).number
    accounts.sign_in(client, buyer)
    orders = json.loads(client.get("/akun/data.json").text)["orders"]
    assert {order["number"]: order["receipt"] for order in orders} == {
        numbered: receipt_code(shop.id, 1),
        waiting: None,
    }
