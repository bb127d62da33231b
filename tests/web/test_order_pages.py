"""The buyer's orders: where each stands, and what comes next."""

from __future__ import annotations

from datetime import timedelta

import pytest
import segno
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.accounts.rules import Actor
from ovop.db import write
from ovop.kernel import days
from ovop.ordering import flows, operations
from ovop.ordering.rows import OrderRow
from ovop.payment.rules import Method
from ovop.web.qr import qr_svg
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market
from tests.make.pages import Page
from tests.make.shopping import QRIS, with_qris


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def siti(client: FlaskClient) -> Actor:
    """A buyer, signed in."""
    actor = accounts.buyer()
    accounts.sign_in(client, actor)
    return actor


def ordered(siti: Actor, seller: market.Shop, method: Method = Method.CASH, quantity: int = 2000) -> OrderRow:
    return market.order(siti, seller, {market.catch(seller): quantity}, method)


def weigh(order: OrderRow, seller: market.Shop, quantity: int) -> None:
    write(operations.weigh_order, order.number, {order.lines[0].catch: quantity}, seller.clerk, days.now())


def page_of(client: FlaskClient, order: OrderRow) -> Page:
    return Page(client.get(f"/pesanan/{order.number}"))


def test_the_list_is_the_buyers_own_newest_first(client: FlaskClient, siti: Actor, seller: market.Shop) -> None:
    assert Page(client.get("/pesanan")).all("h1") == ["Belum ada pesanan"]
    first, second = ordered(siti, seller), ordered(siti, seller)
    ordered(accounts.buyer("budi@contoh.id", "Budi"), seller)
    page = Page(client.get("/pesanan"))
    assert page.all("order-card")[0].count(second.number) == 1
    assert [number in page.words for number in (first.number, second.number)] == [True, True]
    assert len(page.all("order-card")) == 2


def test_a_long_list_has_pages_and_always_as_many_queries(
    client: FlaskClient, siti: Actor, seller: market.Shop
) -> None:
    lot = market.catch(seller, 100_000)
    slots = market.slots(seller)
    for number in range(13):
        market.order(siti, seller, {lot: 1000}, Method.DEMO, slot=slots[number % 5].id)
    assert len(Page(client.get("/pesanan")).all("order-card")) == 12
    assert len(Page(client.get("/pesanan?page=2")).all("order-card")) == 1
    for page in ("0", "-1", "x", "9" * 30):
        assert client.get(f"/pesanan?page={page}").status_code == 200


def test_a_confirmed_order_shows_code_place_time_and_what_comes_next(
    client: FlaskClient, siti: Actor, seller: market.Shop
) -> None:
    order = ordered(siti, seller)
    page = page_of(client, order)
    assert page.all("h1") == ["Pesananmu sudah masuk"]
    assert page.all("code") == [f"{order.pickup_code[:3]} {order.pickup_code[3:]}"]
    assert "Hari ini 10.00–11.00 WIB di Dermaga." in page.words
    assert "Berikutnya: petugas menimbang pesananmu" in page.words
    assert "Perkiraan Rp 75.000 Batas atas Rp 82.500" in page.words
    assert page.all("steps") == ["Dipesan09.00 Siap Diambil"]
    assert any(f"destination={order.pickup.latitude:.6f}%2C" in link for link in page.links)


def test_the_qr_code_holds_the_order_and_its_code(client: FlaskClient, siti: Actor, seller: market.Shop) -> None:
    order = ordered(siti, seller)
    slip = qr_svg(f"{order.number} {order.pickup_code}")
    assert str(slip) in client.get(f"/pesanan/{order.number}").text
    assert "style=" not in slip


def test_a_weighed_order_shows_weighed_against_ordered(client: FlaskClient, siti: Actor, seller: market.Shop) -> None:
    order = ordered(siti, seller)
    weigh(order, seller, 1950)
    page = page_of(client, order)
    assert page.all("h1") == ["Ikanmu siap diambil"]
    assert "Pesan 2 kg Timbang 1,95 kg" in page.words
    assert "Bayar Rp 73.100" in page.words
    assert "Rp 1.900 lebih hemat dari perkiraan." in page.words
    assert "Bawa uang pas Rp 73.100 kalau bisa." in page.words
    assert "kurang lebih dari 10 persen" not in page.words


def test_much_less_than_ordered_may_be_cancelled(client: FlaskClient, siti: Actor, seller: market.Shop) -> None:
    order = ordered(siti, seller)
    weigh(order, seller, 1799)
    assert "Kamu boleh batal tanpa biaya." in page_of(client, order).words
    client.post(f"/pesanan/{order.number}/batal")
    assert page_of(client, order).all("h1") == ["Pesanan dibatalkan"]
    assert not market.broken()


