"""Reading counted prices: for the office all of them, for everybody those of several sellers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.catalogue.models import Species
from ovop.ordering.models import Order
from ovop.prices.models import PriceCell, PricedPeriod
from ovop.prices.rules import OPEN_GRAMS, OPEN_RUPIAH, IndexPoint, Kind, Period, Quote, basket_index, to_step
from ovop.sales.models import ProductTotal
from ovop.sales.prices import FEWEST_SELLERS
from ovop.sales.totals import month_of
from ovop.villages.models import District, Village


@dataclass(frozen=True, slots=True)
class Cell:
    """Rupiah per kilogram of one species and form in the period that begins on `first`."""

    first: date
    species_code: str
    form: str
    name_id: str
    name_en: str
    category: str
    sellers: int
    minimum: int
    median: int
    maximum: int
    grams: int
    revenue: int

    @property
    def kind(self) -> Kind:
        """Species and form."""
        return self.species_code, self.form


@dataclass(frozen=True, slots=True)
class OpenSale:
    """What a district sold of a group of species in a month: whole steps of grams and rupiah, by so many sellers."""

    month: date
    district_code: str
    district: str
    category: str
    sellers: int
    grams: int
    revenue: int


def uncounted_periods(session: Session, today: date) -> list[tuple[Period, date]]:
    """The periods that are over on `today` and have no prices yet, since the first sale, the oldest first."""
    since = session.scalar(select(func.min(Order.collected_on)))
    if since is None:
        return []
    known = {(row.period, row.first) for row in session.execute(select(PricedPeriod.period, PricedPeriod.first))}
    return [(period, first) for period in Period for first in period.over(since, today) if (period, first) not in known]


def last_counted(session: Session, period: Period) -> date | None:
    """First day of the last period of that length whose prices are counted."""
    return session.scalar(select(func.max(PricedPeriod.first)).where(PricedPeriod.period == period))


def list_cells(
    session: Session,
    period: Period,
    first: date,
    last: date,
    *,
    fewest: int = FEWEST_SELLERS,
    kind: Kind | None = None,
) -> list[Cell]:
    """The cells of the periods that begin on `first` … `last`, the oldest first, then by name.  One query.

    fewest: of at least so many co-operatives; the default is what everybody may read.
    """
    own = [getattr(PriceCell, name) for name in Cell.__slots__ if name in PriceCell.__table__.c]
    wanted = (PriceCell.period == period, PriceCell.first.between(first, last), PriceCell.sellers >= fewest)
    rows = session.execute(
        select(*own, Species.name_id, Species.name_en, Species.category)
        .join(Species, Species.code == PriceCell.species_code)
        .where(*wanted, *(_is(kind) if kind else ()))
        .order_by(PriceCell.first, Species.name_id, PriceCell.form)
    )
    return [Cell(**row._mapping) for row in rows]


def get_index(session: Session) -> list[IndexPoint]:
    """The basket index over all months that are counted, by their open prices.  Two queries."""
    months = session.scalars(
        select(PricedPeriod.first).where(PricedPeriod.period == Period.MONTH).order_by(PricedPeriod.first)
    ).all()
    baskets: dict[date, dict[Kind, Quote]] = {month: {} for month in months}
    open_cells = (PriceCell.period == Period.MONTH, PriceCell.sellers >= FEWEST_SELLERS)
    for row in session.execute(
        select(PriceCell.first, PriceCell.species_code, PriceCell.form, PriceCell.median, PriceCell.revenue).where(
            *open_cells
        )
    ):
        baskets[row.first][row.species_code, row.form] = Quote(row.median, row.revenue)
    return basket_index(list(baskets.items()))


def open_sales(session: Session, today: date) -> list[OpenSale]:
    """Sales by month, district and group of species, of months that are over; small cells are left out.  One query.

    Only sums of at least FEWEST_SELLERS co-operatives, rounded so far that what is left when all that is published
    elsewhere is taken away says nothing of one of them.
    """
    month = month_of(ProductTotal.day)
    sellers = func.count(ProductTotal.cooperative_id.distinct())
    rows = session.execute(
        select(
            month.label("month"),
            District.code.label("district_code"),
            District.name.label("district"),
            Species.category,
            sellers.label("sellers"),
            func.sum(ProductTotal.grams).label("grams"),
            func.sum(ProductTotal.revenue).label("revenue"),
        )
        .join(Village, Village.code == ProductTotal.village_code)
        .join(District, District.code == Village.district_code)
        .join(Species, Species.code == ProductTotal.species_code)
        .where(ProductTotal.day < Period.MONTH.start(today))
        .group_by(month, District.code, District.name, Species.category)
        .having(sellers >= FEWEST_SELLERS)
        .order_by(month, District.code, Species.category)
    )
    return [
        OpenSale(
            row.month,
            row.district_code,
            row.district,
            row.category,
            row.sellers,
            to_step(int(row.grams), OPEN_GRAMS),
            to_step(int(row.revenue), OPEN_RUPIAH),
        )
        for row in rows
    ]


def count_sellers(session: Session) -> int:
    """Co-operatives that sell."""
    return session.scalar(select(func.count()).select_from(Cooperative).where(Cooperative.is_active.is_(True))) or 0


def quotes(cells: Sequence[Cell]) -> dict[Kind, Quote]:
    """Of cells of one period, by kind."""
    return {cell.kind: Quote(cell.median, cell.revenue) for cell in cells}


def _is(kind: Kind) -> tuple[object, object]:
    return PriceCell.species_code == kind[0], PriceCell.form == kind[1]
