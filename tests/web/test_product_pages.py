"""A product's label and photo: written down once, shown to buyers, warned of before a certificate ends."""

from __future__ import annotations

import io

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.catalogue.models import Product
from ovop.db import db
from ovop.outside.media import storage
from ovop.stock.models import Catch
from ovop.wiring import JOBS
from ovop.worker import Worker
from tests.conftest import Clock
from tests.make import market
from tests.make.clerks import Clerk, clerk
from tests.outside.odd_pictures import quarters, saved

LABEL = {
    "name": "Sate bandeng",
    "description": "Dibakar di atas arang.",
    "grades": "isi 1, isi 2",
    "storage": "chilled",
    "keep_at": "4",
    "net_grams": "250",
    "ingredients": "Bandeng, kelapa, telur",
    "allergens": ["egg", "soy"],
    "pirt": "P-IRT 2063604010001-27",
    "pirt_until": "2027-12-31",
    "halal": "ID36110000123450721",
    "halal_until": "2026-04-30",
}


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


@pytest.fixture
def satay(jaya: Clerk) -> int:
    return market.product(jaya.shop.id, "Sate bandeng", "MIL", "count", "pack", "processed")


def save(jaya: Clerk, product: int, **fields: object) -> object:
    return jaya.client.post(f"/koperasi/produk/{product}", data=LABEL | fields)


def row(product: int) -> Product:
    db.session.rollback()
    return db.session.get_one(Product, product, populate_existing=True)


def test_a_label_is_kept_as_written_and_shown_to_buyers(jaya: Clerk, satay: int, client: FlaskClient) -> None:
    catch = market.catch(jaya.shop, 40, 45_000, product=satay)
    save(jaya, satay)
    page = jaya.see(f"/koperasi/produk/{satay}")
    assert {name: page.value(name) for name in ("keep_at", "net_grams", "grades", "pirt", "halal_until")} == {
        "keep_at": "4",
        "net_grams": "250 g",
        "grades": "isi 1, isi 2",
        "pirt": "P-IRT 2063604010001-27",
        "halal_until": "2026-04-30",
    }
    assert page.chosen("storage") == "chilled"
    assert [field["value"] for field in page.fields["allergens"] if "checked" in field] == ["egg", "soy"]
    words = jaya.see(f"/hasil/{catch}").words
    for told in (
        "Isi bersih 250 g",
        "Simpan di Kulkas, paling hangat 4 °C",
        "Bahan Bandeng, kelapa, telur",
        "Mengandung alergen ikan, telur, kedelai",
        "P-IRT 2063604010001-27",
        "Sertifikat halal ID36110000123450721",
    ):
        assert told in words
    assert market.broken() == []


def test_a_certificate_that_ends_is_warned_of_before_and_hidden_after(jaya: Clerk, satay: int, clock: Clock) -> None:
    save(jaya, satay)
    assert "Perpanjang" not in jaya.see("/koperasi/produk").words
    clock.forward(days=60)  # 6 March: the halal certificate ends on 30 April
    words = "Sertifikat halal Sate bandeng habis 30 Apr 2026. Perpanjang dari sekarang."
    assert words in jaya.see("/koperasi").words
    assert words in jaya.see("/koperasi/produk").words
    assert words in jaya.see(f"/koperasi/produk/{satay}").words
    clock.forward(days=56)
    catch = market.catch(jaya.shop, 40, 45_000, product=satay)
    shop = jaya.see(f"/hasil/{catch}").words
    assert "ID36110000123450721" not in shop
    assert "P-IRT 2063604010001-27" in shop
    assert "tidak ditampilkan ke pembeli" in jaya.see("/koperasi/produk").words


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("keep_at", "hangat", "Tulis derajatnya dengan angka bulat, seperti 4 atau −18."),
        ("keep_at", "30", "Tidak cocok dengan pilihan yang lain."),
        ("net_grams", "banyak", "Tulis beratnya seperti 1,5 kg atau 1.500 g."),
        ("pirt", "P-IRT 12", "Nomor P-IRT paling sedikit 15 angka, seperti P-IRT 2063604000000-28."),
        ("pirt_until", "", "Isi dulu bagian ini."),
        ("pirt_until", "besok", "Tulis tanggal lengkap, seperti 2026-01-31."),
        ("pirt_until", "2040-01-01", "Terlalu besar. Periksa lagi angkanya."),
        ("halal", "12345", "Nomor sertifikat halal diawali ID lalu angka, seperti ID00110000000000001."),
        ("halal", "", "Isi dulu bagian ini."),
        ("grades", ",".join("abcdefghij"), "Sudah paling banyak. Hapus salah satu dulu."),
        ("name", " ", "Isi dulu bagian ini."),
    ],
)
def test_what_cannot_be_comes_back_beside_its_field(jaya: Clerk, satay: int, field: str, typed: str, says: str) -> None:
    page = jaya.send(f"/koperasi/produk/{satay}", LABEL | {field: typed})
    assert page.status == 422
    assert says in page.errors
    assert page.value(field) == typed
    assert "Bandeng, kelapa, telur" in page.words
    assert row(satay).pirt == ""


