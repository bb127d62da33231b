"""Numbers as people say them to their phone: ``lima belas kilo``, ``32 ribu 500``, ``satu setengah``.  Pure.

A phone's dictation writes figures where it is sure and words where it is not, often both in one breath.
static/js/spoken.js reads the same; a test holds the two together.
"""

from __future__ import annotations

import re
from decimal import Decimal

_NAMES = "satu dua tiga empat lima enam tujuh delapan sembilan".split()
_DIGITS = {name: number for number, name in enumerate(["nol", *_NAMES])}
_WHOLE = {"sepuluh": 10, "sebelas": 11, "seratus": 100}
_PARTS = {"": "0", "setengah ": "0.5", "seperempat ": "0.25", "tiga perempat ": "0.75"}
_UNITS = "kg|kilo|kilogram|ons|g|gr|gram|ekor|buah|bungkus|tusuk|biji|pak|pcs"
#: One of something, said in one word.
_ONE_OF = re.compile(r"\bse(kilo|kilogram|ons|ekor|buah|bungkus|tusuk)\b")

# Every word of what is matched has a space behind it.
_DIGIT = f"(?:{'|'.join(_NAMES)}) "
_TENS = f"(?:sepuluh |sebelas |{_DIGIT}belas |{_DIGIT}puluh (?:{_DIGIT})?|{_DIGIT}|nol )"
_FIGURES = r"(?:[0-9]{1,9} |[0-9]{1,3}(?:\.[0-9]{3}){1,2} |[0-9]{1,6},[0-9]{1,3} )"
_GROUP = f"(?:(?:seratus |{_DIGIT}ratus )(?:{_TENS})?|{_TENS}|{_FIGURES})"
_SAID = re.compile(
    rf"(?:(?P<million>sejuta )|(?P<millions>{_GROUP})(?:juta |jt ))?"
    rf"(?:(?P<thousand>seribu )|(?P<thousands>{_GROUP})(?:ribu |rb ))?"
    rf"(?P<rest>{_GROUP})?(?P<part>setengah |seperempat |tiga perempat )?"
    rf"(?:(?<=\S )koma (?P<decimals>(?:nol |{_DIGIT}){{1,3}}))?"
    rf"(?P<unit>(?:{_UNITS}) )?(?P<late>setengah )?"
)


def spoken(typed: str, *, decimal_point: bool = False) -> str:
    """`typed` with the number that it begins with in figures; as it is where no number is said in words.

    decimal_point: whether the figures are to be read the English way.
    """
    text = _ONE_OF.sub(r"satu \1", re.sub(r"(?<=[0-9])(?=[a-z])", " ", typed.casefold()))
    found = _SAID.fullmatch(" ".join([*text.split(), ""]))
    if found is None or not _is_said(found):
        return typed
    value = (
        1_000_000 * (_value(found["millions"]) + bool(found["million"]))
        + 1_000 * (_value(found["thousands"]) + bool(found["thousand"]))
        + _value(found["rest"])
        + Decimal(_PARTS[found["part"] or found["late"] or ""])
        + Decimal("0." + "".join(str(_DIGITS[word]) for word in (found["decimals"] or "").split()) + "0")
    )
    written = format(value.normalize(), "f")
    return f"{written if decimal_point else written.replace('.', ',')} {found['unit'] or ''}".strip()


def _is_said(found: re.Match[str]) -> bool:
    """Whether a number is there, in part in words, with one fraction at most."""
    number = found[0][: found.start("unit") if found["unit"] else None]
    fractions = (found["part"], found["decimals"], found["late"], "," in (found["rest"] or ""))
    return bool(number) and sum(map(bool, fractions)) <= 1 and bool(found["late"] or re.search("[a-z]", number))


def _value(group: str | None) -> Decimal:
    """The number below a thousand that these words make, or whatever number these figures are."""
    words = (group or "").split()
    if words and words[0][0].isdigit():
        return Decimal(words[0].replace(".", "").replace(",", "."))
    value = digit = 0
    for word in words:
        match word:
            case "belas":
                value += 10
            case "puluh":
                value += 9 * digit  # the digit itself is counted already
            case "ratus":
                value += 99 * digit
            case _:
                digit = _DIGITS.get(word, 0)
                value += digit or _WHOLE.get(word, 0)
    return Decimal(value)
