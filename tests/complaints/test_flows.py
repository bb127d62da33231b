"""Photos of complaints: private, upright, without what a camera wrote, and never left behind."""

from __future__ import annotations

import io

import pytest
from apiflask import APIFlask
from PIL import Image

from ovop.complaints.flows import file_of, keep_photo
from ovop.complaints.queries import get_photo
from ovop.db import db
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.outside.media import storage
from tests import databases
from tests.conftest import Clock
from tests.make import accounts, market
from tests.make.complaints import bought
from tests.outside.odd_pictures import RED, held, quarters, saved


def files() -> set[str]:
    return {key for key in storage().list_keys() if key.startswith("private/complaint/")}


def test_a_photo_is_kept_small_and_large_upright_and_tells_nothing(app: APIFlask) -> None:
    before = files()
    photo = keep_photo(held(6), days.now())
    assert {file_of(photo.key, 320), file_of(photo.key, 640)} == files() - before
    for key in files() - before:
        data = storage().get(key)
        assert b"RAHASIA" not in data
        assert b"rahasia" not in data
        image = Image.open(io.BytesIO(data))
        assert not image.getexif()
        assert image.width > image.height
        assert all(abs(one - other) < 40 for one, other in zip(image.getpixel((10, 10)), RED, strict=True))
        assert app.test_client().get(f"/media/{key}").status_code == 404


def test_what_no_complaint_shows_is_cleared_away_and_what_one_shows_stays(app: APIFlask, clock: Clock) -> None:
    order, before = bought(app), files()
    shown, left = keep_photo(saved(quarters()), days.now()), keep_photo(saved(quarters()), days.now())
    order.complain(photos=(shown,))
    clock.forward(hours=24)
    order.work()
    assert len(files() - before) == 4
    clock.forward(hours=1)
    order.work()
    kept = files() - before
    assert kept == {file_of(shown.key, 320), file_of(shown.key, 640)}
    assert not any(key.startswith(left.key) for key in kept)


def test_there_are_at_most_four_and_nothing_of_a_complaint_that_cannot_be(app: APIFlask) -> None:
    order = bought(app)
    photos = tuple(keep_photo(saved(quarters()), days.now()) for _ in range(5))
    with pytest.raises(Invalid) as refused:
        order.complain(photos=photos)
    assert refused.value.errors == {"photo": "too-many"}
    assert databases.count("complaint") == databases.count("complaint_photo") == 0
    order.complain(photos=photos[:4])
    assert databases.count("complaint_photo") == 4
    assert market.broken() == []


def test_photos_are_for_the_parties_alone(app: APIFlask) -> None:
    order, other = bought(app), bought(app)
    order.complain(photos=(keep_photo(saved(quarters()), days.now()),))
    [photo] = order.read().photos
    for actor in (order.buyer, order.seller.clerk, order.office):
        assert get_photo(db.session(), photo.id, order.number, actor).width == 640
    for actor in (other.buyer, other.seller.clerk, accounts.buyer("lain@contoh.id")):
        with pytest.raises(NotFound):
            get_photo(db.session(), photo.id, order.number, actor)
    with pytest.raises(NotFound):
        get_photo(db.session(), photo.id, other.number, other.buyer)
