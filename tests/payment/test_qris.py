"""QRIS codes against the specification's rules and published examples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel.errors import Invalid
from ovop.payment.qris import Item, checksum, read_merchant_code, with_amount

#: An invented merchant, with a checksum that other tools agree on.
STATIC = (
    "00020101021126660014COM.CONTOH.WWW011893600000000000000102150000000000000010303UMI"
    "51440014ID.CO.QRIS.WWW0215ID00000000000010303UMI5204549953033605802ID5913KIOS UJI COBA6010KAB SERANG"
    "61054216662070703A0163041E67"
)
#: The example of EMVCo's specification: a Chinese merchant, so no QRIS, but a checksum over UTF-8.
EMVCO = (
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT"
    "6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988"
    "770708123456786304A13A"
)


def item(payload: str, wanted: str) -> str | None:
    """The value of an object, read by the plainest possible reader."""
    at = 0
    while at < len(payload):
        length = int(payload[at + 2 : at + 4])
        if payload[at : at + 2] == wanted:
            return payload[at + 4 : at + 4 + length]
        at += 4 + length
    return None


def remade(payload: str, old: str, new: str) -> str:
    """`payload` with one part replaced and its checksum made anew."""
    assert old in payload
    text = payload[:-4].replace(old, new, 1)
    return text + checksum(text)


@pytest.mark.parametrize(("text", "expected"), [("123456789", "29B1"), (STATIC[:-4], "1E67"), (EMVCO[:-4], "A13A")])
def test_checksum_agrees_with_published_values(text, expected):
    assert checksum(text) == expected


def test_a_static_code_names_its_merchant():
    code = read_merchant_code(f"  {STATIC}\n")
    assert (code.payload, code.merchant_name, code.merchant_city) == (STATIC, "KIOS UJI COBA", "KAB SERANG")


def test_lower_case_checksum_is_read():
    text = remade(STATIC, "KIOS UJI COBA", "KIOS UJI COBE")
    assert read_merchant_code(text[:-4] + text[-4:].lower()).merchant_name == "KIOS UJI COBE"


def test_names_longer_than_the_standard_are_read_as_live_codes_have_them():
    name = "KOPERASI NELAYAN TENGKURAK JAYA BERSAMA"
    text = remade(STATIC, "5913KIOS UJI COBA", f"59{len(name)}{name}")
    assert read_merchant_code(text).merchant_name == name


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ("", "not-a-qris"),
        ("https://contoh.id/bayar", "not-a-qris"),
        (STATIC[4:], "not-a-qris"),
        (STATIC[:-1], "not-a-qris"),
        (STATIC + "5", "not-a-qris"),
        (STATIC[:40], "not-a-qris"),
        ("0" * 600, "not-a-qris"),
        (STATIC.replace("5802", "58²2"), "not-a-qris"),
        (remade(STATIC, "5802ID", "5802ID5802ID"), "not-a-qris"),
        (remade(STATIC, "000201", "000202"), "not-a-qris"),
        (remade(STATIC, "5913KIOS UJI COBA", ""), "not-a-qris"),
        (STATIC[:-4] + "1E68", "wrong-checksum"),
        (STATIC.replace("KIOS", "KIAS"), "wrong-checksum"),
        (remade(STATIC, "5802ID", "5802MY"), "not-indonesian"),
        (remade(STATIC, "5303360", "5303458"), "not-indonesian"),
        (EMVCO, "not-indonesian"),
        (remade(STATIC, "010211", "010212"), "has-an-amount"),
        (remade(STATIC, "5802ID", "5405850005802ID"), "has-an-amount"),
    ],
)
def test_what_is_no_static_indonesian_code_is_refused(payload, reason):
    with pytest.raises(Invalid) as refused:
        read_merchant_code(payload)
    assert refused.value.errors == {"qris": reason}


def test_the_amount_goes_into_the_code_as_the_published_pair_has_it():
    paid = with_amount(read_merchant_code(STATIC), 85_000)
    expected = STATIC[:-8].replace("010211", "010212").replace("5802ID", "5405850005802ID") + "6304"
    assert paid == expected + checksum(expected)


def test_tip_and_fee_fields_and_unknown_ones_stay_as_they_were():
    text = remade(STATIC, "5802ID", "550201560410005802ID")
    text = remade(text, "62070703A01", "62070703A01800501234")
    paid = with_amount(read_merchant_code(text), 100)
    assert [item(paid, name) for name in ("55", "56", "80")] == ["01", "1000", "01234"]
    assert "5403100550201" in paid


def test_a_code_that_does_not_say_how_often_it_is_used_becomes_one_for_one_payment():
    paid = with_amount(read_merchant_code(remade(STATIC, "010211", "")), 500)
    assert paid.startswith("000201010212")


@pytest.mark.parametrize("amount", [0, -5, 10**13])
def test_amounts_that_do_not_fit_are_refused(amount):
    with pytest.raises(ValueError, match="digits"):
        with_amount(read_merchant_code(STATIC), amount)


#: Objects of later standards, which must survive whatever they hold.
later = st.lists(
    st.tuples(
        st.integers(64, 99).map(str),
        st.text(st.characters(categories=("L", "N", "P", "S", "Zs")).filter(str.isprintable), min_size=1, max_size=20),
    ),
    max_size=4,
    unique_by=lambda pair: pair[0],
)


@given(
    name=st.text(st.characters(categories=("L", "N")), min_size=1, max_size=25),
    later=later,
    amount=st.integers(1, 10**13 - 1),
)
def test_everything_but_method_amount_and_checksum_survives(name, later, amount):
    body = STATIC[:-8].replace("5913KIOS UJI COBA", str(Item("59", name)))
    text = body + "".join(str(Item(*pair)) for pair in later) + "6304"
    code = read_merchant_code(text + checksum(text))
    paid = with_amount(code, amount)
    assert paid[-4:] == checksum(paid[:-4])
    assert (item(paid, "01"), item(paid, "54")) == ("12", str(amount))
    back = paid[:-4].replace(f"54{len(str(amount)):02d}{amount}", "", 1).replace("010212", "010211", 1)
    assert back + checksum(back) == code.payload


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text):
    with pytest.raises(Invalid):
        read_merchant_code(text)
