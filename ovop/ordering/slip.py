"""The QR code that a buyer shows at the pickup point: the order and its code in one scan, or several of each.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Digits, capitals, a dash and a space only: QR's alphanumeric mode keeps the code coarse enough for a worn camera.
_SLIP = re.compile(r"\s*(S-\d{4}-[0-9A-Z]{6})\s+(\d{3}\s?\d{3})\s*", re.IGNORECASE | re.ASCII)
#: Numbers and codes have fixed lengths, so that several are read without the blanks between them.
_ONE_OF_SEVERAL = re.compile(r"(S-[0-9]{4}-[0-9A-Z]{6})([0-9]{6})")
_SEVERAL = re.compile(rf"(?:{_ONE_OF_SEVERAL.pattern})+")
#: With more the code gets too fine; nobody carries that many boxes.
MOST_SLIPS = 8


def write_slip(number: str, pickup_code: str) -> str:
    """``S-2511-7K3FQ2 482915``."""
    return f"{number} {pickup_code}"


def write_slips(slips: Iterable[tuple[str, str]]) -> str:
    """Several slips, ``S-2511-7K3FQ2 482915 S-2511-9MB2XA 104477``.

    On one line: a scanner types into a field of one line, where a break would vanish.
    """
    return " ".join(write_slip(number, code) for number, code in slips)


def read_slip(text: str) -> tuple[str, str] | None:
    """Order number and pickup code in what was scanned, None when it is no slip of ours."""
    found = _SLIP.fullmatch(text)
    return (found[1].upper(), "".join(found[2].split())) if found else None


def read_slips(text: str) -> dict[str, str]:
    """Pickup codes by order number in what was scanned, one slip or several; nothing when it is anything else."""
    solid = "".join(text.split()).upper()
    if not _SEVERAL.fullmatch(solid):
        return {}
    found = dict(_ONE_OF_SEVERAL.findall(solid))
    return found if len(found) <= MOST_SLIPS else {}
