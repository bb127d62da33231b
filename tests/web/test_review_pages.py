"""Rating on the order's page, what the market shows of it, answers, and the office's hiding."""

from __future__ import annotations

import json

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from ovop.accounts.rules import Actor
from ovop.catalogue.operations import set_flagship
from ovop.db import db, write
from ovop.kernel import days
from ovop.outside import mail
from ovop.outside.models import OutboxJob
from ovop.reviews.operations import REVIEW_LETTER_JOB, answer_review
from ovop.wiring import JOBS
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market, reviews
from tests.make.pages import Page


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def siti(client: FlaskClient) -> Actor:
    actor = accounts.buyer(name="Siti Rahasia")
    accounts.sign_in(client, actor)
    return actor


def mails() -> list[tuple[str, str, str]]:
    """Of every review's letter: to whom, subject, text."""
    for job in db.session.scalars(select(OutboxJob).where(OutboxJob.kind == REVIEW_LETTER_JOB)).all():
        JOBS[REVIEW_LETTER_JOB](job.payload, days.now())
    db.session.rollback()
    found = db.session.scalars(select(OutboxJob.payload).where(OutboxJob.kind == mail.KIND)).all()
    return [(each["to"], each["subject"], each["text"]) for each in found if ":review:" in each["key"]]


def test_what_was_collected_is_rated_on_its_own_page(client: FlaskClient, siti: Actor, seller: market.Shop) -> None:
    number = reviews.collected(seller, siti)
    address = f"/pesanan/{number}/nilai"
    assert address in Page(client.get(f"/pesanan/{number}")).links
    name = f"rating_{seller.product}"
    assert set(Page(client.get(address)).options(name)) == {"1", "2", "3", "4", "5"}
    data = {name: "4", f"text_{seller.product}": "Segar, <b>besar</b>"}
    for _twice in range(2):
        assert client.post(address, data=data).location == f"/pesanan/{number}"
    assert count("review_event") == 1
    page = Page(client.get(address))
    assert page.chosen(name) == "4"
    assert "Segar, &lt;b&gt;besar" in page.html
    assert "Boleh diubah sampai Sen 19 Jan" in page.words


def test_what_is_wrong_stands_beside_it_and_what_was_typed_stays(
    client: FlaskClient, siti: Actor, seller: market.Shop
) -> None:
    address = f"/pesanan/{reviews.collected(seller, siti)}/nilai"
    answer = Page(client.post(address, data={f"text_{seller.product}": "Tanpa nilai"}))
    assert answer.status == 422
    assert answer.errors == ["Pilih juga nilainya, dari 1 sampai 5."]
    assert "Tanpa nilai" in answer.words
    assert "Pilih dulu satu nilai." in Page(client.post(address, data={})).words
    answer = Page(client.post(address, data={f"rating_{seller.product}": "3", f"text_{seller.product}": "x" * 601}))
    assert (answer.status, answer.chosen(f"rating_{seller.product}")) == (422, "3")
    assert count("review") == 0


def test_it_is_not_there_before_the_handover_nor_for_others(
    client: FlaskClient, siti: Actor, seller: market.Shop
) -> None:
    waiting = market.order(siti, seller, {market.catch(seller): 1000}).number
    theirs = reviews.collected(seller, accounts.buyer("budi@contoh.id", "Budi"))
    for number in (waiting, theirs, "S-2601-000000"):
        assert client.get(f"/pesanan/{number}/nilai").status_code == 404
        data = {f"rating_{seller.product}": "1"}
        assert client.post(f"/pesanan/{number}/nilai", data=data).status_code in (404, 422)
    assert count("review") == 0


def test_too_late_is_said(client: FlaskClient, siti: Actor, seller: market.Shop, clock: Clock) -> None:
    number = reviews.collected(seller, siti)
    clock.forward(days=61)
    accounts.sign_in(client, siti)
    assert "Penilaian diterima sampai 60 hari" in Page(client.get(f"/pesanan/{number}/nilai")).words
    answer = client.post(f"/pesanan/{number}/nilai", data={f"rating_{seller.product}": "5"})
    assert answer.status_code == 409


