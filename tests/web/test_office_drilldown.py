"""Down from the regency to the orders: by product, hour, weekday, way of paying and flagship, as counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import insert, update

from ovop.catalogue.models import Flagship
from ovop.db import write
from ovop.kernel.days import to_local
from ovop.ordering.rows import OrderRow
from ovop.villages.models import Village
from tests.make import accounts, sales
from tests.make.fair import Fair
from tests.make.fair import fair as make_fair
from tests.make.sales import Sold, recount
from tests.web.test_office_figures import csv_rows, figure, text

YEAR = "from=2026-01-01&to=2026-12-31"


@pytest.fixture
def fair(app: APIFlask) -> Fair:
    return make_fair()


@pytest.fixture
def office(app: APIFlask, client: FlaskClient) -> FlaskClient:
    accounts.sign_in(client, accounts.official())
    return client


def local(order: OrderRow):
    assert order.collected_at is not None
    return to_local(order.collected_at)


BY: dict[str, Callable[[Sold], object]] = {
    "method": lambda sold: sold.order.method.value,
    "weekday": lambda sold: local(sold.order).isoweekday(),
    "hour": lambda sold: local(sold.order).hour,
}


@pytest.mark.parametrize("group", BY)
def test_each_way_of_telling_sales_apart_is_a_recount(office: FlaskClient, fair: Fair, group: str) -> None:
    *rows, total = csv_rows(office, f"/dinas/penjualan.csv?{YEAR}&group={group}")
    counted = {str(key): value for key, value in recount(fair.orders, BY[group]).items()}
    told = {
        row["Kode"]: tuple(int(row[name]) for name in ("Pesanan", "Pembeli", "Gram", "Buah", "Rupiah")) for row in rows
    }
    assert told == counted
    assert int(total["Rupiah"]) == sum(order.total for order in fair.orders)
    for code, (orders, _buyers, _grams, _pieces, rupiah) in counted.items():
        address = f"{YEAR}&{group}={code}"
        lines = csv_rows(office, f"/dinas/penjualan/pesanan.csv?{address}")
        assert (len({line["Nomor pesanan"] for line in lines}), sum(int(line["Rupiah"]) for line in lines)) == (
            orders,
            rupiah,
        )
        assert figure(text(office, f"/dinas/penjualan/pesanan?{address}")) == rupiah
        assert figure(text(office, f"/dinas/penjualan?{address}&group=species")) == rupiah


def test_the_flagship_counts_only_while_it_stood_for_its_village(office: FlaskClient, fair: Fair) -> None:
    first = fair.orders[0]

    def decide(session) -> None:
        values = {"village_code": sales.TENGKURAK, "product_id": fair.sellers[0].product}
        session.execute(
            insert(Flagship).values(values | {"decided_on": date(2026, 1, 1), "ended_on": date(2026, 1, 6)})
        )

    write(decide)
    prawns = sum(line.final_amount or 0 for line in first.lines if line.species_code == "GIT")
    rows = {row["Kode"]: int(row["Rupiah"]) for row in csv_rows(office, f"/dinas/penjualan.csv?{YEAR}&group=flagship")}
    everything = sum(order.total for order in fair.orders)
    assert rows == {"1": prawns, "0": everything - prawns, "": everything}
    assert figure(text(office, f"/dinas/penjualan/pesanan?{YEAR}&flagship=1")) == prawns
    assert figure(text(office, f"/dinas/penjualan?{YEAR}&flagship=1&group=village")) == prawns


def test_a_co_operative_opens_into_its_products_beside_the_market(office: FlaskClient, fair: Fair) -> None:
    for number in range(3):
        fair.sell(number, number, {1: (1000, 1000)}, fair.orders[0].collected_at)
    seller = fair.sellers[0]
    page = text(office, f"/dinas/penjualan?{YEAR}&cooperative={seller.id}&group=product")
    assert "Median pasar" in page
    assert "32.000" in page
    assert "tidak menyimpan tempat tinggal siapa pun" in page
    rows = csv_rows(office, f"/dinas/penjualan.csv?{YEAR}&cooperative={seller.id}&group=product")
    milkfish = next(row for row in rows if row["Produk"] == "Bandeng")
    assert int(milkfish["Median pasar per kg"]) == 32_000
    own = [order for order in fair.orders if order.cooperative_id == seller.id]
    assert int(milkfish["Rupiah"]) == sum(
        line.final_amount or 0 for order in own for line in order.lines if line.name == "Bandeng"
    )


def test_a_village_that_got_another_name_keeps_its_sales(office: FlaskClient, fair: Fair) -> None:
    before = figure(text(office, f"/dinas/penjualan?{YEAR}&village={sales.LONTAR}"))
    write(
        lambda session: session.execute(update(Village).where(Village.code == sales.LONTAR).values(name="Lontar Baru"))
    )
    page = text(office, f"/dinas/penjualan?{YEAR}&village={sales.LONTAR}")
    assert (figure(page), "Desa Lontar Baru" in page) == (before, True)


@pytest.mark.parametrize("wrong", ["hour=24", "weekday=9", "weekday=0", "flagship=2", "method=x", "product=0"])
def test_what_is_nowhere_is_nothing_or_left_out(office: FlaskClient, fair: Fair, wrong: str) -> None:
    for path in ("/dinas", "/dinas/penjualan", "/dinas/penjualan/pesanan", "/dinas/desa"):
        assert office.get(f"{path}?{YEAR}&{wrong}").status_code == 200
