"""The form of a pickup point: a place tapped or found, a week in rows, and all that was typed kept through it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask import current_app, request

from ovop.kernel.errors import Invalid
from ovop.kernel.geo import Place
from ovop.outside.geocoder import Finding, find_places
from ovop.pickup.rules import NewPoint
from ovop.villages.gazetteer import gazetteer
from ovop.villages.shapes import on_map
from ovop.web.charts import LEVELS, Chart, is_about_the_map, sent_chart
from ovop.web.cooperative.pin import Doubt, Home, doubt_of
from ovop.web.cooperative.week import MOST_ROWS, WeekRow, read_rows, typed_rows
from ovop.web.language import current_language
from ovop.web.refusals import reason
from ovop.web.typed import Reading

FIELDS = ("name", "address", "latitude", "longitude", "slot_minutes", "deadline_minutes")


@dataclass(frozen=True, slots=True)
class PointForm:
    """The form of a point as it stands."""

    typed: Mapping[str, str]
    chart: Chart
    rows: list[WeekRow]
    errors: dict[str, str] = field(default_factory=dict)
    finding: Finding | None = None
    doubt: Doubt | None = None
    status: int = 200


def is_draft() -> bool:
    """Whether the form was sent for something else than being saved: a tap on the map, a search, one more row."""
    return is_about_the_map() or "more" in request.form


def sent_form() -> PointForm:
    """The form as it was sent, after the tap, search or further row that sent it."""
    typed = request.form.to_dict()
    chart = sent_chart(typed)
    finding = None
    rows = typed_rows()
    if "find" in typed and typed.get("where", "").strip():
        finding = _find(typed["where"])
        if len(finding.places) == 1:
            chart = Chart(finding.places[0].place, len(LEVELS) - 1)
    if "more" in typed and len(rows) < MOST_ROWS:
        rows.append(WeekRow())
    place = chart.place
    typed |= {"latitude": str(place.latitude) if place else "", "longitude": str(place.longitude) if place else ""}
    return PointForm(typed, chart, rows, finding=finding)


def _find(words: str) -> Finding:
    return find_places(
        words,
        gazetteer=gazetteer(),
        server=current_app.config["OVOP"].geocoder_url,
        within=on_map,
        language=current_language(),
    )


def read_form(form: PointForm, home: Home, saved: Place | None = None) -> tuple[NewPoint | None, PointForm]:
    """The point that the form describes; none when something is wrong, which the form then says.

    A doubtful pin is asked about once, unless it stands where it is `saved`.
    """
    reading = Reading()
    if form.chart.place is None:
        reading.refuse("place", "not-a-place")
    hours, rows = read_rows(form.rows)
    if any(row.errors for row in rows):
        reading.refuse("hours", "incomplete")
    elif not hours:
        reading.refuse("hours", "required")
    minutes = {name: request.form.get(name, -1, type=int) for name in ("slot_minutes", "deadline_minutes")}
    if not reading.text("name"):
        reading.refuse("name", "required")
    if reading.errors:
        errors = {name: reason(code) for name, code in reading.errors.items()}
        return None, replace(form, rows=rows, errors=errors, status=422)
    assert form.chart.place is not None  # asked for above
    place = form.chart.place
    if place != saved and request.form.get("sure") != sure_of(place) and (doubt := doubt_of(place, home)):
        return None, replace(form, rows=rows, doubt=doubt, status=422)
    new = NewPoint(
        name=reading.text("name"),
        latitude=place.latitude,
        longitude=place.longitude,
        hours=hours,
        address=reading.text("address"),
        **minutes,
    )
    return new, form


def sure_of(place: Place) -> str:
    """What the form sends when this very place was confirmed: another one is asked about anew."""
    return f"{place.latitude},{place.longitude}"


def with_errors(form: PointForm, error: Invalid) -> PointForm:
    return replace(form, errors={name: reason(code) for name, code in error.errors.items()}, status=422)
