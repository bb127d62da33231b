"""What a certificate's QR code leads to: whether it holds, and nothing of any person."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ovop.db import db
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from ovop.programme.queries import get_certificate
from ovop.programme.rules import read_code
from ovop.web.shop.area import blueprint


@blueprint.get("/sertifikat")
def find_certificate() -> ResponseReturnValue:
    """Where somebody without a camera types the code."""
    typed = request.args.get("kode", "").strip()[:40]
    if typed:
        return redirect(url_for("shop.certificate", code=read_code(typed)))
    return _page("", None)


@blueprint.get("/sertifikat/<code>")
def certificate(code: str) -> ResponseReturnValue:
    """Valid, expired or withdrawn; a code that nobody issued is answered as what it is: no certificate of ours."""
    wanted = read_code(code[:40])
    if wanted != code:
        return redirect(url_for("shop.certificate", code=wanted))
    try:
        return _page(code, get_certificate(db.session(), code, days.today()))
    except NotFound:
        return _page(code, None, 404)


def _page(code: str, found: object, status: int = 200) -> Response:
    answer = make_response(render_template("shop/certificate.html", code=code, certificate=found, today=days.today()))
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"  # withdrawn it is so at once
    return answer
