"""Photos from before there was AVIF: shown as they were, and finished by the worker once the market is brought up."""

from __future__ import annotations

from alembic import command
from apiflask import APIFlask
from sqlalchemy import select

from ovop.cli.backup import _migrations
from ovop.db import db, write
from ovop.kernel import days
from ovop.outside.models import OutboxJob
from ovop.stock import flows, photos, queries
from tests.make import market
from tests.outside.odd_pictures import quarters, saved


def test_older_photos_are_finished_once_each(app: APIFlask) -> None:
    seller = market.shop()
    first, second = market.catch(seller), market.catch(seller)
    flows.store_photo(first, saved(quarters()), seller.clerk, days.now())
    [photo] = queries.photos_of(db.session(), [first])[first]
    write(photos.add_photo, second, photo.key, photo.width, photo.height, seller.clerk, days.now())
    gone = flows.store_photo(first, saved(quarters(64, 48)), seller.clerk, days.now())
    write(photos.remove_photo, first, gone, seller.clerk, days.now())
    db.session.remove()
    command.downgrade(_migrations(), "0003")
    command.upgrade(_migrations(), "head")
    [job] = db.session.scalars(select(OutboxJob).where(OutboxJob.kind == photos.FINISH_PHOTO_JOB)).all()
    assert job.payload == {"key": photo.key, "width": photo.width}
    assert (job.done_at, job.attempts) == (None, 0)
    db.session.rollback()
    flows.finish_photo({"key": photo.key, "width": photo.width}, days.now())
    for lot in (first, second):
        [row] = queries.photos_of(db.session(), [lot])[lot]
        assert row.has_avif
        assert row.tiny
