"""The catalogue as a browser without script sees it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ovop.catalogue.rules import Form
from ovop.db import write
from ovop.kernel import days
from ovop.stock.operations import change_catch, withdraw_catch
from ovop.stock.rules import CatchChanges
from tests.conftest import Clock
from tests.make import accounts, catalogue, market

LONTAR = "36.04.13.2007"
once = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)


@pytest.fixture
def tengkurak(app: APIFlask) -> market.Shop:
    return market.shop()


def shown(client: FlaskClient, address: str = "/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def names(page: str) -> list[str]:
    return re.findall(r'<h3><a href="/hasil/[0-9]+[^"]*">([^<]+)</a>', page)


def test_an_empty_market_says_when_to_come_back(app: APIFlask, client: FlaskClient) -> None:
    page = shown(client)
    assert "Belum ada hasil yang dijual" in page
    assert names(page) == []


def test_a_card_says_name_price_village_and_age(tengkurak: market.Shop, client: FlaskClient) -> None:
    market.catch(tengkurak, 2_500, 145_000, landed_at=days.now() - timedelta(hours=4))
    page = shown(client)
    assert names(page) == ["Udang windu"]
    for words in ("Rp\xa0145.000", "/\xa0kg", "Tengkurak", "4 jam lalu", "Sisa 2,5\xa0kg"):
        assert words in page, words


def test_a_harvest_to_come_can_be_ordered_and_says_so(tengkurak: market.Shop, client: FlaskClient) -> None:
    market.catch(tengkurak, landed_at=days.now() + timedelta(hours=30))
    page = shown(client)
    assert "besok" in page
    assert ", bisa dipesan sekarang" in page


def test_searching_finds_and_says_what_a_slip_was_taken_for(tengkurak: market.Shop, client: FlaskClient) -> None:
    market.catch(tengkurak, product=catalogue.product(tengkurak.clerk, "Bandeng", "MIL"))
    page = shown(client, "/?q=bndeng")
    assert names(page) == ["Bandeng"]
    assert "Tidak ada “bndeng” di pasar. Ini hasil untuk “bandeng”." in page
    page = shown(client, "/?q=cakalang")
    assert "Belum ada yang cocok" in page


def test_what_is_typed_comes_back_escaped(tengkurak: market.Shop, client: FlaskClient) -> None:
    page = shown(client, "/?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_filters_are_links_that_keep_each_other(tengkurak: market.Shop, client: FlaskClient) -> None:
    market.catch(tengkurak, product=catalogue.product(tengkurak.clerk, "Bandeng", "MIL"))
    market.catch(tengkurak, product=catalogue.product(tengkurak.clerk, "Sate bandeng", "MIL", Form.PROCESSED))
    page = shown(client, "/?q=bandeng&form=processed&sort=price")
    assert names(page) == ["Sate bandeng"]
    assert 'href="/?q=bandeng&amp;category=fish&amp;form=processed&amp;sort=price"' in page
    assert '<input type="hidden" name="form" value="processed">' in page
    off = re.search(r'<a class="chip" href="([^"]+)" aria-current="true">Olahan', page)
    assert off is not None
    assert off[1].replace("&amp;", "&") == "/?q=bandeng&sort=price"


def test_sold_out_lots_are_left_out_until_asked_for(tengkurak: market.Shop, client: FlaskClient) -> None:
    lot = market.catch(tengkurak, 1_000)
    market.order(accounts.buyer(), tengkurak, {lot: 1_000})
    assert names(shown(client)) == []
    page = shown(client, "/?in_stock=0")
    assert names(page) == ["Udang windu"]
    assert "Habis" in page


def test_from_a_place_distances_are_shown_and_the_nearest_come_first(
    tengkurak: market.Shop, client: FlaskClient
) -> None:
    market.catch(tengkurak)
    page = shown(client, "/?near=-5.98,106.36")
    assert "1,6\xa0km" in page
    assert "ke titik ambil terdekat" in page
    assert names(shown(client, "/?near=-5.98,106.36&max_km=1")) == []


def test_pages_lead_on_and_back_and_past_the_end_it_is_said(tengkurak: market.Shop, client: FlaskClient) -> None:
    for _ in range(30):
        market.catch(tengkurak)
    first = shown(client)
    assert len(names(first)) == 24
    assert 'rel="next"' in first
    assert 'href="/?page=2"' in first
    second = shown(client, "/?page=2")
    assert len(names(second)) == 6
    assert 'rel="prev"' in second
    assert "Halaman ini sudah lewat ujung daftar" in shown(client, "/?page=9")


@pytest.mark.parametrize(
    "address",
    [
        "/?page=0",
        "/?page=-1",
        "/?page=1e9",
        "/?page=99999999999999999999",
        "/?near=abc",
        "/?near=999,999",
        "/?near=nan,nan",
        "/?near=-6.1,106.2&max_km=-4",
        "/?near=-6.1,106.2&max_km=nan",
        "/?near=-6.1,106.2&max_km=1e400",
        "/?sort=zz",
        "/?form=uncooked",
        "/?category=dragons",
        "/?cooperative=99999999999999999999",
        "/?cooperative=-1",
        "/?species=%F0%9F%90%9F",
        "/?village=36.04.13",
        "/?district=%27%20OR%201",
        "/?pickup_day=2020-01-01",
        "/?pickup_day=besok",
        "/?pickup_day=9999-99-99",
    ],
)
def test_what_cannot_be_read_is_left_out_and_said(tengkurak: market.Shop, client: FlaskClient, address: str) -> None:
    market.catch(tengkurak)
    page = shown(client, address)
    assert "tidak bisa dibaca, jadi dilewati" in page
    assert names(page) == ["Udang windu"]


parameters = st.sampled_from(
    "q village district cooperative species category form in_stock pickup_day near max_km sort page x".split()
)


@once
@given(st.dictionaries(parameters, st.text(max_size=30).filter(lambda text: "\x00" not in text), max_size=5))
def test_no_address_is_a_failure(tengkurak: market.Shop, client: FlaskClient, query: dict[str, str]) -> None:
    assert client.get("/", query_string=query).status_code == 200


def test_the_page_speaks_english_under_its_own_address(tengkurak: market.Shop, client: FlaskClient) -> None:
    market.catch(tengkurak)
    page = shown(client, "/en/")
    assert '<html lang="en">' in page
    assert 'href="/en/hasil/' in page


def test_the_page_is_true_after_every_change(tengkurak: market.Shop, client: FlaskClient, clock: Clock) -> None:
    """Prices and availability on a kept page: whatever happened last is what it shows."""
    lot = market.catch(tengkurak, 5_000, 40_000)
    assert "Rp\xa040.000" in shown(client)
    write(change_catch, lot, CatchChanges(unit_price=41_000), tengkurak.clerk, days.now())
    page = shown(client)
    assert "Rp\xa041.000" in page
    assert "Sisa" not in page
    market.order(accounts.buyer(), tengkurak, {lot: 3_000})
    assert "Sisa 2\xa0kg" in shown(client)
    clock.forward(minutes=5)
    assert "5 menit lalu" in shown(client)
    write(withdraw_catch, lot, "rusak", tengkurak.clerk, days.now())
    assert names(shown(client)) == []


def test_a_lot_that_goes_off_leaves_within_the_minute(
    tengkurak: market.Shop, client: FlaskClient, clock: Clock
) -> None:
    market.catch(tengkurak, best_before=days.now() + timedelta(minutes=30))
    assert names(shown(client)) == ["Udang windu"]
    clock.forward(minutes=30)
    assert names(shown(client)) == []


def test_the_village_strip_follows_a_new_flagship(tengkurak: market.Shop, client: FlaskClient) -> None:
    market.catch(tengkurak)
    assert "Satu desa, satu unggulan" not in shown(client)
    office = accounts.official()
    catalogue.flagship(office, catalogue.product(tengkurak.clerk, "Sate bandeng", "MIL", Form.PROCESSED))
    page = shown(client)
    assert "Satu desa, satu unggulan" in page
    assert "Belum berbintang" in page


def test_all_choices_are_seen_with_how_many_there_would_be(tengkurak: market.Shop, client: FlaskClient) -> None:
    for name, species, form in (("Bandeng", "MIL", Form.FRESH), ("Sate bandeng", "MIL", Form.PROCESSED)):
        market.catch(tengkurak, product=catalogue.product(tengkurak.clerk, name, species, form))
    market.catch(tengkurak)
    assert 'class="card filter-form"' not in shown(client)
    page = shown(client, "/?saring=1&category=fish")
    assert re.findall(r'value="(fish|shrimp|crab)"[^>]*>[^<]+<small class="num">(\d+)</small>', page) == [
        ("fish", "2"),
        ("shrimp", "1"),
        ("crab", "0"),
    ]
    assert re.search(r'value="crab" disabled', page)
    assert re.search(r'value="processed"[^>]*>Olahan <small class="num">1</small>', page)
    assert "Tirtayasa (2)" in page
    assert "Terapkan</button>" in page
    assert '<input type="hidden" name="saring" value="1">' in page
    assert "Lihat 2 hasil" in page


def test_what_is_in_force_can_be_let_go_one_by_one(tengkurak: market.Shop, client: FlaskClient) -> None:
    market.catch(tengkurak, product=catalogue.product(tengkurak.clerk, "Bandeng", "MIL"))
    page = shown(client, "/?q=bandeng&category=fish&district=36.04.13&form=fresh&in_stock=0&saring=1").replace(
        "&amp;", "&"
    )
    off = dict(re.findall(r'chip-off" href="([^"]+)"><span class="hide">Lepas saringan</span>([^<]+)<', page))
    assert set(off.values()) == {"“bandeng”", "Ikan", "Tirtayasa", "Segar", "Termasuk yang habis"}
    assert all("saring=1" in address for address in off)
    assert all(client.get(address).status_code == 200 for address in off)


def test_nothing_found_leads_to_what_there_is(tengkurak: market.Shop, client: FlaskClient) -> None:
    market.catch(tengkurak, product=catalogue.product(tengkurak.clerk, "Bandeng", "MIL"))
    page = shown(client, "/?q=bandeng&near=-6.3,105.9&max_km=5&pickup_day=2026-01-06").replace("\xa0", " ")
    assert "untuk diambil besok. " in page
    [further] = re.findall(r"(\d+)(?:,\d)? km lebih jauh ada 1 hasil\.", page)
    assert int(further) > 30
    link = re.search(r'<a class="link" href="([^"]+)">[\d,]+ km lebih jauh: 1 hasil', page)
    assert link is not None
    assert names(shown(client, link[1].replace("&amp;", "&"))) == ["Bandeng"]
    page = shown(client, "/?species=MIL&form=live&district=36.04.01")
    link = re.search(r'<a class="link" href="([^"]+)">Di mana saja, kapan saja: 1 hasil', page)
    assert link is not None
    assert names(shown(client, link[1].replace("&amp;", "&"))) == ["Bandeng"]


def test_a_market_without_a_species_offers_to_tell(tengkurak: market.Shop, client: FlaskClient) -> None:
    assert "Kabari saya saat ada Cakalang" in shown(client, "/?q=cakalang")


def test_the_front_page_shows_what_a_buyer_comes_for(tengkurak: market.Shop, client: FlaskClient) -> None:
    sate = catalogue.product(tengkurak.clerk, "Sate bandeng", "MIL", Form.PROCESSED)
    catalogue.flagship(accounts.official(), sate)
    market.catch(tengkurak, product=sate, unit_price=40_000)
    page = shown(client)
    assert "Baru mendarat" in page
    assert "Dekat denganmu" in page
    assert "Panen yang akan datang" not in page
    for _ in range(4):
        market.catch(tengkurak)
    market.catch(tengkurak, 8_000, landed_at=days.now() + timedelta(days=1))
    page = shown(client).replace("\xa0", " ")
    assert "Mendarat hari ini" in page
    coming = page[page.index("Panen yang akan datang") :]
    assert "Desa Tengkurak, besok, 8 kg" in coming
    assert 'Sate bandeng, <b class="num">Rp 40.000 / kg</b>' in page
    assert 'href="/?village=36.04.13.2011">Tengkurak</a>' in page
    assert len(names(page)) == 6
