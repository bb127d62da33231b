"""Setting the stage: co-operatives with their points and products, and the people around them.

All of it through the operations that a real market uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.accounts.operations import create_cooperative
from ovop.accounts.rules import Actor
from ovop.catalogue.labels import Label
from ovop.catalogue.models import Species
from ovop.catalogue.operations import add_product, give_stars, set_flagship
from ovop.catalogue.rules import Category, Form, NewProduct, StarFamily
from ovop.demo.banks import set_invented_account
from ovop.demo.people import Buyer, Staff, add_buyers, add_clerk, add_fishers, add_staff, buyers_for
from ovop.demo.qris import static_code
from ovop.demo.sample import CooperativeSample, PointSample, ProductSample, Sample
from ovop.demo.scales import PlacedScale, add_scales
from ovop.kernel import days
from ovop.kernel.ids import Chance
from ovop.payment.merchant import set_code
from ovop.pickup.models import PickupPoint
from ovop.pickup.operations import add_point
from ovop.pickup.rules import Hours, NewPoint
from ovop.stock.rules import lot_prefix
from ovop.villages.models import District, Village

#: The co-operative that the demo's clerk works for.
CLERKS_OWN = "mina-tengkurak"
#: Who is said to have given flagships and stars; nobody of that name exists.
ISSUER = "Tim Penilai OVOP (contoh)"
#: What co-operatives keep of their members' shares, in basis points.
_DUES = 500
#: Points stand this far from the middle of their village at most, in degrees: about 300 m.
_APART = 0.0027
#: Beyond so many orders a year, slots and lots are made larger instead of more.
_ORDERS_OF_SCALE = 30_000


@dataclass(frozen=True, slots=True)
class Week:
    """Opening hours of a kind of point: weekday (1 is Monday), opens, closes; minutes; orders and grams per slot."""

    openings: tuple[tuple[int, int, int], ...]
    capacity: int
    capacity_grams: int | None
    slot_minutes: int = 60
    deadline_minutes: int = 60


def _daily(opens: int, closes: int, *, without: int | None = None) -> Iterator[tuple[int, int, int]]:
    return ((day, opens, closes) for day in range(1, 8) if day != without)


WEEKS = {
    "landing": Week((*_daily(6, 11, without=5), (5, 6, 10), *_daily(15, 17)), 8, None),
    "market": Week((*_daily(6, 9),), 10, 90_000, deadline_minutes=120),
    "hall": Week((*_daily(9, 12, without=7), *_daily(15, 18)), 8, None),
    "evening": Week((*_daily(15, 20),), 10, 80_000, deadline_minutes=90),
}


@dataclass(frozen=True, slots=True)
class PlacedPoint:
    """A pickup point with what its slots are made from."""

    id: int
    hours: tuple[Hours, ...]
    slot_minutes: int
    deadline_minutes: int


@dataclass(frozen=True, slots=True)
class PlacedProduct:
    """A product with its id; `offset` sets its landing days apart from its neighbours'."""

    id: int
    sample: ProductSample
    category: Category
    offset: int


