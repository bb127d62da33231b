"""What a phone's queue sends counts once, and is answered in words; what a phone keeps holds no code."""

from __future__ import annotations

import hashlib
import json

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import operations
from ovop.ordering.code_checks import ROUNDS
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OrderStatus
from ovop.payment.rules import Method
from ovop.scales.operations import employ_scale
from ovop.stock.queries import get_lot
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market, scales


@pytest.fixture
def seller(app: APIFlask, client: FlaskClient) -> market.Shop:
    shop = market.shop()
    accounts.sign_in(client, shop.clerk)
    return shop


@pytest.fixture
def order(seller: market.Shop) -> OrderRow:
    return market.order(accounts.buyer(), seller, {market.catch(seller, unit_price=40_000): 1500})


def send(client: FlaskClient, what: str, **fields: object) -> tuple[int, str, str]:
    answer = client.post(f"/koperasi/lapangan/{what}", data={"key": "one", **fields})
    assert answer.json is not None, answer.text
    return answer.status_code, answer.json["outcome"], answer.json["words"]


def line_of(order: OrderRow) -> str:
    return f"weight_{order.lines[0].catch}"


def test_the_page_holds_nothing_of_any_order(client: FlaskClient, order: OrderRow) -> None:
    page = client.get("/koperasi/lapangan")
    assert page.status_code == 200
    assert order.number not in page.text
    assert "Pembeli" not in page.text.split("<main", 1)[1].split("data-words", 1)[0]


def test_a_phone_keeps_names_and_checks_and_no_code(client: FlaskClient, seller: market.Shop, order: OrderRow) -> None:
    answer = client.get("/koperasi/lapangan/data")
    assert answer.headers["Cache-Control"] == "no-store"
    assert order.pickup_code not in answer.text
    [slot] = answer.json["slots"]
    [kept] = slot["orders"]
    assert (kept["number"], kept["status"], kept["total"]) == (order.number, "confirmed", 60_000)
    stretched = hashlib.pbkdf2_hmac("sha256", order.pickup_code.encode(), bytes.fromhex(kept["salt"]), ROUNDS)
    assert kept["check"] == stretched.hex()
    assert [line["most"] for line in kept["lines"]] == [1650]
    assert answer.json["products"][0]["name"] == "Udang windu"


def test_a_phone_keeps_the_scales_in_use_and_what_has_to_be_said_of_them(
    client: FlaskClient, seller: market.Shop, order: OrderRow
) -> None:
    kept = client.get("/koperasi/lapangan/data").json
    assert (kept["scales"], kept["scale"]) == ([], None)
    good, ended = scales.verified(seller, "Duduk"), scales.expired(seller, "Gantung")
    write(employ_scale, scales.scale(seller, "Rusak"), seller.clerk, is_active=False)
    kept = client.get("/koperasi/lapangan/data").json
    assert kept["scale"] == good
    assert kept["scales"] == [
        {"id": good, "name": "Duduk", "note": "", "is_expired": False},
        {
            "id": ended,
            "name": "Gantung",
            "note": "Tera habis 4\u00a0Jan\u00a02026. Menimbang tetap bisa.",
            "is_expired": True,
        },
    ]


def test_an_order_weighed_on_the_phone_keeps_its_scale_and_the_clerk_is_offered_it_next(
    client: FlaskClient, seller: market.Shop, order: OrderRow
) -> None:
    scales.verified(seller, "Duduk")
    ended = scales.expired(seller, "Gantung")
    write(employ_scale, ended, seller.clerk, is_active=False)  # nobody there has heard of it
    for _ in range(2):
        status, outcome, said = send(client, "timbang", number=order.number, scale=ended, **{line_of(order): 1480})
        assert (status, outcome) == (200, "done")
        assert "Gantung: saat menimbang, teranya sudah habis" in said
    used = market.read(order.number, seller.clerk).scale
    assert used is not None
    assert used.name == "Gantung"
    write(employ_scale, ended, seller.clerk, is_active=True)
    assert client.get("/koperasi/lapangan/data").json["scale"] == ended
    assert market.broken() == []


