"""Two languages under one set of routes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from flask import Flask, request, url_for
from flask.testing import FlaskClient
from flask_babel import gettext, ngettext

from ovop.cli import messages
from ovop.web import language
from tests.web.looks import make_app


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    app = make_app(tmp_path)
    app.add_url_rule("/desa/<name>", "village", lambda name: f"{gettext('Pasar')} {url_for('village', name=name)}")
    app.add_url_rule("/api/v1/villages", "api", lambda: language.current_language())
    app.add_url_rule("/alamat/<path:rest>", "addresses", lambda rest: dict(language.alternate_urls()))
    app.add_url_rule("/kanonik", "canonical", language.canonical_url)
    app.add_url_rule("/ganti", "switch", lambda: language.path_in(request.args["to"]))
    app.add_url_rule("/hitung/<int:n>", "count", lambda n: ngettext("%(num)s hasil", "%(num)s hasil", n))
    app.add_url_rule("/nama", "name", lambda: "desa")
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_indonesian_has_no_prefix_and_english_keeps_its_own(client: FlaskClient) -> None:
    assert client.get("/desa/lontar").text == "Pasar /desa/lontar"
    assert client.get("/en/desa/lontar").text == "Market /en/desa/lontar"


def test_a_path_that_only_begins_like_the_prefix_is_left_alone(client: FlaskClient) -> None:
    assert client.get("/english").status_code == 404
    assert language.split_path("/en") == ("en", "/")
    assert language.split_path("/energi") == ("id", "/energi")


@pytest.mark.parametrize("path", ["/api/v1/villages", "/assets/x/base.css", "/webhooks/stripe", "/healthz"])
def test_addresses_of_machines_have_one_form(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/en{path}?page=2")
    assert (answer.status_code, answer.headers["Location"]) == (308, f"{path}?page=2")


def test_a_redirect_never_leaves_the_site(client: FlaskClient) -> None:
    answer = client.get("/en/api//evil.test/%0d%0aX: y")
    assert answer.headers["Location"].startswith("/api/")
    assert "\n" not in answer.headers["Location"]
    assert "X" not in answer.headers


def test_each_page_names_itself_in_both_languages(client: FlaskClient) -> None:
    for prefix in ("", "/en"):
        assert client.get(f"{prefix}/alamat/kerupuk ikan?x=1").json == {
            "id": "http://localhost/alamat/kerupuk%20ikan",
            "en": "http://localhost/en/alamat/kerupuk%20ikan",
        }
    assert client.get("/en/kanonik?halaman=2").text == "http://localhost/en/kanonik"


def test_changing_the_language_keeps_the_question(client: FlaskClient) -> None:
    assert client.get("/ganti?to=en&q=bandeng").text == "/en/ganti?to=en&q=bandeng"
    assert client.get("/en/ganti?to=id&q=bandeng").text == "/ganti?to=id&q=bandeng"


def test_a_market_under_a_path_keeps_it_in_front_of_the_language(client: FlaskClient) -> None:
    answer = client.get("/en/desa/lontar", environ_overrides={"SCRIPT_NAME": "/pasar"})
    assert answer.text == "Market /pasar/en/desa/lontar"


def test_cookies_serve_both_languages(app: Flask) -> None:
    assert app.config["SESSION_COOKIE_PATH"] == "/"


def test_english_knows_one_and_many(client: FlaskClient) -> None:
    assert [client.get(f"/hitung/{n}").text for n in (1, 2)] == ["1 hasil", "2 hasil"]
    assert [client.get(f"/en/hitung/{n}").text for n in (1, 2)] == ["1 item", "2 items"]


# The words themselves


def english() -> Catalog:
    return messages._read(language.TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po", "en")


def ids(catalog: Catalog) -> set[tuple[str | None, str]]:
    return {(message.context, messages._first(message)) for message in catalog if message.id}


def test_every_sentence_has_its_english() -> None:
    assert ids(messages.collect()) - ids(english()) == set()
    assert list(messages.missing(english())) == []


def test_no_english_is_left_of_sentences_that_are_gone() -> None:
    assert ids(english()) - ids(messages.collect()) == set()


def _forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_translations_keep_the_places_for_names_and_figures() -> None:
    place = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
    for message in english():
        if message.id:
            said = message.id if isinstance(message.id, str) else " ".join(message.id)
            wanted = set(place.findall(said))
            for form in filter(None, _forms(message)):
                found = set(place.findall(form))
                # "One field" may leave out the figure that "3 fields" needs.
                assert found == wanted or (message.pluralizable and found < wanted), said


def test_collecting_again_keeps_what_was_translated(tmp_path: Path) -> None:
    root = tmp_path / "project"
    (root / "ovop").mkdir(parents=True)
    (root / "templates").mkdir()
    (root / "templates" / "page.html").write_text('{{ _("Halo %(name)s", name=x) }}{{ _("Lama") }}')
    messages.update("en", tmp_path, root)
    path = tmp_path / "en" / "LC_MESSAGES" / "messages.po"
    path.write_text(path.read_text().replace('msgid "Lama"\nmsgstr ""', 'msgid "Lama"\nmsgstr "Old"'))

    (root / "ovop" / "module.py").write_text('_("Baru")\nngettext("%(num)s ikan", "%(num)s ikan", 2)\n')
    (root / "templates" / "page.html").write_text('{{ _("Lama") }}')
    catalog = messages.update("en", tmp_path, root)

    assert catalog.get("Lama").string == "Old"
    assert ids(catalog) == {(None, "Lama"), (None, "Baru"), (None, "%(num)s ikan")}
    assert set(messages.missing(catalog)) == {"Baru", "%(num)s ikan"}
    before = path.read_bytes()
    messages.update("en", tmp_path, root)
    assert path.read_bytes() == before
