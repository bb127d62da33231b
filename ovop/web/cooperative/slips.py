"""Asking again about a number that is a hundred or a thousand times off from the usual."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from ovop.kernel.quantity import looks_like_slip, meant_instead
from ovop.web.addresses import read_id


@dataclass(frozen=True, slots=True)
class Slip:
    """A number that is asked about: as typed, what was probably meant instead (if that can be told), the question."""

    value: int
    meant: int | None
    words: str


def find_slip(field: str, value: int, usual: int | None, show: Callable[[int], str]) -> Slip | None:
    """The question about `field`, none when nothing is odd or somebody has said that exactly this number is meant.

    show: writes a number with its unit.
    """
    if usual is None or not looks_like_slip(value, usual) or str(value) in request.form.getlist(f"sure_{field}"):
        return None
    meant = meant_instead(value, usual)
    words = _("%(value)s jauh dari biasanya, %(usual)s.", value=show(value), usual=show(usual))
    if meant is not None:
        words += " " + _("Maksudmu %(meant)s?", meant=show(meant))
    return Slip(value, meant, words)


def read_meant(field: str) -> int | None:
    """The number that was tapped in answer to the question about `field`, if one was."""
    return read_id(request.form.get(f"meant_{field}"))
