"""Tiles on the market's maps: only where a server is set, in the right place, and never without its name."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.kernel.geo import Place
from ovop.villages.shapes import WHOLE, View, project
from ovop.web.map_tiles import ACROSS, tiles_of
from tests.make import market

ADDRESS = "https://{s}.tiles.example/{z}/{x}/{y}.png"
PAGE = "/peta?near=-6.0,106.3"


def with_tiles(app: APIFlask, patch: pytest.MonkeyPatch, **more: str) -> None:
    patch.setitem(app.config, "OVOP", replace(app.config["OVOP"], map_tiles_url=ADDRESS, **more))


def test_without_a_server_there_are_none_and_no_picture_comes_from_elsewhere(client: FlaskClient) -> None:
    market.shop()
    answer = client.get(PAGE)
    assert "<image" not in answer.text
    assert "img-src 'self' data: blob:;" in answer.headers["Content-Security-Policy"]


def test_with_a_server_they_are_allowed_for_and_named(
    app: APIFlask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    market.shop()
    with_tiles(app, monkeypatch)
    answer = client.get(PAGE)
    assert re.search(r'<image href="https://[abc]\.tiles\.example/[0-9]+/[0-9]+/[0-9]+\.png"', answer.text)
    assert "img-src 'self' data: blob: https://*.tiles.example;" in answer.headers["Content-Security-Policy"]
    assert "© OpenStreetMap contributors" in answer.text
    with_tiles(app, monkeypatch, map_tiles_credit="Badan Informasi Geospasial")
    assert "Badan Informasi Geospasial" in client.get(PAGE).text


@pytest.mark.parametrize("view", [WHOLE, View(600, 200, 220, 139), View(10, 20, 62, 46)], ids=str)
def test_they_cover_the_view_edge_to_edge_with_few(view: View) -> None:
    tiles = tiles_of(view, ADDRESS)
    assert len(tiles) <= (ACROSS * 2 + 1) ** 2
    assert min(tile.x for tile in tiles) <= view.x
    assert max(tile.x + tile.width for tile in tiles) >= view.x + view.width
    assert min(tile.y for tile in tiles) <= view.y
    assert max(tile.y + tile.height for tile in tiles) >= view.y + view.height
    rows = sorted({(tile.y, tile.height) for tile in tiles})
    for (top, height), (below, _height) in pairwise(rows):
        assert top + height == pytest.approx(below, abs=0.02)


def test_a_tile_lies_where_the_land_is_that_it_shows() -> None:
    """Tile 10/814/529 begins at 106.171875° E and 5.965754° S, as everybody counts tiles."""
    tile = {tile.href: tile for tile in tiles_of(WHOLE, "{z}/{x}/{y}")}["10/814/529"]
    assert (tile.x, tile.y) == pytest.approx(project(Place(-5.965754, 106.171875)), abs=0.1)
