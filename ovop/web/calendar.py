"""Calendar entries (RFC 5545) for what people want to be reminded of."""

from __future__ import annotations

import re
from datetime import datetime

from ovop.kernel import days
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OrderStatus
from ovop.web.language import gettext as _

#: Jakarta has kept one time since 1964: the zone needs no rules.
_ZONE = (
    "BEGIN:VTIMEZONE TZID:Asia/Jakarta BEGIN:STANDARD DTSTART:19700101T000000 TZOFFSETFROM:+0700 "
    "TZOFFSETTO:+0700 TZNAME:WIB END:STANDARD END:VTIMEZONE"
).split()

#: States in which nobody is waited for.
_OFF = (OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.NO_SHOW)


def calendar_entry(order: OrderRow, now: datetime, *, changes: int = 0) -> str:
    """The pickup of `order` as a calendar file, with a reminder an hour before; times in Asia/Jakarta.

    changes: how often its slot was changed.  The entry keeps its name, so that opening the file again moves the one in
    the calendar rather than adding another; an order that is not to be collected any more takes it out.
    """
    is_off = order.status in _OFF
    pickup = order.pickup
    what = ", ".join(line.name for line in order.lines)
    about = _("Pesanan %(number)s dari %(seller)s.", number=order.number, seller=order.cooperative_name)
    where = ", ".join(part for part in (pickup.point_name, pickup.address) if part)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Pasar Ikan Serang//ID",
        *_ZONE,
        "BEGIN:VEVENT",
        f"UID:{order.number}@pasar-ikan-serang",
        f"SEQUENCE:{changes + is_off}",
        f"STATUS:{'CANCELLED' if is_off else 'CONFIRMED'}",
        f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
        f"DTSTART;TZID=Asia/Jakarta:{_local(pickup.starts_at)}",
        f"DTEND;TZID=Asia/Jakarta:{_local(pickup.ends_at)}",
        f"SUMMARY:{_text(_('Ambil %(what)s', what=what))}",
        f"LOCATION:{_text(where)}",
        f"GEO:{pickup.latitude:.6f};{pickup.longitude:.6f}",
        f"DESCRIPTION:{_text(about)}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT1H",
        f"DESCRIPTION:{_text(_('Sejam lagi: ambil pesananmu'))}",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _local(instant: datetime) -> str:
    return days.to_local(instant).strftime("%Y%m%dT%H%M%S")


def _text(words: str) -> str:
    """`words` escaped as a TEXT value; nothing in them can begin a line of its own."""
    escaped = re.sub(r"([\\;,])", r"\\\1", words)
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", escaped)


def _folded(line: str) -> str:
    """`line` in pieces of at most 75 octets, never cut inside a letter."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > 74:
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece])
