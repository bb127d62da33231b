"""What search engines should know: an index of site maps, each page in both languages with its true last change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import Response, make_response, render_template, url_for

from ovop.db import db
from ovop.discovery.addresses import Changed, lot_parts, lots_of_part, selling_villages
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from ovop.web.language import LANGUAGES, PREFIXES, public_origin, site_root, split_path
from ovop.web.shop.area import blueprint

#: Pages that are always there.
_FIXED = ("shop.catalogue", "shop.villages", "shop.map", "shop.prices", "shop.open_data", "shop.attribution")
#: What crawlers leave alone: baskets, accounts, work places, and lists in every order.
PRIVATE = ("/belanja", "/ambil", "/bayar", "/pesanan", "/akun", "/koperasi", "/dinas", "/cari-tempat", "/saran")


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page's absolute address in each language, and its last change in RFC 3339 where it is known."""

    addresses: dict[str, str]
    changed_at: str | None = None


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The site maps that there are."""
    session, now = db.session(), days.now()
    villages = [village.at for village in selling_villages(session, now) if village.at]
    parts: list[tuple[str, str | None]] = [
        (_of("sitemap-pasar.xml"), None),
        (_of("sitemap-desa.xml"), _written(max(villages, default=None))),
        *((_of(f"sitemap-hasil-{part.key}.xml"), _written(part.at)) for part in lot_parts(session, now)),
    ]
    return _xml(render_template("shop/sitemaps.xml", parts=parts))


@blueprint.get("/sitemap-pasar.xml")
def sitemap_of_market() -> Response:
    """The pages that are always there."""
    return _map(SitePage(_in_each_language(url_for(name))) for name in _FIXED)


@blueprint.get("/sitemap-desa.xml")
def sitemap_of_villages() -> Response:
    """The villages that sell."""
    found = selling_villages(db.session(), days.now())
    return _map(_page(url_for("shop.village", code=village.key), village) for village in found)


@blueprint.get("/sitemap-hasil-<int:part>.xml")
def sitemap_of_lots(part: int) -> Response:
    """The lots on sale in one part.  Raises: NotFound."""
    found = lots_of_part(db.session(), part, days.now()) if part < 2**40 else []
    if not found:
        raise NotFound()
    return _map(_page(url_for("shop.catch", catch_id=lot.key), lot) for lot in found)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What crawlers should leave alone, in every language."""
    closed = [f"Disallow: {prefix}{path}" for prefix in ("", *PREFIXES.values()) for path in PRIVATE]
    lines = ["User-agent: *", *closed, "Disallow: /api/", "Disallow: /*?", "Allow: /"]
    return Response("\n".join([*lines, f"Sitemap: {_of('sitemap.xml')}", ""]), mimetype="text/plain")


def _of(name: str) -> str:
    """Absolute address of a file that has no language."""
    return f"{public_origin()}/{name}"


def _page(address: str, changed: Changed) -> SitePage:
    return SitePage(_in_each_language(address), _written(changed.at))


def _in_each_language(address: str) -> dict[str, str]:
    """Where the page at `address` is in each language."""
    _, path = split_path(address.removeprefix(site_root()))
    return {language: f"{public_origin()}{PREFIXES.get(language, '')}{path}" for language in LANGUAGES}


def _written(moment: datetime | None) -> str | None:
    return moment.astimezone(days.JAKARTA).isoformat(timespec="seconds") if moment else None


def _map(pages: Iterable[SitePage]) -> Response:
    return _xml(render_template("shop/sitemap.xml", pages=pages))


def _xml(text: str) -> Response:
    response = make_response(text)
    response.mimetype = "application/xml"
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
