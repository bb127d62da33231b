"""Following from a page, the news page, and ending it all from a letter."""

from __future__ import annotations

import json

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from ovop.db import db
from ovop.follow.models import Follow
from ovop.follow.rules import FollowKind
from ovop.follow.targets import get_target
from ovop.notices.models import NoticeChoice
from ovop.payment.rules import Method
from ovop.web.follow_tokens import token_of
from tests.conftest import Clock
from tests.make import accounts, market
from tests.make.follows import count, follows
from tests.make.pages import Page


def test_every_page_about_something_leads_to_following_it(client: FlaskClient) -> None:
    seller = market.shop()
    lot = market.catch(seller)
    links = {
        f"/hasil/{lot}": f"/ikuti/product/{seller.product}",
        f"/desa/{accounts.TENGKURAK}": f"/ikuti/village/{accounts.TENGKURAK}",
        "/?species=GIT": "/ikuti/species/GIT",
        f"/?cooperative={seller.id}": f"/ikuti/cooperative/{seller.id}",
        "/?q=lobster+hijau": "/ikuti?q=lobster+hijau",
    }
    for page, link in links.items():
        assert link in Page(client.get(page)).links, page


def test_a_stranger_signs_in_and_comes_back_to_their_choice(client: FlaskClient) -> None:
    seller = market.shop()
    address = f"/ikuti/product/{seller.product}"
    page = Page(client.get(address))
    assert page.all("h1") == ["Kabari aku: Udang windu dari Koperasi Tengkurak"]
    assert page.chosen("pace") == "daily"
    answer = client.post(address, data={"pace": "at_once"})
    assert answer.location.startswith("/masuk?next=")
    accounts.buyer("siti@contoh.id")
    back = client.post(
        "/masuk",
        data={"login": "siti@contoh.id", "password": accounts.PASSWORD, "next": f"{address}?pace=at_once"},
    ).location
    assert Page(client.get(back)).chosen("pace") == "at_once"
    assert client.post(address, data={"pace": "at_once"}).location == "/akun/kabar"
    assert db.session.execute(select(Follow.kind, Follow.target, Follow.pace)).all() == [
        ("product", str(seller.product), "at_once")
    ]


def test_following_twice_changes_the_pace_and_ending_twice_ends_it(client: FlaskClient) -> None:
    market.shop()
    accounts.sign_in(client, accounts.buyer())
    for pace in ("daily", "at_once"):
        client.post("/ikuti/species/GIT", data={"pace": pace})
    assert db.session.scalars(select(Follow.pace)).all() == ["at_once"]
    words = Page(client.get("/akun/kabar")).words
    assert "Jenis, langsung" in words
    for _ in range(2):
        assert client.post("/ikuti/species/GIT/berhenti").location == "/akun/kabar"
    assert count(Follow) == 0


def test_what_cannot_be_followed_is_said(client: FlaskClient) -> None:
    accounts.sign_in(client, accounts.buyer())
    for address in ("/ikuti/species/XXX", "/ikuti/boat/1", "/ikuti/product/0", "/ikuti/product/99999999999999999999"):
        assert client.get(address).status_code == 404, address
        assert client.post(address, data={"pace": "daily"}).status_code == 404, address
    page = Page(client.post("/ikuti/species/GIT", data={"pace": "hourly"}))
    assert page.status == 422
    assert page.errors == ["Isi dulu bagian ini."]
    assert count(Follow) == 0


def test_staff_do_not_follow(client: FlaskClient) -> None:
    seller = market.shop()
    accounts.sign_in(client, seller.clerk)
    assert "Hanya pembeli" in Page(client.get("/ikuti/species/GIT")).words
    assert client.post("/ikuti/species/GIT", data={"pace": "daily"}).status_code == 403


def test_a_species_that_nobody_sells_can_be_found_and_followed(client: FlaskClient) -> None:
    page = Page(client.get("/ikuti?q=kerapu"))
    assert any(link.startswith("/ikuti/species/") for link in page.links)
    assert "tidak kami kenal" in Page(client.get("/ikuti?q=xyzzy")).words


@pytest.mark.parametrize("csrf", [True, False])
def test_one_click_ends_all_letters_without_signing_in(app: APIFlask, client: FlaskClient, csrf: bool) -> None:
    siti = accounts.buyer()
    follows(siti, "species", "GIT")
    address = f"/berhenti-kabar/{token_of(siti.id)}"
    assert Page(client.get(address)).status == 200
    assert count(NoticeChoice) == 0  # mail programs look at addresses by themselves
    app.config["WTF_CSRF_ENABLED"] = csrf
    try:
        for _ in range(2):
            answer = client.post(address, data={"List-Unsubscribe": "One-Click"})
            assert answer.status_code == 200
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert db.session.scalars(select(NoticeChoice.news_by_mail)).all() == [False]
    assert count(Follow) == 1


def test_one_click_ends_one_follow(client: FlaskClient) -> None:
    siti = accounts.buyer()
    follows(siti, "species", "GIT")
    follows(siti, "village", accounts.TENGKURAK)
    address = f"/berhenti-kabar/{token_of(siti.id, get_target(db.session(), 'species', 'GIT'))}"
    for _ in range(2):
        assert "tidak mengikuti" in Page(client.post(address)).words
    assert db.session.scalars(select(Follow.kind)).all() == [FollowKind.VILLAGE]


def test_nobody_can_make_such_an_address(client: FlaskClient) -> None:
    siti = accounts.buyer()
    good = token_of(siti.id)
    for token in (good[:-1], good[1:], "WzFd", "WzFd.x", good.replace(".", "")):
        assert client.get(f"/berhenti-kabar/{token}").status_code == 404
        assert client.post(f"/berhenti-kabar/{token}").status_code == 404
    assert count(NoticeChoice) == 0


def test_choices_are_kept(client: FlaskClient) -> None:
    accounts.sign_in(client, accounts.buyer())
    client.post("/akun/kabar/pilihan", data={"orders_by_push": "1"})
    rows = db.session.execute(
        select(NoticeChoice.news_by_mail, NoticeChoice.orders_by_push, NoticeChoice.news_by_push)
    ).all()
    assert rows == [(False, True, False)]
    assert "checked" in Page(client.get("/akun/kabar")).fields["orders_by_push"][0]


def test_own_data_holds_follows_and_choices(client: FlaskClient) -> None:
    siti = accounts.buyer()
    follows(siti, "species", "GIT", "at_once")
    accounts.sign_in(client, siti)
    data = json.loads(client.get("/akun/data.json").get_data(as_text=True))
    [followed] = data["following"]["follows"]
    assert (followed["kind"], followed["of"], followed["pace"]) == ("species", "GIT", "at_once")
    assert data["notices"]["choices"] == {"news_by_mail": True, "orders_by_push": True, "news_by_push": True}
    assert data["orders"] == []


def test_payments_are_summed_and_listed(client: FlaskClient, clock: Clock) -> None:
    siti, seller = accounts.buyer(), market.shop()
    accounts.sign_in(client, siti)
    assert "Belum ada pembayaran" in Page(client.get("/akun/pembayaran")).words
    order = market.order(siti, seller, {market.catch(seller): 1000}, Method.CASH)
    page = Page(client.get("/akun/pembayaran"))
    assert order.number in page.words
    assert "Pesanan yang berjalan Rp 37.500" in page.words
    assert "Belum dibayar" in page.words
    assert Page(client.get("/akun/pembayaran?page=99")).status == 200
