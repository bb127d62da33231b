"""Villages' stories on pages: written by co-operatives, seen by everybody, passed on, hidden by the office."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import event, select

from ovop.accounts.models import Account
from ovop.db import db, write
from ovop.kernel import days
from ovop.outside.media import storage
from ovop.outside.models import OutboxJob
from ovop.stories import flows, people
from ovop.stories.letters import send_news
from ovop.stories.rules import LONGEST_TEXT, LONGEST_WORDS, MOST_PEOPLE, MOST_PHOTOS
from ovop.web.sharing import VillageCard
from ovop.web.story_letters import compose_story_news
from tests.conftest import Clock
from tests.make import accounts, catalogue, market, stories
from tests.make.clerks import Clerk, clerk
from tests.make.pages import Page
from tests.outside.odd_pictures import BAD, exif, quarters, saved

VILLAGE = f"/desa/{accounts.TENGKURAK}"
STORY = "/koperasi/cerita"
PERSON = {
    "name": "Bu Sari",
    "role": "Pengolah sate",
    "words": "Dibakar tiap pagi.",
    "agreed": "1",
    "consent_by": "Bu Sari",
    "consent_on": "2026-01-04",
    "consent_way": "paper",
}


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


@pytest.fixture
def visitor(app: APIFlask) -> FlaskClient:
    """Somebody who brings no cookie, as the front expects them."""
    return app.test_client(use_cookies=False)


def seen(visitor: FlaskClient, path: str = VILLAGE) -> Page:
    return Page(visitor.get(path))


def photo(width: int = 640, height: int = 480) -> bytes:
    return saved(quarters(width, height), exif=exif(1))


def file(data: bytes, name: str = "IMG_1.jpg") -> list[tuple[io.BytesIO, str]]:
    return [(io.BytesIO(data), name)]


def queries_of(visitor: FlaskClient, path: str) -> list[str]:
    """The statements that a page asks the database."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert visitor.get(path).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return [statement for statement in asked if statement.lstrip().upper().startswith(("SELECT", "WITH"))]


def test_from_the_first_word_to_the_villages_page(jaya: Clerk, visitor: FlaskClient) -> None:
    assert "Belum ada cerita desa di sini" in seen(visitor).words
    page = jaya.see(STORY)
    assert page.value("text_version") == "0"
    sent = jaya.send(STORY, {"title": "Dari tambak", "text": "Satu.\r\nDua.", "text_version": "0"})
    assert (sent.status, sent.location) == (302, STORY)
    added = jaya.send(f"{STORY}/foto", {"photo": file(photo()), "alt": "Perahu pulang"})
    assert added.status == 302
    assert jaya.send(f"{STORY}/orang", PERSON).status == 302
    assert "Dari tambak" not in seen(visitor).words
    preview = jaya.see(f"{STORY}/pratinjau")
    assert "Dari tambak" in preview.words
    assert "Bu Sari" in preview.words
    version = preview.value("version")
    assert jaya.send(f"{STORY}/terbit", {"version": version}).status == 302
    page = seen(visitor)
    for words in ("Dari tambak", "Satu.", "Dua.", "Bu Sari", "“Dibakar tiap pagi.”"):
        assert words in page.words
    assert 'alt="Perahu pulang"' in page.html
    assert "Menerbitkan" in jaya.see(f"{STORY}/riwayat").words
    assert market.broken() == []


