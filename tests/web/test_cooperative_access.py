"""Whose pages these are: a member's own things, nobody else's, and nothing of others in what is answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import text

from ovop.accounts.models import Role
from ovop.accounts.team import invite, list_invitations
from ovop.db import db, write
from ovop.kernel import days
from ovop.shares.operations import close_sharing
from ovop.stock.photos import add_photo
from ovop.till.operations import Slip, deposit
from ovop.till.queries import deposits_of
from tests.make import accounts, advance, counter, market, programme, reviews, scales, shares, sharing, stories, tills
from tests.make.clerks import Clerk, clerk
from tests.make.pages import Page
from tests.make.settlements import owed


class Address(NamedTuple):
    """A page or a form of the area."""

    method: str
    rule: str

    def at(self, otherwise: object = 1, /, **ids: object) -> str:
        """Its path for these ids, and for `otherwise` where they name none."""
        known = {"ending": "csv"} | ids
        return re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda found: str(known.get(found[1], otherwise)), self.rule)


def addresses(app: APIFlask) -> list[Address]:
    """Every address of the area, so that a page that is added is asked too."""
    return [
        Address(method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("cooperative.")
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


class Theirs(NamedTuple):
    """Another co-operative with one of everything."""

    shop: market.Shop
    ids: dict[str, object]


@pytest.fixture
def theirs(app: APIFlask) -> Theirs:
    lontar = market.shop("lontar", "36.04.13.2007")
    lot = market.catch(lontar)
    order = market.order(accounts.buyer("budi@contoh.id", "Budi Rahasia", "+6281298765432"), lontar, {lot: 1500})
    photo = write(add_photo, lot, "catch/01abc", 640, 480, lontar.clerk, days.now())
    ids = {
        "catch_id": lot,
        "photo_id": photo,
        "number": order.number,
        "slot_id": order.pickup.slot_id,
        "point_id": lontar.point,
        "product_id": lontar.product,
        "member_id": lontar.clerk.id,
        "invitation_id": invited(lontar),
        "settlement_id": owed(lontar),
        "fisher_id": shares.fisher(lontar, "Pak Amin"),
        "sharing_id": shared(lontar),
        "scale_id": scales.scale(lontar),
        "sale_id": counter.walk_in(lontar, lot),
        "movement_id": counter.loss(lontar, lot),
        "person_id": stories.person(lontar.clerk),
        "picture_id": stories.photo(lontar.clerk),
        "listing_id": advance.listing(lontar),
        "guest_id": guest_of(lontar),
        **of_flagship(lontar),
        "review_id": reviewed(lontar),
    }
    return Theirs(lontar, ids | a_till(lontar))


def invited(shop: market.Shop) -> int:
    """An open invitation of that co-operative, by its id."""
    write(invite, shop.clerk, as_manager=False, now=days.now())
    return list_invitations(db.session(), shop.clerk, days.now())[0].id


def of_flagship(shop: market.Shop) -> dict[str, int]:
    """Ids of the co-operative's proposal of a flagship, and of a paper in the product's dossier."""
    official = accounts.official(email=f"dinas{shop.id}@contoh.id")
    return {"proposal_id": programme.proposed(shop), "paper_id": programme.evidence(shop.product, official)}


def guest_of(shop: market.Shop) -> int:
    """A neighbour that hands over at that co-operative's point, by its id."""
    guest = market.shop("cikande", "36.04.20.2001")
    sharing.shared(shop, guest)
    return guest.id


def reviewed(shop: market.Shop) -> int:
    """A review of that co-operative's goods that waits for an answer."""
    buyer = accounts.buyer("nia@contoh.id", "Nia Rahasia")
    return reviews.rate(reviews.collected(shop, buyer), buyer, 3, "Biasa saja, rahasia")


def shared(shop: market.Shop) -> int:
    """Yesterday's shares of that co-operative, handed out."""
    yesterday = days.today() - timedelta(days=1)
    return write(close_sharing, yesterday, yesterday, shop.clerk, days.now())


def a_till(shop: market.Shop) -> dict[str, int]:
    """Ids of a till of that co-operative that is counted, and of what of it was brought to the bank."""
    tills.collected(shop, 100_000)
    till = tills.counted(shop.clerk)
    slip = Slip("BJB 77", days.today())
    write(deposit, {till.id: 50_000}, slip, tills.key(), shop.clerk, days.now())
    return {"till_id": till.id, "deposit_id": deposits_of(db.session(), till.id)[0].id}


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


#: Enough for each form to go through, were it one's own.
FORM = {
    "reason": "coba",
    "answer": "Terima kasih",
    "goods": "lost",
    "code": "123456",
    "direction": "less",
    "amount": "1",
    "key": "access-1",
    "unit_price": "30.000",
    "best_before": "2026-01-06T12:00",
    "name": "Milik kami",
    "active": "0",
    "latitude": "-5.97",
    "longitude": "106.37",
    "rows": "1",
    "days_0": "1",
    "opens_0": "06:00",
    "closes_0": "09:00",
    "capacity_0": "5",
    "slot_minutes": "60",
    "deadline_minutes": "60",
    "verified_until": "2026-05-01",
    "quantity": "1 kg",
    "day": "2026-01-09",
}


