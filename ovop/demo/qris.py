"""Merchant codes for the demo's co-operatives: well-formed, and paying nobody."""

from __future__ import annotations

from ovop.payment.qris import CHECKSUM, STATIC, Item, checksum

#: Names and cities in a code have no more room.
_LONGEST_NAME = 25


def static_code(merchant: str, number: int) -> str:
    """An invented static QRIS of `merchant`; `number` (1 … 999) tells the demo's merchants apart.

    No acquirer is called COM.CONTOH.WWW and no merchant has such a number, so no wallet can pay it.
    """
    account = _items(
        ("00", "COM.CONTOH.WWW"), ("01", f"93600000{number:010d}"), ("02", f"{number:015d}"), ("03", "UMI")
    )
    national = _items(("00", "ID.CO.QRIS.WWW"), ("02", f"ID{number:013d}"), ("03", "UMI"))
    body = _items(
        ("00", "01"),
        ("01", STATIC),
        ("26", account),
        ("51", national),
        ("52", "5499"),
        ("53", "360"),
        ("58", "ID"),
        ("59", merchant.upper()[:_LONGEST_NAME].strip()),
        ("60", "KAB SERANG"),
        ("61", "42100"),
        ("62", _items(("07", "A01"))),
    )
    signed = f"{body}{CHECKSUM}04"
    return signed + checksum(signed)


def _items(*pairs: tuple[str, str]) -> str:
    return "".join(str(Item(name, value)) for name, value in pairs)
