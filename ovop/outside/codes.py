"""Reading QR codes in what people send as photos.  Pure: bytes in, texts out."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps

from ovop.outside.pictures import look_at

#: Below so many pixels a side, dots of a code are too small for the reader; a picture can be drawn larger.
_SMALL = 900


@dataclass(frozen=True, slots=True)
class Codes:
    """What the QR codes in a picture say, each once; is_blurred: there is one that cannot be made out."""

    texts: tuple[str, ...]
    is_blurred: bool


def find_codes(data: bytes, *, field: str = "photo") -> Codes:
    """The QR codes in the picture in `data`, however it lies.  Raises: Invalid for what is no photo."""
    return look_at(data, _find, field=field)


def _find(picture: Image.Image) -> Codes:
    is_blurred = False
    for grey in _ways_to_look(picture.convert("L")):
        seen = _read(grey)
        texts = tuple(dict.fromkeys(_text(code) for code in seen if code.valid))
        if texts:
            return Codes(texts, False)
        is_blurred |= bool(seen)
    return Codes((), is_blurred)


def _ways_to_look(grey: Image.Image) -> Iterator[Image.Image]:
    """The picture as it is, then as a faint, a small or a noisy one is read better."""
    yield grey
    yield ImageOps.autocontrast(grey, cutoff=2)
    if max(grey.size) < _SMALL:
        yield grey.resize((grey.width * 2, grey.height * 2), Image.Resampling.BICUBIC)
    yield grey.reduce(2)


def _read(grey: Image.Image) -> list[Any]:
    # Loaded when the first photo comes: most processes never see one.
    zxing = importlib.import_module("zxingcpp")
    return list(zxing.read_barcodes(grey, formats=zxing.BarcodeFormat.QRCode, return_errors=True))


def _text(code: Any) -> str:
    """What it says; QRIS counts in UTF-8, which few codes declare."""
    try:
        return bytes(code.bytes).decode("utf-8")
    except UnicodeDecodeError:
        return str(code.text)
