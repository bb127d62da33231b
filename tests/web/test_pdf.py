"""Papers as PDF: whole, the same each time, and readable by another program."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from apiflask import APIFlask
from fontTools.ttLib import TTFont

from ovop.kernel import days
from ovop.web.formats import MINUS, rupiah
from ovop.web.language import speaking
from ovop.web.paper import ROLL_58, Codes, Column, Facts, Line, Lines, Paper, Part, Table, Words
from ovop.web.paper_font import BOLD, REGULAR, paper_faces
from ovop.web.pdf import pdf_of
from ovop.web.qr import qr_png

ORDERS = Table(
    (Column("Pesanan"), Column("Rupiah", right=True)),
    [(f"SRG-{number:04d}", rupiah(number)) for number in range(120)],
    foot=[("Jumlah", rupiah(7_140))],
    title="Pesanan",
)


def paper(*parts: Part) -> Paper:
    return Paper("Rekap 16–22 November 2026", "KUB Mina Tengkurak", days.now(), parts, note="Desa Tengkurak")


def read(content: bytes, tmp_path: Path) -> str:
    """What another program reads in it, pages apart by form feeds."""
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("no pdftotext on this machine")
    file = tmp_path / "paper.pdf"
    file.write_bytes(content)
    found = subprocess.run([reader, "-layout", str(file), "-"], capture_output=True, check=True, text=True)
    return found.stdout.replace("\N{NO-BREAK SPACE}", " ")


def test_the_same_paper_is_the_same_file(app: APIFlask) -> None:
    with app.test_request_context():
        first = pdf_of(paper(ORDERS))
        assert first.startswith(b"%PDF-")
        assert pdf_of(paper(ORDERS)) == first


def test_a_table_breaks_over_pages_and_says_again_what_its_columns_are(app: APIFlask, tmp_path: Path) -> None:
    with app.test_request_context():
        pages = read(pdf_of(paper(ORDERS)), tmp_path).rstrip("\f").split("\f")
    assert len(pages) == 3
    for number, page in enumerate(pages, 1):
        assert f"Halaman {number} dari 3" in page
        assert "KUB Mina Tengkurak" in page
        assert "Rekap 16–22 November 2026" in page
        assert "Pesanan" in page
    words = "".join(pages)
    for number in range(120):
        assert words.count(f"SRG-{number:04d}") == 1
    assert words.index("SRG-0119") < words.index("Jumlah")


def test_it_speaks_the_language_of_the_page(app: APIFlask, tmp_path: Path) -> None:
    with app.test_request_context(), speaking("en"):
        assert "Page 1 of 1" in read(pdf_of(paper(Words("One."))), tmp_path)


def test_long_words_and_odd_letters_stay_on_the_paper(app: APIFlask, tmp_path: Path) -> None:
    facts = Facts(
        [("Nama", "x" * 300), ("Produk", "Kérupuk 🐟\nō"), ("", "")], [("Jumlah", f"{MINUS}Rp 5")], right=True
    )
    with app.test_request_context():
        words = read(pdf_of(paper(facts)), tmp_path)
    assert "".join(words.split()).count("x") == 300
    assert "Kérupuk ? ō" in words
    assert f"{MINUS}Rp 5" in words


def test_figures_on_paper_are_as_wide_as_each_other(app: APIFlask, tmp_path: Path) -> None:
    faces = paper_faces(tmp_path)
    written = {weight: path.stat().st_mtime_ns for weight, path in faces.items()}
    assert set(faces) == {REGULAR, BOLD}
    for path in faces.values():
        font = TTFont(path)
        letters = font.getBestCmap()
        assert len({font["hmtx"][letters[ord(figure)]][0] for figure in "0123456789"}) == 1
        assert "fvar" not in font
    assert paper_faces(tmp_path) == faces
    assert {weight: path.stat().st_mtime_ns for weight, path in faces.items()} == written


def test_a_roll_is_one_page_as_long_as_what_stands_on_it(app: APIFlask, tmp_path: Path) -> None:
    lines = Lines(
        [
            Line("Udang windu", "Rp 214.600", "1,48 kg × Rp 145.000"),
            *(Line(f"Bandeng {number}", "Rp 32.000", "1 kg × Rp 32.000") for number in range(40)),
            Line("Jumlah", "Rp 1.494.600", is_sum=True),
        ]
    )
    codes = Codes([(qr_png(f"https://contoh.id/t/LON-{number}"), f"LON-{number}") for number in range(5)], "Asal")
    with app.test_request_context():
        roll = Paper("Nota 007-000123", "KUB Mina Tengkurak", days.now(), (lines, codes), page=ROLL_58)
        first = pdf_of(roll)
        assert pdf_of(roll) == first
        short = pdf_of(Paper("Nota 007-000124", "KUB Mina Tengkurak", days.now(), (Words("Satu."),), page=ROLL_58))
    words = read(first, tmp_path)
    assert words.count("\f") == 1
    assert "Halaman" not in words
    assert words.index("Bandeng 39") < words.index("Rp 1.494.600") < words.index("LON-4")
    assert height_of(short) < 40 < 500 < height_of(first)


def height_of(content: bytes) -> float:
    """Millimetres of the file's first page."""
    box = re.search(rb"/MediaBox \[0 0 [0-9.]+ ([0-9.]+)\]", content)
    assert box is not None
    return float(box[1]) * 25.4 / 72
