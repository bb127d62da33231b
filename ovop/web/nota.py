"""Small papers in words, the same on the screen and as PDF: receipts of orders, slips of members' shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from ovop.web.language import gettext as _
from ovop.web.paper import A5, Codes, Column, Line, Lines, Page, Paper, Table, Words
from ovop.web.qr import lot_address, qr_png, qr_svg
from ovop.web.times import clock, dated


@dataclass(frozen=True, slots=True)
class Origin:
    """A lot on the paper: where its public page is, and the code that leads there."""

    name: str
    lot_code: str
    address: str
    drawing: Markup


@dataclass(frozen=True, slots=True)
class Nota:
    """A small paper in the language of the page, part by part from top to bottom.

    signers: who puts a name under it by hand.
    """

    title: str
    issuer: str
    issuer_facts: Sequence[str]
    facts: Sequence[tuple[str, str]]
    lines: Sequence[Line]
    sums: Sequence[Line]
    terms: Sequence[str]
    origins: Sequence[Origin] = ()
    signers: Sequence[str] = ()


def origin_of(name: str, lot_code: str) -> Origin:
    """The lot with its code to scan."""
    return Origin(name, lot_code, lot_address(lot_code), qr_svg(lot_address(lot_code)))


def paper_of(nota: Nota, made_at: datetime, page: Page = A5) -> Paper:
    """The same as a paper to print.  made_at: the moment that its words follow from."""
    codes = [(qr_png(origin.address), f"{origin.name} {origin.lot_code}") for origin in nota.origins]
    return Paper(
        title=nota.title,
        issuer=nota.issuer,
        dated=made_at,
        note="\n".join(nota.issuer_facts),
        facts=nota.facts,
        parts=[
            Lines(nota.lines, is_ruled=True),
            Lines(nota.sums),
            *([Codes(codes, _("Asal barangmu"))] if codes else []),
            Words("\n".join(nota.terms), is_soft=True, size=6.8),
            *([_room_to_sign(nota.signers)] if nota.signers else []),
        ],
        page=page,
    )


def _room_to_sign(signers: Sequence[str]) -> Table:
    """A column with nothing in it below each of `signers`."""
    return Table([Column(words) for words in signers], [[""] * len(signers)], height=16)


def at(moment: datetime) -> str:
    """When, on a paper that is kept: ``5 Jan 2026, 09.30 WIB``."""
    return f"{dated(moment)}, {clock(moment)} WIB"
