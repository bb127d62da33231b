"""Signing up, in and out, in a browser without script."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from ovop.accounts.models import Role
from ovop.accounts.names import DEMO_EMAILS, DEMO_PASSWORD
from ovop.accounts.operations import sign_out_everywhere
from ovop.db import write
from ovop.web.account.area import AREAS
from ovop.web.account.session import is_local
from ovop.web.places import home_url
from tests.databases import count
from tests.make import accounts as make
from tests.make.pages import Page


def sign_in(client: FlaskClient, login: str, password: str = make.PASSWORD, **more: str) -> TestResponse:
    return client.post("/masuk", data={"login": login, "password": password, **more})


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/akun").status_code == 200


def test_the_right_password_leads_to_where_one_was_going(client: FlaskClient) -> None:
    make.buyer("siti@contoh.id")
    strange = client.get("/pesanan?page=2")
    assert strange.location == "/masuk?next=/pesanan?page%3D2"
    assert sign_in(client, "Siti@contoh.id", next="/pesanan?page=2").location == "/pesanan?page=2"
    assert is_signed_in(client)


def test_the_language_survives_the_way_through_signing_in(client: FlaskClient) -> None:
    assert client.get("/en/pesanan").location == "/en/masuk?next=/en/pesanan"


@pytest.mark.parametrize("role", list(Role))
def test_everybody_lands_where_their_work_begins(app: APIFlask, client: FlaskClient, role: Role) -> None:
    if role is Role.BUYER:
        make.buyer("a@contoh.id")
    elif role is Role.COOPERATIVE:
        make.member(make.cooperative(), "a@contoh.id")
    else:
        make.official(role, "a@contoh.id")
    with app.test_request_context():
        start = home_url(AREAS[role])
    assert sign_in(client, "a@contoh.id").location == start


def test_a_wrong_password_keeps_the_login_and_never_the_password(client: FlaskClient) -> None:
    make.buyer("siti@contoh.id")
    answer = sign_in(client, "siti@contoh.id", "salah-sekali")
    page = Page(answer)
    assert page.status == 403
    assert page.value("login") == "siti@contoh.id"
    assert page.errors == ["E-mail, nomor HP, atau kata sandi itu tidak cocok."]
    assert "salah-sekali" not in answer.text
    assert not is_signed_in(client)


def test_a_stranger_reads_the_same_as_a_wrong_password(client: FlaskClient) -> None:
    make.buyer("siti@contoh.id")
    known, unknown = sign_in(client, "siti@contoh.id", "salah"), sign_in(client, "tono@contoh.id", "salah")
    assert known.status_code == unknown.status_code
    assert Page(known).errors == Page(unknown).errors


@pytest.mark.parametrize(
    ("login", "words"), [("", "Isi dulu bagian ini."), ("siti", "Tulis alamat e-mail, atau nomor")]
)
def test_what_cannot_be_a_login_is_said_beside_the_field(client: FlaskClient, login: str, words: str) -> None:
    page = Page(sign_in(client, login))
    assert page.status == 422
    assert page.errors[0].startswith(words)


def test_guessing_is_slowed_for_one_account_from_one_place(client: FlaskClient) -> None:
    make.buyer("siti@contoh.id")
    make.buyer("budi@contoh.id")
    for _number in range(10):
        assert sign_in(client, "siti@contoh.id", "salah").status_code == 403
    slowed = sign_in(client, "siti@contoh.id")
    assert slowed.status_code == 429
    assert 0 < int(slowed.headers["Retry-After"]) <= 15 * 60
    assert "Terlalu banyak percobaan. Coba lagi dalam 15 menit." in Page(slowed).words
    # Neither a neighbour behind the same address nor the owner at home is kept out.
    assert sign_in(client, "budi@contoh.id").status_code == 302
    elsewhere = client.post(
        "/masuk",
        data={"login": "SITI@contoh.id ", "password": make.PASSWORD},
        environ_base={"REMOTE_ADDR": "2001:db8:1:2::5"},
    )
    assert elsewhere.status_code == 302


def test_signing_in_often_is_no_guessing(client: FlaskClient) -> None:
    make.buyer("siti@contoh.id")
    for _number in range(25):
        assert sign_in(client, "siti@contoh.id").status_code == 302
        client.post("/keluar")


def test_one_household_is_one_place_whatever_addresses_it_has(app: APIFlask, client: FlaskClient) -> None:
    make.buyer("siti@contoh.id")
    for number in range(10):
        environ = {"REMOTE_ADDR": f"2001:db8:1:2::{number}"}
        client.post("/masuk", data={"login": "siti@contoh.id", "password": "salah"}, environ_base=environ)
    last = client.post(
        "/masuk",
        data={"login": "siti@contoh.id", "password": "salah"},
        environ_base={"REMOTE_ADDR": "2001:db8:1:2:ffff::1"},
    )
    assert last.status_code == 429


def test_signing_up_makes_a_buyer_who_is_signed_in(client: FlaskClient) -> None:
    answer = client.post("/daftar", data={"name": "Siti", "login": "0812 3456 7890", "password": make.PASSWORD})
    assert answer.location == "/"
    assert "0812-3456-7890" in Page(client.get("/akun")).words


def test_signing_up_keeps_what_was_typed_and_names_every_fault(client: FlaskClient) -> None:
    answer = client.post("/daftar", data={"name": "", "login": "siti@", "password": "pendek", "next": "/bayar"})
    page = Page(answer)
    assert page.status == 422
    assert page.errors == [
        "Isi dulu bagian ini.",
        "Alamat e-mail itu belum lengkap.",
        "Pakai paling sedikit 8 huruf atau angka.",
    ]
    assert (page.value("login"), page.value("next")) == ("siti@", "/bayar")
    assert "pendek" not in answer.text
    assert count("account") == 0


def test_signing_up_is_no_faster_way_to_guess(client: FlaskClient) -> None:
    make.buyer("siti@contoh.id")
    for number in range(10):
        data = {"name": "X", "login": "siti@contoh.id", "password": f"tebakan-{number}"}
        assert client.post("/daftar", data=data).status_code == 403
    assert client.post("/daftar", data=data).status_code == 429
    assert sign_in(client, "siti@contoh.id").status_code == 429


def test_nobody_signs_up_with_the_demos_address(client: FlaskClient) -> None:
    page = Page(client.post("/daftar", data={"name": "X", "login": DEMO_EMAILS["admin"], "password": "kata-sandi-1"}))
    assert page.errors == ["Alamat ini tidak bisa dipakai. Pakai alamatmu sendiri."]


def test_signing_out_leaves_nothing_on_the_device(client: FlaskClient) -> None:
    siti = make.buyer("siti@contoh.id")
    make.sign_in(client, siti)
    with client.session_transaction() as session:
        session["basket"] = {"id": "x", "lines": [[1, 2, 3, 0]]}
    assert client.post("/keluar").status_code == 302
    with client.session_transaction() as session:
        assert set(session) <= {"_flashes", "csrf_token"}
    assert not is_signed_in(client)


def test_signing_out_elsewhere_ends_this_session(client: FlaskClient) -> None:
    siti = make.buyer("siti@contoh.id")
    make.sign_in(client, siti)
    assert is_signed_in(client)
    write(sign_out_everywhere, siti.id)
    assert not is_signed_in(client)


@pytest.mark.parametrize("key", ["", "x", "1", "1:", ":", "999999:abc", "-1:abc", "١:abc", "9" * 30 + ":abc"])
def test_a_session_for_nobody_is_nobodys(client: FlaskClient, key: str) -> None:
    with client.session_transaction() as session:
        session["_user_id"] = key
    assert client.get("/akun").status_code == 302


def test_a_new_session_begins_with_signing_in(client: FlaskClient) -> None:
    make.buyer("siti@contoh.id")
    with client.session_transaction() as session:
        session["planted"] = "x"
        session["basket"] = {"id": "k", "lines": [[1, 1000, 5000, 0]]}
    sign_in(client, "siti@contoh.id")
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session["basket"]["id"] == "k"


def test_the_demos_accounts_are_offered_only_in_a_demo(client: FlaskClient) -> None:
    assert DEMO_PASSWORD not in client.get("/masuk").text
    make.demo_buyer()
    page = Page(client.get("/masuk"))
    assert "Pasar contoh" in page.words
    assert all(email in page.words for email in DEMO_EMAILS.values())


@pytest.mark.parametrize("address", ["/", "/pesanan?page=2", "/en/bayar", "/desa/36.04.13.2011#peta"])
def test_pages_of_ours_are_where_one_may_go_on(address: str) -> None:
    assert is_local(address)


@pytest.mark.parametrize(
    "address",
    ["", None, "//evil.test", "/\\evil.test", "\\\\evil.test", "https://evil.test", "javascript:alert(1)", "evil.test",
     "/\t/evil.test", "/\n/evil.test", "///evil.test", " /pesanan", "/x\\..\\evil", "http:evil.test", "/\x00",
     "/" + "a" * 2000],
)  # fmt: skip
def test_no_other_place_is_where_one_may_go_on(address: str | None) -> None:
    assert not is_local(address)


@given(st.text(alphabet="/\\:.?#@ \t\nahtps%", max_size=12))
def test_whatever_is_let_through_stays_on_this_host(address: str) -> None:
    if is_local(address):
        assert address[0] == "/"
        assert address[1:2] not in ("/", "\\")
        assert not set(address) & set("\\\t\n")


def test_signing_in_never_leads_off_the_market(client: FlaskClient) -> None:
    make.buyer("siti@contoh.id")
    assert sign_in(client, "siti@contoh.id", next="//evil.test").location == "/"
    assert client.get("/masuk?next=//evil.test").location == "/"
