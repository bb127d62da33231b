"""The regency's map: where a place lies on it, and the outline of each area.

Map units: one is about 84 m; the whole map is WIDTH × HEIGHT, north up, equirectangular about 6° south.
Outlines are SVG path data, drawn once by `cartography` from the shipped boundaries.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ovop.kernel.geo import Place
from ovop.villages.files import read

WIDTH, HEIGHT = 1000, 760
#: Credit that stands with every map.  Source: data/LICENCES.md.
CREDIT = "Batas wilayah: cahyadsn/wilayah_boundaries (MIT)"

_WEST, _NORTH = 105.70, -5.775
_PER_DEGREE_EAST, _PER_DEGREE_SOUTH = 1312.6, 1320.0


@dataclass(frozen=True, slots=True)
class View:
    """A part of the map, in map units."""

    x: float
    y: float
    width: float
    height: float

    def __str__(self) -> str:
        """As an SVG viewBox."""
        return f"{self.x:g} {self.y:g} {self.width:g} {self.height:g}"

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies in it."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height


WHOLE = View(0, 0, WIDTH, HEIGHT)


def to_x(longitude: float) -> float:
    """Map units from the west edge."""
    return (longitude - _WEST) * _PER_DEGREE_EAST


def to_y(latitude: float) -> float:
    """Map units from the north edge."""
    return (_NORTH - latitude) * _PER_DEGREE_SOUTH


def project(place: Place) -> tuple[float, float]:
    """Where `place` lies on the map, to a tenth of a unit; outside the map for places beyond it."""
    return round(to_x(place.longitude), 1), round(to_y(place.latitude), 1)


def unproject(x: float, y: float) -> Place:
    """The place at a point of the map."""
    return Place(round(_NORTH - y / _PER_DEGREE_SOUTH, 6), round(_WEST + x / _PER_DEGREE_EAST, 6))


def on_map(place: Place) -> bool:
    """Whether the map shows it."""
    return WHOLE.holds(*project(place))


def base_paths() -> tuple[list[str], list[str]]:
    """Outlines of neighbouring provinces and of Banten's regencies, to be drawn first, in this order."""
    drawn = _drawn()
    return drawn["neighbours"], drawn["regencies"]


def district_paths() -> dict[str, str]:
    """Outline of each district by code, for maps of the whole regency."""
    paths: dict[str, str] = _drawn()["districts"]
    return paths


def village_paths(district_code: str) -> dict[str, str]:
    """Outline of each village of a district by code; empty for no such district."""
    return {code: path for code, path in _drawn()["villages"].items() if code.startswith(f"{district_code}.")}


def village_path(code: str) -> str:
    """Outline of one village.  Raises: KeyError for no such code."""
    path: str = _drawn()["villages"][code]
    return path


def village_boxes() -> list[tuple[str, tuple[float, float, float, float]]]:
    """Each village's code with the box about it: x, y, width, height in map units."""
    drawn = _drawn()
    return [(code, tuple(drawn["boxes"][code])) for code in drawn["villages"]]


def view_of(code: str, *, around: float = 0.35, least: float = 120, ratio: float = 1.58) -> View:
    """The part of the map that shows a village or district with some of what lies around it.

    around: room on each side, as a share of its size.  least: narrowest width.  ratio: width to height.
    Raises: KeyError for no such code.
    """
    x, y, width, height = _drawn()["boxes"][code]
    wide = max(width * (1 + 2 * around), height * (1 + 2 * around) * ratio, least)
    return _centred(x + width / 2, y + height / 2, wide, ratio)


def view_around(places: list[Place], *, least: float = 160, ratio: float = 1.58) -> View:
    """The smallest part of the map that shows all `places` with a margin; the whole map for none."""
    points = [project(place) for place in places if on_map(place)]
    if not points:
        return WHOLE
    xs, ys = [x for x, _ in points], [y for _, y in points]
    wide = max((max(xs) - min(xs)) * 1.3, (max(ys) - min(ys)) * 1.3 * ratio, least)
    if wide > WIDTH:
        return WHOLE
    return _centred((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, wide, ratio)


@dataclass(frozen=True, slots=True)
class Label:
    """A name on the map, centred on its point, in map units."""

    x: float
    y: float
    name: str
    is_sea: bool = False


_SEAS = (
    Label(860, 130, "Laut Jawa", True),
    Label(622, 302, "Teluk Banten", True),
    Label(110, 330, "Selat Sunda", True),
)
#: On maps wider than this only the districts by the sea are named.
_WIDE = 500


@lru_cache(maxsize=512)
def labels(view: View) -> tuple[Label, ...]:
    """Names that help to find one's way on this part of the map: of waters, and of districts."""
    is_wide = view.width > _WIDE
    districts = [
        Label(round(to_x(float(row["label_lng"])), 1), round(to_y(float(row["label_lat"])), 1), row["district"])
        for row in read("districts.csv")
        if row["touches_sea"] == "1" or not is_wide
    ]
    within = View(view.x + view.width / 12, view.y + view.height / 20, view.width * 5 / 6, view.height * 9 / 10)
    return tuple(label for label in (*_SEAS, *districts) if within.holds(label.x, label.y))


def base_map() -> str:
    """The base map as an SVG document with two parts that pages refer to: ``#land`` and ``#own``.

    Its shapes have no colour of their own: they take the one of the element that refers to them.
    """
    neighbours, regencies = base_paths()
    land = "".join(f'<path d="{path}"/>' for path in (*neighbours, *regencies))
    own = "".join(f'<path d="{path}" vector-effect="non-scaling-stroke"/>' for path in district_paths().values())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{WHOLE}"><!-- {CREDIT} -->\n'
        f'<defs><g id="land">{land}</g>\n<g id="own">{own}</g></defs>\n</svg>\n'
    )


def _centred(x: float, y: float, width: float, ratio: float) -> View:
    """A view of that width about a point, moved so as not to leave the map where it need not."""
    height = width / ratio
    left = min(max(x - width / 2, 0), max(WIDTH - width, 0))
    top = min(max(y - height / 2, 0), max(HEIGHT - height, 0))
    return View(round(left), round(top), round(width), round(height))


@lru_cache(maxsize=1)
def _drawn() -> dict[str, Any]:
    path = Path(__file__).parent / "data" / "map.json"
    drawn: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return drawn
