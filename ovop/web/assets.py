"""Stylesheets, scripts, drawings and the font: served from memory under addresses that change with the content.

``/assets/<version>/<name>``: the version is the hash of the content, for scripts the hash of the whole ``js`` tree, so
that modules import each other by relative names. Such an address may be cached for ever; an old one still answers.
"""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import brotli
from flask import Blueprint, Flask, Response, abort, current_app, render_template, request
from werkzeug.security import safe_join

from ovop.web.font import find_font
from ovop.web.language import site_root

STATIC = Path(__file__).resolve().parents[2] / "static"
FONT = "jakarta.woff2"
PARTS_OF_BASE = ("tokens.css", "base.css", "font.css")
FOR_EVER = "public, max-age=31536000, immutable"

# The components that any page may use, in the order of the sheet: later rules may refine earlier ones.
COMPONENTS = (
    "icon button chip tag stars price photo card catch_card list facts field stepper option slots life map legend"
    " steps code qr banner toast empty bone pick shoot tile figure counts table chart pager time"
    " top bottom basket actions foot"
).split()
# Those that only some pages use, by the sheets that have them beside their own rules.
COMPONENTS_OF = {"cooperative.css": ("gauge", "scale", "keys", "chosen_photos"), "complaint.css": ("chosen_photos",)}

