"""Lots as the year brings them: made when somebody looks, and kept when somebody buys."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ovop.catalogue.rules import Form, freshness
from ovop.demo.seasons import Season, lands_on, price_on, round_price, supply
from ovop.demo.stage import PlacedCooperative, PlacedProduct
from ovop.kernel import days
from ovop.kernel.ids import Chance, lot_code
from ovop.kernel.quantity import Measure
from ovop.stock.break_prices import as_text, break_prices
from ovop.stock.movements import HeldCatch
from ovop.stock.rules import EFFECTS, IN_SIGHT, MovementKind

#: Fisheries management areas of the waters here.
_AREAS = {"Teluk Banten": "WPP 712", "Laut Jawa": "WPP 712", "Selat Sunda": "WPP 572"}
#: Of one product so many landed lots are on sale at once, the newest, and it is not looked for further back.
_AT_ONCE, _FURTHEST_BACK = 2, 16
_PARTS = ("caught", "available", "held", "sold", "lost")


@dataclass(slots=True, eq=False)
class Lot:
    """A lot while the year is played.  Grams or pieces; rupiah per unit.

    `key` names it here, `id` in the database once it is there.  `free` is what was never promised to anybody: less
    than `available` may be, so that whatever is promised could be had at that moment.
    """

    key: int
    cooperative: PlacedCooperative
    product: PlacedProduct
    code: str
    unit_price: int
    landing_price: int | None
    grade: str | None
    listed_at: datetime
    landed_at: datetime
    best_before: datetime
    caught: int
    available: int
    free: int
    held: int = 0
    sold: int = 0
    lost: int = 0
    id: int = 0
    moved_at: datetime | None = None

    @property
    def was_planned(self) -> bool:
        """Whether it was offered before it was there."""
        return self.landed_at > self.listed_at + IN_SIGHT

    def move(self, kind: MovementKind, quantity: int, at: datetime) -> None:
        """The stock is as after that movement; `moved_at` is when the last of them was."""
        self.moved_at = max(self.moved_at or at, at)
        effect = EFFECTS[kind]
        for part in _PARTS:
            setattr(self, part, getattr(self, part) + getattr(effect, part) * quantity)

    @property
    def fishing_area(self) -> str | None:
        """Where it was caught, with the management area that authorities ask for."""
        area = self.product.sample.area
        return f"{area} ({_AREAS[area]})" if area else None

    @property
    def price_breaks(self) -> str:
        """What who orders much pays, as its row keeps it."""
        return as_text(break_prices(self.product.sample.price_breaks, self.unit_price, paid=self.landing_price))

    def as_held(self) -> HeldCatch:
        """As placing an order sees it, under its key."""
        sample = self.product.sample
        return HeldCatch(
            id=self.key,
            cooperative_id=self.cooperative.id,
            village_code=self.cooperative.sample.village,
            species_code=sample.species,
            name=sample.name,
            form=sample.form.value,
            measure=sample.measure.value,
            unit=sample.unit.value,
            unit_price=self.unit_price,
            landed_at=self.landed_at,
            best_before=self.best_before,
            price_breaks=self.price_breaks,
        )


class Shelf:
    """The lots of one product."""

    def __init__(
        self, cooperative: PlacedCooperative, product: PlacedProduct, store: Store, ashore: Collection[date]
    ) -> None:
        self.cooperative, self.product, self._store, self._ashore = cooperative, product, store, ashore
        self._by_day: dict[date, Lot | None] = {}

    def on_sale(self, now: datetime) -> list[Lot]:
        """What is on offer at `now`: what was landed last, and what is offered ahead, newest first."""
        found: list[Lot] = []
        landed = 0
        day = days.day_of(now) + timedelta(days=self.product.sample.ahead)
        for _back in range(_FURTHEST_BACK + self.product.sample.ahead):
            lot = self._lot(day)
            day -= timedelta(days=1)
            if lot is None or lot.listed_at > now:
                continue
            if lot.best_before <= now:
                break
            found.append(lot)
            landed += lot.landed_at <= now
            if landed == _AT_ONCE:
                break
        return found

    def _lot(self, day: date) -> Lot | None:
        """The lot that comes on `day`, if one does."""
        if day not in self._by_day:
            sample = self.product.sample
            comes = (
                day >= self.cooperative.opened_on
                and lands_on(sample.season, sample.rhythm, self.product.offset, day)
                and not (sample.season is Season.SEA and day in self._ashore)
            )
            self._by_day[day] = self._store.new_lot(self.cooperative, self.product, day) if comes else None
        return self._by_day[day]


class Store:
    """All lots; gives each its key, code, size and price."""

    def __init__(self, latest: date, scale: int, chance: Chance) -> None:
        self._latest, self._scale, self._chance = latest, scale, chance
        self._codes: set[str] = set()
        self._keys = 0

    def new_lot(self, cooperative: PlacedCooperative, product: PlacedProduct, day: date) -> Lot:
        """A lot landed, harvested or made on `day`, as much and as dear as the season has it."""
        chance, sample = self._chance, product.sample
        landed_at = days.at(day, _clock(sample.season, sample.form, chance))
        quantity = self._quantity(product, day)
        price = price_on(sample.price, sample.season, day, self._latest, chance)
        self._keys += 1
        return Lot(
            key=self._keys,
            cooperative=cooperative,
            product=product,
            code=self._code(cooperative.lot_prefix, landed_at),
            unit_price=price,
            landing_price=round_price(price * 0.78) if sample.season is Season.SEA else None,
            grade=chance.choice(sample.grades) if sample.grades else None,
            listed_at=_listed_at(landed_at, day, sample.ahead, chance),
            landed_at=landed_at,
            best_before=landed_at + freshness(product.category, sample.form),
            caught=quantity,
            available=quantity,
            free=quantity,
        )

    def _quantity(self, product: PlacedProduct, day: date) -> int:
        sample = product.sample
        units = sample.lot * self._scale * supply(sample.season, day) * self._chance.uniform(0.6, 1.3)
        return max(1, round(units)) if sample.measure is Measure.COUNT else max(500, round(units * 2) * 500)

    def _code(self, prefix: str, landed_at: datetime) -> str:
        while (code := lot_code(prefix, landed_at, self._chance)) in self._codes:
            pass
        self._codes.add(code)
        return code


def _clock(season: Season, form: Form, chance: Chance) -> time:
    """When of the day it comes: boats at dawn, harvests soon after, kitchens and drying racks later."""
    if season is Season.STEADY:
        first, last = 9 * 60, 14 * 60
    elif form is Form.DRIED:
        first, last = 8 * 60, 10 * 60
    elif season in (Season.SEA, Season.LOBSTER):
        first, last = 4 * 60 + 15, 6 * 60 + 30
    else:
        first, last = 5 * 60, 7 * 60
    minute = chance.randrange(first, last, 5)
    return time(minute // 60, minute % 60)


def _listed_at(landed_at: datetime, day: date, ahead: int, chance: Chance) -> datetime:
    """When it goes on sale: in the afternoon some days ahead, or once it is ashore and weighed."""
    if ahead:
        return days.at(day - timedelta(days=ahead), time(chance.randrange(14, 18), chance.randrange(60)))
    return landed_at + timedelta(minutes=chance.randrange(8, 40))


_WHY_LOST = ("Dibagikan kepada anggota", "Diolah sendiri", "Lewat masa segar", "Untuk pakan")
_SOLD_OFF = "Diborong pengepul"


def leftovers(
    lots: Collection[Lot], on_sale: Collection[Lot], now: datetime, chance: Chance
) -> Iterator[tuple[Lot, int, datetime, str]]:
    """What is booked out of lots that are not on offer any more at `now`: lot, quantity, when and why.

    Past its best most of it is; what is good yet gave way to newer lots and went to a trader.
    """
    for lot in lots:
        if not lot.available or lot in on_sale:
            continue
        last_at = lot.moved_at or lot.listed_at
        if lot.best_before <= now:
            booked_at = max(last_at, lot.best_before) + timedelta(minutes=chance.randrange(20, 90))
            if booked_at <= now and chance.random() < 0.7:
                yield lot, lot.available, booked_at, chance.choice(_WHY_LOST)
        else:
            booked_at = max(last_at, lot.landed_at) + timedelta(hours=chance.randrange(2, 200))
            yield lot, lot.available, min(booked_at, now), _SOLD_OFF
