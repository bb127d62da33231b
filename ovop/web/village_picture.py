"""Drawing the picture that a messenger shows of a village's page."""

from __future__ import annotations

from pathlib import Path

from ovop.web.language import gettext as _
from ovop.web.preview_panel import FOAM, SOFT, Panel, drawn
from ovop.web.sharing import VillageCard


def draw_picture(card: VillageCard, photo: bytes | None, faces: dict[int, Path]) -> bytes:
    """A JPEG with the words in the language spoken now; photo and faces as `preview_panel.drawn` takes them."""
    return drawn(lambda panel: _fill(panel, card), photo, faces)


def _fill(panel: Panel, card: VillageCard) -> None:
    panel.write(_("Satu desa, satu produk"), 28, SOFT)
    panel.skip(10)
    panel.write(_("Desa %(name)s", name=card.village), 72, FOAM, bold=True, smallest=40, lines=2)
    panel.skip(6)
    panel.write(_("Kecamatan %(district)s, Kabupaten Serang", district=card.district), 28, SOFT)
    if card.flagship:
        panel.skip(34)
        panel.write(_("Produk unggulan"), 26, SOFT)
        panel.write(card.flagship, 46, FOAM, bold=True, smallest=32, lines=2)
        if card.stars_level:
            panel.stars(card.stars_level)
            panel.write(f"{card.stars_issuer}, {card.stars_year}", 22, SOFT, smallest=18, lines=2)
    panel.sign()
