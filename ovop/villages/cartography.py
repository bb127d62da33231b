"""Draws the regency's map once from the shipped boundaries: ``python -m ovop.villages.cartography``.

Writes ``data/map.json`` (one SVG path for each area) and ``static/map.svg`` (the base map that pages refer to).
Neighbouring areas share their edges point for point.  An edge is simplified once for both, so no gap opens between
them.  Simplification: Visvalingam and Whyatt 1993, the point with the smallest triangle goes first.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise
from pathlib import Path
from typing import Any

from ovop.villages.shapes import HEIGHT, WIDTH, base_map, to_x, to_y

DATA = Path(__file__).parent / "data"
STATIC = Path(__file__).resolve().parents[2] / "static"

Point = tuple[float, float]
Ring = list[Point]

#: Smallest triangle kept, in map units² (one unit is about 84 m): for maps of the regency, and of one district.
COARSE, FINE = 3.0, 0.06
#: Islands and slivers smaller than this are left off the regency's map.
SMALLEST = 1.5
#: How far beyond the map's edge neighbouring land is drawn.
MARGIN = 60


def draw() -> dict[str, Any]:
    """Paths of neighbouring land, regencies, districts, villages; boxes ``[x, y, width, height]`` of the last two."""
    villages = dict(_features("villages.geojson", "code"))
    land = [
        (kind, [ring for ring in rings if _size(ring) > SMALLEST])
        for kind, rings in _features("banten_coast.geojson", "kind")
        if kind != "coastline"
    ]
    fine = _simplified(villages, FINE)
    districts = _simplified(_merged(villages), COARSE)
    return {
        "neighbours": [_path(rings, 0) for kind, rings in land if kind == "neighbour" and rings],
        "regencies": [_path(rings, 0) for kind, rings in land if kind == "regency" and rings],
        "districts": {code: _path([r for r in rings if _size(r) > SMALLEST], 0) for code, rings in districts.items()},
        "villages": {code: _path(rings, 1) for code, rings in fine.items()},
        "boxes": {code: _box(rings) for code, rings in sorted((fine | _merged(villages)).items())},
    }


def _features(name: str, key: str) -> Iterator[tuple[str, list[Ring]]]:
    """Key and rings of each feature in map units, land far outside the map cut off."""
    for feature in json.loads((DATA / name).read_text(encoding="utf-8"))["features"]:
        geometry = feature["geometry"]
        if geometry["type"] == "MultiLineString":
            continue
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        rings = [[(to_x(lng), to_y(lat)) for lng, lat in ring] for polygon in polygons for ring in polygon]
        cut = [_cut(ring) for ring in rings]
        yield feature["properties"][key], [ring for ring in cut if len(ring) > 3]


def _cut(ring: Ring) -> Ring:
    """The part of a ring within the map and its margin (Sutherland and Hodgman 1974); whole rings stay as they are."""
    for axis, limit, sign in ((0, -MARGIN, 1), (0, WIDTH + MARGIN, -1), (1, -MARGIN, 1), (1, HEIGHT + MARGIN, -1)):
        if all(sign * point[axis] >= sign * limit for point in ring):
            continue
        kept: Ring = []
        for before, point in zip(ring, ring[1:] + ring[:1], strict=True):
            if (sign * before[axis] >= sign * limit) != (sign * point[axis] >= sign * limit):
                share = (limit - before[axis]) / (point[axis] - before[axis])
                kept.append((before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1])))
            if sign * point[axis] >= sign * limit:
                kept.append(point)
        ring = [*kept, kept[0]] if kept else []
    return ring


def _merged(villages: dict[str, list[Ring]]) -> dict[str, list[Ring]]:
    """Districts: the edges of their villages that no other village of the district has, joined to rings."""
    edges: dict[str, list[tuple[Point, Point]]] = defaultdict(list)
    for code, rings in villages.items():
        edges[code[:8]] += [edge for ring in rings for edge in pairwise(ring)]
    return {district: _joined(own) for district, own in sorted(edges.items())}


def _joined(edges: list[tuple[Point, Point]]) -> list[Ring]:
    known = set(edges)
    following: dict[Point, list[Point]] = defaultdict(list)
    for start, end in edges:
        if (end, start) not in known:
            following[start].append(end)
    rings = []
    while following:
        start = next(iter(following))
        ring = [start]
        while ring[-1] != start or len(ring) == 1:
            ends = following[ring[-1]]
            ring.append(ends.pop())
            if not ends:
                del following[ring[-2]]
        rings.append(ring)
    return rings


def _simplified(areas: dict[str, list[Ring]], smallest: float) -> dict[str, list[Ring]]:
    """The areas with fewer points; an edge between two areas loses the same points in both."""
    corners = _corners(areas)
    known: dict[tuple[Point, ...], list[Point]] = {}

    def edge(points: Sequence[Point]) -> list[Point]:
        forward = tuple(points)
        key = min(forward, forward[::-1])
        if key not in known:
            known[key] = _thinned(list(key), smallest)
        return known[key] if key == forward else known[key][::-1]

    return {
        code: [ring for ring in ([*_whole(map(edge, _edges(ring, corners)))] for ring in rings) if len(ring) > 3]
        for code, rings in areas.items()
    }


def _corners(areas: dict[str, list[Ring]]) -> set[Point]:
    """Points where edges begin: where three areas, or two and the sea, meet."""
    neighbours: dict[Point, set[Point]] = defaultdict(set)
    owners: Counter[tuple[Point, Point]] = Counter()
    for rings in areas.values():
        for ring in rings:
            for start, end in pairwise(ring):
                neighbours[start].add(end)
                neighbours[end].add(start)
                owners[min((start, end), (end, start))] += 1
    return {
        point
        for point, around in neighbours.items()
        if len(around) > 2 or len({owners[min((point, other), (other, point))] for other in around}) > 1
    }


def _edges(ring: Ring, corners: set[Point]) -> Iterator[Sequence[Point]]:
    """A ring cut at its corners; one without any is a single edge that begins at its least point."""
    loop = ring[:-1]
    first = next((index for index, point in enumerate(loop) if point in corners), None)
    if first is None:
        first = loop.index(min(loop))
    turned = loop[first:] + loop[: first + 1]
    edge = [turned[0]]
    for point in turned[1:]:
        edge.append(point)
        if point in corners:
            yield edge
            edge = [point]
    if len(edge) > 1:
        yield edge


def _whole(edges: Iterable[list[Point]]) -> Ring:
    ring: Ring = []
    for edge in edges:
        ring += edge[1:] if ring else edge
    return ring


def _thinned(points: list[Point], smallest: float) -> list[Point]:
    """`points` without those whose triangle with their neighbours is smaller than `smallest`; the ends stay."""
    before = {index: index - 1 for index in range(1, len(points))}
    after = {index: index + 1 for index in range(len(points) - 1)}
    gone: set[int] = set()

    def size(index: int) -> float:
        return _triangle(points[before[index]], points[index], points[after[index]])

    latest = {index: size(index) for index in range(1, len(points) - 1)}
    queue = [(area, index) for index, area in latest.items()]
    heapify(queue)
    fewest = 4 if points[0] == points[-1] else 2
    while queue and len(points) - len(gone) > fewest:
        area, index = heappop(queue)
        if area >= smallest:
            break
        if index in gone or area != latest[index]:
            continue
        gone.add(index)
        after[before[index]], before[after[index]] = after[index], before[index]
        for neighbour in (before[index], after[index]):
            if neighbour in latest and neighbour not in gone:
                latest[neighbour] = max(area, size(neighbour))
                heappush(queue, (latest[neighbour], neighbour))
    return [point for index, point in enumerate(points) if index not in gone]


def _triangle(a: Point, b: Point, c: Point) -> float:
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2


def _size(ring: Ring) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))) / 2


def _box(rings: list[Ring]) -> list[float]:
    xs, ys = zip(*(point for ring in rings for point in ring), strict=True)
    return [round(value, 1) for value in (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))]


def _path(rings: list[Ring], decimals: int) -> str:
    """Relative SVG path data, rounded on the grid and not step by step, so that neighbours still meet."""
    scale: int = 10**decimals
    parts = []
    for ring in rings:
        grid = [(round(x * scale), round(y * scale)) for x, y in ring]
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(grid)]
        line = " ".join(f"{dx / scale:g} {dy / scale:g}" for dx, dy in steps[:-1] if dx or dy)
        if line:
            parts.append(f"M{grid[0][0] / scale:g} {grid[0][1] / scale:g}l{line}z")
    return re.sub(r"(?<![0-9])0\.", ".", "".join(parts)).replace(" -", "-")


def main() -> None:
    """The files are what the shipped boundaries give."""
    (DATA / "map.json").write_text(json.dumps(draw(), indent=0) + "\n", encoding="utf-8")
    (STATIC / "map.svg").write_text(base_map(), encoding="utf-8")


if __name__ == "__main__":
    main()
