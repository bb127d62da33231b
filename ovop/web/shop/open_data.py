"""Open data: what may be taken and used by anybody, as files that machines read, and the catalogue that names them.

Column names, separators and decimal signs are the same in every language: these files are for programs.  Nothing is
published of a period that is not over, so that two downloads with a sale between them differ in nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from flask import Response, jsonify, render_template
from sqlalchemy.orm import Session

from ovop.db import reading
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from ovop.prices.queries import get_index, list_cells, open_sales
from ovop.prices.rules import Period
from ovop.sales.exports import Cell, Column, Kind, Sheet, csv_chunks
from ovop.web.language import gettext as _
from ovop.web.language import public_origin
from ovop.web.shop.area import blueprint

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
#: How often a set changes.  Source: DCAT 3, dcterms:accrualPeriodicity, EU frequency authority table.
_FREQUENCIES = "http://publications.europa.eu/resource/authority/frequency/"


@dataclass(frozen=True, slots=True)
class Field:
    """A column as the dictionary explains it."""

    name: str
    kind: Kind
    says: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Dataset:
    """One file: its name, what it is, how often it changes, its columns and the reader of its rows."""

    name: str
    title: Callable[[], str]
    says: Callable[[], str]
    frequency: str
    fields: Sequence[Field]
    rows: Callable[[Session], Iterable[Sequence[Cell]]]


def _prices(period: Period, session: Session) -> Iterable[Sequence[Cell]]:
    for cell in list_cells(session, period, date.min, date.max):
        yield (
            cell.first,
            cell.species_code,
            cell.name_id,
            cell.form,
            cell.minimum,
            cell.median,
            cell.maximum,
            cell.sellers,
        )


def _index(session: Session) -> Iterable[Sequence[Cell]]:
    for point in get_index(session):
        yield point.month, None if point.value is None else point.value / 10, point.kinds


def _sales(session: Session) -> Iterable[Sequence[Cell]]:
    for row in open_sales(session, days.today()):
        yield row.month, row.district_code, row.district, row.category, row.grams // 1000, row.revenue, row.sellers


def _price_fields(period: Callable[[], str]) -> tuple[Field, ...]:
    return (
        Field("first_day", Kind.DAY, period),
        Field("species", Kind.TEXT, lambda: _("Kode jenis dari FAO ASFIS, tiga huruf.")),
        Field("species_name", Kind.TEXT, lambda: _("Nama jenisnya dalam bahasa Indonesia.")),
        Field("form", Kind.TEXT, lambda: _("Bentuknya: fresh, frozen, dried, salted, smoked, processed, atau live.")),
        Field("minimum", Kind.NUMBER, lambda: _("Harga terendah, rupiah per kilo.")),
        Field("median", Kind.NUMBER, lambda: _("Harga tengah, rupiah per kilo.")),
        Field("maximum", Kind.NUMBER, lambda: _("Harga tertinggi, rupiah per kilo.")),
        Field("cooperatives", Kind.NUMBER, lambda: _("Berapa koperasi yang menjualnya, sedikitnya tiga.")),
    )


DATASETS: dict[str, Dataset] = {
    dataset.name: dataset
    for dataset in (
        Dataset(
            "harga-harian",
            lambda: _("Harga harian"),
            lambda: _("Harga per jenis dan bentuk, tiap hari yang sudah lewat."),
            "DAILY",
            _price_fields(lambda: _("Harinya, menurut waktu Jakarta.")),
            partial(_prices, Period.DAY),
        ),
        Dataset(
            "harga-mingguan",
            lambda: _("Harga mingguan"),
            lambda: _("Harga per jenis dan bentuk, tiap minggu dari Senin."),
            "WEEKLY",
            _price_fields(lambda: _("Hari Seninnya.")),
            partial(_prices, Period.WEEK),
        ),
        Dataset(
            "harga-bulanan",
            lambda: _("Harga bulanan"),
            lambda: _("Harga per jenis dan bentuk, tiap bulan."),
            "MONTHLY",
            _price_fields(lambda: _("Tanggal satu bulannya.")),
            partial(_prices, Period.MONTH),
        ),
        Dataset(
            "indeks-keranjang",
            lambda: _("Indeks keranjang ikan"),
            lambda: _("Berapa harga belanjaan ikan bulan sebelumnya di bulan ini, dirangkai dari bulan ke bulan."),
            "MONTHLY",
            (
                Field("first_day", Kind.DAY, lambda: _("Tanggal satu bulannya.")),
                Field("index", Kind.NUMBER, lambda: _("Nilainya; bulan pertama 100. Kosong: datanya kurang.")),
                Field("kinds", Kind.NUMBER, lambda: _("Berapa jenis yang bisa dibandingkan.")),
            ),
            _index,
        ),
        Dataset(
            "penjualan-bulanan",
            lambda: _("Penjualan bulanan"),
            lambda: _("Penjualan per kecamatan dan kelompok jenis, tiap bulan, dibulatkan."),
            "MONTHLY",
            (
                Field("first_day", Kind.DAY, lambda: _("Tanggal satu bulannya.")),
                Field("district", Kind.TEXT, lambda: _("Kode kecamatan.")),
                Field("district_name", Kind.TEXT, lambda: _("Nama kecamatan.")),
                Field("category", Kind.TEXT, lambda: _("Kelompok jenis, seperti pelagic atau shrimp.")),
                Field("kilograms", Kind.NUMBER, lambda: _("Kilogram yang terjual, dibulatkan ke 50.")),
                Field("revenue", Kind.NUMBER, lambda: _("Rupiah, dibulatkan ke satu juta.")),
                Field("cooperatives", Kind.NUMBER, lambda: _("Berapa koperasi yang menjual, sedikitnya tiga.")),
            ),
            _sales,
        ),
    )
}


@blueprint.get("/data")
def open_data() -> str:
    """All sets with their dictionaries."""
    return render_template("shop/open_data.html", datasets=DATASETS.values(), licence=LICENCE)


@blueprint.get("/data/<name>.<any(csv, json):ending>")
def open_file(name: str, ending: str) -> Response:
    """One set, whole."""
    dataset = DATASETS.get(name)
    if dataset is None:
        raise NotFound()
    rows = list(dataset.rows(reading()))
    if ending == "json":
        names = [field.name for field in dataset.fields]
        response = jsonify(licence=LICENCE, rows=[dict(zip(names, map(_plain, row), strict=True)) for row in rows])
    else:
        columns = [Column(field.name, field.kind) for field in dataset.fields]
        response = Response(csv_chunks(Sheet(dataset.name, columns, rows), ","), mimetype="text/csv")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.cache_control.public = True
    response.cache_control.max_age = 3600
    return response


@blueprint.get("/data/katalog.json")
def catalogue_of_data() -> Response:
    """The catalogue for machines.  Source: W3C, Data Catalog Vocabulary (DCAT) 3, as JSON-LD."""
    origin = public_origin()
    response = jsonify(
        {
            "@context": {
                "dcat": "http://www.w3.org/ns/dcat#",
                "dcterms": "http://purl.org/dc/terms/",
            },
            "@id": f"{origin}/data",
            "@type": "dcat:Catalog",
            "dcterms:title": _("Data terbuka pasar ikan Kabupaten Serang"),
            "dcterms:license": {"@id": LICENCE},
            "dcat:dataset": [_described(dataset, origin) for dataset in DATASETS.values()],
        }
    )
    response.mimetype = "application/ld+json"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _described(dataset: Dataset, origin: str) -> dict[str, Any]:
    address = f"{origin}/data/{dataset.name}"
    types = {"csv": "text/csv", "json": "application/json"}
    return {
        "@id": address,
        "@type": "dcat:Dataset",
        "dcterms:title": dataset.title(),
        "dcterms:description": dataset.says(),
        "dcterms:license": {"@id": LICENCE},
        "dcterms:accrualPeriodicity": {"@id": _FREQUENCIES + dataset.frequency},
        "dcat:distribution": [
            {
                "@id": f"{address}.{ending}",
                "@type": "dcat:Distribution",
                "dcat:downloadURL": {"@id": f"{address}.{ending}"},
                "dcat:mediaType": media_type,
            }
            for ending, media_type in types.items()
        ],
    }


def _plain(cell: Cell) -> str | int | float | None:
    return cell.isoformat() if isinstance(cell, date) else cell
