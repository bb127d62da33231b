"""A village's own figures: brought as a table, all or nothing, apart from the market's, and withdrawn with a reason."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ovop.kernel import days
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market
from tests.make.sales import sale

VILLAGE = accounts.TENGKURAK
GOOD = (
    "Bulan;Jenis;Bentuk;Kilogram;Buah;Rupiah\n2024-03;Bandeng;segar;1.250,5;;37.500.000\nApril 2024;mil;;10;;300000\n"
)


@pytest.fixture
def office(app: APIFlask, client: FlaskClient) -> FlaskClient:
    accounts.sign_in(client, accounts.official())
    return client


def send(client: FlaskClient, data: bytes, village: str = VILLAGE, source: str = "Buku kas KUB") -> TestResponse:
    files = {"village": village, "source": source, "file": (io.BytesIO(data), "laporan.csv")}
    return client.post("/dinas/laporan-desa", data=files, content_type="multipart/form-data")


def shown(client: FlaskClient, address: str = "/dinas/laporan-desa") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True).replace("\N{NO-BREAK SPACE}", " ")


def test_figures_are_kept_apart_unless_asked_for_together(office: FlaskClient, clock: Clock) -> None:
    seller, buyer = market.shop(), accounts.buyer()
    sale(buyer, seller, {market.catch(seller, unit_price=40_000): 2000})
    assert send(office, GOOD.encode()).status_code == 302
    page = shown(office)
    assert "37.800.000" in page
    assert "80.000" in page
    assert "Buku kas KUB" in page
    assert "37.800.000" not in shown(office, "/dinas/penjualan?from=2024-01-01&to=2026-01-31")
    assert market.broken() == []


def test_a_workbook_is_read_as_a_csv_is(office: FlaskClient) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Bulan", "Jenis", "Kg", "Rupiah"])
    book.active.append([days.today() - timedelta(days=400), "Bandeng", 12.5, 400_000])
    file = io.BytesIO()
    book.save(file)
    assert send(office, file.getvalue()).status_code == 302
    assert count("reported_sale") == 1


def test_the_example_can_be_filled_in_and_sent(office: FlaskClient) -> None:
    for ending in ("csv", "xlsx"):
        example = office.get(f"/dinas/laporan-desa/contoh.{ending}").get_data()
        assert send(office, example).status_code == 302
        office.post(f"/dinas/laporan-desa/{count('reported_batch')}/tarik", data={"reason": "contoh"})
    assert count("reported_sale") == 4


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "Isi dulu bagian ini"),
        (b"\0\1\2", "bukan tabel"),
        (b"PK\3\4 not a workbook", "bukan tabel"),
        (b"x" * 5_000_001, "terlalu besar"),
        (b"a;b\n" * 20_002, "terlalu besar"),
        (b"Bulan;Jenis;Kg;Rupiah\n2024-03;Naga;1;1", "Baris 2, Jenis: jenis ini tidak dikenal"),
        (b"Bulan;Jenis;Kg;Rupiah\n2026-01;Bandeng;1;1", "sudah berjualan di pasar sejak bulan itu"),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_is_kept(office: FlaskClient, data: bytes, says: str) -> None:
    seller = market.shop()
    sale(accounts.buyer(), seller, {market.catch(seller): 1000})
    answer = send(office, data)
    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)
    assert "Buku kas KUB" in answer.get_data(as_text=True)
    assert count("reported_batch") == 0


def test_village_and_source_are_needed(office: FlaskClient) -> None:
    assert send(office, GOOD.encode(), village="").status_code == 422
    assert send(office, GOOD.encode(), village="36.04.99.9999").status_code == 422
    assert send(office, GOOD.encode(), source=" ").status_code == 422
    assert count("reported_batch") == 0


def test_a_figure_counts_once_until_its_file_is_withdrawn(office: FlaskClient) -> None:
    send(office, GOOD.encode())
    again = send(office, GOOD.encode())
    assert again.status_code == 422
    assert "Baris 2, Bulan: sudah dilaporkan di berkas lain" in again.get_data(as_text=True)
    assert office.post("/dinas/laporan-desa/1/tarik", data={"reason": ""}).status_code == 422
    for _twice in range(2):
        assert office.post("/dinas/laporan-desa/1/tarik", data={"reason": "salah tahun"}).status_code == 302
    assert office.post("/dinas/laporan-desa/99/tarik", data={"reason": "x"}).status_code == 404
    assert "salah tahun" in shown(office)
    assert send(office, GOOD.encode()).status_code == 302
    assert market.broken() == []