def test_what_was_weighed_before_there_were_scales_is_taken(
    client: FlaskClient, seller: market.Shop, order: OrderRow
) -> None:
    scales.verified(seller)
    assert send(client, "timbang", number=order.number, **{line_of(order): 1480})[1] == "done"
    assert market.read(order.number, seller.clerk).scale is None


def test_another_co_operatives_scale_weighs_nothing(client: FlaskClient, seller: market.Shop, order: OrderRow) -> None:
    theirs = scales.verified(market.shop("lontar", "36.04.13.2007"))
    answer = send(client, "timbang", number=order.number, scale=theirs, **{line_of(order): 1480})
    assert answer == (409, "refused", "Pilihan ini tidak ada.")
    assert market.read(order.number, seller.clerk).status is OrderStatus.CONFIRMED


def test_a_phone_knows_what_a_buyer_may_take_along(client: FlaskClient, seller: market.Shop, order: OrderRow) -> None:
    buyer, catch = Actor(order.buyer_id, Role.BUYER), order.lines[0].catch
    later = market.order(buyer, seller, {catch: 500}, slot=market.slots(seller)[2].id)
    market.order(accounts.buyer("budi@contoh.id"), seller, {catch: 500})
    tomorrow = [slot.id for slot in market.slots(seller) if days.day_of(slot.starts_at) > days.today()]
    of_tomorrow = market.order(buyer, seller, {catch: 500}, slot=tomorrow[0])
    kept = {
        each["number"]: sorted(each["also"])
        for slot in client.get("/koperasi/lapangan/data").json["slots"]
        for each in slot["orders"]
    }
    assert kept[order.number] == [later.number]
    assert kept[later.number] == [order.number]
    assert kept[of_tomorrow.number] == sorted([order.number, later.number])
    assert len(kept) == 4


def test_orders_that_are_over_or_unpaid_are_not_carried(client: FlaskClient, seller: market.Shop) -> None:
    buyer, catch = accounts.buyer(), market.catch(seller)
    market.order(buyer, seller, {catch: 500}, Method.DEMO)
    gone = market.order(buyer, seller, {catch: 500})
    write(operations.cancel_order, gone.number, buyer, days.now())
    assert client.get("/koperasi/lapangan/data").json["slots"] == []


def test_a_lot_sent_twice_is_one_lot_landed_when_it_was_entered(
    client: FlaskClient, seller: market.Shop, clock: Clock
) -> None:
    catch = market.catch(seller)
    product = get_lot(db.session(), catch, seller.clerk).product_id
    entry = {"product": product, "quantity": "12,5", "unit_price": "Rp 32.000", "when": "now", "keep": "auto"}
    first = send(client, "jual", age=7200, **entry)
    clock.forward(minutes=10)
    assert send(client, "jual", age=7800, **entry) == first == (200, "done", "Udang windu 12,5\u00a0kg sudah dijual.")
    db.session.rollback()
    assert count("catch") == 2
    lot = get_lot(db.session(), catch + 1, seller.clerk)
    assert (days.now() - lot.landed_at).total_seconds() == 7800


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"product": 999}, "Pilihan ini tidak ada."),
        ({"quantity": "banyak"}, "Tulis beratnya"),
        ({"unit_price": ""}, "Isi dulu"),
        ({"age": "x"}, "Tulis tanggal dan jamnya"),
        ({"age": 10**9}, "Waktunya sudah lewat"),
        ({"age": "9" * 400}, "Tulis tanggal dan jamnya"),
        ({"key": ""}, ""),
        ({"key": "x" * 256}, ""),
    ],
)
def test_a_lot_that_cannot_be_is_refused_in_words(
    client: FlaskClient, seller: market.Shop, change: dict[str, object], words: str
) -> None:
    catch = market.catch(seller)
    product = get_lot(db.session(), catch, seller.clerk).product_id
    entry = {"product": product, "quantity": "12,5", "unit_price": "32.000", "when": "now", "keep": "auto"}
    status, outcome, said = send(client, "jual", **{**entry, **change})
    assert (status, outcome) == (409, "refused")
    assert words in said
    assert said
    assert count("catch") == 1


