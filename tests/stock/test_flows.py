"""Lots put on sale once, and photos that leave nothing behind."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask import current_app
from sqlalchemy import select

from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid, NotFound, Unavailable
from ovop.outside.media import storage
from ovop.outside.models import OutboxJob
from ovop.stock import flows, photos, queries
from ovop.stock.models import CatchPhoto
from ovop.stock.photo_rules import MOST_PHOTOS
from ovop.stock.photos import CLEAR_PHOTO_JOB
from ovop.stock.rules import NewCatch
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market
from tests.outside.odd_pictures import quarters, saved


def new_catch(seller: market.Shop) -> NewCatch:
    now = days.now()
    return NewCatch(seller.product, 25_000, 32_000, now, now + timedelta(days=2))


def work_off(clock: Clock) -> None:
    """Every clearing job that is due is done."""
    jobs = db.session.scalars(select(OutboxJob).where(OutboxJob.kind == CLEAR_PHOTO_JOB)).all()
    for payload in [job.payload for job in jobs if job.run_at <= clock.now]:
        flows.clear_photo(payload, days.now())


def keys() -> set[str]:
    return set(storage().list_keys())


def test_eight_taps_at_once_make_one_lot(app: APIFlask) -> None:
    seller = market.shop()
    new, answers, start = new_catch(seller), list[tuple[int, bool]](), threading.Barrier(8)

    def tap() -> None:
        with app.app_context():
            start.wait()
            answers.append(flows.list_catch_once(new, ["typed"], seller.clerk, "k", days.now()))

    taps = [threading.Thread(target=tap) for _ in range(8)]
    for thread in taps:
        thread.start()
    for thread in taps:
        thread.join()
    assert len({catch_id for catch_id, _ in answers}) == 1
    assert sorted(is_replay for _, is_replay in answers) == [False] + [True] * 7
    assert count("catch") == count("movement") == 1
    assert market.broken() == []


def test_a_lot_that_is_refused_may_be_sent_again_under_the_same_key(app: APIFlask) -> None:
    seller = market.shop()
    bad = NewCatch(seller.product, 0, 32_000, days.now(), days.now() + timedelta(days=2))
    with pytest.raises(Invalid):
        flows.list_catch_once(bad, ["typed"], seller.clerk, "k", days.now())
    assert not flows.list_catch_once(new_catch(seller), ["typed"], seller.clerk, "k", days.now())[1]


def test_anothers_key_is_another_key(app: APIFlask) -> None:
    tengkurak, lontar = market.shop(), market.shop("lontar", "36.04.13.2007")
    for seller in (tengkurak, lontar):
        assert not flows.list_catch_once(new_catch(seller), ["typed"], seller.clerk, "k", days.now())[1]
    assert count("catch") == 2


def test_a_photo_that_waits_for_its_lot_is_cleared_after_a_day_unless_it_came(app: APIFlask, clock: Clock) -> None:
    seller, before = market.shop(), keys()
    used, forgotten = (flows.keep_photo(saved(quarters()), days.now()) for _ in range(2))
    clock.forward(hours=23)
    work_off(clock)
    assert {key.rpartition("/")[0] for key in keys() - before} == {used.key, forgotten.key}
    flows.list_catch_once(new_catch(seller), ["typed"], seller.clerk, "k", days.now(), [used])
    clock.forward(hours=1)
    work_off(clock)
    work_off(clock)
    assert {key.rpartition("/")[0] for key in keys() - before} == {used.key}


def test_a_write_that_fails_leaves_no_files_for_long(app: APIFlask, clock: Clock) -> None:
    seller = market.shop()
    lot = market.catch(seller)
    for _ in range(MOST_PHOTOS):
        flows.store_photo(lot, saved(quarters(64, 48)), seller.clerk, days.now())
    before = keys()
    with pytest.raises(Invalid, match="invalid"):
        flows.store_photo(lot, saved(quarters(64, 48)), seller.clerk, days.now())
    clock.forward(days=1)
    work_off(clock)
    assert keys() == before


def test_a_storage_that_is_away_leaves_no_row(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    seller = market.shop()
    lot = market.catch(seller)

    def away(*_args: object) -> None:
        raise Unavailable(retry_after=60)

    monkeypatch.setattr(current_app.extensions["ovop_media"], "put", away)
    with pytest.raises(Unavailable):
        flows.store_photo(lot, saved(quarters()), seller.clerk, days.now())
    assert count("catch_photo") == 0


def test_a_picture_that_two_lots_show_stays_until_the_last_is_gone(app: APIFlask, clock: Clock) -> None:
    """As the demo market's illustrations are shared."""
    seller = market.shop()
    first, second = market.catch(seller), market.catch(seller)
    photo = flows.keep_photo(saved(quarters()), days.now())
    ids = [
        write(photos.add_photo, lot, photo.key, photo.width, photo.height, seller.clerk, days.now())
        for lot in (first, second)
    ]
    write(photos.remove_photo, first, ids[0], seller.clerk, days.now())
    clock.forward(minutes=2)
    work_off(clock)
    assert storage().get(f"{photo.key}/640.jpg")
    write(photos.remove_photo, second, ids[1], seller.clerk, days.now())
    clock.forward(minutes=2)
    work_off(clock)
    with pytest.raises(NotFound):
        storage().get(f"{photo.key}/640.jpg")


def test_only_members_add_and_drop_photos_and_no_file_is_made_for_others(app: APIFlask) -> None:
    tengkurak, lontar = market.shop(), market.shop("lontar", "36.04.13.2007")
    lot = market.catch(tengkurak)
    photo = flows.store_photo(lot, saved(quarters(64, 48)), tengkurak.clerk, days.now())
    before = keys()
    for actor, refusal in ((lontar.clerk, NotFound), (accounts.buyer(), Forbidden), (accounts.official(), Forbidden)):
        with pytest.raises(refusal):
            flows.store_photo(lot, saved(quarters(64, 48)), actor, days.now())
        with pytest.raises(refusal):
            write(photos.remove_photo, lot, photo, actor, days.now())
        with pytest.raises(refusal):
            queries.get_lot(db.session(), lot, actor)
    assert keys() == before
    assert db.session.scalars(select(CatchPhoto.id)).all() == [photo]
