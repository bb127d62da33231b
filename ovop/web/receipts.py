"""Receipts in words: the same on the screen, on paper and as PDF, for the buyer, the co-operative and the office.

What stands on it: PP 80/2019, article 53 (parties, goods, value, payment, delivery, return, disputes).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import Response, request, url_for

from ovop.accounts.names import written_mobile
from ovop.ordering.receipts import GivenBack, Receipt
from ovop.ordering.rows import LineRow
from ovop.payment.rules import Method
from ovop.web import paper
from ovop.web.formats import NBSP, per_unit, percent, quantity, rupiah
from ovop.web.language import gettext as _
from ovop.web.market import NAME
from ovop.web.methods import method_name
from ovop.web.nota import Nota, at, origin_of, paper_of
from ovop.web.paper import Line
from ovop.web.pdf import sent_pdf

#: Where consumers complain beside co-operative and office: the Ministry of Trade's consumer protection.
MINISTRY_WHATSAPP, MINISTRY_EMAIL = "0853-1111-1010", "pengaduan.konsumen@kemendag.go.id"

#: Sizes of paper by the name that an address has for them; the first unless it asks for another.
PAGES = {"a5": paper.A5, "80": paper.ROLL_80, "58": paper.ROLL_58}


def nota_of(receipt: Receipt) -> Nota:
    """The receipt in words."""
    seller = receipt.seller
    address = _("Desa %(village)s, Kecamatan %(district)s", village=seller.village, district=seller.district)
    return Nota(
        title=_("Nota %(code)s", code=receipt.code),
        issuer=seller.name,
        issuer_facts=[address, *_reach(receipt), _("Lewat %(market)s", market=NAME)],
        facts=list(_facts(receipt)),
        lines=[_line(line) for line in receipt.order.lines],
        sums=list(_sums(receipt)),
        terms=list(_terms(receipt)),
        origins=[origin_of(line.name, receipt.lot_codes[line.catch]) for line in receipt.order.lines],
    )


def receipt_pdf(receipt: Receipt) -> Response:
    """The receipt as PDF on A5, or on a roll where the address asks for one; the same bytes for the same receipt."""
    page = PAGES.get(request.args.get("ukuran", ""), paper.A5)
    return sent_pdf(paper_of(nota_of(receipt), _last_change(receipt), page), f"nota-{receipt.code}.pdf")


def pdf_links(endpoint: str, number: str) -> list[tuple[str, str]]:
    """Names and addresses of the receipt's PDFs, by size."""
    words = {"a5": "PDF A5", "80": _("PDF struk 80 mm"), "58": _("PDF struk 58 mm")}
    return [(words[size], url_for(endpoint, number=number, ukuran=size)) for size in PAGES]


def _last_change(receipt: Receipt) -> datetime:
    """The latest of what stands on it: two receipts with the same words have the same moment."""
    changes = [moment for back in receipt.refunds for moment in (back.agreed_at, back.paid_at) if moment]
    return max([receipt.collected_at, *changes])


def _reach(receipt: Receipt) -> Iterator[str]:
    if receipt.seller.phone:
        yield _("WhatsApp %(phone)s", phone=written_mobile(receipt.seller.phone))
    if receipt.seller.tax_number:
        yield _("NPWP %(number)s", number=receipt.seller.tax_number)


def _facts(receipt: Receipt) -> Iterator[tuple[str, str]]:
    order = receipt.order
    yield _("Nomor pesanan"), order.number
    if receipt.buyer:
        yield _("Pembeli"), receipt.buyer
    yield _("Waktu"), at(receipt.collected_at)
    place = order.pickup
    yield _("Tempat"), f"{place.point_name}, {place.address}" if place.address else place.point_name
    paid = method_name(order.method)
    yield _("Dibayar dengan"), f"{paid} ({order.reference})" if order.reference else paid


def _line(line: LineRow) -> Line:
    weighed = line.quantity if line.final_quantity is None else line.final_quantity
    amount = line.amount if line.final_amount is None else line.final_amount
    price = f"{rupiah(line.unit_price)}{NBSP}{per_unit(line.unit)}"
    note = f"{quantity(weighed, line.measure, line.unit)} × {price}"
    if weighed != line.quantity:
        note += ", " + _("pesan %(ordered)s", ordered=quantity(line.quantity, line.measure, line.unit))
    return Line(line.name, rupiah(amount), note)


def _sums(receipt: Receipt) -> Iterator[Line]:
    order = receipt.order
    yield Line(_("Total"), rupiah(order.total), is_sum=True)
    if not order.tax_basis_points:
        yield Line(_("PPN tidak dipungut"), "")
    else:
        yield _tax(receipt, receipt.tax)
    for back in receipt.refunds:
        yield Line(_("Uang kembali"), rupiah(-back.amount), given_back_words(back, order.method))
    if receipt.refunds:
        yield Line(_("Sesudah uang kembali"), rupiah(receipt.total_now), is_sum=True)
        if order.tax_basis_points:
            yield _tax(receipt, receipt.tax_now)


def _tax(receipt: Receipt, amount: int) -> Line:
    rate = percent(receipt.order.tax_basis_points / 10_000)
    return Line(_("Termasuk PPN %(rate)s", rate=rate), rupiah(amount))


def given_back_words(back: GivenBack, method: Method) -> str:
    """When it was agreed to give that back, and whether the buyer has it."""
    agreed = _("Disetujui %(when)s.", when=at(back.agreed_at))
    if back.paid_at is None:
        return f"{agreed} " + _("Menunggu pengembalian.")
    if method.is_card:
        return f"{agreed} " + _("Sudah dikembalikan ke kartu %(when)s.", when=at(back.paid_at))
    return f"{agreed} " + _("Sudah dikembalikan %(when)s.", when=at(back.paid_at))


def ministry_words() -> str:
    """Where consumers complain beside co-operative and office."""
    return _(
        "Layanan Pengaduan Konsumen, Ditjen Perlindungan Konsumen dan Tertib Niaga, Kementerian Perdagangan RI: "
        "WhatsApp %(phone)s, %(email)s.",
        phone=MINISTRY_WHATSAPP,
        email=MINISTRY_EMAIL,
    )


def _terms(receipt: Receipt) -> Iterator[str]:
    yield _(
        "Barang ditimbang sebelum diserahkan. Tiap baris adalah harga kali timbangan, dibulatkan ke Rp 100 terdekat, "
        "dan tidak pernah melebihi batas atas yang disetujui saat memesan."
    )
    phone = receipt.seller.phone
    asked = _("hubungi koperasi di %(phone)s", phone=written_mobile(phone)) if phone else _("hubungi koperasi")
    yield _(
        "Ada yang tidak sesuai? Ajukan keluhan dari halaman pesananmu paling lambat 24 jam sesudah barang diterima, "
        "atau %(asked)s. Kalau tidak sepakat, Dinas menengahi.",
        asked=asked,
    )
    yield ministry_words()
