"""The blueprint of the economy office's area, and how its pages are asked for: a span of days and a place in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request, url_for

from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.sales.queries import Scope
from ovop.sales.rules import Group, Period, Shown, Span, current, parse_span, period_of
from ovop.sales.visits import LIMITS, USUAL, Limits, parse_limits
from ovop.web import refusals
from ovop.web.access import signed_in
from ovop.web.language import gettext as _
from ovop.web.times import long_day, month, period, short_date

blueprint = Blueprint("office", __name__, url_prefix="/dinas")

#: Spans that have a name in the address bar; anything else is from one day to another.
NAMED = {"today": Period.DAY, "week": Period.WEEK, "month": Period.MONTH, "year": Period.YEAR}
#: By what the table can be grouped, in the order of the choice.
GROUPS = (
    Group.DISTRICT, Group.VILLAGE, Group.COOPERATIVE, Group.PRODUCT, Group.SPECIES, Group.FORM, Group.FLAGSHIP,
    Group.METHOD, Group.WEEKDAY, Group.HOUR, Group.DAY, Group.MONTH,
)  # fmt: skip


#: What of an address stands in its path.
PATH_PARTS = ("ending", "sign", "part")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address bar says, and what could not be read of it (the rest then stands at its default).

    shown: the figure that maps are coloured by.  limits: from where on somebody should visit.  typed: days and limits
    as they were typed, where they could not be read.
    """

    span: Span
    name: str | None
    scope: Scope
    group: Group
    today: date
    errors: dict[str, str]
    typed: dict[str, str]
    shown: Shown = Shown.REVENUE
    limits: Limits = USUAL

    @property
    def period(self) -> Period:
        """What the calendar calls the days: as they were asked for, else as they are."""
        return NAMED[self.name] if self.name else period_of(self.span, self.today)

    @property
    def heading(self) -> str:
        """The days as a heading: ``November 2026``, ``Hari ini: Rabu, 25 November 2026``, ``1–15 Nov 2026``."""
        match self.period:
            case Period.DAY if self.span.first == self.today:
                return _("Hari ini: %(day)s", day=long_day(self.today))
            case Period.DAY:
                return long_day(self.span.first)
            case Period.MONTH:
                return month(self.span.first)
            case Period.YEAR:
                return _("Tahun %(year)s", year=str(self.span.first.year))
            case Period.WEEK | Period.OTHER:
                return days_words(self.span)

    @property
    def parameters(self) -> dict[str, object]:
        """All of it as the address bar has it: days, place and goods, and what is not as usual of map and limits."""
        asked: dict[str, object] = {"span": self.name} if self.name else {"from": self.span.first, "to": self.span.last}
        place = {
            "district": self.scope.district,
            "village": self.scope.village,
            "cooperative": self.scope.cooperative_id,
            "species": self.scope.species,
            "form": self.scope.form,
            "product": self.scope.product_id,
            "flagship": None if self.scope.is_flagship is None else int(self.scope.is_flagship),
            "method": self.scope.method,
            "weekday": self.scope.weekday,
            "hour": self.scope.hour,
        }
        more: dict[str, object] = {} if self.shown is Shown.REVENUE else {"shown": self.shown.value}
        return asked | {name: value for name, value in place.items() if value is not None} | more | self.limits.chosen

    def address(self, endpoint: str, **changes: object) -> str:
        """The page `endpoint` with the same span and place; `changes` replace parameters, None leaves one out."""
        values = {name: value for name, value in {**self.parameters, **changes}.items() if value is not None}
        parts = tuple((name, values.pop(name)) for name in PATH_PARTS if name in values)
        path = _path(request.script_root, endpoint, parts)
        return f"{path}?{urlencode(values)}"

    def day_address(self, endpoint: str, span: Span, **changes: object) -> str:
        """The page `endpoint` with the same place on other days."""
        return self.address(endpoint, **{"span": None, "from": span.first, "to": span.last, **changes})

    @property
    def limit_names(self) -> tuple[str, ...]:
        """What the limits are called in the address bar."""
        return tuple(LIMITS)

    @property
    def of_place(self) -> Asked:
        """The same days and place, whatever was sold."""
        return replace(self, scope=self.scope.place)

    @property
    def of_totals(self) -> Asked:
        """The same without what only the table of sales tells apart: hours, ways of paying, single products."""
        return replace(self, scope=self.scope.of_totals)


