"""The public prices, the open files and the office's page of moves, held against each other."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.kernel import days
from ovop.prices.flows import count_due
from ovop.web.shop.open_data import DATASETS
from tests.conftest import Clock
from tests.make import accounts, market
from tests.make.sales import LONTAR, sale


@pytest.fixture
def weeks(app: APIFlask, clock: Clock) -> None:
    """Three co-operatives sold in two weeks that are over; one more sold something else."""
    siti = accounts.buyer("siti@contoh.id", "Siti Rahasia")
    shops = [market.shop(), market.shop("lontar", LONTAR), market.shop("tengkurak-2")]
    for after, prices in ((0, (30_000, 32_000, 40_000)), (7, (36_000, 40_000, 44_000))):
        for shop, price in zip(shops, prices, strict=True):
            at = days.now() + timedelta(days=after)
            sale(siti, shop, {market.catch(shop, unit_price=price): 2000}, at=at)
    dried = market.product(shops[0].id, "Bandeng kering", "MIL", "weight", "kg", "dried")
    sale(siti, shops[0], {market.catch(shops[0], product=dried, unit_price=77_000): 1000})
    clock.forward(days=35)
    count_due(days.now())


def shown(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True).replace("\N{NO-BREAK SPACE}", " ")


def rows_of(client: FlaskClient, name: str) -> list[dict[str, str]]:
    text = client.get(f"/data/{name}.csv").get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_last_prices_are_told(client: FlaskClient, weeks: None) -> None:
    page = shown(client, "/harga")
    assert "Januari 2026" in page
    assert "Rp 38.000" in page
    assert "Bandeng kering" not in page
    detail = shown(client, "/harga/GIT/fresh")
    assert "36.000" in detail
    assert client.get("/harga/MIL/dried").status_code == 404
    assert client.get("/harga/xxx/fresh").status_code == 404
    assert client.get("/harga/GIT/nothing").status_code == 404


def test_a_market_without_sales_says_so(client: FlaskClient) -> None:
    assert "Belum ada harga" in shown(client, "/harga")


@pytest.mark.parametrize("language", ["", "/en"])
def test_every_file_is_as_its_dictionary_says_in_both_shapes_and_languages(
    client: FlaskClient, weeks: None, language: str
) -> None:
    page = shown(client, f"{language}/data")
    for name, dataset in DATASETS.items():
        fields = [field.name for field in dataset.fields]
        assert all(field in page for field in fields)
        rows = rows_of(client, name)
        assert rows
        assert list(rows[0]) == fields
        told = client.get(f"{language}/data/{name}.json").get_json()["rows"]
        assert [{key: "" if value is None else str(value) for key, value in row.items()} for row in told] == rows


def test_nothing_of_fewer_than_three_cooperatives_and_nobody_is_in_any_file(client: FlaskClient, weeks: None) -> None:
    for name in DATASETS:
        text = client.get(f"/data/{name}.csv").get_data(as_text=True)
        assert "dried" not in text
        assert "77000" not in text
        assert "Rahasia" not in text
    assert {row["first_day"] for row in rows_of(client, "harga-mingguan")} == {"2026-01-05", "2026-01-12"}


def test_machines_find_every_file_in_the_catalogue(client: FlaskClient, weeks: None) -> None:
    answer = client.get("/data/katalog.json")
    assert answer.mimetype == "application/ld+json"
    catalogue = answer.get_json()
    found = [
        shape["dcat:downloadURL"]["@id"]
        for dataset in catalogue["dcat:dataset"]
        for shape in dataset["dcat:distribution"]
    ]
    assert len(found) == 2 * len(DATASETS)
    for address in found:
        assert client.get("/data/" + address.partition("/data/")[2]).status_code == 200
    assert client.get("/data/nothing.csv").status_code == 404


def test_moves_are_of_the_last_two_weeks_that_are_over(app: APIFlask, client: FlaskClient, clock: Clock) -> None:
    siti, shop = accounts.buyer(), market.shop()
    for after, price in ((0, 30_000), (7, 37_500)):
        sale(siti, shop, {market.catch(shop, unit_price=price): 2000}, at=days.now() + timedelta(days=after))
    clock.forward(days=15)
    count_due(days.now())
    accounts.sign_in(client, accounts.official())
    page = shown(client, "/dinas/harga")
    assert "+25" in page
    assert "from=2026-01-12" in page
    assert "from=2026-01-05" in page
    assert "Tidak ada yang bergerak sejauh itu" in shown(client, "/dinas/harga?least=30")
    orders = shown(client, "/dinas/penjualan/pesanan?from=2026-01-12&to=2026-01-18&species=GIT&form=fresh")
    assert "75.000" in orders
