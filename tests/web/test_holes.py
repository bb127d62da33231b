"""Pages with holes, read back by independent readers of gzip."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.web.holes import Holed

MARKS = (b"<!--a-->", b"<!--b-->")


@given(st.lists(st.sampled_from([*MARKS, b"ikan ", b"<p>", b"\xc3\xa9", b"x" * 300])), st.binary(max_size=400))
def test_a_filled_page_is_the_text_with_its_marks_replaced(parts: list[bytes], filling: bytes) -> None:
    text = b"".join(parts)
    page = Holed(text, MARKS)
    fillings = {MARKS[0]: filling, MARKS[1]: b"udang"}
    expected = text.replace(MARKS[1], b"udang") if MARKS[0] not in text else None
    plain = page.plain(fillings)
    assert gzip.decompress(page.gzip(fillings)) == plain
    if expected is not None:
        assert plain == expected
    assert page.plain({MARKS[0]: MARKS[0], MARKS[1]: MARKS[1]}) == text
    assert page.has(MARKS[0]) == (MARKS[0] in text)


def test_fillings_longer_than_a_block_and_empty_ones_are_kept_whole() -> None:
    page = Holed(b"a" + MARKS[0] + b"b", MARKS)
    for filling in (b"", b"x" * 65_535, bytes(range(256)) * 600):
        assert gzip.decompress(page.gzip({MARKS[0]: filling})) == b"a" + filling + b"b"


def test_what_is_put_in_marks_is_never_taken_for_a_mark() -> None:
    page = Holed(MARKS[0] + MARKS[1], MARKS)
    assert page.plain({MARKS[0]: MARKS[1], MARKS[1]: b"!"}) == MARKS[1] + b"!"


def test_other_programs_read_it_as_one_file() -> None:
    page = Holed(b"desa " * 5_000 + MARKS[0] + b"desa " * 5_000, MARKS)
    packed = page.gzip({MARKS[0]: b"Tengkurak"})
    reader = zlib.decompressobj(wbits=31)
    assert reader.decompress(packed) == page.plain({MARKS[0]: b"Tengkurak"})
    assert (reader.eof, reader.unused_data) == (True, b"")
    assert len(packed) < 500
    if shutil.which("gzip") is None:
        pytest.skip("no gzip on this machine")
    checked = subprocess.run(["gzip", "-t"], input=packed, capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr
