"""The account page."""

from __future__ import annotations

import json

from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.accounts import flows
from ovop.accounts.models import Role
from ovop.complaints.flows import give_back_once, keep_photo
from ovop.db import write
from ovop.kernel import days
from ovop.ordering.operations import cancel_order
from tests.databases import count
from tests.make import accounts as make
from tests.make import market
from tests.make.complaints import bought
from tests.make.pages import Page
from tests.outside.odd_pictures import quarters, saved


def test_every_role_has_an_account_page(client: FlaskClient) -> None:
    tengkurak = make.cooperative()
    for actor in (make.buyer(), make.member(tengkurak), make.official(), make.official(Role.ADMIN, "a@contoh.id")):
        make.sign_in(client, actor)
        assert client.get("/akun").status_code == 200
    assert client.get("/akun").headers["Cache-Control"] == "no-store"


def test_name_and_language_change_together(client: FlaskClient) -> None:
    siti = make.buyer("siti@contoh.id")
    make.sign_in(client, siti)
    answer = client.post("/akun/data-diri", data={"name": "Siti Aminah", "language": "en"})
    assert answer.location == "/en/akun"
    assert Page(client.get("/en/akun")).all("h1") == ["Siti Aminah"]


def test_a_wrong_detail_is_said_beside_its_field_and_kept(client: FlaskClient) -> None:
    make.sign_in(client, make.buyer())
    page = Page(client.post("/akun/data-diri", data={"name": "x" * 81, "language": "id"}))
    assert (page.status, page.errors) == (422, ["Terlalu panjang."])
    assert page.value("name") == "x" * 81


def test_a_new_password_keeps_this_browser_and_ends_the_others(app: APIFlask, client: FlaskClient) -> None:
    siti = make.buyer("siti@contoh.id")
    other = app.test_client()
    make.sign_in(client, siti)
    make.sign_in(other, siti)
    wrong = Page(client.post("/akun/kata-sandi", data={"old_password": "salah", "new_password": "bandeng-presto"}))
    assert wrong.errors == ["Kata sandi yang sekarang tidak cocok."]
    weak = Page(client.post("/akun/kata-sandi", data={"old_password": make.PASSWORD, "new_password": "siti@contoh.id"}))
    assert weak.errors == ["Jangan sama dengan e-mail atau nomor HP-mu."]
    done = client.post("/akun/kata-sandi", data={"old_password": make.PASSWORD, "new_password": "bandeng-presto"})
    assert done.status_code == 302
    assert client.get("/akun").status_code == 200
    assert other.get("/akun").status_code == 302
    assert flows.sign_in("siti@contoh.id", "bandeng-presto").actor == siti


def test_guessing_the_old_password_is_slowed(client: FlaskClient) -> None:
    make.sign_in(client, make.buyer())
    data = {"old_password": "salah", "new_password": "bandeng-presto"}
    for _number in range(10):
        assert client.post("/akun/kata-sandi", data=data).status_code == 403
    assert client.post("/akun/kata-sandi", data=data).status_code == 429


def test_other_devices_can_be_signed_out(app: APIFlask, client: FlaskClient) -> None:
    siti = make.buyer()
    other = app.test_client()
    make.sign_in(client, siti)
    make.sign_in(other, siti)
    client.post("/akun/keluar-semua")
    assert client.get("/akun").status_code == 200
    assert other.get("/akun").status_code == 302


def test_a_buyer_takes_all_their_data_along_and_nobody_elses(client: FlaskClient) -> None:
    siti, budi = make.buyer("siti@contoh.id", phone="+6281234567890"), make.buyer("budi@contoh.id", "Budi")
    seller = market.shop()
    lot = market.catch(seller, 100_000)
    mine = [market.order(siti, seller, {lot: 1000}).number for _number in range(2)]
    market.order(budi, seller, {lot: 1000})
    make.sign_in(client, siti)
    answer = client.get("/akun/data.json")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    data = json.loads(answer.text)
    assert data["account"] == {
        "name": "Siti", "email": "siti@contoh.id", "phone": "+6281234567890", "role": "buyer", "language": "id",
    }  # fmt: skip
    assert sorted(order["number"] for order in data["orders"]) == sorted(mine)
    assert data["orders"][0]["lines"][0]["quantity"] == 1000
    assert "Budi" not in answer.text
    assert make.password_hash() not in answer.text


def test_data_of_a_buyer_without_orders_is_whole_too(client: FlaskClient) -> None:
    make.sign_in(client, make.buyer())
    assert json.loads(client.get("/akun/data.json").text)["orders"] == []


def test_complaints_are_part_of_ones_data_and_of_ones_leaving(app: APIFlask, client: FlaskClient) -> None:
    order = bought(app)
    photo = keep_photo(saved(quarters()), days.now())
    order.complain("Lembek", photos=(photo,))
    order.offer(5_000, "Maaf")
    make.sign_in(client, order.buyer)
    [kept] = json.loads(client.get("/akun/data.json").text)["orders"]
    complaint = kept["complaint"]
    assert (complaint["status"], complaint["text"], complaint["offered"]) == ("offered", "Lembek", 5_000)
    assert [(step["role"], step["text"]) for step in complaint["steps"]] == [
        ("buyer", "Lembek"),
        ("cooperative", "Maaf"),
    ]
    [address] = complaint["photos"]
    assert client.get(address).content_type == "image/jpeg"
    assert kept["goodwill"] == []
    assert "Keluhanmu belum selesai." in Page(client.get("/akun/hapus")).words
    order.accept()
    words = Page(client.get("/akun/hapus")).words
    assert "belum selesai" not in words
    assert "5.000" in words
    give_back_once(order.number, 1_000, "Salah timbang", order.seller.clerk, "k", days.now())
    [kept] = json.loads(client.get("/akun/data.json").text)["orders"]
    assert [(given["amount"], given["text"]) for given in kept["goodwill"]] == [(1_000, "Salah timbang")]
    assert client.post("/akun/hapus", data={"password": make.PASSWORD}).location == "/"
    assert market.broken() == []


def test_an_account_goes_only_with_its_password_and_without_open_orders(app: APIFlask, client: FlaskClient) -> None:
    siti = make.buyer("siti@contoh.id")
    seller = market.shop()
    number = market.order(siti, seller, {market.catch(seller): 1000}).number
    make.sign_in(client, siti)
    assert "Akun dihapus" in Page(client.get("/akun/hapus")).words
    assert Page(client.post("/akun/hapus", data={"password": "salah"})).errors == ["Kata sandi itu tidak cocok."]
    held = Page(client.post("/akun/hapus", data={"password": make.PASSWORD}))
    assert held.status == 409
    assert "Masih ada pesanan yang berjalan." in held.words
    write(cancel_order, number, siti, days.now())
    assert client.post("/akun/hapus", data={"password": make.PASSWORD}).location == "/"
    assert client.get("/akun").status_code == 302
    assert market.read(number, seller.clerk).number == number  # the co-operative's books stay whole
    assert count("order") == 1
    assert not market.broken()


def test_only_buyers_delete_themselves(client: FlaskClient) -> None:
    make.sign_in(client, make.member(make.cooperative()))
    assert client.get("/akun/hapus").status_code == 403
    assert client.post("/akun/hapus", data={"password": make.PASSWORD}).status_code == 403
