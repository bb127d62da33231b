"""How a shared point is spoken of: what was done, what is, and what its history says."""

from __future__ import annotations

from collections.abc import Callable

from ovop.pickup.use_queries import UseEventRow, UseRow
from ovop.pickup.use_rules import PointNews, Side, UseStep
from ovop.web.language import gettext as _

#: What the reader has just done; `other` is the other side.
_DONE: dict[PointNews, Callable[[str, str], str]] = {
    PointNews.OFFER: lambda point, other: _("%(point)s ditawarkan ke %(other)s.", point=point, other=other),
    PointNews.ASK: lambda point, other: _("%(other)s sudah ditanya soal %(point)s.", point=point, other=other),
    PointNews.AGREE: lambda point, other: _("%(point)s sekarang dipakai bersama %(other)s.", point=point, other=other),
    PointNews.DECLINE: lambda _point, other: _("Ditolak. %(other)s dikabari.", other=other),
    PointNews.WITHDRAW: lambda _point, other: _("Ditarik kembali. %(other)s dikabari.", other=other),
    PointNews.END: lambda point, other: _(
        "%(point)s tidak dipakai bersama %(other)s lagi. Pesanan yang sudah ada tetap diserahkan di sana.",
        point=point,
        other=other,
    ),
}
_STEPS: dict[UseStep, Callable[[str], str]] = {
    UseStep.OFFER: lambda who: _("%(who)s menawarkan", who=who),
    UseStep.ASK: lambda who: _("%(who)s meminta", who=who),
    UseStep.AGREE: lambda who: _("%(who)s setuju", who=who),
    UseStep.DECLINE: lambda who: _("%(who)s menolak", who=who),
    UseStep.WITHDRAW: lambda who: _("%(who)s menarik kembali", who=who),
    UseStep.END: lambda who: _("%(who)s mengakhiri", who=who),
}


def done_words(news: PointNews, use: UseRow, side: Side) -> str:
    """What the reader, on that side, has just done."""
    return _DONE[news](use.point_name, use.guest_name if side is Side.OWNER else use.owner_name)


def event_words(event: UseEventRow, use: UseRow) -> str:
    """A step of the history: which co-operative took it."""
    return _STEPS[event.step](use.owner_name if event.side is Side.OWNER else use.guest_name)