def test_the_cooperatives_qris_stands_beside_the_exact_amount(
    client: FlaskClient, siti: Actor, seller: market.Shop
) -> None:
    with_qris(seller)
    order = ordered(siti, seller, Method.QRIS)
    assert client.get(f"/pesanan/{order.number}/qris.png").status_code == 409
    assert "QRIS koperasi muncul di sini sesudah ditimbang" in page_of(client, order).words
    weigh(order, seller, 2050)
    answer = client.get(f"/pesanan/{order.number}")
    page = Page(answer)
    assert page.all("price-big") == ["Rp 76.900"]
    assert "KIOS UJI COBA Ketik jumlahnya persis seperti di atas." in page.words
    assert str(qr_svg(QRIS)) in answer.text  # unaltered
    picture = client.get(f"/pesanan/{order.number}/qris.png")
    assert picture.mimetype == "image/png"
    assert picture.data.startswith(b"\x89PNG")
    assert segno.make(QRIS, error="m", micro=False).symbol_size(12, 4)[0] >= 400


def test_a_collected_order_needs_no_code_any_more(client: FlaskClient, siti: Actor, seller: market.Shop) -> None:
    order = ordered(siti, seller)
    weigh(order, seller, 2000)
    flows.hand_over(order.number, order.pickup_code, "", seller.clerk, days.now())
    answer = client.get(f"/pesanan/{order.number}")
    page = Page(answer)
    assert page.all("h1") == ["Sudah diambil, selamat menikmati"]
    assert "Lunas" in page.words
    assert order.pickup_code not in answer.text
    assert "Batalkan pesanan" not in page.words


def test_the_pickup_goes_into_a_calendar(client: FlaskClient, siti: Actor, seller: market.Shop) -> None:
    order = ordered(siti, seller)
    answer = client.get(f"/pesanan/{order.number}/jadwal.ics")
    assert answer.mimetype == "text/calendar"
    text = answer.text
    assert "DTSTART;TZID=Asia/Jakarta:20260105T100000\r\n" in text
    assert "DTEND;TZID=Asia/Jakarta:20260105T110000\r\n" in text
    assert "TZOFFSETTO:+0700" in text
    assert f"UID:{order.number}@" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert text.count("\n") == text.count("\r\n")


def test_nothing_in_a_name_begins_a_line_of_the_calendar(client: FlaskClient, siti: Actor, seller: market.Shop) -> None:
    evil = market.point(seller.clerk, name="Dermaga;x,y\nATTENDEE:mailto:x@evil.test")
    slot = next(s for s in market.slots(market.Shop(seller.id, seller.clerk, seller.product, evil)))
    order = market.order(siti, seller, {market.catch(seller): 1000}, slot=slot.id)
    lines = client.get(f"/pesanan/{order.number}/jadwal.ics").text.replace("\r\n ", "").split("\r\n")
    assert not [line for line in lines if line.startswith("ATTENDEE")]
    assert "LOCATION:Dermaga\\;x\\,y ATTENDEE:mailto:x@evil.test" in lines


def test_a_cancelled_order_says_why_and_gives_everything_back(
    client: FlaskClient, siti: Actor, seller: market.Shop
) -> None:
    order = ordered(siti, seller)
    answer = client.post(f"/pesanan/{order.number}/batal", data={"reason": " tidak jadi \n masak "})
    assert answer.location == f"/pesanan/{order.number}"
    page = page_of(client, order)
    assert page.all("h1") == ["Pesanan dibatalkan"]
    assert "Alasannya: tidak jadi masak" in page.words
    assert "Tidak ada yang ditagih." in page.words
    assert page.all("stopped") == ["Dibatalkan09.00"]
    assert market.slots(seller)[0].free == 10
    assert not market.broken()


def test_cancelled_twice_nothing_more_happens(client: FlaskClient, siti: Actor, seller: market.Shop) -> None:
    order = ordered(siti, seller)
    for _press in range(2):
        assert client.post(f"/pesanan/{order.number}/batal").status_code == 302
    assert len(market.read(order.number, siti).history) == 2
    assert not market.broken()


def test_what_is_collected_cannot_be_cancelled(client: FlaskClient, siti: Actor, seller: market.Shop) -> None:
    order = ordered(siti, seller)
    weigh(order, seller, 2000)
    flows.hand_over(order.number, order.pickup_code, "", seller.clerk, days.now())
    answer = client.post(f"/pesanan/{order.number}/batal")
    assert answer.status_code == 409
    assert "Pesanan ini sudah berubah" in Page(answer).words


