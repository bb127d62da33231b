"""Card providers behind one port."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, current_app

from ovop.payment.errors import MethodNotAllowed
from ovop.payment.providers.base import Provider, Transfers
from ovop.payment.providers.demo import DemoProvider
from ovop.payment.providers.stripe import StripeProvider
from ovop.payment.providers.stripe_connect import StripeTransfers
from ovop.payment.rules import Method

_OWN = "ovop.providers"


def register(app: Flask, own: Mapping[Method, Provider]) -> None:
    """From now on `app` asks these providers for their methods, whatever else is set up."""
    app.extensions[_OWN] = dict(own)


def of(method: Method, *, is_hurried: bool = False) -> Provider:
    """The provider for `method`.  is_hurried: give up soon, since somebody waits for a page.

    Raises: MethodNotAllowed when it is not set up in this market.
    """
    own: dict[Method, Provider] = current_app.extensions.get(_OWN, {})
    if method in own:
        return own[method]
    settings = current_app.config["OVOP"]
    if method is Method.DEMO and settings.offers_demo_card:
        return DemoProvider()
    if method is Method.STRIPE and settings.stripe_secret_key:
        return StripeProvider(settings.stripe_secret_key, settings.stripe_api_base, is_hurried=is_hurried)
    raise MethodNotAllowed(method, "not-set-up")


def transfers(*, is_hurried: bool = False) -> Transfers | None:
    """Who passes co-operatives' shares on to accounts of their own; none unless this market has chosen it."""
    settings = current_app.config["OVOP"]
    if not settings.stripe_connect or not settings.stripe_secret_key:
        return None
    return StripeTransfers(settings.stripe_secret_key, settings.stripe_api_base, is_hurried=is_hurried)


def check(method: Method) -> None:
    """Raises MethodNotAllowed unless `method` can be used in this market."""
    if method.is_card:
        of(method)


def set_up() -> tuple[Method, ...]:
    """The card providers that this market can be paid by."""
    return tuple(method for method in Method if method.is_card and _is_set_up(method))


def _is_set_up(method: Method) -> bool:
    try:
        of(method)
    except MethodNotAllowed:
        return False
    return True
