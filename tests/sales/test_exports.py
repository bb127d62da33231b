"""Files that open right, run nothing, and come back as they were."""

from __future__ import annotations

import csv
import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ovop.sales import exports
from ovop.sales.exports import Column, Kind, Sheet, csv_chunks, file_name, guarded, unguarded, xlsx_file

#: Names that a catch may well be given, or that somebody gives it on purpose.
NAMES = [
    "=1+1", "+62 812", "-5", "@x", "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1", "－5", "＋1", "＠x", "  =1+1", "\u00a0=1+1",
    'Ikan "segar", besar; murah\nsekali', "Kérupuk", "Udang 🦐", "'kutip", "''dua", "", " ", "0812", "1e5", "TRUE",
    "2026-01-05", "=HYPERLINK(\"http://x.test\",\"klik\")", "https://x.test/", "日本", "a" * 300,
]  # fmt: skip
COLUMNS = (Column("Nama"), Column("Tanggal", Kind.DAY), Column("Gram", Kind.NUMBER), Column("Kembali", Kind.NUMBER))


def sheet(names=NAMES):
    rows = [(name, date(2026, 1, 5), number, -number) for number, name in enumerate(names)]
    return Sheet("Uji", COLUMNS, rows, (("Masa", "1–5 Jan"), ("Jumlah", 12)))


def reimport(data: bytes, separator: str = ";") -> list[list[object]]:
    """What a careful importer gets: quoted is text, unquoted is a number."""
    text = io.StringIO(data.decode("utf-8-sig"), newline="")
    return list(csv.reader(text, delimiter=separator, quoting=csv.QUOTE_NONNUMERIC))


@pytest.mark.parametrize("separator", [";", ","])
def test_csv_comes_back_as_it_was(separator):
    head, *rows = reimport(b"".join(csv_chunks(sheet(), separator)), separator)
    assert head == ["Nama", "Tanggal", "Gram", "Kembali"]
    assert [unguarded(str(row[0])) for row in rows] == NAMES
    assert [row[1:] for row in rows] == [["2026-01-05", number, -number] for number in range(len(NAMES))]


def test_csv_begins_with_one_mark_that_excel_knows_and_ends_its_lines_as_excel_does():
    data = b"".join(csv_chunks(sheet(["a"])))
    assert data == '\ufeff"Nama";"Tanggal";"Gram";"Kembali"\r\n"a";"2026-01-05";0;0\r\n'.encode()


@pytest.mark.parametrize("name", [name for name in NAMES if name.strip()[:1] in set("=+-@＝＋－＠")])
def test_no_cell_begins_like_a_formula(name):
    cell = reimport(b"".join(csv_chunks(sheet([name]))))[1][0]
    assert str(cell)[0] == "'"


@given(st.text())
def test_guarding_loses_nothing_and_leaves_nothing_that_runs(text):
    safe = guarded(text)
    assert safe.strip()[:1] not in set("=+-@＝＋－＠")
    assert safe[:1] not in set("\t\r\n")
    if safe != text or not text.startswith("'"):
        assert unguarded(safe) == text


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0")), max_size=9))
def test_any_names_survive_csv(names):
    rows = reimport(b"".join(csv_chunks(sheet(names))))[1:]
    assert [unguarded(str(row[0])) for row in rows] == names


def test_true_negative_numbers_stay_numbers():
    data = b"".join(csv_chunks(sheet(["refund", "refund"]))).decode()
    assert data.splitlines()[-1] == '"refund";"2026-01-05";1;-1'


def test_many_rows_come_in_pieces_and_none_is_lost():
    asked = []

    def rows():
        for number in range(1234):
            asked.append(number)
            yield (str(number), date(2026, 1, 5), number, 0)

    chunks = csv_chunks(Sheet("Uji", COLUMNS, rows()))
    next(chunks)  # the heading
    next(chunks)
    assert len(asked) == 500
    assert len(b"".join(chunks).splitlines()) == 734


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1000])
def test_pieces_end_where_the_rows_end(count):
    rows = reimport(b"".join(csv_chunks(sheet(["x"] * count))))
    assert len(rows) == count + 1


def test_xlsx_comes_back_as_it_was_and_holds_no_formula():
    names = [name for name in NAMES if "\r" not in name]  # XML knows one line break
    with xlsx_file(sheet(names)) as file:
        book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["Uji", "Info"]
    head, *rows = book["Uji"].iter_rows()
    assert [cell.value for cell in head] == ["Nama", "Tanggal", "Gram", "Kembali"]
    assert [row[0].value or "" for row in rows] == names
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n", "d"}
    assert [(row[1].value.date(), row[2].value, row[3].value) for row in rows] == [
        (date(2026, 1, 5), number, -number) for number in range(len(names))
    ]
    assert all(cell.hyperlink is None for row in rows for cell in row)
    assert [[cell.value for cell in row] for row in book["Info"].iter_rows()] == [["Masa", "1–5 Jan"], ["Jumlah", 12]]


def test_an_empty_sheet_has_its_heading():
    with xlsx_file(sheet([])) as file:
        page = openpyxl.load_workbook(file)["Uji"]
    assert [cell.value for row in page.iter_rows() for cell in row] == ["Nama", "Tanggal", "Gram", "Kembali"]


def test_what_a_sheet_cannot_hold_goes_on_the_next(monkeypatch):
    monkeypatch.setattr(exports, "MOST_SHEET_ROWS", 4)
    with xlsx_file(sheet([str(number) for number in range(7)])) as file:
        book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["Uji", "Uji 2", "Uji 3", "Info"]
    assert [page.max_row for page in book.worksheets[:3]] == [4, 4, 2]


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("penjualan", "desa", date(2026, 1, 5)), "penjualan-desa-2026-01-05.csv"),
        (("pesanan", None, "", "../../etc/passwd"), "pesanan-etc-passwd.csv"),
        (('a"\r\nSet-Cookie: x=1', "Kérupuk; ikan"), "a-set-cookie-x-1-k-rupuk-ikan.csv"),
        (("x" * 500,), "x" * 120 + ".csv"),
    ],
)
def test_file_names_are_safe(parts, name):
    assert file_name(*parts, ending="csv") == name


@pytest.mark.parametrize("title", ["Desa/Kecamatan: [2026]?", "'" * 5, "N" * 50])
def test_any_title_can_name_a_sheet(title):
    with xlsx_file(Sheet(title, COLUMNS, [])) as file:
        assert len(openpyxl.load_workbook(file).sheetnames) == 1
