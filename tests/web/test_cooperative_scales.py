"""The pages of a co-operative's scales, and what is said of them wherever something is weighed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import flows
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OrderStatus
from ovop.scales.operations import employ_scale
from ovop.scales.queries import list_scales, verifications_of
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market, scales
from tests.make.clerks import Clerk, clerk
from tests.make.pages import Page

LATER = "2026-12-01"


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


def order(jaya: Clerk) -> OrderRow:
    return jaya.order({market.catch(jaya.shop): 1500}, accounts.buyer(f"siti{count('order')}@contoh.id"))


def weigh(jaya: Clerk, order: OrderRow, weight: str = "1,48", **fields: object) -> Page:
    path = f"/koperasi/pesanan/{order.number}/timbang"
    return jaya.send(path, {f"weight_{order.lines[0].catch}": weight, **fields})


def test_a_scale_is_added_and_stands_on_the_list_with_its_verification(jaya: Clerk) -> None:
    data = {"name": "Duduk 1", "verified_until": LATER, "reference": "SKHP 7", "capacity": "30 kg"}
    assert jaya.send("/koperasi/timbangan", data).location == "/koperasi/timbangan"
    page = jaya.see("/koperasi/timbangan")
    assert "Duduk 1 sudah ada di daftar." in page.words
    assert "Tera berlaku sampai 1 Des 2026, paling berat 30 kg" in page.words
    assert page.all("tag") == ["Berlaku"]
    jaya.send("/koperasi/timbangan", data)
    assert count("scale") == 1, "sent twice it is one scale"


def test_only_the_name_has_to_be_known(jaya: Clerk) -> None:
    jaya.send("/koperasi/timbangan", {"name": "Gantung"})
    assert jaya.see("/koperasi/timbangan").all("tag") == ["Belum dicatat"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"name": ""}, "Isi dulu bagian ini."),
        ({"name": "x" * 41}, "Terlalu panjang."),
        ({"name": " DUDUK 1"}, "Nama itu sudah dipakai timbangan lain. Tambahkan nomornya."),
        ({"verified_until": "besok"}, "Tulis tanggal lengkap, seperti 2026-01-31."),
        ({"verified_until": "2029-01-01"}, "Tera paling lama berlaku setahun. Periksa lagi tahunnya."),
        ({"verified_until": "0001-01-01"}, "Tulis tanggal lengkap, seperti 2026-01-31."),
        ({"reference": "x" * 61}, "Terlalu panjang."),
        ({"capacity": "berat"}, "Tulis beratnya seperti 1,5 kg atau 1.500 g."),
        ({"capacity": "0"}, "Terlalu kecil."),
        ({"capacity": "9" * 30}, "Terlalu besar. Periksa lagi angkanya."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    jaya: Clerk, changed: dict[str, str], says: str
) -> None:
    scales.scale(jaya.shop)
    typed = {"name": "Gantung", "verified_until": LATER, "reference": "7", "capacity": "30 kg", **changed}
    page = jaya.send("/koperasi/timbangan", typed)
    assert (page.status, page.errors) == (422, [says])
    assert {name: page.value(name) for name in typed} == typed
    assert count("scale") == 1


def test_a_renewed_verification_counts_and_the_old_one_stays_in_the_history(jaya: Clerk, clock: Clock) -> None:
    scale = scales.expired(jaya.shop)
    path = f"/koperasi/timbangan/{scale}"
    assert "Tera Gantung habis 4 Jan 2026. Menimbang tetap bisa" in jaya.see(path).words
    clock.forward(days=1)
    assert jaya.send(f"{path}/tera", {"verified_until": LATER, "reference": "SKHP 8"}).location == path
    page = jaya.see(path)
    assert page.all("tag") == ["Berlaku"]
    assert "Menimbang tetap bisa" not in page.words
    assert page.words.index("Sampai 1 Des 2026") < page.words.index("Sampai 4 Jan 2026")
    assert "surat SKHP 8, dicatat Pak Jaya, Sel 6 Jan 09.00 WIB" in page.words
    jaya.send(f"{path}/tera", {"verified_until": LATER, "reference": "SKHP 8"})
    assert len(verifications_of(db.session(), scale)) == 2
    assert market.broken() == []


@pytest.mark.parametrize("until", ["", "besok", "2030-01-01"])
def test_a_day_that_cannot_be_changes_nothing(jaya: Clerk, until: str) -> None:
    scale = scales.verified(jaya.shop)
    page = jaya.send(f"/koperasi/timbangan/{scale}/tera", {"verified_until": until, "reference": "SKHP 8"})
    assert (page.status, len(page.errors)) == (422, 1)
    assert (page.value("verified_until"), page.value("reference")) == (until, "SKHP 8")
    assert len(verifications_of(db.session(), scale)) == 1


def test_a_scale_is_renamed_and_another_may_not_be_called_so(jaya: Clerk) -> None:
    first, second = scales.scale(jaya.shop, "Duduk"), scales.scale(jaya.shop, "Gantung")
    assert jaya.send(f"/koperasi/timbangan/{first}", {"name": "Meja", "capacity": "5 kg"}).status == 302
    page = jaya.see(f"/koperasi/timbangan/{first}")
    assert (page.value("name"), page.value("capacity")) == ("Meja", "5 kg")
    refused = jaya.send(f"/koperasi/timbangan/{second}", {"name": "meja", "capacity": "x"})
    assert (refused.status, refused.value("name")) == (422, "meja")
    assert [row.name for row in list_scales(db.session(), jaya.shop.id)] == ["Gantung", "Meja"]


def test_a_scale_that_is_used_no_longer_is_not_offered_and_comes_back(jaya: Clerk) -> None:
    scale, placed = scales.verified(jaya.shop), order(jaya)
    jaya.send(f"/koperasi/timbangan/{scale}/aktif", {"active": "0"})
    assert jaya.see("/koperasi/timbangan").all("tag") == ["Tidak dipakai"]
    assert "scale" not in jaya.see(f"/koperasi/pesanan/{placed.number}/timbang").fields
    jaya.send(f"/koperasi/timbangan/{scale}/aktif", {"active": "1"})
    assert jaya.see(f"/koperasi/pesanan/{placed.number}/timbang").chosen("scale") == str(scale)


def test_where_there_are_no_scales_nothing_is_asked(jaya: Clerk) -> None:
    placed = order(jaya)
    assert "scale" not in jaya.see(f"/koperasi/pesanan/{placed.number}/timbang").fields
    assert weigh(jaya, placed).status == 302
    assert jaya.read(placed.number).scale is None


def test_the_form_offers_the_scale_used_last_and_the_order_keeps_it(jaya: Clerk) -> None:
    first, second = scales.verified(jaya.shop, "Duduk"), scales.verified(jaya.shop, "Gantung")
    placed, another = order(jaya), order(jaya)
    assert jaya.see(f"/koperasi/pesanan/{placed.number}/timbang").chosen("scale") == str(first)
    weigh(jaya, placed, scale=second)
    assert jaya.see(f"/koperasi/pesanan/{another.number}/timbang").chosen("scale") == str(second)
    page = jaya.see(f"/koperasi/pesanan/{placed.number}")
    assert "Ditimbang di Gantung" in page.words
    assert "saat menimbang" not in page.words


def test_a_form_that_names_no_scale_or_anothers_comes_back_and_weighs_nothing(jaya: Clerk) -> None:
    mine, placed = scales.verified(jaya.shop), order(jaya)
    theirs = scales.verified(market.shop("lontar", "36.04.13.2007"))
    for scale, says in (("", "Pilih timbangan"), ("x", "Pilih timbangan"), (theirs, "Pilihan ini tidak ada.")):
        page = weigh(jaya, placed, scale=scale)
        assert page.status == 422
        assert says in page.errors[0]
        assert page.value(f"weight_{placed.lines[0].catch}") == "1,48"
        assert page.options("scale") == {str(mine): True}
    assert jaya.read(placed.number).status is OrderStatus.CONFIRMED


def test_an_ended_verification_is_said_and_weighing_goes_on_and_is_remembered(jaya: Clerk, clock: Clock) -> None:
    scale = scales.scale(jaya.shop, "Gantung", days.today())
    placed = order(jaya)
    path = f"/koperasi/pesanan/{placed.number}"
    clock.now = days.to_local(days.end_of(days.today())) - timedelta(seconds=1)
    assert "Tera habis hari ini." in jaya.see(f"{path}/timbang").words
    clock.forward(seconds=1)
    assert "Tera habis 5 Jan 2026. Menimbang tetap bisa." in jaya.see(f"{path}/timbang").words
    answer = weigh(jaya, placed, scale=scale)
    page = jaya.see(answer.location or "")
    assert "Gantung: saat menimbang, teranya sudah habis (5 Jan 2026)." in page.words
    jaya.send(f"/koperasi/timbangan/{scale}/tera", {"verified_until": LATER})
    assert "Ditimbang di Gantung; saat menimbang, teranya sudah habis (5 Jan 2026)" in jaya.see(path).words
    assert market.broken() == []


@pytest.mark.parametrize(("days_left", "is_said"), [(31, False), (30, True), (0, True), (-1, True)])
def test_the_first_page_reminds_from_thirty_days_before(jaya: Clerk, days_left: int, is_said: bool) -> None:
    scale = scales.scale(jaya.shop, "Gantung", days.today() + timedelta(days=days_left))
    page = jaya.see("/koperasi")
    assert ("Tera ulang Gantung" in page.words) is is_said
    assert (f"/koperasi/timbangan/{scale}" in page.links) is is_said
    write(employ_scale, scale, jaya.shop.clerk, is_active=False)
    assert "Tera ulang Gantung" not in jaya.see("/koperasi").words


def test_the_office_sees_what_an_order_was_weighed_on(jaya: Clerk) -> None:
    scale, placed = scales.expired(jaya.shop), order(jaya)
    weigh(jaya, placed, scale=scale)
    flows.hand_over(placed.number, placed.pickup_code, "", jaya.shop.clerk, days.now())
    accounts.sign_in(jaya.client, accounts.official())
    words = jaya.see(f"/dinas/penjualan/pesanan/{placed.number}").words
    assert "Ditimbang di Gantung" in words
    assert "Gantung: saat menimbang, teranya sudah habis (4 Jan 2026)." in words


def test_scales_are_written_in_english_too(jaya: Clerk) -> None:
    scales.scale(jaya.shop, "Gantung", date(2026, 1, 4))
    page = jaya.see("/en/koperasi/timbangan")
    assert page.all("h1") == ["Scales"]
    assert page.all("tag") == ["Verification ended"]
