"""How times and days are written for people, in the language of the page: shown in Asia/Jakarta, given aware.

Indonesian: Sen 5 Jan 06.30 WIB.  English: Mon 5 Jan 06:30 WIB.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from ovop.kernel import days
from ovop.web.language import current_language, ngettext
from ovop.web.language import gettext as _

NBSP = "\N{NO-BREAK SPACE}"

_WEEKDAYS = {
    "id": "Sen Sel Rab Kam Jum Sab Min".split(),
    "en": "Mon Tue Wed Thu Fri Sat Sun".split(),
}
_LONG_WEEKDAYS = {
    "id": "Senin Selasa Rabu Kamis Jumat Sabtu Minggu".split(),
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
}
_MONTHS = {
    "id": "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des".split(),
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
}
_LONG_MONTHS = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split(),
    "en": "January February March April May June July August September October November December".split(),
}
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


def _local(moment: datetime | date) -> datetime | date:
    return days.to_local(moment) if isinstance(moment, datetime) else moment


def clock(instant: datetime) -> str:
    """``06.30`` or ``06:30``, Jakarta time."""
    return days.to_local(instant).strftime("%H.%M" if current_language() == "id" else "%H:%M")


def day(moment: datetime | date) -> str:
    """``Sen 5 Jan``; with the year when it is not this year's."""
    local = _local(moment)
    year = "" if local.year == days.today().year else f"{NBSP}{local.year}"
    return f"{_WEEKDAYS[current_language()][local.weekday()]}{NBSP}{short_date(local)}{year}"


def short_date(moment: datetime | date) -> str:
    """``5 Jan``."""
    local = _local(moment)
    return f"{local.day}{NBSP}{_MONTHS[current_language()][local.month - 1]}"


def dated(moment: datetime | date) -> str:
    """``5 Jan 2027``: for expiry dates and decisions."""
    return f"{short_date(moment)}{NBSP}{_local(moment).year}"


def weekday_name(number: int) -> str:
    """``Senin`` for 1."""
    return _LONG_WEEKDAYS[current_language()][number - 1]


def long_day(moment: datetime | date) -> str:
    """``Senin, 5 Januari 2027``."""
    local, language = _local(moment), current_language()
    name, of_month = _LONG_WEEKDAYS[language][local.weekday()], _LONG_MONTHS[language][local.month - 1]
    return f"{name}, {local.day} {of_month} {local.year}"


def month(moment: datetime | date) -> str:
    """``November 2026``."""
    local = _local(moment)
    return f"{_LONG_MONTHS[current_language()][local.month - 1]} {local.year}"


def short_month(moment: datetime | date) -> str:
    """``Nov``."""
    return _MONTHS[current_language()][_local(moment).month - 1]


def moment(instant: datetime) -> str:
    """``Sen 5 Jan 06.30 WIB``."""
    return f"{day(instant)} {clock(instant)}{NBSP}WIB"


def near_day(moment: datetime | date) -> str:
    """``hari ini``, ``besok``, ``kemarin``, else ``Sen 5 Jan``."""
    local = _local(moment)
    that = local.date() if isinstance(local, datetime) else local
    match (that - days.today()).days:
        case 0:
            return _("hari ini")
        case 1:
            return _("besok")
        case -1:
            return _("kemarin")
        case _:
            return day(moment)


def hours(starts_at: datetime, ends_at: datetime) -> str:
    """``16.00–17.00``."""
    return f"{clock(starts_at)}–{clock(ends_at)}"


def span(starts_at: datetime, ends_at: datetime) -> str:
    """A slot: ``Hari ini 16.00–17.00``."""
    name = near_day(starts_at)
    return f"{name[0].upper()}{name[1:]} {hours(starts_at, ends_at)}"


def period(first: date, last: date) -> str:
    """Days from `first` to `last`, both in it: ``1–24 Nov``, ``28 Okt – 3 Nov``, ``1 Des 2025 – 24 Nov 2026``."""
    if first == last:
        return short_date(first)
    if first.year != last.year:
        return f"{dated(first)} – {dated(last)}"
    if first.month != last.month:
        return f"{short_date(first)} – {short_date(last)}"
    return f"{first.day}–{short_date(last)}"


def ago(instant: datetime, now: datetime | None = None) -> str:
    """How long since: ``baru saja``, ``12 menit lalu``, ``3 jam lalu``, ``kemarin``, ``4 hari lalu``, then the day.

    What lies ahead reads ``3 jam lagi``, ``besok``, then the day.
    """
    present = now or days.now()
    gap = present - instant
    if gap < -_MINUTE:
        return _ahead(instant, present)
    if gap < 2 * _MINUTE:
        return _("baru saja")
    if gap < _HOUR:
        return _("%(minutes)s menit lalu", minutes=gap // _MINUTE)
    if gap < 12 * _HOUR:
        return _hours_ago(gap // _HOUR)
    nights = (days.day_of(present) - days.day_of(instant)).days
    if nights == 0:
        return _hours_ago(gap // _HOUR)
    if nights == 1:
        return _("kemarin")
    return _("%(days)s hari lalu", days=nights) if nights < 7 else day(instant)


def _hours_ago(passed: int) -> str:
    return ngettext("%(hours)s jam lalu", "%(hours)s jam lalu", passed, hours=passed)


def _ahead(instant: datetime, present: datetime) -> str:
    gap = instant - present
    if gap < _HOUR:
        return _("%(minutes)s menit lagi", minutes=max(2, gap // _MINUTE))
    nights = (days.day_of(instant) - days.day_of(present)).days
    if nights == 0 or gap < 12 * _HOUR:
        left = gap // _HOUR
        return ngettext("%(hours)s jam lagi", "%(hours)s jam lagi", left, hours=left)
    return _("besok") if nights == 1 else day(instant)


def time_left(instant: datetime, now: datetime | None = None) -> str:
    """How long until then: ``35 menit``, ``5 jam 20 menit``, ``3 hari``, rounded down; ``sudah lewat`` after it."""
    gap = instant - (now or days.now())
    minutes = gap // _MINUTE
    if minutes < 1:
        return _("sudah lewat")
    if gap >= 48 * _HOUR:
        return ngettext("%(num)s hari", "%(num)s hari", gap.days)
    hours_left, rest = divmod(minutes, 60)
    parts = [ngettext("%(num)s jam", "%(num)s jam", hours_left)] if hours_left else []
    if rest and hours_left < 12:
        parts.append(ngettext("%(num)s menit", "%(num)s menit", rest))
    return " ".join(parts)


FILTERS = (clock, day, short_date, dated, long_day, month, short_month, moment, near_day, ago, time_left)
