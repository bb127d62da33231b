"""What a story may hold, whatever is typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel.errors import Invalid
from ovop.stories.rules import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_PARAGRAPHS,
    Consent,
    PersonTyped,
    Way,
    Words,
    names_any,
    read_person,
    read_words,
    without_names,
)

TODAY = date(2026, 1, 5)
SARI = PersonTyped("Bu Sari", "Pengolah sate", "Dibakar tiap pagi.", True, "Bu Sari", date(2026, 1, 4), "paper")


@pytest.mark.parametrize(
    ("typed", "paragraphs"),
    [
        ("", ()),
        (" \r\n \n", ()),
        ("Satu.", ("Satu.",)),
        ("Satu.\nDua.", ("Satu.", "Dua.")),
        ("  Satu  kali. \r\n\r\n\r\n Dua.\t", ("Satu kali.", "Dua.")),
        ("<b>tebal</b> **tebal**", ("<b>tebal</b> **tebal**",)),
        ("se\u202eragak\u200b \ud83c", ("seragak",)),
        ("Satu\u2028Dua", ("Satu", "Dua")),
    ],
)
def test_every_line_is_a_paragraph_of_plain_text(typed: str, paragraphs: tuple[str, ...]) -> None:
    assert read_words("", typed).paragraphs == paragraphs


def test_limits_are_said_for_each_field() -> None:
    with pytest.raises(Invalid) as refused:
        read_words("x" * (LONGEST_TITLE + 1), "x" * (LONGEST_TEXT + 1))
    assert refused.value.errors == {"title": "too-long", "text": "too-long"}
    with pytest.raises(Invalid) as refused:
        read_words("", "x\n" * (MOST_PARAGRAPHS + 1))
    assert refused.value.errors == {"text": "too-many-paragraphs"}
    assert read_words("x" * LONGEST_TITLE, "x" * LONGEST_TEXT).text


@given(st.text(max_size=200), st.text(max_size=400))
def test_what_was_read_is_read_again_as_the_same(title: str, text: str) -> None:
    try:
        once = read_words(title, text)
    except Invalid:
        return
    assert read_words(once.title, once.text) == once
    assert all(paragraph == paragraph.strip() != "" for paragraph in once.paragraphs)


def test_without_consent_somebody_can_be_noted_but_has_none() -> None:
    assert read_person(replace(SARI, agreed=False, consent_by="", consent_on=None), TODAY).consent is None
    assert read_person(SARI, TODAY).consent == Consent("Bu Sari", date(2026, 1, 4), Way.PAPER)


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        (replace(SARI, name=" "), {"name": "required"}),
        (replace(SARI, words="x" * 281), {"words": "too-long"}),
        (replace(SARI, consent_by=""), {"consent_by": "required"}),
        (replace(SARI, consent_on=None), {"consent_on": "required"}),
        (replace(SARI, consent_on=date(2026, 1, 6)), {"consent_on": "in-the-future"}),
        (replace(SARI, consent_way="telepathy"), {"consent_way": "required"}),
        (
            replace(SARI, name="", consent_by="", consent_way=""),
            {"name": "required", "consent_by": "required", "consent_way": "required"},
        ),
    ],
)
def test_consent_is_noted_whole(typed: PersonTyped, errors: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        read_person(typed, TODAY)
    assert refused.value.errors == errors


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Kata bu SARI, sate itu sabar.", True),
        ("Bu  Sari", True),
        ("(Bu Sari)", True),
        ("Bu Sarina juga.", False),
        ("Sari kelapa", False),
        ("", False),
    ],
)
def test_a_name_is_found_as_whole_words_however_written(text: str, names: bool) -> None:
    assert names_any(text, {"Bu Sari", ""}) is names


def test_paragraphs_that_name_somebody_go_and_others_stay() -> None:
    words = Words("Dapur Bu Sari", "Tambak kami.\n\nBu Sari membakar.\n\nTiap pagi.")
    assert without_names(words, {"bu sari"}) == Words("", "Tambak kami.\n\nTiap pagi.")
    assert without_names(words, set()) == words
