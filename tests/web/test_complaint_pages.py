"""Complaints on the pages of all three: words, photos, nothing for those whom it does not concern."""

from __future__ import annotations

import io
import re

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.db import write
from ovop.kernel import days
from ovop.ordering import flows, operations
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market
from tests.outside.odd_pictures import quarters, saved


class People:
    """A buyer with a collected order, its clerk, the office and a stranger, each with a browser."""

    def __init__(self, app: APIFlask) -> None:
        self.seller = market.shop()
        buyer = accounts.buyer(name="Siti Rahasia", phone="+6281298765432")
        catch = market.catch(self.seller, unit_price=40_000)
        order = market.order(buyer, self.seller, {catch: 1000})
        write(operations.weigh_order, order.number, {catch: 1000}, self.seller.clerk, days.now())
        flows.hand_over(order.number, order.pickup_code, "", self.seller.clerk, days.now())
        self.number = order.number
        self.buyer, self.clerk, self.office, self.stranger = (app.test_client() for _ in range(4))
        accounts.sign_in(self.buyer, buyer)
        accounts.sign_in(self.clerk, self.seller.clerk)
        accounts.sign_in(self.office, accounts.official())
        accounts.sign_in(self.stranger, accounts.buyer("lain@contoh.id"))

    def complain(self, *photos: bytes, text: str = "Dua ekor lembek") -> int:
        files = [(io.BytesIO(photo), f"{place}.jpg") for place, photo in enumerate(photos)]
        path = f"/pesanan/{self.number}/keluhan"
        return self.buyer.post(path, data={"text": text, "photo": files}).status_code

    def answer(self, **typed: str) -> int:
        return self.clerk.post(f"/koperasi/pesanan/{self.number}/keluhan", data=typed).status_code


@pytest.fixture
def people(app: APIFlask) -> People:
    return People(app)


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.text


def test_a_complaint_goes_from_the_buyer_to_the_office_and_back(people: People) -> None:
    number = people.number
    assert f"/pesanan/{number}/keluhan" in text(people.buyer, f"/pesanan/{number}")
    assert people.complain(saved(quarters())) == 302
    assert people.complain() == 302
    assert count("complaint") == count("complaint_photo") == 1
    assert "Jawab keluhan pembeli" in text(people.clerk, "/koperasi")
    page = text(people.clerk, f"/koperasi/pesanan/{number}/keluhan")
    assert "Dua ekor lembek" in page
    [photo] = set(re.findall(rf"/koperasi/pesanan/{number}/keluhan/\d+\.jpg", page))
    assert people.clerk.get(photo).headers["Cache-Control"] == "private, no-store"
    answer = people.clerk.post(f"/koperasi/pesanan/{number}/keluhan", data={"answer": "part", "amount": "15.000"})
    assert answer.status_code == 302
    assert "15.000" in text(people.buyer, f"/pesanan/{number}/keluhan")
    assert people.buyer.post(f"/pesanan/{number}/keluhan/jawab", data={"answer": "escalate"}).status_code == 302
    waiting = text(people.office, "/dinas/keluhan")
    assert number in waiting
    whole = text(people.office, f"/dinas/keluhan/{number}")
    assert "Siti Rahasia" not in whole
    assert "81298765432" not in whole
    ruled = people.office.post(
        f"/dinas/keluhan/{number}", data={"answer": "give", "amount": "Rp 20.000", "words": "Terbukti"}
    )
    assert ruled.status_code == 302
    assert "20.000" in text(people.buyer, f"/pesanan/{number}/keluhan")
    owed = text(people.clerk, "/koperasi/keluhan")
    assert "Masih harus dikembalikan" in owed
    payout = f"/koperasi/pesanan/{number}/dikembalikan"
    assert "20.000" in text(people.clerk, payout)
    for _ in range(2):
        paid = people.clerk.post(payout, data={"way": "cash", "reference": "", "after": "0"})
        assert paid.status_code == 302
    assert "Masih harus dikembalikan" not in text(people.clerk, "/koperasi/keluhan")
    assert number not in text(people.office, "/dinas/keluhan")
    assert number in text(people.office, "/dinas/keluhan?show=closed")
    assert market.broken() == []


