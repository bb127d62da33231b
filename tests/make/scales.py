"""Scales for tests."""

from __future__ import annotations

from datetime import date, timedelta

from ovop.db import write
from ovop.kernel import days
from ovop.scales.operations import add_scale
from ovop.scales.rules import NewScale
from tests.make.market import Shop


def scale(seller: Shop, name: str = "Duduk 1", verified_until: date | None = None, capacity: int | None = None) -> int:
    """A scale of that co-operative; answers its id."""
    return write(add_scale, NewScale(name, capacity, verified_until), seller.clerk, days.now())


def verified(seller: Shop, name: str = "Duduk 1") -> int:
    """One whose verification holds for many months."""
    return scale(seller, name, days.today() + timedelta(days=200))


def expired(seller: Shop, name: str = "Gantung") -> int:
    """One whose verification ended yesterday."""
    return scale(seller, name, days.today() - timedelta(days=1))
