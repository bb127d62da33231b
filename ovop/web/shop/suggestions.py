"""Suggestions while somebody types into the market's search: for a script; without one the search is a search."""

from __future__ import annotations

from flask import Response, jsonify, request, url_for

from ovop.db import db
from ovop.db.stamp import change_stamp
from ovop.discovery.suggest import Kind, Suggestion, suggester
from ovop.web.language import current_language
from ovop.web.language import gettext as _
from ovop.web.shop.area import blueprint
from ovop.web.throttle import limiter

#: For one network, which a whole village may share: some ten people typing fast.
_RATE = "600 per minute"


@blueprint.get("/saran")
@limiter.limit(_RATE)
def suggestions() -> Response:
    """What `q` may become, each with its words and address; kept for five minutes by whoever stands between."""
    session = db.session()
    found = suggester(session, change_stamp(session).slow).find(request.args.get("q", ""))
    response = jsonify(items=[_item(suggestion) for suggestion in found])
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["X-Robots-Tag"] = "noindex"
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


def _item(found: Suggestion) -> dict[str, str]:
    """`words` name it, `note` says under which other name or where, `url` leads there."""
    match found.kind:
        case Kind.SPECIES:
            words = found.name_id if current_language() == "id" else f"{found.name_en} ({found.name_id})"
            note = found.aside if found.is_sold else _("belum ada yang menjual")
            return {"words": words, "note": note, "url": url_for("shop.catalogue", species=found.key)}
        case Kind.PRODUCT:
            return {"words": found.name_id, "note": "", "url": url_for("shop.catalogue", q=found.key)}
        case Kind.VILLAGE:
            words = _("Desa %(name)s", name=found.name_id)
            note = _("Kecamatan %(district)s", district=found.aside)
            return {"words": words, "note": note, "url": url_for("shop.village", code=found.key)}
