"""Wording letters about points that two co-operatives share."""

from __future__ import annotations

from collections.abc import Callable

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.ordering.letters import Reader
from ovop.outside.mail import Message
from ovop.pickup.use_letters import PointLetter
from ovop.pickup.use_rules import PointNews
from ovop.web.language import gettext as _
from ovop.web.language import ngettext, speaking
from ovop.web.letters import link_to, written
from ovop.web.times import span

_Words = Callable[[PointLetter], str]

#: What happened, as the title says it; the other side is named.
_NEWS: dict[PointNews, _Words] = {
    PointNews.OFFER: lambda letter: _("%(who)s menawarkan titik ambil %(point)s", **_named(letter)),
    PointNews.ASK: lambda letter: _("%(who)s ingin ikut memakai titik ambil %(point)s", **_named(letter)),
    PointNews.AGREE: lambda letter: _("%(who)s setuju: titik ambil %(point)s dipakai bersama", **_named(letter)),
    PointNews.DECLINE: lambda letter: _("%(who)s belum bisa berbagi titik ambil %(point)s", **_named(letter)),
    PointNews.WITHDRAW: lambda letter: _("%(who)s tidak jadi berbagi titik ambil %(point)s", **_named(letter)),
    PointNews.END: lambda letter: _("%(who)s mengakhiri pemakaian bersama %(point)s", **_named(letter)),
    PointNews.CLOSED: lambda letter: _("%(who)s menutup satu jadwal di %(point)s", **_named(letter)),
    PointNews.CHANGED: lambda letter: _("%(who)s mengubah jam buka %(point)s", **_named(letter)),
    PointNews.RETIRED: lambda letter: _("%(who)s berhenti memakai titik ambil %(point)s", **_named(letter)),
    PointNews.REVIVED: lambda letter: _("%(who)s memakai titik ambil %(point)s lagi", **_named(letter)),
}
#: What follows from it for the reader.
_FOLLOWS: dict[PointNews, _Words] = {
    PointNews.OFFER: lambda _letter: _(
        "Kalau kamu setuju, pembelimu bisa mengambil pesanan di sana. Jawab di halaman Titik ambil."
    ),
    PointNews.ASK: lambda _letter: _(
        "Kalau kamu setuju, pembeli mereka mengambil pesanan di titikmu. Jawab di halaman Titik ambil."
    ),
    PointNews.AGREE: lambda _letter: _(
        "Mulai sekarang pembeli dari kedua koperasi bisa memilih jadwal di sana. "
        "Tempatnya satu, jadi jumlah pesanan dan kotak dinginnya dihitung bersama."
    ),
    PointNews.DECLINE: lambda _letter: _("Tidak ada yang berubah untuk pesananmu."),
    PointNews.WITHDRAW: lambda _letter: _("Tidak ada yang berubah untuk pesananmu."),
    PointNews.END: lambda _letter: _("Pesanan yang sudah masuk tetap diserahkan di sana; yang baru tidak bisa lagi."),
    PointNews.CLOSED: lambda letter: ngettext(
        "%(when)s: %(num)s pesanan koperasimu dibatalkan, dan pembelinya dikabari.",
        "%(when)s: %(num)s pesanan koperasimu dibatalkan, dan pembelinya dikabari.",
        letter.orders,
        when=span(letter.starts_at, letter.ends_at) if letter.starts_at and letter.ends_at else letter.point_name,
    ),
    PointNews.CHANGED: lambda _letter: _(
        "Pesanan yang sudah masuk tetap pada jamnya. Lihat jadwal barunya sebelum menjual."
    ),
    PointNews.RETIRED: lambda _letter: _(
        "Pesanan yang sudah masuk tetap diserahkan di sana; yang baru tidak bisa lagi."
    ),
    PointNews.REVIVED: lambda _letter: _("Pembelimu bisa memilih jadwal di sana lagi."),
}


def compose_point_letter(letter: PointLetter) -> Message:
    """The letter as a mail, leading to the points of its reader's co-operative."""
    reader = Reader(Actor(letter.account_id, Role.COOPERATIVE), letter.name, letter.email, letter.language)
    with speaking(letter.language):
        title = _NEWS[letter.news](letter)
        return written(
            "news",
            reader,
            title=title,
            link=link_to("/koperasi/titik", letter.language),
            key=letter.key,
            words=letter.words,
            follows=_FOLLOWS[letter.news](letter),
        )


def _named(letter: PointLetter) -> dict[str, str]:
    return {"who": letter.guest_name if letter.is_for_owner else letter.owner_name, "point": letter.point_name}
