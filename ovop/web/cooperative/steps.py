"""Steppers where no script counts: their buttons send the form, which comes back one step further."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request

from ovop.kernel.errors import Invalid
from ovop.kernel.money import parse_rupiah
from ovop.kernel.quantity import LARGEST_QUANTITY, Measure, parse_quantity
from ovop.web.formats import NBSP, rupiah, typed_quantity
from ovop.web.typed import has_decimal_point

_PRICE_STEPS = ((200_000, 5_000), (50_000, 1_000), (0, 500))


def price_step(price: int) -> int:
    """By how much a tap changes that price, rupiah: one or two hundredths of it."""
    return next(step for least, step in _PRICE_STEPS if price >= least)


def was_stepped(*names: str) -> bool:
    """Whether a button of one of these steppers sent the form."""
    return any(f"{name}_step" in request.form for name in names)


def after_step(
    typed: Mapping[str, str], name: str, measure: Measure | None, usual: int | None = None
) -> dict[str, str]:
    """What was `typed`, the field `name` on its next whole step where a button of its stepper was pressed.

    measure: none for rupiah.  usual: where the first step up from an empty field leads.
    """
    step = request.form.get(f"{name}_step", 0, type=int)
    if not step or abs(step) > LARGEST_QUANTITY:
        return dict(typed)
    text = typed.get(name, "").strip()
    value = usual if usual and not text and step > 0 else _stepped(_read(text, measure), step)
    written = rupiah(value).replace(NBSP, " ") if measure is None else typed_quantity(value, measure)
    return {**typed, name: written}


def _read(text: str, measure: Measure | None) -> int:
    """What the field holds; nothing where that cannot be read."""
    try:
        if measure is None:
            return parse_rupiah(text)
        return parse_quantity(text, measure, decimal_point=has_decimal_point())
    except Invalid:
        return 0


def _stepped(now: int, step: int) -> int:
    """The next whole step above or below `now`, never less than one step."""
    size = abs(step)
    return max((now // size + 1) * size if step > 0 else (-(-now // size) - 1) * size, size)
