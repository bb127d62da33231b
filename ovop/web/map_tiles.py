"""Tiles of a map server on the market's own map, where one is set: pictures placed like the land they show."""

from __future__ import annotations

import math
from dataclasses import dataclass

from flask import Flask, current_app

from ovop.villages.shapes import View, to_x, to_y, unproject

#: No view is wider than this many tiles, and no server is asked for more detail.
ACROSS, CLOSEST = 3, 17


@dataclass(frozen=True, slots=True)
class Tile:
    """A picture and where it lies, in map units."""

    href: str
    x: float
    y: float
    width: float
    height: float


def tiles_of(view: View, address: str) -> tuple[Tile, ...]:
    """The tiles that cover `view`, from a server with Web Mercator tiles.  address: with ``{z}``, ``{x}``, ``{y}``.

    Between the edges of a tile the two projections are the same to a hundredth of a pixel, so near the equator.
    """
    zoom = min(CLOSEST, math.floor(math.log2(360 * (to_x(1) - to_x(0)) * ACROSS / view.width)))
    size = 2**zoom
    north_west, south_east = unproject(view.x, view.y), unproject(view.x + view.width, view.y + view.height)
    columns = range(_column(north_west.longitude, size), _column(south_east.longitude, size) + 1)
    rows = range(_row(north_west.latitude, size), _row(south_east.latitude, size) + 1)
    return tuple(_tile(address, zoom, column, row) for row in rows for column in columns)


def _tile(address: str, zoom: int, column: int, row: int) -> Tile:
    west, east = (to_x(each / 2**zoom * 360 - 180) for each in (column, column + 1))
    north, south = (to_y(_latitude(each, 2**zoom)) for each in (row, row + 1))
    href = address.replace("{z}", str(zoom)).replace("{x}", str(column)).replace("{y}", str(row))
    return Tile(
        href.replace("{s}", "abc"[(column + row) % 3]),
        round(west, 2),
        round(north, 2),
        round(east - west, 2),
        round(south - north, 2),
    )


def _column(longitude: float, size: int) -> int:
    return math.floor((longitude + 180) / 360 * size)


def _row(latitude: float, size: int) -> int:
    return math.floor((1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * size)


def _latitude(row: int, size: int) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / size))))


def map_tiles(view: View | None) -> tuple[Tile, ...]:
    """The tiles of that part of the map; none without a server."""
    address = current_app.config["OVOP"].map_tiles_url
    return tiles_of(view, address) if address and view is not None else ()


def map_tiles_credit() -> str | None:
    """Whose tiles they are; None without any."""
    settings = current_app.config["OVOP"]
    return settings.map_tiles_credit if settings.map_tiles_url else None


def register(app: Flask) -> None:
    """Templates can place tiles and say whose they are."""
    app.jinja_env.globals.update(map_tiles=map_tiles, map_tiles_credit=map_tiles_credit)
