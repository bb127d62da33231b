"""A product's dossier on paper, and with its papers as the bundle that the regency sends in.

The same content gives the same bytes.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import time

from flask import Response, stream_with_context

from ovop.kernel import days
from ovop.outside.media import storage
from ovop.programme.rows import Dossier, PaperRow, ReadinessRow
from ovop.programme.rules import Confirmation, Item
from ovop.sales.exports import file_name
from ovop.web import programme_words as words
from ovop.web.formats import count, rupiah
from ovop.web.goods import form_name
from ovop.web.language import gettext as _
from ovop.web.language import pgettext
from ovop.web.market import NAME
from ovop.web.paper import Column, Facts, Paper, Part, Table, Words
from ovop.web.pdf import pdf_of
from ovop.web.programme_papers import paper_name
from ovop.web.times import dated

#: The first moment that the format knows: nothing in the bundle says when it was asked for.
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def dossier_paper(dossier: Dossier) -> Paper:
    """All there is about the product, dated by the day that it was asked for."""
    product = dossier.product
    return Paper(
        title=product.name,
        issuer=_("%(market)s: berkas One Village One Product", market=NAME),
        dated=days.at(dossier.today, time(0)),
        note=_(
            "Desa %(village)s, Kecamatan %(district)s, Kabupaten Serang",
            village=dossier.village_name,
            district=dossier.district_name,
        ),
        facts=_facts(dossier),
        parts=list(_parts(dossier)),
    )


def _facts(dossier: Dossier) -> list[tuple[str, str]]:
    product, sold = dossier.product, dossier.figures
    facts = [
        (_("Koperasi"), product.cooperative_name),
        (_("Jenis dan bentuk"), f"{product.species_name_id}, {form_name(product.form)}"),
        (_("Keadaan pada"), dated(dossier.today)),
        (
            _("Penjualan"),
            _("%(amount)s dari %(orders)s pesanan", amount=rupiah(sold.revenue), orders=count(sold.orders)),
        ),
        (_("Masa penjualan"), f"{dated(sold.first)} – {dated(sold.last)}"),
        (
            pgettext("jumlah", "Pembeli"),
            _("%(all)s, %(again)s di antaranya kembali", all=count(sold.buyers), again=count(sold.repeat_buyers)),
        ),
    ]
    if dossier.flagship is not None:
        number = dossier.flagship.decision_number or "–"
        facts.append(
            (
                _("Produk unggulan"),
                _("sejak %(day)s, keputusan %(number)s", day=dated(dossier.flagship.decided_on), number=number),
            )
        )
    if product.description:
        facts.append((_("Keterangan"), product.description))
    return facts


def _parts(dossier: Dossier) -> Iterator[Part]:
    agreed = next((one for one in dossier.proposals if one.decided_on is not None), None)
    if agreed is not None:
        yield Facts(
            [
                (_("Diusulkan"), f"{dated(agreed.proposed_at)}, {agreed.cooperative_name}"),
                (_("Alasan koperasi"), agreed.reasons),
                (_("Keputusan"), words.proposal_tag(agreed.status).words + f", {agreed.decision_number}"),
                (_("Alasan dinas"), agreed.decision_reason),
            ],
            title=_("Usulan dan keputusan"),
        )
    yield _readiness(dossier)
    if dossier.stars:
        yield Table(
            (
                Column(_("Bintang"), 0.5),
                Column(_("Pemberi"), 1.4),
                Column(_("Program"), 1.2),
                Column(_("Keputusan")),
                Column(_("Berlaku sampai"), 1.2),
            ),
            [
                (
                    f"{one.level} ({one.year})",
                    one.issuer,
                    words.family_name(one.family),
                    one.decision_number or "–",
                    _("dicabut %(day)s", day=dated(one.withdrawn_on))
                    if one.withdrawn_on
                    else dated(one.expires_on)
                    if one.expires_on
                    else _("tanpa batas"),
                )
                for one in dossier.stars
            ],
            title=_("Bintang OVOP"),
        )
    if dossier.papers:
        yield Table(
            (Column(_("Berkas"), 1), Column(_("Untuk"), 0.9), Column("SHA-256", 3)),
            [(one.title, words.criterion_name(one.kind), one.sha256) for one in dossier.papers],
            title=_("Berkas yang dilampirkan"),
            size=6.5,
        )
    yield Words(
        _(
            "Penjualan dihitung dari pesanan yang sudah diambil dan ditimbang, dua belas bulan penuh terakhir."
            " Pembeli yang kembali mengambil produk ini pada dua hari atau lebih."
        ),
        is_soft=True,
        size=8,
    )


def _readiness(dossier: Dossier) -> Table:
    """The last assessment that two people stand behind; without one how the product stands today, which is said."""
    kept = next((one for one in dossier.assessments if one.status is Confirmation.CONFIRMED), None)
    items: Iterable[Item] = kept.items if kept else dossier.judgement.items
    points, most = _sums(kept, dossier)
    title = (
        _(
            "Kesiapan menurut kriteria versi %(version)s, dikukuhkan dua orang (%(day)s)",
            version=str(kept.criteria_version),
            day=dated(kept.as_of),
        )
        if kept
        else _("Kesiapan menurut kriteria versi %(version)s, belum dikukuhkan", version=str(dossier.criteria.version))
    )
    rows = [(row.name, row.found, row.state.words, row.points) for row in map(words.item_words, items)]
    return Table(
        (
            Column(_("Kriteria"), 1.1),
            Column(_("Yang ditemukan"), 2.2),
            Column(_("Penilaian"), 0.8),
            Column(_("Nilai"), 0.7, right=True),
        ),
        rows,
        foot=[("", "", _("Jumlah"), _("%(got)s dari %(most)s", got=count(points), most=count(most)))],
        title=title,
    )


def _sums(kept: ReadinessRow | None, dossier: Dossier) -> tuple[int, int]:
    if kept is not None:
        return kept.points, kept.most_points
    return dossier.judgement.points, dossier.judgement.most_points


def send_bundle(dossier: Dossier) -> Response:
    """The dossier as PDF with every paper, as a ZIP that is written while it is sent."""
    paper = pdf_of(dossier_paper(dossier))
    name = file_name("usulan-ovop", dossier.village_name, dossier.product.name, dossier.today, ending="zip")
    response = Response(stream_with_context(bundle(paper, dossier.papers)), mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def bundle(dossier: bytes, papers: Iterable[PaperRow]) -> Iterator[bytes]:
    """The ZIP in pieces, never more than one paper in memory; last a list of what is in it with each one's SHA-256."""
    sink = _Sink()
    sums = []
    media = storage()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, data in _files(dossier, papers, media.get):
            sums.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
            archive.writestr(_entry(name), data)
            yield sink.taken()
        archive.writestr(_entry("SHA256SUMS"), "".join(sums))
    yield sink.taken()


def _files(dossier: bytes, papers: Iterable[PaperRow], get: Callable[[str], bytes]) -> Iterator[tuple[str, bytes]]:
    yield "berkas-usulan.pdf", dossier
    for paper in papers:
        yield f"lampiran/{paper_name(paper)}", get(paper.key)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.external_attr = 0o644 << 16
    return entry


class _Sink:
    """What a ZIP is written into: it keeps nothing that was taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Called by the archive."""
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is held."""

    def taken(self) -> bytes:
        """All that came since it was asked before."""
        parts, self._parts = self._parts, []
        return b"".join(parts)
