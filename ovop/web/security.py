"""Protection that every answer carries: request ids, headers, a policy without inline code, CSRF."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from flask_wtf.csrf import CSRFProtect, generate_csrf
from markupsafe import Markup

csrf = CSRFProtect()

REQUEST_ID = "X-Request-Id"
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def register(app: Flask) -> None:
    """Adds the protections to `app`."""
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a form left open on a phone for a day must still work
    csrf.init_app(app)
    app.before_request(_name_request)
    app.after_request(_add_headers)
    app.jinja_env.globals["csrf_field"] = csrf_field


def csrf_field() -> Markup:
    """The hidden input that every form with method=post holds."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def name_request(given: str) -> str:
    """The request's id: the one that whoever passed it on gave it, or a new one."""
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def _name_request() -> None:
    g.request_id = name_request(request.headers.get(REQUEST_ID, ""))


def _add_headers(response: Response) -> Response:
    response.headers[REQUEST_ID] = g.get("request_id", "-")
    response.headers.setdefault("Content-Security-Policy", _policy())
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _policy() -> str:
    settings = current_app.config["OVOP"]
    tiles, provider = settings.map_tiles_url, settings.stripe_api_base
    pictures = "'self' data: blob:" + (f" {_origin(tiles)}" if tiles else "")
    # A form may end on the card provider's page; a test server of the provider's has its own.
    pages = "https://checkout.stripe.com" + (f" {_origin(provider)}" if provider else "")
    return (
        f"default-src 'self'; img-src {pictures}; style-src 'self'; script-src 'self'; font-src 'self'; "
        f"object-src 'none'; base-uri 'none'; form-action 'self' {pages}; frame-ancestors 'none'"
    )


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"