def test_text_is_only_text(jaya: Clerk, visitor: FlaskClient) -> None:
    stories.told(jaya.shop.clerk, "<script>alert(1)</script> **tebal** [x](http://y)", title='"><u>')
    html = seen(visitor).html
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; **tebal** [x](http://y)" in html
    assert '"><u>' not in html


def test_what_was_typed_stays_with_what_is_wrong(jaya: Clerk) -> None:
    page = jaya.send(STORY, {"title": "Judul", "text": "x" * (LONGEST_TEXT + 1), "text_version": "0"})
    assert (page.status, page.errors, page.value("title")) == (422, ["Terlalu panjang."], "Judul")
    page = jaya.send(f"{STORY}/foto", {"photo": file(photo()), "alt": " "})
    assert (page.status, page.errors) == (422, ["Isi dulu bagian ini."])
    kept = page.fields["kept_photo"][0]["value"]
    assert jaya.send(f"{STORY}/foto", {"kept_photo": kept, "alt": "Perahu"}).status == 302
    page = jaya.send(f"{STORY}/foto", {"photo": file(BAD["heic"][0]()), "alt": "Perahu"})
    assert (page.status, page.value("alt")) == (422, "Perahu")
    page = jaya.send(f"{STORY}/orang", {**PERSON, "name": "", "consent_on": "kemarin", "consent_by": ""})
    assert page.status == 422
    assert len(page.errors) == 3
    assert page.value("role") == "Pengolah sate"
    assert stories.draft().people == ()


def test_a_colleagues_newer_text_is_shown_beside_ones_own(jaya: Clerk) -> None:
    stories.write_words(jaya.shop.clerk, "Punya teman.")
    page = jaya.send(STORY, {"title": "", "text": "Punyaku.", "text_version": "0"})
    assert page.status == 409
    assert "Punya teman." in page.words
    assert "Punyaku." in page.html
    again = jaya.send(STORY, {"title": "", "text": "Punyaku.", "text_version": page.value("text_version")})
    assert (again.status, stories.draft().text) == (302, "Punyaku.")


def test_who_is_no_manager_drafts_and_does_not_publish(jaya: Clerk) -> None:
    write(lambda session: setattr(session.get(Account, jaya.shop.clerk.id), "is_manager", False))
    stories.write_words(jaya.shop.clerk, "Satu.")
    page = jaya.see(STORY)
    assert "version" not in page.fields
    assert "Pengurus koperasi yang menerbitkan" in page.words
    assert jaya.send(f"{STORY}/terbit", {"version": "1"}).status == 403


def test_without_noted_consent_somebody_is_seen_by_nobody(jaya: Clerk, visitor: FlaskClient) -> None:
    stories.write_words(jaya.shop.clerk, "Satu.")
    assert jaya.send(f"{STORY}/orang", {"name": "Bu Sari", "role": "", "words": ""}).status == 302
    assert "Izin belum dicatat" in jaya.see(STORY).words
    assert "Belum tampil karena izinnya belum dicatat: Bu Sari" in jaya.see(f"{STORY}/pratinjau").words
    stories.publish(jaya.shop.clerk)
    assert "Sari" not in seen(visitor).words


def test_who_takes_consent_back_is_gone_from_pages_caches_and_media(jaya: Clerk, visitor: FlaskClient) -> None:
    stories.write_words(jaya.shop.clerk, "Satu.\nKata Bu Sari: sabar.")
    assert jaya.send(f"{STORY}/orang", {**PERSON, "photo": file(photo())}).status == 302
    stories.publish(jaya.shop.clerk)
    page = seen(visitor)
    assert "Bu Sari" in seen(visitor).words  # once more, from what the front keeps
    (address,) = set(re.findall(r'src="([^"]*/orang/[^"]*)"', page.html))
    picture = visitor.get(address)
    assert (picture.status_code, picture.headers["Cache-Control"]) == (200, "private, no-cache")
    unchanged = visitor.get(address, headers={"If-None-Match": picture.headers["ETag"]})
    assert unchanged.status_code == 304
    key = stories.draft().people[0].row.photo_key
    assert key is not None
    assert visitor.get(f"/media/{key}/320.jpg").status_code == 404
    person_id = stories.draft().people[0].row.id
    assert jaya.send(f"{STORY}/orang/{person_id}/tarik").status == 302
    after = seen(visitor)
    assert "Sari" not in after.html
    assert "Satu." in after.words
    assert visitor.get(address).status_code == 404
    assert visitor.get(address, headers={"If-None-Match": picture.headers["ETag"]}).status_code == 404
    assert not [name for name in storage().list_keys() if name.startswith(key)]
    assert "Sari" not in jaya.see(f"{STORY}/riwayat").words
    assert market.broken() == []


def test_pictures_are_like_all_others(jaya: Clerk, visitor: FlaskClient) -> None:
    assert jaya.send(f"{STORY}/foto", {"photo": file(photo()), "alt": "Perahu"}).status == 302
    stories.publish(jaya.shop.clerk)
    key = stories.draft().photos[0].key
    names = {name.rpartition("/")[2] for name in storage().list_keys() if name.startswith(key)}
    assert names == {"320.jpg", "320.webp", "640.jpg", "640.webp"}
    flows.finish_photo({"key": key, "width": 640}, days.now())
    found = stories.draft().photos[0]
    assert found.has_avif
    assert found.tiny
    assert "640.avif" in seen(visitor).html
    assert not Image.open(io.BytesIO(storage().get(f"{key}/640.jpg"))).getexif()
    flows.clear_photo({"key": key, "width": 640}, days.now())
    assert storage().get(f"{key}/640.jpg")
    photo_id = found.id
    jaya.send(f"{STORY}/foto/{photo_id}/hapus")
    flows.clear_photo({"key": key, "width": 640}, days.now())
    assert storage().get(f"{key}/640.jpg")  # the public page still shows it
    stories.write_words(jaya.shop.clerk, "Tanpa foto.")
    stories.publish(jaya.shop.clerk)
    flows.clear_photo({"key": key, "width": 640}, days.now())
    assert not [name for name in storage().list_keys() if name.startswith(key)]


def test_a_script_sends_photos_ahead(jaya: Clerk) -> None:
    answer = jaya.client.post(f"{STORY}/foto/simpan", data={"photo": file(photo())})
    assert answer.status_code == 201
    assert answer.json is not None
    assert jaya.send(f"{STORY}/foto", {"kept_photo": answer.json["kept"], "alt": "Perahu"}).status == 302
    refused = jaya.client.post(f"{STORY}/orang/foto", data={"photo": file(b"GIF89a")})
    assert refused.status_code == 422
    # A seal for one thing opens nothing else: people's pictures are not public.
    assert jaya.send(f"{STORY}/orang", {**PERSON, "kept_photo": answer.json["kept"]}).status == 302
    assert stories.draft().people[0].row.photo_key is None


def test_the_public_page_is_light_and_quick_whatever_is_on_it(jaya: Clerk, visitor: FlaskClient) -> None:
    words = "Bandeng kami tumbuh di air payau yang dijaga bersama, pagi dan sore. "
    for number in range(24):
        market.catch(jaya.shop, 10_000 + number)
    stories.write_words(jaya.shop.clerk, "\n".join([words * 4] * 11)[:LONGEST_TEXT])
    for number in range(MOST_PHOTOS):
        stories.photo(
            jaya.shop.clerk, f"Foto nomor {number} dari desa", key=f"story/01kfx{number}9qzjw7t3b5c1d8e2f4g6h"
        )
    for number in range(MOST_PEOPLE):
        stories.person(jaya.shop.clerk, f"Orang {number}", words=(words * 9)[: LONGEST_WORDS - 1])
    stories.publish(jaya.shop.clerk)
    assert len(queries_of(visitor, VILLAGE)) <= 3
    assert len(gzip.compress(visitor.get(VILLAGE).data, 6)) <= 15_000


def test_messengers_find_what_to_show(jaya: Clerk, visitor: FlaskClient) -> None:
    product = catalogue.product(jaya.shop.clerk, "Sate bandeng", "MIL")
    catalogue.flagship(accounts.official(), product)
    first = social(seen(visitor).html)
    assert first["og:title"] == "Desa Tengkurak: Sate bandeng"
    assert first["og:url"] == f"http://localhost{VILLAGE}"
    assert first["twitter:card"] == "summary_large_image"
    picture = visitor.get(first["og:image"].removeprefix("http://localhost"))
    assert picture.headers["Content-Type"] == "image/jpeg"
    with Image.open(io.BytesIO(picture.data)) as image:
        assert image.size == (1200, 630)
    jaya.send(f"{STORY}/foto", {"photo": file(photo()), "alt": "Perahu"})
    assert social(seen(visitor).html)["og:image"] == first["og:image"]
    stories.publish(jaya.shop.clerk)
    second = social(seen(visitor).html)
    assert second["og:image"] != first["og:image"]
    old = visitor.get(first["og:image"].removeprefix("http://localhost"))
    assert (old.status_code, f"http://localhost{old.location}") == (302, second["og:image"])
    assert visitor.get(old.location).status_code == 200
    english = social(seen(visitor, f"/en{VILLAGE}").html)
    assert english["og:image"].startswith(f"http://localhost/en{VILLAGE}/kartu-")
    assert visitor.get(f"{VILLAGE}/kartu-x.jpg").status_code == 302
    assert visitor.get("/desa/36.04.99.9999/kartu-x.jpg").status_code == 404


def test_a_lots_preview_tells_its_price_of_the_moment(jaya: Clerk, visitor: FlaskClient) -> None:
    lot = market.catch(jaya.shop, unit_price=37_500)
    shown = social(seen(visitor, f"/hasil/{lot}").html)
    assert shown["og:title"] == "Udang windu dari Desa Tengkurak"
    assert "Rp 37.500 / kg" in shown["og:description"].replace("\N{NO-BREAK SPACE}", " ")
    assert shown["og:image"].startswith(f"http://localhost/hasil/{lot}/kartu-")
    assert "og:title" not in jaya.client.get("/koperasi/profil").get_data(as_text=True)


def test_any_name_fits_on_the_picture() -> None:
    plain = VillageCard("Lontar", "Tirtayasa", None, None, None, None, "boat", None)
    assert plain.version == replace(plain).version
    assert plain.version != replace(plain, stars_level=3).version


def test_the_page_is_passed_on_by_whatsapp_without_a_script(jaya: Clerk, visitor: FlaskClient) -> None:
    (link,) = [link for link in seen(visitor).links if link.startswith("https://wa.me/?text=")]
    assert unquote(link).endswith(f"http://localhost{VILLAGE}")


def test_the_poster_leads_to_the_page(jaya: Clerk, visitor: FlaskClient) -> None:
    page = seen(visitor, f"{VILLAGE}/poster")
    assert "Desa Tengkurak" in page.words
    assert f"localhost{VILLAGE}" in page.words
    assert f"QR menuju http://localhost{VILLAGE}" in page.html
    pdf = visitor.get(f"{VILLAGE}/poster.pdf")
    assert pdf.data.startswith(b"%PDF")
    assert pdf.headers["Content-Type"] == "application/pdf"
    jaya.send(f"{STORY}/foto", {"photo": file(photo()), "alt": "Perahu"})
    stories.publish(jaya.shop.clerk)
    assert len(visitor.get(f"/en{VILLAGE}/poster.pdf").data) > len(pdf.data)
    assert visitor.get("/desa/x/poster").status_code == 404


@pytest.fixture
def office(app: APIFlask) -> FlaskClient:
    client = app.test_client()
    accounts.sign_in(client, accounts.official())
    return client


def mails() -> Iterator[dict[str, str]]:
    """The mails that leave when the office's letters are done."""
    for job in db.session.scalars(select(OutboxJob).where(OutboxJob.kind == "story-letter")).all():
        send_news(job.payload, days.now(), compose_story_news)
    for job in db.session.scalars(select(OutboxJob).where(OutboxJob.kind == "mail").order_by(OutboxJob.id)).all():
        yield job.payload


def test_the_office_hides_with_a_reason_that_the_co_operative_hears(
    jaya: Clerk, visitor: FlaskClient, office: FlaskClient, clock: Clock
) -> None:
    stories.told(jaya.shop.clerk, "Satu.")
    stories.person(jaya.shop.clerk)
    stories.publish(jaya.shop.clerk)
    listed = Page(office.get("/dinas/cerita"))
    assert "Tengkurak" in listed.words
    path = f"/dinas/cerita/{accounts.TENGKURAK}"
    assert "Bu Sari" in Page(office.get(path)).words
    refused = Page(office.post(f"{path}/sembunyi", data={"reason": " "}))
    assert (refused.status, refused.errors) == (422, ["Isi dulu bagian ini."])
    assert office.post(f"{path}/sembunyi", data={"reason": "Foto orang lain"}).status_code == 302
    assert "Satu." not in seen(visitor).words
    assert "Sari" not in seen(visitor).words
    assert "Foto orang lain" in jaya.see(STORY).words
    (mail,) = mails()
    assert (mail["to"], "Foto orang lain" in mail["text"]) == ("tengkurak@contoh.id", True)
    assert len(list(mails())) == 1
    clock.forward(minutes=1)
    assert office.post(f"{path}/tampil").status_code == 302
    assert "Satu." in seen(visitor).words
    assert len(list(mails())) == 2
    person_id = stories.draft().people[0].row.id
    assert office.post(f"{path}/orang/{person_id}/tarik").status_code == 302
    assert "Sari" not in seen(visitor).words
    assert office.post(f"/dinas/cerita/36.04.13.2007/orang/{person_id}/tarik").status_code == 404
    assert office.get("/dinas/cerita/36.04.13.2007").status_code == 404


def test_a_person_keeps_their_photo_when_words_change(jaya: Clerk) -> None:
    jaya.send(f"{STORY}/orang", {**PERSON, "photo": file(photo())})
    person = stories.draft().people[0].row
    jaya.send(f"{STORY}/orang/{person.id}", {**PERSON, "words": "Sabar."})
    changed = stories.draft().people[0].row
    assert (changed.words, changed.photo_key) == ("Sabar.", person.photo_key)
    jaya.send(f"{STORY}/orang/{person.id}", {**PERSON, "without_photo": "1"})
    assert stories.draft().people[0].row.photo_key is None
    write(people.remove_person, person.id, jaya.shop.clerk, days.now())
    assert jaya.client.get(f"{STORY}/orang/{person.id}").status_code == 404


def social(html: str) -> dict[str, str]:
    """What messengers read of a page."""
    pairs = re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]*)" content="([^"]*)"', html)
    return dict(pairs)
