"""The pages of what is sold ahead: counting with a look before, and listings that stand every week."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from ovop.advance.reminding import send_reminder
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering.letters import send_letter
from ovop.ordering.rules import OrderStatus
from ovop.outside.models import OutboxJob
from ovop.pickup.operations import plan_day
from ovop.pickup.rules import DayPlan
from ovop.web.harvest_letters import compose_reminder
from ovop.web.letters import compose
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, advance, market
from tests.make.clerks import Clerk, clerk
from tests.make.pages import Page

FORM = {
    "weekdays": "5",
    "quantity": "60 kg",
    "unit_price": "32.000",
    "opens_days_before": "3",
    "lands_at": "05:00",
    "keeps": "2",
}


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


def three_orders(jaya: Clerk) -> tuple[int, list[str]]:
    """A planned lot of 10 kg, and orders of 4, 4 and 2 kg of it."""
    lot = advance.planned(jaya.shop)
    slot = advance.after(jaya.shop, lot)
    orders = [
        jaya.order({lot: amount}, accounts.buyer(f"pembeli{place}@contoh.id"), slot=slot).number
        for place, amount in enumerate((4_000, 4_000, 2_000))
    ]
    return lot, orders


def test_who_gets_what_is_shown_before_anything_happens(jaya: Clerk) -> None:
    lot, orders = three_orders(jaya)
    page = jaya.see("/koperasi/panen")
    assert "3 pesanan, dipesan 10 kg" in page.words
    looked = jaya.send(f"/koperasi/panen/{lot}", {"quantity": "6,5"})
    assert "Kalau hasilnya 6,5 kg" in looked.words
    assert "Dapat penuh 1 pesanan" in looked.words
    assert "Dapat 2,5 kg dari 4 kg" in looked.words
    assert "Tidak kebagian 1 pesanan" in looked.words
    assert advance.stock(lot) == (10_000, 0, 10_000, 0, 0), "only looked at"
    done = jaya.send(f"/koperasi/panen/{lot}", {"sure": looked.value("sure")})
    assert done.location == f"/koperasi/stok/{lot}"
    assert "1 pesanan dibatalkan karena tidak kebagian" in jaya.see(done.location).words
    assert [jaya.read(number).status for number in orders] == [
        OrderStatus.CONFIRMED,
        OrderStatus.CONFIRMED,
        OrderStatus.CANCELLED,
    ]
    jaya.send(f"/koperasi/panen/{lot}", {"sure": looked.value("sure")})
    assert count("harvest_count") == 1, "tapped twice it is counted once"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Isi dulu bagian ini."),
        ("banyak", "Tulis beratnya seperti 1,5 kg atau 1.500 g."),
        ("100001 kg", "Terlalu besar. Periksa lagi angkanya."),
    ],
)
def test_what_cannot_be_counted_stands_beside_the_field(jaya: Clerk, typed: str, says: str) -> None:
    lot = advance.planned(jaya.shop)
    page = jaya.send(f"/koperasi/panen/{lot}", {"quantity": typed})
    assert (page.status, page.errors, page.value("quantity")) == (422, [says], typed)


def test_nought_and_slips_are_asked_about(jaya: Clerk) -> None:
    lot, _orders = three_orders(jaya)
    assert "Jauh dari rencana 10 kg" in jaya.send(f"/koperasi/panen/{lot}", {"quantity": "0"}).words
    assert "Jauh dari rencana 10 kg" in jaya.send(f"/koperasi/panen/{lot}", {"quantity": "10 g"}).words


def test_an_ordinary_lot_has_nothing_to_count(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    assert jaya.send(f"/koperasi/panen/{lot}", {"sure": "5000"}).location == f"/koperasi/stok/{lot}"
    assert "Tidak ada yang dihitung." in jaya.see(f"/koperasi/stok/{lot}").words


def test_a_part_is_told_on_the_order_on_the_scale_and_in_a_letter(jaya: Clerk) -> None:
    lot, orders = three_orders(jaya)
    jaya.send(f"/koperasi/panen/{lot}", {"sure": "6500"})
    assert "Bagiannya 2,5 kg dari 4 kg" in jaya.see(f"/koperasi/pesanan/{orders[1]}/timbang").words
    over = jaya.send(f"/koperasi/pesanan/{orders[1]}/timbang", {f"weight_{lot}": "3 kg"})
    assert over.errors == [
        "Paling banyak 2,75 kg: pembeli tidak pernah membayar lebih. Kurangi isinya, lalu timbang lagi."
    ]
    assert "Pesan 4 kg, bagiannya 2,5 kg" in jaya.see(f"/koperasi/pesanan/{orders[1]}").words
    assert mails()[-2:] == [f"Panennya sudah dihitung: pesanan {orders[1]}", f"Pesanan {orders[2]} dibatalkan"]


def test_the_buyer_reads_it_on_the_order(client: FlaskClient, jaya: Clerk) -> None:
    lot, _orders = three_orders(jaya)
    buyer = accounts.buyer("lain@contoh.id")
    jaya.send(f"/koperasi/panen/{lot}", {"sure": "14000"})
    number = market.order(buyer, jaya.shop, {lot: 4_000}, slot=advance.after(jaya.shop, lot)).number
    stale = jaya.send(f"/koperasi/panen/{lot}", {"sure": "12500"})
    assert "Kalau hasilnya 12,5 kg" in stale.words, "counted otherwise meanwhile: looked at again"
    jaya.send(f"/koperasi/panen/{lot}", {"sure": "12500", "counts": stale.value("counts")})
    accounts.sign_in(client, buyer)
    page = Page(client.get(f"/pesanan/{number}"))
    assert "Pesan 4 kg Kebagian 2,5 kg" in page.words
    assert "Kira-kira Rp 75.000 yang kamu bayar, dan boleh batal tanpa biaya." in page.words


def mails() -> list[str]:
    """Subjects of the mails that the letters in the outbox become."""
    db.session.rollback()
    for job in db.session.query(OutboxJob).filter(OutboxJob.kind == "letter").order_by(OutboxJob.id).all():
        send_letter(job.payload, days.now(), compose)
    db.session.rollback()
    found = db.session.query(OutboxJob).filter(OutboxJob.kind == "mail").order_by(OutboxJob.id)
    return [job.payload["subject"] for job in found]


def test_a_lot_whose_time_has_come_says_so_to_clerk_and_buyer(jaya: Clerk, clock: Clock) -> None:
    lot = advance.planned(jaya.shop)
    assert "Ini rencana, belum dihitung." in jaya.see(f"/koperasi/stok/{lot}").words
    assert ", bisa dipesan sekarang" in jaya.see("/").words
    clock.forward(hours=4)
    assert "Menunggu dihitung" in jaya.see("/koperasi/stok").words
    assert "Hitung sekarang" in jaya.see("/koperasi/panen").words
    assert "sedang dihitung koperasi" in jaya.see(f"/hasil/{lot}").words
    assert "Udang windu" not in jaya.see("/").words
    send_reminder({"catch": lot}, days.now(), compose_reminder)
    assert mails() == ["Hitung panen Udang windu"]


def test_a_listing_is_made_and_shows_its_days(jaya: Clerk, clock: Clock) -> None:
    clock.forward(days=2)
    data = FORM | {"product": str(jaya.shop.product)}
    made = jaya.send("/koperasi/panen/rutin", data)
    page = jaya.see(made.location)
    assert "Tiap Jum 60 kg, Rp 32.000 / kg, panen 05.00, dibuka 3 hari sebelumnya" in page.words
    assert "Jum 9 Jan sudah bisa dipesan" in page.words
    jaya.send("/koperasi/panen/rutin", data)
    assert (count("standing_listing"), count("catch")) == (1, 1), "sent twice it stands once"
    assert "Tiap Jum 60 kg" in jaya.see("/koperasi/panen").words


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"quantity": "banyak"}, "quantity", "Tulis beratnya seperti 1,5 kg atau 1.500 g."),
        ({"unit_price": ""}, "unit_price", "Isi dulu bagian ini."),
        ({"weekdays": ""}, "quantity", "Isi dulu bagian ini."),
        ({"lands_at": "pagi"}, "lands_at", "Tulis tanggal dan jamnya dengan lengkap."),
        ({"opens_days_before": "40"}, "quantity", "Terlalu besar. Periksa lagi angkanya."),
        ({"product": "999"}, "quantity", "Pilihan ini tidak ada."),
    ],
)
def test_a_bad_listing_comes_back_as_typed(jaya: Clerk, changed: dict[str, str], field: str, says: str) -> None:
    data = FORM | {"product": str(jaya.shop.product)} | changed
    page = jaya.send("/koperasi/panen/rutin", data)
    assert (page.status, page.value(field)) == (422, data[field])
    assert says in page.errors
    assert count("standing_listing") == 0


def test_paused_skipped_taken_in_again_changed_and_ended(jaya: Clerk, clock: Clock) -> None:
    listing = advance.listing(jaya.shop)
    at = f"/koperasi/panen/rutin/{listing}"
    jaya.send(f"{at}/lewati", {"day": "2026-01-09"})
    assert "Jum 9 Jan dilewati" in jaya.see(at).words
    jaya.send(f"{at}/lewati", {"day": "2026-01-09", "back": "1"})
    assert "Jum 9 Jan dibuka besok" in jaya.see(at).words
    assert jaya.send(f"{at}/lewati", {"day": "2026-01-08"}).location == "/koperasi/panen"
    assert jaya.send(f"{at}/jeda", {"until": "2026-01-01"}).errors == ["Waktunya sudah lewat."]
    jaya.send(f"{at}/jeda", {"until": "2026-01-12"})
    assert "Berhenti sampai Sen 12 Jan" in jaya.see(at).words
    jaya.send(f"{at}/lanjut")
    clock.forward(days=1)
    jaya.send(at, FORM | {"product": str(jaya.shop.product), "unit_price": "35.000"})
    assert [lot.unit_price for lot in advance.opened()] == [35_000], "opened by the way"
    assert jaya.send(f"{at}/akhiri").location == "/koperasi/panen"
    jaya.see(at, 404)
    assert jaya.send(f"{at}/lanjut").location == "/koperasi/panen"


def test_the_first_screen_says_what_to_count_and_which_day_has_no_time(jaya: Clerk, clock: Clock) -> None:
    lot = advance.planned(jaya.shop)
    advance.listing(jaya.shop, "3", keeps_hours=2)
    page = jaya.see("/koperasi")
    assert "Hitung panen Udang windu 0 pesanan menunggunya." in page.words
    assert "Buka jadwal ambil untuk Rab 7 Jan" in page.words
    jaya.send(f"/koperasi/panen/{lot}", {"sure": "9000"})
    assert "Hitung panen" not in jaya.see("/koperasi").words


def test_a_day_without_a_fitting_time_and_a_holiday_are_said(jaya: Clerk, clock: Clock) -> None:
    listing = advance.listing(jaya.shop, "5", keeps_hours=12)
    friday = date(2026, 1, 16)
    write(plan_day, jaya.shop.point, DayPlan(friday, reason="Libur"), jaya.shop.clerk, days.now())
    words = jaya.see(f"/koperasi/panen/rutin/{listing}").words
    assert "belum ada jadwal ambil yang cocok, jadi belum dibuka" in words
    assert "Jum 16 Jan" in words
