"""QRIS: a merchant's static code read, checked and, where an operator may, filled with an amount.  Pure.

A code is a row of objects, each two digits of id, two digits of length in characters, and the value; the first says
that it is one, the last is a checksum over all before it.  Objects that are not known here survive as they are.
Source: EMVCo QR Code Specification for Payment Systems, Merchant-Presented Mode; national QRIS standard.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ovop.kernel.errors import Invalid

#: More would not fit into a code that a phone can read, nor into its column.
LONGEST = 512

FORMAT, METHOD, AMOUNT, CURRENCY, COUNTRY, NAME, CITY, CHECKSUM = "00", "01", "54", "53", "58", "59", "60", "63"
#: Whether payers are asked for more than the amount.
TIP_OR_FEE = "55"
#: Accounts of the merchant: one of these at least says where the money goes.
ACCOUNTS = range(26, 52)
#: Of an account: whose numbers these are, and the merchant's; the national ones tell merchants apart.
OWNER, NUMBER, NATIONAL = "00", "02", "ID.CO.QRIS.WWW"
STATIC, DYNAMIC = "11", "12"
RUPIAH, INDONESIA = "360", "ID"


class Extra(StrEnum):
    """What a payer's bank or wallet adds to the amount, or asks to."""

    NONE = "none"
    #: The payer is asked, and may give nothing.
    TIP = "tip"
    #: The payer is charged, fixed or in per cent.
    FEE = "fee"


@dataclass(frozen=True, slots=True)
class Item:
    """One object of a code: two digits and up to 99 characters."""

    id: str
    value: str

    def __str__(self) -> str:
        return f"{self.id}{len(self.value):02d}{self.value}"


@dataclass(frozen=True, slots=True)
class MerchantCode:
    """A static code that passed every check; `payload` is what the co-operative gave, to the letter."""

    payload: str
    items: tuple[Item, ...]

    @property
    def merchant_name(self) -> str:
        """Whom banks and wallets will say is paid."""
        return _value(self.items, NAME)

    @property
    def merchant_city(self) -> str:
        """Where that is."""
        return _value(self.items, CITY)

    @property
    def national_id(self) -> str:
        """The merchant's national number (NMID), as it is printed below the code; nothing where it has none."""
        for account in self.items:
            if int(account.id) in ACCOUNTS:
                parts = _parts(account.value)
                if _value(parts, OWNER).upper() == NATIONAL:
                    return _value(parts, NUMBER)
        return ""

    @property
    def extra(self) -> Extra:
        """What it makes payers pay beside the amount.  Source: EMVCo, object 55."""
        return {"01": Extra.TIP, "02": Extra.FEE, "03": Extra.FEE}.get(_value(self.items, TIP_OR_FEE), Extra.NONE)


def read_merchant_code(payload: str, *, field: str = "qris") -> MerchantCode:
    """The static Indonesian code that `payload` is, surrounding blanks aside.

    Raises: Invalid with `not-a-qris`, `wrong-checksum`, `not-indonesian` (country or currency), or `has-an-amount`
    for a code that was made for one payment.  Source: contract, QRIS.
    """
    text = payload.strip()
    items = _read(text, field)
    if text[-4:].upper() != checksum(text[:-4]):
        raise Invalid({field: "wrong-checksum"})
    if _value(items, COUNTRY) != INDONESIA or _value(items, CURRENCY) != RUPIAH:
        raise Invalid({field: "not-indonesian"})
    if _value(items, METHOD) not in ("", STATIC) or _value(items, AMOUNT):
        raise Invalid({field: "has-an-amount"})
    if not _value(items, NAME).strip() or not any(int(item.id) in ACCOUNTS for item in items):
        raise Invalid({field: "not-a-qris"})
    return MerchantCode(text, items)


def accept_merchant_code(payload: str, *, field: str = "qris") -> MerchantCode:
    """The code, when a co-operative may take it into use.

    Raises: what `read_merchant_code` raises; Invalid with `is-a-link` for another kind of code, and with `has-a-fee`
    for one that charges buyers more than the price.  Source: docs/decisions/0007-qris.md.
    """
    if payload.strip().lower().startswith(("http://", "https://")):
        raise Invalid({field: "is-a-link"})
    code = read_merchant_code(payload, field=field)
    if code.extra is Extra.FEE:
        raise Invalid({field: "has-a-fee"})
    return code


def with_amount(code: MerchantCode, amount: int) -> str:
    """The payload that asks for `amount` rupiah, once; all else is as it was, fields for tips and fees too.

    amount: 1 … 9,999,999,999,999.  Source: contract, QRIS (01 → 12, object 54, CRC anew).
    """
    asked = str(amount)
    if amount < 1 or len(asked) > 13:
        raise ValueError("an amount of 1 to 13 digits")
    kept = [item for item in code.items if item.id not in (METHOD, AMOUNT, CHECKSUM)]
    rest = _with_before(kept[1:], Item(AMOUNT, asked))
    return _written([kept[0], Item(METHOD, DYNAMIC), *rest])


def checksum(text: str) -> str:
    """CRC-16/CCITT-FALSE of the UTF-8 bytes of `text` (all up to and including ``6304``): four upper-case digits."""
    crc = 0xFFFF
    for byte in text.encode("utf-8"):
        crc ^= byte << 8
        for _bit in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return f"{crc:04X}"


def _read(text: str, field: str) -> tuple[Item, ...]:
    """The objects of `text`: format first, checksum last, no id twice."""
    if len(text) > LONGEST or not text.isprintable():
        raise Invalid({field: "not-a-qris"})
    try:
        items = tuple(_items(text))
    except ValueError:
        raise Invalid({field: "not-a-qris"}) from None
    ids = [item.id for item in items]
    if ids[:1] != [FORMAT] or items[0].value != "01" or ids[-1] != CHECKSUM or len(items[-1].value) != 4:
        raise Invalid({field: "not-a-qris"})
    if len(set(ids)) < len(ids):
        raise Invalid({field: "not-a-qris"})
    return items


def _items(text: str) -> Iterator[Item]:
    """The objects of `text` in order.  Raises: ValueError where it is not made of them."""
    at = 0
    while at < len(text):
        head = text[at : at + 4]
        if len(head) < 4 or not head.isascii() or not head.isdigit():
            raise ValueError(text)
        value = text[at + 4 : at + 4 + int(head[2:])]
        if len(value) < int(head[2:]) or not value:
            raise ValueError(text)
        yield Item(head[:2], value)
        at += 4 + len(value)


def _parts(template: str) -> tuple[Item, ...]:
    """The objects within an object; none where it is not made of them."""
    try:
        return tuple(_items(template))
    except ValueError:
        return ()


def _value(items: Iterable[Item], wanted: str) -> str:
    return next((item.value for item in items if item.id == wanted), "")


def _with_before(items: list[Item], new: Item) -> list[Item]:
    """`items` with `new` before the first that has a higher id, where readers expect it."""
    place = next((index for index, item in enumerate(items) if item.id > new.id), len(items))
    return [*items[:place], new, *items[place:]]


def _written(items: Iterable[Item]) -> str:
    """The payload of `items`, with its checksum."""
    text = "".join(map(str, items)) + f"{CHECKSUM}04"
    return text + checksum(text)