def test_the_mean_is_shown_from_three_buyers_on(client: FlaskClient, seller: market.Shop) -> None:
    lot = market.catch(seller, 50_000)
    reviews.rated(seller, 5, 4)
    address = f"/produk/{seller.product}/penilaian"
    before = Page(client.get(f"/hasil/{lot}"))
    assert "dari 2 penilai" not in before.words
    assert "aggregateRating" not in before.html
    page = Page(client.get(address))
    assert "Belum cukup penilaian" in page.words
    assert "Segar sekali" not in page.words
    budi = accounts.buyer("budi@contoh.id", "Budi Rahasia")
    reviews.rate(reviews.collected(seller, budi, lot), budi, 4, "Pas untuk sup")
    catch = Page(client.get(f"/hasil/{lot}"))
    assert "4,3 dari 3 penilai" in catch.words
    assert address in catch.links
    assert '"ratingValue":4.3,"ratingCount":3,"bestRating":5,"worstRating":1' in catch.html
    page = Page(client.get(address))
    assert "4,3 dari 3 penilai" in page.words
    assert "5 Puas sekali 1 4 Puas 2 3 Biasa 0" in page.words
    assert "B. 5 Jan 2026" in page.words
    assert "Pas untuk sup" in page.words
    assert "Rahasia" not in page.html
    assert 'class="stars"' not in page.html


def test_a_village_shows_what_buyers_think_of_its_flagship(client: FlaskClient, seller: market.Shop) -> None:
    reviews.rated(seller, 5, 4, 4)
    office = accounts.official()
    write(set_flagship, accounts.TENGKURAK, seller.product, office, days.now(), decided_on=days.today())
    page = Page(client.get(f"/desa/{accounts.TENGKURAK}"))
    assert "Kata pembeli: 4,3 dari 3 penilai" in page.words


def test_the_page_changes_when_a_rating_does(client: FlaskClient, seller: market.Shop) -> None:
    people = reviews.rated(seller, 5, 5, 5)
    address = f"/produk/{seller.product}/penilaian"
    assert "5 dari 3 penilai" in Page(client.get(address)).words
    reviews.rate(reviews.collected(seller, people[0]), people[0], 2, "Kali ini lembek")
    page = Page(client.get(address))
    assert "4 dari 3 penilai" in page.words
    assert "Kali ini lembek" in page.words
    reviews.hidden(reviews.last())
    assert "Kali ini lembek" not in Page(client.get(address)).words


def test_pages_with_ratings_ask_no_more_than_three_times(client: FlaskClient, seller: market.Shop) -> None:
    lot = market.catch(seller, 50_000)
    reviews.rated(seller, 5, 4, 3, 4)
    for address in (f"/produk/{seller.product}/penilaian", f"/hasil/{lot}", f"/desa/{accounts.TENGKURAK}"):
        asked: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            asked.append(statement)

        db.session.remove()
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            assert client.get(address).status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        assert len([statement for statement in asked if statement.lstrip().startswith("SELECT")]) <= 3, address


def test_no_product_no_page(client: FlaskClient, app: APIFlask) -> None:
    assert client.get("/produk/999/penilaian").status_code == 404
    assert client.get("/produk/0/penilaian").status_code == 404


def test_a_long_list_goes_on(client: FlaskClient, seller: market.Shop) -> None:
    reviews.rated(seller, *[4] * 22)
    first = client.get(f"/produk/{seller.product}/penilaian").text
    assert first.count("Segar sekali") == 20
    link = next(link for link in Page(client.get(f"/produk/{seller.product}/penilaian")).links if "before=" in link)
    assert client.get(link).text.count("Segar sekali") == 2
    assert client.get(f"/produk/{seller.product}/penilaian?before=x").status_code == 200


