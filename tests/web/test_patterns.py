"""The pattern page: each component, in both languages and both schemes, for all who use it."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask, render_template

from ovop.settings import ROOT
from tests.web.looks import make_app

TEMPLATES = ROOT / "templates"
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "path", "rect", "circle"}


class Outline(HTMLParser):
    """What a page is made of: ids, the names it refers to, and tags left open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.referred: set[str] = set()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        assert len(values) == len(attributes), f"{tag} names an attribute twice: {attributes}"
        if "id" in values:
            self.ids[values["id"]] += 1
        for name in ("for", "aria-labelledby", "aria-describedby", "form"):
            self.referred |= set(values.get(name, "").split())
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, f"{tag} closes another tag, at line {self.getpos()[0]}"


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return make_app(tmp_path)


@pytest.mark.parametrize("path", ["/pola", "/en/pola"])
def test_the_page_is_sound(app: Flask, path: str) -> None:
    answer = app.test_client().get(path)
    assert answer.status_code == 200
    assert answer.headers["X-Robots-Tag"] == "noindex"
    outline = Outline(answer.text)
    assert outline.open == []
    assert [name for name, times in outline.ids.items() if times > 1] == []
    assert outline.referred <= set(outline.ids)
    assert outline.headings.count(1) == 1
    assert all(below <= above + 1 for above, below in zip(outline.headings, outline.headings[1:], strict=False))


def test_no_indonesian_is_left_over_in_english(app: Flask) -> None:
    page = app.test_client().get("/en/pola").text
    assert '<html lang="en">' in page
    shown = re.sub(r"<[^>]+>", " ", page)
    for word in ("Belanja", "Perkiraan", "Batas atas", "Sisa ", "jam lalu", "Simpan", "buah", "Diambil"):
        assert word not in shown


def test_each_component_is_shown() -> None:
    text = (TEMPLATES / "patterns.html").read_text() + (TEMPLATES / "base.html").read_text()
    for path in (TEMPLATES / "components").glob("*.html"):
        assert f"components/{path.name}" in text, path.name


def test_the_place_at_hand_is_marked_in_both_bars(app: Flask) -> None:
    app.add_url_rule("/", "shop.catalogue", lambda: "")
    app.add_url_rule("/desa", "shop.villages", lambda: "")
    page = app.test_client().get("/pola").text
    assert len(re.findall(r'<a href="/" aria-current="page">', page)) == 2
    assert len(re.findall(r'<a href="/desa">', page)) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 429, 500, 503])
def test_every_failure_has_a_page_with_a_next_step(app: Flask, status: int) -> None:
    app.add_url_rule("/akun", "account.home", lambda: "")
    with app.test_request_context("/x"):
        page = render_template(f"errors/{status}.html", message=None, area="plain")
    outline = Outline(page)
    assert (outline.open, outline.headings) == ([], [1])
    assert 'class="btn' in page.partition("<main")[2]
    assert "noindex" in page


def test_a_failure_says_what_happened_when_that_is_known(app: Flask) -> None:
    with app.test_request_context("/x"):
        page = render_template("errors/409.html", message="Jadwal itu <baru> saja penuh.", area="plain")
    assert "Jadwal itu &lt;baru&gt; saja penuh." in page


def test_what_people_typed_is_never_taken_for_markup(app: Flask) -> None:
    template = """
      {% from "components/field.html" import text_field, textarea_field %}
      {% from "components/toast.html" import toast %}
      {% from "components/table.html" import table %}{% from "components/catch_card.html" import catch_card %}
      {{ text_field("a", x, x, hint=x, error=x, placeholder=x) }}{{ textarea_field("b", x, x) }}{{ toast(x, (x, x)) }}
      {{ table(x, ({"label": x},), ((x,), ((x, x),)), (x,), x) }}{{ catch_card(x, x, 1, "kg", place=x, note=x) }}"""
    with app.test_request_context("/"):
        page = app.jinja_env.from_string(template).render(x="\"><script>alert(1)</script>'")
    assert "<script" not in page
    assert Outline(page).open == []
