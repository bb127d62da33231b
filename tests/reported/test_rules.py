"""What counts of a village's own table, and what is said of every cell that does not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.reported.rules import Cell, Reported, RowError, read_reported

SPECIES = {"bandeng": "MIL", "mil": "MIL", "udang windu": "GIT"}
HEADING = ["Bulan", "Jenis", "Bentuk", "Kilogram", "Buah", "Rupiah"]


def read(*rows: list[Cell], joined: date | None = None) -> tuple[list[Reported], list[RowError]]:
    return read_reported([HEADING, *rows], SPECIES, joined)


@pytest.mark.parametrize(
    "month", ["2024-03", "2024-3-31", "03/2024", "31/03/2024", "Maret 2024", "mar-2024", date(2024, 3, 9)]
)
def test_a_month_is_read_however_it_is_written(month: Cell) -> None:
    assert read([month, "Bandeng", "", 1, None, 30_000]) == (
        [Reported(date(2024, 3, 1), "MIL", "fresh", 1000, 0, 30_000)],
        [],
    )


@pytest.mark.parametrize(
    ("kilograms", "grams"),
    [
        (12, 12_000),
        (1.5, 1_500),
        ("1.250,5", 1_250_500),
        ("1250,5", 1_250_500),
        ("12.50", 12_500),
        ("1.250", 1_250_000),
    ],
)
def test_weights_are_read_as_indonesian_writes_them(kilograms: Cell, grams: int) -> None:
    [row], errors = read(["2024-03", "mil", "Segar", kilograms, "", "Rp 1.000.000"])
    assert (row.grams, row.revenue, errors) == (grams, 1_000_000, [])


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (["2024-13", "Bandeng", "", 1, "", 1], "month", "not-a-month"),
        (["kemarin", "Bandeng", "", 1, "", 1], "month", "not-a-month"),
        (["1999-12", "Bandeng", "", 1, "", 1], "month", "not-a-month"),
        (["", "Bandeng", "", 1, "", 1], "month", "required"),
        (["2025-06", "Bandeng", "", 1, "", 1], "month", "on-the-market"),
        (["2024-03", "Naga laut", "", 1, "", 1], "species", "unknown-species"),
        (["2024-03", "", "", 1, "", 1], "species", "required"),
        (["2024-03", "Bandeng", "mentah", 1, "", 1], "form", "unknown-form"),
        (["2024-03", "Bandeng", "", "satu", "", 1], "kilograms", "not-a-number"),
        (["2024-03", "Bandeng", "", -1, "", 1], "kilograms", "not-a-number"),
        (["2024-03", "Bandeng", "", 1.00005, "", 1], "kilograms", "part-of-a-unit"),
        (["2024-03", "Bandeng", "", 2_000_000, "", 1], "kilograms", "too-large"),
        (["2024-03", "Bandeng", "", "", "", 1], "kilograms", "required"),
        (["2024-03", "Bandeng", "", "", "1,5", 1], "pieces", "part-of-a-unit"),
        (["2024-03", "Bandeng", "", 1, "", ""], "revenue", "required"),
        (["2024-03", "Bandeng", "", 1, "", "1,2,3"], "revenue", "not-a-number"),
        (["2024-03", "Bandeng", "", 1, "", float("nan")], "revenue", "not-a-number"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column_and_nothing_counts(row: list[Cell], column: str, code: str) -> None:
    good: list[Cell] = ["2024-01", "Udang windu", "beku", 2, "", 150_000]
    assert read(good, [], row, joined=date(2025, 6, 10)) == ([], [RowError(4, column, code)])


def test_a_row_twice_a_missing_column_and_an_empty_table_are_told() -> None:
    row: list[Cell] = ["2024-03", "Bandeng", "", 1, "", 30_000]
    assert read(row, row) == ([], [RowError(3, "species", "twice")])
    assert read_reported([["Bulan", "Jenis"]], SPECIES, None) == (
        [],
        [RowError(1, "revenue", "no-column"), RowError(1, "kilograms", "no-column")],
    )
    assert read()[1] == read_reported([], SPECIES, None)[1] == [RowError(1, "month", "no-rows")]


cells = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.integers(),
    st.floats(),
    st.dates(),
    st.sampled_from(["Bandeng", "2024-03", "1"]),
)


@given(st.lists(st.lists(cells, max_size=8), max_size=6))
def test_anything_is_read_or_told_and_never_falls_over(table: list[list[Cell]]) -> None:
    for heading in ([], [HEADING]):
        rows, errors = read_reported([*heading, *table], SPECIES, None)
        assert bool(rows) != bool(errors)


@given(st.integers(1, 999_999_999), st.integers(1, 99_999_999_999))
def test_every_amount_comes_back_as_it_was_written(grams: int, revenue: int) -> None:
    whole, part = divmod(grams, 1000)
    written = f"{whole:,}".replace(",", ".") + (f",{part:03d}" if part else "")
    [row], _errors = read(["2024-03", "Bandeng", "", written, "", f"{revenue:,}".replace(",", ".")])
    assert (row.grams, row.revenue) == (grams, revenue)
    [row], _errors = read([date(2024, 3, 1), "Bandeng", "", float(Decimal(grams) / 1000), "", revenue])
    assert row.grams == grams
