"""How money, weights, times and distances are written for people, in the language of the page.

Indonesian: Rp 45.000, 1,5 kg, Sen 5 Jan 06.30 WIB.  English: Rp 45,000, 1.5 kg, Mon 5 Jan 06:30 WIB.
Amounts and their units are joined by no-break spaces. Times come in aware and are shown in Asia/Jakarta.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext

from ovop.kernel import days
from ovop.kernel.quantity import Measure, Unit
from ovop.web.language import current_language

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"

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
_TO_INDONESIAN = str.maketrans(",.", ".,")


# Numbers


def number(value: float | Decimal, decimals: int = 0, *, trim: bool = True) -> str:
    """`value` in the page's digits: ``1.284`` or ``1,284``; at most `decimals` places, halves away from zero.

    trim: leave out zeros at the end of the decimals.
    """
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    written = f"{abs(exact):,f}"
    if decimals and trim:
        written = written.rstrip("0").rstrip(".")
    if current_language() == "id":
        written = written.translate(_TO_INDONESIAN)
    return (MINUS if exact < 0 else "") + written


def count(value: int) -> str:
    """How many: ``1.284``."""
    return number(value)


def percent(share: float | Decimal, *, signed: bool = False) -> str:
    """`share` (0.084) as ``8,4 %`` or ``8.4%``; one place below 100, none above; `signed` writes the plus."""
    value = Decimal(str(share)) * 100
    written = number(value, 1 if abs(value) < 100 else 0)
    sign = "+" if signed and value > 0 and written != "0" else ""
    return sign + written + (f"{NBSP}%" if current_language() == "id" else "%")


# Money


def rupiah(amount: int) -> str:
    """``Rp 45.000``; the minus of a refund stands in front."""
    return f"{MINUS if amount < 0 else ''}Rp{NBSP}{number(abs(amount))}"


def rupiah_parts(amount: int) -> tuple[str, str, str]:
    """A large amount for a headline, in three pieces: ``("Rp", "412,6", "juta")``."""
    for size, word in ((10**12, _("triliun")), (10**9, _("miliar")), (10**6, _("juta"))):
        if abs(amount) >= size:
            value = Decimal(amount) / size
            return "Rp", number(value, 1 if abs(value) < 1000 else 0), word
    return "Rp", number(amount), ""


def short_rupiah(amount: int) -> str:
    """``Rp 412,6 juta``: where the exact amount would not be read."""
    return NBSP.join(part for part in rupiah_parts(amount) if part)


# Quantities


def weight(grams: int) -> str:
    """``750 g`` below a kilogram, ``1,48 kg`` from there on; never rounded."""
    if abs(grams) < 1000:
        return f"{number(grams)}{NBSP}g"
    return f"{number(Decimal(grams) / 1000, 3)}{NBSP}kg"


def kilograms(grams: int, decimals: int = 0) -> str:
    """Kilograms for a table, without the unit: ``9.840``."""
    return number(Decimal(grams) / 1000, decimals)


def quantity(amount: int, measure: str | Measure, unit: str | Unit = Unit.PIECE) -> str:
    """``1,5 kg``, ``3 buah`` or ``2 bungkus``. amount: grams for weight, else pieces."""
    if measure == Measure.WEIGHT:
        return weight(amount)
    if unit == Unit.PACK:
        return ngettext("%(amount)s bungkus", "%(amount)s bungkus", amount, amount=number(amount)).replace(" ", NBSP)
    return ngettext("%(amount)s buah", "%(amount)s buah", amount, amount=number(amount)).replace(" ", NBSP)


def unit_name(unit: str | Unit) -> str:
    """``kg``, ``buah`` or ``bungkus``."""
    return {"kg": "kg", "piece": _("buah"), "pack": _("bungkus")}[str(unit)]


def per_unit(unit: str | Unit) -> str:
    """What a price is for: ``/ kg``, ``/ buah``."""
    return f"/{NBSP}{unit_name(unit)}"


def typed_quantity(amount: int, measure: str | Measure) -> str:
    """A quantity as people type it into a field: ``1,5 kg`` or ``3``."""
    return weight(amount).replace(NBSP, " ") if measure == Measure.WEIGHT else number(amount)


# Times


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
    if gap < timedelta(minutes=-1):
        return _ahead(instant, present)
    if gap < timedelta(minutes=2):
        return _("baru saja")
    if gap < timedelta(hours=1):
        return _("%(minutes)s menit lalu", minutes=int(gap / timedelta(minutes=1)))
    nights = (days.day_of(present) - days.day_of(instant)).days
    if nights == 0 or gap < timedelta(hours=12):
        passed = int(gap / timedelta(hours=1))
        return ngettext("%(hours)s jam lalu", "%(hours)s jam lalu", passed, hours=passed)
    if nights == 1:
        return _("kemarin")
    return _("%(days)s hari lalu", days=nights) if nights < 7 else day(instant)


def _ahead(instant: datetime, present: datetime) -> str:
    gap = instant - present
    if gap < timedelta(hours=1):
        return _("%(minutes)s menit lagi", minutes=max(2, int(gap / timedelta(minutes=1))))
    nights = (days.day_of(instant) - days.day_of(present)).days
    if nights == 0 or gap < timedelta(hours=12):
        left = int(gap / timedelta(hours=1))
        return ngettext("%(hours)s jam lagi", "%(hours)s jam lagi", left, hours=left)
    return _("besok") if nights == 1 else day(instant)


# Places


def distance(kilometres: float) -> str:
    """``350 m`` below a kilometre, ``1,4 km`` below a hundred, ``120 km`` above."""
    metres = round(kilometres * 100) * 10
    if metres < 1000:
        return f"{number(metres)}{NBSP}m"
    return f"{number(kilometres, 1 if kilometres < 100 else 0, trim=False)}{NBSP}km"


FILTERS = (
    number, count, percent, rupiah, rupiah_parts, short_rupiah, weight, kilograms, quantity, unit_name, per_unit,
    typed_quantity, clock, day, short_date, dated, long_day, month, short_month, moment, near_day, ago, distance,
)  # fmt: skip


def register(app: Flask) -> None:
    """Templates have every format as a filter; those of two times (`hours`, `span`, `period`) also as functions."""
    app.jinja_env.filters.update({function.__name__: function for function in FILTERS})
    app.jinja_env.globals.update(hours=hours, span=span, period=period)
