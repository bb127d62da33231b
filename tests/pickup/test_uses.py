"""A point that a neighbour hands over at by consent: whose lots it fits, from when, until when, and who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select, update

from ovop.accounts.models import Account, Cooperative
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid, NotFound
from ovop.outside.models import OutboxJob
from ovop.pickup.errors import UseChanged
from ovop.pickup.last_times import last_times
from ovop.pickup.operations import change_point, plan_day
from ovop.pickup.queries import fitting_slots, points_by_name
from ovop.pickup.rules import DayPlan, Hours, PointChanges
from ovop.pickup.use_letters import POINT_LETTER_JOB, send_point_letter
from ovop.pickup.use_queries import get_use, history_of, list_uses, may_use, neighbours, users_of, waiting_for
from ovop.pickup.use_rules import UseStatus, UseStep
from ovop.pickup.uses import step_use
from ovop.stock.models import Catch
from ovop.villages.queries import village_middle
from ovop.web.point_letters import compose_point_letter
from tests.conftest import Clock
from tests.make import accounts, market, sharing
from tests.make.market import Shop

#: Open in the morning only: what the owner's point has beyond it tells both apart.
MORNINGS = tuple(Hours(weekday, market.time(8), market.time(9), 10) for weekday in range(1, 8))


@pytest.fixture
def owner(app: APIFlask) -> Shop:
    return market.shop()


@pytest.fixture
def guest(app: APIFlask) -> Shop:
    return market.shop("lontar", "36.04.13.2007", MORNINGS)


def points_for(catch: int) -> set[int]:
    """The points whose slots fit the lot."""
    offered = fitting_slots(db.session(), [catch], days.now())
    return {option.point.id for options in offered.values() for option in options if option.misfit is None}


def letters() -> list[tuple[str, str]]:
    """Whom mail waits for, and its subject; what led to it is done first."""
    jobs = select(OutboxJob.payload).where(OutboxJob.kind == POINT_LETTER_JOB).order_by(OutboxJob.id)
    for payload in db.session.scalars(jobs).all():
        send_point_letter(payload, days.now(), compose_point_letter)
    mails = select(OutboxJob.payload).where(OutboxJob.kind == "mail").order_by(OutboxJob.id)
    return [(mail["to"], mail["subject"]) for mail in db.session.scalars(mails).all()]


def kept(catch: int) -> object:
    return db.session.scalar(select(Catch.last_pickup_at).where(Catch.id == catch))


def test_from_the_agreement_on_the_guests_lots_can_be_collected_there_too(owner: Shop, guest: Shop) -> None:
    evening = days.now() + timedelta(days=1, hours=9)
    lot, own = market.catch(guest, best_before=evening), market.catch(owner)
    sharing.step(owner, guest, owner, UseStep.OFFER)
    assert points_for(lot) == {guest.point}
    before = kept(lot)
    sharing.step(owner, guest, guest, UseStep.AGREE)
    assert points_for(lot) == {guest.point, owner.point}
    assert points_for(own) == {owner.point}
    assert kept(lot) == last_times(db.session(), [lot], days.now())[lot].pickup_at != before
    assert points_by_name(db.session(), 10, guest.id) == sorted([owner.point, guest.point])
    assert points_by_name(db.session(), 10, owner.id) == [owner.point]
    assert users_of(db.session(), [owner.point]) == [owner.id, guest.id]
    assert market.broken() == []


def test_the_end_takes_the_point_from_the_guests_lots_alone(owner: Shop, guest: Shop) -> None:
    sharing.shared(owner, guest)
    lot, own = market.catch(guest), market.catch(owner)
    sharing.ended(owner, guest, by=guest)
    assert points_for(lot) == {guest.point}
    assert points_for(own) == {owner.point}
    assert kept(lot) == last_times(db.session(), [lot], days.now())[lot].pickup_at
    assert not may_use(db.session(), owner.point, guest.id)
    sharing.shared(owner, guest)
    assert points_for(lot) == {guest.point, owner.point}
    assert market.broken() == []


def test_a_question_that_meets_an_offer_is_an_agreement(owner: Shop, guest: Shop) -> None:
    sharing.step(owner, guest, guest, UseStep.ASK)
    assert [use.point_id for use in waiting_for(db.session(), owner.id)] == [owner.point]
    assert waiting_for(db.session(), guest.id) == []
    assert sharing.step(owner, guest, owner, UseStep.OFFER) is UseStatus.AGREED
    assert letters() == [
        ("tengkurak@contoh.id", "Koperasi Lontar ingin ikut memakai titik ambil Dermaga"),
        ("lontar@contoh.id", "Koperasi Tengkurak setuju: titik ambil Dermaga dipakai bersama"),
    ]


def test_a_step_sent_twice_is_taken_and_told_once(owner: Shop, guest: Shop) -> None:
    for _time in range(2):
        assert sharing.step(owner, guest, owner, UseStep.OFFER, "Dermagamu jauh") is UseStatus.OFFERED
    for _time in range(2):
        assert sharing.step(owner, guest, guest, UseStep.DECLINE) is UseStatus.OVER
    [use] = list_uses(db.session(), guest.id)
    history = history_of(db.session(), [use], guest.id)
    assert [(event.side, event.step, event.note) for event in history] == [
        ("owner", "offer", "Dermagamu jauh"),
        ("guest", "decline", ""),
    ]
    # Each side reads which of its own people it was, and of the other only that it was they.
    assert [bool(event.member) for event in history] == [False, True]
    assert len(letters()) == len(letters()) == 2


def test_only_managers_of_both_sides_take_steps(owner: Shop, guest: Shop) -> None:
    stranger = market.shop("cikande", "36.04.20.2001")
    clerk = accounts.member(guest.id, "petugas@contoh.id")
    clerk = Actor(clerk.id, clerk.role, clerk.cooperative_id, is_manager=False)
    sharing.step(owner, guest, owner, UseStep.OFFER)
    for actor, refusal in ((stranger.clerk, NotFound), (clerk, Forbidden), (accounts.buyer(), Forbidden)):
        with pytest.raises(refusal):
            write(step_use, owner.point, guest.id, UseStep.AGREE, actor, days.now())
    with pytest.raises(NotFound):
        get_use(db.session(), owner.point, guest.id, stranger.clerk)
    for point, other in ((owner.point, owner.id), (10**6, guest.id)):
        with pytest.raises(NotFound):
            write(step_use, point, other, UseStep.OFFER, owner.clerk, days.now())


def test_nothing_begins_at_a_retired_point_or_with_whoever_has_stopped(owner: Shop, guest: Shop) -> None:
    sharing.step(owner, guest, owner, UseStep.OFFER)
    write(change_point, owner.point, PointChanges(is_active=False), owner.clerk, days.now())
    with pytest.raises(UseChanged):
        sharing.step(owner, guest, guest, UseStep.AGREE)
    assert sharing.step(owner, guest, guest, UseStep.DECLINE) is UseStatus.OVER
    stopped = update(Cooperative).where(Cooperative.id == guest.id).values(is_active=False)
    write(lambda session: session.execute(stopped))
    write(change_point, owner.point, PointChanges(is_active=True), owner.clerk, days.now())
    for unknown in (guest.id, 10**6):
        with pytest.raises(UseChanged):
            write(step_use, owner.point, unknown, UseStep.OFFER, owner.clerk, days.now())
    with pytest.raises(Invalid):
        sharing.step(owner, guest, owner, UseStep.OFFER, "x" * 201)


def test_guests_are_told_what_the_owner_changes_of_hours_once_a_day(owner: Shop, guest: Shop, clock: Clock) -> None:
    sharing.shared(owner, guest)
    lot = market.catch(guest)
    before = len(letters())
    late = tuple(Hours(weekday, market.time(8), market.time(20), 10) for weekday in range(1, 8))
    write(change_point, owner.point, PointChanges(hours=late), owner.clerk, days.now())
    assert kept(lot) == last_times(db.session(), [lot], days.now())[lot].pickup_at
    write(plan_day, owner.point, DayPlan(days.today() + timedelta(days=1)), owner.clerk, days.now())
    write(change_point, owner.point, PointChanges(name="Dermaga lama"), owner.clerk, days.now())
    assert letters()[before:] == [("lontar@contoh.id", "Koperasi Tengkurak mengubah jam buka Dermaga lama")]
    clock.forward(hours=24)
    write(change_point, owner.point, PointChanges(is_active=False), owner.clerk, days.now())
    assert letters()[before + 1 :] == [
        ("lontar@contoh.id", "Koperasi Tengkurak berhenti memakai titik ambil Dermaga lama")
    ]
    assert points_for(lot) <= {guest.point}


def test_who_has_no_address_is_not_written_to_and_the_rest_in_their_language(owner: Shop, guest: Shop) -> None:
    english = accounts.member(guest.id, "manager@contoh.id")
    silent = accounts.member(guest.id, "tanpa@contoh.id")
    write(lambda session: session.execute(update(Account).where(Account.id == english.id).values(language="en")))
    write(lambda session: session.execute(update(Account).where(Account.id == silent.id).values(email=None, phone="1")))
    sharing.step(owner, guest, owner, UseStep.OFFER)
    assert letters() == [
        ("lontar@contoh.id", "Koperasi Tengkurak menawarkan titik ambil Dermaga"),
        ("manager@contoh.id", "Koperasi Tengkurak offers the pickup point Dermaga"),
    ]


def test_neighbours_come_nearest_first(owner: Shop, guest: Shop) -> None:
    here = village_middle(db.session(), accounts.TENGKURAK)
    [found] = neighbours(db.session(), here, beside=owner.id)
    assert (found.id, found.name) == (guest.id, "Koperasi Lontar")
    assert 1 < found.km < 60
