"""A co-operative's people: who is let in by a link, who may change what, and that somebody is always left in charge."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.accounts import team
from ovop.accounts.errors import InvitationOver, LastManager, OpenOrders
from ovop.accounts.models import Role
from ovop.accounts.queries import account_by_token
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, NotFound
from ovop.ordering import operations
from ovop.ordering.activity import Act, recent_activity
from ovop.ordering.departures import join_cooperative
from tests.conftest import Clock
from tests.make import accounts, market


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


def invited(seller: market.Shop, *, as_manager: bool = False) -> str:
    return write(team.invite, seller.clerk, as_manager=as_manager, now=days.now())


def join(token: str, buyer: Actor) -> Actor:
    offer = write(join_cooperative, token, buyer, days.now())
    return Actor(buyer.id, Role.COOPERATIVE, offer.cooperative_id, offer.is_manager)


def names(actor: Actor) -> list[tuple[str, bool]]:
    return [(member.name, member.is_manager) for member in team.list_members(db.session(), actor)]


def test_a_link_lets_one_person_in_once(seller: market.Shop) -> None:
    token = invited(seller)
    clerk = join(token, accounts.buyer(name="Bu Nia"))
    assert names(seller.clerk)[-1] == ("Bu Nia", False)
    with pytest.raises(InvitationOver):
        join(token, accounts.buyer("lain@contoh.id"))
    assert not clerk.is_manager
    assert team.list_invitations(db.session(), seller.clerk, days.now()) == []


def test_a_link_lapses_after_a_week_and_can_be_taken_back(seller: market.Shop, clock: Clock) -> None:
    lapsed, taken_back = invited(seller), invited(seller, as_manager=True)
    [newest, _first] = team.list_invitations(db.session(), seller.clerk, days.now())
    assert newest.is_manager
    write(team.take_back_invitation, newest.id, seller.clerk, days.now())
    clock.forward(days=7)
    for token in (lapsed, taken_back, "never one", ""):
        with pytest.raises(InvitationOver):
            team.read_invitation(db.session(), token, days.now())


def test_only_one_of_two_who_press_at_once_gets_in(app: APIFlask, seller: market.Shop) -> None:
    token = invited(seller)
    people = [accounts.buyer(f"b{number}@contoh.id") for number in range(4)]

    def press(buyer: Actor) -> bool:
        with app.app_context():
            try:
                join(token, buyer)
            except InvitationOver:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(press, people)) == [False, False, False, True]


def test_a_buyer_with_open_orders_stays_a_buyer_until_they_are_done(seller: market.Shop) -> None:
    buyer = accounts.buyer()
    market.order(buyer, seller, {market.catch(seller): 500})
    token = invited(seller)
    with pytest.raises(OpenOrders):
        join(token, buyer)
    assert team.read_invitation(db.session(), token, days.now()).cooperative_id == seller.id


def test_clerks_change_nothing_about_the_team(seller: market.Shop) -> None:
    clerk = join(invited(seller), accounts.buyer())
    for change in (
        lambda: write(team.invite, clerk, as_manager=True, now=days.now()),
        lambda: write(team.set_manager, clerk.id, clerk, is_manager=True),
        lambda: write(team.remove_member, seller.clerk.id, clerk, days.now()),
        lambda: write(team.take_back_invitation, 1, clerk, days.now()),
        lambda: team.list_invitations(db.session(), clerk, days.now()),
    ):
        with pytest.raises(Forbidden):
            change()
    assert names(clerk)


def test_whoever_is_let_go_is_signed_out_and_their_tokens_are_void(
    app: APIFlask, client: FlaskClient, seller: market.Shop
) -> None:
    clerk = join(invited(seller), accounts.buyer())
    token = accounts.token(clerk)
    accounts.sign_in(client, clerk)
    assert client.get("/koperasi").status_code == 200
    write(team.remove_member, clerk.id, seller.clerk, days.now())
    assert client.get("/koperasi").status_code == 302
    assert account_by_token(db.session(), token) is None
    assert len(names(seller.clerk)) == 1


def test_somebody_is_always_left_in_charge(seller: market.Shop) -> None:
    with pytest.raises(LastManager):
        write(team.remove_member, seller.clerk.id, seller.clerk, days.now())
    with pytest.raises(LastManager):
        write(team.set_manager, seller.clerk.id, seller.clerk, is_manager=False)
    other = join(invited(seller, as_manager=True), accounts.buyer())
    write(team.set_manager, seller.clerk.id, other, is_manager=False)
    with pytest.raises(LastManager):
        write(team.remove_member, other.id, other, days.now())


def test_two_managers_who_let_each_other_go_at_once_leave_one(app: APIFlask, seller: market.Shop) -> None:
    other = join(invited(seller, as_manager=True), accounts.buyer())

    def let_go(pair: tuple[int, Actor]) -> bool:
        with app.app_context():
            try:
                write(team.remove_member, pair[0], pair[1], days.now())
            except LastManager:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(let_go, [(other.id, seller.clerk), (seller.clerk.id, other)])) == [False, True]


def test_another_cooperatives_people_are_not_there(seller: market.Shop) -> None:
    stranger = market.shop("lontar", "36.04.13.2007")
    with pytest.raises(NotFound):
        write(team.set_manager, stranger.clerk.id, seller.clerk, is_manager=False)
    with pytest.raises(NotFound):
        write(team.remove_member, stranger.clerk.id, seller.clerk, days.now())


def test_who_did_what_is_told_newest_first(seller: market.Shop, clock: Clock) -> None:
    catch = market.catch(seller)
    order = market.order(accounts.buyer(), seller, {catch: 500})
    clock.forward(minutes=5)
    write(operations.weigh_order, order.number, {catch: 500}, seller.clerk, days.now())
    clerk = join(invited(seller), accounts.buyer("nia@contoh.id", name="Bu Nia"))
    clock.forward(minutes=5)
    write(operations.cancel_order, order.number, clerk, days.now(), "Es habis")
    done = recent_activity(db.session(), seller.clerk)
    assert [(each.act, each.member) for each in done] == [
        (Act.CANCELLED, "Bu Nia"),
        (Act.WEIGHED, "Pak Jaya"),
        (Act.LISTED, "Pak Jaya"),
    ]
    assert (done[0].number, done[0].reason, done[2].quantity) == (order.number, "Es habis", 10_000)
    assert [each.act for each in recent_activity(db.session(), seller.clerk, member_id=clerk.id)] == [Act.CANCELLED]


def test_an_invitation_goes_from_the_managers_phone_to_the_clerks(
    app: APIFlask, client: FlaskClient, seller: market.Shop
) -> None:
    accounts.sign_in(client, seller.clerk)
    page = client.post("/koperasi/tim/undang", data={"as": "clerk"}).text
    [path] = set(re.findall(r"/undangan/[\w-]{20,}", page))
    assert path not in client.get("/koperasi/tim").text
    phone = app.test_client()
    offered = phone.get(path).text
    assert "Koperasi Tengkurak" in offered
    assert f"next={path.replace('/', '%2F')}" in offered or f"next={path}" in offered
    accounts.sign_in(phone, accounts.buyer(name="Bu Nia"))
    assert phone.post(path).headers["Location"] == "/koperasi"
    assert phone.get("/koperasi/tim").status_code == 200
    assert "Undang petugas" not in phone.get("/koperasi/tim").text
    assert phone.post("/koperasi/tim/undang", data={"as": "clerk"}).status_code == 403
    again = app.test_client().get(path)
    assert again.status_code == 404
    assert "tidak berlaku lagi" in again.text
