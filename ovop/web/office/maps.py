"""Maps coloured by a figure of the sales: districts of the regency, or villages of a district.

Classes are quantiles of that figure, so each has about as many areas.  Where nobody sells and where nothing was sold
are told apart from each other and from any class: by being land like the neighbours', and by stripes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from ovop.sales.rules import Shown, class_of, classes
from ovop.villages import shapes
from ovop.web.formats import count, kilograms, number, rupiah
from ovop.web.language import gettext as _
from ovop.web.language import ngettext, pgettext

#: Shades from the lightest, and room around what is shown, in map units.
SHADES, MARGIN = 4, 8


@dataclass(frozen=True, slots=True)
class Area:
    """A shape on the map: kind is v1–v4, `zero`, or `none` where nobody sells; words name it with its sales."""

    path: str
    kind: str
    words: str
    address: str | None


@dataclass(frozen=True, slots=True)
class Map:
    """Areas, what their colours mean (class and words, the highest first), and names."""

    view: shapes.View
    areas: tuple[Area, ...]
    legend_title: str
    legend: tuple[tuple[str, str], ...]
    labels: tuple[shapes.Label, ...]
    credit: str = shapes.CREDIT


def district_map(
    sold: Mapping[str, int], names: Mapping[str, str], address: Callable[[str], str], shown: Shown = Shown.REVENUE
) -> Map:
    """The regency by district.  sold: the figure that is shown of each district in which somebody sells."""
    return _map(_regency(), shapes.district_paths(), sold, names, address, shown)


def village_map(
    district: str,
    sold: Mapping[str, int],
    names: Mapping[str, str],
    address: Callable[[str], str],
    shown: Shown = Shown.REVENUE,
) -> Map | None:
    """A district by village; None for no such district."""
    paths = shapes.village_paths(district)
    if not paths:
        return None
    found = _map(shapes.view_of(district, around=0.06, ratio=1.1), paths, sold, names, address, shown)
    own = []
    boxes = dict(shapes.village_boxes())
    for code in sorted(sold, key=lambda code: -sold[code]):
        if code not in boxes:
            continue
        x, y, width, height = boxes[code]
        own.append(shapes.Label(round(x + width / 2), round(y + height / 2), names[code]))
    return replace(found, labels=_apart([*(label for label in found.labels if label.is_sea), *own], found.view))


def _apart(labels: Sequence[shapes.Label], view: shapes.View) -> tuple[shapes.Label, ...]:
    """Those of `labels` that can be read: what would lie over an earlier one is left out, the area itself has it."""
    letter = view.width / 60
    kept: list[shapes.Label] = []
    for label in labels:
        if all(
            abs(label.y - other.y) > 2 * letter
            or abs(label.x - other.x) > letter * (len(label.name) + len(other.name)) / 2
            for other in kept
        ):
            kept.append(label)
    return tuple(kept)


def _map(
    view: shapes.View,
    paths: Mapping[str, str],
    sold: Mapping[str, int],
    names: Mapping[str, str],
    address: Callable[[str], str],
    shown: Shown,
) -> Map:
    bounds = classes(sold.values())
    areas = [
        Area(
            path,
            _kind(sold[code], bounds),
            f"{names.get(code, code)}: {figure_words(shown, sold[code])}",
            address(code),
        )
        if code in sold
        else Area(path, "none", "", None)
        for code, path in paths.items()
    ]
    areas.sort(key=lambda area: area.kind != "none")  # what can be followed lies above
    title, legend = _legend(bounds, sold, shown)
    known = {names.get(code) for code in sold}
    labels = tuple(label for label in shapes.labels(view) if label.is_sea or label.name in known)
    return Map(view, tuple(areas), title, legend, labels)


def _kind(value: int, bounds: Sequence[int]) -> str:
    return f"v{_shade(class_of(value, bounds), bounds)}" if value > 0 else "zero"


def _shade(number: int, bounds: Sequence[int]) -> int:
    """The shade of a class: few classes are spread over all shades, so that the highest is always the darkest."""
    return SHADES - (len(bounds) + 1 - number) * SHADES // (len(bounds) + 1)


@cache
def _regency() -> shapes.View:
    """The part of the map that the regency fills."""
    boxes = [box for _code, box in shapes.village_boxes()]
    west, north = min(box[0] for box in boxes) - MARGIN, min(box[1] for box in boxes) - MARGIN
    east, south = max(box[0] + box[2] for box in boxes) + MARGIN, max(box[1] + box[3] for box in boxes) + MARGIN
    return shapes.View(round(west), round(north), round(east - west), round(south - north))


def figure_words(shown: Shown, value: int) -> str:
    """A value of the figure with its unit: ``Rp 45.000``, ``1,5 kg``, ``3 pesanan``."""
    match shown:
        case Shown.REVENUE:
            return rupiah(value)
        case Shown.GRAMS:
            return f"{kilograms(value, 1)} kg"
        case Shown.ORDERS:
            return ngettext("%(amount)s pesanan", "%(amount)s pesanan", value, amount=count(value))
        case Shown.BUYERS:
            return ngettext("%(amount)s pembeli", "%(amount)s pembeli", value, amount=count(value))


def _unit(shown: Shown, top: int) -> tuple[int, str]:
    """By what the legend divides, and what that is called."""
    match shown:
        case Shown.REVENUE:
            return (10**6, _("Juta rupiah:")) if top >= 10**6 else (1000, _("Ribu rupiah:"))
        case Shown.GRAMS:
            return 1000, _("Kilogram:")
        case Shown.ORDERS:
            return 1, _("Pesanan:")
        case Shown.BUYERS:
            return 1, pgettext("jumlah", "Pembeli:")


def _legend(bounds: Sequence[int], sold: Mapping[str, int], shown: Shown) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What unit the numbers are in, and the classes with those colours that the map has."""
    unit, title = _unit(shown, bounds[-1] if bounds else 0)
    ends = [number(bound / unit, 1) for bound in bounds]
    rows = []
    if any(sold.values()):
        for place in range(len(bounds), -1, -1):
            if not bounds:
                words = _("ada penjualan")
            elif place == len(bounds):
                words = _("%(amount)s ke atas", amount=ends[-1])
            else:
                words = f"{ends[place - 1]}–{ends[place]}" if place else _("di bawah %(amount)s", amount=ends[0])
            rows.append((f"v{_shade(place + 1, bounds)}", words))
    if not all(sold.values()):
        rows.append(("zero", _("tidak ada yang ditimbang") if shown is Shown.GRAMS else _("belum ada penjualan")))
    rows.append(("none", _("belum ikut")))
    return title if bounds else "", tuple(rows)