def test_the_co_operative_answers_and_its_answer_is_read(client: FlaskClient, seller: market.Shop) -> None:
    buyer = accounts.buyer(name="Siti Rahasia")
    number = reviews.collected(seller, buyer)
    review = reviews.rate(number, buyer, 2, "Esnya habis")
    accounts.sign_in(client, seller.clerk)
    page = Page(client.get("/koperasi/penilaian"))
    assert "Esnya habis" in page.words
    assert "Rahasia" not in page.html
    assert number not in page.html
    address = f"/koperasi/penilaian/{review}/jawab"
    refused = Page(client.post(address, data={"answer": " "}))
    assert (refused.status, refused.errors) == (422, ["Isi dulu bagian ini."])
    assert client.post(address, data={"answer": "Besok kami tambah es"}).status_code == 302
    again = client.post(address, data={"answer": "Lain lagi"}, follow_redirects=True)
    assert "Penilaian ini sudah dijawab." in again.text
    accounts.sign_in(client, buyer)
    assert "Besok kami tambah es" in Page(client.get(f"/pesanan/{number}/nilai")).words


def test_the_office_hides_with_a_reason_and_shows_again(client: FlaskClient, seller: market.Shop) -> None:
    buyer = accounts.buyer(name="Siti Rahasia")
    number = reviews.collected(seller, buyer)
    review = reviews.rate(number, buyer, 1, "Bu Anu galak")
    accounts.sign_in(client, accounts.official())
    page = Page(client.get("/dinas/penilaian"))
    assert "Bu Anu galak" in page.words
    assert "Rahasia" not in page.html
    address = f"/dinas/penilaian/{review}"
    refused = Page(client.post(f"{address}/sembunyi", data={"reason": ""}))
    assert (refused.status, refused.errors) == (422, ["Isi dulu bagian ini."])
    client.post(f"{address}/sembunyi", data={"reason": "Menyebut orang"})
    assert "Bu Anu galak" in Page(client.get("/dinas/penilaian?sembunyi=1")).words
    shown = Page(client.get(address))
    assert "Disembunyikan (Bu Rina): Menyebut orang" in shown.words
    assert "Rahasia" not in shown.html
    client.post(f"{address}/tampil")
    assert "Bu Anu galak" not in Page(client.get("/dinas/penilaian?sembunyi=1")).words
    assert client.get("/dinas/penilaian/999999").status_code == 404


def test_each_side_is_told_what_others_did(client: FlaskClient, siti: Actor, seller: market.Shop) -> None:
    review = reviews.rate(reviews.collected(seller, siti), siti, 2, "Esnya habis")
    [(to, subject, text)] = mails()
    assert (to, subject) == ("tengkurak@contoh.id", "Udang windu dinilai 2 dari 5")
    assert "“Esnya habis”" in text
    assert "Siti" not in text
    write(answer_review, review, "Maaf", seller.clerk, days.now())
    assert ("siti@contoh.id", "Koperasi Tengkurak menjawab penilaianmu") in [found[:2] for found in mails()]
    reviews.hidden(review, "Salah alamat")
    told = {(to, subject) for to, subject, _text in mails()}
    assert ("siti@contoh.id", "Dinas menyembunyikan penilaianmu tentang Udang windu") in told
    assert ("tengkurak@contoh.id", "Dinas menyembunyikan satu penilaian Udang windu") in told


def test_own_data_holds_reviews_and_changes_of_slot(client: FlaskClient, siti: Actor, seller: market.Shop) -> None:
    number = reviews.collected(seller, siti)
    reviews.rate(number, siti, 5, "Segar")
    [order] = json.loads(client.get("/akun/data.json").text)["orders"]
    assert [(review["rating"], review["text"]) for review in order["reviews"]] == [(5, "Segar")]
    assert order["slot_changes"] == []
