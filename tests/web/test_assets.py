"""Stylesheets, scripts, drawings and the font, and the addresses they are served under."""

from __future__ import annotations

import gzip
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from fontTools.ttLib import TTFont

from ovop.catalogue.rules import Category, Form
from ovop.settings import ROOT
from ovop.web import drawings, places
from ovop.web.assets import COMPONENTS, COMPONENTS_OF, FOR_EVER, STATIC, Assets, squeeze
from ovop.web.font import build_font
from tests.web.looks import make_app

TEMPLATES = ROOT / "templates"
SOURCES = [*TEMPLATES.rglob("*.html"), *(ROOT / "ovop").rglob("*.py")]


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return make_app(tmp_path)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A copy of the files, to be changed."""
    return Path(shutil.copytree(STATIC, tmp_path / "static"))


def address(app: Flask, name: str) -> str:
    with app.test_request_context():
        return str(app.jinja_env.globals["asset"](name))  # type: ignore[operator]


def test_the_present_version_is_kept_for_ever_and_an_old_one_is_not(app: Flask, client: FlaskClient) -> None:
    present = client.get(address(app, "base.css"))
    assert present.headers["Cache-Control"] == FOR_EVER
    assert present.mimetype == "text/css"
    old = client.get("/assets/0123456789ab/base.css")
    assert (old.headers["Cache-Control"], old.data) == ("no-cache", present.data)


def test_what_was_fetched_before_is_not_sent_again(app: Flask, client: FlaskClient) -> None:
    first = client.get(address(app, "icons.svg"))
    again = client.get(address(app, "icons.svg"), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_text_is_compressed_as_the_reader_understands(app: Flask, client: FlaskClient) -> None:
    plain = client.get(address(app, "base.css"))
    assert plain.headers["Vary"] == "Accept-Encoding"
    for accepted, name, undo in (("gzip, br", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress)):
        packed = client.get(address(app, "base.css"), headers={"Accept-Encoding": accepted})
        assert packed.headers["Content-Encoding"] == name
        assert undo(packed.data) == plain.data
        assert packed.headers["ETag"] != plain.headers["ETag"]


@pytest.mark.parametrize(
    "name",
    ["../app.py", "tokens.css", "js/../../app.py", "css/base.css", "nothing.css", "js/", "%2e%2e/pyproject.toml"],
)
def test_nothing_but_assets_is_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/assets/x/{name}").status_code == 404


def test_made_up_names_leave_nothing_behind(tmp_path: Path) -> None:
    known = Assets(STATIC, tmp_path, watch=False)
    for number in range(50):
        assert known.find(f"{number}.css") is None
    assert known._known == {}


def test_an_address_changes_with_its_content_and_with_nothing_else(static: Path, tmp_path: Path) -> None:
    known = Assets(static, tmp_path, watch=True)
    before = {name: known.get(name).version for name in ("base.css", "icons.svg", "js/start.js", "js/keys.js")}
    sheet = static / "css" / "components" / "chip.css"
    sheet.write_text(sheet.read_text() + "/* only a remark */\n")
    assert known.get("base.css").version == before["base.css"]
    sheet.write_text(sheet.read_text() + ".chip { color: red }\n")
    (static / "js" / "keys.js").write_text("export default () => {};\n")
    after = {name: known.get(name).version for name in before}
    assert after["base.css"] != before["base.css"]
    assert after["icons.svg"] == before["icons.svg"]
    # Modules import each other by relative names, so one change gives the whole tree a new address.
    assert after["js/start.js"] == after["js/keys.js"] != before["js/start.js"]


def test_an_area_s_sheet_is_there_once_it_is_written(static: Path, tmp_path: Path) -> None:
    known = Assets(static, tmp_path, watch=True)
    (static / "css" / "office.css").unlink(missing_ok=True)
    assert known.find("office.css") is None
    (static / "css" / "office.css").write_text(".a { color: red }")
    assert known.get("office.css").body == b".a{color:red}"


def test_squeezing_keeps_what_a_rule_means() -> None:
    sheet = "/* x */ .a :is(b, c) > d { margin: 0 auto; width: calc(1px + 2px) }\n"
    sheet += "@media (min-width: 60rem) { .a { x: y; } }"
    assert squeeze(sheet) == ".a :is(b,c)>d{margin:0 auto;width:calc(1px + 2px)}@media (min-width: 60rem){.a{x:y}}"


def test_the_common_stylesheet_fits_the_first_visit(tmp_path: Path) -> None:
    assert len(Assets(STATIC, tmp_path, watch=False).get("base.css").gzip) <= 8 * 1024


def test_every_component_has_one_sheet_and_one_template() -> None:
    of_some_pages = {part for parts in COMPONENTS_OF.values() for part in parts}
    assert sorted([*COMPONENTS, *of_some_pages]) == sorted(
        path.stem for path in (STATIC / "css" / "components").glob("*.css")
    )
    templates = {path.stem for path in (TEMPLATES / "components").glob("*.html")}
    frames = {"top", "bottom", "foot", "card"}  # drawn by base.html, or nothing but a class
    assert (set(COMPONENTS) | of_some_pages) - frames <= templates


def test_colours_and_sizes_are_named_in_one_place() -> None:
    known = set(re.findall(r"(--[\w-]+):", (STATIC / "css" / "tokens.css").read_text()))
    for sheet in (STATIC / "css").rglob("*.css"):
        text = sheet.read_text()
        used = set(re.findall(r"var\((--[\w-]+)\)", text))
        aliases = set(re.findall(r"(--[\w-]+): var\(--[\w-]+\)", text))
        assert used <= known | aliases, f"{sheet.name}: {used - known - aliases}"


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    sprite = ElementTree.parse(STATIC / "icons.svg").getroot()
    names = {symbol.attrib["id"] for symbol in sprite}
    used = {place.icon for area in places.PLACES.values() for place in area}
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        used |= set(re.findall(r"""\b(?:icon|draw|icon_link)\("([\w-]+)\"""", text)) | set(
            re.findall(r"""\bicon="([\w-]+)\"""", text)
        )
    assert used <= names, used - names


