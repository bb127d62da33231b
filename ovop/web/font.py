"""The market's typeface, cut down from the installed font package to what Indonesian and English need."""

import hashlib
import importlib.metadata
import importlib.util
from functools import cache
from pathlib import Path

PACKAGE = "fontpkg-plus-jakarta-sans"
WEIGHTS = (400, 800)
FEATURES = ["kern", "tnum"]

# Latin-1 and the signs that pages write: dashes, quotes, ellipsis, bullet, minus, arrows, comparison.
LETTERS = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100)])) + "–—‘’“”…•−←→≤≥"


@cache
def _recipe() -> str:
    """Changes whenever the cut would come out differently."""
    version = importlib.metadata.version(PACKAGE)
    return hashlib.sha256(repr((version, WEIGHTS, FEATURES, LETTERS)).encode()).hexdigest()[:12]


def _target(instance_path: Path) -> Path:
    return instance_path / "assets" / f"jakarta-{_recipe()}.woff2"


def find_font(instance_path: Path) -> Path | None:
    """The font that ``build_font`` made, None when it has not run: pages then use the system's typeface."""
    try:
        target = _target(instance_path)
    except importlib.metadata.PackageNotFoundError:
        return None
    return target if target.is_file() else None


def build_font(instance_path: Path | str) -> Path | None:
    """One woff2 lies in ``<instance>/assets``, made now unless it was there; earlier cuts are gone.

    Keeps the weight axis from 400 to 800, kerning and tabular figures. None when the package is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    if spec is None or not spec.submodule_search_locations:
        return None
    target = _target(Path(instance_path))
    if target.is_file():
        return target
    source = Path(next(iter(spec.submodule_search_locations))) / "files" / "PlusJakartaSans[wght].ttf"
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    _cut(source, part)
    part.replace(target)
    for old in target.parent.glob("jakarta-*.woff2"):
        if old != target:
            old.unlink()
    return target


def _cut(source: Path, target: Path) -> None:
    # Needed once in the life of a market: a running web process should not carry the font tools.
    from fontTools.subset import Options, Subsetter  # noqa: PLC0415
    from fontTools.ttLib import TTFont  # noqa: PLC0415
    from fontTools.varLib.instancer import instantiateVariableFont  # noqa: PLC0415

    font = TTFont(source)
    options = Options(layout_features=FEATURES, hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 13, 14])
    subsetter = Subsetter(options)
    subsetter.populate(text=LETTERS)
    subsetter.subset(font)
    instantiateVariableFont(font, {"wght": WEIGHTS}, inplace=True)
    font.flavor = "woff2"
    font.save(target)
