"""Pickup points: the place by tap, search and words; hours in rows; slots that are closed."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from flask.testing import FlaskClient

from ovop.db import db
from ovop.kernel import days
from ovop.kernel.geo import Place, distance_km
from ovop.ordering.rules import OrderStatus
from ovop.pickup.queries import PointRow, get_point, get_slot, list_points, list_slots
from ovop.pickup.rules import Hours
from ovop.villages.shapes import project
from ovop.web.charts import Chart
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market
from tests.make.clerks import Clerk, clerk
from tests.make.pages import Page

TENGKURAK = Place(-5.98438, 106.35)


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


PLAIN = {
    "key": "point-1",
    "name": "Balai desa",
    "address": "Dekat masjid",
    "latitude": "-5.98438",
    "longitude": "106.35",
    "level": "2",
    "rows": "1",
    "days_0": ["1", "3", "5"],
    "opens_0": "06:00",
    "closes_0": "09:00",
    "capacity_0": "10",
    "cold_box_0": "40",
    "slot_minutes": "60",
    "deadline_minutes": "120",
}


def add(jaya: Clerk, **fields: object) -> Page:
    return jaya.send("/koperasi/titik/baru", PLAIN | fields)


def points(jaya: Clerk) -> list[PointRow]:
    db.session.rollback()
    return list_points(db.session(), jaya.shop.id, with_retired=True)


def read(point: int) -> PointRow:
    db.session.rollback()
    return get_point(db.session(), point)


def test_a_point_takes_orders_for_the_coming_weeks(jaya: Clerk) -> None:
    answer = add(jaya)
    made = next(point for point in points(jaya) if point.name == "Balai desa")
    assert answer.location == f"/koperasi/titik/{made.id}/jadwal"
    assert made.hours == tuple(Hours(day, time(6), time(9), 10, 40_000) for day in (1, 3, 5))
    assert (made.latitude, made.longitude, made.deadline_minutes) == (-5.98438, 106.35, 120)
    page = jaya.see(answer.location)
    assert "Rab 7 Jan" in page.words
    assert "06.00–07.00" in page.words


def test_a_double_tap_makes_one_point(jaya: Clerk) -> None:
    assert add(jaya).location == add(jaya).location
    assert count("pickup_point") == 2


def test_the_same_key_for_another_point_is_refused_and_all_is_kept(jaya: Clerk) -> None:
    add(jaya)
    page = add(jaya, name="Pasar")
    assert (page.status, page.value("name"), page.value("opens_0")) == (422, "Pasar", "06:00")
    assert count("pickup_point") == 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": " "}, "Isi dulu bagian ini."),
        ({"name": "x" * 81}, "Terlalu panjang."),
        ({"address": "x" * 201}, "Terlalu panjang."),
        ({"latitude": "", "longitude": ""}, "Letaknya tidak terbaca."),
        ({"latitude": "nan", "longitude": "106.3"}, "Letaknya tidak terbaca."),
        ({"latitude": "-95", "longitude": "106.3"}, "Letaknya tidak terbaca."),
        ({"latitude": "48.85", "longitude": "2.35"}, "Letaknya tidak terbaca."),
        ({"days_0": []}, "Isi dulu bagian ini."),
        ({"opens_0": ""}, "Isi dulu bagian ini."),
        ({"opens_0": "25:00"}, "Tulis tanggal dan jamnya dengan lengkap."),
        ({"closes_0": "pagi"}, "Tulis tanggal dan jamnya dengan lengkap."),
        ({"closes_0": "05:00"}, "Tulis tanggal dan jamnya dengan lengkap."),
        ({"closes_0": "06:30"}, "Jam bukanya lebih pendek daripada satu jadwal."),
        ({"capacity_0": "0"}, "Terlalu kecil."),
        ({"capacity_0": "-4"}, "Tulis jumlahnya dengan angka bulat."),
        ({"capacity_0": "3,5"}, "Tulis jumlahnya dengan angka bulat."),
        ({"capacity_0": "10001"}, "Terlalu besar. Periksa lagi angkanya."),
        ({"cold_box_0": "penuh"}, "Tulis beratnya seperti 1,5 kg atau 1.500 g."),
        ({"cold_box_0": "999999999"}, "Terlalu besar. Periksa lagi angkanya."),
        ({"rows": "0"}, "Isi dulu bagian ini."),
        ({"rows": "-5"}, "Isi dulu bagian ini."),
        ({"slot_minutes": "0"}, "Terlalu kecil."),
        ({"slot_minutes": "sejam"}, "Terlalu kecil."),
        ({"slot_minutes": "100000"}, "Terlalu besar. Periksa lagi angkanya."),
        ({"deadline_minutes": "-1"}, "Terlalu kecil."),
        ({"deadline_minutes": "9999999"}, "Terlalu besar. Periksa lagi angkanya."),
    ],
)
def test_a_point_that_cannot_be_comes_back_with_all_that_was_typed(
    jaya: Clerk, change: dict[str, object], says: str
) -> None:
    page = add(jaya, **change)
    assert page.status == 422
    assert any(error.startswith(says) for error in page.errors), page.errors
    assert count("pickup_point") == 1
    if "address" not in change:
        assert page.value("address") == "Dekat masjid"
    if "rows" not in change:
        for name in ("opens_0", "capacity_0", "cold_box_0"):
            assert page.value(name) == change.get(name, PLAIN[name])


def test_hours_may_not_overlap_on_a_day(jaya: Clerk) -> None:
    second = {"rows": "2", "days_1": ["5"], "opens_1": "08:00", "closes_1": "11:00", "capacity_1": "5"}
    page = add(jaya, **second)
    assert page.errors == ["Ada jam buka yang tumpang tindih di hari yang sama."]
    assert add(jaya, **{**second, "opens_1": "09:00"}).status == 302


def test_one_more_row_costs_nothing_that_was_typed(jaya: Clerk) -> None:
    page = add(jaya, more="1", name="")
    assert page.status == 200
    assert page.value("rows") == "2"
    assert (page.value("opens_0"), page.value("address"), page.value("opens_1")) == ("06:00", "Dekat masjid", "")
    assert count("pickup_point") == 1
    assert add(jaya, rows="2").status == 302  # the row that stayed blank means nothing


# The place


def test_a_tap_on_the_map_sets_the_place_and_comes_nearer(jaya: Clerk) -> None:
    """Without script the picture sends where it was tapped, in pixels of the size at which it is shown."""
    chart = Chart(None, 0)
    x, y = project(TENGKURAK)
    tap = {"map.x": round((x - chart.view.x) / chart.view.width * 288)}
    tap["map.y"] = round((y - chart.view.y) / chart.view.height * 216)
    page = add(jaya, latitude="", longitude="", level="0", name="", **tap)
    assert page.status == 200
    assert page.value("level") == "1"
    first = Place(float(page.value("latitude") or ""), float(page.value("longitude") or ""))
    assert distance_km(first, TENGKURAK) < 0.35  # a pixel is 290 m there
    again = add(jaya, latitude=first.latitude, longitude=first.longitude, level="1", **{"map.x": 144, "map.y": 108})
    assert again.value("level") == "2"
    assert distance_km(Place(float(again.value("latitude") or ""), float(again.value("longitude") or "")), first) < 0.05
    assert "Kecamatan Tirtayasa" in again.words
    assert count("pickup_point") == 1


@pytest.mark.parametrize("tap", [{"map.x": "0", "map.y": "0"}, {"map.x": "x", "map.y": "9"}, {"map.x": "5"}])
def test_a_key_pressed_on_the_map_moves_nothing(jaya: Clerk, tap: dict[str, str]) -> None:
    page = add(jaya, **tap)
    assert page.value("latitude") == "-5.98438"
    assert count("pickup_point") == 1


def test_a_tap_far_outside_the_picture_stays_on_the_map(jaya: Clerk) -> None:
    page = add(jaya, level="0", **{"map.x": "99999", "map.y": "99999"})
    assert page.status == 200


@pytest.mark.parametrize("words", ["Tengkurak", "tengkurag", "-5.98438, 106.35", "106.35 -5.98438"])
def test_a_place_is_found_by_name_slip_and_coordinates(jaya: Clerk, words: str) -> None:
    page = add(jaya, find="1", where=words, latitude="", longitude="", level="0")
    found = [Place(*map(float, field["value"].split(","))) for field in page.fields.get("use", [])]
    if page.value("latitude"):
        found.append(Place(float(page.value("latitude") or ""), float(page.value("longitude") or "")))
    assert min(distance_km(place, TENGKURAK) for place in found) < 1
    assert page.value("name") == "Balai desa"


def test_a_found_place_is_taken_by_a_tap(jaya: Clerk) -> None:
    page = add(jaya, use="-5.98438,106.35", latitude="", longitude="", level="0")
    assert (page.value("latitude"), page.value("longitude"), page.value("level")) == ("-5.98438", "106.35", "2")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("zzzzzz", "belum ketemu"),
        ("48.85, 2.35", "di luar peta"),
        ("", "Di pusat Desa Tengkurak"),
        ("x" * 5000, "belum ketemu"),
    ],
)
def test_a_place_that_is_not_here_is_said_so_and_the_old_one_stays(jaya: Clerk, words: str, says: str) -> None:
    page = add(jaya, find="1", where=words)
    assert page.status == 200
    assert says in page.words
    assert page.value("latitude") == "-5.98438"


@pytest.mark.parametrize("use", ["", "x,y", "1", "91,0", "nan,nan", "48.85,2.35"])
def test_a_made_up_place_is_not_taken(jaya: Clerk, use: str) -> None:
    assert add(jaya, use=use).status == 200
    assert count("pickup_point") == 1


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("view=0,0,1000,750", 200),
        ("view=700,200,62,46.5&pin=730,220", 200),
        ("view=0,0,0,0", 400),
        ("view=0,0,-5,10", 400),
        ("view=1,2,3", 400),
        ("view=a,b,c,d", 400),
        ("view=nan,0,10,10", 400),
        ("view=0,0,1e9,1e9", 400),
        ("view=0,0,100,75&pin=1", 400),
        ("", 400),
    ],
)
def test_the_map_is_drawn_from_numbers_only(jaya: Clerk, query: str, status: int) -> None:
    answer = jaya.client.get(f"/koperasi/peta.svg?{query}")
    assert answer.status_code == status
    if status == 200:
        assert answer.mimetype == "image/svg+xml"
        assert b"style" not in answer.data


MIDDLE = {"latitude": "-5.984376", "longitude": "106.350001"}


def test_a_new_pin_starts_in_the_middle_of_the_village_and_says_so(jaya: Clerk) -> None:
    page = jaya.see("/koperasi/titik/baru")
    assert (page.value("latitude"), page.value("longitude")) == ("-5.984376", "106.350001")
    assert "Di pusat Desa Tengkurak." in page.words
    assert "Pinnya masih di pusat Desa Tengkurak, belum di titik ambilnya." in page.words


def test_where_the_pin_stands_is_said_in_words(jaya: Clerk) -> None:
    page = add(jaya, find="1", where="", latitude="-5.987", longitude="106.35")
    assert "Dekat Tengkurak, Kecamatan Tirtayasa. 290 m dari pusat Desa Tengkurak." in page.words


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (MIDDLE, "Pinnya masih di pusat Desa Tengkurak"),
        ({"latitude": "-5.9", "longitude": "106.3"}, "Pinnya di laut."),
        ({"latitude": "-6.12", "longitude": "106.15"}, "Pinnya di luar Kabupaten Serang."),
        ({"latitude": "-6.17", "longitude": "106.3"}, "Pinnya jauh: 21,3 km dari pusat Desa Tengkurak."),
    ],
)
def test_a_doubtful_pin_is_asked_about_once_and_for_that_place_only(
    jaya: Clerk, place: dict[str, str], says: str
) -> None:
    page = add(jaya, **place)
    assert page.status == 422
    assert says in page.words
    assert (page.value("address"), page.value("opens_0")) == ("Dekat masjid", "06:00")
    sure = page.value("sure")
    assert sure == f"{place['latitude']},{place['longitude']}"
    assert add(jaya, latitude="-5.91", longitude="106.31", sure=sure).status == 422
    assert count("pickup_point") == 1
    assert add(jaya, **place, sure=sure).status == 302
    assert count("pickup_point") == 2


def test_a_pin_that_stays_where_it_was_is_not_asked_about(jaya: Clerk) -> None:
    at_sea = {"latitude": "-5.9", "longitude": "106.3"}
    assert change(jaya, **at_sea).status == 422
    assert change(jaya, **at_sea, sure="-5.9,106.3").status == 302
    assert change(jaya, **at_sea, capacity_0="12").status == 302


@pytest.mark.parametrize(
    ("at", "says", "doubt"),
    [
        ("-5.987,106.35", "290\xa0m dari pusat Desa Tengkurak", ""),
        ("-5.9,106.3", "dari pusat Desa Tengkurak", "Pinnya di laut. Untuk dermaga itu bisa benar."),
    ],
)
def test_a_script_asks_what_to_say_of_a_place(jaya: Clerk, at: str, says: str, doubt: str) -> None:
    words = jaya.client.get(f"/koperasi/peta/letak?at={at}").get_json()
    assert says in words["where"]
    assert words["doubt"] == doubt


@pytest.mark.parametrize("at", ["", "x,y", "95,106", "nan,nan", "1"])
def test_no_place_gets_no_words(jaya: Clerk, at: str) -> None:
    assert jaya.client.get(f"/koperasi/peta/letak?at={at}").status_code == 400


# Changing a point


def change(jaya: Clerk, **fields: object) -> Page:
    """The form of the co-operative's point is sent as it stands but for `fields`."""
    plain = {
        "name": "Dermaga",
        "latitude": "-5.97",
        "longitude": "106.37",
        "level": "2",
        "rows": "1",
        "days_0": [str(day) for day in range(1, 8)],
        "opens_0": "08:00",
        "closes_0": "18:00",
        "capacity_0": "10",
        "slot_minutes": "60",
        "deadline_minutes": "60",
    }
    return jaya.send(f"/koperasi/titik/{jaya.shop.point}", plain | fields)


