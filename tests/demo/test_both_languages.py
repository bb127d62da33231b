"""Every page that anybody can reach, in both languages: nothing untranslated, nothing mixed."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from ovop.accounts.names import DEMO_EMAILS, DEMO_PASSWORD
from ovop.cli import messages
from ovop.demo import flows
from ovop.kernel import days
from ovop.web import language

#: Pages of one kind that are looked at: a lot fresh and a lot dried, an order open and an order over.
_OF_A_KIND = 2
#: Written for programmers, in their language.
_FOR_PROGRAMS = "api"
#: The demo's people's own words: what a scale, a purchase, somebody's work or a paper is called.
_DATA = {"Duduk 1", "Beli es balok", "Nelayan", "Pengolah sate bandeng", "Sertifikat halal", "Pembeli"}
#: Attributes that are read out or shown.
_SPOKEN = ("alt", "aria-label", "title", "placeholder", "content")
#: Parts of sentences shorter than this may be anybody's words.
_FEWEST_LETTERS, _FEWEST_WORDS = 14, 3
_PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
_MANY_BLANKS = re.compile(r"\s+")


class Said(HTMLParser):
    """What a page says in one language, piece by piece, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: set[str] = set()
        self.links: list[str] = []
        self.language = ""
        self._silent = 0
        self._foreign: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given.get("lang", "")
        elif "lang" in given and tag not in ("link", "a"):
            self._foreign.append(tag)
        self._silent += tag in ("script", "style", "textarea", "template")
        if tag == "a" and "href" in given and "hreflang" not in given:
            self.links.append(given["href"])
        if not self._foreign and "lang" not in given:
            self.pieces |= {_plain(given[name]) for name in _SPOKEN if name in given}

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style", "textarea", "template")
        if self._foreign and self._foreign[-1] == tag:
            self._foreign.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent and not self._foreign and (text := _plain(data)):
            self.pieces.add(text)


def _plain(text: str) -> str:
    return _MANY_BLANKS.sub(" ", text.replace("\N{NO-BREAK SPACE}", " ")).strip()


def _parts(sentence: str) -> Iterator[str]:
    """What of a sentence stands between the places for names and figures, where that is long enough to be its own."""
    for part in _PLACES.split(sentence.replace("%%", "%")):
        plain = _plain(part).strip(" .,:;")
        if len(plain) >= _FEWEST_LETTERS and len(plain.split()) >= _FEWEST_WORDS:
            yield plain


def words_of_one_language() -> dict[str, tuple[set[str], set[str]]]:
    """By language, what must not be on its pages: whole texts, and parts of sentences."""
    catalog = messages._read(language.TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po", "en")
    forms: dict[str, set[str]] = {"id": set(), "en": set()}
    for message in catalog:
        if message.id:
            forms["id"] |= {message.id} if isinstance(message.id, str) else set(message.id)
            forms["en"] |= {message.string} if isinstance(message.string, str) else set(message.string)
    whole = {name: {_plain(form) for form in found if not _PLACES.search(form)} for name, found in forms.items()}
    parts = {name: {part for form in found for part in _parts(form)} for name, found in forms.items()}
    return {
        "en": (whole["id"] - whole["en"], parts["id"] - parts["en"]),
        "id": (whole["en"] - whole["id"], parts["en"] - parts["id"]),
    }


class Walk:
    """Somebody who opens every page that links lead to, a few of each kind, in one language."""

    def __init__(self, app: APIFlask, client: FlaskClient, prefix: str) -> None:
        self._client, self._prefix = client, prefix
        self._addresses = app.url_map.bind("localhost")
        self._kinds: Counter[str] = Counter()

    def pages(self) -> Iterator[tuple[str, Said]]:
        """Address and what is said there."""
        seen: set[str] = set()
        todo = deque([self._prefix + "/"])
        while todo:
            at = todo.popleft()
            if at in seen or not self._is_wanted(at):
                continue
            seen.add(at)
            answer = self._client.get(at)
            text = answer.get_data()  # whole, or a file that is streamed would never end
            assert answer.status_code in (200, 302, 303, 308, 403), at  # "not for you" is a page too
            if answer.location:
                todo.append(_here(at, answer.location))
            elif answer.mimetype == "text/html":
                said = Said(text.decode())
                yield at, said
                todo += [_here(at, link) for link in said.links]

    def _is_wanted(self, at: str) -> bool:
        inside, path = language.split_path(urlsplit(at).path)
        if not at.startswith("/") or inside != (self._prefix.removeprefix("/") or "id"):
            return False
        try:
            endpoint, _values = self._addresses.match(path)
        except (HTTPException, RequestRedirect):
            return False
        self._kinds[endpoint] += 1
        return self._kinds[endpoint] <= _OF_A_KIND and not endpoint.startswith(_FOR_PROGRAMS)


def _here(at: str, link: str) -> str:
    """Where a link on the page `at` leads, without host and anchor; nowhere for one that leaves the site."""
    whole = urlsplit(urljoin(f"http://localhost{at}", link))
    if whole.netloc != "localhost":
        return ""
    return whole.path + (f"?{whole.query}" if whole.query else "")


@pytest.mark.parametrize("market", ["sqlite"], indirect=True)
def test_no_page_is_untranslated_or_mixed(stage: APIFlask) -> None:
    flows.make_market(90, 36, days.now())
    wrong = words_of_one_language()
    found: dict[tuple[str, str], str] = {}
    opened: Counter[str] = Counter()
    for role in (None, *DEMO_EMAILS):
        for name, prefix in (("id", ""), ("en", "/en")):
            whole, parts = wrong[name]
            for at, said in Walk(stage, _signed_in(stage, role), prefix).pages():
                opened[name] += 1
                assert said.language == name, at
                for piece in said.pieces - _DATA:
                    if piece in whole or any(part in piece for part in parts):
                        found.setdefault((name, piece), at)
    assert sorted((name, piece, at) for (name, piece), at in found.items()) == []
    assert min(opened.values()) > 150


def _signed_in(app: APIFlask, role: str | None) -> FlaskClient:
    client = app.test_client()
    if role is not None:
        answer = client.post("/masuk", data={"login": DEMO_EMAILS[role], "password": DEMO_PASSWORD})
        assert answer.status_code == 302
    return client
