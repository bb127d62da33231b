"""A certificate as a sheet of A4: what the village stands for, and a code that says whether it still holds."""

from __future__ import annotations

from datetime import time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, current_app

from ovop.kernel import days
from ovop.programme.rows import CertificateRow
from ovop.web.language import current_language, public_origin
from ovop.web.language import gettext as _
from ovop.web.market import NAME
from ovop.web.paper_font import BOLD, REGULAR, WRITABLE, paper_faces
from ovop.web.qr import qr_png
from ovop.web.times import dated

if TYPE_CHECKING:
    from fpdf import FPDF

#: Millimetres.
_WIDTH, _HEIGHT, _FRAME, _CODE = 297.0, 210.0, 9.0, 40.0
_LINE = 0.3528 * 1.3
_INK, _SOFT, _RULE, _SAND, _STAR = (11, 60, 73), (71, 100, 107), (14, 110, 128), (244, 233, 218), (201, 138, 18)


def certificate_address(code: str) -> str:
    """Where the code leads: one address, whatever language its reader's phone speaks."""
    return f"{public_origin()}/sertifikat/{code}"


def certificate_pdf(row: CertificateRow) -> bytes:
    """The certificate in the language spoken now.  The same row gives the same bytes."""
    from fpdf import FPDF  # noqa: PLC0415 - its import is slow and takes memory

    pdf = FPDF(orientation="landscape", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.set_creation_date(days.at(row.issued_on, time(0)))
    pdf.set_lang(current_language())
    pdf.set_title(_("Sertifikat %(code)s", code=row.code))
    pdf.set_author(NAME)
    faces: dict[int, Path] = paper_faces(Path(current_app.config["OVOP"].instance_path))
    pdf.add_font("jakarta", "", faces[REGULAR])
    pdf.add_font("jakarta", "B", faces[BOLD])
    pdf.add_page()
    _frame(pdf)
    _middle(pdf, row)
    _foot(pdf, row)
    return bytes(pdf.output())


def send_certificate(row: CertificateRow) -> Response:
    """The certificate, opened in the browser and kept by nobody on the way."""
    answer = Response(certificate_pdf(row), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="sertifikat-{row.code.lower()}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _frame(pdf: FPDF) -> None:
    pdf.set_draw_color(*_RULE)
    pdf.set_line_width(0.9)
    pdf.rect(_FRAME, _FRAME, _WIDTH - 2 * _FRAME, _HEIGHT - 2 * _FRAME)
    pdf.set_line_width(0.25)
    pdf.rect(_FRAME + 2, _FRAME + 2, _WIDTH - 2 * _FRAME - 4, _HEIGHT - 2 * _FRAME - 4)


def _middle(pdf: FPDF, row: CertificateRow) -> None:
    top = 22.0
    for text, size, color, bold, gap in (
        (_("Pemerintah Kabupaten Serang"), 12, _SOFT, False, 0.5),
        (_("Program Satu Desa Satu Produk"), 12, _SOFT, False, 6),
        (_("Sertifikat Produk Unggulan"), 27, _INK, True, 1),
        (_("Nomor %(number)s", number=row.number), 11, _SOFT, False, 9),
        (_("Diberikan kepada %(cooperative)s untuk", cooperative=row.cooperative_name), 12, _INK, False, 2),
        (row.product_name, 32, _RULE, True, 2),
        (
            _(
                "produk unggulan Desa %(village)s, Kecamatan %(district)s",
                village=row.village_name,
                district=row.district_name,
            ),
            14,
            _INK,
            True,
            3,
        ),
        (
            _(
                "berdasarkan keputusan %(number)s tanggal %(day)s",
                number=row.flagship_number or "–",
                day=dated(row.flagship_on),
            ),
            11,
            _INK,
            False,
            1,
        ),
        (
            _(
                "dan penilaian kesiapan dua penilai: %(got)s dari %(most)s, kriteria versi %(version)s.",
                got=str(row.points),
                most=str(row.most_points),
                version=str(row.criteria_version),
            ),
            11,
            _INK,
            False,
            3,
        ),
    ):
        top = _centred(pdf, text, size, color, top, bold=bold) + gap
    if row.stars is not None:
        stars = _(
            "Bintang OVOP tingkat %(level)s, diberikan %(issuer)s, %(year)s",
            level=str(row.stars.level),
            issuer=row.stars.issuer,
            year=str(row.stars.year),
        )
        _centred(pdf, stars, 11, _STAR, top, bold=True)


def _foot(pdf: FPDF, row: CertificateRow) -> None:
    top = _HEIGHT - _FRAME - 2 - 6 - _CODE
    address = certificate_address(row.code)
    pdf.image(BytesIO(qr_png(address)), x=_FRAME + 8, y=top, w=_CODE, h=_CODE)
    left = _FRAME + 8 + _CODE + 3
    lines = (
        (_("Pindai untuk memeriksa keasliannya"), 10, _INK, True),
        (address.partition("://")[2], 8.5, _SOFT, False),
        (_("Kode %(code)s", code=row.code), 10, _INK, False),
        (
            _("Berlaku %(first)s sampai %(last)s", first=dated(row.issued_on), last=dated(row.expires_on)),
            10,
            _INK,
            False,
        ),
    )
    y = top + 9
    for text, size, color, bold in lines:
        _line(pdf, text, size, color, left, y, bold=bold)
        y += size * _LINE + 0.8
    right = _WIDTH - _FRAME - 14 - 74
    _line(pdf, _("Serang, %(day)s", day=dated(row.issued_on)), 10, _INK, right, top + 4)
    _line(pdf, _("Kepala dinas"), 10, _INK, right, top + 9)
    pdf.set_draw_color(*_SOFT)
    pdf.set_line_width(0.25)
    pdf.line(right + 1, top + _CODE - 4, right + 70, top + _CODE - 4)


def _centred(pdf: FPDF, text: str, size: float, color: tuple[int, int, int], y: float, *, bold: bool = False) -> float:
    """One line in the middle, smaller where it would not fit; answers where the next begins."""
    text = _written(text)
    pdf.set_font("jakarta", "B" if bold else "", size)
    room = _WIDTH - 2 * (_FRAME + 12)
    while size > 7 and pdf.get_string_width(text) > room:
        size -= 0.5
        pdf.set_font("jakarta", "B" if bold else "", size)
    pdf.set_text_color(*color)
    pdf.set_xy(0, y)
    pdf.cell(_WIDTH, size * _LINE, text, align="C")
    return y + size * _LINE


def _line(
    pdf: FPDF, text: str, size: float, color: tuple[int, int, int], x: float, y: float, *, bold: bool = False
) -> None:
    pdf.set_font("jakarta", "B" if bold else "", size)
    pdf.set_text_color(*color)
    pdf.set_xy(x, y)
    pdf.cell(0, size * _LINE, _written(text))


def _written(text: str) -> str:
    return "".join(sign if sign in WRITABLE else "?" for sign in text)
