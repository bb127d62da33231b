"""What the catalogue calls groups, orders and advice, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Flask

from ovop.catalogue.queries import Advice
from ovop.catalogue.rules import Category, Form, Group
from ovop.discovery.rows import CatchCard
from ovop.discovery.rules import CatchFilter, Sort, is_nearly_gone
from ovop.kernel import days
from ovop.web.formats import number
from ovop.web.goods import came
from ovop.web.language import gettext as _

_GROUPS: dict[Group, Callable[[], str]] = {
    Group.FISH: lambda: _("Ikan"),
    Group.SHRIMP: lambda: _("Udang"),
    Group.CRAB: lambda: _("Kepiting"),
    Group.SQUID: lambda: _("Cumi dan gurita"),
    Group.SHELLFISH: lambda: _("Kerang"),
    Group.SEAWEED: lambda: _("Rumput laut"),
    Group.OTHER: lambda: _("Hasil laut lain"),
}

_CATEGORIES: dict[Category, Callable[[], str]] = {
    Category.PELAGIC: lambda: _("Ikan permukaan"),
    Category.DEMERSAL: lambda: _("Ikan dasar"),
    Category.BRACKISH: lambda: _("Ikan tambak"),
    Category.FRESHWATER: lambda: _("Ikan air tawar"),
    Category.SHRIMP: lambda: _("Udang"),
    Category.CRAB: lambda: _("Kepiting"),
    Category.LOBSTER: lambda: _("Lobster"),
    Category.SQUID: lambda: _("Cumi dan gurita"),
    Category.SHELLFISH: lambda: _("Kerang"),
    Category.SEA_CUCUMBER: lambda: _("Teripang"),
    Category.SEAWEED: lambda: _("Rumput laut"),
}

_SORTS: dict[Sort, Callable[[], str]] = {
    Sort.NEWEST: lambda: _("Terbaru"),
    Sort.PRICE: lambda: _("Termurah"),
    Sort.DISTANCE: lambda: _("Terdekat"),
}

#: Ways of raising: what comes from them is harvested, whatever the species.
RAISED = ("POND", "LINE", "CAGE")


def group_name(group: Group | Category) -> str:
    """``Udang``, ``Kepiting``, …"""
    return _GROUPS[group]() if isinstance(group, Group) else _CATEGORIES[group]()


def sort_name(sort: Sort) -> str:
    """``Terbaru``, ``Termurah``, ``Terdekat``."""
    return _SORTS[sort]()


def came_as(lot: CatchCard) -> str:
    """``Dipanen``, ``Didaratkan`` or ``Dibuat``: what stands before the time from which a lot's life counts."""
    return _("Dipanen") if lot.gear in RAISED and lot.form != Form.PROCESSED else came(lot.category, lot.form)


def heading_of(wanted: CatchFilter) -> str:
    """What the list is, over it."""
    if wanted.q:
        return _("Hasil untuk “%(words)s”", words=wanted.q)
    if wanted.category is not None:
        return group_name(wanted.category)
    if wanted.sort is Sort.DISTANCE:
        return _("Paling dekat")
    return _("Termurah dulu") if wanted.sort is Sort.PRICE else _("Baru mendarat")


_SIZES: dict[tuple[str, str], Callable[[str], str]] = {
    ("carapace-length", ">"): lambda value: _("panjang kepala di atas %(value)s cm", value=value),
    ("carapace-length", ">="): lambda value: _("panjang kepala paling sedikit %(value)s cm", value=value),
    ("carapace-width", ">"): lambda value: _("lebar cangkang di atas %(value)s cm", value=value),
    ("carapace-width", ">="): lambda value: _("lebar cangkang paling sedikit %(value)s cm", value=value),
    ("weight", ">"): lambda value: _("berat di atas %(value)s g per ekor", value=value),
    ("weight", ">="): lambda value: _("berat paling sedikit %(value)s g per ekor", value=value),
}


_ADVICE: dict[str, Callable[[], str]] = {
    "berried": lambda: _("Yang sedang bertelur sebaiknya dilepas."),
    "gear": lambda: _("Sebaiknya ditangkap dengan alat pasif yang ramah lingkungan."),
}


def advice_by_regulation(advice: Sequence[Advice]) -> dict[str, list[str]]:
    """What is advised, in sentences, by the regulation it is from; sizes come first, in one sentence."""
    said: dict[str, list[str]] = {}
    sizes = [row for row in advice if row.value is not None]
    if sizes:
        parts = [_SIZES[row.measure, row.operator](number(row.value or 0, 1)) for row in sizes]
        word = _("atau") if all(row.is_either for row in sizes) else _("dan")
        said[_regulation(sizes[0])] = [_("Sebaiknya %(sizes)s.", sizes=f" {word} ".join(parts))]
    for row in advice:
        if row.measure in _ADVICE:
            said.setdefault(_regulation(row), []).append(_ADVICE[row.measure]())
    return said


def _regulation(row: Advice) -> str:
    if row.is_in_force:
        return row.regulation
    return _("%(regulation)s, angka terakhir yang diketahui", regulation=row.regulation)


def register(app: Flask) -> None:
    """Templates have these as filters, and the clock as `now`."""
    app.jinja_env.filters.update(
        group_name=group_name,
        sort_name=sort_name,
        came_as=came_as,
        advice_by_regulation=advice_by_regulation,
        is_nearly_gone=is_nearly_gone,
    )
    app.jinja_env.globals["now"] = days.now
