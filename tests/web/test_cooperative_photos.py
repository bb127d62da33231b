"""Photos of a lot without a script: several in one go, each by itself; order, cover, removal and the way back."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import pytest
from flask import current_app
from flask.testing import FlaskClient

from ovop.db import db
from ovop.kernel.errors import Unavailable
from ovop.outside.media import storage
from ovop.stock.models import CatchPhoto
from ovop.stock.queries import PhotoRow, photos_of
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market
from tests.make.clerks import Clerk, clerk
from tests.make.pages import Page
from tests.outside.odd_pictures import BAD, exif, quarters, saved

BROKEN = BAD["half a jpeg"][0]
HEIC = BAD["heic"][0]


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


@pytest.fixture
def lot(jaya: Clerk) -> int:
    return market.catch(jaya.shop)


def photo(width: int = 64) -> bytes:
    """A photo that is told apart by its width."""
    return saved(quarters(width, 48), exif=exif(1))


def send(jaya: Clerk, lot: int, files: Sequence[tuple[str, bytes]], **more: object) -> Page:
    parts = [(io.BytesIO(data), name) for name, data in files]
    return jaya.send(f"/koperasi/stok/{lot}/foto", {"photo": parts, "key": "photo-1", **more})


def shown(lot: int) -> list[PhotoRow]:
    db.session.rollback()
    return list(photos_of(db.session(), [lot]).get(lot, ()))


def widths(lot: int) -> list[int]:
    return [row.width for row in shown(lot)]


def act(jaya: Clerk, lot: int, photo_id: int, what: str, **data: str) -> Page:
    return jaya.send(f"/koperasi/stok/{lot}/foto/{photo_id}/{what}", data)


def test_several_photos_go_up_at_once_in_the_order_in_which_they_were_chosen(jaya: Clerk, lot: int) -> None:
    page = send(jaya, lot, [("a.jpg", photo(70)), ("b.jpg", photo(80)), ("c.jpg", photo(90))])
    assert page.location == f"/koperasi/stok/{lot}#photos"
    assert widths(lot) == [70, 80, 90]
    assert "Foto sudah dipasang." in jaya.see(f"/koperasi/stok/{lot}").words


def test_a_bad_one_is_told_by_name_and_holds_up_no_other(jaya: Clerk, lot: int) -> None:
    page = send(
        jaya, lot, [("a.jpg", photo(70)), ("IMG_2.HEIC", HEIC()), ("b.jpg", photo(80)), ("rusak.jpg", BROKEN())]
    )
    assert page.status == 422
    assert widths(lot) == [70, 80]
    [said] = page.errors
    assert "IMG_2.HEIC: Foto HEIC belum bisa dibaca." in said
    assert "rusak.jpg: Foto itu tidak utuh." in said
    assert "a.jpg" not in said


def test_one_bad_photo_alone_is_told_without_its_name(jaya: Clerk, lot: int) -> None:
    [said] = send(jaya, lot, [("IMG_2.HEIC", HEIC())]).errors
    assert said.startswith("Foto HEIC")


def test_a_name_that_tries_to_be_markup_is_text(jaya: Clerk, lot: int) -> None:
    page = send(jaya, lot, [("<img src=x onerror=alert(1)>.jpg", BROKEN()), ("b.jpg", BROKEN())])
    assert "<img src=x" not in page.html
    assert "onerror" in page.errors[0]


def test_what_is_sent_twice_is_there_once(jaya: Clerk, lot: int) -> None:
    files = [("a.jpg", photo(70)), ("b.jpg", photo(80))]
    for _ in range(2):
        send(jaya, lot, files)
    send(jaya, lot, [("c.jpg", photo(90)), *files])  # back, and one more chosen
    assert widths(lot) == [70, 80, 90]


def test_too_many_are_told_and_those_before_are_kept(jaya: Clerk, lot: int) -> None:
    page = send(jaya, lot, [(f"{number}.jpg", photo(64 + number)) for number in range(10)])
    assert page.status == 422
    assert len(shown(lot)) == 8
    assert "8.jpg" in page.errors[0]
    assert "9.jpg" in page.errors[0]


def test_a_storage_that_is_away_is_told_and_changes_nothing(
    jaya: Clerk, lot: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object) -> None:
        raise Unavailable(retry_after=60)

    monkeypatch.setattr(current_app.extensions["ovop_media"], "put", away)
    assert "belum bisa disimpan" in send(jaya, lot, [("a.jpg", photo())]).errors[0]
    answer = jaya.client.post("/koperasi/foto", data={"photo": (io.BytesIO(photo()), "a.jpg")})
    assert answer.status_code == 503
    assert shown(lot) == []


def test_any_photo_can_be_made_the_cover_and_moved(jaya: Clerk, lot: int) -> None:
    send(jaya, lot, [(f"{width}.jpg", photo(width)) for width in (70, 80, 90)])
    a, b, c = (row.id for row in shown(lot))
    assert act(jaya, lot, c, "geser", to="first").location == f"/koperasi/stok/{lot}#photos"
    assert widths(lot) == [90, 70, 80]
    act(jaya, lot, b, "geser", to="earlier")
    assert widths(lot) == [90, 80, 70]
    act(jaya, lot, c, "geser", to="later")
    assert widths(lot) == [80, 90, 70]
    jaya.send(f"/koperasi/stok/{lot}/foto/urutan", {"order": f"{a},x,{c},0,{b}"})
    assert widths(lot) == [70, 90, 80]
    assert act(jaya, lot, a, "geser", to="sideways").status == 422
    page = jaya.see(f"/koperasi/stok/{lot}")
    assert page.all("photo-row-lead") == ["Sampul"]
    assert page.words.count("Jadikan sampul") == 2


def test_the_covers_place_is_what_buyers_see(jaya: Clerk, lot: int) -> None:
    send(jaya, lot, [("a.jpg", photo(70)), ("b.jpg", photo(80))])
    first, second = shown(lot)
    act(jaya, lot, second.id, "geser", to="first")
    html = jaya.client.get(f"/hasil/{lot}").get_data(as_text=True)
    assert html.index(second.key) < html.index(first.key)


def test_a_removed_photo_comes_back_within_a_minute(jaya: Clerk, lot: int, clock: Clock) -> None:
    send(jaya, lot, [("a.jpg", photo(70)), ("b.jpg", photo(80))])
    first = shown(lot)[0].id
    place = act(jaya, lot, first, "hapus").location or ""
    assert place == f"/koperasi/stok/{lot}?removed={first}#photos"
    assert act(jaya, lot, first, "hapus").status == 302  # tapped twice
    assert widths(lot) == [80]
    assert "Foto dihapus. Kembalikan" in jaya.see(place.partition("#")[0]).words
    clock.forward(seconds=59)
    act(jaya, lot, first, "kembali")
    assert widths(lot) == [70, 80]
    assert "Foto dihapus." not in jaya.see(place.partition("#")[0]).words


def test_after_the_minute_it_is_said_that_it_is_gone(jaya: Clerk, lot: int, clock: Clock) -> None:
    send(jaya, lot, [("a.jpg", photo())])
    only = shown(lot)[0].id
    place = (act(jaya, lot, only, "hapus").location or "").partition("#")[0]
    clock.forward(minutes=1)
    assert "Foto dihapus." not in jaya.see(place).words
    act(jaya, lot, only, "kembali")
    assert "Sudah lewat satu menit" in jaya.see(f"/koperasi/stok/{lot}").words
    assert shown(lot) == []


def test_a_photo_that_a_script_sent_ahead_is_attached_once(jaya: Clerk, lot: int) -> None:
    answer = jaya.client.post("/koperasi/foto", data={"photo": (io.BytesIO(photo()), "a.jpg")})
    assert answer.status_code == 201
    sent = answer.get_json()
    assert jaya.client.get(sent["url"]).status_code == 200
    for _ in range(2):
        assert jaya.send(f"/koperasi/stok/{lot}/foto", {"kept_photo": sent["kept"]}).status == 302
    [kept] = shown(lot)
    assert storage().get(f"{kept.key}/64.jpg")


@pytest.mark.parametrize("name", ["nothing", "text", "heic", "half a jpeg", "png bomb", "one pixel"])
def test_a_script_is_told_in_words_why_a_photo_is_refused(jaya: Clerk, name: str) -> None:
    answer = jaya.client.post("/koperasi/foto", data={"photo": (io.BytesIO(BAD[name][0]()), "a.jpg")})
    assert answer.status_code == 422
    assert answer.get_json()["words"].endswith(".")
    assert count("catch_photo") == 0


def test_a_script_that_sends_nothing_is_told_too(jaya: Clerk) -> None:
    answer = jaya.client.post("/koperasi/foto", data={})
    assert (answer.status_code, answer.get_json()["words"]) == (422, "Isi dulu bagian ini.")


def test_only_co_operatives_send_photos(client: FlaskClient) -> None:
    data = {"photo": (io.BytesIO(photo()), "a.jpg")}
    assert client.post("/koperasi/foto", data=data).status_code == 302
    accounts.sign_in(client, accounts.buyer())
    before = set(storage().list_keys())
    data = {"photo": (io.BytesIO(photo()), "a.jpg")}
    assert client.post("/koperasi/foto", data=data).status_code == 403
    assert set(storage().list_keys()) == before


def test_photos_of_a_new_lot_are_kept_when_one_of_them_is_bad(jaya: Clerk) -> None:
    form = {"product": str(jaya.shop.product), "quantity": "25", "unit_price": "32.000", "when": "now", "keep": "auto"}
    files = [(io.BytesIO(photo(70)), "a.jpg"), (io.BytesIO(BROKEN()), "b.jpg"), (io.BytesIO(photo(80)), "c.jpg")]
    page = jaya.send("/koperasi/jual", {**form, "key": "k", "price_for": str(jaya.shop.product), "photo": files})
    assert page.status == 422
    assert page.errors == ["b.jpg: Foto itu tidak utuh. Coba kirim sekali lagi."]
    kept = [field["value"] for field in page.fields["kept_photo"]]
    assert len(kept) == 2
    assert all("checked" in field for field in page.fields["kept_photo"])
    more = {"kept_photo": kept, "photo": [(io.BytesIO(photo(90)), "d.jpg")]}
    assert jaya.send("/koperasi/jual", {**form, "key": "k", "price_for": str(jaya.shop.product), **more}).status == 302
    [lot] = {row.catch_id for row in db.session.query(CatchPhoto)}
    assert widths(lot) == [70, 80, 90]


def test_a_lots_page_offers_each_kind_and_width_once(jaya: Clerk, lot: int) -> None:
    send(jaya, lot, [("a.jpg", saved(quarters(900, 700)))])
    page = jaya.see(f"/koperasi/stok/{lot}")
    assert re.findall(r'type="image/(\w+)"', page.html) == ["webp"]
    assert re.findall(r"/(\d+)\.jpg \d+w", page.html) == ["320", "640", "900"]
