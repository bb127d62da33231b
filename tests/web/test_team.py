"""The co-operative's people on their page: who did what of every kind of work, and whose till is looked into first."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.accounts import team
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import operations
from ovop.recall import flows as recalling
from ovop.recall import operations as recalls
from ovop.recall.models import RecallBuyer
from tests.make import accounts, market, sharing, tills
from tests.make.clerks import Clerk, clerk


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


def people(jaya: Clerk) -> list[str]:
    return [member.name for member in team.list_members(db.session(), jaya.shop.clerk)]


def test_recalls_and_shared_points_are_among_what_members_did(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    order = market.order(accounts.buyer(), jaya.shop, {lot: 1000})
    write(operations.weigh_order, order.number, {lot: 1000}, jaya.shop.clerk, days.now())
    tills.hand_over(order, jaya.shop.clerk)
    recalling.recall(lot, "bau", jaya.shop.clerk, days.now())
    row = db.session.query(RecallBuyer).one()
    write(recalls.note_reached, row.recall_id, row.id, jaya.shop.clerk, days.now(), is_reached=True)
    sharing.shared(jaya.shop, market.shop("lontar", "36.04.13.2007"))
    page = jaya.see("/koperasi/tim")
    for words in ("menarik Udang windu", "menghubungi pembeli lot yang ditarik, Udang windu", "titik bersama Dermaga"):
        assert words in page.words, words
    assert "bau" in page.words
    # The neighbour's step is the neighbour's: its people are not named here.
    assert page.words.count("mengurus titik bersama") == 1


def test_who_still_holds_cash_is_removed_only_after_a_second_look(jaya: Clerk, app: APIFlask) -> None:
    ani = accounts.member(jaya.shop.id, "ani@contoh.id", "Bu Ani")
    tills.collected(jaya.shop, 45_000, clerk=ani)
    path = f"/koperasi/tim/{ani.id}/keluarkan"
    assert "Kasnya masih Rp 45.000, belum disetor." in jaya.see("/koperasi/tim").words
    asked = jaya.send(path)
    assert asked.status == 422
    assert "Kas Bu Ani masih berisi" in asked.words
    assert "Bu Ani" in people(jaya)
    tills.collected(jaya.shop, 5_000, clerk=ani)
    assert jaya.send(path, {"held": "45000"}).status == 422  # there is more in it by now
    assert jaya.send(path, {"held": "50000"}).status == 302
    assert "Bu Ani" not in people(jaya)
    assert market.broken() == []


def test_who_holds_none_is_removed_at_once(jaya: Clerk) -> None:
    ani = accounts.member(jaya.shop.id, "ani@contoh.id", "Bu Ani")
    assert jaya.send(f"/koperasi/tim/{ani.id}/keluarkan").status == 302
    assert people(jaya) == ["Pak Jaya"]
