"""Receipts of sales at the counter, in words."""

from __future__ import annotations

from collections.abc import Iterator

from ovop.accounts.names import written_mobile
from ovop.accounts.queries import CooperativeRow
from ovop.counter.queries import SaleRow
from ovop.kernel.money import tax_within
from ovop.web.formats import NBSP, per_unit, percent, quantity, rupiah
from ovop.web.language import gettext as _
from ovop.web.market import NAME
from ovop.web.methods import method_name
from ovop.web.nota import Nota, at, origin_of
from ovop.web.paper import Line
from ovop.web.receipts import ministry_words


def nota_of_sale(sale: SaleRow, seller: CooperativeRow) -> Nota:
    """The receipt in words; an undone sale says so."""
    price = f"{rupiah(sale.unit_price)}{NBSP}{per_unit(sale.unit)}"
    weighed = quantity(sale.quantity, sale.measure, sale.unit)
    return Nota(
        title=_("Nota %(code)s", code=sale.code),
        issuer=seller.name,
        issuer_facts=[
            _("Desa %(village)s", village=seller.village_name),
            *([_("WhatsApp %(phone)s", phone=written_mobile(seller.phone))] if seller.phone else []),
            *([_("NPWP %(number)s", number=seller.tax_number)] if seller.tax_number else []),
            _("Lewat %(market)s", market=NAME),
        ],
        facts=list(_facts(sale)),
        lines=[Line(sale.name, rupiah(sale.amount), f"{weighed} × {price}")],
        sums=list(_sums(sale)),
        terms=[
            _("Harga kali timbangan, dibulatkan ke Rp 100 terdekat."),
            ministry_words(),
        ],
        origins=[origin_of(sale.name, sale.lot_code)],
    )


def _facts(sale: SaleRow) -> Iterator[tuple[str, str]]:
    yield _("Waktu"), at(sale.sold_at)
    yield _("Dijual"), _("di tempat, tanpa pesanan")
    paid = method_name(sale.method)
    yield _("Dibayar dengan"), f"{paid} ({sale.reference})" if sale.reference else paid
    yield _("Petugas"), sale.clerk


def _sums(sale: SaleRow) -> Iterator[Line]:
    yield Line(_("Total"), rupiah(sale.amount), is_sum=True)
    if sale.tax_basis_points:
        rate = percent(sale.tax_basis_points / 10_000)
        yield Line(_("Termasuk PPN %(rate)s", rate=rate), rupiah(tax_within(sale.amount, sale.tax_basis_points)))
    else:
        yield Line(_("PPN tidak dipungut"), "")
    if sale.undone_at is not None:
        yield Line(_("Dibatalkan %(when)s", when=at(sale.undone_at)), rupiah(-sale.amount), sale.undone_reason or "")
