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
from ovop.outside.queue import GivenUp
from ovop.stock import flows, photos, queries
from ovop.stock.models import CatchPhoto
from ovop.stock.photo_rules import MOST_PHOTOS
from ovop.stock.photos import CLEAR_PHOTO_JOB
from ovop.stock.rules import NewCatch
from ovop.web.photos import picture_of
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


def finish(key: str, width: int) -> None:
    flows.finish_photo({"key": key, "width": width}, days.now())


def test_a_photo_is_finished_after_it_is_there_and_pages_offer_only_what_exists(app: APIFlask) -> None:
    seller = market.shop()
    lot = market.catch(seller)
    flows.store_photo(lot, saved(quarters()), seller.clerk, days.now())
    [photo] = queries.photos_of(db.session(), [lot])[lot]
    assert [kind for kind, _ in picture_of(photo).sources] == ["image/webp"]
    assert picture_of(photo).tiny == ""
    assert not [key for key in keys() if key.startswith(photo.key) and key.endswith(".avif")]
    for _ in range(2):  # at least once
        finish(photo.key, photo.width)
        [photo] = queries.photos_of(db.session(), [lot])[lot]
        picture = picture_of(photo)
        assert [kind for kind, _ in picture.sources] == ["image/avif", "image/webp"]
        offered = {part.split()[0] for _, srcset in picture.sources for part in srcset.split(", ")}
        assert offered | {picture.url} <= {storage().url(key) for key in keys()}
        assert picture.url.endswith("/640.jpg")
        assert 40 < len(picture.tiny) <= 200


def test_a_picture_that_nobody_shows_any_more_is_not_finished(app: APIFlask) -> None:
    photo = flows.keep_photo(saved(quarters()), days.now())
    before = keys()
    finish(photo.key, photo.width)
    assert keys() == before


def test_a_picture_cleared_while_it_is_finished_leaves_nothing(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    seller = market.shop()
    lot = market.catch(seller)
    before = keys()
    flows.store_photo(lot, saved(quarters()), seller.clerk, days.now())
    [photo] = queries.photos_of(db.session(), [lot])[lot]
    put = storage().put

    def clear_meanwhile(key: str, data: bytes, content_type: str) -> None:
        put(key, data, content_type)
        write(photos.remove_photo, lot, photo.id, seller.clerk, days.now())
        flows.clear_photo({"key": photo.key, "width": photo.width}, days.now() + timedelta(minutes=2))
        monkeypatch.undo()

    monkeypatch.setattr(current_app.extensions["ovop_media"], "put", clear_meanwhile)
    finish(photo.key, photo.width)
    assert {key for key in keys() - before if not key.endswith(".avif")} == set()
    assert keys() - before == set()


def test_a_picture_whose_files_are_lost_is_given_up_by_name(app: APIFlask) -> None:
    seller = market.shop()
    write(photos.add_photo, market.catch(seller), "catch/lost", 640, 480, seller.clerk, days.now())
    with pytest.raises(GivenUp, match="files are gone"):
        finish("catch/lost", 640)


def test_clearing_takes_the_avif_files_too(app: APIFlask, clock: Clock) -> None:
    seller, before = market.shop(), keys()
    lot = market.catch(seller)
    photo_id = flows.store_photo(lot, saved(quarters()), seller.clerk, days.now())
    [photo] = queries.photos_of(db.session(), [lot])[lot]
    finish(photo.key, photo.width)
    write(photos.remove_photo, lot, photo_id, seller.clerk, days.now())
    clock.forward(minutes=2)
    work_off(clock)
    assert keys() == before
    assert count("catch_photo") == 0


def test_a_lot_is_listed_with_all_its_photos_in_order(app: APIFlask) -> None:
    seller = market.shop()
    kept = [flows.keep_photo(saved(quarters(64 + size, 48)), days.now()) for size in range(3)]
    for _ in range(2):
        lot, _replay = flows.list_catch_once(new_catch(seller), ["typed"], seller.clerk, "k", days.now(), kept)
    assert [photo.key for photo in queries.photos_of(db.session(), [lot])[lot]] == [photo.key for photo in kept]