def rows() -> Iterator[tuple[str, list[object]]]:
    """All that the market holds, but for what only counts requests."""
    db.session.rollback()
    for table in db.metadata.sorted_tables:
        if table.name != "species":
            yield table.name, [tuple(row) for row in db.session.execute(text(f'SELECT * FROM "{table.name}"'))]


def test_another_co_operatives_things_do_not_exist_for_a_clerk(app: APIFlask, jaya: Clerk, theirs: Theirs) -> None:
    """Source: cases, a producer's reports show other people's data."""
    before = dict(rows())
    asked = 0
    for address in addresses(app):
        if "<" not in address.rule:
            continue
        path = address.at(**theirs.ids)
        answer = jaya.client.open(path, method=address.method, data=dict(FORM) if address.method == "POST" else None)
        assert answer.status_code == 404, (address, answer.status_code)
        body = answer.get_data(as_text=True)
        assert "Budi Rahasia" not in body
        assert "81298765432" not in body
        asked += 1
    assert asked > 25
    assert dict(rows()) == before


def test_lists_searches_and_sums_hold_only_ones_own(jaya: Clerk, theirs: Theirs) -> None:
    number = str(theirs.ids["number"])
    for path in (
        "/koperasi",
        "/koperasi/pesanan",
        f"/koperasi/pesanan?q={number}",
        "/koperasi/stok",
        "/koperasi/stok?shelf=ended",
        "/koperasi/produk",
        "/koperasi/titik",
        "/koperasi/uang",
        "/koperasi/jual",
        f"/koperasi/jual?sold={theirs.ids['catch_id']}&product={theirs.ids['product_id']}",
    ):
        page = jaya.see(path)
        assert number not in page.words
        assert "Budi" not in page.words
        assert "Lontar" not in page.words
    typed = jaya.send("/koperasi/serah", {"text": number})
    assert (typed.status, typed.errors) == (422, ["Tidak ada pesanan koperasi ini dengan nomor itu."])


def test_another_co_operatives_product_cannot_be_sold(jaya: Clerk, theirs: Theirs) -> None:
    data = {"key": "k", "product": str(theirs.ids["product_id"]), "quantity": "5", "unit_price": "30000", "when": "now"}
    page = jaya.send("/koperasi/jual", data)
    assert (page.status, page.errors) == (422, ["Pilihan ini tidak ada."])


@pytest.mark.parametrize("who", [Role.BUYER, Role.OFFICE, Role.ADMIN])
def test_nobody_else_may_enter_and_nothing_changes(
    app: APIFlask, client: FlaskClient, theirs: Theirs, who: Role
) -> None:
    actor = accounts.buyer() if who is Role.BUYER else accounts.official(who)
    accounts.sign_in(client, actor)
    before = dict(rows())
    for address in addresses(app):
        path = address.at(**theirs.ids)
        answer = client.open(path, method=address.method, data=dict(FORM) if address.method == "POST" else None)
        assert answer.status_code == 403, (address, answer.status_code)
    assert dict(rows()) == before


def test_strangers_are_asked_to_sign_in_and_come_back(app: APIFlask, client: FlaskClient, theirs: Theirs) -> None:
    for address in addresses(app):
        path = address.at(**theirs.ids)
        answer = client.open(path, method=address.method)
        assert answer.status_code == 302
        assert answer.location.startswith("/masuk")
        if address.method == "GET":
            assert "next=" in answer.location


@pytest.mark.parametrize("odd", ["0", "-1", "9223372036854775808", "9" * 40, "1.5", "abc", "%00", "%F0%9F%90%9F"])
def test_ids_that_can_be_no_rows_are_not_here(app: APIFlask, jaya: Clerk, odd: str) -> None:
    for address in addresses(app):
        if "<" not in address.rule:
            continue
        path = address.at(odd)
        answer = jaya.client.open(path, method=address.method, data={} if address.method == "POST" else None)
        assert answer.status_code in (400, 404, 405), (address, odd, answer.status_code)


