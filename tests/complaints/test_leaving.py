"""What of complaints goes when their buyer goes, and what stays."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ovop.complaints.flows import give_back_once, keep_photo
from ovop.complaints.models import Complaint, ComplaintEvent, Goodwill
from ovop.complaints.rules import ComplaintStatus
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering.departures import leave
from ovop.outside.media import storage
from tests import databases
from tests.make import market
from tests.make.complaints import Bought, bought
from tests.outside.odd_pictures import quarters, saved


def words() -> set[str]:
    db.session.rollback()
    tables = (Complaint.text, ComplaintEvent.text, Goodwill.text)
    return {text for column in tables for text in db.session.scalars(select(column)) if text}


def private_files() -> set[str]:
    return {key for key in storage().list_keys() if key.startswith("private/complaint/")}


def test_words_and_photos_go_and_the_money_stays(app: APIFlask) -> None:
    before = private_files()
    order = bought(app)
    order.complain("Siti dari Pontang: lembek", photos=(keep_photo(saved(quarters()), days.now()),))
    order.offer(5_000, "Maaf Bu Siti")
    order.escalate("Tanya saja Pak RT")
    order.rule(15_000, "Foto menunjukkan insang pucat")
    give_back_once(order.number, 1_000, "Maaf ya Bu Siti", order.seller.clerk, "k", days.now())
    write(leave, order.buyer, days.now())
    order.work()
    assert words() == {"Foto menunjukkan insang pucat"}
    assert databases.count("complaint_photo") == 0
    assert private_files() == before
    seen = order.read(order.office)
    assert (seen.refunded, seen.offered, seen.left) == (15_000, 5_000, 24_000)
    assert [step.amount for step in seen.steps] == [None, 5_000, None, 15_000]
    assert market.broken() == []


@pytest.mark.parametrize(
    ("act", "step", "agreed"),
    [
        ("complain", "withdraw", 0),
        ("decline", "withdraw", 0),
        ("escalate", "withdraw", 0),
        ("offer", "accept", 5_000),
    ],
)
def test_what_is_under_way_comes_to_its_end(app: APIFlask, act: str, step: str, agreed: int) -> None:
    order = bought(app)
    order.complain()
    if act in ("decline", "escalate"):
        order.decline()
    if act == "escalate":
        order.escalate()
    if act == "offer":
        order.offer(5_000)
    write(leave, order.buyer, days.now())
    order.work()
    seen = order.read(order.seller.clerk)
    assert (seen.status, seen.refunded, seen.steps[-1].step) == (ComplaintStatus.CLOSED, agreed, step)
    assert market.broken() == []


def test_other_buyers_words_stay(app: APIFlask) -> None:
    gone: Bought = bought(app)
    staying = bought(app)
    for order in (gone, staying):
        order.complain(f"Dari {order.number}")
    write(leave, gone.buyer, days.now())
    assert words() == {f"Dari {staying.number}"}
