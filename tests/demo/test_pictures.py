"""The demo's pictures go through the same hands as everybody's, once for all lots."""

from __future__ import annotations

from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.demo.pictures import store_pictures
from ovop.outside.media import storage
from ovop.stock.flows import file_names


def test_every_picture_is_stored_in_all_its_widths_and_served(app: APIFlask, client: FlaskClient) -> None:
    pictures = store_pictures()
    assert len(pictures) == 8
    for name, picture in pictures.items():
        assert picture.width * 3 == picture.height * 4, name
        assert len(picture.credit) <= 300
        for file in file_names(picture.width):
            if file.endswith(".avif"):
                continue  # made by the worker
            assert client.get(storage().url(f"{picture.key}/{file}")).status_code == 200, file


def test_storing_again_changes_nothing(app: APIFlask) -> None:
    first = store_pictures()
    files = sorted(storage().list_keys())
    assert store_pictures() == first
    assert sorted(storage().list_keys()) == files
