"""The map of pickup points, with the list that says the same."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from flask import Response, request

from ovop.db import db
from ovop.discovery.nearest import NearPoint, list_points, nearest_points
from ovop.kernel.geo import Place
from ovop.villages import shapes
from ovop.villages.ground import leads_over_sea
from ovop.web.shop.area import blueprint
from ovop.web.shop.filters import Asked, read_filter
from ovop.web.shop.kept_pages import kept_page

#: Points in the list and on the map, and how many of the nearest the map is made wide enough for.
POINTS, NEARBY = 120, 6
#: Points nearer to each other than this share of the map's width have one marker.
TOGETHER = 1 / 12
#: Half of what a name takes with a marker beside it, as shares of the map's width.
HALF_LABEL = (0.1, 0.04)


@dataclass(frozen=True, slots=True)
class Marker:
    """One or several points that lie too close to be told apart on the map; `place` is in their midst."""

    x: float
    y: float
    place: Place
    points: tuple[NearPoint, ...]


@blueprint.get("/peta", endpoint="map")
def points_map() -> Response:
    """Where orders can be collected: by co-operative, or nearest first from a place."""
    return kept_page("shop/map.html", lambda _stamp: _facts(read_filter(request.args)))


def _facts(asked: Asked) -> dict[str, Hashable]:
    session, wanted = db.session(), asked.wanted
    found: Sequence[tuple[NearPoint, float | None]]
    if wanted.near is not None:
        found = nearest_points(
            session, wanted.near, max_km=wanted.max_km, limit=POINTS, cooperative_id=wanted.cooperative
        )
    else:
        found = [(point, None) for point in list_points(session, wanted.cooperative, limit=POINTS)]
    points = [point for point, _km in found]
    view = _view([point.place for point in points], wanted.near)
    groups = markers(points, view)
    return {
        "asked": asked,
        "found": tuple(found),
        "view": view,
        "markers": tuple(groups),
        "me": shapes.project(wanted.near) if wanted.near and shapes.on_map(wanted.near) else None,
        "is_over_sea": bool(points) and wanted.near is not None and leads_over_sea(wanted.near, points[0].place),
        "credit": shapes.CREDIT,
        "labels": tuple(label for label in shapes.labels(view) if _is_free(label, groups, view)),
        "north_west": shapes.unproject(view.x, view.y),
        "south_east": shapes.unproject(view.x + view.width, view.y + view.height),
    }


def _view(places: Sequence[Place], near: Place | None) -> shapes.View:
    """The whole regency; from a place on, what is near it."""
    if near is None:
        return shapes.view_around(list(places), least=400)
    return shapes.view_around([near, *places[:NEARBY]], least=200)


def _is_free(label: shapes.Label, groups: Sequence[Marker], view: shapes.View) -> bool:
    """Whether no marker would stand on the name."""
    half_width, half_height = view.width * HALF_LABEL[0], view.width * HALF_LABEL[1]
    return not any(abs(at.x - label.x) < half_width and abs(at.y - label.y) < half_height for at in groups)


def markers(points: Sequence[NearPoint], view: shapes.View) -> list[Marker]:
    """Markers for those of `points` in `view`, in their order; what could not be told apart shares one."""
    groups: list[list[NearPoint]] = []
    for point in points:
        here = shapes.project(point.place)
        if not view.holds(*here):
            continue
        for group in groups:
            if math.dist(here, shapes.project(group[0].place)) < view.width * TOGETHER:
                group.append(point)
                break
        else:
            groups.append([point])
    return [_marker(tuple(group)) for group in groups]


def _marker(points: tuple[NearPoint, ...]) -> Marker:
    middle = Place(
        round(sum(point.latitude for point in points) / len(points), 4),
        round(sum(point.longitude for point in points) / len(points), 4),
    )
    return Marker(*shapes.project(middle), middle, points)
