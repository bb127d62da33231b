"""Words as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel.words import Lexicon, fold, forgiven, slips, words_of

WORDS = (
    "bandeng udang windu vaname rajungan kepiting bakau kakap merah tenggiri tongkol lontar tirtayasa pontang".split()
)
letters = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Kérupuk Bandéng", "kerupuk bandeng"),
        ("Cumi-cumi", "cumi cumi"),
        ("cumi2", "cumi"),
        ("kg2 b2", "kg2 b2"),
        ("  RAJUNGAN!! ", "rajungan"),
        ("Straße", "strasse"),
        ("鱼 🐟", ""),
        ("\x00'; DROP TABLE catch --", "drop table catch"),
    ],
)
def test_folding_leaves_plain_letters_and_digits(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text(max_size=500))
def test_folded_words_are_few_short_and_plain(text: str) -> None:
    words = words_of(text)
    assert len(words) <= 8
    assert all(0 < len(word) <= 40 and word.isascii() and word.isalnum() and word == word.lower() for word in words)
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("typed", "word", "count"),
    [
        ("bandeng", "bandeng", 0),
        ("bndeng", "bandeng", 1),
        ("banndeng", "bandeng", 1),
        ("bandemg", "bandeng", 1),
        ("badneng", "bandeng", 1),
        ("bdneg", "bandeng", 3),
        ("", "udang", 5),
    ],
)
def test_slips_are_letters_missing_added_wrong_or_swapped(typed: str, word: str, count: int) -> None:
    assert slips(typed, word) == count


@given(letters, letters)
def test_slips_are_the_same_in_both_directions_and_never_more_than_the_longer_word(a: str, b: str) -> None:
    assert slips(a, b) == slips(b, a) <= max(len(a), len(b))
    assert (slips(a, b) == 0) == (a == b)


@given(letters, letters)
def test_a_beginning_has_no_more_slips_than_the_whole(a: str, b: str) -> None:
    assert slips(a, b, as_prefix=True) <= slips(a, b)
    assert slips(a, a + b, as_prefix=True) == 0


def one_slip(word: str, draw: st.DataObject) -> str:
    place = draw.draw(st.integers(0, len(word) - 2))
    other = draw.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    return draw.draw(
        st.sampled_from(
            [
                word[:place] + word[place + 1 :],
                word[:place] + other + word[place:],
                word[:place] + other + word[place + 1 :],
                word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            ]
        )
    )


@given(st.data())
def test_a_word_with_one_slip_means_that_word(data: st.DataObject) -> None:
    word = data.draw(st.sampled_from([word for word in WORDS if len(word) >= 5]))
    typed = one_slip(word, data)
    lexicon = Lexicon(WORDS)
    if not lexicon.begins(typed) and forgiven(typed):
        meant = lexicon.meant(typed)
        assert word in meant or min(slips(typed, other) for other in meant) <= 1


def test_short_words_and_numbers_are_taken_as_they_are() -> None:
    lexicon = Lexicon(["teri", "2024", "nila"])
    assert lexicon.meant("ter") == []
    assert lexicon.meant("2025") == []
    assert lexicon.meant("niila") == ["nila"]


def test_while_typing_a_beginning_with_a_slip_still_means_the_word() -> None:
    assert Lexicon(WORDS).meant("tirtta") == ["tirtayasa"]


def test_completions_are_the_words_that_begin_so() -> None:
    lexicon = Lexicon(WORDS)
    assert lexicon.completions("ka") == ["kakap"]
    assert lexicon.begins("wind")
    assert not lexicon.begins("windx")
    assert "udang" in lexicon
    assert "udan" not in lexicon
