"""E-mail addresses, mobile numbers, names and slugs in their kept form."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.accounts.names import (
    Login,
    first_name,
    parse_email,
    parse_login,
    parse_mobile,
    parse_name,
    parse_slug,
    written_mobile,
)
from ovop.kernel.errors import Invalid

#: What follows 08 in numbers of the big operators, and how long such numbers are in all.
MOBILES = st.tuples(
    st.sampled_from(["811", "812", "813", "821", "822", "852", "853", "856", "857", "877", "878", "895", "896"]),
    st.text(string.digits, min_size=7, max_size=8),
).map("".join)
SIGNS = st.sampled_from(["", " ", "-", ".", "  "])
ANYTHING = st.text(max_size=40)


def reason_of(parse: object, typed: str) -> str:
    with pytest.raises(Invalid) as caught:
        parse(typed)  # type: ignore[operator]
    return next(iter(caught.value.errors.values()))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("081234567890", "+6281234567890"),
        ("0812-3456-7890", "+6281234567890"),
        ("0812 3456 7890", "+6281234567890"),
        ("+62 812 3456 7890", "+6281234567890"),
        ("+62 (0)812 3456 7890", "+6281234567890"),
        ("6281234567890", "+6281234567890"),
        ("(62) 812-3456-7890", "+6281234567890"),
        ("628123456789", "+628123456789"),  # without its plus the library reads +62 628123456789
        ("62812345678", "+62812345678"),
        ("81234567890", "+6281234567890"),
        ("  0895-3456-78901 ", "+62895345678901"),
    ],
)
def test_mobile_numbers_are_kept_in_one_form(typed: str, kept: str) -> None:
    assert parse_mobile(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["02112345678", "0812", "+14155550100", "+60123456789", "0812345678901234", "halo", "0812x", "110", "0800-1-123456",
     "+62", "62", "0812 3456 7890 ext. 5", "+62 812\n3456 7890\x00"],
)  # fmt: skip
def test_what_is_no_indonesian_mobile_number_is_refused(typed: str) -> None:
    assert reason_of(parse_mobile, typed) == "not-a-mobile"


@given(MOBILES, st.data())
def test_every_way_to_write_a_number_means_the_same(digits: str, data: st.DataObject) -> None:
    spaced = "".join(sign + data.draw(SIGNS) for sign in digits)
    forms = {parse_mobile(f"{prefix}{spaced}") for prefix in ("0", "62", "+62", "+62 ", "62-")}
    assert forms == {f"+62{digits}"}
    assert parse_mobile(written_mobile(f"+62{digits}")) == f"+62{digits}"


@given(ANYTHING)
def test_whatever_is_typed_as_a_number_is_kept_or_refused(typed: str) -> None:
    try:
        kept = parse_mobile(typed)
    except Invalid:
        return
    assert kept.startswith("+62")
    assert kept[1:].isascii()
    assert kept[1:].isdigit()
    assert parse_mobile(kept) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Siti@Contoh.ID ", "siti@contoh.id"),
        ("a.b+pasar@sub.contoh.co.id", "a.b+pasar@sub.contoh.co.id"),
        ("o'neil@x-y.id", "o'neil@x-y.id"),
    ],
)
def test_emails_are_kept_in_lower_case(typed: str, kept: str) -> None:
    assert parse_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["siti", "siti@", "@contoh.id", "siti@contoh", "a@b@contoh.id", "siti @contoh.id", ".siti@contoh.id", "siti@-x.id",
     "si..ti@contoh.id", "siti@contoh.id\nBcc: x@y.id", "siti@contoh.id\r\n.id", "siti@contoh..id", "siti@1.2.3.4",
     "\u212aiki@contoh.id", "siti@cöntoh.id", "siti@contoh.id,x@y.id", "<siti@contoh.id>", "x" * 65 + "@contoh.id"],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    assert reason_of(parse_email, typed) == "not-an-email"


def test_an_address_longer_than_mail_allows_is_refused() -> None:
    assert reason_of(parse_email, "a@" + "b" * 60 + ("." + "c" * 60) * 4 + ".id") == "too-long"


@given(st.one_of(ANYTHING, st.emails()))
def test_whatever_is_typed_as_an_address_is_kept_or_refused(typed: str) -> None:
    try:
        kept = parse_email(typed)
    except Invalid:
        return
    assert kept == kept.lower()
    assert kept.count("@") == 1
    assert kept.isascii()
    assert kept.isprintable()
    assert " " not in kept
    assert parse_email(kept.upper()) == kept


def test_one_field_takes_either() -> None:
    assert parse_login("Siti@contoh.id") == Login(email="siti@contoh.id")
    assert parse_login("0812 3456 7890") == Login(phone="+6281234567890")


@pytest.mark.parametrize(("typed", "reason"), [("  ", "required"), ("siti", "not-a-login"), ("0812", "not-a-mobile")])
def test_a_login_that_is_neither_is_refused(typed: str, reason: str) -> None:
    assert reason_of(parse_login, typed) == reason


def test_a_name_stands_on_one_line() -> None:
    assert parse_name("  Siti\n\tAminah\x07 ") == "Siti Aminah"
    assert reason_of(parse_name, "\u200b \n") == "required"
    assert reason_of(parse_name, "x" * 81) == "too-long"


@pytest.mark.parametrize("typed", ["", "Tengkurak", "a--b", "-a", "a-", "a b", "a/b", "désa", "a\n"])
def test_what_cannot_stand_in_an_address_is_no_slug(typed: str) -> None:
    assert reason_of(parse_slug, typed) == "not-a-slug"


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Siti Aminah", "Siti"),
        ("Siti", "Siti"),
        ("Ibu Siti Aminah", "Ibu Siti"),
        ("H. Ahmad Fauzi", "H. Ahmad"),
        ("pak budi", "pak budi"),
        ("Bu", "Bu"),
        ("", ""),
    ],
)
def test_people_are_called_by_their_first_name_and_title(name: str, first: str) -> None:
    assert first_name(name) == first
