"""A scale's verification in words: calm, dated, and by the day in Jakarta."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never

from ovop.kernel import days
from ovop.ordering.rows import UsedScale
from ovop.scales.queries import ScaleRow
from ovop.scales.rules import Tera, days_left, tera_on
from ovop.web.language import gettext as _
from ovop.web.language import ngettext
from ovop.web.times import dated


@dataclass(frozen=True, slots=True)
class SeenScale:
    """A scale on a page.  words: how its verification stands; warning: what has to be done about it, if anything.

    note: the warning in one short line, for where there is little room.
    """

    row: ScaleRow
    tera: Tera
    words: str
    warning: str
    note: str


def seen(row: ScaleRow, today: date) -> SeenScale:
    """The scale as it stands `today` (Asia/Jakarta)."""
    tera, words = row.tera_on(today), tera_words(row.verified_until, today)
    note = "" if tera is Tera.VALID else f"{words[0].upper()}{words[1:]}."
    if tera is Tera.EXPIRED:
        note += " " + _("Menimbang tetap bisa.")
    return SeenScale(row, tera, words, _warning(row, today), note)


def tera_words(verified_until: date | None, today: date) -> str:
    """``tera berlaku sampai 30 Sep 2026``, ``tera habis 12 hari lagi``, ``tera habis 3 Jan 2026``."""
    if verified_until is None:
        return _("masa tera belum dicatat")
    match tera_on(verified_until, today):
        case Tera.EXPIRED:
            return _("tera habis %(day)s", day=dated(verified_until))
        case Tera.ENDING:
            return _last_days(days_left(verified_until, today))
        case _:
            return _("tera berlaku sampai %(day)s", day=dated(verified_until))


def used_words(scale: UsedScale | None, weighed_at: datetime | None) -> str | None:
    """What an order says of the verification of what it was weighed on; nothing where that was in order."""
    if scale is None or weighed_at is None:
        return None
    match tera_on(scale.verified_until, days.day_of(weighed_at)):
        case Tera.EXPIRED:
            assert scale.verified_until is not None  # else nobody would know that it had ended
            return _("saat menimbang, teranya sudah habis (%(day)s)", day=dated(scale.verified_until))
        case Tera.UNKNOWN:
            return _("saat menimbang, masa teranya belum dicatat")
        case _:
            return None


def _last_days(left: int) -> str:
    if left == 0:
        return _("tera habis hari ini")
    return ngettext("tera habis %(num)s hari lagi", "tera habis %(num)s hari lagi", left)


def _warning(row: ScaleRow, today: date) -> str:
    tera = row.tera_on(today)
    match tera:
        case Tera.VALID:
            return ""
        case Tera.UNKNOWN:
            return _("Masa tera %(name)s belum dicatat. Lihat capnya, lalu catat.", name=row.name)
        case Tera.ENDING | Tera.EXPIRED:
            assert row.verified_until is not None  # else it would not be known
            day = dated(row.verified_until)
        case _:
            assert_never(tera)
    if tera is Tera.ENDING:
        return _("Tera %(name)s berlaku sampai %(day)s. Daftarkan tera ulangnya sebelum itu.", name=row.name, day=day)
    return _(
        "Tera %(name)s habis %(day)s. Menimbang tetap bisa, dan pesanan mencatatnya. Segera tera ulang.",
        name=row.name,
        day=day,
    )