def test_a_point_shows_its_week_in_as_few_rows_as_it_needs(jaya: Clerk) -> None:
    page = jaya.see(f"/koperasi/titik/{jaya.shop.point}")
    assert page.value("rows") == "1"
    assert [field["value"] for field in page.fields["days_0"] if "checked" in field] == list("1234567")
    assert "Setiap hari08.00–18.00" in jaya.see("/koperasi/titik").words.replace(" 08", "08")


def test_saving_a_point_as_it_is_changes_nothing(jaya: Clerk) -> None:
    before = read(jaya.shop.point)
    slots = [slot.id for slot in market.slots(jaya.shop)]
    assert change(jaya).location == "/koperasi/titik"
    assert read(jaya.shop.point) == before
    assert [slot.id for slot in market.slots(jaya.shop)] == slots


def test_capacity_below_what_is_booked_is_refused_and_names_the_slot(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    slot = market.slots(jaya.shop)[0]
    for number in range(3):
        jaya.order({lot: 500}, accounts.buyer(f"b{number}@contoh.id"), slot=slot.id)
    page = change(jaya, capacity_0="2")
    assert page.status == 409
    assert page.errors == ["Hari ini 10.00–11.00 sudah punya 3 pesanan. Beri tempat paling sedikit sebanyak itu."]
    assert page.value("capacity_0") == "2"
    assert get_slot(db.session(), slot.id).capacity == 10
    assert change(jaya, capacity_0="3").status == 302
    assert get_slot(db.session(), slot.id).free == 0
    assert market.broken() == []


def test_booked_slots_outside_the_new_hours_keep_their_orders(jaya: Clerk) -> None:
    order = jaya.order({market.catch(jaya.shop): 500})
    assert change(jaya, opens_0="14:00").status == 302
    assert jaya.read(order.number).status is OrderStatus.CONFIRMED
    assert order.number in jaya.see(f"/koperasi/jadwal/{order.pickup.slot_id}").words
    assert all(days.to_local(slot.starts_at).hour >= 14 for slot in market.slots(jaya.shop))
    assert market.broken() == []


def test_a_retired_point_says_how_many_orders_it_still_owes(jaya: Clerk) -> None:
    order = jaya.order({market.catch(jaya.shop): 500})
    path = f"/koperasi/titik/{jaya.shop.point}"
    assert "1 pesanan yang sudah ada tetap diserahkan di sini" in jaya.see(path).words
    jaya.send(f"{path}/pakai", {"active": "0"})
    assert "Tidak dipakai" in jaya.see("/koperasi/titik").words
    assert market.slots(jaya.shop) == []
    assert jaya.read(order.number).status is OrderStatus.CONFIRMED
    jaya.send(f"{path}/pakai", {"active": "1"})
    assert market.slots(jaya.shop)


# Slots


def test_slots_show_how_full_they_are(jaya: Clerk) -> None:
    order = jaya.order({market.catch(jaya.shop): 500})
    page = jaya.see(f"/koperasi/titik/{jaya.shop.point}/jadwal")
    assert "1 dari 10 pesanan" in page.words
    assert f"/koperasi/jadwal/{order.pickup.slot_id}/tutup" in page.links


def test_closing_says_first_what_it_will_do(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 500})
    path = f"/koperasi/jadwal/{order.pickup.slot_id}/tutup"
    page = jaya.see(path)
    assert "1 pesanan akan dibatalkan." in page.words
    assert order.number in page.words
    for reason in ("", "   ", "x" * 201):
        again = jaya.send(path, {"reason": reason})
        assert (again.status, len(again.errors), again.value("reason")) == (422, 1, reason)
    assert jaya.read(order.number).status is OrderStatus.CONFIRMED
    answer = jaya.send(path, {"reason": "ombak tinggi"})
    assert "1 pesanan dibatalkan, pembelinya dikabari." in jaya.see(answer.location or "").words
    cancelled = jaya.read(order.number)
    assert (cancelled.status, cancelled.history[-1].reason) == (OrderStatus.CANCELLED, "ombak tinggi")
    assert jaya.see(path, 302).location == f"/koperasi/jadwal/{order.pickup.slot_id}"
    jaya.send(path, {"reason": "ombak tinggi"})
    assert market.broken() == []


def test_a_slot_that_is_over_cannot_be_closed(jaya: Clerk, clock: Clock) -> None:
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 500})
    clock.now = days.to_local(order.pickup.ends_at) + timedelta(minutes=1)
    path = f"/koperasi/jadwal/{order.pickup.slot_id}"
    assert jaya.see(f"{path}/tutup", 302).location == path
    jaya.send(f"{path}/tutup", {"reason": "ombak"})
    assert "sudah lewat" in jaya.see(path).words
    assert jaya.read(order.number).status is OrderStatus.CONFIRMED


def test_a_point_without_hours_says_what_is_missing(jaya: Clerk) -> None:
    jaya.send(f"/koperasi/titik/{jaya.shop.point}/pakai", {"active": "0"})
    assert "Tidak ada jadwal" in jaya.see(f"/koperasi/titik/{jaya.shop.point}/jadwal").words
    today = days.today()
    assert list_slots(db.session(), jaya.shop.point, today, today, days.now()) == []
