"""Fishers, who brought what, and members' shares: the pages of the co-operative, and their files."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from ovop.accounts.models import Account
from ovop.accounts.operations import change_rates
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering.rows import OrderRow
from ovop.sales.exports import BOM
from ovop.shares.queries import list_sharings, parts_to_fill
from ovop.shares.statements import get_statement
from tests.conftest import Clock
from tests.make import accounts, market, sales, shares
from tests.make.clerks import Clerk, clerk
from tests.make.statements import recorded

MONDAY = date(2026, 1, 5)
WEEK = f"from={MONDAY}&to={MONDAY + timedelta(days=6)}"


@pytest.fixture
def work(client: FlaskClient) -> Clerk:
    return clerk(client)


@pytest.fixture
def sold(work: Clerk, clock: Clock) -> OrderRow:
    """Two fishers brought ten kilos, one of them six; 1.5 kg were sold last week.  Dues are 5 %."""
    shop = work.shop
    write(change_rates, shop.clerk, tax_number="", tax_points=0, dues_points=500)
    catch = market.catch(shop, 10_000, 100_000)
    shares.parts(shop, catch, {shares.fisher(shop, "Pak Udin"): 6_000, shares.fisher(shop, "=Bu Ipah"): 3_000})
    order = sales.sale(accounts.buyer(), shop, {catch: 1_500})
    clock.forward(days=8)
    return order


def part_names(work: Clerk, catch: int) -> dict[str, str]:
    """Field by fisher."""
    rows = parts_to_fill(db.session(), catch, work.shop.id)
    db.session.rollback()
    return {row.name: f"part_{row.fisher_id}" for row in rows}


def parts_of(work: Clerk, catch: int) -> dict[str, int]:
    rows = parts_to_fill(db.session(), catch, work.shop.id)
    db.session.rollback()
    return {row.name: row.quantity for row in rows}


def words_of(content: bytes, tmp_path: Path) -> str:
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("no pdftotext on this machine")
    (tmp_path / "paper.pdf").write_bytes(content)
    found = subprocess.run([reader, "-layout", str(tmp_path / "paper.pdf"), "-"], capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())


def test_a_fisher_is_added_renamed_and_put_aside(work: Clerk) -> None:
    assert "Belum ada nelayan" in work.see("/koperasi/nelayan").words
    added = work.send("/koperasi/nelayan", {"name": " Pak  Udin "})
    assert (added.status, added.location) == (302, "/koperasi/nelayan")
    again = work.send("/koperasi/nelayan", {"name": "PAK UDIN"})
    assert again.status == 422
    assert again.errors == ["Nama itu sudah ada. Tambahkan nama keluarga atau julukannya."]
    assert again.value("name") == "PAK UDIN"
    assert work.send("/koperasi/nelayan", {"name": ""}).errors == ["Isi dulu bagian ini."]
    page = work.see("/koperasi/nelayan")
    path = next(link for link in page.links if link.startswith("/koperasi/nelayan/"))
    assert work.see(path).value("name") == "Pak Udin"
    assert work.send(path, {"name": ""}).status == 422
    assert work.send(path, {"name": "Pak Udin Kecil"}).status == 302
    for _twice in range(2):
        assert work.send(f"{path}/aktif", {"active": "0"}).status == 302
    assert "Pak Udin Kecil belum membawa hasil Tidak aktif" in work.see("/koperasi/nelayan").words
    work.send(f"{path}/aktif", {"active": "1"})
    assert "Tidak aktif" not in work.see("/koperasi/nelayan").words


def test_what_each_brought_is_typed_as_people_write_it(work: Clerk) -> None:
    for name in ("Pak Udin", "Bu Ipah", "Bu Rum"):
        shares.fisher(work.shop, name)
    catch = market.catch(work.shop, 10_000)
    path = f"/koperasi/stok/{catch}/nelayan"
    assert "Belum dicatat, jadi seluruhnya milik koperasi." in work.see(f"/koperasi/stok/{catch}").words
    fields = part_names(work, catch)
    typed = {fields["Pak Udin"]: "6,25", fields["Bu Ipah"]: "750 g", fields["Bu Rum"]: "0"}
    assert work.send(path, typed).location == f"/koperasi/stok/{catch}"
    assert parts_of(work, catch) == {"Pak Udin": 6_250, "Bu Ipah": 750, "Bu Rum": 0}
    lot = work.see(f"/koperasi/stok/{catch}")
    assert "Pak Udin 6,25 kg" in lot.words
    assert "Koperasi sendiri 3 kg" in lot.words
    again = work.see(path)
    assert again.value(fields["Pak Udin"]) == "6,25 kg"
    assert "7 kg tercatat" in again.words
    assert "3 kg milik koperasi sendiri" in again.words
    work.send(path, {fields["Pak Udin"]: "", fields["Bu Ipah"]: "750 g", fields["Bu Rum"]: ""})
    assert parts_of(work, catch) == {"Pak Udin": 0, "Bu Ipah": 750, "Bu Rum": 0}
    assert "Pak Udin" in work.see(path).words
    assert market.broken() == []


def test_too_much_or_unreadable_changes_nothing_and_keeps_what_was_typed(work: Clerk) -> None:
    udin, ipah = shares.fisher(work.shop, "Pak Udin"), shares.fisher(work.shop, "Bu Ipah")
    catch = market.catch(work.shop, 10_000)
    path = f"/koperasi/stok/{catch}/nelayan"
    shares.parts(work.shop, catch, {udin: 4_000})
    over = work.send(path, {f"part_{udin}": "8 kg", f"part_{ipah}": "3 kg"})
    assert over.status == 422
    assert "Jumlahnya 11 kg, padahal hasilnya 10 kg." in over.words
    assert over.value(f"part_{ipah}") == "3 kg"
    odd = work.send(path, {f"part_{udin}": "seember", f"part_{ipah}": "-3"})
    assert odd.errors == ["Tulis beratnya seperti 1,5 kg atau 1.500 g."] * 2
    assert odd.value(f"part_{udin}") == "seember"
    assert parts_of(work, catch) == {"Pak Udin": 4_000, "Bu Ipah": 0}


def test_counted_goods_are_shared_by_the_piece(work: Clerk) -> None:
    udin = shares.fisher(work.shop, "Pak Udin")
    satay = market.product(work.shop.id, "Sate bandeng", "MIL", "count", "piece", "processed")
    catch = market.catch(work.shop, 40, 39_000, product=satay)
    assert work.send(f"/koperasi/stok/{catch}/nelayan", {f"part_{udin}": "12"}).status == 302
    assert "Pak Udin 12 buah" in work.see(f"/koperasi/stok/{catch}").words


def test_a_week_says_what_came_in_and_whose_it_is(work: Clerk, sold: OrderRow) -> None:
    page = work.see("/koperasi/bagi-hasil")
    assert "5–11 Jan 2026" in page.words
    for words in (
        "Terjual Rp 150.000",
        "Dibagi Rp 150.000",
        "Untuk nelayan Rp 128.250",
        "Iuran anggota 5 % Rp 6.750",
        "Milik koperasi sendiri Rp 15.000",
        "bagian Rp 90.000, iuran Rp 4.500 Rp 85.500",
        "bagian Rp 45.000, iuran Rp 2.250 Rp 42.750",
        "2 nelayan, koperasi Rp 15.000",
    ):
        assert words in page.words, words
    empty = work.see("/koperasi/bagi-hasil?from=2025-12-01&to=2025-12-07")
    assert "Tidak ada pesanan yang diambil" in empty.words


def test_days_that_cannot_be_read_stand_beside_their_field(work: Clerk) -> None:
    page = work.see("/koperasi/bagi-hasil?from=2026-01-09&to=2026-01-05")
    assert page.errors == ["Harus sama dengan atau sesudah tanggal mulai."]
    assert page.value("to") == "2026-01-05"
    assert work.see("/koperasi/bagi-hasil?from=x&to=2026-01-05").errors == [
        "Tulis tanggal lengkap, seperti 2026-01-31."
    ]
    for ending in ("pdf", "csv"):
        assert work.client.get(f"/koperasi/bagi-hasil.{ending}?from=x").status_code == 422


def test_a_refund_of_a_later_week_is_that_weeks(work: Clerk, sold: OrderRow) -> None:
    before = work.see(f"/koperasi/bagi-hasil?{WEEK}").all("figure")
    shares.refund(sold.number, 50_000)
    assert work.see(f"/koperasi/bagi-hasil?{WEEK}").all("figure") == before == ["Rp 128.250"]
    later = work.see("/koperasi/bagi-hasil?from=2026-01-12&to=2026-01-18")
    assert later.all("figure") == ["−Rp 42.750"]
    assert "Uang kembali ke pembeli −Rp 50.000" in later.words


def test_shared_out_it_stays_until_somebody_opens_it_again(work: Clerk, sold: OrderRow) -> None:
    page = work.see(f"/koperasi/bagi-hasil?{WEEK}")
    assert "Tandai sudah dibagikan" in page.words
    typed = {"from": "2026-01-05", "to": "2026-01-11"}
    for _twice in range(2):
        assert work.send("/koperasi/bagi-hasil/tutup", typed).status == 302
    write(change_rates, work.shop.clerk, tax_number="", tax_points=0, dues_points=1_000)
    shared = work.see(f"/koperasi/bagi-hasil?{WEEK}")
    assert shared.all("figure") == ["Rp 128.250"]
    assert "Tandai sudah dibagikan" not in shared.words
    assert (
        "Sebagian hari ini sudah dibagikan: 5–11 Jan"
        in work.see("/koperasi/bagi-hasil?from=2026-01-05&to=2026-01-06").words
    )
    part = work.send("/koperasi/bagi-hasil/tutup", {"from": "2026-01-05", "to": "2026-01-06"})
    assert part.status == 409
    assert "Sebagian hari itu sudah dibagikan." in part.words
    (sharing,) = list_sharings(db.session(), work.shop.id)
    assert work.send(f"/koperasi/bagi-hasil/{sharing.id}/buka", typed).status == 302
    assert work.see(f"/koperasi/bagi-hasil?{WEEK}").all("figure") == ["Rp 121.500"]
    assert market.broken() == []


def test_days_that_are_not_over_cannot_be_shared_out(work: Clerk) -> None:
    page = work.send("/koperasi/bagi-hasil/tutup", {"from": "2026-01-05", "to": "2026-01-05"})
    assert page.status == 409
    assert "Hari terakhirnya belum selesai." in page.words
    assert work.send("/koperasi/bagi-hasil/tutup", {"from": "2026-01-05"}).status == 422
    assert list_sharings(db.session(), work.shop.id) == []


def test_a_slip_is_to_be_handed_over_with_the_money(work: Clerk, sold: OrderRow, tmp_path: Path) -> None:
    overview = work.see(f"/koperasi/bagi-hasil?{WEEK}")
    path = next(link for link in overview.links if link.startswith("/koperasi/bagi-hasil/"))
    slip = work.see(path)
    fisher, _, query = path.partition("?")
    content = work.client.get(f"{fisher}.pdf?{query}").data
    assert work.client.get(f"{fisher}.pdf?{query}").data == content
    written = words_of(content, tmp_path)
    for words in (
        "Bagi hasil =Bu Ipah",
        "Koperasi Tengkurak",
        "5–11 Jan 2026",
        "belum, angka masih bisa berubah",
        "3 kg dari 10 kg",
        "Rp 45.000",
        "−Rp 2.250",
        "Rp 42.750",
    ):
        assert words in slip.words, words
        assert words in written, words
    assert "Diterima oleh" in written


def test_the_list_to_sign_adds_up(work: Clerk, sold: OrderRow, tmp_path: Path) -> None:
    written = words_of(work.client.get(f"/koperasi/bagi-hasil.pdf?{WEEK}").data, tmp_path)
    for words in (
        "Bagi hasil 5–11 Jan 2026",
        "Pak Udin Rp 90.000 −Rp 4.500 Rp 85.500",
        "Total Rp 135.000 −Rp 6.750 Rp 128.250",
        "Milik koperasi sendiri Rp 15.000",
        "Diterima dari penjualan Rp 150.000",
    ):
        assert words in written, words


def test_the_table_sums_to_what_was_received_and_runs_nothing(work: Clerk, sold: OrderRow) -> None:
    shares.refund(sold.number, 12_345)
    response = work.client.get("/koperasi/bagi-hasil.csv?from=2026-01-05&to=2026-01-18")
    assert response.mimetype == "text/csv"
    text = response.get_data(as_text=True)
    assert text.startswith(BOM)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix(BOM)), delimiter=";"))
    assert sum(int(row["Rupiah"]) for row in rows) == 150_000 - 12_345
    found = get_statement(db.session(), work.shop.id, MONDAY, MONDAY + timedelta(days=13))
    nets = {share.fisher.name: share.net for share in found.fishers}
    for name in nets:
        own = "'" + name if name.startswith("=") else name
        assert sum(int(row["Rupiah"]) for row in rows if row["Milik"] == own) == nets[name]
    assert {row["Milik"] for row in rows} == {"Pak Udin", "'=Bu Ipah", "Koperasi"}


def test_pages_ask_as_often_for_many_fishers_as_for_two(work: Clerk, sold: OrderRow) -> None:
    work.see("/koperasi/nelayan")  # the market's own questions are asked once
    with recorded() as few:
        work.see(f"/koperasi/bagi-hasil?{WEEK}")
    for number in range(6):
        catch = market.catch(work.shop)
        shares.parts(work.shop, catch, {shares.fisher(work.shop, f"Nelayan {number}"): 500})
        order = market.order(accounts.buyer(f"p{number}@contoh.id"), work.shop, {catch: 500})
        sales.collect(order, work.shop.clerk, at=days.start_of(MONDAY) + timedelta(hours=9))
    with recorded() as many:
        page = work.see(f"/koperasi/bagi-hasil?{WEEK}")
    assert "Nelayan 5" in page.words
    assert len(many) == len(few)


def test_another_cooperatives_fishers_and_lots_are_not_there(work: Clerk, sold: OrderRow) -> None:
    other = market.shop("lontar", sales.LONTAR)
    stranger, catch = shares.fisher(other, "Pak Amin"), market.catch(other)
    for path in (
        f"/koperasi/nelayan/{stranger}",
        f"/koperasi/bagi-hasil/{stranger}?{WEEK}",
        f"/koperasi/stok/{catch}/nelayan",
    ):
        work.see(path, 404)
    assert work.send(f"/koperasi/nelayan/{stranger}", {"name": "Pak Umar"}).status == 404
    assert work.send(f"/koperasi/stok/{catch}/nelayan", {f"part_{stranger}": "1"}).status == 404
    for page in (work.see("/koperasi/nelayan"), work.see(f"/koperasi/bagi-hasil?{WEEK}")):
        assert "Pak Amin" not in page.words


def test_tax_and_dues_are_a_managers_to_set(work: Clerk) -> None:
    path = "/koperasi/profil/pajak"
    page = work.send(path, {"tax": "11,555", "tax_number": "", "dues": "101"})
    assert page.status == 422
    assert page.errors == [
        "Tulis persennya seperti 2,5. Paling banyak dua angka di belakang koma.",
        "Terlalu besar. Periksa lagi angkanya.",
    ]
    assert page.value("dues") == "101"
    assert work.send(path, {"tax": "11", "tax_number": " ", "dues": ""}).errors == ["Isi dulu bagian ini."]
    assert work.send(path, {"tax": "11", "tax_number": "01.234.567.8-901.000", "dues": "2,5"}).status == 302
    kept = work.see("/koperasi/profil")
    assert (kept.value("tax"), kept.value("tax_number"), kept.value("dues")) == ("11", "01.234.567.8-901.000", "2,5")


def test_whoever_is_no_manager_sees_rates_and_shares_and_changes_neither(work: Clerk, sold: OrderRow) -> None:
    write(lambda session: session.execute(update(Account).values(is_manager=False)))
    profile = work.see("/koperasi/profil")
    assert "Hanya pengurus yang bisa mengubahnya." in profile.words
    assert "dues" not in profile.fields
    assert work.send("/koperasi/profil/pajak", {"tax": "0", "tax_number": "", "dues": "9"}).status == 403
    assert "Tandai sudah dibagikan" not in work.see(f"/koperasi/bagi-hasil?{WEEK}").words
    assert work.send("/koperasi/bagi-hasil/tutup", {"from": "2026-01-05", "to": "2026-01-11"}).status == 403
    assert list_sharings(db.session(), work.shop.id) == []
