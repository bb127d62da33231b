"""Protection that every answer carries: request ids, headers, a policy without inline code, CSRF."""

from __future__ import annotations

import re
import secrets
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect, generate_csrf
from itsdangerous import BadSignature, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode
from markupsafe import Markup

csrf = CSRFProtect()

REQUEST_ID = "X-Request-Id"
#: Flask-WTF's name for the secret in the session and for the form's field, and its salt.
_FIELD, _FORM_SALT = "csrf_token", "wtf-csrf-token"
_INPUT = '<input type="hidden" name="{}" value="{}">'
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
    return _hidden(generate_csrf())


def _hidden(token: str) -> Markup:
    return Markup(_INPUT).format(_FIELD, token)  # noqa: S704 - our own


class Tokens:
    """Form tokens for visitors who come without a session, made without waking the application.

    The same as `csrf_field` makes: a session with a secret, and in the form that secret signed.  What the serializers
    write around a secret is always the same, so only their signers work here.
    """

    def __init__(self, app: Flask) -> None:
        self._name = app.config["SESSION_COOKIE_NAME"]
        sessions = cast(SecureCookieSessionInterface, app.session_interface).get_signing_serializer(app)
        assert sessions is not None  # the settings see to that
        assert app.secret_key is not None
        self._sessions = sessions
        self._of_session = sessions.make_signer(sessions.salt)
        self._of_form = URLSafeTimedSerializer(app.secret_key, salt=_FORM_SALT).make_signer(_FORM_SALT)

    def new(self) -> tuple[str, str]:
        """A cookie's name and value that nobody else gets, and the hidden input that goes with it."""
        secret = secrets.token_hex(20)
        value = self._of_session.sign(base64_encode(f'{{"{_FIELD}":"{secret}"}}'))
        token = self._of_form.sign(base64_encode(f'"{secret}"'))
        return f"{self._name}={value.decode()}", _INPUT.format(_FIELD, token.decode())  # signed: nothing to escape

    def is_all_of(self, cookie: str) -> bool:
        """Whether this Set-Cookie keeps a session with such a secret, and nothing else."""
        name, _, value = cookie.partition(";")[0].partition("=")
        try:
            return name == self._name and set(self._sessions.loads(value)) == {_FIELD}
        except BadSignature:
            return False


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
    pages += " https://connect.stripe.com" if settings.stripe_connect else ""
    return (
        f"default-src 'self'; img-src {pictures}; style-src 'self'; script-src 'self'; font-src 'self'; "
        f"object-src 'none'; base-uri 'none'; form-action 'self' {pages}; frame-ancestors 'none'"
    )


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"
