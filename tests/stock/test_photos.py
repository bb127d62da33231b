"""A lot's photos: added once, put in order, taken away and back, finished and forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ovop.db import db, write
from ovop.discovery.queries import get_catch
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid, NotFound
from ovop.ordering.offers import offers
from ovop.outside.models import OutboxJob
from ovop.stock import photos, queries
from ovop.stock.models import CatchPhoto
from ovop.stock.photo_rules import MOST_PHOTOS, PHOTO_COMES_BACK, PhotoStep
from tests.conftest import Clock
from tests.make import accounts, market


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def lot(seller: market.Shop) -> int:
    return market.catch(seller)


def add(seller: market.Shop, lot: int, *keys: str) -> list[int]:
    """Photos with these keys are added; their ids."""
    return [write(photos.add_photo, lot, f"catch/{key}", 640, 480, seller.clerk, days.now()) for key in keys]


def shown(lot: int) -> str:
    """Keys of what the lot shows, in order."""
    db.session.rollback()
    return "".join(photo.key.removeprefix("catch/") for photo in queries.photos_of(db.session(), [lot]).get(lot, ()))


def positions(lot: int) -> list[int]:
    wanted = select(CatchPhoto.position).where(CatchPhoto.catch_id == lot, CatchPhoto.removed_at.is_(None))
    return sorted(db.session.scalars(wanted))


def test_photos_stand_in_the_order_in_which_they_came(seller: market.Shop, lot: int) -> None:
    add(seller, lot, "a", "b", "c")
    assert (shown(lot), positions(lot)) == ("abc", [0, 1, 2])


def test_the_same_picture_is_one_photo_of_a_lot(seller: market.Shop, lot: int) -> None:
    assert add(seller, lot, "a", "a")[0] == add(seller, lot, "a")[0]
    assert shown(lot) == "a"


def test_a_ninth_is_refused(seller: market.Shop, lot: int) -> None:
    add(seller, lot, *"abcdefgh")
    with pytest.raises(Invalid) as refusal:
        add(seller, lot, "i")
    assert refusal.value.errors == {"photo": "too-many"}
    assert len(shown(lot)) == MOST_PHOTOS


def test_the_first_photo_is_what_a_lot_is_known_by_everywhere(seller: market.Shop, lot: int) -> None:
    _a, _b, last = add(seller, lot, "a", "b", "c")
    write(photos.move_photo, lot, last, PhotoStep.FIRST, seller.clerk)
    assert shown(lot) == "cab"
    face, offer = queries.faces_of(db.session(), [lot])[lot].photo, offers(db.session(), [lot], days.now())[lot].photo
    assert face is not None
    assert offer is not None
    card = get_catch(db.session(), lot, days.now()).card
    assert {face.key, offer.key, card.photos[0].key} == {"catch/c"}


def test_photos_move_by_one_and_stand_as_named(seller: market.Shop, lot: int) -> None:
    a, b, c = add(seller, lot, "a", "b", "c")
    write(photos.move_photo, lot, a, PhotoStep.LATER, seller.clerk)
    assert shown(lot) == "bac"
    write(photos.move_photo, lot, c, PhotoStep.EARLIER, seller.clerk)
    assert shown(lot) == "bca"
    write(photos.arrange_photos, lot, [a, 999, c, a], seller.clerk)
    assert (shown(lot), positions(lot)) == ("acb", [0, 1, 2])
    assert b


def test_a_removed_photo_is_shown_nowhere_and_comes_back_where_it_was(
    seller: market.Shop, lot: int, clock: Clock
) -> None:
    _a, b, _c = add(seller, lot, "a", "b", "c")
    write(photos.remove_photo, lot, b, seller.clerk, days.now())
    assert shown(lot) == "ac"
    assert [photo.key for photo in get_catch(db.session(), lot, days.now()).card.photos] == ["catch/a", "catch/c"]
    assert queries.can_come_back(db.session(), lot, b, days.now())
    clock.forward(seconds=59)
    write(photos.restore_photo, lot, b, seller.clerk, days.now())
    assert shown(lot) == "abc"
    write(photos.restore_photo, lot, b, seller.clerk, days.now())  # tapped twice
    assert shown(lot) == "abc"


def test_a_removed_cover_is_no_cover_of_an_offer(seller: market.Shop, lot: int) -> None:
    a, b = add(seller, lot, "a", "b")
    write(photos.remove_photo, lot, a, seller.clerk, days.now())
    offer = offers(db.session(), [lot], days.now())[lot]
    assert offer.photo is not None
    assert offer.photo.key == "catch/b"
    write(photos.remove_photo, lot, b, seller.clerk, days.now())
    assert offers(db.session(), [lot], days.now())[lot].photo is None


def test_after_its_minute_a_photo_is_gone(seller: market.Shop, lot: int, clock: Clock) -> None:
    [a] = add(seller, lot, "a")
    write(photos.remove_photo, lot, a, seller.clerk, days.now())
    clock.forward(minutes=1)
    assert not queries.can_come_back(db.session(), lot, a, days.now())
    with pytest.raises(NotFound):
        write(photos.restore_photo, lot, a, seller.clerk, days.now())
    assert not write(photos.forget_removed, "catch/a", days.now())
    assert db.session.scalars(select(CatchPhoto)).all() == []


def test_a_photo_that_may_still_come_back_is_not_forgotten(seller: market.Shop, lot: int, clock: Clock) -> None:
    [a] = add(seller, lot, "a")
    write(photos.remove_photo, lot, a, seller.clerk, days.now())
    clock.forward(seconds=59)
    assert write(photos.forget_removed, "catch/a", days.now())
    write(photos.restore_photo, lot, a, seller.clerk, days.now())
    assert shown(lot) == "a"


def test_its_files_are_cleared_only_when_it_can_no_longer_come_back(seller: market.Shop, lot: int) -> None:
    [a] = add(seller, lot, "a")
    write(photos.remove_photo, lot, a, seller.clerk, days.now())
    [run_at] = db.session.scalars(select(OutboxJob.run_at).where(OutboxJob.kind == photos.CLEAR_PHOTO_JOB))
    assert run_at >= days.now() + PHOTO_COMES_BACK + timedelta(seconds=30)


def test_a_photo_whose_place_was_taken_stays_away(seller: market.Shop, lot: int) -> None:
    first, *_rest = add(seller, lot, *"abcdefgh")
    write(photos.remove_photo, lot, first, seller.clerk, days.now())
    add(seller, lot, "i")
    with pytest.raises(Invalid):
        write(photos.restore_photo, lot, first, seller.clerk, days.now())
    assert shown(lot) == "bcdefghi"


def test_a_photo_that_was_removed_can_be_sent_anew(seller: market.Shop, lot: int) -> None:
    [a] = add(seller, lot, "a")
    write(photos.remove_photo, lot, a, seller.clerk, days.now())
    add(seller, lot, "a")
    assert shown(lot) == "a"


def test_only_the_lots_own_photos_and_people_count(seller: market.Shop, lot: int) -> None:
    [a] = add(seller, lot, "a")
    other = market.catch(seller)
    lontar = market.shop("lontar", "36.04.13.2007")
    now = days.now()
    for catch, actor, refusal in (
        (other, seller.clerk, NotFound),
        (lot, lontar.clerk, NotFound),
        (lot, accounts.buyer(), Forbidden),
        (lot, accounts.official(), Forbidden),
    ):
        for act in (
            lambda c=catch, w=actor: write(photos.remove_photo, c, a, w, now),
            lambda c=catch, w=actor: write(photos.restore_photo, c, a, w, now),
            lambda c=catch, w=actor: write(photos.move_photo, c, a, PhotoStep.FIRST, w),
        ):
            with pytest.raises(refusal):
                act()
    with pytest.raises(NotFound):
        write(photos.arrange_photos, lot, [a], lontar.clerk)
    assert shown(lot) == "a"


def test_what_follows_is_told_of_every_lot_with_the_picture(seller: market.Shop, lot: int) -> None:
    other = market.catch(seller)
    add(seller, lot, "a", "b")
    add(seller, other, "a")
    assert write(photos.finish_photos, "catch/a", "UklG", has_avif=True)
    assert not write(photos.finish_photos, "catch/none", "UklG", has_avif=True)
    for catch in (lot, other):
        first = queries.photos_of(db.session(), [catch])[catch][0]
        assert (first.tiny, first.has_avif) == ("UklG", True)
        card = get_catch(db.session(), catch, days.now()).card
        assert (card.photos[0].tiny, bool(card.photos[0].has_avif)) == ("UklG", True)
    unfinished = queries.photos_of(db.session(), [lot])[lot][1]
    assert (unfinished.tiny, unfinished.has_avif) == ("", False)


def test_one_job_finishes_a_picture_however_many_lots_show_it(seller: market.Shop, lot: int) -> None:
    add(seller, lot, "a")
    add(seller, market.catch(seller), "a")
    jobs = db.session.scalars(select(OutboxJob).where(OutboxJob.kind == photos.FINISH_PHOTO_JOB)).all()
    assert [job.payload for job in jobs] == [{"key": "catch/a", "width": 640}]
