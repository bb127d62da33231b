"""A point's week as a form: a few rows, each of which says on which days it is open from when to when, for how many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import time

from flask import request

from ovop.kernel.errors import Invalid
from ovop.kernel.quantity import parse_count, parse_weight
from ovop.pickup.rules import Hours
from ovop.web.formats import typed_quantity
from ovop.web.refusals import reason
from ovop.web.typed import has_decimal_point, parse_clock

WEEKDAYS = range(1, 8)
MOST_ROWS = 14


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One row as it is typed: days (1 is Monday), clock times, orders per slot, kilograms of the cold box."""

    days: frozenset[int] = frozenset()
    opens: str = ""
    closes: str = ""
    capacity: str = ""
    cold_box: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Whether nobody has said anything here: such a row means nothing."""
        return not self.days and not self.opens and not self.closes


#: What a new point begins with: the hours at which boats come in.
FIRST_ROW = WeekRow(frozenset(WEEKDAYS), "06:00", "09:00", "10")


def rows_of(hours: Iterable[Hours]) -> list[WeekRow]:
    """A week as rows: openings that differ in nothing but the day share one."""
    alike: dict[tuple[time, time, int, int | None], set[int]] = {}
    for opening in hours:
        key = (opening.opens, opening.closes, opening.capacity, opening.capacity_grams)
        alike.setdefault(key, set()).add(opening.weekday)
    return [
        WeekRow(
            frozenset(weekdays),
            f"{opens:%H:%M}",
            f"{closes:%H:%M}",
            str(capacity),
            typed_quantity(grams, "weight") if grams is not None else "",
        )
        for (opens, closes, capacity, grams), weekdays in sorted(alike.items(), key=lambda pair: pair[0][:2])
    ]


def typed_rows() -> list[WeekRow]:
    """The rows of this request's form, in their order, without what is wrong with them."""
    count = request.form.get("rows", 0, type=int)
    return [_typed(row) for row in range(max(0, min(count, MOST_ROWS)))]


def read_rows(rows: Iterable[WeekRow]) -> tuple[tuple[Hours, ...], list[WeekRow]]:
    """The week that `rows` mean, and the rows again, each with what is wrong with it as sentences by field."""
    hours: list[Hours] = []
    checked: list[WeekRow] = []
    for row in rows:
        found, errors = _read(row)
        hours += found
        words = {name: reason(code) for name, code in errors.items()}
        checked.append(replace(row, errors=words))
    return tuple(hours), checked


def _typed(row: int) -> WeekRow:
    def text(name: str) -> str:
        return request.form.get(f"{name}_{row}", "").strip()

    chosen = {int(day) for day in request.form.getlist(f"days_{row}") if day in "1234567" and len(day) == 1}
    return WeekRow(frozenset(chosen), text("opens"), text("closes"), text("capacity"), text("cold_box"))


def _read(row: WeekRow) -> tuple[list[Hours], dict[str, str]]:
    if row.is_blank:
        return [], {}
    errors = {} if row.days else {"days": "required"}
    values: dict[str, object] = {}
    for name, parse in (("opens", parse_clock), ("closes", parse_clock), ("capacity", parse_count)):
        try:
            values[name] = parse(getattr(row, name))
        except Invalid as error:
            errors[name] = next(iter(error.errors.values()))
    grams = None
    if row.cold_box:
        try:
            grams = int(parse_weight(row.cold_box, decimal_point=has_decimal_point()))
        except Invalid as error:
            errors["cold_box"] = next(iter(error.errors.values()))
    if errors:
        return [], errors
    opens, closes, capacity = values["opens"], values["closes"], values["capacity"]
    assert isinstance(opens, time) and isinstance(closes, time) and isinstance(capacity, int)  # noqa: PT018 - just read
    return [Hours(day, opens, closes, capacity, grams) for day in sorted(row.days)], {}
