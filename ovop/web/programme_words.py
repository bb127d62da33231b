"""The programme in words: criteria with their numbers, where things stand, who gives stars."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from ovop.catalogue.labels import written_pirt
from ovop.catalogue.rules import StarFamily
from ovop.programme.rules import STARS, CertificateState, Confirmation, Criterion, Item, ProposalStatus, State
from ovop.web.formats import count, percent, rupiah
from ovop.web.language import gettext as _
from ovop.web.language import ngettext
from ovop.web.times import dated

_CRITERIA: dict[str, Callable[[], str]] = {
    Criterion.NIB: lambda: _("NIB (nomor induk berusaha)"),
    Criterion.PIRT: lambda: _("P-IRT"),
    Criterion.HALAL: lambda: _("Sertifikat halal"),
    Criterion.LABEL: lambda: _("Label lengkap"),
    Criterion.CONTINUITY: lambda: _("Kesinambungan"),
    Criterion.SALES: lambda: _("Penjualan terbukti"),
    Criterion.REPEAT: lambda: _("Pembeli yang kembali"),
    STARS: lambda: _("Keputusan bintang"),
}
_WHY: dict[str, Callable[[], str]] = {
    "no-number": lambda: _("nomornya belum dicatat"),
    "ended": lambda: _("masa berlakunya sudah habis"),
    "no-paper": lambda: _("belum ada berkas buktinya"),
    "incomplete": lambda: _("isian labelnya belum lengkap"),
    "too-little": lambda: _("belum mencapai batas"),
}
_STATES: dict[State, tuple[Callable[[], str], str]] = {
    State.MET: (lambda: _("Terpenuhi"), "fresh"),
    State.MISSING: (lambda: _("Belum"), "last"),
    State.NOT_APPLICABLE: (lambda: _("Tidak berlaku"), ""),
}
_PROPOSALS: dict[ProposalStatus, tuple[Callable[[], str], str]] = {
    ProposalStatus.OPEN: (lambda: _("Menunggu keputusan"), "sand"),
    ProposalStatus.AGREED: (lambda: _("Disetujui"), "fresh"),
    ProposalStatus.REFUSED: (lambda: _("Ditolak"), "last"),
    ProposalStatus.WITHDRAWN: (lambda: _("Ditarik koperasi"), ""),
}
_CONFIRMATIONS: dict[Confirmation, tuple[Callable[[], str], str]] = {
    Confirmation.WAITING: (lambda: _("Menunggu orang kedua"), "sand"),
    Confirmation.CONFIRMED: (lambda: _("Dikukuhkan dua orang"), "fresh"),
    Confirmation.REFUSED: (lambda: _("Ditolak orang kedua"), "last"),
}
_CERTIFICATES: dict[CertificateState, tuple[Callable[[], str], str]] = {
    CertificateState.VALID: (lambda: _("Masih berlaku"), "fresh"),
    CertificateState.EXPIRED: (lambda: _("Masa berlakunya habis"), ""),
    CertificateState.WITHDRAWN: (lambda: _("Tidak berlaku lagi"), "last"),
}
_FAMILIES: dict[str, Callable[[], str]] = {
    StarFamily.INDUSTRY: lambda: _("Perindustrian (barang olahan)"),
    StarFamily.COOPERATIVES: lambda: _("Koperasi dan UKM"),
    "": lambda: _("belum dicatat"),
}


@dataclass(frozen=True, slots=True)
class Tag:
    """Words and the kind of tag that they stand in."""

    words: str
    kind: str


@dataclass(frozen=True, slots=True)
class ItemWords:
    """A criterion as a row: its name, what was found, how it stands, what it is worth."""

    name: str
    found: str
    state: Tag
    points: str


def criterion_name(kind: str) -> str:
    """``Sertifikat halal``."""
    return _CRITERIA[kind]()


def family_name(family: str) -> str:
    """Which of the two programmes gave stars."""
    return _FAMILIES[family]()


def proposal_tag(status: ProposalStatus) -> Tag:
    """Where a proposal stands."""
    words, kind = _PROPOSALS[status]
    return Tag(words(), kind)


def confirmation_tag(status: Confirmation) -> Tag:
    """Where an assessment stands."""
    words, kind = _CONFIRMATIONS[status]
    return Tag(words(), kind)


def certificate_tag(state: CertificateState) -> Tag:
    """How a certificate stands."""
    words, kind = _CERTIFICATES[state]
    return Tag(words(), kind)


def item_words(item: Item) -> ItemWords:
    """The criterion with its own numbers."""
    words, kind = _STATES[item.state]
    name = criterion_name(item.rule.kind)
    if item.rule.is_required:
        name = _("%(name)s, wajib", name=name)
    points = "–"
    if item.state is not State.NOT_APPLICABLE:
        got = item.rule.points if item.state is State.MET else 0
        points = _("%(got)s dari %(most)s", got=count(got), most=count(item.rule.points))
    return ItemWords(name, _found(item), Tag(words(), kind), points)


def _found(item: Item) -> str:
    if item.state is State.NOT_APPLICABLE:
        return _("Tidak diwajibkan untuk barang seperti ini.")
    match item.rule.kind:
        case Criterion.CONTINUITY:
            text = _(
                "Ada penjualan di %(value)s dari %(base)s bulan; batasnya %(least)s bulan",
                value=count(item.value), base=count(item.base), least=count(item.rule.threshold),
            )  # fmt: skip
        case Criterion.SALES:
            text = _(
                "%(value)s dari %(base)s pesanan; batasnya %(least)s",
                value=rupiah(item.value), base=count(item.base), least=rupiah(item.rule.threshold),
            )  # fmt: skip
        case Criterion.REPEAT:
            share = item.value / item.base if item.base else 0
            text = _(
                "%(value)s dari %(base)s pembeli membeli lagi (%(share)s); batasnya %(least)s",
                value=count(item.value), base=count(item.base), share=percent(share),
                least=percent(item.rule.threshold / 100),
            )  # fmt: skip
        case Criterion.LABEL:
            text = _("%(value)s dari %(base)s isian wajib", value=count(item.value), base=count(item.base))
        case _:
            text = _permit(item)
    parts = [text, _papers(item), _WHY[item.why]() if item.why and item.why != "too-little" else ""]
    return "; ".join(part for part in parts if part)


def _permit(item: Item) -> str:
    if not item.number:
        return ""
    number = written_pirt(item.number) if item.rule.kind is Criterion.PIRT else item.number
    return _("%(number)s, sampai %(day)s", number=number, day=dated(item.until)) if item.until else number


def _papers(item: Item) -> str:
    if item.rule.kind not in (Criterion.NIB, Criterion.PIRT, Criterion.HALAL, Criterion.LABEL) or not item.papers:
        return ""
    return ngettext("%(num)s berkas", "%(num)s berkas", item.papers)


def register(app: Flask) -> None:
    """Templates word the programme by these filters."""
    for filter_ in (criterion_name, family_name, proposal_tag, confirmation_tag, certificate_tag, item_words):
        app.jinja_env.filters[filter_.__name__] = filter_
