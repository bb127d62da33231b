"""QRIS codes against the specification's rules and published examples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel.errors import Invalid
from ovop.payment.qris import Extra, Item, accept_merchant_code, checksum, read_merchant_code, with_amount

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


def test_the_national_number_is_the_one_that_is_printed_below_the_code():
    assert read_merchant_code(STATIC).national_id == "ID0000000000001"
    assert read_merchant_code(remade(STATIC, "ID.CO.QRIS.WWW", "ID.CO.LAIN.WWW")).national_id == ""
    assert read_merchant_code(remade(STATIC, "0014ID.CO", "9914ID.CO")).national_id == ""


@pytest.mark.parametrize(
    ("objects", "extra"),
    [
        ("", Extra.NONE),
        ("550200", Extra.NONE),
        ("550201", Extra.TIP),
        ("55020256041000", Extra.FEE),
        ("55020357032.5", Extra.FEE),
    ],
)
def test_what_payers_are_asked_for_beside_the_amount_is_known(objects, extra):
    assert read_merchant_code(remade(STATIC, "5802ID", objects + "5802ID")).extra is extra


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (remade(STATIC, "5802ID", "550202560410005802ID"), "has-a-fee"),
        (remade(STATIC, "5802ID", "55020357031.55802ID"), "has-a-fee"),
        ("https://contoh.id/bayar", "is-a-link"),
        (" HTTP://CONTOH.ID ", "is-a-link"),
        ("9" * 5000, "not-a-qris"),
        (STATIC[:-1] + "8", "wrong-checksum"),
    ],
)
def test_a_code_that_would_charge_buyers_more_is_not_taken_into_use(payload, reason):
    with pytest.raises(Invalid) as refused:
        accept_merchant_code(payload, field="photo")
    assert refused.value.errors == {"photo": reason}


def test_a_code_that_asks_for_a_tip_is_taken_into_use():
    asking = remade(STATIC, "5802ID", "5502015802ID")
    assert accept_merchant_code(asking).payload == asking


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


#: What the specification lets stand in a code besides what QRIS asks for: any of these objects, in any order.
words = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=25)
wide = st.text(st.characters(categories=("L", "N", "P", "Zs")).filter(str.isprintable), min_size=1, max_size=25)


@st.composite
def codes(draw):
    """A well-formed static code of an Indonesian merchant: what has to be there, and anything else that may."""
    accounts = draw(st.lists(st.integers(26, 51), min_size=1, max_size=4, unique=True))
    objects = {str(number): draw(words) for number in accounts}
    objects |= {"53": "360", "58": "ID", "59": draw(words.filter(str.strip)), "60": draw(words)}
    if draw(st.booleans()):
        objects["01"] = "11"
    if draw(st.booleans()):
        objects["55"] = "01"
    for name in draw(st.lists(st.sampled_from(["02", "15", "52", "61", "62", "64", "80", "99"]), unique=True)):
        objects[name] = draw(wide if name == "64" else words)
    ordered = draw(st.permutations(list(objects)))
    text = "000201" + "".join(str(Item(name, objects[name])) for name in ordered) + "6304"
    return text + checksum(text)


@given(payload=codes())
def test_every_well_formed_code_is_read_to_the_letter(payload):
    code = accept_merchant_code(payload)
    assert code.payload == payload == "".join(map(str, code.items))
    assert code.merchant_name == item(payload, "59")


@given(payload=codes(), amount=st.integers(1, 10**13 - 1))
def test_putting_an_amount_in_changes_three_objects_and_no_more(payload, amount):
    code = read_merchant_code(payload)
    items = {entry.id: entry.value for entry in read_any(with_amount(code, amount))}
    assert items.pop("54") == str(amount)
    assert items.pop("01") == "12"
    assert checksum(with_amount(code, amount)[:-4]) == items.pop("63")
    before = {entry.id: entry.value for entry in code.items if entry.id not in ("01", "63")}
    assert items == before
    kept = [entry.id for entry in read_any(with_amount(code, amount)) if entry.id not in ("01", "54", "63")]
    assert kept == [entry.id for entry in code.items if entry.id not in ("01", "63")], "and no object changes places"


def read_any(payload):
    """The objects of a code, whatever it is for."""
    at, found = 0, []
    while at < len(payload):
        length = int(payload[at + 2 : at + 4])
        found.append(Item(payload[at : at + 2], payload[at + 4 : at + 4 + length]))
        at += 4 + length
    return found


@given(payload=codes(), place=st.integers(0, 511), letter=st.characters(min_codepoint=32, max_codepoint=126))
def test_no_single_wrong_letter_goes_unnoticed(payload, place, letter):
    place %= len(payload)
    wrong = payload[:place] + letter + payload[place + 1 :]
    if wrong[:-4] + wrong[-4:].upper() == payload:
        return
    with pytest.raises(Invalid):
        read_merchant_code(wrong)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text):
    with pytest.raises(Invalid):
        read_merchant_code(text)
