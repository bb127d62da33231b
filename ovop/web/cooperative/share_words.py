"""Members' shares in words: the slip that each of them gets, and the list that they sign."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ovop.accounts.queries import get_cooperative
from ovop.db import db
from ovop.kernel import days
from ovop.shares.rows import FisherShare, LotRow, PartRow, Statement
from ovop.web.cooperative.area import clerk
from ovop.web.formats import percent, quantity, rupiah
from ovop.web.language import gettext as _
from ovop.web.nota import Nota
from ovop.web.paper import Column, Facts, Line, Paper, Table, Words
from ovop.web.times import dated, period


def span_words(found: Statement) -> str:
    """The days of a statement, always with their year: ``16–22 Nov 2026``."""
    words = period(found.first, found.last)
    return words if found.first.year != found.last.year else f"{words} {found.last.year}"


def slip_of(found: Statement, own: FisherShare) -> Nota:
    """What one fisher is due of these days, lot by lot."""
    issuer, address = _issuer()
    return Nota(
        title=_("Bagi hasil %(name)s", name=own.fisher.name),
        issuer=issuer,
        issuer_facts=[address],
        facts=[(_("Masa"), span_words(found)), (_("Dibagikan"), _shared_words(found))],
        lines=[_line(lot, part) for lot, part in own.parts],
        sums=list(_sums(found, own)),
        terms=list(_terms(found)),
        signers=[_("Diserahkan oleh"), _("Diterima oleh")],
    )


def overview_of(found: Statement) -> Paper:
    """All fishers with room for their signatures, and the lots behind their shares."""
    issuer, address = _issuer()
    money = found.money
    fishers = Table(
        [
            Column(_("Nelayan"), 2.4),
            Column(_("Bagian"), 1.4, right=True),
            Column(_("Iuran"), 1.2, right=True),
            Column(_("Diterima"), 1.4, right=True),
            Column(_("Tanda tangan"), 2.2, right=True),
        ],
        [
            (share.fisher.name, rupiah(share.amount), rupiah(-share.dues), rupiah(share.net), "." * 26)
            for share in found.fishers
        ],
        foot=[(_("Total"), rupiah(found.amount), rupiah(-found.dues), rupiah(found.net), "")],
        title=_("Bagian nelayan"),
        size=9,
        height=9,
    )
    lots = Table(
        [
            Column(_("Hasil"), 2.2),
            Column(_("Lot"), 1.8),
            Column(_("Terjual"), 1.3, right=True),
            Column(_("Uang kembali"), 1.3, right=True),
            Column(_("Bagian pasar"), 1.2, right=True),
            Column(_("Dibagi"), 1.3, right=True),
            Column(_("Milik koperasi"), 1.3, right=True),
        ],
        [_lot_row(lot) for lot in found.lots],
        foot=[
            (
                _("Total"),
                "",
                *map(rupiah, (money.sold, -money.refunded, -money.commission, money.received, found.own)),
            )
        ],
        title=_("Dari hasil apa"),
        size=7.5,
    )
    return Paper(
        title=_("Bagi hasil %(days)s", days=span_words(found)),
        issuer=issuer,
        dated=moment_of(found),
        note=address,
        parts=[
            Facts(*_balance(found), right=True),
            fishers,
            lots,
            Words("\n".join(_terms(found)), is_soft=True, size=8),
        ],
    )


def moment_of(found: Statement) -> datetime:
    """What a paper about it is dated: when it was shared out, else the end of its days."""
    return found.sharing.closed_at if found.sharing else days.end_of(found.last)


def _issuer() -> tuple[str, str]:
    _actor, cooperative_id = clerk()
    own = get_cooperative(db.session(), cooperative_id)
    return own.name, _("Desa %(village)s", village=own.village_name)


def _shared_words(found: Statement) -> str:
    return dated(found.sharing.closed_at) if found.sharing else _("belum, angka masih bisa berubah")


def _line(lot: LotRow, part: PartRow) -> Line:
    brought = quantity(part.quantity, lot.measure, lot.unit)
    note = _(
        "%(brought)s dari %(caught)s, lot %(code)s. Lot ini menghasilkan %(received)s.",
        brought=brought,
        caught=quantity(lot.caught, lot.measure, lot.unit),
        code=lot.lot_code,
        received=rupiah(lot.money.received),
    )
    return Line(lot.name, rupiah(part.amount), note)


def _sums(found: Statement, own: FisherShare) -> Iterator[Line]:
    yield Line(_("Bagian"), rupiah(own.amount), is_sum=True)
    if found.dues_basis_points:
        yield Line(_("Iuran %(rate)s", rate=percent(found.dues_basis_points / 10_000)), rupiah(-own.dues))
    yield Line(_("Diterima"), rupiah(own.net), is_sum=True)


def _balance(found: Statement) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What came in, and where it goes: the same sum twice."""
    rate = percent(found.dues_basis_points / 10_000)
    return [
        (_("Untuk nelayan, sesudah iuran"), rupiah(found.net)),
        (_("Iuran anggota %(rate)s", rate=rate), rupiah(found.dues)),
        (_("Milik koperasi sendiri"), rupiah(found.own)),
    ], [(_("Diterima dari penjualan"), rupiah(found.money.received))]


def _lot_row(lot: LotRow) -> tuple[str, ...]:
    money = lot.money
    amounts = (money.sold, -money.refunded, -money.commission, money.received, lot.own)
    return (lot.name, lot.lot_code, *map(rupiah, amounts))


def _terms(found: Statement) -> Iterator[str]:
    yield _(
        "Yang dibagi: hasil timbangan pesanan yang diambil pada masa ini, dikurangi uang kembali yang disetujui pada "
        "masa ini dan bagian pasar, menurut banyaknya yang dibawa tiap nelayan. Yang tidak tercatat pembawanya milik "
        "koperasi."
    )
    if any(share.net < 0 for share in found.fishers):
        yield _("Minus berarti uang yang dikembalikan ke pembeli lebih banyak daripada yang terjual pada masa ini.")
