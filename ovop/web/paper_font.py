"""The market's typeface for paper: two plain weights, cut once from the installed font package.

A PDF's writer takes neither a variable font nor a font's features: what pages choose by CSS is therefore cut in, and
figures are as wide as each other without being asked for.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

from ovop.web.font import LETTERS, PACKAGE

REGULAR, BOLD = 450, 700
#: So much of a letter's height more stands between words, as on pages (base.css).
_WORD_SPACE = 0.06
#: What can be written: everything that pages write, and the letters of names from further away.
WRITABLE = frozenset(LETTERS) | frozenset(map(chr, range(0x100, 0x180)))
_FIGURES = {ord(figure): f"{name}.tf" for figure, name in zip("0123456789", (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), strict=True)}  # fmt: skip


def paper_faces(instance_path: Path) -> dict[int, Path]:
    """The cuts by weight, as TTF in ``<instance>/assets``; made now unless they were there."""
    folder = instance_path / "assets"
    faces = {weight: folder / f"paper-{_recipe()}-{weight}.ttf" for weight in (REGULAR, BOLD)}
    for weight, target in faces.items():
        if not target.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            part = target.with_suffix(".part")
            _cut(weight, part)
            part.replace(target)
    return faces


@cache
def _recipe() -> str:
    """Changes whenever the cuts would come out differently."""
    version = importlib.metadata.version(PACKAGE)
    return hashlib.sha256(repr((version, sorted(WRITABLE), sorted(_FIGURES), _WORD_SPACE)).encode()).hexdigest()[:12]


def _cut(weight: int, target: Path) -> None:
    from fontTools.subset import Options, Subsetter  # noqa: PLC0415 - needed once in the life of a market
    from fontTools.ttLib import TTFont  # noqa: PLC0415
    from fontTools.varLib.instancer import instantiateVariableFont  # noqa: PLC0415

    spec = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    assert spec is not None  # the market's requirements name it
    assert spec.submodule_search_locations is not None
    font = TTFont(Path(next(iter(spec.submodule_search_locations))) / "files" / "PlusJakartaSans[wght].ttf")
    _set_figures_apart(font)
    options = Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 13, 14])
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(WRITABLE))
    subsetter.subset(font)
    instantiateVariableFont(font, {"wght": weight}, inplace=True)
    _set_words_apart(font)
    font["head"].modified = font["head"].created  # the same bytes whenever it is cut
    font.recalcTimestamp = False
    font.save(target)


def _set_figures_apart(font: Any) -> None:
    """Every figure is drawn by its tabular form."""
    for table in font["cmap"].tables:
        table.cmap.update({code: name for code, name in _FIGURES.items() if code in table.cmap})


def _set_words_apart(font: Any) -> None:
    """Spaces are wider than the face has them."""
    letters, widths = font.getBestCmap(), font["hmtx"]
    for name in {letters[ord(space)] for space in " \N{NO-BREAK SPACE}"}:
        width, left = widths[name]
        widths[name] = (width + round(_WORD_SPACE * font["head"].unitsPerEm), left)