blueprint = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """One file in memory with its compressed forms."""

    name: str
    body: bytes
    version: str

    @cached_property
    def media_type(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    @property
    def is_text(self) -> bool:
        return self.media_type.startswith("text/") or self.media_type in ("image/svg+xml", "application/json")

    @cached_property
    def brotli(self) -> bytes:
        return bytes(brotli.compress(self.body))

    @cached_property
    def gzip(self) -> bytes:
        return gzip.compress(self.body, 9, mtime=0)


class Assets:
    """Every asset by its name, read once; with ``watch`` read again when a source file has changed."""

    def __init__(self, static: Path, instance: Path, *, watch: bool) -> None:
        self.static, self.instance, self.watch = static, instance, watch
        self._known: dict[str, tuple[object, Asset | None]] = {}
        self._absent: set[str] = set()

    def find(self, name: str) -> Asset | None:
        """The asset of that name, None when there is none. ``base.css`` holds tokens, ground and components."""
        if name in self._known and not self.watch:
            return self._known[name][1]
        sources = self._sources(name)
        signature = _signature(sources)
        if name not in self._known or self._known[name][0] != signature:
            found = self._read(name) if sources else None
            if found is None and not self.watch:
                return None  # a name that strangers made up must not grow the memory
            self._known[name] = (signature, found)
        return self._known[name][1]

    def get(self, name: str) -> Asset:
        """The asset of that name. Raises: LookupError."""
        asset = self.find(name)
        if asset is None:
            raise LookupError(f"no asset named {name!r} under {self.static}")
        return asset

    def has(self, name: str) -> bool:
        """Whether there is an asset of that name; for names that templates choose, so that a no is remembered too."""
        if name in self._absent:
            return False
        found = self.find(name) is not None
        if not found and not self.watch:
            self._absent.add(name)
        return found

    def _sources(self, name: str) -> list[Path]:
        """Files whose content decides the asset's content or its version."""
        css = self.static / "css"
        if name == "base.css":
            sheets = [css / "tokens.css", css / "base.css"]
            font = find_font(self.instance)
            face = [css / "font.css", font] if font else []
            return [*face, *sheets, *(css / "components" / f"{component}.css" for component in COMPONENTS)]
        if name == FONT:
            font = find_font(self.instance)
            return [font] if font else []
        if "/" not in name and name.endswith(".css"):
            if name in PARTS_OF_BASE or not (css / name).is_file():
                return []
            return [css / name, *(css / "components" / f"{part}.css" for part in COMPONENTS_OF.get(name, ()))]
        path = safe_join(str(self.static), name)
        if path is None or not Path(path).is_file() or Path(path).is_relative_to(css):
            return []
        return _tree(self.static / "js") if name.startswith("js/") else [Path(path)]

    def _read(self, name: str) -> Asset | None:
        sources = self._sources(name)
        if name.endswith(".css"):
            text = "\n".join(path.read_text("utf-8") for path in sources if path.suffix == ".css")
            body = self._link(squeeze(text)).encode()
            return Asset(name, body, _hash([body]))
        if name.startswith("js/"):
            return Asset(name, (self.static / name).read_bytes(), _hash(path.read_bytes() for path in sources))
        body = sources[0].read_bytes()
        return Asset(name, body, _hash([body]))

    def _link(self, sheet: str) -> str:
        """``url(asset:NAME)`` becomes the relative address of that asset, whatever the site is mounted under."""
        return re.sub(
            r"url\(asset:([^)]+)\)",
            lambda match: f"url(../{self.get(match[1]).version}/{match[1]})",
            sheet,
        )


def squeeze(sheet: str) -> str:
    """A stylesheet without comments and needless space."""
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    sheet = re.sub(r"\s+", " ", sheet)
    sheet = re.sub(r"\s*([{};,>])\s*", r"\1", sheet)
    sheet = re.sub(r"([{;][\w-]+):\s+", r"\1:", sheet)
    return sheet.replace(";}", "}").strip()


def _tree(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _signature(paths: Iterable[Path]) -> object:
    return tuple((path, (stat := path.stat()).st_mtime_ns, stat.st_size) for path in paths)


def _hash(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()[:12]


def _assets() -> Assets:
    known: Assets = current_app.extensions["ovop.assets"]
    return known


def asset(name: str) -> str:
    """Address of an asset, to be cached for ever: ``asset("drawings/shrimp.svg")``. Raises: LookupError."""
    return f"{site_root()}/assets/{_assets().get(name).version}/{name}"


def has_asset(name: str) -> bool:
    """Whether there is such an asset: an area may have no stylesheet of its own, the font may not be built yet."""
    return _assets().has(name)


@blueprint.get("/assets/<version>/<path:name>")
def serve(version: str, name: str) -> Response:
    """The asset, compressed as the reader understands; kept for ever only under its present version."""
    found = _assets().find(name)
    if found is None:
        abort(404)
    response = _encoded(found) if found.is_text else Response(found.body)
    response.headers["Content-Type"] = found.media_type + ("; charset=utf-8" if found.is_text else "")
    response.headers["Cache-Control"] = FOR_EVER if version == found.version else "no-cache"
    response.set_etag(f"{found.version}{response.headers.get('Content-Encoding', '')}")
    response.make_conditional(request)
    return response


def _encoded(found: Asset) -> Response:
    accepted = request.accept_encodings
    if accepted["br"]:
        response = Response(found.brotli, headers={"Content-Encoding": "br"})
    elif accepted["gzip"]:
        response = Response(found.gzip, headers={"Content-Encoding": "gzip"})
    else:
        response = Response(found.body)
    response.vary.add("Accept-Encoding")
    return response


@blueprint.get("/site.webmanifest")
def manifest() -> Response:
    """What a phone needs to put the market on its home screen."""
    return Response(render_template("site.webmanifest"), mimetype="application/manifest+json")


@blueprint.get("/sw.js")
def service_worker() -> Response:
    """The script that keeps the field page on a clerk's phone; at the root, since it may act only below itself."""
    body = _assets().get("js/service-worker.js").body
    return Response(body, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


def register(app: Flask) -> None:
    """Templates have ``asset(name)`` and ``has_asset(name)``; the addresses answer."""
    app.extensions["ovop.assets"] = Assets(STATIC, Path(app.instance_path), watch=app.debug)
    app.jinja_env.globals.update(asset=asset, has_asset=has_asset)
    app.register_blueprint(blueprint)
