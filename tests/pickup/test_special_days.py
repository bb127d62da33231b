"""Days that are not like their weekday: slots follow them, promises stay."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from ovop.pickup.operations import extend_slots, plan_day, unplan_day
from ovop.pickup.plans import holidays_between, plans_of
from ovop.pickup.queries import list_slots
from ovop.pickup.rules import DayPlan, Hours
from tests.conftest import Clock
from tests.make import accounts, market


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


def free(seller: market.Shop, day: date) -> list[int]:
    """Free places of that day's slots that take orders."""
    found = list_slots(db.session(), seller.point, day, day, days.now())
    return [slot.free for slot in found if not slot.is_closed]


def test_a_day_is_shut_and_opened_again(seller: market.Shop) -> None:
    day = days.today() + timedelta(days=3)
    usual = free(seller, day)
    assert usual
    assert write(plan_day, seller.point, DayPlan(day, reason="Natal"), seller.clerk, days.now()) == 0
    assert free(seller, day) == []
    assert free(seller, day + timedelta(days=1)) == usual
    write(unplan_day, seller.point, day, seller.clerk, days.now())
    write(unplan_day, seller.point, day, seller.clerk, days.now())
    assert free(seller, day) == usual


def test_other_hours_replace_the_days_own(seller: market.Shop) -> None:
    day = days.today() + timedelta(days=3)
    hours = Hours(day.isoweekday(), time(20), time(22), 4)
    write(plan_day, seller.point, DayPlan(day, hours), seller.clerk, days.now())
    assert free(seller, day) == [4, 4]
    write(plan_day, seller.point, DayPlan(day), seller.clerk, days.now())
    assert free(seller, day) == []


def test_orders_that_were_promised_stay_and_are_counted(seller: market.Shop) -> None:
    market.order(accounts.buyer(), seller, {market.catch(seller): 500})
    left = write(plan_day, seller.point, DayPlan(days.today()), seller.clerk, days.now())
    assert left == 1
    assert free(seller, days.today()) == []
    assert market.broken() == []


def test_days_beyond_the_slots_made_so_far_are_kept_until_they_come(seller: market.Shop, clock: Clock) -> None:
    day = days.today() + timedelta(days=60)
    write(plan_day, seller.point, DayPlan(day), seller.clerk, days.now())
    clock.forward(days=50)
    write(extend_slots, days.now())
    assert free(seller, day) == []
    assert free(seller, day + timedelta(days=1))
    assert [plan.day for plan in plans_of(db.session(), seller.point, days.today())] == [day]
    clock.forward(days=11)
    assert plans_of(db.session(), seller.point, days.today()) == ()


def test_another_cooperatives_point_is_not_there(seller: market.Shop) -> None:
    stranger = market.shop("lontar", "36.04.13.2007")
    with pytest.raises(NotFound):
        write(plan_day, seller.point, DayPlan(days.today()), stranger.clerk, days.now())


def test_holidays_are_offered_and_taken_with_one_tap(client: FlaskClient, seller: market.Shop, clock: Clock) -> None:
    clock.forward(days=340)  # 11 December 2026
    accounts.sign_in(client, seller.clerk)
    path = f"/koperasi/titik/{seller.point}/hari-khusus"
    page = client.get(path).text
    assert "Hari Raya Natal" in page
    assert "Idulfitri" in page
    assert "perkiraan" in page
    taken = client.post(path, data={"day": "2026-12-25", "reason": "Hari Raya Natal", "open": "0"})
    assert taken.status_code == 302
    page = client.get(path).text
    assert page.count("Hari Raya Natal") == 1
    assert client.post(f"{path}/2026-12-25/hapus").status_code == 302
    assert client.post(f"{path}/none/hapus").status_code == 302
    assert client.get(path).text.count("Tutup hari itu") >= 3


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"day": ""}, "Isi dulu"),
        ({"day": "x"}, "Tulis tanggal"),
        ({"day": "2020-01-01"}, "Waktunya sudah lewat"),
        ({"day": "2026-02-01", "open": "1", "opens": "x", "closes": "09:00", "capacity": "5"}, "Tulis"),
        ({"day": "2026-02-01", "open": "1", "opens": "06:00", "closes": "09:00", "capacity": "0"}, ""),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    client: FlaskClient, seller: market.Shop, typed: dict[str, str], words: str
) -> None:
    accounts.sign_in(client, seller.clerk)
    answer = client.post(f"/koperasi/titik/{seller.point}/hari-khusus", data=typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert plans_of(db.session(), seller.point, days.today()) == ()


def test_holidays_are_real_days_in_order() -> None:
    found = holidays_between(date(2026, 1, 1), date(2027, 12, 31))
    assert [holiday.day for holiday in found] == sorted(holiday.day for holiday in found)
    assert date(2027, 8, 17) in [holiday.day for holiday in found]
    assert len(holidays_between(date(2027, 3, 1), date(2027, 3, 31))) == 5
