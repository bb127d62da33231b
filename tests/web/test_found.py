"""Being found: what public pages say of themselves to search engines and messengers, and that it is true."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from PIL import Image

from ovop.accounts.rules import Actor
from ovop.catalogue.rules import Form
from ovop.db import db, write
from ovop.discovery.nearest import list_points
from ovop.discovery.queries import get_catch
from ovop.kernel import days
from ovop.pickup.queries import list_slots
from ovop.recall.operations import recall
from ovop.stock.operations import change_catch, withdraw_catch
from ovop.stock.price_changes import set_rule
from ovop.stock.price_rules import PROPOSED
from ovop.stock.rules import CatchChanges
from tests.conftest import Clock
from tests.make import accounts, catalogue, market

ORIGIN = "http://localhost"


class Read(HTMLParser):
    """What machines read of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.title, self.h1, self.meta, self.links = "", 0, dict[str, str](), list[dict[str, str]]()
        self.data: list[str] = []
        self._in = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._in = "title" if tag == "title" else ""
        if tag == "h1":
            self.h1 += 1
        elif tag == "meta":
            self.meta[values.get("name") or values.get("property", "")] = values.get("content", "")
        elif tag == "link":
            self.links.append(values)
        elif tag == "script" and values.get("type") == "application/ld+json":
            self._in = "data"
            self.data.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in == "title":
            self.title += data
        elif self._in == "data":
            self.data[-1] += data

    @property
    def things(self) -> list[dict[str, Any]]:
        """The graph of its one block of data."""
        [text] = self.data
        whole = json.loads(text)
        assert whole["@context"] == "https://schema.org"
        graph: list[dict[str, Any]] = whole["@graph"]
        return graph

    def thing(self, kind: str) -> dict[str, Any]:
        [found] = [thing for thing in self.things if thing["@type"] == kind]
        return found

    def link(self, rel: str, **more: str) -> str:
        wanted = {"rel": rel, **more}
        [found] = [link["href"] for link in self.links if wanted.items() <= link.items()]
        return found


def read(client: FlaskClient, address: str) -> Read:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return Read(answer.get_data(as_text=True))


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def lot(seller: market.Shop) -> int:
    sate = catalogue.product(seller.clerk, "Sate bandeng", "MIL", Form.PROCESSED)
    catalogue.flagship(accounts.official(), sate)
    return market.catch(seller, product=sate)


def public_pages(lot: int) -> list[str]:
    code = get_catch(db.session(), lot, days.now()).card.lot_code
    village = f"/desa/{accounts.TENGKURAK}"
    return [
        "/",
        "/desa",
        village,
        f"/hasil/{lot}",
        f"/t/{code}",
        "/peta",
        "/harga",
        "/data",
        "/atribusi",
        "/masuk",
        "/daftar",
    ]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_public_page_says_what_it_is(lot: int, client: FlaskClient, prefix: str) -> None:
    titles, descriptions = set(), set()
    for path in public_pages(lot):
        page = read(client, prefix + path)
        assert page.h1 == 1, path
        assert 10 < len(page.title) <= 75, page.title
        assert 40 < len(page.meta["description"]) <= 170, page.meta["description"]
        titles.add(page.title)
        descriptions.add(page.meta["description"])
        own = ORIGIN + prefix + path
        assert page.link("canonical").rstrip("/") == own.rstrip("/")
        assert page.link("alternate", hreflang="x-default") == page.link("alternate", hreflang="id") == ORIGIN + path
        assert page.link("alternate", hreflang="en") == f"{ORIGIN}/en{path}"
        assert page.meta["og:url"] == page.link("canonical")
        assert page.meta["og:image"].startswith(ORIGIN + prefix)
        assert page.thing("WebPage")["url"] == page.link("canonical")
        assert page.thing("WebSite")["potentialAction"]["target"]["urlTemplate"] == f"{ORIGIN}{prefix}/?q={{words}}"
        assert all("@type" in thing for thing in page.things)
        assert "robots" not in page.meta, path
    assert len(titles) == len(descriptions) == len(public_pages(lot))