def test_every_drawing_that_can_be_asked_for_exists() -> None:
    there = {path.stem for path in (STATIC / "drawings").glob("*.svg")}
    used = set(drawings.NAMES)
    for path in TEMPLATES.rglob("*.html"):
        used |= set(re.findall(r"""drawing ?= ?"([\w-]+)\"""", path.read_text()))
    assert used <= there, used - there
    for path in (STATIC / "drawings").glob("*.svg"):
        assert ElementTree.parse(path).getroot().attrib["viewBox"] == "0 0 240 180", path.name


@pytest.mark.parametrize("category", Category)
@pytest.mark.parametrize("form", Form)
def test_every_kind_of_goods_has_a_drawing(category: Category, form: Form) -> None:
    assert (STATIC / "drawings" / f"{drawings.drawing_of(category, form, 'Hasil')}.svg").is_file()


def test_a_name_says_more_than_a_category() -> None:
    assert drawings.drawing_of("brackish", "processed", "Sate bandeng") == "satay"
    assert drawings.drawing_of("squid", "fresh", "Gurita") == "octopus"
    assert drawings.drawing_of("pelagic", "dried", "Tenggiri") == "dried"
    assert drawings.drawing_of("seaweed", "dried", "Rumput laut kering") == "seaweed"
    assert drawings.drawing_of("demersal", "fresh", "Kakap", "Kakap merah") == "demersal"


def test_every_behaviour_that_a_page_asks_for_is_written() -> None:
    for path in TEMPLATES.rglob("*.html"):
        for names in re.findall(r"""data-behaviour["']?(?:=|: ?)["']([a-z -]+)["']""", path.read_text()):
            for name in names.split():
                module = STATIC / "js" / f"{name}.js"
                assert module.is_file(), f"{path.name}: {name}"
                assert "export default" in module.read_text(), name


def test_pages_hold_no_code_and_no_styles_of_their_own() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"""\sstyle=|\son\w+=["']|<style|<script(?![^>]*\ssrc=)""", text), path.name


def test_the_font_is_small_and_keeps_weights_and_tabular_figures(app: Flask, client: FlaskClient) -> None:
    instance = Path(app.instance_path)
    made = build_font(instance)
    assert made is not None
    assert made.stat().st_size <= 30_000
    font = TTFont(made)
    assert [(axis.axisTag, axis.minValue, axis.maxValue) for axis in font["fvar"].axes] == [("wght", 400, 800)]
    assert "tnum" in {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert set(map(ord, "Rp é–“”−")) <= set(font.getBestCmap())
    assert client.get(address(app, "jakarta.woff2")).mimetype == "font/woff2"


def test_the_font_is_made_once_and_old_cuts_go(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "jakarta-000000000000.woff2").write_bytes(b"old")
    first = build_font(tmp_path)
    assert first is not None
    written = first.stat().st_mtime_ns
    assert build_font(tmp_path) == first
    assert first.stat().st_mtime_ns == written
    assert list((tmp_path / "assets").iterdir()) == [first]


def test_pages_name_the_font_only_when_it_is_there(app: Flask, client: FlaskClient) -> None:
    assert "jakarta.woff2" not in client.get(address(app, "base.css")).text
    fresh = make_app(Path(app.instance_path))
    build_font(app.instance_path)
    sheet = fresh.test_client().get(address(fresh, "base.css")).text
    name = re.search(r"url\(\.\./(\w+)/jakarta\.woff2\)", sheet)
    assert name is not None
    assert f"/{name[1]}/" in address(fresh, "jakarta.woff2")


def test_a_phone_can_keep_the_market_on_its_home_screen(client: FlaskClient) -> None:
    answer = client.get("/site.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    manifest = answer.get_json(force=True)
    assert manifest["name"] == "Pasar Ikan Serang"
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).status_code == 200