def test_weighing_and_handing_over_sent_twice_count_once(
    client: FlaskClient, seller: market.Shop, order: OrderRow
) -> None:
    for _ in range(2):
        answer = send(client, "timbang", number=order.number, key="w", **{line_of(order): 1480})
        assert answer == (200, "done", f"{order.number} siap: Rp\u00a059.200.")
    for _ in range(2):
        answer = send(client, "serah", number=order.number, key="h", code=order.pickup_code)
        assert answer == (200, "done", f"{order.number} sudah diserahkan.")
    assert market.read(order.number, seller.clerk).status is OrderStatus.COLLECTED
    assert market.broken() == []


def test_a_wrong_code_sent_ten_times_is_one_wrong_code(
    client: FlaskClient, seller: market.Shop, order: OrderRow
) -> None:
    send(client, "timbang", number=order.number, key="w", **{line_of(order): 1480})
    wrong = f"{(int(order.pickup_code) + 1) % 10**6:06d}"
    for _ in range(10):
        status, outcome, said = send(client, "serah", number=order.number, key="h", code=wrong)
        assert (status, outcome) == (409, "refused")
        assert "tidak cocok" in said
    assert send(client, "serah", number=order.number, key="right", code=order.pickup_code)[1] == "done"


def test_what_became_of_the_order_meanwhile_is_said(client: FlaskClient, seller: market.Shop, order: OrderRow) -> None:
    weights = {line_of(order): 1500}
    code = order.pickup_code
    assert "belum ditimbang" in send(client, "serah", number=order.number, key="1", code=code)[2]
    send(client, "timbang", number=order.number, key="2", **weights)
    assert "sudah ditimbang sebelumnya" in send(client, "timbang", number=order.number, key="3", **weights)[2]
    send(client, "serah", number=order.number, key="4", code=code)
    assert "sudah diserahkan sebelumnya" in send(client, "serah", number=order.number, key="5", code=code)[2]
    other = market.order(accounts.buyer("lain@contoh.id"), seller, {order.lines[0].catch: 500})
    write(operations.cancel_order, other.number, seller.clerk, days.now())
    assert "sudah dibatalkan" in send(client, "timbang", number=other.number, key="6", **weights)[2]
    assert "tidak ada" in send(client, "timbang", number="S-2601-ZZZZZZ", key="7", **weights)[2]


@pytest.mark.parametrize("bad", ["x", "-1", "1.5", "9" * 40, "", "１２"])
def test_weights_that_are_no_whole_numbers_change_nothing(
    client: FlaskClient, seller: market.Shop, order: OrderRow, bad: str
) -> None:
    assert send(client, "timbang", number=order.number, **{line_of(order): bad})[:2] == (409, "refused")
    assert market.read(order.number, seller.clerk).status is OrderStatus.CONFIRMED


def test_another_cooperatives_order_is_not_there(client: FlaskClient, order: OrderRow) -> None:
    stranger = market.shop("lontar", "36.04.13.2007")
    accounts.sign_in(client, stranger.clerk)
    assert send(client, "timbang", number=order.number, **{line_of(order): 1500})[1] == "refused"


def test_a_queue_of_somebody_signed_out_is_led_to_sign_in(app: APIFlask, order: OrderRow) -> None:
    stranger = app.test_client()
    for path in ("jual", "timbang", "serah"):
        answer = stranger.post(f"/koperasi/lapangan/{path}", data={"key": "x"})
        assert answer.status_code == 302
    assert stranger.get("/koperasi/lapangan/data").status_code == 302


def test_words_have_their_blanks(client: FlaskClient, seller: market.Shop) -> None:
    for language in ("", "/en"):
        page = client.get(f"{language}/koperasi/lapangan").text
        words = json.loads(
            page.split('data-words="', 1)[1].split('"', 1)[0].replace("&#34;", '"').replace("&#39;", "'")
        )
        assert "{number}" in words["item_hand"]
        assert "{value}" in words["slip"]
