"""A map to tap on: one picture, the same with and without a script, that comes nearer with every tap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, request
from markupsafe import escape

from ovop.kernel.errors import Invalid
from ovop.kernel.geo import Place
from ovop.kernel.geo import place as read_place
from ovop.villages.shapes import (
    CREDIT,
    HEIGHT,
    WIDTH,
    View,
    base_paths,
    on_map,
    project,
    unproject,
    village_boxes,
    village_path,
)

#: Widths of a view in map units (84 m), from the whole regency to a few villages, and what a tap leads to.
LEVELS = (WIDTH, 250.0, 62.0)
_RATIO = 4 / 3
#: Sizes in pixels at which the map is shown on phones and on wide screens: a tap comes as a place in that picture.
MAPS = {"map": (288, 216), "map_wide": (520, 390)}
#: Colours of the light scheme: a picture on its own knows nothing of the page around it.
_SEA, _LAND, _OWN, _LINE, _PIN = "#DCECEE", "#DBE4DE", "#FFFFFF", "#B4C7C6", "#D9481C"


@dataclass(frozen=True, slots=True)
class Chart:
    """What the map shows: a place in its middle (none yet: the whole regency), and how near it is seen."""

    place: Place | None
    level: int

    @property
    def view(self) -> View:
        """The part of the map."""
        width = LEVELS[self.level if self.place else 0]
        height = width / _RATIO
        x, y = project(self.place) if self.place else (WIDTH / 2, HEIGHT / 2)
        left = min(max(x - width / 2, 0), WIDTH - width)
        top = min(max(y - height / 2, 0), HEIGHT - height)
        return View(round(left, 1), round(top, 1), width, round(height, 2))

    def tapped(self, across: float, down: float) -> Chart:
        """The chart after a tap, `across` and `down` as shares of its width and height: nearer, about that place."""
        view = self.view
        place = unproject(view.x + across * view.width, view.y + down * view.height)
        return Chart(place, min(self.level + 1, len(LEVELS) - 1))

    def farther(self) -> Chart:
        """The same place seen from one step farther."""
        return Chart(self.place, max(self.level - 1, 0))


def sent_chart(typed: Mapping[str, str]) -> Chart:
    """Where the map of a form is after what was just done to it: a tap, a place found, a step back."""
    try:
        where: Place | None = read_place(typed.get("latitude", ""), typed.get("longitude", ""))
    except Invalid:
        where = None
    level = request.form.get("level", 0, type=int)
    chart = Chart(where if where and on_map(where) else None, max(0, min(level, len(LEVELS) - 1)))
    for name, (width, height) in MAPS.items():
        across, down = request.form.get(f"{name}.x", type=int), request.form.get(f"{name}.y", type=int)
        if across and down:  # a key instead of a tap sends the very corner
            return chart.tapped(max(0, min(across, width)) / width, max(0, min(down, height)) / height)
    if "farther" in typed:
        return chart.farther()
    if "use" in typed:
        latitude, _comma, longitude = typed["use"].partition(",")
        try:
            return Chart(read_place(latitude, longitude), len(LEVELS) - 1)
        except Invalid:
            return chart
    return chart


def is_about_the_map() -> bool:
    """Whether a form was sent for its map rather than to be saved: a tap, a search, a place found, a step back."""
    return any(f"{name}.x" in request.form for name in MAPS) or any(
        name in request.form for name in ("find", "use", "farther")
    )


def answer_chart() -> Response:
    """A part of the map as a picture; ``view`` is four numbers in map units, ``pin`` two."""
    try:
        view = View(*_numbers("view", 4))
        pin = tuple(_numbers("pin", 2)) if request.args.get("pin") else None
    except ValueError:
        return Response(status=400)
    response = Response(draw(view, pin), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


def draw(view: View, pin: tuple[float, ...] | None) -> str:
    """An SVG document of that part of the map, with a pin at a point of it."""
    neighbours, regencies = base_paths()
    unit = view.width / 288
    shown = [village_path(code) for code, box in village_boxes() if _meets(view, box)]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" width="{view.width:g}" height="{view.height:g}">',
        f"<!-- {escape(CREDIT)} -->",
        f'<path fill="{_SEA}" d="M{view.x:g} {view.y:g}h{view.width:g}v{view.height:g}h-{view.width:g}z"/>',
        f'<path fill="{_LAND}" d="{"".join((*neighbours, *regencies))}"/>',
        f'<path fill="{_OWN}" stroke="{_LINE}" stroke-width="{unit:.3g}" d="{"".join(shown)}"/>',
    ]
    if pin is not None:
        x, y = pin
        parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="{unit * 16:.3g}" fill="{_PIN}" fill-opacity=".18"/>')
        edge = f'stroke="#FFF" stroke-width="{unit * 3:.3g}"'
        parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="{unit * 7:.3g}" fill="{_PIN}" {edge}/>')
    return "\n".join([*parts, "</svg>"])


def _numbers(name: str, count: int) -> list[float]:
    """The numbers of a query, in range of the map.  Raises: ValueError."""
    found = [float(part) for part in request.args.get(name, "").split(",")]
    if len(found) != count or not all(-2 * WIDTH <= number <= 2 * WIDTH for number in found):
        raise ValueError(name)
    if count == 4 and (found[2] <= 0 or found[3] <= 0):
        raise ValueError(name)
    return found


def _meets(view: View, box: tuple[float, float, float, float]) -> bool:
    x, y, width, height = box
    return x < view.x + view.width and view.x < x + width and y < view.y + view.height and view.y < y + height
