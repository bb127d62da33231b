"""A small map around one pickup point."""

from __future__ import annotations

from dataclasses import dataclass

from ovop.kernel.geo import Place
from ovop.villages import shapes
from ovop.villages.shapes import CREDIT, Label, View

#: Width in map units: what one knows one's way by is on it, a landing and the villages around.
WIDTH = 260


@dataclass(frozen=True, slots=True)
class PointMap:
    """What the map shows; `x`, `y`: the point, in map units."""

    view: View
    x: float
    y: float
    labels: tuple[Label, ...]
    credit: str = CREDIT


def map_around(latitude: float, longitude: float) -> PointMap | None:
    """The map around a point, in degrees; none when it lies off the regency's."""
    place = Place(latitude, longitude)
    if not shapes.on_map(place):
        return None
    view = shapes.view_around([place], least=WIDTH)
    x, y = shapes.project(place)
    return PointMap(view, x, y, tuple(shapes.labels(view)))