@lru_cache(maxsize=128)
def _path(_root: str, endpoint: str, parts: tuple[tuple[str, Any], ...]) -> str:
    """Where a page of the office is, under the language of `_root`: a screen has dozens of links to a few pages."""
    return url_for(endpoint, **dict(parts))


def asked(default: str = "month") -> Asked:
    """The request's span, place and group.  What cannot be read is named in `errors` and left at its default."""
    today, errors, typed = days.today(), dict[str, str](), dict[str, str]()
    name: str | None = request.args.get("span", "") or default
    span = current(NAMED[default], today)
    if request.args.get("from") or request.args.get("to"):
        typed = {end: request.args.get(end, "")[:40] for end in ("from", "to")}
        name = None
        try:
            span, typed = parse_span(typed["from"], typed["to"]), {}
        except Invalid as error:
            errors = refusals.field_errors(error)
            name = default
    elif name in NAMED:
        span = current(NAMED[name], today)
    else:
        name = default
    group, shown = request.args.get("group", ""), request.args.get("shown", "")
    return Asked(
        span,
        name,
        _scope(),
        Group(group) if group in GROUPS else Group.VILLAGE,
        today,
        errors,
        typed,
        Shown(shown) if shown in set(Shown) else Shown.REVENUE,
        _limits(errors, typed),
    )


def asked_exactly() -> Asked:
    """As `asked`, for files: nobody looks into a file to see that it is of other days than those asked for.

    Raises: Invalid naming the day that cannot be read.
    """
    wanted = asked()
    if wanted.errors:
        parse_span(request.args.get("from"), request.args.get("to"))
    return wanted


def days_words(span: Span, today: date | None = None) -> str:
    """The days of a span: ``1–24 Nov 2026``; without the year where it is that of `today`."""
    words = short_date(span.first) if span.first == span.last else period(span.first, span.last)
    has_year = span.first.year != span.last.year
    return words if has_year or (today and today.year == span.last.year) else f"{words} {span.last.year}"


def page(template: str, /, **values: object) -> Response:
    """`template` of this area; not kept on a shared machine.  What guests may not do is not offered to them."""
    may_change = not signed_in().is_guest
    text = render_template(f"office/{template}", area="office", printed_at=days.now(), may_change=may_change, **values)
    response = make_response(text)
    response.headers["Cache-Control"] = "no-store"
    return response


def _limits(errors: dict[str, str], typed: dict[str, str]) -> Limits:
    """The limits in the address; where one cannot be read all stay as usual, and `errors` and `typed` say which."""
    asked_for = {name: request.args.get(name, "")[:8] for name in LIMITS}
    try:
        return parse_limits(asked_for)
    except Invalid as error:
        for name in error.errors:
            errors[name] = _("Isi angka bulat dari 1 sampai %(most)s.", most=LIMITS[name])
        typed.update({name: value for name, value in asked_for.items() if value})
        return USUAL


def _scope() -> Scope:
    def text(name: str, most: int) -> str | None:
        value = request.args.get(name, "").strip()
        return value if value and len(value) <= most and value.isprintable() else None

    def whole(name: str, most: int = 10**15) -> int | None:
        value = request.args.get(name, "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 16 and int(value) <= most else None

    flagship = whole("flagship", 1)
    return Scope(
        district=text("district", 8),
        village=text("village", 13),
        cooperative_id=whole("cooperative"),
        species=text("species", 3),
        form=text("form", 12),
        product_id=whole("product"),
        is_flagship=None if flagship is None else bool(flagship),
        method=text("method", 8),
        weekday=whole("weekday", 7),
        hour=whole("hour", 23),
    )
