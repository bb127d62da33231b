"""The fields of a rule by which prices step down, read and filled in."""

from __future__ import annotations

from ovop.kernel.errors import Invalid
from ovop.kernel.money import parse_rupiah
from ovop.stock.price_rules import MOST_STEPS, PROPOSED, PriceRule, Step
from ovop.web.formats import NBSP, number, rupiah
from ovop.web.typed import Reading


def read_rule(reading: Reading) -> PriceRule:
    """The rule that a form describes; a second step may be left empty.  Raises: Invalid."""
    steps = []
    for place in range(1, MOST_STEPS + 1):
        hours, percent = f"hours_{place}", f"percent_{place}"
        if place > 1 and not reading.text(hours) and not reading.text(percent):
            continue
        steps.append(Step(reading.take(small_number, hours, 1), reading.take(small_number, percent, 1)))
    floor = int(reading.take(parse_rupiah, "floor", 1)) if reading.text("floor") else 0
    reading.finish()
    return PriceRule(tuple(steps), floor)


def typed_rule(rule: PriceRule | None) -> dict[str, str]:
    """What the fields of a rule hold."""
    rule = rule or PROPOSED
    typed = {"floor": rupiah(rule.floor).replace(NBSP, " ") if rule.floor else ""}
    for place, step in enumerate(rule.steps, start=1):
        typed |= {f"hours_{place}": number(step.hours), f"percent_{place}": number(step.percent)}
    return typed


def small_number(typed: str) -> int:
    """A small whole number, as typed.  Raises: Invalid."""
    digits = typed.removesuffix("%").strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > 3:
        raise Invalid({"number": "not-a-count" if digits else "required"})
    return int(digits)
