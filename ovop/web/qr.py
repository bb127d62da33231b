"""QR codes: drawn into pages as SVG, and as pictures to keep."""

from __future__ import annotations

from io import BytesIO

import segno
from markupsafe import Markup

from ovop.web.language import public_origin


def lot_address(lot_code: str) -> str:
    """Where the code of a lot leads: one address, whatever language its reader's phone speaks."""
    return f"{public_origin()}/t/{lot_code}"


def qr_svg(text: str) -> Markup:
    """An SVG element, black on white in both schemes; the component around it completes the quiet zone."""
    out = BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(
        out, kind="svg", xmldecl=False, svgns=False, nl=False, omitsize=True, border=2,
        dark="#000", light="#fff", svgclass=None, lineclass=None,
    )  # fmt: skip
    return Markup(out.getvalue().decode())  # noqa: S704 - segno's own drawing holds nothing of the text


def qr_png(text: str) -> bytes:
    """A PNG with its quiet zone, of a size that banks' apps read from a phone's gallery."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=12, border=4)
    return out.getvalue()
