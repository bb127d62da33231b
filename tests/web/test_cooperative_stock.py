"""Lots: what is left, setting it right, photos, labels."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from ovop.outside.media import storage
from ovop.outside.models import OutboxJob
from ovop.stock.flows import clear_photo
from ovop.stock.models import Catch, CatchPhoto
from ovop.stock.operations import withdraw_catch
from ovop.stock.photos import CLEAR_PHOTO_JOB
from tests.conftest import Clock
from tests.databases import count
from tests.make import codes, market
from tests.make.clerks import Clerk, clerk
from tests.make.pages import Page
from tests.outside.odd_pictures import BAD, quarters, saved


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


def read(lot: int) -> Catch:
    db.session.rollback()
    return db.session.get_one(Catch, lot)


def parts(lot: int) -> tuple[int, int, int, int]:
    row = read(lot)
    return row.available, row.held, row.sold, row.lost


def change_stock(jaya: Clerk, lot: int, **fields: str) -> Page:
    plain = {"key": "stock-1", "direction": "less", "amount": "2", "reason": "rusak"}
    return jaya.send(f"/koperasi/stok/{lot}/stok", plain | fields)


def test_every_gram_of_a_lot_is_somewhere(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    jaya.order({lot: 1500})
    change_stock(jaya, lot)
    page = jaya.see(f"/koperasi/stok/{lot}")
    assert page.all("dd")[:4] == ["6,5 kg", "1,5 kg", "0", "2 kg"]
    assert "Dikurangi" in page.words
    assert "Pak Jaya: rusak" in page.words


def test_shelves_part_what_is_on_sale_from_what_has_ended(jaya: Clerk, clock: Clock) -> None:
    fresh, gone = market.catch(jaya.shop), market.catch(jaya.shop)
    write(withdraw_catch, gone, "rusak", jaya.shop.clerk, days.now())
    page = jaya.see("/koperasi/stok")
    assert "Dijual 1" in page.words
    assert f"/koperasi/stok/{fresh}" in page.links
    assert f"/koperasi/stok/{gone}" not in page.links
    assert f"/koperasi/stok/{gone}" in jaya.see("/koperasi/stok?shelf=ended").links
    clock.forward(days=3)
    assert "Selesai 2" in jaya.see("/koperasi/stok").words


def test_a_long_list_goes_on_where_it_stopped(jaya: Clerk) -> None:
    made = [market.catch(jaya.shop) for _ in range(31)]
    page = jaya.see("/koperasi/stok")
    assert f"/koperasi/stok?shelf=on_sale&before={made[1]}" in page.links
    assert f"/koperasi/stok/{made[0]}" in jaya.see(f"/koperasi/stok?shelf=on_sale&before={made[1]}").links
    jaya.see("/koperasi/stok?before=99999999999999999999&shelf=x")


def test_stock_moves_once_however_often_it_is_sent(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    assert change_stock(jaya, lot).location == f"/koperasi/stok/{lot}"
    change_stock(jaya, lot)
    assert parts(lot) == (8000, 0, 0, 2000)
    change_stock(jaya, lot, key="stock-2", direction="more", amount="1,5", reason="salah timbang")
    assert parts(lot) == (9500, 0, 0, 2000)
    assert market.broken() == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"direction": ""}, "Isi dulu bagian ini."),
        ({"direction": "up"}, "Isi dulu bagian ini."),
        ({"amount": ""}, "Isi dulu bagian ini."),
        ({"amount": "-2"}, "Tulis beratnya seperti 1,5 kg atau 1.500 g."),
        ({"amount": "0"}, "Terlalu kecil."),
        ({"amount": "2,00001"}, "Paling kecil satu gram."),
        ({"amount": "999999999"}, "Terlalu besar. Periksa lagi angkanya."),
        ({"amount": "10,5"}, "Yang belum dipesan tinggal 10 kg."),
        ({"reason": " "}, "Isi dulu bagian ini."),
        ({"key": ""}, None),
    ],
)
def test_a_change_that_cannot_be_comes_back_and_moves_nothing(
    jaya: Clerk, change: dict[str, str], says: str | None
) -> None:
    lot = market.catch(jaya.shop)
    page = change_stock(jaya, lot, **change)
    assert page.status == 422
    assert parts(lot) == (10_000, 0, 0, 0)
    if says is not None:
        assert page.errors == [says]
    if "amount" not in change:
        assert page.value("amount") == "2"


def test_more_than_fifty_times_the_lot_is_asked_about(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    page = change_stock(jaya, lot, direction="more", amount="1500", reason="salah catat")
    assert page.errors == ["1.500 kg jauh dari biasanya, 10 kg. Maksudmu 15 kg?"]
    change_stock(jaya, lot, direction="more", amount="1500", reason="salah catat", meant_amount="1500")
    assert parts(lot)[0] == 11_500


def test_price_and_note_change_while_orders_keep_theirs(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 1000})
    data = {"unit_price": "40.000", "best_before": "2026-01-06T12:00", "note": "sisa sedikit"}
    assert jaya.send(f"/koperasi/stok/{lot}", data).location == f"/koperasi/stok/{lot}"
    row = read(lot)
    assert (row.unit_price, row.note) == (40_000, "sisa sedikit")
    assert days.to_local(row.best_before).strftime("%H:%M") == "12:00"
    assert jaya.read(order.number).lines[0].unit_price == 37_500


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"unit_price": "gratis"}, "Tulis rupiahnya dengan angka, seperti 32.000."),
        ({"unit_price": ""}, "Isi dulu bagian ini."),
        ({"unit_price": "375"}, "Rp 375 jauh dari biasanya, Rp 37.500. Maksudmu Rp 37.500?"),
        ({"best_before": ""}, "Isi dulu bagian ini."),
        ({"best_before": "2026-01-05T08:00"}, "Harus sesudah waktu didaratkan."),
        ({"best_before": "2036-01-05T08:00"}, "Terlalu besar. Periksa lagi angkanya."),
        ({"note": "x" * 1001}, "Terlalu panjang."),
    ],
)
def test_a_lot_that_cannot_be_so_stays_as_it_was(jaya: Clerk, change: dict[str, str], says: str) -> None:
    lot = market.catch(jaya.shop)
    data = {"unit_price": "40.000", "best_before": "2026-01-06T12:00", "note": "baru", **change}
    page = jaya.send(f"/koperasi/stok/{lot}", data)
    assert (page.status, page.errors) == (422, [says])
    assert read(lot).unit_price == 37_500
    if "note" not in change:
        assert "baru" in page.words


def test_a_price_can_be_changed_after_its_lots_seconds_were_lost_in_the_field(jaya: Clerk, clock: Clock) -> None:
    clock.forward(seconds=42)
    lot = market.catch(jaya.shop)
    before = read(lot).best_before
    shown = jaya.see(f"/koperasi/stok/{lot}").value("best_before") or ""
    jaya.send(f"/koperasi/stok/{lot}", {"unit_price": "40.000", "best_before": shown, "note": ""})
    assert (read(lot).unit_price, read(lot).best_before) == (40_000, before)


def test_a_lot_is_withdrawn_for_a_reason_and_its_orders_stand(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    jaya.order({lot: 1500})
    page = jaya.send(f"/koperasi/stok/{lot}/tarik", {"reason": " "})
    assert (page.status, page.errors) == (422, ["Isi dulu bagian ini."])
    jaya.send(f"/koperasi/stok/{lot}/tarik", {"reason": "es habis"})
    jaya.send(f"/koperasi/stok/{lot}/tarik", {"reason": "es habis"})
    assert parts(lot) == (0, 1500, 0, 8500)
    assert "Tidak dijual lagi" in jaya.see(f"/koperasi/stok/{lot}").words
    assert market.broken() == []


def test_a_long_history_comes_in_parts(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    for number in range(31):
        change_stock(jaya, lot, key=f"stock-{number}", amount="1 g")
    page = jaya.see(f"/koperasi/stok/{lot}")
    older = next(link for link in page.links if "before=" in link)
    assert "Dicatat +10 kg" not in page.words
    assert "+10 kg" in jaya.see(older.partition("#")[0]).words


# Photos


def add_photo(jaya: Clerk, lot: int, data: bytes, key: str = "photo-1") -> Page:
    return jaya.send(f"/koperasi/stok/{lot}/foto", {"photo": (io.BytesIO(data), "hasil.jpg"), "key": key})


def photos() -> list[CatchPhoto]:
    db.session.rollback()
    return list(db.session.scalars(select(CatchPhoto).order_by(CatchPhoto.id)))


def do_jobs(clock: Clock) -> None:
    """Every clearing job that is due is done, as the worker would."""
    for job in db.session.scalars(select(OutboxJob).where(OutboxJob.kind == CLEAR_PHOTO_JOB)).all():
        if job.run_at <= clock.now:
            clear_photo(job.payload, days.now())


def test_a_photo_taken_twice_is_added_once_and_its_spare_files_go(jaya: Clerk, clock: Clock) -> None:
    lot, before = market.catch(jaya.shop), set(storage().list_keys())
    data = saved(quarters())
    assert add_photo(jaya, lot, data).location == f"/koperasi/stok/{lot}#photos"
    add_photo(jaya, lot, data)
    (kept,) = photos()
    clock.forward(days=1, seconds=1)
    do_jobs(clock)
    assert {key.rpartition("/")[0] for key in set(storage().list_keys()) - before} == {kept.key}


def test_a_removed_photo_takes_all_its_files_along(jaya: Clerk, clock: Clock) -> None:
    lot = market.catch(jaya.shop)
    add_photo(jaya, lot, saved(quarters()))
    (kept,) = photos()
    key = kept.key
    jaya.send(f"/koperasi/stok/{lot}/foto/{kept.id}/hapus")
    do_jobs(clock)
    assert storage().get(f"{key}/640.webp")  # it can come back
    clock.forward(minutes=2)
    do_jobs(clock)
    assert photos() == []
    for name in ("640.webp", "640.jpg", "320.webp", "320.jpg"):
        with pytest.raises(NotFound):
            storage().get(f"{key}/{name}")


@pytest.mark.parametrize("name", ["text", "svg", "heic", "nothing"])
def test_what_is_no_photo_is_not_added(jaya: Clerk, name: str) -> None:
    lot = market.catch(jaya.shop)
    page = add_photo(jaya, lot, BAD[name][0]())
    assert (page.status, len(page.errors)) == (422, 1)
    assert photos() == []


def test_no_file_and_a_ninth_are_refused(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    assert jaya.send(f"/koperasi/stok/{lot}/foto", {"key": "photo-1"}).errors == ["Isi dulu bagian ini."]
    for number in range(8):
        add_photo(jaya, lot, saved(quarters(64, 48)), f"photo-{number}")
    assert "photo" not in jaya.see(f"/koperasi/stok/{lot}").fields
    assert add_photo(jaya, lot, saved(quarters(64, 48)), "photo-9").status == 422
    assert count("catch_photo") == 8


# Labels


@pytest.mark.parametrize(
    ("asked", "labels"),
    [
        ("", 8),
        ("?ukuran=21", 21),
        ("?ukuran=58", 1),
        ("?ukuran=21&jumlah=30", 30),
        ("?ukuran=58&jumlah=3", 3),
        ("?jumlah=0", 1),
        ("?jumlah=1000000", 105),
        ("?jumlah=x&ukuran=x", 8),
    ],
)
def test_a_label_leads_to_the_lots_public_page(jaya: Clerk, asked: str, labels: int) -> None:
    lot = market.catch(jaya.shop)
    page = jaya.see(f"/koperasi/stok/{lot}/label{asked}")
    address = f"http://localhost/t/{read(lot).lot_code}"
    assert address in page.words
    assert page.all("label-name") == ["Udang windu"] * labels
    assert codes.read_svg(page.html, f"QR menuju {address}") == address


def test_an_advance_sale_says_so(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop, landed_at=days.now() + timedelta(days=1))
    assert "Dijual di muka" in jaya.see(f"/koperasi/stok/{lot}").words
    assert "Di muka" in jaya.see("/koperasi/stok").words