def test_the_order_page_offers_a_complaint_while_one_is_possible(people: People, clock: Clock) -> None:
    link = f'href="/pesanan/{people.number}/keluhan"'
    page = text(people.buyer, f"/pesanan/{people.number}")
    assert link in page
    assert "Keluhan diterima sampai Sel 6 Jan 09.00" in page.replace("\xa0", " ")
    clock.forward(hours=24)
    assert link in text(people.buyer, f"/pesanan/{people.number}")
    clock.forward(seconds=1)
    assert link not in text(people.buyer, f"/pesanan/{people.number}")


def test_everybody_is_told_where_they_work_that_it_is_their_turn(people: People) -> None:
    people.complain()
    assert "Jawab keluhan pembeli" in text(people.clerk, "/koperasi")
    assert "Perlu dijawab" in text(people.clerk, f"/koperasi/pesanan/{people.number}")
    people.answer(answer="10000")
    assert "Jawab keluhan pembeli" not in text(people.clerk, "/koperasi")
    assert "Ada tawaran" in text(people.buyer, f"/pesanan/{people.number}")
    assert "keluhan menunggu keputusan" not in text(people.office, "/dinas")
    people.buyer.post(f"/pesanan/{people.number}/keluhan/jawab", data={"answer": "escalate"})
    assert "1 keluhan menunggu keputusan dinas" in text(people.office, "/dinas")
    assert "Perlu diputuskan" in text(people.office, f"/dinas/penjualan/pesanan/{people.number}")


def test_all_is_given_back_at_once_and_then_by_hand(people: People) -> None:
    people.complain()
    assert people.answer(answer="full", words="Maaf") == 302
    assert people.answer(answer="full", words="Maaf") == 302  # tapped twice
    page = text(people.buyer, f"/pesanan/{people.number}/keluhan")
    assert "Koperasi mengembalikan Rp 40.000" in page.replace("\xa0", " ")
    assert "Menunggu pengembalian" in page
    assert "Kembalikan Rp 40.000 ke pembeli" in text(people.clerk, "/koperasi").replace("\xa0", " ")
    payout = f"/koperasi/pesanan/{people.number}/dikembalikan"
    for typed, words in (
        ({"after": "0"}, "Isi dulu bagian ini."),
        ({"way": "transfer", "after": "0"}, "Isi dulu bagian ini."),
        ({"way": "cash", "after": "x"}, "Isi dulu bagian ini."),
        ({"way": "transfer", "after": "0", "reference": "x" * 81}, "Terlalu panjang."),
    ):
        answer = people.clerk.post(payout, data=typed)
        assert answer.status_code == 422
        assert words in answer.text
    assert count("payout") == 0
    for _ in range(2):
        people.clerk.post(payout, data={"way": "transfer", "after": "0", "reference": "BCA 123"})
    assert count("payout") == 1
    assert people.clerk.get(payout).status_code == 302
    assert "Sudah dikembalikan" in text(people.buyer, f"/pesanan/{people.number}/keluhan")
    assert market.broken() == []


def test_a_co_operative_gives_money_back_of_its_own_accord(people: People) -> None:
    path = f"/koperasi/pesanan/{people.number}/uang-kembali"
    key = re.search(r'name="key" value="([^"]+)"', text(people.clerk, path))
    assert key is not None
    form = {"key": key[1], "amount": "5.000", "words": "Salah timbang"}
    for typed, words in (
        (form | {"amount": ""}, "Isi dulu bagian ini."),
        (form | {"amount": "40.001"}, "Terlalu besar."),
        (form | {"words": " "}, "Isi dulu bagian ini."),
    ):
        answer = people.clerk.post(path, data=typed)
        assert answer.status_code == 422
        assert words in answer.text
        assert key[1] in answer.text
    for _ in range(2):
        assert people.clerk.post(path, data=form).status_code == 302
    assert count("goodwill") == 1
    assert "Uang kembali" in text(people.buyer, f"/pesanan/{people.number}")
    people.complain()
    assert people.clerk.post(path, data=form | {"key": "lain"}).location.endswith("/keluhan")
    assert count("goodwill") == 1
    assert market.broken() == []


