"""QR codes as SVG, drawn so that dark schemes do not turn them."""

from __future__ import annotations

from io import BytesIO

import segno
from markupsafe import Markup


def qr_svg(text: str, *, standalone: bool = False) -> Markup:
    """A QR code of `text` with its quiet zone, black on white.

    standalone: a whole SVG document of a size that galleries show, for download; else an element for a page.
    """
    code = segno.make(text, error="m", micro=False)
    out = BytesIO()
    size = {"scale": 12} if standalone else {"omitsize": True}
    code.save(
        out,
        kind="svg",
        xmldecl=standalone,
        svgns=standalone,
        nl=False,
        border=4,
        dark="#000",
        light="#fff",
        svgclass=None,
        lineclass=None,
        **size,
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - segno's own drawing holds nothing of the text
