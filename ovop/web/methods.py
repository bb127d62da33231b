"""What ways to pay are called, in the language of the page."""

from __future__ import annotations

from ovop.payment.rules import Method
from ovop.web.language import gettext as _


def method_name(method: Method) -> str:
    """``Tunai``, ``QRIS``, …"""
    return {
        Method.QRIS: _("QRIS"),
        Method.CASH: _("Tunai"),
        Method.STRIPE: _("Kartu"),
        Method.DEMO: _("Kartu contoh"),
    }[method]
