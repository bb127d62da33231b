"""The co-operative's QRIS on its page: looked at before it counts; then on the buyer's phone and on the clerk's."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import update

from ovop.accounts.models import Account, Cooperative
from ovop.accounts.queries import get_cooperative
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import operations
from ovop.ordering.rows import OrderRow
from ovop.outside.codes import find_codes
from ovop.payment.merchant import set_code
from ovop.payment.qris import read_merchant_code, with_amount
from ovop.payment.rules import Method
from tests.databases import count
from tests.make import accounts, codes, market
from tests.make.clerks import Clerk, clerk
from tests.make.pages import Page

STATIC = codes.static()
LABEL = "QRIS KIOS UJI COBA"


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


def in_use(jaya: Clerk) -> str | None:
    db.session.rollback()
    return get_cooperative(db.session(), jaya.shop.id).qris_payload


def sent(jaya: Clerk, data: bytes = b"", payload: str = "") -> Page:
    """What checking a photo, or text, is answered with."""
    fields: dict[str, object] = {"payload": payload}
    if data:
        fields["photo"] = (io.BytesIO(data), "qris.jpg")
    return jaya.send("/koperasi/qris/periksa", fields)


def ready(jaya: Clerk, buyer: Actor) -> OrderRow:
    """A weighed order to be paid by QRIS: Rp 76.900."""
    lot = market.catch(jaya.shop)
    order = market.order(buyer, jaya.shop, {lot: 2000}, Method.QRIS)
    write(operations.weigh_order, order.number, {lot: 2050}, jaya.shop.clerk, days.now())
    return order


@pytest.mark.parametrize("by_photo", [True, False])
def test_nothing_counts_before_it_was_confirmed(jaya: Clerk, by_photo: bool) -> None:
    page = sent(jaya, codes.photo(STATIC, turned=9)) if by_photo else sent(jaya, payload=f"\n {STATIC} ")
    assert page.status == 200
    assert page.all("h1") == ["Betul ini QRIS koperasi?"]
    assert "KIOS UJI COBA Kota KAB SERANG NMID ID0000000000001" in page.words
    assert page.value("payload") == STATIC
    assert in_use(jaya) is None
    assert count("merchant_code_change") == 0
    for _twice in range(2):
        assert jaya.send("/koperasi/qris/pakai", {"payload": STATIC}).location == "/koperasi/qris"
    assert in_use(jaya) == STATIC
    page = jaya.see("/koperasi/qris")
    assert "QRIS dipakai mulai sekarang." in page.words
    assert page.all("time") == ["KIOS UJI COBA Sen 5 Jan 09.00 WIB, Pak Jaya"]


def test_what_it_would_replace_is_named(jaya: Clerk) -> None:
    write(set_code, STATIC, jaya.shop.clerk, days.now())
    assert "Kode ini sudah dipakai sekarang." in sent(jaya, payload=STATIC).words
    words = sent(jaya, payload=codes.static("KIOS BARU", number=2)).words
    assert "Menggantikan QRIS KIOS UJI COBA, NMID ID0000000000001." in words


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (codes.photo(), "Tidak ada kode QR di foto itu."),
        (codes.torn(STATIC), "Kode QR-nya kabur atau terpotong."),
        (codes.photo(STATIC, codes.static("KIOS LAIN")), "Ada lebih dari satu QRIS di foto itu."),
        (codes.photo("https://contoh.id"), "Itu kode QR berisi alamat situs"),
        (codes.photo("123456"), "Kode QR di foto itu bukan QRIS."),
        (codes.photo(codes.static(more="540585000")), "Itu QRIS sekali pakai dengan nominal."),
        (codes.photo(codes.static(more="55020357031.5")), "QRIS itu menambah biaya ke pembeli"),
        (b"GIF89a", "Berkas itu bukan foto yang bisa dibaca."),
    ],
)
def test_a_photo_that_will_not_do_is_answered_beside_its_field_and_the_text_stays(
    jaya: Clerk, data: bytes, says: str
) -> None:
    page = sent(jaya, data, payload="yang tadi ditempel")
    assert page.status == 422
    assert [error for error in page.errors if error.startswith(says)]
    assert "yang tadi ditempel" in page.words
    assert in_use(jaya) is None


@pytest.mark.parametrize(
    ("payload", "says"),
    [
        ("", "Itu bukan isi kode QRIS."),
        ("bayar ke saya", "Itu bukan isi kode QRIS."),
        (STATIC[:-4] + "0000", "Isi QRIS itu tidak utuh"),
        ("https://contoh.id", "Itu kode QR berisi alamat situs"),
        ("9" * 5000, "Itu bukan isi kode QRIS."),
    ],
)
def test_text_that_will_not_do_comes_back(jaya: Clerk, payload: str, says: str) -> None:
    for path in ("/koperasi/qris/periksa", "/koperasi/qris/pakai"):
        page = jaya.send(path, {"payload": payload})
        assert page.status == 422
        assert [error for error in page.errors if error.startswith(says)]
        assert payload in page.words
    assert in_use(jaya) is None


def test_a_code_is_taken_away_with_a_warning_about_open_orders(jaya: Clerk) -> None:
    write(set_code, STATIC, jaya.shop.clerk, days.now())
    order = ready(jaya, accounts.buyer())
    assert "1 pesanan QRIS masih berjalan." in jaya.see("/koperasi/qris").words
    for _twice in range(2):
        assert jaya.send("/koperasi/qris/lepas").location == "/koperasi/qris"
    page = jaya.see("/koperasi/qris")
    assert "Belum ada QRIS" in page.words
    assert len(page.all("time")[0].split("WIB")) == 3, "set, and taken away"
    page = jaya.see(f"/koperasi/pesanan/{order.number}/serah")
    assert page.all("h1") == ["Pastikan QRIS masuk"]


def test_clerks_see_it_and_only_managers_change_it(jaya: Clerk, client: FlaskClient) -> None:
    write(set_code, STATIC, jaya.shop.clerk, days.now())
    write(lambda session: session.execute(update(Account).values(is_manager=False)))
    page = jaya.see("/koperasi/qris")
    assert "KIOS UJI COBA" in page.words
    assert "hanya pengurus yang bisa menggantinya" in page.words
    assert "payload" not in page.fields
    assert jaya.send("/koperasi/qris/pakai", {"payload": codes.static("KIOS MALING")}).status == 403
    assert jaya.send("/koperasi/qris/lepas").status == 403
    assert in_use(jaya) == STATIC
    accounts.sign_in(client, accounts.buyer())
    for path in ("/koperasi/qris", "/koperasi/qris/periksa"):
        assert client.open(path, method="POST" if "periksa" in path else "GET").status_code == 403


def test_an_old_code_that_cannot_be_read_is_in_nobodys_way(jaya: Clerk) -> None:
    write(lambda session: session.execute(update(Cooperative).values(qris_payload="from long ago")))
    assert "Belum ada QRIS" in jaya.see("/koperasi/qris").words
    order = ready(jaya, accounts.buyer())
    jaya.see(f"/koperasi/pesanan/{order.number}/serah")


# Paying


def test_buyer_and_clerk_are_shown_the_code_to_the_letter(jaya: Clerk, client: FlaskClient) -> None:
    write(set_code, STATIC, jaya.shop.clerk, days.now())
    buyer = accounts.buyer()
    order = ready(jaya, buyer)
    answer = client.get(f"/koperasi/pesanan/{order.number}/serah")
    page = Page(answer)
    assert page.all("h1") == ["Tunjukkan QRIS ini ke pembeli"]
    assert page.all("price-big") == ["Rp 76.900"]
    assert codes.read_svg(answer.text, LABEL) == STATIC
    accounts.sign_in(client, buyer)
    answer = client.get(f"/pesanan/{order.number}")
    assert codes.read_svg(answer.text, LABEL) == STATIC
    assert 'data-text="76900"' in answer.text
    picture = client.get(f"/pesanan/{order.number}/qris.png")
    assert find_codes(picture.data).texts == (STATIC,)
    assert f'filename="qris-{order.number}-76900.png"' in picture.headers["Content-Disposition"]
    accounts.sign_in(client, jaya.shop.clerk)
    jaya.send(f"/koperasi/pesanan/{order.number}/serah", {"code": order.pickup_code, "reference": "4411 QR"})
    assert jaya.read(order.number).reference == "4411 QR"
    accounts.sign_in(client, buyer)
    assert client.get(f"/pesanan/{order.number}/qris.png").status_code == 409
    assert market.broken() == []


def test_where_it_is_allowed_the_code_asks_for_the_amount(
    jaya: Clerk, client: FlaskClient, app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "OVOP", replace(app.config["OVOP"], qris_amount=True))
    write(set_code, STATIC, jaya.shop.clerk, days.now())
    buyer = accounts.buyer()
    order = ready(jaya, buyer)
    expected = with_amount(read_merchant_code(STATIC), 76_900)
    accounts.sign_in(client, buyer)
    answer = client.get(f"/pesanan/{order.number}")
    assert codes.read_svg(answer.text, LABEL) == expected
    assert find_codes(client.get(f"/pesanan/{order.number}/qris.png").data).texts == (expected,)
    assert "Jumlahnya sudah ada di dalam kode." in Page(answer).words


def test_more_than_one_payment_may_carry_is_said_and_not_asked_for(
    jaya: Clerk, client: FlaskClient, app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(set_code, STATIC, jaya.shop.clerk, days.now())
    buyer = accounts.buyer()
    order = ready(jaya, buyer)
    monkeypatch.setitem(app.config, "OVOP", replace(app.config["OVOP"], qris_amount=True, qris_maximum=76_899))
    accounts.sign_in(client, buyer)
    answer = client.get(f"/pesanan/{order.number}")
    assert codes.read_svg(answer.text, LABEL) == STATIC
    assert "melebihi batas sekali bayar dengan QRIS, Rp 76.899" in Page(answer).words


def test_a_tip_is_announced_and_so_is_the_fee_of_an_old_code(jaya: Clerk, client: FlaskClient) -> None:
    write(set_code, codes.static(more="550201"), jaya.shop.clerk, days.now())
    order = ready(jaya, accounts.buyer())
    assert "Tip boleh dilewati." in jaya.see(f"/koperasi/pesanan/{order.number}/serah").words
    assert "menawarkan tip" in jaya.see("/koperasi/qris").words
    old = codes.static(more="55020256041000")
    write(lambda session: session.execute(update(Cooperative).values(qris_payload=old)))
    answer = client.get(f"/koperasi/pesanan/{order.number}/serah")
    assert "menambah biaya di aplikasi pembayar" in Page(answer).words
    assert codes.read_svg(answer.text, LABEL) == old, "nothing in it is altered"
    assert "dan itu dilarang" in jaya.see("/koperasi/qris").words
