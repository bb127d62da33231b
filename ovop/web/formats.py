"""How money, weights and distances are written for people, in the language of the page; times are in `times`.

Indonesian: Rp 45.000, 1,5 kg.  English: Rp 45,000, 1.5 kg.  Amounts and their units are joined by no-break spaces.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context

from ovop.kernel.quantity import Measure, Unit
from ovop.web import times
from ovop.web.language import current_language, ngettext
from ovop.web.language import gettext as _
from ovop.web.times import NBSP as NBSP

P = ParamSpec("P")
T = TypeVar("T")

MINUS = "\N{MINUS SIGN}"

_TO_INDONESIAN = str.maketrans(",.", ".,")
_PLACES = [Decimal(1).scaleb(-decimals) for decimals in range(4)]


# Numbers


def number(value: float | Decimal, decimals: int = 0, *, trim: bool = True) -> str:
    """`value` in the page's digits: ``1.284`` or ``1,284``; at most `decimals` places, halves away from zero.

    trim: leave out zeros at the end of the decimals.
    """
    exact = value if isinstance(value, int) else Decimal(str(value)).quantize(_PLACES[decimals], ROUND_HALF_UP)
    written = f"{exact:,}"
    if trim and "." in written:
        written = written.rstrip("0").rstrip(".")
    if current_language() == "id":
        written = written.translate(_TO_INDONESIAN)
    return written.replace("-", MINUS) if exact < 0 else written


def count(value: int) -> str:
    """How many: ``1.284``."""
    return number(value)


def percent(share: float | Decimal, *, signed: bool = False) -> str:
    """`share` (0.084) as ``8,4 %`` or ``8.4%``; one place below 100, none above; `signed` writes the plus."""
    value = Decimal(str(share)) * 100
    written = number(value, 1 if abs(value) < 100 else 0)
    sign = "+" if signed and value > 0 and written != "0" else ""
    return sign + written + (f"{NBSP}%" if current_language() == "id" else "%")


def typed_percent(basis_points: int) -> str:
    """A rate as people type it into a field: ``2,5``."""
    return number(Decimal(basis_points) / 100, 2)


# Money


def rupiah(amount: int) -> str:
    """``Rp 45.000``; the minus of a refund stands in front."""
    return f"{MINUS if amount < 0 else ''}Rp{NBSP}{number(abs(amount))}"


def rupiah_parts(amount: int) -> tuple[str, str, str]:
    """A large amount for a headline, in three pieces: ``("Rp", "412,6", "juta")``."""
    for size, word in ((10**12, _("triliun")), (10**9, _("miliar")), (10**6, _("juta"))):
        if abs(amount) >= size:
            value = Decimal(amount) / size
            return "Rp", number(value, 1 if abs(value) < 1000 else 0), word
    return "Rp", number(amount), ""


def short_rupiah(amount: int) -> str:
    """``Rp 412,6 juta``: where the exact amount would not be read."""
    return NBSP.join(part for part in rupiah_parts(amount) if part)


# Quantities


def weight(grams: int) -> str:
    """``750 g`` below a kilogram, ``1,48 kg`` from there on; never rounded."""
    if abs(grams) < 1000:
        return f"{number(grams)}{NBSP}g"
    return f"{number(grams // 1000 if grams % 1000 == 0 else Decimal(grams) / 1000, 3)}{NBSP}kg"


def kilograms(grams: int, decimals: int = 0) -> str:
    """Kilograms for a table, without the unit: ``9.840``."""
    return number(Decimal(grams) / 1000, decimals)


def quantity(amount: int, measure: str | Measure, unit: str | Unit = Unit.PIECE) -> str:
    """``1,5 kg``, ``3 buah`` or ``2 bungkus``. amount: grams for weight, else pieces."""
    if measure == Measure.WEIGHT:
        return weight(amount)
    if unit == Unit.PACK:
        return ngettext("%(amount)s bungkus", "%(amount)s bungkus", amount, amount=number(amount)).replace(" ", NBSP)
    return ngettext("%(amount)s buah", "%(amount)s buah", amount, amount=number(amount)).replace(" ", NBSP)


def unit_name(unit: str | Unit) -> str:
    """``kg``, ``buah`` or ``bungkus``."""
    match Unit(unit):
        case Unit.KG:
            return "kg"
        case Unit.PIECE:
            return _("buah")
        case Unit.PACK:
            return _("bungkus")


def per_unit(unit: str | Unit) -> str:
    """What a price is for: ``/ kg``, ``/ buah``."""
    return f"/{NBSP}{unit_name(unit)}"


def typed_quantity(amount: int, measure: str | Measure) -> str:
    """A quantity as people type it into a field: ``1,5 kg`` or ``3``."""
    return weight(amount).replace(NBSP, " ") if measure == Measure.WEIGHT else number(amount)


# Places


def distance(kilometres: float) -> str:
    """``350 m`` below a kilometre, ``1,4 km`` below a hundred, ``120 km`` above."""
    metres = round(kilometres * 100) * 10
    if metres < 1000:
        return f"{number(metres)}{NBSP}m"
    return f"{number(kilometres, 1 if kilometres < 100 else 0, trim=False)}{NBSP}km"


FILTERS = (
    number, count, percent, rupiah, rupiah_parts, short_rupiah, weight, kilograms, quantity, unit_name, per_unit,
    typed_quantity, distance, *times.FILTERS,
)  # fmt: skip


def when_rendered(function: Callable[P, T]) -> Callable[Concatenate[Context, P], T]:
    """Without a context Jinja would word `{{ 45000|rupiah }}` once, in the language of whoever asked first."""

    @pass_context
    @wraps(function)
    def rendered(_context: Context, /, *values: P.args, **options: P.kwargs) -> T:
        return function(*values, **options)

    return rendered


def register(app: Flask) -> None:
    """Templates have every format as a filter, and those of two times (`hours`, `span`, `period`) as functions."""
    app.jinja_env.filters.update({function.__name__: when_rendered(function) for function in FILTERS})
    app.jinja_env.globals.update(hours=times.hours, span=times.span, period=times.period)
