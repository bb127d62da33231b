"""An order's way from placing to pickup, as the component `steps` shows it."""

from __future__ import annotations

from datetime import datetime

from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OrderStatus
from ovop.web.language import gettext as _

#: Words, when, and "done", "now", "stopped" or "".
Shown = tuple[str, datetime | None, str]

_STOPPED = (OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.NO_SHOW)


def steps_of(order: OrderRow) -> list[Shown]:
    """What was, is and will be; an order that ended early shows where it stopped."""
    at = {event.status: event.at for event in order.history}
    way: list[tuple[str, datetime | None]] = [(_("Dipesan"), order.created_at)]
    if order.method.is_card:
        way.append((_("Dibayar"), at.get(OrderStatus.CONFIRMED)))
    way.append((_("Siap"), at.get(OrderStatus.READY)))
    way.append((_("Diambil"), at.get(OrderStatus.COLLECTED)))
    passed = [(words, when, "done") for words, when in way if when is not None]
    if order.status in _STOPPED:
        return [*passed, (_stopped(order.status), at.get(order.status), "stopped")]
    coming = [(words, None, "") for words, when in way if when is None]
    if order.status is OrderStatus.COLLECTED:
        return [*passed, *coming]
    words, when, _state = passed[-1]
    return [*passed[:-1], (words, when, "now"), *coming]


def _stopped(status: OrderStatus) -> str:
    if status is OrderStatus.CANCELLED:
        return _("Dibatalkan")
    return _("Kedaluwarsa") if status is OrderStatus.EXPIRED else _("Tidak diambil")