def test_too_long_a_reason_is_kept_and_changes_nothing(client: FlaskClient, siti: Actor, seller: market.Shop) -> None:
    order = ordered(siti, seller)
    page = Page(client.post(f"/pesanan/{order.number}/batal", data={"reason": "x" * 201}))
    assert (page.status, page.errors) == (422, ["Terlalu panjang."])
    assert "x" * 201 in page.words
    assert market.read(order.number, siti).status == "confirmed"


def test_an_unpaid_order_waits_and_then_is_over(
    client: FlaskClient, siti: Actor, seller: market.Shop, clock: Clock
) -> None:
    order = ordered(siti, seller, Method.DEMO)
    page = page_of(client, order)
    assert page.all("h1") == ["Tinggal bayar"]
    assert "Bayar sebelum Sen 5 Jan 09.30 WIB." in page.words
    assert page.all("code") == []
    clock.forward(minutes=30)
    page = page_of(client, order)
    assert page.all("h1") == ["Waktu bayarnya sudah habis"]
    assert client.post(f"/pesanan/belanja/{order.checkout_id}/bayar").status_code == 409


def test_money_that_was_held_goes_back_in_words(client: FlaskClient, siti: Actor, seller: market.Shop) -> None:
    order = ordered(siti, seller, Method.DEMO)
    market.pay(siti, order.checkout_id)
    assert page_of(client, order).all("steps") == ["Dipesansudah09.00 Dibayar09.00 Siap Diambil"]
    client.post(f"/pesanan/{order.number}/batal")
    assert "Tidak ada yang ditagih." in page_of(client, order).words


@pytest.mark.parametrize("path", ["", "/jadwal.ics", "/qris.png"])
def test_other_peoples_orders_are_not_there(app: APIFlask, siti: Actor, seller: market.Shop, path: str) -> None:
    order = ordered(siti, seller)
    other = app.test_client()
    assert (other.get(f"/pesanan/{order.number}{path}").location or "").startswith("/masuk?next=/pesanan/")
    accounts.sign_in(other, accounts.buyer("budi@contoh.id", "Budi"))
    assert other.get(f"/pesanan/{order.number}{path}").status_code == 404
    assert other.post(f"/pesanan/{order.number}/batal").status_code == 404
    assert other.get(f"/pesanan/S-2601-AAAAAA{path}").status_code == 404
    for actor in (seller.clerk, accounts.official()):
        accounts.sign_in(other, actor)
        assert other.get(f"/pesanan/{order.number}{path}").status_code == 403
    assert market.read(order.number, siti).status == "confirmed"


@pytest.mark.parametrize("number", ["x", "S-2601-AAAAAA", "%00", "../../etc/passwd", "S" * 300, "' OR 1=1 --"])
def test_a_number_that_is_none_is_not_found(client: FlaskClient, siti: Actor, number: str) -> None:
    assert client.get(f"/pesanan/{number}").status_code in (400, 404)


def test_nobody_keeps_an_order_page_but_its_buyer(client: FlaskClient, siti: Actor, seller: market.Shop) -> None:
    order = ordered(siti, seller)
    for path in ("/pesanan", f"/pesanan/{order.number}", f"/pesanan/{order.number}/jadwal.ics"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_what_a_cooperative_wrote_is_text_and_no_markup(client: FlaskClient, siti: Actor, seller: market.Shop) -> None:
    evil = market.product(seller.id, "<script>alert(1)</script>")
    order = market.order(siti, seller, {market.catch(seller, product=evil): 1000})
    assert "<script>alert" not in client.get(f"/pesanan/{order.number}").text
    assert "<script>alert" not in client.get("/pesanan").text


def test_the_page_speaks_english_too(client: FlaskClient, siti: Actor, seller: market.Shop) -> None:
    order = ordered(siti, seller)
    page = Page(client.get(f"/en/pesanan/{order.number}"))
    assert page.all("h1") == ["Your order is in"]
    assert "Estimate" in page.words
    assert "Perkiraan" not in page.words


def test_a_late_visit_finds_the_no_show(client: FlaskClient, siti: Actor, seller: market.Shop, clock: Clock) -> None:
    order = ordered(siti, seller)
    clock.now = order.pickup.ends_at + timedelta(minutes=1)
    write(operations.mark_no_show, order.number, seller.clerk, days.now())
    assert page_of(client, order).all("h1") == ["Pesanan tidak diambil"]
    assert count("order_event") == 2
