"""The basket's pages, in a browser without script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import event

from ovop.db import db, write
from ovop.kernel import days
from ovop.stock.operations import CatchChanges, change_catch, withdraw_catch
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market
from tests.make.pages import Page
from tests.make.shopping import put_in


def basket(client: FlaskClient) -> Page:
    return Page(client.get("/belanja"))


def lines_of(client: FlaskClient) -> list[list[int]]:
    with client.session_transaction() as session:
        return list(session.get("basket", {}).get("lines", []))


def test_an_empty_basket_leads_to_the_market(client: FlaskClient) -> None:
    page = basket(client)
    assert page.all("h1") == ["Belanjaanmu masih kosong"]
    assert "/" in page.links


@pytest.mark.parametrize(
    ("typed", "grams"),
    [
        ("1,5 kg", 1500),
        ("1.500 g", 1500),
        ("1,333", 1333),
        ("1.5", 1500),
        ("750 g", 750),
        ("2 ons", 200),
        (" 3 ", 3000),
    ],
)
def test_weights_are_taken_as_people_write_them(client: FlaskClient, typed: str, grams: int) -> None:
    lot = market.catch(market.shop())
    assert put_in(client, lot, typed).location == "/belanja"
    assert lines_of(client) == [[lot, grams, 37_500, 0]]


def test_a_dot_means_thousands_here_and_decimals_in_english(client: FlaskClient) -> None:
    lot = market.catch(market.shop())
    assert Page(put_in(client, lot, "1.333")).errors == ["Sisanya 10 kg."]  # 1,333 kg are more than there are
    client.post("/en/belanja/tambah", data={"catch": str(lot), "quantity": "1.333"})
    assert lines_of(client) == [[lot, 1333, 37_500, 0]]


def test_the_price_of_a_line_is_rounded_once(client: FlaskClient) -> None:
    """37,500 a kilogram × 1,333 g: neither 50,700 (38 a gram) nor 49,900 (1.33 kg)."""
    put_in(client, market.catch(market.shop()), "1,333")
    page = basket(client)
    assert "Rp 50.000" in page.words
    assert "paling banyak Rp 55.000" in page.words


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ("", 422, "Isi dulu bagian ini."),
        ("banyak", 422, "Tulis beratnya seperti 1,5 kg atau 1.500 g."),
        ("-1", 422, "Tulis beratnya seperti 1,5 kg atau 1.500 g."),
        ("0", 422, "Terlalu kecil."),
        ("0,0005", 422, "Paling kecil satu gram."),
        ("1 g", 422, "Itu 1 g. Kalau memang benar, tekan sekali lagi."),
        ("11 kg", 409, "Sisanya 10 kg."),
        ("9" * 40, 422, "Terlalu besar. Periksa lagi angkanya."),
        ("1e3", 422, "Tulis beratnya seperti 1,5 kg atau 1.500 g."),
        ("<b>2</b>", 422, "Tulis beratnya seperti 1,5 kg atau 1.500 g."),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_kept(
    client: FlaskClient, typed: str, status: int, words: str
) -> None:
    page = Page(put_in(client, market.catch(market.shop()), typed))
    assert page.status == status
    assert page.errors == [words]
    assert page.value("quantity") == typed
    assert lines_of(client) == []


def test_a_slip_by_a_hundred_is_asked_about_once(client: FlaskClient) -> None:
    lot = market.catch(market.shop(), 900_000)
    page = Page(put_in(client, lot, "150"))  # 1,50 without its comma
    assert page.errors == ["Itu 150 kg. Kalau memang benar, tekan sekali lagi."]
    assert lines_of(client) == []
    other = Page(put_in(client, lot, "170", confirmed=page.value("confirmed") or ""))
    assert other.status == 422
    assert put_in(client, lot, "150", confirmed=page.value("confirmed") or "").status_code == 302
    assert lines_of(client)[0][1] == 150_000


def test_pieces_are_counted(client: FlaskClient) -> None:
    seller = market.shop()
    satay = market.product(seller.id, "Sate bandeng", "MIL", "count", "pack", "processed")
    lot = market.catch(seller, 40, 35_000, product=satay)
    assert Page(put_in(client, lot, "1,5")).errors == ["Tulis jumlahnya dengan angka bulat."]
    put_in(client, lot, "2")
    assert "Rp 70.000" in basket(client).words
    assert lines_of(client) == [[lot, 2, 35_000, 1]]


def test_less_and_more_work_without_script(client: FlaskClient) -> None:
    lot = market.catch(market.shop())
    more = Page(put_in(client, lot, "1,3 kg", quantity_step="500"))
    assert (more.status, more.value("quantity")) == (200, "1,5 kg")
    less = Page(put_in(client, lot, "1,3 kg", quantity_step="-500"))
    assert less.value("quantity") == "1 kg"
    assert lines_of(client) == []
    put_in(client, lot, "1 kg")
    client.post(f"/belanja/{lot}", data={"quantity": "1 kg", "quantity_step": "500"})
    assert lines_of(client)[0][1] == 1500
    client.post(f"/belanja/{lot}", data={"quantity": "10 kg", "quantity_step": "500"})
    assert lines_of(client)[0][1] == 10_000
    client.post(f"/belanja/{lot}", data={"quantity": "200 g", "quantity_step": "-500"})
    assert lines_of(client)[0][1] == 200


def test_sent_twice_a_lot_is_in_once(client: FlaskClient) -> None:
    lot = market.catch(market.shop())
    for _tap in range(2):
        put_in(client, lot, "2 kg")
    assert lines_of(client) == [[lot, 2000, 37_500, 0]]


def test_a_line_changes_and_goes(client: FlaskClient) -> None:
    seller = market.shop()
    first, second = market.catch(seller), market.catch(seller)
    put_in(client, first, "1 kg")
    put_in(client, second, "1 kg")
    client.post(f"/belanja/{first}", data={"quantity": "2,5 kg"})
    assert lines_of(client)[0][1] == 2500
    wrong = Page(client.post(f"/belanja/{first}", data={"quantity": "banyak"}))
    assert (wrong.status, wrong.errors) == (422, ["Tulis beratnya seperti 1,5 kg atau 1.500 g."])
    assert wrong.value("quantity") == "banyak"
    client.post(f"/belanja/{first}", data={"remove": "1"})
    assert [line[0] for line in lines_of(client)] == [second]
    client.post(f"/belanja/{second}", data={"remove": "1"})
    assert basket(client).all("h1") == ["Belanjaanmu masih kosong"]
    with client.session_transaction() as session:
        assert "basket" not in session


def test_lines_stand_by_cooperative_with_their_sums(client: FlaskClient) -> None:
    tengkurak, lontar = market.shop(), market.shop("lontar", "36.04.13.2007")
    put_in(client, market.catch(tengkurak, unit_price=100_000), "1 kg")
    put_in(client, market.catch(lontar, unit_price=50_000), "2 kg")
    put_in(client, market.catch(tengkurak, unit_price=10_000), "1 kg")
    page = basket(client)
    assert page.all("h2") == ["Koperasi Tengkurak", "Koperasi Lontar", "Jumlahnya"]
    assert page.all("facts") == [
        "Perkiraan Rp 110.000 Batas atas Rp 121.000",
        "Perkiraan Rp 100.000 Batas atas Rp 110.000",
        "Perkiraan Rp 210.000 Batas atas Rp 231.000",
    ]


def test_what_changed_since_is_said_line_by_line_and_stands_in_the_way(client: FlaskClient, clock: Clock) -> None:
    seller = market.shop()
    dearer, scarce, gone = market.catch(seller), market.catch(seller), market.catch(seller)
    for lot in (dearer, scarce, gone):
        put_in(client, lot, "2 kg")
    write(change_catch, dearer, CatchChanges(unit_price=40_000), seller.clerk, days.now())
    market.order(accounts.buyer("lain@contoh.id"), seller, {scarce: 9_000})
    write(withdraw_catch, gone, "rusak", seller.clerk, days.now())
    page = basket(client)
    assert "Harganya sekarang Rp 40.000, waktu kamu pilih Rp 37.500." in page.words
    assert "Sisanya tinggal 1 kg." in page.words
    assert "Sudah habis atau tidak dijual lagi." in page.words
    assert client.get("/ambil").location == "/belanja"
    assert client.post("/belanja/lanjut", data={}).location == "/belanja"
    client.post(f"/belanja/{scarce}", data={"rest": "1", "quantity": "2 kg"})
    client.post(f"/belanja/{gone}", data={"remove": "1"})
    assert lines_of(client) == [[dearer, 2000, 37_500, 0], [scarce, 1000, 37_500, 0]]
    assert client.get("/ambil").status_code == 200


def test_going_on_means_having_seen_the_prices(client: FlaskClient) -> None:
    seller = market.shop()
    lot = market.catch(seller)
    put_in(client, lot, "2 kg")
    shown = {f"price_{lot}": "37500"}
    write(change_catch, lot, CatchChanges(unit_price=40_000), seller.clerk, days.now())
    assert client.post("/belanja/lanjut", data=shown).location == "/belanja"
    assert client.post("/belanja/lanjut", data={f"price_{lot}": "40000"}).location == "/ambil"
    assert lines_of(client) == [[lot, 2000, 40_000, 0]]
    assert "Harganya sekarang" not in basket(client).words


def test_past_its_best_a_lot_is_gone(client: FlaskClient, clock: Clock) -> None:
    lot = market.catch(market.shop())
    put_in(client, lot, "2 kg")
    clock.forward(days=3)
    assert "Sudah habis atau tidak dijual lagi." in basket(client).words
    assert Page(put_in(client, lot, "1 kg")).status == 409


@pytest.mark.parametrize("catch", ["", "x", "0", "-1", "999999", "9" * 40, "1.5", "١"])
def test_a_lot_that_is_none_is_not_found(client: FlaskClient, catch: str) -> None:
    assert client.get("/belanja/tambah", query_string={"catch": catch}).status_code == 404
    assert client.post("/belanja/tambah", data={"catch": catch, "quantity": "1"}).status_code == 404


def test_a_line_that_is_not_there_changes_nothing(client: FlaskClient) -> None:
    assert client.post("/belanja/999", data={"quantity": "1"}).location == "/belanja"
    assert lines_of(client) == []


def test_no_more_than_forty_lots_go_in(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["basket"] = {"id": "k", "lines": [[number, 1000, 37_500, 0] for number in range(1000, 1040)]}
    page = Page(put_in(client, market.catch(market.shop()), "1 kg"))
    assert page.errors == ["Belanjaanmu sudah penuh: paling banyak 40 hasil sekali pesan."]
    assert len(lines_of(client)) == 40


def test_a_full_basket_fits_into_a_cookie(client: FlaskClient) -> None:
    seller = market.shop()
    lots = [market.catch(seller, 10_000 + number, 30_000 + 7 * number) for number in range(40)]
    for number, lot in enumerate(lots):
        assert put_in(client, lot, f"{1000 + 13 * number} g").status_code == 302
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert len(cookie.value) < 3_000
    assert len(lines_of(client)) == 40


def test_the_basket_bar_costs_no_query_and_the_page_always_the_same(app: APIFlask, client: FlaskClient) -> None:
    seller = market.shop()

    def queries() -> int:
        seen: list[str] = []
        with app.app_context():
            engine = db.engine

        def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        client.get("/belanja")
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    put_in(client, market.catch(seller), "1 kg")
    client.get("/belanja")
    one = queries()
    for _number in range(8):
        put_in(client, market.catch(seller), "1 kg")
    client.get("/belanja")
    assert queries() == one == 1


def test_signing_up_and_in_keeps_the_basket(client: FlaskClient) -> None:
    lot = market.catch(market.shop())
    put_in(client, lot, "2 kg")
    with client.session_transaction() as session:
        key = session["basket"]["id"]
    client.post("/daftar", data={"name": "Siti", "login": "siti@contoh.id", "password": accounts.PASSWORD})
    assert lines_of(client) == [[lot, 2000, 37_500, 0]]
    with client.session_transaction() as session:
        assert session["basket"]["id"] == key


def test_a_basket_holds_nothing_back_from_others(client: FlaskClient) -> None:
    seller = market.shop()
    lot = market.catch(seller)
    put_in(client, lot, "10 kg")
    market.order(accounts.buyer("lain@contoh.id"), seller, {lot: 10_000})
    assert count("order") == 1


def test_every_form_of_the_page_is_protected(client: FlaskClient) -> None:
    put_in(client, market.catch(market.shop()), "1 kg")
    html = client.get("/belanja").text
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", html, re.DOTALL)
    assert len(forms) == 3
    assert all("csrf_token" in each for each in forms)


def test_ids_on_the_page_are_not_doubled(client: FlaskClient) -> None:
    seller = market.shop()
    for _number in range(3):
        put_in(client, market.catch(seller, best_before=days.now() + timedelta(days=1)), "1 kg")
    page = basket(client)
    assert len(page.ids) == len(set(page.ids))