def test_goodwill_is_read_by_its_buyer_after_the_day_too(people: People, clock: Clock) -> None:
    clock.forward(hours=25)
    form = {"key": "k", "amount": "5.000", "words": "Salah timbang"}
    people.clerk.post(f"/koperasi/pesanan/{people.number}/uang-kembali", data=form)
    assert "Salah timbang" in text(people.buyer, f"/pesanan/{people.number}/keluhan")


def test_photos_that_arrived_stay_when_one_is_bad_and_go_along_then(people: People) -> None:
    path = f"/pesanan/{people.number}/keluhan"
    good = saved(quarters())
    files = [(io.BytesIO(data), name) for data, name in ((good, "a.jpg"), (b"x", "b.jpg"), (good, "c.jpg"))]
    answer = people.buyer.post(path, data={"text": "Dua lembek", "photo": files})
    assert answer.status_code == 422
    assert "b.jpg: Berkas itu bukan foto" in answer.text
    assert "Dua lembek" in answer.text
    assert count("complaint") == 0
    kept = re.findall(r'name="kept_photo" value="([^"]+)"', answer.text)
    assert len(kept) == 2
    shown = people.buyer.get(f"{path}/foto", query_string={"kept": kept[0]})
    assert (shown.status_code, shown.content_type) == (200, "image/jpeg")
    assert people.stranger.get(f"{path}/foto", query_string={"kept": kept[0]}).status_code == 404
    assert people.buyer.post(path, data={"text": "Dua lembek", "kept_photo": kept}).status_code == 302
    assert count("complaint_photo") == 2


def test_scripts_send_photos_one_by_one_while_a_complaint_is_possible(people: People, clock: Clock) -> None:
    path = f"/pesanan/{people.number}/keluhan/foto"

    def send(client: FlaskClient, data: bytes) -> tuple[int, dict[str, str]]:
        answer = client.post(path, data={"photo": (io.BytesIO(data), "a.jpg")})
        return answer.status_code, answer.json or {}

    status, body = send(people.buyer, saved(quarters()))
    assert (status, set(body)) == (201, {"kept"})
    assert send(people.buyer, b"x")[0] == 422
    assert people.buyer.post(path).status_code == 422
    assert people.stranger.post(path, data={"photo": (io.BytesIO(b"x"), "a.jpg")}).status_code == 404
    # A seal for one order opens nothing in the form of another, and none of a lot's photos.
    files = {"text": "Bau", "kept_photo": [body["kept"], body["kept"] + "x", "x"]}
    assert people.buyer.post(f"/pesanan/{people.number}/keluhan", data=files).status_code == 302
    assert count("complaint_photo") == 1
    assert send(people.buyer, saved(quarters()))[0] == 422
    clock.forward(hours=25)
    assert send(people.buyer, saved(quarters()))[0] == 422


def test_too_many_photos_are_said_and_the_first_four_kept(people: People) -> None:
    assert people.complain(*[saved(quarters())] * 5) == 422
    assert count("complaint") == 0


def test_the_office_lists_by_whose_turn_it_is_and_has_to_say_why(people: People) -> None:
    number = people.number
    people.complain()
    for shown, is_there in (("", False), ("cooperative", True), ("buyer", False), ("closed", False), ("x", False)):
        assert (number in text(people.office, f"/dinas/keluhan?show={shown}")) is is_there
    people.answer(answer="decline", words="Segar")
    assert number in text(people.office, "/dinas/keluhan?show=buyer")
    people.buyer.post(f"/pesanan/{number}/keluhan/jawab", data={"answer": "escalate"})
    for typed in (
        {},
        {"answer": "give", "amount": "5.000"},
        {"answer": "give", "words": "x"},
        {"answer": "give", "amount": "40.001", "words": "x"},
        {"answer": "nothing"},
        {"answer": "nothing", "words": "x" * 1001},
    ):
        assert people.office.post(f"/dinas/keluhan/{number}", data=typed).status_code == 422
    for _ in range(2):
        ruled = people.office.post(f"/dinas/keluhan/{number}", data={"answer": "nothing", "words": "Tidak terbukti"})
        assert ruled.status_code == 302
    assert count("complaint_event") == 4
    assert "Tidak terbukti" in text(people.buyer, f"/pesanan/{number}/keluhan")
    assert (
        people.office.post(f"/dinas/keluhan/{number}", data={"answer": "give", "amount": "1", "words": "x"}).status_code
        == 302
    )
    assert "sudah berubah" in text(people.office, f"/dinas/keluhan/{number}")


