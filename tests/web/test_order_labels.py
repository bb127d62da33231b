"""Labels of packed orders: what stands on them, and what never does."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import flows, operations
from ovop.ordering.rows import OrderRow
from ovop.stock.models import Catch
from tests import databases
from tests.make import accounts, codes, market
from tests.make.clerks import Clerk, clerk
from tests.make.pages import Page


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


def order(jaya: Clerk, name: str = "Siti Aminah", *, ready: bool = True, lot: int | None = None) -> OrderRow:
    """An order of somebody of that name, as they read it."""
    lot = lot or market.catch(jaya.shop)
    buyer = accounts.buyer(f"b{databases.count('account')}@contoh.id", name, f"+62812{databases.count('account'):08d}")
    placed = jaya.order({lot: 1500}, buyer)
    if ready:
        write(operations.weigh_order, placed.number, {lot: 1480}, jaya.shop.clerk, days.now())
    return market.read(placed.number, buyer)


def lot_code(order: OrderRow) -> str:
    return str(db.session.scalar(select(Catch.lot_code).where(Catch.id == order.lines[0].catch)))


def numbers(page: Page) -> list[str]:
    return [label.split("S-", 1)[1][:11] for label in page.all("label")]


def test_a_label_says_whose_box_it_is_what_is_in_it_and_when_it_goes(jaya: Clerk) -> None:
    placed = order(jaya)
    page = jaya.see(f"/koperasi/pesanan/{placed.number}/label")
    (label,) = page.all("label")
    when, goods = ("Sen 5 Jan 10.00–11.00", "Dermaga"), ("Udang windu", "1,48 kg", lot_code(placed))
    for words in ("Siti", placed.number, *when, *goods, "Koperasi Tengkurak"):
        assert words in label


def test_a_label_never_tells_the_code_nor_who_the_buyer_is_beyond_a_first_name(jaya: Clerk) -> None:
    placed = order(jaya)
    for path in (f"/koperasi/pesanan/{placed.number}/label", f"/koperasi/jadwal/{placed.pickup.slot_id}/label"):
        answer = jaya.client.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        page = Page(answer)
        assert placed.pickup_code not in page.html
        assert f"{placed.pickup_code[:3]} {placed.pickup_code[3:]}" not in page.words
        assert "Aminah" not in page.html
        assert "0812" not in page.words
        assert codes.read_svg(page.html, f"QR nomor pesanan {placed.number}") == placed.number


def test_its_qr_opens_the_order_at_the_handover_and_still_needs_the_code(jaya: Clerk) -> None:
    placed = order(jaya)
    answer = jaya.send("/koperasi/serah", {"text": placed.number})
    assert answer.location == f"/koperasi/pesanan/{placed.number}/serah"
    assert jaya.see(answer.location).value("code") == ""


@pytest.mark.parametrize("name", ["Ibu Siti Aminah", "H. Ahmad", "Bu", "Budi", "Ny. <b>Sri</b>"])
def test_a_title_is_not_all_of_a_name(jaya: Clerk, name: str) -> None:
    placed = order(jaya, name)
    called = {"Ibu Siti Aminah": "Ibu Siti", "H. Ahmad": "H. Ahmad", "Ny. <b>Sri</b>": "Ny. <b>Sri</b>"}.get(name, name)
    assert jaya.see(f"/koperasi/pesanan/{placed.number}/label").all("label-name") == [called]


def test_a_slots_labels_are_of_what_is_weighed_and_in_the_order_of_packing(jaya: Clerk) -> None:
    other = market.catch(jaya.shop, product=market.product(jaya.shop.id, "Bandeng", "MIL"))
    shrimp = market.catch(jaya.shop)
    placed = [order(jaya, f"Orang {at}", lot=lot) for at, lot in enumerate((shrimp, other, shrimp, other))]
    waiting = order(jaya, "Rina Wati", ready=False, lot=other)
    path = f"/koperasi/jadwal/{waiting.pickup.slot_id}/label"
    page = jaya.see(path)
    goods = [label.split("TGK")[0].rsplit("Dermaga", 1)[1].strip() for label in page.all("label")]
    assert [words.split()[0] for words in goods] == ["Bandeng", "Bandeng", "Udang", "Udang"]
    assert waiting.number not in page.words
    assert f"{path}?ukuran=a4&isi=semua" in page.links
    everything = jaya.see(f"{path}?isi=semua")
    assert len(everything.all("label")) == len(placed) + 1
    assert "pesan 1,5 kg" in everything.words


@pytest.mark.parametrize(("asked", "paper"), [("", "a4"), ("a4", "a4"), ("58", "58"), ("letter", "a4"), ("<x>", "a4")])
def test_labels_come_on_sheets_or_on_a_roll(jaya: Clerk, asked: str, paper: str) -> None:
    placed = order(jaya)
    page = jaya.see(f"/koperasi/pesanan/{placed.number}/label?ukuran={asked}")
    assert page.all(f"labels-{paper}")


def test_a_longer_order_gets_a_longer_piece_of_the_roll(jaya: Clerk) -> None:
    lots = [
        market.catch(jaya.shop, product=market.product(jaya.shop.id, f"Ikan {number}", "MIL")) for number in range(6)
    ]
    for count, length in ((2, "s"), (3, "m"), (6, "l")):
        placed = jaya.order(dict.fromkeys(lots[:count], 1000), accounts.buyer(f"b{count}@contoh.id"))
        page = jaya.see(f"/koperasi/pesanan/{placed.number}/label?ukuran=58")
        assert len(page.all(f"roll-{length}")) == 1


def test_where_nothing_is_weighed_there_are_no_labels_yet(jaya: Clerk) -> None:
    waiting = order(jaya, ready=False)
    page = jaya.see(f"/koperasi/jadwal/{waiting.pickup.slot_id}/label")
    assert "Belum ada yang ditimbang" in page.words
    assert page.all("label") == []


def test_an_order_without_a_box_has_no_label(jaya: Clerk) -> None:
    placed = order(jaya)
    path = f"/koperasi/pesanan/{placed.number}"
    assert f"{path}/label" in jaya.see(path).links
    flows.hand_over(placed.number, placed.pickup_code, "", jaya.shop.clerk, days.now())
    assert f"{path}/label" not in jaya.see(path).links
    assert jaya.see(f"{path}/label", 302).location == path


def test_a_slots_labels_ask_as_often_for_many_as_for_one(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop, 50_000)
    first = order(jaya, "Satu Orang", lot=lot)
    path = f"/koperasi/jadwal/{first.pickup.slot_id}/label"
    jaya.see(path)  # whether this is a demo market is asked once
    before = asked(jaya, path)
    for at in range(4):
        order(jaya, f"Orang {at}", lot=lot)
    assert asked(jaya, path) == before


def asked(jaya: Clerk, path: str) -> int:
    """How many queries the page takes."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        jaya.see(path)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(statements)
