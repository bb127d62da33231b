"""A co-operative's products as the selling page knows them: pictures to tap, filled in as last time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from ovop.catalogue.queries import ProductRow, list_products
from ovop.catalogue.rules import Category, Form, freshness
from ovop.kernel.quantity import Measure, Unit
from ovop.stock.habits import Habit, PriceRange, habits, price_ranges
from ovop.stock.queries import photos_of
from ovop.web.drawings import drawing_of
from ovop.web.formats import NBSP, per_unit, rupiah, unit_name
from ovop.web.goods import came_when
from ovop.web.photos import Picture, picture_of
from ovop.web.times import day

#: More products than this no thumb scrolls through; the rest are found by their names.
MOST_TILES = 60


@dataclass(frozen=True, slots=True)
class Tile:
    """A product to tap, with the words and values that the form takes over from it."""

    id: int
    name: str
    measure: Measure
    unit: Unit
    drawing: str
    image: Picture | None
    keeps_hours: int
    usual_quantity: int | None
    usual_price: int | None
    words: dict[str, str] = field(default_factory=dict)

    @property
    def keeps(self) -> timedelta:
        """How long after landing it is best, as proposed."""
        return timedelta(hours=self.keeps_hours)

    def as_plain(self) -> dict[str, object]:
        """What the page's script needs of it."""
        return {**self.words, "name": self.name, "measure": self.measure, "hours": self.keeps_hours}


def tiles_of(session: Session, cooperative_id: int, now: datetime) -> list[Tile]:
    """A co-operative's active products, last sold first, those never sold by name.  Five queries."""
    products, _total = list_products(session, cooperative_id, per_page=MOST_TILES)
    known = habits(session, cooperative_id)
    asked = price_ranges(session, cooperative_id, now)
    photos = photos_of(session, [habit.last_catch for habit in known.values()])

    def image(habit: Habit | None) -> Picture | None:
        shown = photos.get(habit.last_catch, ()) if habit else ()
        return picture_of(shown[0]) if shown else None

    def lately(product: ProductRow) -> tuple[float, str]:
        habit = known.get(product.id)
        return (-habit.last_listed_at.timestamp() if habit else 0.0, product.name)

    return [
        _tile(product, known.get(product.id), asked.get(product.id), image(known.get(product.id)))
        for product in sorted(products, key=lately)
    ]


def _tile(product: ProductRow, habit: Habit | None, asked: PriceRange | None, image: Picture | None) -> Tile:
    keeps = freshness(Category(product.category), Form(product.form))
    return Tile(
        id=product.id,
        name=product.name,
        measure=Measure(product.measure),
        unit=Unit(product.unit),
        drawing=drawing_of(product.category, product.form, product.name, product.species_name_id),
        image=image,
        keeps_hours=int(keeps.total_seconds()) // 3600,
        usual_quantity=habit.usual_quantity if habit else None,
        usual_price=habit.usual_price if habit else asked.most if asked else None,
        words={
            "how_many": _how_many(product),
            "unit": unit_name(product.unit),
            "per_unit": per_unit(product.unit),
            "how_much": _how_much(product),
            "price": rupiah(habit.last_price).replace(NBSP, " ") if habit else "",
            "price_hint": _price_hint(habit, asked),
            "when": came_when(product.category, product.form),
            "keeps": ngettext("%(num)s hari", "%(num)s hari", keeps.days),
            "gear": (habit.gear if habit else None) or "",
            "fishing_area": (habit.fishing_area if habit else None) or "",
            "grade": (habit.grade if habit else None) or "",
        },
    )


def _how_many(product: ProductRow) -> str:
    if product.measure == Measure.WEIGHT:
        return _("Berapa kilo?")
    return _("Berapa bungkus?") if product.unit == Unit.PACK else _("Berapa buah?")


def _how_much(product: ProductRow) -> str:
    if product.measure == Measure.WEIGHT:
        return _("Harga per kilo")
    return _("Harga per bungkus") if product.unit == Unit.PACK else _("Harga per buah")


def _price_hint(habit: Habit | None, asked: PriceRange | None) -> str:
    """Where the price comes from, and what the market asks this week."""
    parts = []
    if habit:
        parts.append(_("Sama seperti %(day)s.", day=day(habit.last_listed_at)))
    if asked and asked.least == asked.most:
        parts.append(_("Minggu ini di pasar: %(price)s.", price=rupiah(asked.least)))
    elif asked:
        least, most = rupiah(asked.least), rupiah(asked.most)
        parts.append(_("Minggu ini di pasar: %(least)s sampai %(most)s.", least=least, most=most))
    return " ".join(parts) or _("Belum pernah dijual di pasar ini.")