def test_changes_of_a_product_are_taken_back(jaya: Clerk, satay: int) -> None:
    before = {column.name: getattr(row(satay), column.name) for column in Product.__table__.columns}
    save(jaya, satay)
    assert "Sate bandeng sudah diubah." in jaya.see("/koperasi").words
    assert jaya.undo().location == f"/koperasi/produk/{satay}"
    jaya.send(f"/koperasi/produk/{satay}/pakai", {"active": "0"})
    assert not row(satay).is_active
    jaya.undo()
    assert {column.name: getattr(row(satay), column.name) for column in Product.__table__.columns} == before


def test_a_new_processed_product_is_led_to_its_label(jaya: Clerk) -> None:
    new = {"key": "p-1", "species": "MIL", "form": "processed", "unit": "pack", "name": "Bandeng presto"}
    made = jaya.send("/koperasi/produk/baru", new).location or ""
    assert made.startswith("/koperasi/produk/")
    words = jaya.see(made).words
    assert "Lengkapi labelnya" in words
    assert "Olahan wajib bersertifikat halal" in words
    assert "Tulis bahannya" in words


def test_a_grade_is_one_tap_where_the_product_is_sold(jaya: Clerk, satay: int) -> None:
    save(jaya, satay)
    form = {"key": "k", "product": satay, "quantity": "20", "unit_price": "45.000", "when": "now", "keep": "auto"}
    assert list(jaya.see(f"/koperasi/jual?product={satay}").options("grade_choice")) == ["isi 1", "isi 2", ""]
    jaya.send("/koperasi/jual", form | {"grade_choice": "isi 2", "grade": ""})
    page = jaya.see(f"/koperasi/jual?product={satay}")
    assert (page.chosen("grade_choice"), page.value("grade")) == ("isi 2", "")
    jaya.send("/koperasi/jual", form | {"key": "k-2", "grade": "campur"})
    page = jaya.see(f"/koperasi/jual?product={satay}")
    assert (page.chosen("grade_choice"), page.value("grade")) == (None, "campur")
    refused = jaya.send("/koperasi/jual", form | {"key": "k-3", "quantity": "", "grade_choice": "isi 1"})
    assert refused.chosen("grade_choice") == "isi 1"
    catch = db.session.query(Catch).order_by(Catch.id).first()
    assert catch is not None
    assert "Mutu isi 2" in jaya.see(f"/hasil/{catch.id}").words


def test_a_products_photo_stands_in_where_a_lot_has_none(jaya: Clerk, satay: int, clock: Clock) -> None:
    catch = market.catch(jaya.shop, 40, 45_000, product=satay)
    photo = {"photo": (io.BytesIO(saved(quarters())), "sate.jpg")}
    jaya.send(f"/koperasi/produk/{satay}/foto", photo)
    key = row(satay).photo_key
    assert key
    for path in (
        f"/hasil/{catch}",
        "/",
        f"/koperasi/produk/{satay}",
        "/koperasi/produk",
        "/koperasi",
        "/koperasi/jual",
    ):
        assert f"/media/{key}/" in jaya.see(path).html, path
    assert jaya.send(f"/koperasi/produk/{satay}/foto", {}).status == 422
    jaya.send(f"/koperasi/stok/{catch}/foto", {"key": "f-1", "photo": (io.BytesIO(saved(quarters(900))), "x.jpg")})
    assert f"/media/{key}/" not in jaya.see(f"/hasil/{catch}").html


def test_files_of_a_product_photo_go_when_it_cannot_come_back(
    app: APIFlask, jaya: Clerk, satay: int, clock: Clock
) -> None:
    jaya.send(f"/koperasi/produk/{satay}/foto", {"photo": (io.BytesIO(saved(quarters())), "sate.jpg")})
    key = row(satay).photo_key
    clock.forward(days=2)
    Worker(app, JOBS, []).drain()
    assert row(satay).photo_has_avif
    assert storage().get(f"{key}/640.jpg")
    jaya.send(f"/koperasi/produk/{satay}/foto", {"remove": "1"})
    jaya.undo()
    clock.forward(minutes=5)
    Worker(app, JOBS, []).drain()
    assert (row(satay).photo_key, row(satay).photo_has_avif) == (key, True)
    jaya.send(f"/koperasi/produk/{satay}/foto", {"remove": "1"})
    clock.forward(minutes=5)
    Worker(app, JOBS, []).drain()
    assert key not in {name.rpartition("/")[0] for name in storage().list_keys()}


def test_another_co_operatives_product_is_not_there(jaya: Clerk, satay: int) -> None:
    lontar = clerk(jaya.client, "lontar", village="36.04.13.2007")
    assert lontar.send(f"/koperasi/produk/{satay}", LABEL).status == 404
    assert lontar.send(f"/koperasi/produk/{satay}/foto", {"remove": "1"}).status == 404
