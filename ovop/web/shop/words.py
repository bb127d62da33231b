"""What the shop's pages say of times and of how to pay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never

from flask import Flask, current_app

from ovop.advance.counting import NOTHING_LEFT
from ovop.ordering.choices import Barred, Time
from ovop.ordering.paying_choices import Unpayable, Way
from ovop.ordering.rows import LineRow, OrderRow
from ovop.ordering.rules import CardReason, OrderStatus
from ovop.payment.rules import Method, PaymentStatus
from ovop.recall.rules import PREFIX
from ovop.web.formats import quantity, rupiah
from ovop.web.language import gettext as _
from ovop.web.language import ngettext
from ovop.web.methods import method_name
from ovop.web.times import NBSP, day, near_day


@dataclass(frozen=True, slots=True)
class ShownTime:
    """A slot as the component `slots` shows it; `why` it cannot be chosen, in words."""

    id: int
    starts_at: datetime
    ends_at: datetime
    free: int
    why: str | None


def shown_times(times: Iterable[Time]) -> list[ShownTime]:
    """Slots for the component `slots`."""
    return [ShownTime(time.id, time.starts_at, time.ends_at, time.free, _why(time.barred)) for time in times]


def _why(barred: Barred | None) -> str | None:
    match barred:
        case None | Barred.FULL:
            return None
        case Barred.NO_ROOM:
            return _("Tempat dingin penuh")
        case Barred.CLOSED:
            return _("Tutup")
        case Barred.YOURS:
            return _("Jadwalmu sekarang")
        case _:
            assert_never(barred)


def day_heading(moment: date) -> str:
    """``Hari ini, Sen 5 Jan``; only the day when it has no nearer name."""
    near, exact = near_day(moment), day(moment)
    return exact if near == exact else f"{near[0].upper()}{near[1:]}, {exact}"


def lasting(minutes: int) -> str:
    """``30 menit``, ``2 jam``, ``1 hari``: how long, in the largest unit that divides it."""
    if minutes and minutes % 1440 == 0:
        words = ngettext("%(num)s hari", "%(num)s hari", minutes // 1440)
    elif minutes and minutes % 60 == 0:
        words = ngettext("%(num)s jam", "%(num)s jam", minutes // 60)
    else:
        words = ngettext("%(num)s menit", "%(num)s menit", minutes)
    return words.replace(" ", NBSP)


def method_note(method: Method, maximum: int) -> str:
    """How it goes, in one sentence.  maximum: rupiah."""
    match method:
        case Method.QRIS:
            return _("Sesudah ditimbang, pindai QRIS koperasi dari aplikasi bank atau dompet mana pun. Tanpa biaya.")
        case Method.CASH:
            return _("Bayar di titik ambil, sesuai timbangan.")
        case Method.STRIPE:
            return _("Paling banyak %(maximum)s ditahan sekarang, ditagih sesuai timbangan.", maximum=rupiah(maximum))
        case Method.DEMO:
            return _("Hanya di pasar contoh: pura-pura membayar dengan kartu.")
        case _:
            assert_never(method)


def unpayable_because(way: Way) -> str:
    """Why a way to pay cannot be chosen."""
    sellers = ", ".join(way.sellers)
    match way.unpayable:
        case Unpayable.NO_CASH_HERE:
            return _("%(sellers)s belum menerima tunai.", sellers=sellers)
        case Unpayable.NO_QRIS_HERE:
            return _("%(sellers)s belum punya QRIS.", sellers=sellers)
        case Unpayable.NO_SHOWS:
            return _("Belum bisa: dua pesanan tidak diambil dalam 90 hari terakhir.")
        case Unpayable.OPEN_ORDERS:
            return _("Belum bisa: masih ada tiga pesanan tunai yang belum diambil.")
        case Unpayable.ABOVE_QRIS_LIMIT:
            return _("Jumlahnya melebihi batas sekali bayar dengan QRIS.")
        case Unpayable.BELOW_CARD_MINIMUM:
            least = rupiah(current_app.config["OVOP"].stripe_minimum)
            return _("Dengan kartu paling sedikit %(least)s.", least=least)
        case Unpayable.ABOVE_CARD_LIMIT:
            return _("Jumlahnya melebihi batas sekali bayar dengan kartu.")
        case None:
            return ""
        case _:
            assert_never(way.unpayable)


def allotment_words(line: LineRow) -> str:
    """What of a line there is, where a harvest was counted and shared out."""
    ordered = quantity(line.quantity, line.measure, line.unit)
    if line.allotted is None:
        return _("%(name)s: %(ordered)s, seperti yang kamu pesan", name=line.name, ordered=ordered)
    if line.allotted == 0:
        return _("%(name)s: tidak kebagian, yang dipesan %(ordered)s", name=line.name, ordered=ordered)
    part = quantity(line.allotted, line.measure, line.unit)
    return _("%(name)s: %(part)s dari %(ordered)s yang kamu pesan", name=line.name, part=part, ordered=ordered)


def reason_told(reason: str) -> str:
    """Why an order was cancelled: the market's own reasons in the reader's language, people's as they wrote them."""
    own = {
        CardReason.LET_GO.value: _("Uang di kartu tidak lagi ditahan untuk pesanan ini"),
        CardReason.TAKEN_BACK.value: _("Bank pemilik kartu menarik kembali pembayaran pesanan ini"),
        NOTHING_LEFT: _("Hasil panen tidak cukup sampai urutan pesanan ini"),
        CardReason.GIVEN_BACK.value: _("Uang pesanan ini sudah dikembalikan ke kartu"),
    }
    if reason.startswith(PREFIX):
        return _("Ditarik demi keamanan pangan: %(reason)s", reason=reason.removeprefix(PREFIX))
    return own.get(reason, reason)


def money_after(order: OrderRow) -> str:
    """What becomes of a cancelled order's money."""
    if order.history[-1].reason == CardReason.TAKEN_BACK:
        return _(
            "Uangnya sudah ditarik bankmu. Kalau bank menyerahkannya lagi ke pasar, kami kirim kembali ke kartumu."
        )
    if order.payment_status in (PaymentStatus.REFUNDED, PaymentStatus.PARTLY_REFUNDED):
        return _("Uangmu dikembalikan ke kartu. Biasanya sampai dalam 5–10 hari kerja.")
    was_paid = any(event.status is OrderStatus.CONFIRMED for event in order.history)
    if order.method.is_card and was_paid:
        return _("Tidak ada yang ditagih. Uang yang ditahan di kartumu dilepas.")
    return _("Tidak ada yang ditagih.")


FILTERS = (
    shown_times,
    day_heading,
    lasting,
    method_name,
    method_note,
    unpayable_because,
    reason_told,
    allotment_words,
    money_after,
)


def register(app: Flask) -> None:
    """Templates have these as filters."""
    app.jinja_env.filters.update({function.__name__: function for function in FILTERS})
