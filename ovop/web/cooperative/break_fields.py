"""The fields of a product's price breaks, read and filled in."""

from __future__ import annotations

from collections.abc import Sequence

from ovop.catalogue.price_breaks import MOST_BREAKS, PriceBreak, check_breaks
from ovop.kernel.errors import Invalid
from ovop.kernel.quantity import Measure, parse_quantity
from ovop.web.cooperative.rule_fields import small_number
from ovop.web.formats import number, typed_quantity
from ovop.web.typed import Reading, has_decimal_point


def read_breaks(reading: Reading, measure: Measure) -> tuple[PriceBreak, ...]:
    """The breaks that a form describes, rows left empty left out; what is wrong stays in the reading."""
    found: dict[int, PriceBreak] = {}
    for place in range(1, MOST_BREAKS + 1):
        quantity, percent = f"from_{place}", f"percent_{place}"
        if reading.text(quantity) or reading.text(percent):
            found[place] = PriceBreak(
                reading.take(parse_quantity, quantity, 1, measure, decimal_point=has_decimal_point()),
                reading.take(small_number, percent, 1),
            )
    try:
        check_breaks(tuple(found.values()))
    except Invalid as error:
        places = dict(enumerate(found, start=1))
        for field, reason in error.errors.items():
            name, _, row = field.rpartition("_")
            reading.refuse(f"{name}_{places[int(row)]}", reason)
    return tuple(found.values())


def typed_breaks(breaks: Sequence[PriceBreak], measure: Measure) -> dict[str, str]:
    """What the fields of these breaks hold."""
    typed: dict[str, str] = {}
    for place, each in enumerate(breaks, start=1):
        typed |= {f"from_{place}": typed_quantity(each.quantity, measure), f"percent_{place}": number(each.percent)}
    return typed
