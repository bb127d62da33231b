"""What a public site owes its readers and machines: whose pictures and data these are, and what may be indexed."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Response, make_response, render_template, url_for

from ovop.db import db
from ovop.discovery.queries import newest_ids
from ovop.discovery.rules import VillageFilter
from ovop.discovery.villages import list_villages
from ovop.kernel import days
from ovop.settings import ROOT
from ovop.web.language import public_origin
from ovop.web.shop.area import blueprint

#: Lots named in the site map; older ones are sold before a search engine comes back.
LOTS_IN_SITEMAP = 1000
_CREDITS = ROOT / "ovop" / "demo" / "pictures" / "CREDITS.csv"
_NOTICES = ROOT / "ovop" / "villages" / "data" / "LICENCES.md"


@dataclass(frozen=True, slots=True)
class Credit:
    """A picture of somebody else's: what it shows, who made it, and on what terms it may be used."""

    subject: str
    subject_id: str
    author: str
    licence: str
    licence_url: str
    source: str
    changes: str

    @property
    def source_url(self) -> str | None:
        """The address in where it comes from, if there is one."""
        found = re.search(r"https?://\S+", self.source)
        return found.group() if found else None


@blueprint.get("/atribusi")
def attribution() -> str:
    """Whose pictures, boundaries, names and typeface the market uses."""
    return render_template("shop/attribution.html", credits=credits(), notices=_notices())


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The pages that a search engine should know."""
    session, now = db.session(), days.now()
    selling = list_villages(session, VillageFilter(active=True, per_page=500), now).items
    addresses = [
        *(url_for(f"shop.{name}") for name in ("catalogue", "villages", "map", "attribution")),
        *(url_for("shop.village", code=village.code) for village in selling),
        *(url_for("shop.catch", catch_id=number) for number in newest_ids(session, now, LOTS_IN_SITEMAP)),
    ]
    response = make_response(render_template("shop/sitemap.xml", origin=public_origin(), addresses=addresses))
    response.mimetype = "application/xml"
    return response


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What crawlers should leave alone: baskets, accounts, work places, and lists in every order."""
    private = ("/belanja", "/ambil", "/bayar", "/pesanan", "/akun", "/koperasi", "/dinas", "/cari-tempat", "/api/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in private), "Disallow: /*?", "Allow: /"]
    return Response("\n".join([*lines, f"Sitemap: {public_origin()}/sitemap.xml", ""]), mimetype="text/plain")


@lru_cache(maxsize=1)
def credits() -> tuple[Credit, ...]:
    """Every picture that ships with the market, by licence and author."""
    return tuple(sorted(_read(_CREDITS), key=lambda credit: (credit.licence, credit.author, credit.subject)))


def _read(path: Path) -> Iterator[Credit]:
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Credit(**{name: row[name] for name in Credit.__dataclass_fields__})


@lru_cache(maxsize=1)
def _notices() -> str:
    return _NOTICES.read_text(encoding="utf-8")