def test_no_form_breaks_on_nothing_on_zeros_or_on_far_too_much(app: APIFlask, jaya: Clerk) -> None:
    """Whatever is sent to one's own things, the answer is a page that says something, never a failure."""
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 1500})
    photo = write(add_photo, lot, "catch/01abc", 640, 480, jaya.shop.clerk, days.now())
    ids = {
        "catch_id": lot,
        "photo_id": photo,
        "number": order.number,
        "slot_id": order.pickup.slot_id,
        "point_id": jaya.shop.point,
        "product_id": jaya.shop.product,
        "member_id": jaya.shop.clerk.id,
        "invitation_id": invited(jaya.shop),
        "fisher_id": shares.fisher(jaya.shop, "Pak Udin"),
        "sharing_id": shared(jaya.shop),
        "scale_id": scales.scale(jaya.shop),
        "sale_id": counter.walk_in(jaya.shop, lot),
        "movement_id": counter.loss(jaya.shop, lot),
        "person_id": stories.person(jaya.shop.clerk),
        "picture_id": stories.photo(jaya.shop.clerk),
        "listing_id": advance.listing(jaya.shop),
        "guest_id": guest_of(jaya.shop),
        **of_flagship(jaya.shop),
        "review_id": reviewed(jaya.shop),
    } | a_till(jaya.shop)
    fields = {*FORM, f"weight_{lot}", f"sure_{lot}", f"meant_{lot}", "quantity", "reference", "text", "note", "where"}
    for value in (
        "",
        "\0",
        "x" * 3000,
        "-1",
        "9" * 30,
        "'; DROP TABLE catch; --",
        "<script>",
        "ikan \u202e segar 🐟",
        "٣",
    ):
        for address in addresses(app):
            if address.method == "POST" and not address.rule.endswith(
                (
                    "/hapus",
                    "/urungkan",
                    "/akhiri",
                    "/tidak-diambil",
                    "/keluhan",
                    "kembali",
                    "/dikembalikan",
                    "/<id:buyer_row>",
                    "<id:person_id>/tarik",
                )
            ):
                answer = jaya.client.post(address.at(**ids), data=dict.fromkeys(fields, value))
                assert answer.status_code in (200, 302, 400, 409, 422), (address, value, answer.status_code)
                assert "<script>alert" not in answer.get_data(as_text=True)
    assert market.broken() == []


def test_a_form_without_its_token_changes_nothing(app: APIFlask, jaya: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    lot = market.catch(jaya.shop)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    before = dict(rows())
    for address in addresses(app):
        if address.method == "POST":
            assert jaya.client.post(address.at(catch_id=lot), data=dict(FORM)).status_code == 400, address
    assert dict(rows()) == before


def test_every_form_carries_its_token(app: APIFlask, jaya: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 1500})
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    number, slot = order.number, order.pickup.slot_id
    for path in (
        "/koperasi/jual",
        "/koperasi/serah",
        f"/koperasi/pesanan/{number}/timbang",
        f"/koperasi/pesanan/{number}/batal",
        f"/koperasi/stok/{lot}",
        "/koperasi/produk/baru",
        f"/koperasi/produk/{jaya.shop.product}",
        "/koperasi/titik/baru",
        f"/koperasi/titik/{jaya.shop.point}",
        f"/koperasi/jadwal/{slot}/tutup",
        "/koperasi/profil",
    ):
        html = jaya.client.get(path).get_data(as_text=True)
        forms = re.findall(r'<form[^>]*method="post".*?</form>', html, re.DOTALL)
        assert forms, path
        assert all('name="csrf_token"' in form for form in forms), path


def test_pages_with_buyers_names_are_never_kept_by_the_phone(jaya: Clerk) -> None:
    order = jaya.order({market.catch(jaya.shop): 1500})
    for path in ("/koperasi", f"/koperasi/jadwal/{order.pickup.slot_id}", f"/koperasi/pesanan/{order.number}"):
        assert jaya.client.get(path).headers["Cache-Control"] == "no-store"


def test_all_pages_speak_english_too(app: APIFlask, jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 1500})
    ids = {
        "catch_id": lot,
        "number": order.number,
        "slot_id": order.pickup.slot_id,
        "point_id": jaya.shop.point,
        "product_id": jaya.shop.product,
        "fisher_id": shares.fisher(jaya.shop, "Pak Udin"),
        "scale_id": scales.scale(jaya.shop),
        "sale_id": counter.walk_in(jaya.shop, lot),
        "movement_id": counter.loss(jaya.shop, lot),
        "person_id": stories.person(jaya.shop.clerk),
        "picture_id": stories.photo(jaya.shop.clerk),
        "listing_id": advance.listing(jaya.shop),
        "guest_id": guest_of(jaya.shop),
        **of_flagship(jaya.shop),
        "settlement_id": owed(jaya.shop),
    } | a_till(jaya.shop)
    for address in addresses(app):
        if address.method != "GET" or address.rule.endswith(
            (
                ".svg",
                ".jpg",
                ".pdf",
                "/serah",
                "/selesai",
                "/timbang",
                "/hitung",
                "/nota",
                "<name>",
                "<number>/keluhan",
                "<id:paper_id>",
                "/uang-kembali",
                "/dikembalikan",
            )
        ):
            continue
        page = Page(jaya.client.get("/en" + address.at(**ids)))
        assert page.status == 200, address
        for word in ("Siapkan", "Pesanan", "Simpan", "Harga", "Jadwal ", "Belum", "Titik ambil"):
            assert word not in page.words, (address, word)
