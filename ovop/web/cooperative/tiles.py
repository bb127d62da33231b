"""A co-operative's products as the selling page knows them: pictures to tap, filled in as last time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from ovop.catalogue.price_breaks import PriceBreak
from ovop.catalogue.queries import ProductRow, list_products
from ovop.catalogue.rules import HANDLINGS, Category, Form, Handling, freshness
from ovop.kernel.days import day_of
from ovop.kernel.errors import Invalid
from ovop.kernel.money import parse_rupiah
from ovop.kernel.quantity import Measure, Unit
from ovop.sales.prices import median_prices
from ovop.stock.break_prices import BreakPrice, break_prices
from ovop.stock.habits import Habit, PriceRange, habits, price_ranges
from ovop.stock.queries import photos_of
from ovop.web.cooperative.steps import price_step
from ovop.web.drawings import drawing_of
from ovop.web.formats import NBSP, per_unit, rupiah, unit_name
from ovop.web.goods import came_when, handling_name
from ovop.web.photos import Picture, picture_of
from ovop.web.times import day

#: How far back prices that were paid count.
MONTH = timedelta(days=30)
#: More products than this no thumb scrolls through; the rest are found by their names.
MOST_TILES = 60


@dataclass(frozen=True, slots=True)
class Market:
    """What the market says of goods like a product, rupiah per unit: what was paid for them, what is asked."""

    median: int | None
    asked: PriceRange | None

    @property
    def usual(self) -> int | None:
        """A price to hold a first one against."""
        return self.median or (self.asked.most if self.asked else None)


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
    last_price: int | None
    usual_quantity: int | None
    usual_price: int | None
    grades: tuple[str, ...]
    #: Ways to keep it, the usual one first, with how many hours it is best.
    handlings: tuple[tuple[Handling, int], ...] = ()
    price_breaks: tuple[PriceBreak, ...] = ()
    words: dict[str, str] = field(default_factory=dict)

    def breaks_at(self, price: str, paid: str) -> tuple[BreakPrice, ...]:
        """What who orders much would pay at the price that was typed; nothing while that cannot be read.

        paid: what was typed of the fishers' price, if anything.
        """
        try:
            return break_prices(self.price_breaks, parse_rupiah(price), paid=parse_rupiah(paid) if paid else None)
        except Invalid:
            return ()

    @property
    def keeps(self) -> timedelta:
        """How long after landing it is best, as proposed."""
        return timedelta(hours=self.keeps_hours)

    def keeps_as(self, handling: Handling | None) -> timedelta:
        """The same when it is kept so; as usual where it cannot be."""
        return timedelta(hours=dict(self.handlings).get(handling, self.keeps_hours) if handling else self.keeps_hours)

    @property
    def step(self) -> int:
        """By how much a tap makes the quantity larger, grams or pieces: more for what is sold by the basket."""
        one = 1000 if self.measure is Measure.WEIGHT else 1
        return 5 * one if (self.usual_quantity or 0) >= 20 * one else one

    @property
    def price_step(self) -> int:
        """By how much a tap makes the price larger, rupiah."""
        return price_step(self.last_price or self.usual_price or 0)

    def as_plain(self) -> dict[str, object]:
        """What the page's script needs of it."""
        return {
            **self.words,
            "name": self.name,
            "measure": self.measure,
            "hours": self.keeps_hours,
            "step": self.step,
            "price_step": self.price_step,
            "usual": self.usual_quantity,
            "grades": self.grades,
            "breaks": [(each.quantity, each.percent) for each in self.price_breaks],
            "handlings": [(each, handling_name(each), hours) for each, hours in self.handlings],
        }


def tiles_of(session: Session, cooperative_id: int, now: datetime) -> list[Tile]:
    """A co-operative's active products, last sold first, those never sold by name.  Six queries."""
    products, _total = list_products(session, cooperative_id, per_page=MOST_TILES)
    known = habits(session, cooperative_id)
    asked = price_ranges(session, cooperative_id, now)
    today = day_of(now)
    medians = median_prices(session, {row.species_code for row in products}, today - MONTH, today)
    photos = photos_of(session, [habit.last_catch for habit in known.values()])

    def image(product: ProductRow) -> Picture | None:
        habit = known.get(product.id)
        of_lot = photos.get(habit.last_catch, ()) if habit else ()
        shown = next(iter(of_lot), product.photo)
        return picture_of(shown) if shown else None

    def lately(product: ProductRow) -> tuple[float, str]:
        habit = known.get(product.id)
        return (-habit.last_listed_at.timestamp() if habit else 0.0, product.name)

    return [
        _tile(
            product,
            known.get(product.id),
            Market(
                medians.get((product.species_code, product.form)) if product.unit == Unit.KG else None,
                asked.get(product.id),
            ),
            image(product),
        )
        for product in sorted(products, key=lately)
    ]


def _tile(product: ProductRow, habit: Habit | None, market: Market, image: Picture | None) -> Tile:
    category, form = Category(product.category), Form(product.form)
    keeps = freshness(category, form)
    return Tile(
        id=product.id,
        name=product.name,
        measure=Measure(product.measure),
        unit=Unit(product.unit),
        drawing=drawing_of(product.category, product.form, product.name, product.species_name_id),
        image=image,
        keeps_hours=int(keeps.total_seconds()) // 3600,
        last_price=habit.last_price if habit else None,
        usual_quantity=habit.usual_quantity if habit else None,
        usual_price=habit.usual_price if habit else market.usual,
        grades=product.label.grades,
        handlings=tuple(
            (each, int(freshness(category, form, each).total_seconds()) // 3600) for each in HANDLINGS[form]
        ),
        price_breaks=product.price_breaks,
        words={
            "how_many": _how_many(product),
            "unit": unit_name(product.unit),
            "per_unit": per_unit(product.unit),
            "how_much": _how_much(product),
            "price": rupiah(habit.last_price).replace(NBSP, " ") if habit else "",
            "price_hint": _price_hint(habit, market),
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


def _price_hint(habit: Habit | None, market: Market) -> str:
    """Where the price comes from, and what the market says: what was paid, else what is asked this week."""
    parts = []
    if habit:
        parts.append(_("Sama seperti %(day)s.", day=day(habit.last_listed_at)))
    asked = market.asked
    if market.median:
        parts.append(_("Harga tengah pasar sebulan ini: %(price)s.", price=rupiah(market.median)))
    elif asked and asked.least == asked.most:
        parts.append(_("Minggu ini di pasar: %(price)s.", price=rupiah(asked.least)))
    elif asked:
        least, most = rupiah(asked.least), rupiah(asked.most)
        parts.append(_("Minggu ini di pasar: %(least)s sampai %(most)s.", least=least, most=most))
    return " ".join(parts) or _("Belum pernah dijual di pasar ini.")
