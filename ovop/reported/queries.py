"""Reading reported figures, and what a new file is held against."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account
from ovop.catalogue.models import Species
from ovop.kernel.words import fold
from ovop.reported.models import ReportedBatch, ReportedSale
from ovop.sales.models import MonthTotal
from ovop.villages.models import District, Village


@dataclass(frozen=True, slots=True)
class Batch:
    """A file of figures and what became of it."""

    id: int
    village_code: str
    village: str
    source: str
    rows: int
    first: date
    last: date
    revenue: int
    added_at: datetime
    added_by: str
    withdrawn_at: datetime | None
    withdrawn_reason: str


@dataclass(frozen=True, slots=True)
class YearRow:
    """A village's year: what it reported of it, and what the market sold for it; grams and rupiah."""

    year: int
    village_code: str
    village: str
    district: str
    reported_grams: int
    reported: int
    market_grams: int
    market: int


def species_words(session: Session) -> dict[str, str]:
    """Codes of species by each folded name or code that means exactly one of them."""
    rows = session.execute(
        select(Species.code, Species.name_id, Species.name_en, Species.scientific_name, Species.other_names)
    ).all()
    named = [
        (fold(name), row.code)
        for row in rows
        for name in {row.code, row.name_id, row.name_en, row.scientific_name, *row.other_names.split(";")}
    ]
    named = list(dict.fromkeys((word, code) for word, code in named if word))
    times = Counter(word for word, _code in named)
    return {word: code for word, code in named if times[word] == 1}


def joined_on(session: Session, village_code: str) -> date | None:
    """First month in which the market sold for the village; none: not yet."""
    return session.scalar(select(func.min(MonthTotal.month)).where(MonthTotal.village_code == village_code))


def list_batches(session: Session, *, before: int | None = None, limit: int = 20) -> list[Batch]:
    """The files, the latest first.  One query."""
    of = (
        select(
            ReportedSale.batch_id,
            func.min(ReportedSale.month).label("first"),
            func.max(ReportedSale.month).label("last"),
            func.sum(ReportedSale.revenue).label("revenue"),
        )
        .group_by(ReportedSale.batch_id)
        .subquery()
    )
    rows = session.execute(
        select(
            *(getattr(ReportedBatch, name) for name in ("id", "village_code", "source", "rows", "added_at")),
            ReportedBatch.withdrawn_at,
            ReportedBatch.withdrawn_reason,
            Village.name.label("village"),
            Account.name.label("added_by"),
            of.c.first,
            of.c.last,
            of.c.revenue,
        )
        .join(of, of.c.batch_id == ReportedBatch.id)
        .join(Village, Village.code == ReportedBatch.village_code)
        .join(Account, Account.id == ReportedBatch.added_by)
        .where(*(() if before is None else (ReportedBatch.id < before,)))
        .order_by(ReportedBatch.id.desc())
        .limit(limit)
    )
    return [Batch(**{**row._mapping, "revenue": int(row.revenue)}) for row in rows]


def list_years(session: Session) -> list[YearRow]:
    """Every year of every village that reported any, beside what the market sold for it then.  Two queries."""
    reported: dict[tuple[int, str], tuple[int, int]] = {}
    by_month = (ReportedSale.month, ReportedSale.village_code)
    for row in session.execute(
        select(*by_month, func.sum(ReportedSale.grams).label("grams"), func.sum(ReportedSale.revenue).label("revenue"))
        .where(ReportedSale.is_in_force.is_(True))
        .group_by(*by_month)
    ):
        _add(reported, row)
    villages = {code for _year, code in reported}
    market: dict[tuple[int, str], tuple[int, int]] = {}
    for row in session.execute(
        select(
            MonthTotal.month,
            MonthTotal.village_code,
            func.sum(MonthTotal.grams).label("grams"),
            func.sum(MonthTotal.revenue).label("revenue"),
        )
        .where(MonthTotal.village_code.in_(villages))
        .group_by(MonthTotal.month, MonthTotal.village_code)
    ):
        _add(market, row)
    names = {
        row.code: row
        for row in session.execute(
            select(Village.code, Village.name, District.name.label("district"))
            .join(District, District.code == Village.district_code)
            .where(Village.code.in_(villages))
        )
    }
    keys = sorted(reported.keys() | market.keys(), key=lambda key: (names[key[1]].name, key[1], -key[0]))
    return [
        YearRow(
            year,
            code,
            names[code].name,
            names[code].district,
            *reported.get((year, code), (0, 0)),
            *market.get((year, code), (0, 0)),
        )
        for year, code in keys
    ]


def _add(sums: dict[tuple[int, str], tuple[int, int]], row: object) -> None:
    month, code = row.month, row.village_code  # type: ignore[attr-defined]
    grams, revenue = sums.get((month.year, code), (0, 0))
    sums[month.year, code] = grams + int(row.grams), revenue + int(row.revenue)  # type: ignore[attr-defined]
