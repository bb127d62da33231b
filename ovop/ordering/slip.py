"""The QR code that a buyer shows at the pickup point: the order and its code in one scan.  Pure."""

from __future__ import annotations

import re

#: Digits, capitals, a dash and a space only: QR's alphanumeric mode keeps the code coarse enough for a worn camera.
_SLIP = re.compile(r"\s*(S-\d{4}-[0-9A-Z]{6})\s+(\d{3}\s?\d{3})\s*", re.IGNORECASE | re.ASCII)


def write_slip(number: str, pickup_code: str) -> str:
    """``S-2511-7K3FQ2 482915``."""
    return f"{number} {pickup_code}"


def read_slip(text: str) -> tuple[str, str] | None:
    """Order number and pickup code in what was scanned, None when it is no slip of ours."""
    found = _SLIP.fullmatch(text)
    return (found[1].upper(), "".join(found[2].split())) if found else None
