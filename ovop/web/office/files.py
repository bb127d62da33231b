"""The office's tables as files, with the same days, place and rows as the pages they are taken from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Response

from ovop.accounts.models import Role
from ovop.catalogue.rules import Form
from ovop.db import reading
from ovop.kernel import days
from ovop.payment.rules import Method
from ovop.sales.exports import Cell, Column, Kind, Sheet
from ovop.sales.naming import names_of
from ovop.sales.queries import Figures, sales_rows
from ovop.sales.sold import stream_sold
from ovop.web.access import requires
from ovop.web.formats import unit_name
from ovop.web.goods import form_name
from ovop.web.language import current_language, pgettext
from ovop.web.language import gettext as _
from ovop.web.office.area import Asked, asked_exactly, blueprint, days_words
from ovop.web.office.filters import goods_chosen
from ovop.web.office.sales import found_sales, market_prices
from ovop.web.office.words import group_word, method_word, name_of
from ovop.web.sheets import sent_sheet
from ovop.web.times import moment


@blueprint.get("/penjualan.<any(csv, xlsx):ending>")
@requires(Role.OFFICE)
def sales_file(ending: str) -> Response:
    """The table as a file, its sum in the last row."""
    wanted = asked_exactly()
    found = found_sales(wanted)
    columns = [
        Column(_("Kode"), width=14),
        Column(group_word(wanted.group), width=28),
        Column(_("Pesanan"), Kind.NUMBER),
        Column(pgettext("jumlah", "Pembeli"), Kind.NUMBER),
        Column(_("Gram"), Kind.NUMBER),
        Column(_("Buah"), Kind.NUMBER),
        Column(_("Rupiah"), Kind.NUMBER),
    ]
    market = market_prices(wanted, found)
    columns += [] if market is None else [Column(_("Median pasar per kg"), Kind.NUMBER)]
    rows: list[Sequence[Cell]] = []
    for row in found.rows:
        key = row.keys[wanted.group]
        median = () if market is None else (market.get(key.code),)
        rows.append((key.code, name_of(wanted.group, key), *_cells(row.figures), *median))
    rows.append(("", _("Jumlah"), *_cells(found.total), *(() if market is None else (None,))))
    sheet = Sheet(_("Penjualan"), columns, rows, _facts(wanted, found.total))
    return _sent(sheet, wanted, ending, wanted.group, *_places(wanted))


@blueprint.get("/penjualan/pesanan.<any(csv, xlsx):ending>")
@requires(Role.OFFICE)
def sold_file(ending: str) -> Response:
    """Every line sold, as a file that is written while it is read."""
    wanted = asked_exactly()
    columns = [
        Column(_("Tanggal"), Kind.DAY, 12),
        Column(_("Nomor pesanan")),
        Column(_("Kecamatan")),
        Column(_("Kode desa")),
        Column(_("Desa")),
        Column(_("Koperasi"), width=28),
        Column(_("Hasil"), width=24),
        Column(_("Kode jenis"), width=10),
        Column(_("Jenis"), width=24),
        Column(_("Bentuk"), width=12),
        Column(_("Gram"), Kind.NUMBER, 12),
        Column(_("Buah"), Kind.NUMBER, 10),
        Column(_("Satuan"), width=10),
        Column(_("Harga per satuan"), Kind.NUMBER, 14),
        Column(_("Rupiah"), Kind.NUMBER, 14),
        Column(_("Cara bayar")),
    ]
    facts: Sequence[tuple[str, Cell]] = ()
    if ending == "xlsx":
        facts = _facts(wanted, sales_rows(reading(), wanted.span.first, wanted.span.last, (), wanted.scope).total)
    return _sent(Sheet(_("Pesanan"), columns, _lines(wanted), facts), wanted, ending, "pesanan", *_places(wanted))


def _lines(wanted: Asked) -> Iterator[Sequence[Cell]]:
    """Every line sold in the words of the page's language."""
    forms = {form.value: form_name(form) for form in Form}
    methods = {method.value: method_word(method) for method in Method}
    units = {unit: unit_name(unit) for unit in ("kg", "piece", "pack")}
    found = stream_sold(reading(), wanted.span, wanted.scope, in_english=current_language() == "en")
    for (
        day, number, district, village_code, village, cooperative, name, species_code, species,
        form, measure, unit, price, quantity, amount, method,
    ) in found:  # fmt: skip
        grams, pieces = (quantity, None) if measure == "weight" else (None, quantity)
        yield (
            day, number, district, village_code, village, cooperative, name, species_code, species,
            forms[form], grams, pieces, units[unit], price, amount, methods[method],
        )  # fmt: skip


def _cells(figures: Figures) -> tuple[int, int, int, int, int]:
    return figures.orders, figures.buyers, figures.grams, figures.pieces, figures.revenue


def _facts(wanted: Asked, total: Figures) -> list[tuple[str, Cell]]:
    """What stands beside the rows: of what and when they are, and what they come to."""
    names = names_of(reading(), wanted.scope)
    narrowed = [key.name for key in (names.district, names.village, names.cooperative) if key]
    narrowed += [words for words, _parameter in goods_chosen(wanted, names)]
    return [
        (_("Masa"), days_words(wanted.span)),
        (_("Dari"), wanted.span.first),
        (_("Sampai"), wanted.span.last),
        (_("Tempat dan jenis"), ", ".join(narrowed) or _("Kabupaten Serang")),
        (_("Dibuat"), moment(days.now())),
        (_("Pesanan"), total.orders),
        (pgettext("jumlah", "Pembeli"), total.buyers),
        (_("Gram"), total.grams),
        (_("Buah"), total.pieces),
        (_("Rupiah"), total.revenue),
        (_("Yang dihitung"), _("Pesanan yang sudah diambil, pada hari diambilnya (WIB), menurut timbangan.")),
    ]


def _places(wanted: Asked) -> list[object]:
    """What tells the files of two places apart in a folder."""
    scope = wanted.scope
    flagship = None if scope.is_flagship is None else f"unggulan-{int(scope.is_flagship)}"
    hour = None if scope.hour is None else f"jam-{scope.hour}"
    weekday = None if scope.weekday is None else f"hari-{scope.weekday}"
    goods = [scope.species, scope.form, scope.product_id, flagship]
    return [scope.village or scope.district, scope.cooperative_id, *goods, scope.method, weekday, hour]


def _sent(sheet: Sheet, wanted: Asked, ending: str, *what: object) -> Response:
    return sent_sheet(sheet, ending, "penjualan", *what, wanted.span.first, wanted.span.last)