@dataclass(frozen=True, slots=True)
class PlacedCooperative:
    """A co-operative with what orders need to know of it."""

    id: int
    sample: CooperativeSample
    clerk: Actor
    lot_prefix: str
    opened_on: date
    points: tuple[PlacedPoint, ...]
    products: tuple[PlacedProduct, ...]
    fishers: tuple[int, ...]
    scales: tuple[PlacedScale, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that stands before the first order; `scale` is by how much lots and slots are larger."""

    cooperatives: tuple[PlacedCooperative, ...]
    buyers: tuple[Buyer, ...]
    scale: int
    staff: Staff


def set_stage(
    session: Session, sample: Sample, *, orders: int, password_hash: str, opened_on: date, now: datetime, chance: Chance
) -> Stage:
    """The demo market stands, without goods or orders.

    orders: how many will follow.  opened_on: since when everybody has been there (day in Asia/Jakarta).
    """
    scale = 1 + orders // _ORDERS_OF_SCALE
    opened_at = days.at(opened_on, time(8))
    staff = add_staff(session, password_hash, opened_at)
    builder = _Builder(session, staff.office, scale, now, chance)
    cooperatives = tuple(
        builder.cooperative(number, entry, opened_on, password_hash)
        for number, entry in enumerate(sample.cooperatives, start=1)
    )
    shares = {placed.id: placed.sample.share for placed in cooperatives}
    buyers = add_buyers(session, buyers_for(orders), shares, password_hash, opened_at, chance)
    return Stage(cooperatives, tuple(buyers), scale, staff)


class _Builder:
    """Places co-operatives one after the other."""

    def __init__(self, session: Session, office: Actor, scale: int, now: datetime, chance: Chance) -> None:
        self.session, self.office, self.scale, self.now, self.chance = session, office, scale, now, chance
        self.categories = {
            row.code: Category(row.category) for row in session.execute(select(Species.code, Species.category))
        }
        self.villages = {
            row.code: row
            for row in session.execute(
                select(Village.code, Village.name, Village.latitude, Village.longitude, District.name.label("district"))
                .join(District, District.code == Village.district_code)
            )
        }  # fmt: skip

    def cooperative(
        self, number: int, sample: CooperativeSample, opened_on: date, password_hash: str
    ) -> PlacedCooperative:
        """A co-operative with clerk, points and products; `number` counts from 1."""
        if sample.trend == "new":
            opened_on = days.day_of(self.now) - timedelta(days=112)
        opened_at = days.at(opened_on, time(9))
        cooperative_id = create_cooperative(self.session, sample.slug, sample.name, sample.village, opened_at)
        self.session.execute(
            update(Cooperative)
            .where(Cooperative.id == cooperative_id)
            .values(
                about=sample.about,
                allows_cash=sample.cash,
                dues_basis_points=_DUES,
            )
        )
        own = password_hash if sample.slug == CLERKS_OWN else None
        clerk = add_clerk(self.session, cooperative_id, sample.slug, sample.clerk, own, opened_at)
        set_invented_account(self.session, clerk, sample.name, opened_at)
        set_code(self.session, static_code(sample.name, number), clerk, opened_at)
        points = tuple(self._point(point, clerk, opened_at) for point in sample.points)
        products = tuple(
            self._product(number + place, product, clerk, opened_at) for place, product in enumerate(sample.products)
        )
        self._honours(sample.village, products)
        fishers = add_fishers(self.session, sample.slug, clerk, opened_at)
        scales = add_scales(self.session, sample.slug, clerk, opened_at, self.now, is_own=own is not None)
        prefix = lot_prefix(self.villages[sample.village].name)
        return PlacedCooperative(cooperative_id, sample, clerk, prefix, opened_on, points, products, fishers, scales)

    def _point(self, sample: PointSample, clerk: Actor, opened_at: datetime) -> PlacedPoint:
        """A point with slots from today on, since when it has been there; earlier slots are made as they were used."""
        village, week = self.villages[sample.at], WEEKS[sample.week]
        new = NewPoint(
            name=sample.name,
            latitude=round(village.latitude + self.chance.uniform(-_APART, _APART), 6),
            longitude=round(village.longitude + self.chance.uniform(-_APART, _APART), 6),
            address=f"Desa {village.name}, Kec. {village.district} (letak contoh)",
            hours=_hours(week, self.scale),
            slot_minutes=week.slot_minutes,
            deadline_minutes=week.deadline_minutes,
        )
        point_id = add_point(self.session, new, clerk, self.now)
        self.session.execute(update(PickupPoint).where(PickupPoint.id == point_id).values(created_at=opened_at))
        return PlacedPoint(point_id, new.hours, new.slot_minutes, new.deadline_minutes)

    def _product(self, offset: int, sample: ProductSample, clerk: Actor, opened_at: datetime) -> PlacedProduct:
        new = NewProduct(
            sample.name, sample.species, sample.form, sample.measure, sample.unit, description=sample.description
        )
        product_id = add_product(self.session, new, clerk, opened_at, self._label(sample), sample.price_breaks)
        return PlacedProduct(product_id, sample, self.categories[sample.species], offset)

    def _label(self, sample: ProductSample) -> Label:
        if sample.label is None:
            return Label(grades=sample.grades)
        return sample.label.as_label(sample.grades, sample.measure, days.day_of(self.now))

    def _honours(self, village: str, products: Sequence[PlacedProduct]) -> None:
        """Flagships, the older first, and stars are as the sample says."""
        today = days.day_of(self.now)
        flagships = [(product, product.sample.flagship) for product in products if product.sample.flagship is not None]
        for product, flagship in sorted(flagships, key=lambda pair: -pair[1].months_ago):
            set_flagship(
                self.session,
                village,
                product.id,
                self.office,
                self.now,
                decided_on=today - timedelta(days=30 * flagship.months_ago),
                decision_number=flagship.number,
            )
        for product in products:
            if (stars := product.sample.stars) is not None:
                year = today.year - stars.years_ago
                give_stars(
                    self.session,
                    product.id,
                    self.office,
                    level=stars.level,
                    issuer=ISSUER,
                    year=year,
                    expires_on=date(year + stars.years, 12, 31),
                    decision_number=stars.number,
                    family=_family(product.sample.form),
                )


def _family(form: Form) -> StarFamily:
    return StarFamily.INDUSTRY if form is Form.PROCESSED else StarFamily.COOPERATIVES


def _hours(week: Week, scale: int) -> tuple[Hours, ...]:
    grams = week.capacity_grams and week.capacity_grams * scale
    return tuple(
        Hours(weekday, time(opens), time(closes), week.capacity * scale, grams)
        for weekday, opens, closes in sorted(week.openings)
    )
