"""Special days of a point, and the public holidays that are offered for them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.pickup.models import SpecialDay
from ovop.pickup.rules import DayPlan, Hours

#: Days on which the country rests.  Source: the joint decree of three ministers for 2026; for 2027 what it announced,
#: days that follow the moon estimated.
_HOLIDAYS = Path(__file__).parent / "data" / "holidays.csv"


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday; `is_estimated` while nobody has decreed the day."""

    day: date
    name_id: str
    name_en: str
    is_estimated: bool


def plans_of(session: Session, point_id: int, first: date) -> tuple[DayPlan, ...]:
    """The point's special days from `first` on, by day."""
    rows = session.scalars(
        select(SpecialDay)
        .where(SpecialDay.point_id == point_id, SpecialDay.day >= first)
        .order_by(SpecialDay.day)
        .execution_options(populate_existing=True)
    )
    return tuple(as_plan(row) for row in rows)


def as_plan(row: SpecialDay) -> DayPlan:
    """The plan that the row holds."""
    if row.opens is None or row.closes is None or row.capacity is None:
        return DayPlan(row.day, reason=row.reason)
    return DayPlan(row.day, Hours(row.day.isoweekday(), row.opens, row.closes, row.capacity), row.reason)


def holidays_between(first: date, last: date) -> Sequence[Holiday]:
    """Public holidays of `first` … `last`, both counted; none where nothing is known yet."""
    return [holiday for holiday in _holidays() if first <= holiday.day <= last]


@cache
def _holidays() -> tuple[Holiday, ...]:
    with _HOLIDAYS.open(encoding="utf-8", newline="") as file:
        return tuple(
            Holiday(date.fromisoformat(row["day"]), row["name_id"], row["name_en"], row["is_estimated"] == "1")
            for row in csv.DictReader(file)
        )
