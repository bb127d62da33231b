"""What a clerk did a moment ago, in words, and the words for having taken it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from ovop.accounts.rules import Actor
from ovop.db import db
from ovop.undo.operations import Facts
from ovop.undo.queries import find_latest
from ovop.undo.rules import OFFERED, Deed
from ovop.web.formats import quantity, rupiah


@dataclass(frozen=True, slots=True)
class Undoable:
    """The last deed, in words; `seconds`: how long it can still be taken back."""

    id: int
    words: str
    seconds: int


def undoable_by(actor: Actor, now: datetime) -> Undoable | None:
    """What `actor` can take back now.  One query."""
    step = find_latest(db.session(), actor, now)
    if step is None:
        return None
    return Undoable(step.id, done_words(step.deed, step.facts), max(1, int((step.at + OFFERED - now).total_seconds())))


def done_words(deed: Deed, facts: Facts) -> str:
    """What was done, as the page says it."""
    return _WORDS[deed](facts)


def _changed(facts: Facts) -> str:
    before, after = (facts[when].get("unit_price") for when in ("before", "after"))
    if before == after:
        return _("Keterangan %(name)s sudah diubah.", name=facts["name"])
    words = _("Harga %(name)s diubah dari %(before)s menjadi %(after)s.")
    return words % {"name": facts["name"], "before": rupiah(before), "after": rupiah(after)}


def _stock_changed(facts: Facts) -> str:
    words = (
        _("Stok %(name)s ditambah %(quantity)s.") if facts["change"] > 0 else _("Stok %(name)s dikurangi %(quantity)s.")
    )
    return words % {"name": facts["name"], "quantity": _amount(facts)}


_WORDS: dict[Deed, Callable[[Facts], str]] = {
    Deed.LISTED: lambda facts: _("%(name)s %(quantity)s sudah dijual.", name=facts["name"], quantity=_amount(facts)),
    Deed.LANDED: lambda facts: ngettext(
        "%(name)s dari %(num)s nelayan sudah dijual.",
        "%(name)s dari %(num)s nelayan sudah dijual.",
        facts["fishers"],
        name=facts["name"],
    ),
    Deed.CHANGED: _changed,
    Deed.STOCK_CHANGED: _stock_changed,
    Deed.SOLD_OUT: lambda facts: _(
        "%(name)s habis, %(quantity)s keluar dari stok. Dijual di tempat? Urungkan, lalu catat uangnya di lotnya.",
        name=facts["name"],
        quantity=_amount(facts),
    ),
    Deed.ENDED: lambda facts: _(
        "%(name)s tidak dijual lagi. Pesanan yang sudah ada tetap disiapkan.", name=facts["name"]
    ),
    Deed.PRODUCT_CHANGED: lambda facts: _("%(name)s sudah diubah.", name=facts["name"]),
    Deed.PRODUCT_RETIRED: lambda facts: _("%(name)s tidak muncul lagi di halaman Jual.", name=facts["name"]),
    Deed.PRODUCT_REVIVED: lambda facts: _("%(name)s bisa dijual lagi.", name=facts["name"]),
}


def undone_words(deed: Deed, facts: Facts) -> str:
    """That it was taken back."""
    if deed in (Deed.LISTED, Deed.LANDED):
        return _("%(name)s tidak jadi dijual.", name=facts["name"])
    return _("Diurungkan: %(name)s kembali seperti tadi.", name=facts["name"])


def _amount(facts: Facts) -> str:
    return quantity(abs(facts["change"]), facts["measure"], facts["unit"])
