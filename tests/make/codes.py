"""QRIS and other codes for tests: made by one library, to be read by another."""

from __future__ import annotations

import io
import re

import segno
from PIL import Image, ImageDraw

from ovop.outside.codes import find_codes
from ovop.payment.qris import checksum


def static(merchant: str = "KIOS UJI COBA", *, number: int = 1, more: str = "", method: str = "11") -> str:
    """A static QRIS of a merchant that does not exist; more: further objects before the country's."""
    text = (
        f"0002010102{method}26660014COM.CONTOH.WWW011893600000000000000102150000000000000010303UMI"
        f"51440014ID.CO.QRIS.WWW0215ID{number:013d}0303UMI520454995303360{more}5802ID"
        f"59{len(merchant):02d}{merchant}6010KAB SERANG61054216662070703A016304"
    )
    return text + checksum(text)


def photo(*texts: str, turned: float = 0, kind: str = "JPEG") -> bytes:
    """A photo of codes, one below the other."""
    paper = Image.new("RGB", (900, 150 + 650 * max(1, len(texts))), "#EEE")
    for number, text in enumerate(texts):
        out = io.BytesIO()
        segno.make(text, error="m", micro=False).save(out, kind="png", scale=7, border=4)
        paper.paste(Image.open(io.BytesIO(out.getvalue())).convert("RGB"), (100, 100 + number * 650))
    paper = paper.rotate(turned, expand=True, fillcolor="#999")
    return data_of(paper, kind)


def torn(text: str) -> bytes:
    """A photo of a code of which too much is missing."""
    image = Image.open(io.BytesIO(photo(text)))
    ImageDraw.Draw(image).rectangle((250, 250, 450, 450), fill="#EEE")
    return data_of(image)


def data_of(image: Image.Image, kind: str = "JPEG") -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def read_svg(page: str, label: str) -> str:
    """What the code drawn on a page under that label says, drawn from its path as a browser would."""
    found = re.search(
        rf'aria-label="{re.escape(label)}"><svg viewBox="0 0 (\d+) \d+".*?stroke="#000"[^>]*d="([^"]+)"', page
    )
    assert found is not None, "no such drawing"
    scale, size = 8, int(found[1])
    image = Image.new("L", (size * scale, size * scale), 255)
    pen, x, y = ImageDraw.Draw(image), 0.0, 0.0
    for step, numbers in re.findall(r"([Mmh])([-\d. ]+)", found[2]):
        values = [float(value) for value in numbers.split()]
        if step == "h":
            pen.rectangle((x * scale, (y - 0.5) * scale, (x + values[0]) * scale - 1, (y + 0.5) * scale - 1), fill=0)
            x += values[0]
        elif step == "M":
            x, y = values
        else:
            x, y = x + values[0], y + values[1]
    (text,) = find_codes(data_of(image, "PNG")).texts
    return text
