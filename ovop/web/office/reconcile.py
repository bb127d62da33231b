"""Card payments beside what their provider says, as `flask reconcile` prints it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from flask import Response, request

from ovop.accounts.models import Role
from ovop.db import reading
from ovop.kernel import days
from ovop.ordering.dues import numbers_by_payment
from ovop.payment import providers
from ovop.payment.errors import ProviderAway
from ovop.payment.queries import odd_since
from ovop.payment.reconcile import Comparison, Difference, Kind, Side, State
from ovop.payment.rules import Method, Oddity
from ovop.web.access import requires
from ovop.web.formats import rupiah
from ovop.web.language import gettext as _
from ovop.web.office.area import blueprint, page
from ovop.web.office.words import method_word

#: A page asks the provider while somebody waits: longer spans are the command's.
LONGEST_DAYS = 31
MOST_SHOWN = 200

_KINDS: dict[Kind, Callable[[], str]] = {
    Kind.MISSING_HERE: lambda: _("Tidak ada di pasar"),
    Kind.MISSING_THERE: lambda: _("Tidak ada di penyedia"),
    Kind.AMOUNT: lambda: _("Jumlah berbeda"),
    Kind.STATE: lambda: _("Keadaan berbeda"),
}
_STATES: dict[State, Callable[[], str]] = {
    State.NOTHING: lambda: _("tidak ada uang"),
    State.AUTHORISED: lambda: _("ditahan"),
    State.TAKEN: lambda: _("sudah ditarik"),
}


_ODDITIES: dict[Oddity, Callable[[], str]] = {
    Oddity.OTHER_SUM: lambda: _("Kartu ditahan untuk jumlah lain; pesanannya tidak jadi. Lepas uangnya di penyedia."),
    Oddity.PAID_TWICE: lambda: _("Terbayar dua kali; yang kedua sudah kembali."),
    Oddity.GOODS_GONE: lambda: _("Barang sudah diserahkan, tetapi uangnya lepas sebelum ditarik. Hubungi pembelinya."),
    Oddity.BEYOND: lambda: _("Bank menarik lebih dari yang ada. Lihat sengketanya di penyedia."),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of comparing one provider; `is_away` when it stopped answering."""

    method: Method
    compared: int
    differences: tuple[Difference, ...]
    has_more: bool
    is_away: bool


@blueprint.get("/cocokkan-kartu")
@requires(Role.OFFICE)
def reconcile() -> Response:
    """Every difference since a day; without one, from yesterday on."""
    today = days.today()
    typed = request.args.get("since", "").strip()[:20]
    since, error = _since(typed, today)
    outcomes = [_compare(method, since) for method in providers.set_up()] if error is None else []
    odd = odd_since(reading(), days.start_of(since)) if outcomes else []
    payment_ids = [difference.payment_id for outcome in outcomes for difference in outcome.differences]
    payment_ids += [one.payment_id for one in odd]
    return page(
        "reconcile.html",
        place="sales",
        since=since,
        typed=typed or since.isoformat(),
        error=error,
        earliest=today - timedelta(days=LONGEST_DAYS),
        today=today,
        outcomes=outcomes,
        odd=odd,
        odd_words=lambda oddity: _ODDITIES[oddity](),
        numbers=numbers_by_payment(reading(), payment_ids),
        method_word=method_word,
        kind_word=lambda kind: _KINDS[kind](),
        side_words=side_words,
    )


def side_words(side: Side | None) -> str:
    """What one side says of a payment: ``sudah ditarik Rp 57.000, dikembalikan Rp 2.000``."""
    if side is None:
        return _("tidak tercatat")
    if side.state is State.NOTHING:
        return _STATES[side.state]()
    amount = side.captured if side.state is State.TAKEN else side.authorised
    told = [f"{_STATES[side.state]()} {rupiah(amount)}"]
    if side.refunded:
        told.append(_("dikembalikan %(amount)s", amount=rupiah(side.refunded)))
    if side.disputed:
        told.append(_("diambil bank %(amount)s", amount=rupiah(side.disputed)))
    return ", ".join(told)


def _compare(method: Method, since: date) -> Outcome:
    comparison = Comparison(method, days.start_of(since))
    found: list[Difference] = []
    try:
        found += islice(comparison.differences(), MOST_SHOWN + 1)
    except ProviderAway:
        return Outcome(method, comparison.compared, tuple(found), has_more=False, is_away=True)
    has_more = len(found) > MOST_SHOWN
    return Outcome(method, comparison.compared, tuple(found[:MOST_SHOWN]), has_more, is_away=False)


def _since(typed: str, today: date) -> tuple[date, str | None]:
    """The day to begin with, and what is wrong with the one that was typed."""
    default = today - timedelta(days=1)
    if not typed:
        return default, None
    try:
        since = date.fromisoformat(typed)
    except ValueError:
        return default, _("Tulis tanggalnya seperti 2026-01-31.")
    if since > today:
        return default, _("Tanggal itu belum tiba.")
    if since < today - timedelta(days=LONGEST_DAYS):
        return default, _(
            "Halaman ini membandingkan paling lama 31 hari. Untuk masa yang lebih panjang ada perintahnya."
        )
    return since, None