def test_the_office_reads_nothing_of_who_complained(people: People) -> None:
    number = people.number
    people.complain(saved(quarters()))
    people.answer(answer="decline", words="Segar")
    people.buyer.post(f"/pesanan/{number}/keluhan/jawab", data={"answer": "escalate"})
    page = text(people.office, f"/dinas/keluhan/{number}")
    for path in (f"/dinas/keluhan/{number}", "/dinas/keluhan", f"/dinas/penjualan/pesanan/{number}"):
        assert "Rahasia" not in text(people.office, path)
        assert "812-9876" not in text(people.office, path)
    [photo] = set(re.findall(rf"/dinas/keluhan/{number}/\d+\.jpg", page))
    answer = people.office.get(photo)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert not {"rahasia", "siti"} & set(re.findall(r"\w+", str(answer.headers).lower()))
    assert people.clerk.get(photo).status_code == 403


def test_strangers_see_and_do_nothing(people: People, app: APIFlask) -> None:
    number = people.number
    people.complain(saved(quarters()))
    page = text(people.buyer, f"/pesanan/{number}/keluhan")
    [photo] = set(re.findall(rf"/pesanan/{number}/keluhan/\d+\.jpg", page))
    for path in (f"/pesanan/{number}/keluhan", photo):
        assert people.stranger.get(path).status_code == 404
        assert app.test_client().get(path).status_code == 302
    assert people.stranger.post(f"/pesanan/{number}/keluhan/jawab", data={"answer": "withdraw"}).status_code == 404
    assert people.buyer.get(f"/dinas/keluhan/{number}").status_code == 403
    other = market.shop("lontar", "36.04.13.2007")
    neighbour = app.test_client()
    accounts.sign_in(neighbour, other.clerk)
    assert neighbour.get(f"/koperasi/pesanan/{number}/keluhan").status_code == 404
    assert neighbour.post(f"/koperasi/pesanan/{number}/dikembalikan").status_code == 404


@pytest.mark.parametrize(
    ("typed", "photos", "words"),
    [
        ({"text": ""}, [], "Isi dulu bagian ini"),
        ({"text": "x" * 1001}, [], "Terlalu panjang"),
        ({"text": "Bau"}, [b"no photo"], "bukan foto yang bisa dibaca"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    people: People, typed: dict[str, str], photos: list[bytes], words: str
) -> None:
    files = [(io.BytesIO(photo), "x.jpg") for photo in photos]
    answer = people.buyer.post(f"/pesanan/{people.number}/keluhan", data={**typed, "photo": files})
    assert answer.status_code == 422
    assert words in answer.text
    assert typed["text"][:900] in answer.text
    assert count("complaint") == 0


def test_after_a_day_the_form_is_gone_and_says_so(people: People, clock: Clock) -> None:
    clock.forward(hours=25)
    page = text(people.buyer, f"/pesanan/{people.number}/keluhan")
    assert "<textarea" not in page
    assert people.complain() == 409
    assert count("complaint") == 0


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"answer": "x"},
        {"answer": "part", "amount": ""},
        {"answer": "part", "amount": "99.000"},
        {"answer": "99000"},
        {"answer": "²"},
        {"answer": "decline"},
    ],
)
def test_an_answer_that_cannot_be_changes_nothing(people: People, typed: dict[str, str]) -> None:
    people.complain()
    answer = people.clerk.post(f"/koperasi/pesanan/{people.number}/keluhan", data=typed)
    assert answer.status_code == 422
    assert count("complaint_event") == 1


def test_both_languages(people: People) -> None:
    people.complain(text="Bad fish")
    text(people.buyer, f"/pesanan/{people.number}")  # what was flashed is said once
    for client, path in (
        (people.buyer, f"/en/pesanan/{people.number}/keluhan"),
        (people.clerk, "/en/koperasi/keluhan"),
        (people.clerk, f"/en/koperasi/pesanan/{people.number}/keluhan"),
        (people.office, "/en/dinas/keluhan"),
        (people.office, f"/en/dinas/keluhan/{people.number}"),
    ):
        assert "eluhan" not in re.sub(r"<[^>]+>", " ", text(client, path)), path