def test_pictures_for_messengers_are_pictures(lot: int, client: FlaskClient) -> None:
    seen = set()
    for path in ("/", f"/hasil/{lot}", f"/desa/{accounts.TENGKURAK}"):
        for prefix in ("", "/en"):
            address = read(client, prefix + path).meta["og:image"]
            answer = client.get(address.removeprefix(ORIGIN))
            assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
            with Image.open(io.BytesIO(answer.data)) as picture:
                assert picture.size == (1200, 630)
            assert len(answer.data) < 150_000
            seen.add(answer.data)
    assert len(seen) == 6
    assert client.get("/kartu-x.jpg").status_code == 302
    assert client.get(f"/hasil/{lot + 1}/kartu-x.jpg").status_code == 404


def _nothing(_lot: int, _clerk: Actor) -> None:
    pass


def _sell_out(lot: int, _clerk: Actor) -> None:
    card = get_catch(db.session(), lot, days.now()).card
    db.session.rollback()
    shop = market.Shop(card.cooperative_id, _clerk, card.product_id, 0)
    market.order(accounts.buyer(), shop, {lot: card.available}, slot=_first_slot(card.cooperative_id))


def _first_slot(cooperative: int) -> int:
    now = days.now()
    [point] = [point.id for point in list_points(db.session(), cooperative)]
    found = list_slots(db.session(), point, days.day_of(now), days.day_of(now) + timedelta(days=2), now)
    return next(slot.id for slot in found if slot.deadline_at >= now)


def _raise(lot: int, clerk: Actor) -> None:
    write(change_catch, lot, CatchChanges(unit_price=41_000), clerk, days.now())


def _withdraw(lot: int, clerk: Actor) -> None:
    write(withdraw_catch, lot, "rusak", clerk, days.now())


def _recall(lot: int, clerk: Actor) -> None:
    write(recall, lot, "histamin", clerk, days.now())


@pytest.mark.parametrize(
    ("change", "availability", "price", "words"),
    [
        (_nothing, "InStock", 37_500, "Rp 37.500 / kg"),
        (_raise, "InStock", 41_000, "Rp 41.000 / kg"),
        (_sell_out, "SoldOut", 37_500, "Sudah habis."),
        (_withdraw, "Discontinued", None, "Tidak dijual lagi."),
        (_recall, None, None, "Lot ini ditarik demi keamanan pangan."),
    ],
)
def test_price_and_availability_are_true_after_every_change(
    seller: market.Shop,
    client: FlaskClient,
    change: Callable[[int, Actor], None],
    availability: str | None,
    price: int | None,
    words: str,
) -> None:
    lot = market.catch(seller)
    before = read(client, f"/hasil/{lot}")
    change(lot, seller.clerk)
    page = read(client, f"/hasil/{lot}")
    offer = page.thing("Product").get("offers")
    if availability is None:
        assert offer is None
    else:
        assert offer["availability"] == f"https://schema.org/{availability}"
        assert offer.get("price") == price
        if price is not None:
            assert offer["priceSpecification"]["price"] == price
            assert offer["priceCurrency"] == "IDR"
    said, shown = (page.meta[name].replace("\N{NO-BREAK SPACE}", " ") for name in ("description", "og:description"))
    assert words in said
    assert shown == said
    assert ("robots" in page.meta) == (availability in (None, "Discontinued"))
    assert (page.meta["og:image"] == before.meta["og:image"]) == (change is _nothing)
    old = client.get(before.meta["og:image"].removeprefix(ORIGIN), follow_redirects=True)
    assert old.status_code == 200  # what a messenger remembers leads to what is true now


def test_a_price_that_steps_down_by_itself_is_said_at_once(
    seller: market.Shop, client: FlaskClient, clock: Clock
) -> None:
    write(set_rule, PROPOSED, seller.clerk, days.now())
    lot = market.catch(seller, unit_price=40_000, best_before=days.now() + timedelta(hours=9))
    before = read(client, f"/hasil/{lot}").thing("Product")["offers"]["price"]
    assert before == 40_000
    clock.forward(hours=8)
    page = read(client, f"/hasil/{lot}")
    now_asked = get_catch(db.session(), lot, days.now()).card.unit_price
    assert page.thing("Product")["offers"]["price"] == now_asked < before


