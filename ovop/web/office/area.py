"""The blueprint of the economy office's area, and how its pages are asked for: a span of days and a place in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for

from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.sales.queries import Scope
from ovop.sales.rules import Group, Period, Span, current, parse_span
from ovop.web import refusals

blueprint = Blueprint("office", __name__, url_prefix="/dinas")

#: Spans that have a name in the address bar; anything else is from one day to another.
NAMED = {"today": Period.DAY, "week": Period.WEEK, "month": Period.MONTH, "year": Period.YEAR}
#: By what the table can be grouped, in the order of the choice.
GROUPS = (Group.VILLAGE, Group.DISTRICT, Group.COOPERATIVE, Group.SPECIES, Group.FORM, Group.DAY, Group.MONTH)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address bar says, and what could not be read of it (the rest then stands at its default)."""

    span: Span
    name: str | None
    scope: Scope
    group: Group
    today: date
    errors: dict[str, str]

    def address(self, endpoint: str, **changes: object) -> str:
        """The page `endpoint` with the same span and place; `changes` replace parameters, None leaves one out."""
        days_asked = {"span": self.name} if self.name else {"from": self.span.first, "to": self.span.last}
        values = {
            **days_asked,
            "district": self.scope.district,
            "village": self.scope.village,
            "cooperative": self.scope.cooperative_id,
            "species": self.scope.species,
            "form": self.scope.form,
        }
        given: dict[str, Any] = {name: value for name, value in {**values, **changes}.items() if value is not None}
        return url_for(endpoint, **given)


def asked(default: str = "month") -> Asked:
    """The request's span, place and group.  What cannot be read is named in `errors` and left at its default."""
    today, errors = days.today(), dict[str, str]()
    name: str | None = request.args.get("span", "") or default
    span = current(NAMED[default], today)
    if request.args.get("from") or request.args.get("to"):
        name = None
        try:
            span = parse_span(request.args.get("from"), request.args.get("to"))
        except Invalid as error:
            errors = refusals.field_errors(error)
            name = default
    elif name in NAMED:
        span = current(NAMED[name], today)
    else:
        name = default
    group = request.args.get("group", "")
    return Asked(span, name, _scope(), Group(group) if group in GROUPS else Group.VILLAGE, today, errors)


def page(template: str, /, **values: object) -> Response:
    """`template` of this area; not kept on a shared machine."""
    response = make_response(render_template(f"office/{template}", area="office", **values))
    response.headers["Cache-Control"] = "no-store"
    return response


def _scope() -> Scope:
    def text(name: str, most: int) -> str | None:
        value = request.args.get(name, "").strip()
        return value if value and len(value) <= most and value.isprintable() else None

    cooperative = request.args.get("cooperative", "")
    is_id = cooperative.isascii() and cooperative.isdigit() and len(cooperative) < 16
    return Scope(
        district=text("district", 8),
        village=text("village", 13),
        cooperative_id=int(cooperative) if is_id else None,
        species=text("species", 3),
        form=text("form", 12),
    )
