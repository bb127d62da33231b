"""Why goods were lost, in words."""

from __future__ import annotations

from collections.abc import Callable

from ovop.stock.rules import LossCause
from ovop.web.language import gettext as _

#: In the order in which they are offered.
CAUSES: dict[LossCause, Callable[[], str]] = {
    LossCause.SPOILT: lambda: _("Busuk atau lewat waktu"),
    LossCause.DAMAGED: lambda: _("Rusak"),
    LossCause.RETURNED: lambda: _("Dikembalikan pembeli"),
    LossCause.GIVEN: lambda: _("Diberikan"),
    LossCause.EATEN: lambda: _("Dimakan sendiri"),
    LossCause.WEIGHED: lambda: _("Susut atau salah timbang"),
    LossCause.OTHER: lambda: _("Sebab lain"),
}


def cause_name(cause: LossCause | None) -> str:
    """``Busuk atau lewat waktu``; what nobody gave a cause for was lost with an order, or when a lot's sale ended."""
    return _("Dari pesanan dan penjualan yang diakhiri") if cause is None else CAUSES[cause]()