def test_a_harvest_to_come_is_a_pre_order(seller: market.Shop, client: FlaskClient, clock: Clock) -> None:
    landed = days.now() + timedelta(days=1)
    lot = market.catch(seller, landed_at=landed)
    offer = read(client, f"/hasil/{lot}").thing("Product")["offers"]
    assert offer["availability"] == "https://schema.org/PreOrder"
    assert datetime.fromisoformat(offer["availabilityStarts"]) == landed


def test_names_cannot_break_out_of_the_data(seller: market.Shop, client: FlaskClient) -> None:
    evil = "</script><script>alert(1)</script>"
    lot = market.catch(seller, product=market.product(seller.id, evil))
    answer = client.get(f"/hasil/{lot}").get_data(as_text=True)
    assert "<script>alert" not in answer
    assert Read(answer).thing("Product")["name"] == evil
    assert client.get("/").get_data(as_text=True).count("<script") == 2  # the behaviours, and the data


def test_a_village_is_a_place_with_sellers_and_what_they_sell(lot: int, client: FlaskClient) -> None:
    page = read(client, f"/desa/{accounts.TENGKURAK}")
    place = page.thing("Place")
    assert place["name"] == "Desa Tengkurak"
    assert place["additionalProperty"]["value"] == "Sate bandeng"
    assert -7 < place["geo"]["latitude"] < -5
    assert page.thing("ItemList")["itemListElement"][0]["url"] == f"{ORIGIN}/hasil/{lot}"
    names = [thing["name"] for thing in page.things if thing["@type"] == "Organization"]
    assert "Koperasi Tengkurak" in names


def _entries(client: FlaskClient, address: str) -> dict[str, str | None]:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml"), address
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = ElementTree.fromstring(answer.data)
    return {str(entry.findtext(f"{space}loc")): entry.findtext(f"{space}lastmod") for entry in root}


def test_the_site_map_names_every_page_with_its_last_change(
    lot: int, seller: market.Shop, client: FlaskClient, clock: Clock
) -> None:
    listed = days.now()
    clock.forward(hours=1)
    index = _entries(client, "/sitemap.xml")
    pages = {}
    for address in index:
        pages |= _entries(client, address.removeprefix(ORIGIN))
    for path in ("/", "/desa", "/peta", f"/desa/{accounts.TENGKURAK}", f"/hasil/{lot}", f"/en/hasil/{lot}", "/en/"):
        assert ORIGIN + path in pages, path
    assert datetime.fromisoformat(str(pages[f"{ORIGIN}/hasil/{lot}"])) == listed
    write(change_catch, lot, CatchChanges(unit_price=41_000), seller.clerk, days.now())
    changed = days.now().astimezone(days.JAKARTA).isoformat()
    part = next(address for address in index if "hasil" in address).removeprefix(ORIGIN)
    assert _entries(client, part)[f"{ORIGIN}/hasil/{lot}"] == changed
    assert _entries(client, "/sitemap.xml")[ORIGIN + part] == changed
    assert _entries(client, "/sitemap-desa.xml")[f"{ORIGIN}/desa/{accounts.TENGKURAK}"] == changed
    assert _entries(client, "/en/sitemap-desa.xml") == _entries(client, "/sitemap-desa.xml")
    write(withdraw_catch, lot, "rusak", seller.clerk, days.now())
    assert client.get(part).status_code == 404


def test_every_address_of_the_site_map_is_a_page_that_may_be_indexed(lot: int, client: FlaskClient) -> None:
    for part in _entries(client, "/sitemap.xml"):
        for address in _entries(client, part.removeprefix(ORIGIN)):
            page = read(client, address.removeprefix(ORIGIN))
            assert page.link("canonical") == address
            assert "robots" not in page.meta


def test_crawlers_are_told_what_to_leave_alone(app: APIFlask, client: FlaskClient) -> None:
    robots = client.get("/robots.txt").get_data(as_text=True)
    for path in ("/belanja", "/en/belanja", "/koperasi", "/*?"):
        assert f"Disallow: {path}\n" in robots
    assert robots.endswith(f"Sitemap: {ORIGIN}/sitemap.xml\n")
    assert re.search(r"^Allow: /$", robots, re.MULTILINE)
