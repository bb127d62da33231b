"""Putting a lot on sale, and writing down what is sold again and again."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select

from ovop.catalogue.models import Product
from ovop.db import db
from ovop.kernel import days
from ovop.outside.media import storage
from ovop.stock.models import Catch, CatchPhoto
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market
from tests.make.clerks import Clerk, clerk
from tests.make.pages import Page
from tests.outside.odd_pictures import BAD, held, quarters, saved


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


def sell(jaya: Clerk, **fields: object) -> Page:
    """The selling form is sent: a plain lot but for `fields`."""
    plain = {
        "key": "sell-1",
        "product": jaya.shop.product,
        "quantity": "25",
        "unit_price": "Rp 32.000",
        "when": "now",
        "keep": "auto",
    }
    return jaya.send("/koperasi/jual", plain | fields)


def photo(data: bytes, name: str = "hasil.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def lots() -> list[Catch]:
    db.session.rollback()
    return list(db.session.scalars(select(Catch).order_by(Catch.id)))


def test_product_number_and_price_are_enough(jaya: Clerk) -> None:
    answer = sell(jaya)
    (lot,) = lots()
    assert answer.location == f"/koperasi/jual?sold={lot.id}&product={jaya.shop.product}"
    assert (lot.available, lot.unit_price) == (25_000, 32_000)
    assert lot.landed_at == days.now()
    assert lot.best_before == days.now() + timedelta(days=2)  # shrimp on ice
    page = jaya.see(answer.location)
    assert "Udang windu 25 kg sudah dijual." in page.words
    assert {f"/koperasi/stok/{lot.id}", f"/koperasi/stok/{lot.id}/label"} <= set(page.links)
    assert market.broken() == []


def test_a_double_tap_makes_one_lot_also_a_second_later(jaya: Clerk, clock: Clock) -> None:
    first = sell(jaya)
    clock.forward(seconds=1)
    assert sell(jaya).location == first.location
    assert count("catch") == 1


def test_another_lot_under_the_same_key_is_asked_about_first(jaya: Clerk) -> None:
    sell(jaya)
    page = sell(jaya, quantity="30")
    assert page.status == 422
    assert "sudah dijual tadi" in page.words
    assert page.value("quantity") == "30"
    assert sell(jaya, quantity="30", key=page.value("key")).status == 302
    assert [lot.caught for lot in lots()] == [25_000, 30_000]


def test_the_next_lot_is_filled_in_as_the_last_one_with_the_market_beside_it(jaya: Clerk, clock: Clock) -> None:
    sell(jaya, gear="GTR", fishing_area="Laut Jawa", grade="A")
    lontar = market.shop("lontar", "36.04.13.2007")
    market.catch(lontar, unit_price=29_000)
    market.catch(lontar, unit_price=35_000)
    clock.forward(days=1)
    page = jaya.see("/koperasi/jual")
    assert page.value("unit_price") == "Rp 32.000"
    assert "Sama seperti Sen 5 Jan. Minggu ini di pasar: Rp 29.000 sampai Rp 35.000." in page.words
    assert (page.value("fishing_area"), page.value("grade")) == ("Laut Jawa", "A")
    clock.forward(days=7)
    assert "Minggu ini" not in jaya.see("/koperasi/jual").words


def test_what_was_sold_last_comes_first(jaya: Clerk, clock: Clock) -> None:
    crab = market.product(jaya.shop.id, "Rajungan", "SCD")
    market.product(jaya.shop.id, "Bandeng", "MIL")
    sell(jaya)
    clock.forward(hours=1)
    sell(jaya, product=crab, key="sell-2")
    assert jaya.see("/koperasi/jual").all("pick") == ["Rajungan Udang windu BandengProduk baru"]


@pytest.mark.parametrize(
    ("when", "landed_at", "hours"),
    [("now", "", 0), ("2", "", -2), ("other", "2026-01-05T05:30", -3.5), ("other", "2026-01-06T06:00", 21)],
)
def test_landing_is_now_a_while_ago_or_still_ahead(jaya: Clerk, when: str, landed_at: str, hours: float) -> None:
    answer = sell(jaya, when=when, landed_at=landed_at)
    (lot,) = lots()
    assert lot.landed_at == days.now() + timedelta(hours=hours)
    if hours > 0:
        assert "bisa dipesan untuk Sel 6 Jan 06.00 WIB" in jaya.see(answer.location or "").words


def test_best_before_is_the_rule_unless_somebody_says_otherwise(jaya: Clerk) -> None:
    sell(jaya, keep="other", best_before="2026-01-06T18:00")
    assert days.to_local(lots()[0].best_before).strftime("%d %H:%M") == "06 18:00"
    dried = market.product(jaya.shop.id, "Teri kering", "STO", form="dried")
    sell(jaya, product=dried, key="sell-2")
    assert lots()[1].best_before == days.now() + timedelta(days=30)


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("quantity", "", "Isi dulu bagian ini."),
        ("quantity", "-5", "Tulis beratnya seperti 1,5 kg atau 1.500 g."),
        ("quantity", "0", "Terlalu kecil."),
        ("quantity", "0,0001", "Paling kecil satu gram."),
        ("quantity", "100001", "Terlalu besar. Periksa lagi angkanya."),
        ("quantity", "banyak", "Tulis beratnya seperti 1,5 kg atau 1.500 g."),
        ("unit_price", "", "Isi dulu bagian ini."),
        ("unit_price", "0", "Terlalu kecil."),
        ("unit_price", "-32000", "Tulis rupiahnya dengan angka, seperti 32.000."),
        ("unit_price", "32,5", "Tulis rupiahnya dengan angka, seperti 32.000."),
        ("unit_price", "100.000.001", "Terlalu besar. Periksa lagi angkanya."),
        ("landing_price", "murah", "Tulis rupiahnya dengan angka, seperti 32.000."),
        ("grade", "A" * 41, "Terlalu panjang."),
        ("gear", "DYNAMITE", "Pilihan ini tidak ada."),
        ("fishing_area", "x" * 81, "Terlalu panjang."),
        ("note", "x" * 1001, "Terlalu panjang."),
        ("product", "", "Pilihan ini tidak ada."),
        ("product", "999999", "Pilihan ini tidak ada."),
        ("product", "9" * 30, "Pilihan ini tidak ada."),
        ("product", "satu", "Pilihan ini tidak ada."),
        ("when", "", "Isi dulu bagian ini."),
        ("when", "besok", "Isi dulu bagian ini."),
    ],
)
def test_what_cannot_be_comes_back_with_all_that_was_typed(jaya: Clerk, field: str, typed: str, says: str) -> None:
    page = sell(jaya, **{"grade": "A", "note": "dari tambak", field: typed})
    assert page.status == 422
    assert page.errors == [says]
    assert count("catch") == 0
    if field in ("quantity", "unit_price", "landing_price", "grade", "fishing_area"):
        assert page.value(field) == typed
    if field != "unit_price":
        assert page.value("unit_price") == "Rp 32.000"
    if field != "note":
        assert "dari tambak" in page.words


@pytest.mark.parametrize(
    ("landed_at", "best_before", "says"),
    [
        ("2026-01-05T08:00", "2026-01-05T07:00", "Harus sesudah waktu didaratkan."),
        ("2026-01-01T08:00", "2026-01-04T08:00", "Waktunya sudah lewat."),
        ("2026-01-05T08:00", "2029-01-05T08:00", "Terlalu besar. Periksa lagi angkanya."),
        ("2024-12-01T08:00", "2026-01-08T08:00", "Waktunya sudah lewat."),
        ("2026-02-20T08:00", "2026-02-22T08:00", "Terlalu besar. Periksa lagi angkanya."),
        ("kemarin", "2026-01-08T08:00", "Tulis tanggal dan jamnya dengan lengkap."),
        ("9999-12-31T23:59", "2026-01-08T08:00", "Tulis tanggal dan jamnya dengan lengkap."),
        ("2026-01-05T08:00", "", "Isi dulu bagian ini."),
        ("2026-01-05T08:00+99:99", "2026-01-08T08:00", "Tulis tanggal dan jamnya dengan lengkap."),
    ],
)
def test_times_that_cannot_be_are_said_beside_them(jaya: Clerk, landed_at: str, best_before: str, says: str) -> None:
    page = sell(jaya, when="other", landed_at=landed_at, keep="other", best_before=best_before)
    assert page.status == 422
    assert says in page.errors
    assert (page.value("landed_at"), page.value("best_before")) == (landed_at, best_before)
    assert count("catch") == 0


def test_an_amount_far_from_the_usual_is_asked_about(jaya: Clerk) -> None:
    sell(jaya)
    page = sell(jaya, quantity="25000", key="sell-2")
    assert page.errors == ["25.000 kg jauh dari biasanya, 25 kg. Maksudmu 25 kg?"]
    assert page.value("quantity") == "25000"
    assert sell(jaya, quantity="25000", key="sell-2", meant_quantity="25000").status == 302
    assert lots()[1].caught == 25_000


def test_an_amount_far_from_the_usual_may_be_meant(jaya: Clerk) -> None:
    sell(jaya)
    assert sell(jaya, quantity="2500", key="sell-2", sure_quantity="2500000").status == 302
    assert sell(jaya, quantity="2600", key="sell-3", sure_quantity="2500000").status == 422  # said of another number


def test_a_price_without_its_thousands_is_asked_about_even_the_first_time(jaya: Clerk) -> None:
    lontar = market.shop("lontar", "36.04.13.2007")
    market.catch(lontar, unit_price=33_000)
    page = sell(jaya, unit_price="32")
    assert page.errors == ["Rp 32 jauh dari biasanya, Rp 33.000. Maksudmu Rp 32.000?"]
    assert count("catch") == 1


def test_without_script_another_products_price_is_not_taken_over(jaya: Clerk) -> None:
    sell(jaya)
    packs = market.product(jaya.shop.id, "Sate bandeng", "MIL", "count", "pack", "processed")
    market.catch(jaya.shop, 40, 45_000, product=packs)
    page = sell(jaya, product=packs, quantity="20", key="sell-2", price_for=jaya.shop.product)
    assert page.status == 422
    assert page.value("unit_price") == "Rp 45.000"
    assert page.value("quantity") == "20"
    assert "Kapan dibuat?" in page.all("legend")
    assert count("catch") == 2


def test_without_script_the_form_can_be_filled_in_for_another_product(jaya: Clerk) -> None:
    packs = market.product(jaya.shop.id, "Sate bandeng", "MIL", "count", "pack", "processed")
    market.catch(jaya.shop, 40, 45_000, product=packs)
    page = sell(jaya, product=packs, quantity="20", choose="1")
    assert page.status == 200
    assert (page.value("unit_price"), page.value("quantity")) == ("Rp 45.000", "20")
    assert count("catch") == 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_upright_and_silent_however_the_phone_was_held(jaya: Clerk, orientation: int) -> None:
    sell(jaya, photo=photo(held(orientation)))
    kept = db.session.scalars(select(CatchPhoto)).one()
    assert (kept.width, kept.height) == (640, 480)
    for name in ("640.jpg", "320.webp"):
        data = storage().get(f"{kept.key}/{name}")
        assert b"RAHASIA" not in data.upper()
    page = jaya.see(f"/koperasi/stok/{lots()[0].id}")
    assert f"/media/{kept.key}/640.jpg" in jaya.client.get(f"/koperasi/stok/{lots()[0].id}").get_data(as_text=True)
    assert "Foto" in page.all("h2")


@pytest.mark.parametrize("name", sorted(BAD))
def test_what_is_no_photo_is_refused_and_nothing_is_sold(jaya: Clerk, name: str) -> None:
    data, _why = BAD[name]
    page = sell(jaya, photo=photo(data()))
    assert page.status == 422
    assert len(page.errors) == 1
    assert page.value("quantity") == "25"
    assert count("catch") == 0


def test_a_photo_is_not_taken_again_when_the_form_comes_back(jaya: Clerk) -> None:
    page = sell(jaya, quantity="", photo=photo(saved(quarters())))
    kept = page.value("kept_photo")
    assert kept
    assert "Tersimpan" in page.words
    assert sell(jaya, kept_photo=kept).status == 302
    assert count("catch_photo") == 1


def test_a_kept_photo_is_its_takers_and_for_one_day(jaya: Clerk, client: FlaskClient) -> None:
    kept = sell(jaya, quantity="", photo=photo(saved(quarters()))).value("kept_photo") or ""
    sell(jaya, kept_photo=kept + "x")
    assert (count("catch"), count("catch_photo")) == (1, 0)
    lontar = clerk(client, "lontar", village="36.04.13.2007")
    sell(lontar, kept_photo=kept)
    assert (count("catch"), count("catch_photo")) == (2, 0)


def test_a_full_disk_costs_the_photo_and_not_what_was_typed(jaya: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    media = current_app.extensions["ovop_media"]
    nowhere = Path(current_app.instance_path) / "secret_key" / "below-a-file"
    monkeypatch.setattr(media, "root", nowhere)
    page = sell(jaya, photo=photo(saved(quarters())))
    assert (page.status, page.value("quantity")) == (422, "25")
    assert "belum bisa disimpan" in page.errors[0]
    assert count("catch") == 0


def test_a_lot_is_taken_back_with_one_tap(jaya: Clerk) -> None:
    page = jaya.see(sell(jaya).location or "")
    assert page.html.count("/koperasi/urungkan/") == 1
    assert jaya.undo().location == f"/koperasi/jual?product={jaya.shop.product}"
    (lot,) = lots()
    assert (lot.is_withdrawn, lot.caught, lot.lost) == (True, 0, 0)
    assert "Udang windu" not in jaya.see("/koperasi/stok?shelf=ended").all("b")
    assert jaya.see("/koperasi/jual").value("unit_price") == ""  # what never was is no habit
    assert market.broken() == []


def test_a_co_operative_without_products_is_led_to_its_first(client: FlaskClient) -> None:
    cooperative = accounts.cooperative("lontar", "Koperasi Lontar", "36.04.13.2007")
    accounts.sign_in(client, accounts.member(cooperative))
    page = Page(client.get("/koperasi/jual"))
    assert "/koperasi/produk/baru" in page.links
    assert client.post("/koperasi/jual", data={"product": "1", "quantity": "1"}).status_code == 200
    assert count("catch") == 0


def test_without_a_point_the_clerk_is_told_that_nobody_can_order(client: FlaskClient) -> None:
    cooperative = accounts.cooperative("lontar", "Koperasi Lontar", "36.04.13.2007")
    market.product(cooperative)
    accounts.sign_in(client, accounts.member(cooperative))
    assert "Belum ada titik ambil" in Page(client.get("/koperasi/jual")).words


# Products

PRODUCT = {"key": "product-1", "species": "MIL", "form": "fresh", "unit": "kg", "name": "", "description": ""}


def products() -> list[Product]:
    db.session.rollback()
    return list(db.session.scalars(select(Product).order_by(Product.id)))


@pytest.mark.parametrize("words", ["bandeng", "milkfish", "chanos", "Banadeng", "MIL"])
def test_a_species_is_found_by_any_of_its_names(jaya: Clerk, words: str) -> None:
    page = jaya.send("/koperasi/produk/baru", {**PRODUCT, "species": "", "species_words": words, "find": "1"})
    assert page.status == 200
    assert "MIL" in page.options("species")
    assert count("product") == 1


def test_a_product_is_written_down_once_and_chosen_for_selling(jaya: Clerk) -> None:
    answer = jaya.send("/koperasi/produk/baru", PRODUCT)
    again = jaya.send("/koperasi/produk/baru", PRODUCT)
    made = products()[1]
    assert answer.location == again.location == f"/koperasi/jual?product={made.id}"
    assert (made.name, made.measure, made.unit) == ("Bandeng", "weight", "kg")
    assert count("product") == 2
    assert jaya.see(answer.location or "").chosen("product") == str(made.id)


def test_words_that_mean_one_species_need_no_tap(jaya: Clerk) -> None:
    jaya.send(
        "/koperasi/produk/baru", {**PRODUCT, "species": "", "species_words": "Chanos chanos", "name": "Bandeng super"}
    )
    assert products()[1].species_code == "MIL"


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"species": ""}, "species_words"),
        ({"species": "XXX"}, "species_words"),
        ({"species": "", "species_words": "ikan"}, "species_words"),
        ({"species": "", "species_words": "zzzz"}, "species_words"),
        ({"form": ""}, "form"),
        ({"form": "raw"}, "form"),
        ({"unit": "ton"}, "unit"),
        ({"name": "x" * 81}, "name"),
        ({"description": "x" * 2001}, "description"),
        ({"key": ""}, None),
    ],
)
def test_a_product_that_cannot_be_comes_back(jaya: Clerk, change: dict[str, str], wrong: str | None) -> None:
    page = jaya.send("/koperasi/produk/baru", {**PRODUCT, "name": "Bandeng", **change})
    assert page.status == 422
    assert count("product") == 1
    if wrong is not None:
        assert len(page.errors) == 1
        assert f"{wrong}-error" in page.ids
    if "name" not in change:
        assert page.value("name") == "Bandeng"


def test_a_product_keeps_its_kind_and_changes_its_name(jaya: Clerk) -> None:
    path = f"/koperasi/produk/{jaya.shop.product}"
    lot = market.catch(jaya.shop)
    assert jaya.send(path, {"name": "Udang pancet", "description": "", "species": "MIL"}).location == path
    assert (products()[0].name, products()[0].species_code) == ("Udang pancet", "GIT")
    assert db.session.get_one(Catch, lot).name == "Udang windu"
    page = jaya.send(path, {"name": "", "description": "keterangan"})
    assert (page.status, page.errors) == (422, ["Isi dulu bagian ini."])
    assert "keterangan" in page.words


def test_a_product_that_is_put_away_is_not_offered_for_selling(jaya: Clerk) -> None:
    jaya.send(f"/koperasi/produk/{jaya.shop.product}/pakai", {"active": "0"})
    assert "Daftarkan dulu produknya" in jaya.see("/koperasi/jual").words
    assert "Disimpan" in jaya.see("/koperasi/produk").words
    jaya.send(f"/koperasi/produk/{jaya.shop.product}/pakai", {"active": "1"})
    assert jaya.see("/koperasi/jual").chosen("product") == str(jaya.shop.product)
