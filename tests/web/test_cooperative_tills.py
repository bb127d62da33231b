"""A clerk's cash on its pages: opened, noted, counted, brought to the bank, by several people and with double taps."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from ovop.accounts.models import Account
from ovop.accounts.rules import Actor
from ovop.db import write
from ovop.payment.rules import Method
from ovop.till.queries import TillRow
from ovop.till.rules import Cash, TillStatus
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market, tills
from tests.make.clerks import Clerk, clerk
from tests.make.pages import Page
from tests.make.statements import recorded


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


def form(jaya: Clerk, path: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    page = jaya.see(path)
    return {name: page.value(name) or "" for name in ("key", "seen") if name in page.fields}


def opened(jaya: Clerk, change: str = "100.000") -> TillRow:
    jaya.send("/koperasi/kas/buka", form(jaya, "/koperasi/kas") | {"change": change})
    return tills.open_till(jaya.shop.clerk)


def counted(jaya: Clerk, amount: str, explanation: str = "") -> Page:
    till = tills.open_till(jaya.shop.clerk)
    path = f"/koperasi/kas/{till.id}/hitung"
    return jaya.send(path, form(jaya, path) | {"counted": amount, "explanation": explanation})


def plain_clerk(jaya: Clerk, client: FlaskClient, email: str = "ani@contoh.id") -> Actor:
    """A colleague who is no manager, signed in now."""
    actor = replace(accounts.member(jaya.shop.id, email, "Bu Ani"), is_manager=False)
    write(lambda session: session.execute(update(Account).where(Account.id == actor.id).values(is_manager=False)))
    accounts.sign_in(client, actor)
    return actor


def test_a_day_with_cash_from_opening_to_the_bank(jaya: Clerk) -> None:
    till = opened(jaya, "Rp 100.000")
    order = tills.collected(jaya.shop, 214_600)
    page = jaya.see("/koperasi/kas")
    assert page.all("figure")[0] == "Rp 314.600"
    assert f"/koperasi/pesanan/{order.number}" in page.links
    jaya.send(
        f"/koperasi/kas/{till.id}/catat",
        form(jaya, "/koperasi/kas") | {"way": "out", "amount": "35.000", "note": "beli es"},
    )
    assert counted(jaya, "279.600").location == f"/koperasi/kas/{till.id}"
    page = jaya.see(f"/koperasi/kas/{till.id}")
    assert "Tinggal di laci Rp 279.600 modal kembalian Rp 100.000 belum disetor Rp 179.600" in page.words
    assert page.value("amount") == "179.600"
    slip = form(jaya, f"/koperasi/kas/{till.id}") | {"amount": "150.000", "reference": "BJB 77", "on": "2026-01-05"}
    jaya.send(f"/koperasi/kas/{till.id}/setor", slip)
    words = jaya.see(f"/koperasi/kas/{till.id}").words
    assert "Sudah disetor Rp 150.000 Tinggal di laci Rp 129.600" in words
    assert "BJB 77 Sen 5 Jan, Pak Jaya" in words
    paper = jaya.see(f"/koperasi/kas/{till.id}/slip").words
    assert "Tunai dari pembeli (1) Rp 214.600" in paper
    assert "beli es 09.00 −Rp 35.000" in paper
    assert "Pengurus koperasi" in paper
    assert market.broken() == []


def test_every_form_sent_twice_counts_once(jaya: Clerk) -> None:
    data = form(jaya, "/koperasi/kas") | {"change": "50.000"}
    for _twice in range(2):
        assert jaya.send("/koperasi/kas/buka", data).location == "/koperasi/kas"
    till = tills.open_till(jaya.shop.clerk)
    tills.collected(jaya.shop, 100_000)
    entry = form(jaya, "/koperasi/kas") | {"way": "in", "amount": "5.000", "note": "titipan"}
    for _twice in range(2):
        assert jaya.send(f"/koperasi/kas/{till.id}/catat", entry).status == 302
    data = form(jaya, f"/koperasi/kas/{till.id}/hitung") | {"counted": "155.000"}
    for _twice in range(2):
        assert jaya.send(f"/koperasi/kas/{till.id}/hitung", data).location == f"/koperasi/kas/{till.id}"
    assert "sudah dihitung" not in jaya.see(f"/koperasi/kas/{till.id}").words
    slip = form(jaya, f"/koperasi/kas/{till.id}") | {"amount": "5.000", "reference": "BJB 77", "on": "2026-01-05"}
    for _twice in range(2):
        jaya.send(f"/koperasi/kas/{till.id}/setor", slip)
    assert tills.read(till.id, jaya.shop.clerk).cash == Cash(50_000, 155_000, 155_000, 5_000)
    many = form(jaya, "/koperasi/kas/setor") | {
        "till": str(till.id),
        f"amount_{till.id}": "100000",
        "reference": "BJB 78",
        "on": "2026-01-05",
    }
    for _twice in range(2):
        assert jaya.send("/koperasi/kas/setor", many).location == "/koperasi/kas"
    assert tills.read(till.id, jaya.shop.clerk).status is TillStatus.DONE
    assert market.broken() == []


def test_without_opening_a_handover_opens_the_till(jaya: Clerk) -> None:
    assert "Buka kasmu hari ini" in jaya.see("/koperasi/kas").words
    data = form(jaya, "/koperasi/kas") | {"change": "50.000"}
    tills.collected(jaya.shop, 100_000)
    till = tills.open_till(jaya.shop.clerk)
    answer = jaya.send("/koperasi/kas/buka", data)
    assert answer.location == f"/koperasi/kas/{till.id}"
    assert "Kasmu sudah terbuka." in jaya.see(answer.location or "").words
    assert tills.open_till(jaya.shop.clerk).cash == Cash(0, 100_000)


def test_the_next_till_proposes_the_change_that_stayed(jaya: Clerk, clock: Clock) -> None:
    opened(jaya, "75 rb")
    counted(jaya, "75.000")
    clock.forward(days=1)
    assert jaya.see("/koperasi/kas").value("change") == "75.000"


@pytest.mark.parametrize("change", ["segenggam", "-5", "1.000.000.001", "12,5"])
def test_change_that_is_no_sum_comes_back(jaya: Clerk, change: str) -> None:
    page = jaya.send("/koperasi/kas/buka", {"key": "x", "change": change})
    assert (page.status, page.value("change"), len(page.errors)) == (422, change, 1)
    assert count("till") == 0


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({}, 3),
        ({"way": "out", "amount": "0", "note": "es"}, 1),
        ({"way": "out", "amount": "5000", "note": ""}, 1),
        ({"way": "out", "amount": "5000", "note": "x" * 201}, 1),
        ({"way": "sideways", "amount": "5000", "note": "es"}, 1),
        ({"way": "in", "amount": "banyak", "note": "es"}, 1),
        ({"way": "in", "amount": "5000", "note": "es", "key": ""}, 0),
    ],
)
def test_an_entry_that_is_not_whole_comes_back(jaya: Clerk, data: dict[str, str], errors: int) -> None:
    till = opened(jaya)
    page = jaya.send(f"/koperasi/kas/{till.id}/catat", {"key": "x"} | data)
    assert page.status == 422
    assert len(page.errors) == errors
    assert (page.value("amount") or "") == data.get("amount", "")
    assert tills.open_till(jaya.shop.clerk).cash == Cash(100_000, 100_000)


def test_a_difference_is_asked_about_with_what_was_typed(jaya: Clerk) -> None:
    tills.collected(jaya.shop, 100_000)
    page = counted(jaya, "95.000")
    assert page.status == 422
    assert page.errors == [
        "Kurang Rp 5.000: dihitung Rp 95.000, seharusnya Rp 100.000. Hitung sekali lagi, atau tulis sebabnya."
    ]
    assert page.value("counted") == "95.000"
    page = counted(jaya, "105.000")
    assert page.errors[0].startswith("Lebih Rp 5.000")
    counted(jaya, "95.000", "salah kembalian")
    till = tills.read(1, jaya.shop.clerk)
    assert (till.cash.difference, till.explanation) == (-5_000, "salah kembalian")


def test_a_buyer_served_meanwhile_makes_the_words_for_the_difference_void(jaya: Clerk) -> None:
    tills.collected(jaya.shop, 100_000)
    till = tills.open_till(jaya.shop.clerk)
    data = form(jaya, f"/koperasi/kas/{till.id}/hitung") | {"counted": "95.000", "explanation": "salah kembalian"}
    tills.collected(jaya.shop, 60_000)
    page = jaya.send(f"/koperasi/kas/{till.id}/hitung", data)
    assert page.errors[0].startswith("Kurang Rp 65.000")
    assert page.value("seen") == "160000"


def test_cash_is_counted_by_the_note(jaya: Clerk) -> None:
    tills.collected(jaya.shop, 171_500)
    till = tills.open_till(jaya.shop.clerk)
    path = f"/koperasi/kas/{till.id}/hitung"
    notes = {"note_100000": "1", "note_50000": "1", "note_20000": "1", "note_1000": "1", "note_500": "1"}
    wrong = jaya.send(path, form(jaya, path) | notes | {"counted": "170.000"})
    assert wrong.errors == ["Tidak sama dengan jumlah per lembarnya. Periksa keduanya."]
    assert wrong.value("note_50000") == "1"
    odd = jaya.send(path, form(jaya, path) | {"note_500": "dua"})
    assert odd.errors == ["Tulis jumlahnya dengan angka bulat."]
    assert jaya.send(path, form(jaya, path) | notes).status == 302
    assert tills.read(till.id, jaya.shop.clerk).cash.counted == 171_500


@pytest.mark.parametrize("typed", ["", "banyak", "-1", "1,5", "99999999999999999999"])
def test_a_count_that_is_no_sum_comes_back(jaya: Clerk, typed: str) -> None:
    tills.collected(jaya.shop, 100_000)
    page = counted(jaya, typed)
    assert (page.status, len(page.errors), page.value("counted")) == (422, 1, typed)


def test_nothing_is_a_count_too(jaya: Clerk) -> None:
    opened(jaya, "")
    assert counted(jaya, "0").status == 302


def test_two_people_over_one_till_see_who_was_first(jaya: Clerk, client: FlaskClient) -> None:
    ani = plain_clerk(jaya, client)
    tills.collected(jaya.shop, 100_000, clerk=ani)
    till = tills.open_till(ani)
    path = f"/koperasi/kas/{till.id}/hitung"
    anis = form(jaya, path) | {"counted": "90.000", "explanation": "hilang"}
    accounts.sign_in(client, jaya.shop.clerk)
    jaya.send(path, form(jaya, path) | {"counted": "100.000"})
    accounts.sign_in(client, ani)
    page = jaya.see(jaya.send(path, anis).location or "")
    assert "Kas ini sudah dihitung Pak Jaya: Rp 100.000." in page.words
    assert tills.read(till.id, ani).cash == Cash(0, 100_000, 100_000)
    assert jaya.see(path, 302).location == f"/koperasi/kas/{till.id}"
    late = {"key": "x", "way": "out", "amount": "5000", "note": "es"}
    assert jaya.send(f"/koperasi/kas/{till.id}/catat", late).status == 302
    assert "sudah dihitung dan ditutup" in jaya.see(f"/koperasi/kas/{till.id}").words


def test_a_colleagues_open_till_can_be_seen_but_not_counted(jaya: Clerk, client: FlaskClient) -> None:
    tills.collected(jaya.shop, 100_000)
    till = tills.open_till(jaya.shop.clerk)
    plain_clerk(jaya, client)
    page = jaya.see(f"/koperasi/kas/{till.id}")
    assert f"/koperasi/kas/{till.id}/hitung" not in page.links
    assert "way" not in page.fields
    assert jaya.send(f"/koperasi/kas/{till.id}/hitung", {"counted": "100.000"}).status == 403
    assert jaya.see("/koperasi/kas").all("figure")[-1] == "Rp 100.000", "what is in hand is everybody's to see"


def test_old_cash_and_uncounted_tills_stand_out(jaya: Clerk, clock: Clock) -> None:
    tills.collected(jaya.shop, 100_000)
    tills.counted(jaya.shop.clerk)
    tills.collected(jaya.shop, 60_000)
    clock.forward(days=1)
    page = jaya.see("/koperasi/kas")
    assert "Kas Pak Jaya kemarin belum dihitung." in page.words
    assert "Terlalu lama" not in page.words
    clock.forward(days=3)
    page = jaya.see("/koperasi/kas")
    assert "2 kas, paling lama 4 hari Rp 160.000 Terlalu lama" in page.words
    listed = jaya.see("/koperasi/kas/semua")
    assert "Belum dihitung" in listed.words
    assert len(listed.all("tag-last")) == 2


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"amount": "100.001"}, "Terlalu besar. Periksa lagi angkanya."),
        ({"amount": ""}, "Isi dulu bagian ini."),
        ({"reference": " "}, "Isi dulu bagian ini."),
        ({"reference": "x" * 81}, "Terlalu panjang."),
        ({"on": "2026-01-06"}, "Tanggal itu belum tiba."),
        ({"on": "2026-01-04"}, "Tanggal itu sebelum hari kasnya."),
        ({"on": "kemarin"}, "Tulis tanggal lengkap, seperti 2026-01-31."),
    ],
)
def test_a_deposit_that_cannot_be_comes_back(jaya: Clerk, change: dict[str, str], error: str) -> None:
    tills.collected(jaya.shop, 100_000)
    till = tills.counted(jaya.shop.clerk)
    data = {"key": "x", "amount": "100.000", "reference": "BJB 77", "on": "2026-01-05"} | change
    page = jaya.send(f"/koperasi/kas/{till.id}/setor", data)
    assert (page.status, page.errors) == (422, [error])
    for name in ("amount", "reference"):
        assert (page.value(name) or "").strip() == data[name].strip()
    assert tills.read(till.id, jaya.shop.clerk).cash.deposited == 0


def test_several_tills_go_to_the_bank_on_one_slip(jaya: Clerk, clock: Clock) -> None:
    tills.collected(jaya.shop, 100_000)
    first = tills.counted(jaya.shop.clerk)
    clock.forward(days=1)
    tills.collected(jaya.shop, 60_000)
    second = tills.counted(jaya.shop.clerk)
    page = jaya.see("/koperasi/kas/setor")
    assert "Semuanya Rp 160.000" in page.words
    data = {f"amount_{row.id}": str(row.cash.undeposited) for row in (first, second)}
    data |= {"key": page.value("key") or "", "reference": "BJB 77", "on": "2026-01-06"}
    refused = jaya.send("/koperasi/kas/setor", data)
    assert refused.errors == ["Pilih paling sedikit satu."]
    assert refused.value("reference") == "BJB 77"
    jaya.client.post("/koperasi/kas/setor", data=data | {"till": [str(first.id), str(second.id)]})
    assert "Semua tunai sudah ada di bank." in jaya.see("/koperasi/kas").words
    assert "Tidak ada yang harus disetor" in jaya.see("/koperasi/kas/setor").words
    assert market.broken() == []


def test_a_deposit_noted_wrongly_is_taken_back_with_a_reason(jaya: Clerk) -> None:
    tills.collected(jaya.shop, 100_000)
    till = tills.counted(jaya.shop.clerk)
    slip = {"key": "x", "amount": "10.000", "reference": "BJB 77", "on": "2026-01-05"}
    jaya.send(f"/koperasi/kas/{till.id}/setor", slip)
    path = f"/koperasi/kas/{till.id}/setoran/1/batal"
    assert jaya.send(path, {"reason": " "}).errors == ["Isi dulu bagian ini."]
    for _twice in range(2):
        assert jaya.send(path, {"reason": "salah ketik"}).location == f"/koperasi/kas/{till.id}"
    page = jaya.see(f"/koperasi/kas/{till.id}")
    assert "Dibatalkan: salah ketik" in page.words
    assert "Sudah disetor Rp 0" in page.words
    assert "reason" not in page.fields
    assert jaya.send(f"/koperasi/kas/{till.id}/setoran/99/batal", {"reason": "x"}).status == 404


def test_the_list_is_filtered_and_paged(jaya: Clerk, client: FlaskClient, clock: Clock) -> None:
    ani = accounts.member(jaya.shop.id, "ani@contoh.id", "Bu Ani")
    tills.collected(jaya.shop, 50_000, clerk=ani)
    for _day in range(21):
        tills.collected(jaya.shop, 1_000)
        tills.counted(jaya.shop.clerk)
        clock.forward(days=1)
    first = jaya.see("/koperasi/kas/semua")
    assert "22 kas, belum disetor Rp 71.000" in first.words
    assert "/koperasi/kas/semua?page=2" in first.links
    assert "Bu Ani" in jaya.see("/koperasi/kas/semua?page=2").words
    only = jaya.see(f"/koperasi/kas/semua?clerk={ani.id}&status=open")
    assert "1 kas" in only.words
    assert "1 kas" in jaya.see("/koperasi/kas/semua?from=2026-01-06&to=2026-01-06").words
    assert jaya.see("/koperasi/kas/semua?status=done").all("h2") == ["Tidak ada kas yang cocok"]
    for odd in ("status=x", "clerk=x", "clerk=99999999999999999999", "from=x&to=y", "page=-1", "page=9" + "9" * 30):
        jaya.see(f"/koperasi/kas/semua?{odd}")


def test_a_till_with_many_entries_has_pages(jaya: Clerk) -> None:
    till = opened(jaya)
    for number in range(51):
        jaya.send(
            f"/koperasi/kas/{till.id}/catat", {"key": f"k{number}", "way": "in", "amount": "1000", "note": f"n{number}"}
        )
    with recorded() as statements:
        page = jaya.see(f"/koperasi/kas/{till.id}")
    assert f"/koperasi/kas/{till.id}?page=2" in page.links
    assert "Modal kembalian" in jaya.see(f"/koperasi/kas/{till.id}?page=2").words
    assert len(statements) <= 8


def test_other_co_operatives_tills_are_not_there(jaya: Clerk, client: FlaskClient) -> None:
    tills.collected(jaya.shop, 100_000)
    till = tills.counted(jaya.shop.clerk)
    accounts.sign_in(client, market.shop("lontar", "36.04.13.2007").clerk)
    for path in (f"/koperasi/kas/{till.id}", f"/koperasi/kas/{till.id}/hitung", f"/koperasi/kas/{till.id}/slip"):
        jaya.see(path, 404)
    slip = {"key": "x", "amount": "1000", "reference": "x", "on": "2026-01-05"}
    assert jaya.send(f"/koperasi/kas/{till.id}/setor", slip).status == 404
    many = {"key": "y", "till": str(till.id), f"amount_{till.id}": "1000", "reference": "x", "on": "2026-01-05"}
    assert jaya.send("/koperasi/kas/setor", many).status == 404
    assert jaya.see("/koperasi/kas").all("figure") == ["Rp 0"]


@pytest.mark.parametrize("path", ["", "/semua", "/setor", "/1", "/1/hitung", "/1/slip"])
def test_cash_is_the_co_operatives_own(client: FlaskClient, app: object, path: str) -> None:
    accounts.sign_in(client, accounts.buyer())
    assert client.get(f"/koperasi/kas{path}").status_code == 403


def test_an_order_by_qris_or_card_is_not_in_the_till(jaya: Clerk) -> None:
    tills.collected(jaya.shop, 100_000, Method.DEMO)
    assert "Buka kasmu hari ini" in jaya.see("/koperasi/kas").words
