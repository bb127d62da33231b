"""Card providers behind one port."""

from __future__ import annotations

from flask import current_app

from ovop.payment.errors import MethodNotAllowed
from ovop.payment.providers.base import Provider
from ovop.payment.providers.demo import DemoProvider
from ovop.payment.rules import Method


def of(method: Method) -> Provider:
    """The provider for `method`.  Raises: MethodNotAllowed when it is not set up in this market."""
    if method is Method.DEMO and current_app.config["OVOP"].offers_demo_card:
        return DemoProvider()
    raise MethodNotAllowed(method, "not-set-up")


def check(method: Method) -> None:
    """Raises MethodNotAllowed unless `method` can be used in this market."""
    if method.is_card:
        of(method)
